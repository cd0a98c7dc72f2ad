"""The doctor's walk is `DataBlock.summary`'s: the same steps, the same shapes, the same errors."""

import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from fastai.data.transforms import RandomSplitter
from fastai.vision.augment import Resize, aug_transforms
from fastai.vision.core import PILImage

from core.data.labelled import Pets
from core.data.pets import split
from core.errors import UserError
from core.exhibits.pets_data import data_block as block
from core.exhibits.pets_data.data_block import (
    BATCH,
    EXPECTED,
    FIRST,
    LAST,
    NONE,
    PLACES,
    THIRD,
    WRONG,
    data_block,
    written,
)
from core.exhibits.pets_data.doctor import Doctor, doctor, pick_files, printed, reseeds, summary_says
from core.exhibits.pets_data.shots import SHARE, images_of, shot
from core.nn.seeded import seeded
from tests.few import few_pets


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    return few_pets(tmp_path / "pets")


FAULTS = [(fault, FIRST) for fault in (NONE, *WRONG)] + [(block.NOT_IMAGE, THIRD), (block.NOT_IMAGE, LAST)]
every_fault = pytest.mark.parametrize(("fault", "place"), FAULTS)


def named(found: Doctor, name: str) -> block.WalkStep:
    (step,) = (step for step in found.steps if step.name == name)
    return step


@every_fault
def test_the_walk_says_what_summary_says(fault: str, place: str, pets: Pets) -> None:
    found = doctor(pets, fault, place)
    said, error = summary_says(pets, fault, place)
    assert found.error == error
    printed_lines = {line.strip() for line in said.splitlines()}
    assert ("one pass" in said) == (fault == block.ITEM_AUGMENT)  # it tries one item before it tells of any
    for step in found.steps[: 6 if fault == block.ITEM_AUGMENT else None]:
        if step.state == "done" and step.part in ("x", "y", "item_tfms", "batch_tfms"):
            assert any(line.startswith(f"applying {step.name}") for line in printed_lines), step.name
        if step.state == "done" and step.part in ("get_items", "splitter", "x", "item_tfms", "batch_tfms"):
            assert step.says.splitlines()[-1].strip() in printed_lines, step.name


@every_fault
def test_a_fault_fails_where_expected_and_nothing_after_it_is_reached(fault: str, place: str, pets: Pets) -> None:
    found = doctor(pets, fault, place)
    states = [step.state for step in found.steps]
    silent = fault in (NONE, block.NO_LABEL) or place == LAST
    assert (found.error is None) == silent
    if silent:
        assert set(states) == {"done"}
    else:
        assert states == ["done"] * found.at + ["failed"] + ["not reached"] * (len(states) - found.at - 1)
        assert "Expected failure" in found.findings()[0]
    where = {
        block.NO_RESIZE: "collate",
        block.BATCH_RESIZE: "collate",
        block.ITEM_AUGMENT: "item_tfms",
        block.REGEX: "setup",
    }
    assert fault not in where or found.steps[found.at].part == where[fault]


def test_the_shapes_are_the_lessons(pets: Pets) -> None:
    found = doctor(pets)
    assert named(found, "Resize").gives == "460×460"
    assert named(found, "ToTensor").gives == "3×460×460 uint8"
    assert named(found, "collate").gives == "4×3×460×460"
    assert found.steps[-1].gives == "4×3×224×224"
    assert [len(step.pictures) for step in found.steps if step.part == "batch_tfms"] == [BATCH] * 4
    assert named(found, "RandomResizedCropGPU").pictures[0].size == (224, 224)


def test_the_first_picture_is_the_first_training_file_as_fastai_opens_it(pets: Pets) -> None:
    found = doctor(pets)
    first = pets.path(int(split(pets)[0][0]))
    (opened,) = found.steps[3].pictures
    image = np.asarray(PILImage.create(first))
    assert opened.size == found.first[0].size == image.shape[1::-1]
    assert np.array_equal(opened.image, shot(image, SHARE).image)
    assert np.array_equal(opened.image, found.first[0].image)


@every_fault
def test_the_block_is_the_one_that_is_written(fault: str, place: str, pets: Pets) -> None:
    lines = "\n".join(code for code, _ in written(fault))
    made = data_block(pick_files(pets, fault, place), {}, fault)
    source = {line.strip().partition("=")[0]: line.partition("=")[2].rstrip(",)") for line in lines.splitlines()}
    assert ("Resize" in source["item_tfms"]) == any(isinstance(t, Resize) for t in made.item_tfms)
    assert ("Resize" in source["batch_tfms"]) == any(isinstance(t, Resize) for t in made.batch_tfms)
    augment = {type(t).__name__ for t in aug_transforms(size=224, min_scale=0.75)}
    for where, transforms in (("item_tfms", made.item_tfms), ("batch_tfms", made.batch_tfms)):
        assert ("aug_transforms" in source[where]) == augment.issubset({type(t).__name__ for t in transforms})
    assert any(note for _, note in written(fault)) == (fault != NONE)


def test_without_get_y_every_file_is_a_label_of_its_own(pets: Pets) -> None:
    found = doctor(pets, block.NO_LABEL)
    train = split(pets)[0]
    assert named(found, "set up").gives == f"{len(train)} labels"
    assert found.labels == len(train)


def test_a_file_that_summary_does_not_open_is_overlooked(pets: Pets) -> None:
    assert doctor(pets, block.NOT_IMAGE, LAST).overlooked
    assert not doctor(pets, block.NOT_IMAGE, FIRST).overlooked
    assert not doctor(pets, block.NO_RESIZE).overlooked
    for place, at in PLACES.items():
        broken = pick_files(pets, block.NOT_IMAGE, place)[split(pets)[0][at]]
        assert broken.read_bytes() == block.HTML
        assert broken.parent != pets.folder
    assert all((pets.folder / name).stat().st_size > 200 for name in pets.names)  # nothing of the person's was touched


def test_no_folder_of_this_computer_is_shown(pets: Pets) -> None:
    for fault, place in FAULTS:
        found, (said, error) = doctor(pets, fault, place), summary_says(pets, fault, place)
        for text in (said, error or "", found.error or "", *(step.says for step in found.steps), *found.findings()):
            assert str(pets.folder.parent) not in text


def test_the_split_is_the_splitters_and_reseeds_torch(pets: Pets) -> None:
    assert reseeds()
    with seeded(3):
        train, valid = RandomSplitter(seed=42)(pets.names)
        after = torch.rand(1)
        RandomSplitter(seed=42)(pets.names)
        assert torch.equal(torch.rand(1), after)
    assert [list(part) for part in (train, valid)] == [part.tolist() for part in split(pets)]
    assert doctor(pets).sizes == (len(train), len(valid))


def test_other_generators_are_left_alone(pets: Pets) -> None:
    before = torch.get_rng_state()
    doctor(pets)
    summary_says(pets, NONE, FIRST)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_mistake_of_ours_is_not_taken_for_an_expected_failure(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPECTED, block.NO_RESIZE, (KeyError,))
    with pytest.raises(RuntimeError):
        doctor(pets, block.NO_RESIZE)


def test_pictures_of_one_size_need_no_resize(tmp_path: Path) -> None:
    made = few_pets(tmp_path)
    content = (tmp_path / made.names[0]).read_bytes()
    for name in made.names:
        (tmp_path / name).write_bytes(content)
    found = doctor(made, block.NO_RESIZE)
    assert found.error is None
    assert "no effect" in found.findings()[0]


def test_too_few_pictures_are_refused_in_a_sentence(tmp_path: Path) -> None:
    made = few_pets(tmp_path)
    with pytest.raises(UserError, match="choose pets with more"):
        doctor(Pets("own", made.folder, made.names[:3], made.labels[:3]))


def test_only_this_threads_words_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with printed() as text:
        sys.stdout.write("mine\n")
        other = threading.Thread(target=lambda: sys.stdout.write("theirs\n"))
        other.start()
        other.join()
    assert text.getvalue() == "mine\n"
    assert capsys.readouterr().out == "theirs\n"
    assert not isinstance(sys.stdout, type(text))


def test_the_draws_are_the_same_each_time(pets: Pets) -> None:
    one, two = doctor(pets), doctor(pets)
    assert all(
        np.array_equal(a.image, b.image) for a, b in zip(one.steps[-1].pictures, two.steps[-1].pictures, strict=True)
    )


def test_pictures_come_out_of_whatever_fastai_gives() -> None:
    image = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    one = torch.from_numpy(image).permute(2, 0, 1)
    batch = torch.stack([one, one])
    for value, count in (
        (PILImage.create(image), 1),
        ((one, 3), 1),
        (one / 255.0, 1),
        ([(one, 0)] * 3, 3),
        ((batch, 0), 2),
    ):
        found = images_of(value)
        assert len(found) == count
        assert all(np.array_equal(each, image) for each in found)
    assert images_of("Birman") == images_of(torch.tensor(3)) == ()
