"""A drawing made into a picture as MNIST makes them: bounding box, 20×20, centre of mass in the middle of 28×28.

"The images were size normalized to fit in a 20x20 pixel box while preserving their aspect ratio … The images were
centered in a 28x28 image by computing the center of mass of the pixels" (LeCun, Cortes and Burges, MNIST).
"""

from dataclasses import dataclass
from math import hypot
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn.functional import interpolate

from core.errors import UserError

PAPER = 1000  # strokes are drawn on PAPER × PAPER units
RASTER = 280  # pixels of the drawing before it is made small
PEN = 0.09  # width of the pen, a share of the paper
BOX, FIELD = 20, 28  # pixels of the digit, and of the picture around it
MIDDLE = 14  # row and column of the centre of mass, counted from 0 as MNIST's own pictures have it

MOST_STROKES, MOST_POINTS = 60, 6000
FULL = 0.8  # share of the paper under ink from which it counts as all ink

Stroke = tuple[tuple[int, int], ...]

BROKEN = "This drawing did not arrive whole, so it is not used: press Clear and draw again."
LARGE = f"This drawing has more than {MOST_STROKES} strokes or {MOST_POINTS:,} points: press Clear and draw fewer."


def read_strokes(value: Any) -> tuple[Stroke, ...]:
    """Strokes from what a browser sent: a list of lists x, y, x, y, … of whole numbers from 0 to PAPER.

    None is an empty canvas. UserError for anything else: a browser may send what it likes.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(stroke, list) for stroke in value):
        raise UserError(BROKEN)
    if len(value) > MOST_STROKES or sum(map(len, value)) > 2 * MOST_POINTS:
        raise UserError(LARGE)
    for stroke in value:
        on_paper = all(type(number) is int and 0 <= number <= PAPER for number in stroke)
        if not stroke or len(stroke) % 2 or not on_paper:
            raise UserError(BROKEN)
    return tuple(tuple(zip(stroke[::2], stroke[1::2], strict=True)) for stroke in value)


def rasterise(strokes: tuple[Stroke, ...]) -> Tensor:
    """Ink 1 on paper 0, (280, 280), without grey: the bilevel picture that MNIST's steps begin with."""
    paper = Image.new("1", (RASTER, RASTER))
    pen, radius = ImageDraw.Draw(paper), PEN * RASTER / 2
    for stroke in strokes:
        points = [(x * RASTER / PAPER, y * RASTER / PAPER) for x, y in stroke]
        if len(points) > 1:
            pen.line(points, fill=1, width=round(2 * radius))
        for x, y in points:  # a round end, and a round joint
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return torch.from_numpy(np.asarray(paper, np.float32))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The steps from ink to one of MNIST's pictures."""

    ink: Tensor  # (n, n)
    box: tuple[int, int, int, int]  # its bounding box: row, column, height, width
    fitted: Tensor  # (20, 20), the box's contents in the middle
    placed: Tensor  # (28, 28)
    centre: tuple[float, float]  # row and column of the centre of mass of `placed`


def bounding_box(ink: Tensor) -> tuple[int, int, int, int]:
    """Row, column, height and width of all that is not 0 in a picture with some ink."""
    rows, columns = (ink.amax(axis).nonzero()[:, 0] for axis in (1, 0))
    top, left = int(rows[0]), int(columns[0])
    return top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1


def fit(picture: Tensor) -> Tensor:
    """The picture scaled, with antialiasing, until its longer side has 20 pixels; the aspect stays."""
    scale = BOX / max(picture.shape)
    size = [max(1, round(side * scale)) for side in picture.shape]
    if size == list(picture.shape):
        return picture
    return interpolate(picture[None, None], size, mode="bilinear", antialias=True)[0, 0].clamp(0, 1)


def centre_of_mass(picture: Tensor) -> tuple[float, float]:
    """Mean row and column, weighed by brightness."""
    mass = picture.sum()
    rows, columns = (torch.arange(side, dtype=torch.float32) for side in picture.shape)
    return float(picture.sum(1) @ rows / mass), float(picture.sum(0) @ columns / mass)


def place(picture: Tensor) -> Tensor:
    """The picture on (28, 28), moved by whole pixels until its centre of mass is at (14, 14), but not over the edge."""
    field = torch.zeros(FIELD, FIELD)
    corner = [round(MIDDLE - mean) for mean in centre_of_mass(picture)]
    top, left = (min(max(at, 0), FIELD - side) for at, side in zip(corner, picture.shape, strict=True))
    field[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return field


def prepare(ink: Tensor) -> Prepared:
    """All the steps, from a picture (n, n) with some ink, 0 to 1."""
    top, left, height, width = bounding_box(ink)
    small = fit(ink[top : top + height, left : left + width])
    in_box = torch.zeros(BOX, BOX)
    row, column = ((BOX - side) // 2 for side in small.shape)
    in_box[row : row + small.shape[0], column : column + small.shape[1]] = small
    placed = place(small)
    box = top, left, height, width
    return Prepared(ink=ink, box=box, fitted=in_box, placed=placed, centre=centre_of_mass(placed))


def what_is_wrong(strokes: tuple[Stroke, ...], ink: Tensor) -> str | None:
    """One sentence for a drawing that is no digit at all; None for one that may be."""
    if not strokes:
        return "The canvas is empty: draw a 3 or a 7 on it, with mouse, finger, pen or arrow keys."
    if ink.mean() > FULL:
        return "The canvas is all ink, so there is no shape left to judge: press Clear and draw a 3 or a 7."
    points = [point for stroke in strokes for point in stroke]
    (x0, *_), (y0, *_) = (sorted(axis) for axis in zip(*points, strict=True))
    reach = max(hypot(x - x0, y - y0) for x, y in points)
    if reach < PEN * PAPER:
        return "This is a single dot, and made large enough for 20×20 pixels only a blot: draw a 3 or a 7."
    return None
