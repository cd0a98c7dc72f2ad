"""The net's numbers on the stage: what stands still in them stands still, and all of them are counted."""

from typing import Any

import numpy as np
import pytest

from core.arrays import Array
from core.exhibits.neural_net.net import PARAMETERS
from core.exhibits.neural_net.parameters_and_activations import SWEEP
from core.exhibits.neural_net.settings import IMAGES, STEPS, UNITS
from core.exhibits.neural_net.staging import VMAX, training_pictures
from core.stage.panels import BarsBox, Flow, NumbersBox, PictureBox, TilesBox
from core.stage.panels.images import Box
from core.stage.scene import Scene, Time
from tests.exhibits.neural_net.results import result, scene
from tests.stage.panels import panels


def boxes(one: Scene) -> dict[str, Box]:
    """The boxes of the flow by their first word."""
    (flow,) = panels(one, Flow)
    return {box.title.split()[0].rstrip(",:"): box for box in flow.boxes}


def drawn(box: Box) -> list[Array]:
    """The arrays that a box shows."""
    match box:
        case PictureBox():
            return [box.picture]
        case TilesBox():
            return [box.tiles]
        case BarsBox():
            return [box.bars]
        case NumbersBox():
            return [number.value for number in box.numbers]
    raise TypeError(type(box).__name__)


def changed(box: Box) -> Array:
    assert box.changed is not None
    return box.changed


@pytest.mark.parametrize("change", [{}, {"moves": STEPS}, {"moves": IMAGES}, {"view": UNITS}], ids=str)
def test_every_box_has_its_arrays_in_every_frame(change: dict[str, Any]) -> None:
    one = scene(**change)
    for box in boxes(one).values():
        for array in drawn(box):
            assert len(array) in (1, one.frames), box.title
        assert box.changed is None or len(box.changed) in (1, one.frames), box.title


def test_the_boxes_count_every_number_once() -> None:
    shown = boxes(scene()).values()
    assert sum(box.of or 0 for box in shown if box.color == "parameters") == PARAMETERS
    assert sum(box.of or 0 for box in shown if box.color == "activations") == 31
    assert boxes(scene())["x"].of == 784


def test_parameters_stand_still_while_images_change() -> None:
    one = scene(moves=IMAGES)
    shown = boxes(one)
    assert one.frames == SWEEP
    for name in ("w1", "w2"):
        assert [len(array) for array in drawn(shown[name])] == [1]
        assert changed(shown[name])[1:].max() == 0
    for name in ("x", "30", "answer"):
        assert changed(shown[name])[1:].min() > 0


def test_the_image_stands_still_while_steps_are_taken() -> None:
    shown = boxes(scene())
    assert [len(array) for array in drawn(shown["x"])] == [1]
    assert changed(shown["x"])[1:].max() == 0
    for name in ("w1", "30", "w2", "answer"):
        assert changed(shown[name])[1:].min() > 0
    assert all(changed(box)[0] == -1 for box in shown.values())


def test_pictures_are_the_weights_to_a_hundredth_of_their_scale() -> None:
    training = result().moments.training
    box = boxes(scene())["w1"]
    assert isinstance(box, TilesBox)
    pictures, unit = training_pictures(training)
    assert box.tiles is pictures
    assert box.vmax == VMAX
    weights = training.parts["w1"].reshape(-1, 30, 28, 28)
    inside = np.abs(weights) < VMAX * unit
    assert inside.mean() > 0.99
    assert np.abs(pictures * unit - weights)[inside].max() <= unit / 2 * 1.01
    assert (np.abs(pictures) <= VMAX).all()


def test_another_image_leaves_the_pictures_as_they_are() -> None:
    first, second = (boxes(scene(index=index)) for index in (1, 2))
    assert drawn(first["w1"])[0] is drawn(second["w1"])[0]
    assert not np.array_equal(drawn(first["30"])[0], drawn(second["30"])[0])


def test_time_is_what_moves() -> None:
    images, steps = scene(moves=IMAGES).time, scene().time
    assert isinstance(images, Time)
    assert isinstance(steps, Time)
    assert images.labels is not None
    assert steps.at is not None
    assert images.labels[:2] == ["image 1 of 40: a 3", "image 2 of 40: a 7"]
    assert steps.total == steps.at[-1] == 2000
