"""Pets as data: the lists are fastcore's, a batch is what fastai's loader gives, every view answers."""

from pathlib import Path
from typing import Any

import pytest
import torch
from fastcore.foundation import L, coll_repr

from core.data.labelled import PATTERN, Pets
from core.exhibits.pets_data import experiment as lesson
from core.exhibits.pets_data.data_block import NO_LABEL, NO_RESIZE, data_block
from core.exhibits.pets_data.doctor import Doctor, pick_files
from core.exhibits.pets_data.experiment import DOCTOR, LIST, OWN, REGEX_LAB, SHOW, VIEWS, Result, Settings, experiment
from core.exhibits.pets_data.listing import LISTED, listing, repr_2020
from core.exhibits.pets_data.one_batch import Batch, Items, make_batch, one_batch
from core.nn.seeded import seeded
from tests.few import few_pets

pytestmark = pytest.mark.usefixtures("pets")


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    made = few_pets(tmp_path / "pets")
    monkeypatch.setattr(lesson, "load", lambda name: {"drawn": made}[name])
    return made


def look(**change: Any) -> Result:
    return experiment(Settings(pets="drawn", **change))


# the list


def test_an_l_prints_as_a_plain_list_today(pets: Pets) -> None:
    found = listing(pets)
    for n, text in enumerate(found.today, 1):
        assert text == repr([Path(name) for name in found.names[:n]]) == repr(L(map(Path, found.names[:n])))


def test_in_2020_it_told_its_number() -> None:
    """The book's examples: `(#3) [1,2,3]`, and a folder of 7,390."""
    assert repr_2020([1, 2, 3]) == "(#3) [1,2,3]"
    assert repr_2020(range(7390)) == "(#7390) [0,1,2,3,4,5,6,7,8,9...]"


def test_the_number_comes_back_from_ten_elements_on(pets: Pets) -> None:
    found = listing(pets)
    numbered = [text.startswith(f"(#{n})") for n, text in enumerate(found.with_number, 1)]
    assert numbered == [n >= 10 for n in range(1, len(numbered) + 1)]
    many = L(range(11))
    assert coll_repr(many, 10).startswith("(#11)")
    assert not coll_repr(L(range(9)), 10).startswith("(#9)")


def test_cats_are_those_with_a_capital(pets: Pets) -> None:
    found = listing(pets)
    assert (found.files, found.cats, found.breeds) == (12, 8, (2, 1))
    assert len(found.names) <= LISTED
    assert found.table()["is_cat"] == [not name.startswith("great") for name in found.names]


# a batch


def only(parts: list[Items | Batch]) -> Batch:
    *items, batch = parts
    assert isinstance(batch, Batch)
    assert all(isinstance(part, Items) for part in items)
    return batch


def test_a_batch_is_what_the_loader_gives(pets: Pets) -> None:
    batch = only(list(make_batch(pets, 4, lambda: False)))
    block = data_block(
        pick_files(pets, "none", "first"), dict(zip((pets.folder / n for n in pets.names), pets.names, strict=True))
    )
    with seeded(0):
        dls = block.dataloaders(pets.folder, bs=4, num_workers=0, device=torch.device("cpu"))
        x, y = dls.one_batch()
    assert batch.shape == tuple(x.shape) == (4, 3, 224, 224)
    assert (batch.dtype, batch.target_dtype) == ("float32", "int64") == (str(x.dtype)[6:], str(y.dtype)[6:])
    assert batch.kinds == (type(x).__name__, type(y).__name__)
    assert batch.labels == tuple(dls.vocab[i] for i in batch.targets)
    assert 0 <= batch.low < batch.mean < batch.high <= 1


def test_items_arrive_before_the_batch_and_can_be_stopped(pets: Pets) -> None:
    parts = list(make_batch(pets, 9, lambda: False))
    assert [part.done for part in parts[:-1]] == [8]
    assert only(parts).shape[0] == 9
    calls = iter([False] * 8 + [True] * 9)
    assert [part.done for part in make_batch(pets, 9, lambda: next(calls))] == [8]


def test_a_view_of_a_batch_fills_up(pets: Pets) -> None:
    empty = one_batch(pets, 9, whole=False)
    assert (empty.pictures, empty.numbers()) == ((), {"batch size": 9})
    items, batch = make_batch(pets, 9, lambda: False)
    half = lesson.join_parts(empty, [items])
    assert len(half.pictures) == len(half.labels) == 8
    assert half.findings()[0].startswith("8 of 9")
    full = lesson.join_parts(half, [batch])
    assert len(full.pictures) == 9
    assert full.table()["y"] == list(batch.targets)


def test_more_than_there_are_is_all_there_are(pets: Pets) -> None:
    assert only(list(make_batch(pets, 64, lambda: False))).shape[0] == one_batch(pets, 64, whole=False).size == 10


# the exhibit


CHANGES: tuple[dict[str, Any], ...] = (
    {"view": LIST},
    {"view": REGEX_LAB},
    {"view": REGEX_LAB, "pattern": OWN, "own": r"(\d+)"},
    {"view": REGEX_LAB, "pattern": "unclosed"},
    {"view": DOCTOR},
    {"view": DOCTOR, "fault": NO_RESIZE},
    {"view": SHOW, "size": 4},
)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_every_view_has_words_numbers_and_a_table(change: dict[str, Any]) -> None:
    result = look(**change)
    sentences = lesson.findings(result)
    assert 1 <= len(sentences) <= 4
    assert all(sentence.rstrip()[-1] in ".*" for sentence in sentences)
    assert lesson.numbers(result)
    assert all(isinstance(value, int | float) for value in lesson.numbers(result).values())
    assert len({len(column) for column in lesson.table(result).values()}) == 1


def test_the_visitors_pattern_is_used_only_where_it_is_asked_for(pets: Pets) -> None:
    assert look(view=REGEX_LAB, own=r"(\d+)").found.pattern == PATTERN
    assert look(view=REGEX_LAB, pattern=OWN, own=r"(\d+)").found.labels == tuple(n[-6:-4] for n in pets.names)


def test_a_hostile_pattern_never_reaches_the_words() -> None:
    hostile = "(![x](https://example.invalid/x.png)`:red[a]"
    result = look(view=REGEX_LAB, pattern=OWN, own=hostile)
    assert "example" not in "".join(lesson.findings(result))
    for own in (f"{hostile})", f"(?<{hostile}>x)", "\\q" + hostile):
        assert "example" not in "".join(lesson.findings(look(view=REGEX_LAB, pattern=OWN, own=own)))


def test_the_question_is_answered_by_the_run() -> None:
    assert lesson.where_it_fails(look(**lesson.QUESTION)) == lesson.COLLATED
    assert lesson.where_it_fails(look(view=DOCTOR)) == lesson.NOWHERE
    assert lesson.where_it_fails(look(view=DOCTOR, fault="not an image", place="third")) == lesson.BEFORE
    assert lesson.where_it_fails(look(view=DOCTOR, fault=NO_LABEL)) == lesson.NOWHERE


def test_a_large_batch_is_a_job() -> None:
    assert [size for size in (4, 16, 64) if lesson.wants_job(Settings(view=SHOW, size=size))] == [64]
    assert not any(lesson.wants_job(Settings(view=view, size=64)) for view in VIEWS if view != SHOW)
    result = look(view=SHOW, size=64)
    assert result.found.batch is None
    joined = lesson.join(result, list(lesson.work(result.settings, lambda: False)))
    assert joined.found.batch.shape == (10, 3, 224, 224)
    assert lesson.numbers(joined) == lesson.numbers(lesson.everything(result.settings))
    assert isinstance(lesson.join(look(view=DOCTOR), []).found, Doctor)
    assert lesson.doing(0) != lesson.doing(1)
