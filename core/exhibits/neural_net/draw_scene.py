"""A drawing on its way to 28×28, and what three judges take it for."""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from core.arrays import Array
from core.exhibits.neural_net.draw import Drawn
from core.exhibits.neural_net.staging import staged
from core.exhibits.neural_net.strokes import BOX, FIELD, MIDDLE, Prepared
from core.nn.models import HIDDEN
from core.stage.panels import Bars, Pixels
from core.stage.scene import Row, Scene

SHOWN = 140  # pixels of the drawing as it is shown


def scene(result: Drawn) -> Scene:
    """Three steps from ink to MNIST's format, then the verdicts; black and empty where there is nothing to judge."""
    return staged(result, (Row(206, _steps(result)), Row(200, _verdicts(result))))


def _nothing(ink: Tensor) -> Prepared:
    """What is shown of a drawing that cannot be prepared."""
    fitted, placed = torch.zeros(BOX, BOX), torch.zeros(FIELD, FIELD)
    return Prepared(ink=ink, box=(0, 0, 0, 0), fitted=fitted, placed=placed, centre=(MIDDLE, MIDDLE))


def _steps(result: Drawn) -> tuple[Pixels, ...]:
    prepared = result.prepared or _nothing(result.ink)
    middle = np.array([[0, MIDDLE, MIDDLE, 1, 1]] if result.prepared else [[0] * 5], np.float32)
    return (
        _ink(result.ink, prepared),
        _step("2 Fitted into 20 × 20", prepared.fitted),
        _step("3 Centre of mass in the middle", prepared.placed, middle),
    )


def _ink(ink: Tensor, prepared: Prepared) -> Pixels:
    """The drawing, made smaller if it is large, and its bounding box."""
    side = min(SHOWN, ink.shape[0])
    small = interpolate(ink[None, None], side, mode="area")[0, 0] if side < ink.shape[0] else ink
    scale = side / ink.shape[0]
    box = np.array([[0, *(number * scale for number in prepared.box)]], np.float32)
    return _step("1 Ink, and its bounding box", small, box)


def _step(title: str, picture: Tensor, box: Array | None = None) -> Pixels:
    return Pixels(title=title, array=picture.numpy()[None, None], box=box, narrow_height=190)


def _verdicts(result: Drawn) -> tuple[Bars, Bars, Bars]:
    """Numbers stand above the bars only where there is a verdict."""
    verdict = result.verdict
    digits = 3 if verdict else 0
    distances = Bars(
        title="Distance: the nearer wins",
        labels=("average 3", "average 7"),
        heights=np.array(verdict.distances if verdict else [0, 0], np.float32),
        color="data",
        weight=2,
        narrow_height=170,
        digits=digits,
    )
    probabilities = Bars(
        title="Probability of a 3",
        labels=("linear", "net"),
        heights=np.array([verdict.linear, verdict.net] if verdict else [0, 0], np.float32),
        color="activations",
        y_domain=(0, 1.15),
        weight=2,
        narrow_height=170,
        digits=digits,
    )
    return distances, probabilities, _units(verdict.hidden if verdict else np.zeros(HIDDEN, np.float32))


def _units(hidden: Array) -> Bars:
    return Bars(
        title="Calculated for it: the net's 30 units",
        edges=np.arange(HIDDEN + 1) - 0.5,
        x_label="unit",
        heights=hidden,
        color="activations",
        weight=3,
        narrow_height=190,
    )
