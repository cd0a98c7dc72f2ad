"""The scenes of presizing: they pack, their arrays are there, and the loupe's pictures are exact."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.exhibits.presizing.experiment import FIT, PIPELINE, SPEED, Result, Settings, experiment, join, work
from core.exhibits.presizing.scene import scene
from core.exhibits.presizing.transforms_speed import Rate
from core.stage.scene import Scene
from tests.stage.panels import check, named

CASES: list[dict[str, Any]] = [
    {}, {"picture": "noise"}, {"geometry": "as in the book", "draw": 3}, {"degrees": 0, "zoom": 1.0, "warp": 0.0},
    {"view": PIPELINE}, {"view": PIPELINE, "recipe": "standard", "split": "valid"}, {"view": FIT},
    {"view": FIT, "shape": "tall", "split": "valid"}, {"view": FIT, "shape": "small", "target": 224}, {"view": SPEED},
]  # fmt: skip
MOST = 1_000_000  # bytes of a scene


@cache
def result(**change: Any) -> Result:
    return experiment(Settings(pets="drawn", **change))


@cache
def made(**change: Any) -> Scene:
    return scene(result(**change))


def files(one: Scene, name: str) -> list[np.ndarray]:
    """The pictures of that name, decoded."""
    ends = one.arrays[f"{name}_ends"]
    parts = np.split(one.arrays[name], ends[:-1])
    return [np.array(Image.open(io.BytesIO(part.tobytes())).convert("RGB")) for part in parts]


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_arrays_are_there(change: dict[str, Any]) -> None:
    one = made(**change)
    arrays = check(one)
    panels = [panel for row in one.rows for panel in row.panels]
    assert named(panels, {"pictures", "ends", "show", "boxes", "values"}) - set(arrays) == set()
    assert len(one.pack()) < MOST
    assert 300 <= sum(row.height for row in one.rows) <= 540
    for panel in panels:
        if "ends" in panel:
            assert arrays[panel["ends"]][-1] == len(arrays[panel["pictures"]])
        if "captions" in panel:
            assert len(panel["captions"]) == len(arrays[panel["ends"]])


def test_the_loupes_pictures_are_exact() -> None:
    pair = result().found.pair  # type: ignore[union-attr]
    shown = files(made(), "pair")
    assert np.array_equal(shown[0], pair.presized.picture)
    assert np.array_equal(shown[1], pair.standard.picture)


def test_strips_hold_every_draw_and_the_one_in_the_picture() -> None:
    settings = Settings(pets="drawn", draws=8)
    one = scene(join(experiment(settings), list(work(settings, lambda: False))))
    check(one)
    strips = one.rows[1].panels
    assert [len(one.arrays[strip["curves"][0]["x"]]) for strip in strips] == [8, 8, 8]
    for strip in strips:
        low, high = strip["xDomain"]
        every = np.concatenate([one.arrays[curve["x"]] for curve in (*strip["curves"], *strip["moving"])])
        assert low <= min(every.min(), 0)
        assert every.max() <= high


def test_boxes_are_shares_of_the_picture_they_lie_on() -> None:
    one = made(view=FIT)
    found = result(view=FIT).found
    crop, pad, squish, *_ = (one.arrays["boxes"][i] for i in one.arrays["show"][0])
    assert crop[2:] == pytest.approx((1, 300 / 451))
    assert squish == pytest.approx((0, 0, 1, 1))
    assert pad[3] == pytest.approx(1)
    assert one.arrays["show"].shape == (len(found.draws), 5)  # type: ignore[union-attr]
    assert len(files(one, "taken")) == len(files(one, "made")) == len(one.arrays["boxes"])


def test_every_step_that_has_a_picture_shows_it() -> None:
    one, found = made(view=PIPELINE), result(view=PIPELINE).found
    assert len(files(one, "first")) == len(found.steps)  # type: ignore[union-attr]
    assert one.rows[0].panels[0]["names"][-1] == "brightness + contrast, composed"


def test_speeds_have_a_bar_each() -> None:
    rates = [Rate("a", "cpu", 1, 10, 0.2), Rate("b", "cpu", 16, 3, 0.5)]
    one = scene(join(result(view=SPEED), rates))
    check(one)
    assert one.arrays["rates"].tolist() == [5, 32]
    assert one.rows[0].panels[0]["names"] == ["a, CPU", "b, CPU"]
