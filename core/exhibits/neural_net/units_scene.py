"""The net's units on the stage: their weights as pictures, and how their shares add up to the answer."""

from core.arrays import Array
from core.exhibits.neural_net.staging import VMAX, staged, steps_seconds, steps_time, training_pictures
from core.exhibits.neural_net.units import Units
from core.stage.panels import BarsBox, BoxNumber, Flow, NumbersBox, PictureBox, Pixels, Quantity, Tiles
from core.stage.scene import Row, Scene


def scene(result: Units) -> Scene:
    """Its time is the training's steps."""
    moments = result.moments
    return staged(result, (Row(440, (_pictures(result), _flow(result))),), steps_time(moments), steps_seconds(moments))


def _pictures(result: Units) -> Pixels:
    pictures, unit = training_pictures(result.moments.training)
    return Pixels(
        title="784 weights into each unit; its share",
        array=pictures,
        signed=True,
        vmax=VMAX,
        unit=unit,
        tiles=Tiles(text=result.shares),
        weight=9,
        narrow_height=370,
    )


def _flow(result: Units) -> Flow:
    moments = result.moments
    image = PictureBox(
        title="image", color="data", weight=5, narrow=33, picture=moments.images.reshape(-1, 28, 28), vmax=1
    )
    boxes = (
        image,
        _bars("activation", moments.hidden, "activations", 33),
        _bars("× w2", moments.parts["w2"], "parameters", 33),
        _bars("= share", result.shares, "activations", 49),
        _answer(result),
    )
    return Flow(title="From the units to the answer", boxes=boxes, weight=13, narrow_height=480)


def _bars(title: str, values: Array, color: Quantity, narrow: int) -> BarsBox:
    domain = min(0.0, float(values.min())), max(1e-9, float(values.max()))
    return BarsBox(title=title, color=color, weight=5, narrow=narrow, bars=values, domain=domain)


def _answer(result: Units) -> NumbersBox:
    moments = result.moments
    return NumbersBox(
        title="sum + b2",
        color="activations",
        weight=5,
        narrow=49,
        numbers=[
            BoxNumber(label="b2", value=moments.parts["b2"], color="parameters"),
            BoxNumber(label="logit", value=moments.logits[:, None], color="activations"),
            BoxNumber(label="P(3)", value=moments.probabilities[:, None], color="activations"),
        ],
    )
