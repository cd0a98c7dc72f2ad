"""The scenes of pets as data: they pack, panels find their arrays, what is marked is what was found."""

import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.labelled import Pets
from core.exhibits.pets_data import experiment as lesson
from core.exhibits.pets_data import regex_lab
from core.exhibits.pets_data.data_block import NO_LABEL, NO_RESIZE, NOT_IMAGE, REGEX
from core.exhibits.pets_data.experiment import DOCTOR, LIST, OWN, REGEX_LAB, SHOW, Result, Settings, experiment
from core.exhibits.pets_data.scene import scene
from core.stage.scene import Panel, Scene
from tests.few import few_pets
from tests.stage.panels import check

VARIANTS: tuple[dict[str, Any], ...] = (
    {"view": LIST},
    {"view": REGEX_LAB},
    {"view": REGEX_LAB, "pattern": "lower case"},
    {"view": REGEX_LAB, "pattern": "unclosed"},
    {"view": REGEX_LAB, "pattern": "no group"},
    {"view": REGEX_LAB, "pattern": OWN, "own": "(x)|_"},
    {"view": DOCTOR},
    {"view": DOCTOR, "fault": NO_RESIZE},
    {"view": DOCTOR, "fault": REGEX},
    {"view": DOCTOR, "fault": NO_LABEL},
    {"view": DOCTOR, "fault": NOT_IMAGE},
    {"view": SHOW, "size": 4},
    {"view": SHOW, "size": 64},
)
pytestmark = pytest.mark.usefixtures("pets")
every_variant = pytest.mark.parametrize("change", VARIANTS, ids=str)


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    made = few_pets(tmp_path / "pets")
    monkeypatch.setattr(lesson, "load", lambda name: {"drawn": made}[name])
    return made


def look(change: dict[str, Any]) -> Result:
    return experiment(Settings(pets="drawn", **change))


def panel(drawn: Scene, kind: str, at: int = 0) -> Panel:
    return [panel for row in drawn.rows for panel in row.panels if panel["kind"] == kind][at]


def opened(panel: Panel, arrays: dict[str, np.ndarray]) -> list[Image.Image | None]:
    """The pictures of a panel; None for one that is no image."""
    ends = [0, *arrays[panel["ends"]].tolist()]
    parts = [arrays[panel["pictures"]][a:b].tobytes() for a, b in pairwise(ends)]
    return [None if part == b"no image" else Image.open(io.BytesIO(part)) for part in parts]


def words(line: dict[str, Any]) -> str:
    return "".join(part if isinstance(part, str) else part["words"] for part in line["parts"])


@every_variant
def test_a_scene_packs_and_its_arrays_agree(change: dict[str, Any]) -> None:
    drawn = scene(look(change))
    arrays = check(drawn)
    for row in drawn.rows:
        for each in row.panels:
            if each["kind"] == "pictures":
                pictures = opened(each, arrays)
                assert len(pictures) == len(each["captions"])
                if "show" in each:
                    shown = arrays[each["show"]]
                    assert len(shown) == drawn.frames
                    assert -1 <= shown.min() <= shown.max() < len(pictures)
            if each["kind"] == "text":
                assert all(len(line["answers"]) == drawn.frames for line in each["lines"] if "answers" in line)


def test_a_list_grows_by_one_file_a_frame() -> None:
    drawn = scene(look({"view": LIST}))
    assert drawn.frames == 10  # the training files there are
    shown = drawn.arrays["shown"]
    assert [(row >= 0).sum() for row in shown] == list(range(1, 11))
    captions = panel(drawn, "pictures")["captions"]
    assert all(text.endswith("dog" if text.startswith("great") else "cat") for text in captions)


@pytest.mark.parametrize("pattern", ["the book's", "first word", "lower case", "no group"])
def test_what_is_marked_is_group_1(pattern: str, pets: Pets) -> None:
    result = look({"view": REGEX_LAB, "pattern": pattern})
    lines = panel(scene(result), "text", 1)["lines"]
    for i, line in zip(result.found.shown(), lines, strict=True):
        assert words(line).startswith(pets.names[i])
        marked = [part["words"] for part in line["parts"] if isinstance(part, dict) and part.get("mark")]
        label = result.found.labels[i]
        assert marked == ([label] if label else [])
        assert ("✓" in words(line)) == (label == pets.labels[i])
        assert ("✗" in words(line)) == (label is None)


def test_the_labellers_words_stand_on_top() -> None:
    result = look({"view": REGEX_LAB, "pattern": "lower case"})
    (head,) = panel(scene(result), "text")["lines"]
    assert head["answer"] == result.found.says
    assert head["answer"].startswith("AssertionError: Failed to find")


def test_where_an_endless_pattern_was_stopped_is_marked(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex_lab, "WORKER", "print(1); print('null'); print('null'); raise SystemExit(3)")
    result = look({"view": REGEX_LAB})
    lines = panel(scene(result), "text", 1)["lines"]
    assert [words(line).split("  ")[1] for line in lines[:4]] == ["✗ no match"] * 2 + ["✗ stopped here", "not reached"]
    assert words(lines[2]).startswith(pets.names[2])
    assert f"`{pets.names[2]}`" in result.found.findings()[0]


@pytest.mark.parametrize("fault", ["none", NO_RESIZE, REGEX, NOT_IMAGE, NO_LABEL])
def test_the_pipeline_has_every_step_once_and_time_ends_where_it_failed(fault: str) -> None:
    result = look({"view": DOCTOR, "fault": fault})
    drawn = scene(result)
    steps = [step for group in panel(drawn, "pipeline")["groups"] for lane in group["lanes"] for step in lane]
    assert sorted(step["at"] for step in steps) == list(range(len(result.found.steps)))
    assert drawn.arrays["active"].tolist() == list(range(result.found.at + 1))
    assert [step["state"] for step in sorted(steps, key=lambda s: s["at"])] == [s.state for s in result.found.steps]
    assert len(drawn.time["labels"]) == drawn.frames


def test_pictures_of_the_walk_keep_their_proportions() -> None:
    result = look({"view": DOCTOR})
    drawn = scene(result)
    each = panel(drawn, "pictures")
    pictures = opened(each, drawn.arrays)
    scales = set()
    for picture, caption in zip(pictures, each["captions"], strict=True):
        width, height = map(int, caption.split("×"))
        scales |= {round(picture.width / width, 1), round(picture.height / height, 1)}
    assert scales == {0.4}
    last = drawn.arrays["shown"][-1]
    assert [each["captions"][i] for i in last] == ["224×224"] * 4


def test_a_file_that_is_no_image_is_shown_as_one_that_cannot_be() -> None:
    drawn = scene(look({"view": DOCTOR, "fault": NOT_IMAGE}))
    pictures = opened(panel(drawn, "pictures"), drawn.arrays)
    assert [picture is None for picture in pictures[:4]] == [True, False, False, False]
    assert panel(drawn, "pictures")["captions"][0] == "no image"


def test_the_line_with_the_fault_is_marked() -> None:
    lines = panel(scene(look({"view": DOCTOR, "fault": NO_RESIZE})), "text")["lines"]
    marked = [
        words(line) for line in lines if any(isinstance(p, dict) and p.get("mark") for p in line.get("parts", []))
    ]
    assert marked == ["  item_tfms=None,  ← the fault"]
    said = lines[-1]["answers"]
    assert said[-1].startswith("✗ RuntimeError")


def test_a_batch_without_pictures_yet_is_words_alone() -> None:
    drawn = scene(look({"view": SHOW, "size": 64}))
    assert [each["kind"] for row in drawn.rows for each in row.panels] == ["text"]
