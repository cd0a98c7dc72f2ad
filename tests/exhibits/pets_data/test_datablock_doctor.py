"""The doctor's walk is `DataBlock.summary`'s: the same steps, the same shapes, the same errors."""

import shutil
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from fastai.data.transforms import RandomSplitter
from fastai.vision.augment import Resize, aug_transforms
from fastai.vision.core import PILImage

from core.data import pets as sources
from core.data.labelled import Pets
from core.data.pets import split
from core.errors import UserError
from core.exhibits.pets_data.data_block import data_block, source_lines
from core.exhibits.pets_data.datablock_doctor import (
    COLLATED,
    EXPECTED,
    NOWHERE,
    Diagnosis,
    experiment,
    printed,
    reseeds,
    summary_of,
    where_it_fails,
)
from core.exhibits.pets_data.settings import (
    BATCH_RESIZE,
    DOCTOR,
    FAULTS,
    FIRST,
    ITEM_AUGMENT,
    LAST,
    NO_LABEL,
    NO_RESIZE,
    NONE,
    NOT_IMAGE,
    PLACES,
    THIRD,
    WRONG_REGEX,
    Settings,
)
from core.exhibits.pets_data.shots import SHARE, images_of, shot
from core.exhibits.pets_data.training_files import BATCH, HTML, pick_files
from core.exhibits.pets_data.walk import WalkStep
from core.nn.seeded import seeded

CASES = [(fault, FIRST) for fault in (NONE, *FAULTS)] + [(NOT_IMAGE, THIRD), (NOT_IMAGE, LAST)]
every_fault = pytest.mark.parametrize(("fault", "place"), CASES)


pytestmark = pytest.mark.usefixtures("pets")


def settings_of(fault: str, place: str) -> Settings:
    return Settings(view=DOCTOR, pets="drawn", fault=fault, place=place)


def diagnosis(fault: str = NONE, place: str = FIRST) -> Diagnosis:
    return experiment(settings_of(fault, place))


def named(result: Diagnosis, name: str) -> WalkStep:
    (step,) = (step for step in result.steps if step.name == name)
    return step


def test_the_question_is_answered_by_the_run() -> None:
    assert where_it_fails(diagnosis(NO_RESIZE)) == COLLATED
    assert where_it_fails(diagnosis()) == NOWHERE


@every_fault
def test_the_walk_says_what_summary_says(fault: str, place: str) -> None:
    result = diagnosis(fault, place)
    text, error = summary_of(settings_of(fault, place))
    assert result.error == error
    printed_lines = {line.strip() for line in text.splitlines()}
    assert ("one pass" in text) == (fault == ITEM_AUGMENT)  # it tries one item before it tells of any
    for step in result.steps[: 6 if fault == ITEM_AUGMENT else None]:
        if step.state == "done" and step.part in ("x", "y", "item_tfms", "batch_tfms"):
            assert any(line.startswith(f"applying {step.name}") for line in printed_lines), step.name
        if step.state == "done" and step.part in ("get_items", "splitter", "x", "item_tfms", "batch_tfms"):
            assert step.message.splitlines()[-1].strip() in printed_lines, step.name


@every_fault
def test_a_fault_fails_where_expected_and_nothing_after_it_is_reached(fault: str, place: str) -> None:
    result = diagnosis(fault, place)
    states = [step.state for step in result.steps]
    silent = fault in (NONE, NO_LABEL) or place == LAST
    assert (result.error is None) == silent
    if silent:
        assert set(states) == {"done"}
    else:
        assert states == ["done"] * result.at + ["failed"] + ["not reached"] * (len(states) - result.at - 1)
        assert "Expected failure" in result.findings()[0]
    where = {
        NO_RESIZE: "collate",
        BATCH_RESIZE: "collate",
        ITEM_AUGMENT: "item_tfms",
        WRONG_REGEX: "setup",
    }
    assert fault not in where or result.steps[result.at].part == where[fault]


def test_the_shapes_are_the_lessons() -> None:
    result = diagnosis()
    assert named(result, "Resize").gives == "460×460"
    assert named(result, "ToTensor").gives == "3×460×460 uint8"
    assert named(result, "collate").gives == "4×3×460×460"
    assert result.steps[-1].gives == "4×3×224×224"
    assert [len(step.pictures) for step in result.steps if step.part == "batch_tfms"] == [BATCH] * 4
    assert named(result, "RandomResizedCropGPU").pictures[0].size == (224, 224)


def test_the_first_picture_is_the_first_training_file_as_fastai_opens_it(pets: Pets) -> None:
    result = diagnosis()
    first = pets.path(int(split(pets)[0][0]))
    (opened,) = result.steps[3].pictures
    image = np.asarray(PILImage.create(first))
    assert opened.size == result.first[0].size == image.shape[1::-1]
    assert np.array_equal(opened.image, shot(image, SHARE).image)
    assert np.array_equal(opened.image, result.first[0].image)


@every_fault
def test_the_block_is_the_one_that_is_source_lines(fault: str, place: str, pets: Pets) -> None:
    lines = "\n".join(code for code, _ in source_lines(fault))
    made = data_block(pick_files(pets, fault, place), {}, fault)
    source = {line.strip().partition("=")[0]: line.partition("=")[2].rstrip(",)") for line in lines.splitlines()}
    assert ("Resize" in source["item_tfms"]) == any(isinstance(t, Resize) for t in made.item_tfms)
    assert ("Resize" in source["batch_tfms"]) == any(isinstance(t, Resize) for t in made.batch_tfms)
    augment = {type(t).__name__ for t in aug_transforms(size=224, min_scale=0.75)}
    for where, transforms in (("item_tfms", made.item_tfms), ("batch_tfms", made.batch_tfms)):
        assert ("aug_transforms" in source[where]) == augment.issubset({type(t).__name__ for t in transforms})
    assert any(note for _, note in source_lines(fault)) == (fault != NONE)


def test_without_get_y_every_file_is_a_label_of_its_own(pets: Pets) -> None:
    result = diagnosis(NO_LABEL)
    train = split(pets)[0]
    assert named(result, "set up").gives == f"{len(train)} labels"
    assert result.labels == len(train)


def test_a_file_that_summary_does_not_open_is_overlooked(pets: Pets) -> None:
    assert diagnosis(NOT_IMAGE, LAST).overlooked
    assert not diagnosis(NOT_IMAGE, FIRST).overlooked
    assert not diagnosis(NO_RESIZE).overlooked
    for place, at in PLACES.items():
        broken = pick_files(pets, NOT_IMAGE, place)[split(pets)[0][at]]
        assert broken.read_bytes() == HTML
        assert broken.parent != pets.folder
        assert broken.name not in pets.names
        assert all(name not in str(broken) for name in pets.names)
        assert Path(tempfile.gettempdir()) in broken.parents  # it goes with the program
    assert all((pets.folder / name).stat().st_size > 200 for name in pets.names)  # nothing of the person's was touched


def test_the_file_that_is_no_image_is_there_also_after_somebody_has_tidied_up(pets: Pets) -> None:
    before = pick_files(pets, NOT_IMAGE)[split(pets)[0][0]]
    shutil.rmtree(before.parent)
    assert pick_files(pets, NOT_IMAGE)[split(pets)[0][0]].read_bytes() == HTML


def test_no_folder_of_this_computer_is_shown(pets: Pets) -> None:
    for fault, place in CASES:
        result, (summary, error) = diagnosis(fault, place), summary_of(settings_of(fault, place))
        for text in (
            summary,
            error or "",
            result.error or "",
            *(step.message for step in result.steps),
            *result.findings(),
        ):
            assert str(pets.folder.parent) not in text


def test_the_split_is_the_splitters_and_reseeds_torch(pets: Pets) -> None:
    assert reseeds()
    with seeded(3):
        train, valid = RandomSplitter(seed=42)(pets.names)
        after = torch.rand(1)
        RandomSplitter(seed=42)(pets.names)
        assert torch.equal(torch.rand(1), after)
    assert [list(part) for part in (train, valid)] == [part.tolist() for part in split(pets)]
    result = diagnosis()
    assert (result.training_files, result.validation_files) == (len(train), len(valid))


def test_other_generators_are_left_alone() -> None:
    before = torch.get_rng_state()
    diagnosis()
    summary_of(settings_of(NONE, FIRST))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_mistake_of_ours_is_not_taken_for_an_expected_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPECTED, NO_RESIZE, (KeyError,))
    with pytest.raises(RuntimeError):
        diagnosis(NO_RESIZE)


def test_pictures_of_one_size_need_no_resize(pets: Pets) -> None:
    content = (pets.folder / pets.names[0]).read_bytes()
    for name in pets.names:
        (pets.folder / name).write_bytes(content)
    result = diagnosis(NO_RESIZE)
    assert result.error is None
    assert "no effect" in result.findings()[0]


def test_too_few_pictures_are_refused_in_a_sentence(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    three = replace(pets, names=pets.names[:3], labels=pets.labels[:3])
    monkeypatch.setattr(sources, "drawn", lambda: three)
    with pytest.raises(UserError, match="choose pets with more"):
        diagnosis()


def test_only_this_threads_words_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with printed() as text:
        sys.stdout.write("mine\n")
        other = threading.Thread(target=lambda: sys.stdout.write("theirs\n"))
        other.start()
        other.join()
    assert text.getvalue() == "mine\n"
    assert capsys.readouterr().out == "theirs\n"
    assert not isinstance(sys.stdout, type(text))


def test_the_draws_are_the_same_each_time() -> None:
    one, two = diagnosis(), diagnosis()
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
        result = images_of(value)
        assert len(result) == count
        assert all(np.array_equal(each, image) for each in result)
    assert images_of("Birman") == images_of(torch.tensor(3)) == ()
