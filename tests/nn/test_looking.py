"""Looking at all pictures as one job: a fair order, shares dealt out, blocks taken over, results before the end."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.labelled import Pets
from core.data.pets import drawn, split, uploads
from core.errors import UserError
from core.jobs.job import Stop
from core.jobs.pool import Jobs
from core.nn import features, looking
from core.nn.features import PICTURES_A_BLOCK, Seen, blocks, fair_order
from core.nn.looking import HOW, Share, shares
from tests.conftest import PATIENCE
from tests.few_pets import few_pets

NAME = "own:looked at"
SIZE = 96


def labelled(labels: list[str]) -> Pets:
    names = tuple(f"{label}_{i}.jpg" for i, label in enumerate(labels))
    return Pets(name="made up", folder=Path(), names=names, labels=tuple(labels))


def check_fair(pets: Pets) -> None:
    """Every prefix that could hold one of each breed and part does, and none of these runs ahead of the others."""
    order = fair_order(pets).tolist()
    assert sorted(order) == list(range(len(pets)))
    held_out = set(split(pets)[1].tolist())
    whole = Counter((pets.labels[i], i in held_out) for i in range(len(pets)))
    seen: Counter[tuple[str, bool]] = Counter()
    for number, row in enumerate(order, 1):
        seen[pets.labels[row], row in held_out] += 1
        if number >= len(whole):
            assert set(seen) == set(whole)
        shares_seen = [(seen[group] - 1) / many for group, many in whole.items() if seen[group]]
        assert max(shares_seen) - min(shares_seen) <= max(1 / many for many in whole.values()) + 1e-9


def test_every_first_part_of_the_drawn_pets_is_like_the_whole() -> None:
    pets = drawn()
    check_fair(pets)
    assert {pets.labels[i] for i in fair_order(pets)[: 2 * len(pets.vocab) : 2]} == set(pets.vocab)


@given(st.lists(st.sampled_from("abcde"), min_size=1, max_size=80))
def test_so_is_that_of_any_pictures(labels: list[str]) -> None:
    check_fair(labelled(labels))


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    """30 pictures of three breeds, in files that other processes reach, and an empty cache."""
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    uploads[NAME] = few = replace(few_pets(tmp_path / "pets", each=10), name=NAME)
    return few


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "cores", lambda: 2)


@pytest.mark.usefixtures("two_cores")
def test_shares_are_dealt_out_block_by_block_and_only_what_is_left(pets: Pets) -> None:
    asked = looking.looking(NAME, "lite0", SIZE)
    order = fair_order(pets)
    one, two = shares(asked)
    block = PICTURES_A_BLOCK
    assert one.rows == (*order[:block], *order[2 * block :])
    assert two.rows == tuple(order[block : 2 * block])
    made = next(blocks(pets, "lite0", SIZE, one.rows, 1, lambda: False))
    assert made.rows.tolist() == order[:block].tolist()
    left = [row for share in shares(asked) for row in share.rows]
    assert sorted(left) == sorted(order[block:].tolist())


def elsewhere(asked: Share) -> Iterator[Seen]:
    """What a process of its own would give: it knows nothing of what is here."""
    return blocks(replace(uploads[NAME]), asked.body, asked.size, asked.rows, asked.shares, lambda: False)


@pytest.mark.usefixtures("two_cores")
def test_blocks_from_elsewhere_in_any_order_are_the_features_computed_at_once(pets: Pets) -> None:
    asked = looking.looking(NAME, "lite0", SIZE)
    made = [block for share in reversed(shares(asked)) for block in elsewhere(share)]
    reports = [looking.keep(asked, block) for block in (*made, made[0])]
    block = PICTURES_A_BLOCK
    assert [report.done for report in reports] == [block, 2 * block, len(pets), len(pets)]
    assert [report.first for report in reports] == [0, 2 * block, len(pets), len(pets)]
    assert [report.early for report in reports] == [0, 24, 0, 0]
    together = features.features(pets, size=SIZE)
    alone = features.features(replace(pets), size=SIZE)
    assert np.array_equal(together.array, alone.array)
    assert (together.known, together.partial) == (alone.known, False)
    assert together.seconds == pytest.approx(sum(block.seconds for block in made))
    assert not len(features.missing(pets, "lite0", SIZE))


def test_the_first_features_are_those_of_the_first_pictures(pets: Pets) -> None:
    asked = looking.looking(NAME, "lite0", SIZE)
    rows = tuple(fair_order(pets).tolist())
    work = blocks(replace(pets), "lite0", SIZE, rows, 1, lambda: False)
    for _ in range(2):
        looking.keep(asked, next(work))
    first = features.first_features(pets, "lite0", SIZE, 24)
    assert first.partial
    assert first.rows.tolist() == sorted(rows[:24])
    whole = features.features(replace(pets), size=SIZE)
    assert np.array_equal(first.array[first.rows], whole.array[first.rows])
    assert not first.array[list(rows[24:])].any()
    looking.keep(asked, next(work))
    assert not features.first_features(pets, "lite0", SIZE, 24).partial  # all are there by now


def test_whatever_is_there_already_the_blocks_are_the_same(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, rows = looking.looking(NAME, "lite0", SIZE), tuple(fair_order(pets).tolist())
    anew = list(blocks(replace(pets, kept="session"), "lite0", SIZE, rows, 1, lambda: False))
    some = blocks(pets, "lite0", SIZE, rows[5:20], 1, lambda: False)
    assert len(next(some).rows) == PICTURES_A_BLOCK
    again = list(looking.work(asked, lambda: False))
    assert [block.computed for block in again] == [5, PICTURES_A_BLOCK - 5, 6]
    monkeypatch.setattr(features._Work, "_features", lambda *_: pytest.fail("computed again"))
    there = list(looking.work(asked, lambda: False))
    assert {block.computed for block in there} == {0}
    for one, two, three in zip(anew, again, there, strict=True):
        assert one.rows.tolist() == two.rows.tolist() == three.rows.tolist()
        np.testing.assert_allclose(one.array, two.array, atol=1e-5)
        assert np.array_equal(two.array, three.array)
        assert one.pets.tolist() == three.pets.tolist()


@dataclass(frozen=True)
class Deadly(Share):
    """A share whose first process dies after its first block; `file` tells that it has."""

    file: str = ""


def dies_once(asked: Deadly, stop: Stop) -> Iterator[Any]:
    for seen in looking.work(asked, stop):
        yield seen
        try:
            Path(asked.file).touch(exist_ok=False)
        except FileExistsError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="work stays in threads here")
@pytest.mark.usefixtures("two_cores", "processes")
def test_a_process_that_dies_loses_nothing(pets: Pets, tmp_path: Path) -> None:
    def deal(asked: looking.Looking) -> list[Deadly]:
        return [Deadly(**vars(share), file=str(tmp_path / f"{k}")) for k, share in enumerate(shares(asked))]

    jobs, asked = Jobs(), looking.looking(NAME, "lite0", SIZE)
    job = jobs.get("key", dies_once, asked, **HOW | {"deal": deal})
    assert jobs.finish(PATIENCE)
    assert (job.problem, job.complete) == (None, True)
    assert {file.name for file in tmp_path.iterdir()} >= {"0", "1"}  # both have died
    assert [part.done for part in job.parts][-1] == len(pets)
    assert np.array_equal(features.features(pets, size=SIZE).array, features.features(replace(pets), size=SIZE).array)


def slow(asked: Share, stop: Stop) -> Iterator[Any]:
    """The first block, and the others not before it is asked to stop."""
    seen = looking.work(asked, stop)
    yield next(seen)
    while not stop():
        threading.Event().wait(0.01)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="work stays in threads here")
@pytest.mark.usefixtures("two_cores", "processes")
def test_after_a_stop_it_goes_on_from_there(pets: Pets) -> None:
    jobs, asked = Jobs(), looking.looking(NAME, "lite0", SIZE)
    job = jobs.get("key", slow, asked, who="one", **HOW)
    assert job.wait(2, PATIENCE)
    job.leave("one")
    assert jobs.finish(PATIENCE)
    assert (job.complete, len(job.parts)) == (False, 2)
    again = jobs.get("key", looking.work, asked, who="one", **HOW)
    assert again is not job
    assert jobs.finish(PATIENCE)
    assert again.complete
    assert len(again.parts) == 1  # the last block was all that was left
    assert again.parts[-1].done == len(pets)


@pytest.mark.usefixtures("two_cores")
@pytest.mark.parametrize("workers", ["threads", "processes"])
def test_a_picture_that_cannot_be_read_ends_all_shares_with_a_sentence(
    pets: Pets, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", workers)
    pets.path(int(fair_order(pets)[15])).write_bytes(b"no picture")
    jobs = Jobs()
    job = jobs.get("key", looking.work, looking.looking(NAME, "lite0", SIZE), **HOW)
    assert jobs.finish(PATIENCE)
    assert job.problem
    assert "is not a JPEG" in job.problem


def test_pictures_that_are_gone_are_a_sentence() -> None:
    with pytest.raises(UserError, match="went with the session"):
        looking.looking("own:nobody")
