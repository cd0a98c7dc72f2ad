"""The scenes of augmentation: they pack, their pictures can be decoded, and captions say what was drawn."""

import io
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.exhibits.augmentation.crop_box import BATCHES
from core.exhibits.augmentation.experiment import BATCH, BATCH_SIDE, EPOCHS, ITEM_SIDE, KNOBS, Settings, experiment
from core.exhibits.augmentation.scene import scene
from core.exhibits.augmentation.variants import COUNT
from core.stage.scene import Scene, unpack
from tests.stage.panels import check

CASES: list[dict[str, Any]] = [
    *({"knob": knob} for knob in KNOBS), {"apart": True}, {"knob": "warp", "max_warp": 0.9}, {"knob": "flip", "flip_vert": True},
    {"knob": "rotate", "max_rotate": 0.0}, {"view": EPOCHS}, {"view": EPOCHS, "knob": "flip"}, {"view": BATCH},
    {"view": BATCH, "min_scale": 1.0},
]  # fmt: skip
MOST = 200_000  # bytes of a scene: a control's move sends one


@cache
def made(**change: Any) -> Scene:
    return scene(experiment(Settings(pets="drawn", **change)))


def pictures(arrays: dict[str, np.ndarray], name: str) -> list[Image.Image]:
    ends = [0, *arrays[f"{name}_ends"]]
    files = [arrays[name][start:end].tobytes() for start, end in pairwise(ends)]
    return [Image.open(io.BytesIO(file)) for file in files]


def panels(one: Scene) -> list[dict[str, Any]]:
    return [panel for row in unpack(one.pack())[0]["rows"] for panel in row["panels"]]


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_pictures_open(change: dict[str, Any]) -> None:
    one = made(**change)
    arrays = check(one)
    assert len(one.pack()) < MOST
    for panel in panels(one):
        if panel["kind"] == "curve":
            continue
        files = pictures(arrays, panel["pictures"])
        assert {file.size for file in files} <= {
            (side, side) for side in (ITEM_SIDE, ITEM_SIDE // 2, BATCH_SIDE, BATCH_SIDE // 2)
        }
        assert panel["kind"] == "outlines" or len(panel.get("captions", files)) == len(files)
        if "show" in panel:
            assert len(arrays[panel["show"]]) == one.frames
            assert arrays[panel["show"]].max() == len(files) - 1
        if "boxes" in panel:
            assert len(arrays[panel["boxes"]]) == len(files)
        if panel["kind"] == "outlines":
            assert len(arrays["outlines"]) == len(panel["labels"]) == one.frames == COUNT
            assert np.isfinite(arrays["outlines"]).all()


def test_captions_and_words_tell_the_draws() -> None:
    found = experiment(Settings(knob="rotate")).found
    outlines, variants = panels(made(knob="rotate"))
    for i, angle in enumerate(found.draws.angle):
        degrees = f"{round(float(angle))}°".replace("-", "−")
        assert variants["captions"][i] == f"{i + 1}: {degrees}"
        assert f"turned by {degrees}" in outlines["labels"][i]


def test_the_curve_counts_what_was_counted() -> None:
    found = experiment(Settings(view=EPOCHS, knob="flip", pets="drawn")).found
    _, arrays = unpack(made(view=EPOCHS, knob="flip").pack())
    np.testing.assert_array_equal(arrays["seen"], found.seen(found.train))
    np.testing.assert_array_equal(arrays["size"], found.size)
    np.testing.assert_array_equal(arrays["seen of validation"], 1)


def test_a_batch_is_shown_at_a_time() -> None:
    one = made(view=BATCH)
    _, arrays = unpack(one.pack())
    assert one.frames == BATCHES
    assert sorted(arrays["shown"].ravel()) == list(range(arrays["shown"].size))
    boxes = arrays["boxes"][arrays["shown"]]
    assert (boxes == boxes[:, :1]).all()
