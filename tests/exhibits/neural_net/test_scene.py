"""The scenes of the neural net: they pack, their arrays are there, and what stands still in them stands still."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.neural_net.anatomy import PARAMETERS, SWEEP
from core.exhibits.neural_net.deep_net import Report
from core.exhibits.neural_net.experiment import (
    DEAD,
    DRAW,
    IMAGES,
    RESNET,
    STEPS,
    SUMMARY,
    UNITS,
    Settings,
    experiment,
    join,
    with_drawing,
)
from core.exhibits.neural_net.scene import scene
from core.stage.scene import Scene, unpack
from tests.stage.panels import check

THREE = [[300, 200, 500, 130, 680, 220, 620, 400, 450, 470, 650, 560, 690, 740, 500, 860, 300, 800]]
CASES: list[dict[str, Any]] = [
    {}, {"moves": STEPS}, {"moves": IMAGES}, {"moves": IMAGES, "epoch": 0}, {"view": UNITS, "digit": 7}, {"view": DEAD},
    {"view": DEAD, "learning_rate": 30.0}, {"view": SUMMARY}, {"view": SUMMARY, "version": "notes"}, {"view": DRAW},
    {"view": DRAW, "subject": "7"}, {"view": RESNET}, {"init": "randn"},
]  # fmt: skip
MOST = 2_000_000  # bytes of a scene


@cache
def made(**change: Any) -> Scene:
    return scene(experiment(Settings(digits="built-in", **change)))


def boxes(one: Scene) -> dict[str, dict[str, Any]]:
    """The boxes of the flow by their first word."""
    (flow,) = (panel for row in one.rows for panel in row.panels if panel["kind"] == "flow")
    return {box["title"].split()[0].rstrip(",:"): box for box in flow["boxes"]}


def drawn_arrays(box: dict[str, Any]) -> list[str]:
    return [box[key] for key in ("picture", "tiles", "bars", "changed") if key in box] + [
        number["value"] for number in box.get("numbers", ())
    ]


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_arrays_are_there(change: dict[str, Any]) -> None:
    one = made(**change)
    arrays = check(one)
    assert len(one.pack()) < MOST
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert 150 <= sum(row.height for row in one.rows) <= 500


@pytest.mark.parametrize("change", [{}, {"moves": STEPS}, {"moves": IMAGES}, {"view": UNITS}], ids=str)
def test_every_box_has_its_arrays_in_every_frame(change: dict[str, Any]) -> None:
    one = made(**change)
    for box in boxes(one).values():
        for name in drawn_arrays(box):
            assert len(one.arrays[name]) in (1, one.frames), name


def test_the_boxes_count_every_number_once() -> None:
    found = boxes(made())
    assert sum(box["of"] for box in found.values() if box["color"] == "parameters") == PARAMETERS
    assert sum(box["of"] for box in found.values() if box["color"] == "activations") == 31
    assert found["x"]["of"] == 784


def test_parameters_stand_still_while_images_change() -> None:
    one = made(moves=IMAGES)
    found = boxes(one)
    assert one.frames == SWEEP
    for name in ("w1", "w2"):
        assert len(one.arrays[found[name].get("tiles") or found[name]["bars"]]) == 1
        assert one.arrays[found[name]["changed"]][1:].max() == 0
    for name in ("x", "30", "answer"):
        assert one.arrays[found[name]["changed"]][1:].min() > 0


def test_the_image_stands_still_while_steps_are_taken() -> None:
    one = made()
    found = boxes(one)
    assert len(one.arrays["x"]) == 1
    assert one.arrays[found["x"]["changed"]][1:].max() == 0
    for name in ("w1", "30", "w2", "answer"):
        assert one.arrays[found[name]["changed"]][1:].min() > 0
    assert all(one.arrays[box["changed"]][0] == -1 for box in found.values())


def test_pictures_are_the_weights_to_a_hundredth_of_their_scale() -> None:
    found = experiment(Settings(digits="built-in")).found
    one, box = made(), boxes(made())["w1"]
    weights = found.parts["w1"].reshape(-1, 30, 28, 28)  # type: ignore[union-attr]
    shown = one.arrays["w1"] * box["unit"]
    inside = np.abs(weights) < 127 * box["unit"]
    assert inside.mean() > 0.99
    assert np.abs(shown - weights)[inside].max() <= box["unit"] / 2 * 1.01
    assert (np.abs(one.arrays["w1"]) <= box["vmax"]).all()


def test_another_image_leaves_the_pictures_as_they_are() -> None:
    assert made(index=1).arrays["w1"] is made(index=2).arrays["w1"]
    assert not np.array_equal(made(index=1).arrays["hidden"], made(index=2).arrays["hidden"])


def test_shares_stand_under_the_units_pictures() -> None:
    one = made(view=UNITS)
    (pixels,) = (panel for panel in one.rows[0].panels if panel["kind"] == "pixels")
    assert pixels["tiles"] == {"text": "shares"}
    assert one.arrays["shares"].shape == (one.frames, 30)
    assert one.arrays["shares"] == pytest.approx(one.arrays["hidden"] * one.arrays["w2"])


def test_dead_units_are_marked() -> None:
    one = made(view=DEAD, learning_rate=10.0)
    dead = one.arrays["lit A"][-1] == 0
    assert dead.sum() == one.arrays["dead A"][-1] > 0
    assert np.array_equal(one.arrays["alive A"][-1] == 0, dead)


def test_a_drawing_is_shown_step_by_step() -> None:
    result = with_drawing(experiment(Settings(digits="built-in", view=DRAW)), THREE)
    one = scene(result)
    arrays = check(one)
    assert arrays["ink"].shape == (1, 1, 140, 140)
    tile, row, column, height, width = arrays["box"][0]
    inked = arrays["ink"][0, 0] > 0
    assert tile == 0
    assert inked[int(row) : int(row + height) + 1, int(column) : int(column + width) + 1].sum() == inked.sum()
    assert arrays["fitted"].shape[-2:] == (20, 20)
    assert arrays["placed"].shape[-2:] == (28, 28)
    assert arrays["probabilities"].min() > 0.9
    assert arrays["distances"][0] < arrays["distances"][1]


def test_without_a_verdict_no_number_is_shown() -> None:
    assert not any("digits" in panel for row in made(view=DRAW).rows for panel in row.panels)
    assert any("digits" in panel for row in made(view=DRAW, subject="3").rows for panel in row.panels)


def test_resnet18_has_a_curve_and_then_a_bar() -> None:
    start = experiment(Settings(digits="built-in", view=RESNET, deep=True))
    going, done = (
        scene(join(start, [Report((0.7, 0.6), 2, 50, 1.0, 11_000_000, "the CPU", end)])) for end in (None, 0.9)
    )
    assert [panel["kind"] for panel in scene(start).rows[0].panels] == ["bars"]
    assert [panel["kind"] for panel in going.rows[0].panels] == ["curve", "bars"]
    assert len(going.arrays["accuracy"]) == 2
    assert done.arrays["accuracy"].tolist() == pytest.approx([0.975, 0.975, 0.9], abs=0.02)
    check(going)


def test_time_is_what_moves() -> None:
    header, _ = unpack(made(moves=IMAGES).pack())
    assert header["time"]["labels"][:2] == ["image 1 of 40: a 3", "image 2 of 40: a 7"]
    header, arrays = unpack(made().pack())
    assert header["time"]["total"] == arrays["steps"][-1] == 2000
