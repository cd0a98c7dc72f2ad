"""The net's numbers on the stage: learned ones in green, calculated ones in orange, and which of them change."""

import numpy as np

from core.arrays import Array
from core.exhibits.neural_net.moments import Moments
from core.exhibits.neural_net.net import ACTIVATIONS_OF_NET, PARAMETERS
from core.exhibits.neural_net.parameters_and_activations import Changes
from core.exhibits.neural_net.staging import (
    VMAX,
    staged,
    steps_seconds,
    steps_time,
    training_pictures,
    weight_pictures,
)
from core.nn.models import HIDDEN, PIXELS
from core.stage.panels import BarsBox, BoxNumber, Curve, Flow, NumbersBox, PictureBox, Series, TilesBox
from core.stage.scene import Row, Scene, Time


def scene(result: Changes) -> Scene:
    """Its time is the training's steps, or the images shown."""
    moments = result.moments
    outcome = _answers(moments) if moments.sweeping else _accuracies(moments)
    rows = (Row(296, (_flow(moments),)), Row(150, (_changes(moments), outcome)))
    if not moments.sweeping:
        return staged(result, rows, steps_time(moments), steps_seconds(moments))
    labels = [f"image {i + 1} of {moments.frames}: a {'3' if three else '7'}" for i, three in enumerate(moments.threes)]
    return staged(result, rows, Time(labels=labels), 0.45 * moments.frames)


def _flow(moments: Moments) -> Flow:
    return Flow(
        title="Green is learned and kept; orange is calculated anew",
        boxes=[_image(moments), _first_layer(moments), _units(moments), _second_layer(moments), _answer(moments)],
        narrow_height=470,
    )


def _image(moments: Moments) -> PictureBox:
    return PictureBox(
        title="x: the image",
        color="data",
        weight=4,
        narrow=32,
        picture=moments.images.reshape(-1, 28, 28),
        vmax=1,
        of=PIXELS,
        changed=moments.changed["x"],
    )


def _first_layer(moments: Moments) -> TilesBox:
    if moments.sweeping:
        tiles, _ = weight_pictures(moments.parts["w1"])
    else:
        tiles, _ = training_pictures(moments.training)
    return TilesBox(
        title="w1, b1: learned",
        color="parameters",
        weight=12,
        narrow=67,
        tiles=tiles,
        vmax=VMAX,
        of=PIXELS * HIDDEN + HIDDEN,
        changed=_together(moments, "w1", "b1"),
    )


def _units(moments: Moments) -> BarsBox:
    return BarsBox(
        title="30 units: calculated",
        color="activations",
        weight=4,
        narrow=36,
        bars=moments.hidden,
        domain=(0, float(moments.hidden.max()) or 1.0),
        of=HIDDEN,
        changed=moments.changed["hidden"],
    )


def _second_layer(moments: Moments) -> BarsBox:
    w2 = moments.parts["w2"]
    return BarsBox(
        title="w2, b2: learned",
        color="parameters",
        weight=4,
        narrow=33,
        bars=w2,
        domain=(min(0.0, float(w2.min())), max(0.0, float(w2.max()))),
        of=HIDDEN + 1,
        changed=_together(moments, "w2", "b2"),
    )


def _answer(moments: Moments) -> NumbersBox:
    return NumbersBox(
        title="answer: calculated",
        color="activations",
        weight=4,
        narrow=30,
        of=1,
        changed=moments.changed["logit"],
        numbers=[
            BoxNumber(label="logit", value=moments.logits[:, None], color="activations"),
            BoxNumber(label="probability of a 3", value=moments.probabilities[:, None], color="activations"),
        ],
    )


def _together(moments: Moments, *names: str) -> Array:
    """Changes of several tensors, and -1 for the first moment."""
    return np.append(-1, moments.total(*names)).astype(np.int32)


def _clock(moments: Moments) -> tuple[Array, str]:
    """What runs along the bottom: images shown, or steps taken."""
    if moments.sweeping:
        return np.arange(1, moments.frames + 1), "image"
    return moments.training.steps, "steps taken"


def _changes(moments: Moments) -> Curve:
    at, label = _clock(moments)
    learned, calculated = moments.parameter_changes / PARAMETERS, moments.activation_changes / ACTIVATIONS_OF_NET
    return Curve(
        title="Changed since the moment before, %",
        x_label=label,
        at=at,
        y_domain=(-4, 104),
        x_domain=(float(at[0]), float(at[-1])),
        series=[
            Series(x=at[1:], y=100 * learned, label="parameters", color="parameters"),
            Series(x=at[1:], y=100 * calculated, label="activations", color="activations"),
        ],
    )


def _answers(moments: Moments) -> Curve:
    """What each image is taken for, and what it is."""
    at, label = _clock(moments)
    return Curve(
        title="The answer: how likely a 3",
        x_label=label,
        at=at,
        y_domain=(-0.04, 1.04),
        series=[
            Series(x=at, y=moments.probabilities, label="probability", color="activations"),
            Series(x=at, y=moments.threes.astype(np.float32), label="it is a 3", color="data", symbol=0),
        ],
    )


def _accuracies(moments: Moments) -> Curve:
    """The net's and the linear model's."""
    at, label = _clock(moments)
    net, linear = moments.training.accuracy, moments.training.linear_accuracy
    return Curve(
        title="Accuracy on the validation digits",
        x_label=label,
        at=at,
        y_domain=(max(0.0, float(min(net.min(), linear.min())) - 0.05), 1.0),
        series=[
            Series(x=at, y=net, label="the net", color="metric"),
            Series(x=at, y=linear, label="the linear model", color="metric", lane="B"),
        ],
    )
