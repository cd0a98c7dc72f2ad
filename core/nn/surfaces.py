"""The loss over a plane through the space of all parameters, exact on every image, and a run's path in it.

A plane is `origin + a * first + b * second`. Both models start with a product `x @ w + b`, which is affine in
(a, b): three matrix products, one for each of the plane's vectors, therefore serve every point of the grid,
and what is left for a point is the sigmoid (linear model) or the ReLU and the second layer (`simple_net`).
"""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.errors import UserError
from core.nn.models import ModelName, flatten, unflatten

What = Literal["loss", "accuracy"]

MARGIN = 0.15
"""Room left on every side of a path, as a share of its width."""

CHUNK = 32_768
"""Numbers in a buffer, at most: three buffers fit a core's L2 cache, and torch runs an operation of this size on
the thread that calls it. A second thread would have to be waited for at each of some ten thousand short
operations, which takes many times as long as the arithmetic once anything else uses its core."""

COLUMNS = 240
"""Columns of the product that `losses_at` makes of the first layers of several points."""


class PlaneError(UserError):
    """No plane can be laid here; the message is one sentence that says what to do."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Plane:
    """The points `origin + a * first + b * second`;
    vectors are flat parameters as `flatten` makes them, (P,) float32.
    """

    origin: Tensor
    first: Tensor
    second: Tensor
    extents: tuple[float, float, float, float]  # lowest and highest a, lowest and highest b
    made: Literal["random", "path"]
    note: str = ""  # a sentence on what was unusual, for the caption

    def at(self, coordinates: Array) -> Tensor:
        """The parameters (F, P) that stand at the coordinates (F, 2)."""
        steps = torch.tensor(coordinates, dtype=self.origin.dtype, device=self.origin.device)
        return self.origin + steps[:, :1] * self.first + steps[:, 1:] * self.second

    def project(self, points: Array | Tensor) -> Array:
        """Coordinates (F, 2) float64 of the plane's nearest points to `points` (F, P); NaN for points not finite."""
        return self._coordinates(_float64(points) - _float64(self.origin))

    def variance_explained(self, points: Array | Tensor) -> float:
        """Share, 0 to 1, of the path's variance about its own mean that lies along the plane's directions.

        As usual for principal components; where the plane's origin lies plays no part. Points that are not
        finite are left out; NaN for a path that does not move.
        """
        path = _finite_rows(_float64(points))
        centred = path - path.mean(0)
        inside = self._coordinates(centred)
        total = float((centred**2).sum())
        lengths = self._directions() @ self._directions().T
        return float(((inside @ lengths) * inside).sum()) / total if total > 0 else math.nan

    def fitted(self, points: Array | Tensor) -> "Plane":
        """The same plane, its extents chosen so that the projected points (F, P) fill it but for a margin."""
        return replace(self, extents=_extents(_finite_rows(self.project(points))))

    def _directions(self) -> Array:
        return np.stack([_float64(self.first), _float64(self.second)])

    def _coordinates(self, differences: Array) -> Array:
        """Least squares, so that the directions need not be orthonormal: (F, P) → (F, 2)."""
        with np.errstate(invalid="ignore"):
            return differences @ np.linalg.pinv(self._directions())


@dataclass(frozen=True, eq=False, kw_only=True)
class Surface:
    """Values on a grid: `loss[j, i]` and `accuracy[j, i]` stand at `a[i]`, `b[j]`;
    all float32, None if not asked for.
    """

    a: Array  # (size,)
    b: Array  # (size,)
    loss: Array | None  # (size, size)
    accuracy: Array | None


def random_plane(center: Tensor, like: list[Tensor], seed: int) -> Plane:
    """Two random directions, filter-normalised: from -1 to 1 in both (Li et al. 2018, section 4).

    A filter is one unit's incoming weights, a column of a weight matrix; each random filter gets the norm of
    the center's. Biases stay as they are, as in the authors' figures (their option `biasbn`). `like` gives
    the shapes. PlaneError when the center is not finite or all its weights are 0.
    """
    center = center.detach()
    if not bool(center.isfinite().all()):
        raise PlaneError(
            "These parameters are no longer finite numbers: choose an earlier step, or a lower learning rate."
        )
    generator = torch.Generator().manual_seed(seed)
    filters = unflatten(center, like)
    first, second = (flatten([_filter_normalised(f, generator) for f in filters]) for _ in range(2))
    if not bool(first.any()):
        raise PlaneError("All weights are 0, which leaves a random direction no length: choose another step.")
    return Plane(origin=center, first=first, second=second, extents=(-1.0, 1.0, -1.0, 1.0), made="random")


def _filter_normalised(weights: Tensor, generator: torch.Generator) -> Tensor:
    """A random tensor whose columns have the norms of those of `weights`; zeros for a bias."""
    if weights.ndim < 2:
        return torch.zeros_like(weights)
    noise = torch.randn(weights.shape, generator=generator).to(weights)
    return noise * (weights.norm(dim=0) / noise.norm(dim=0))


def path_plane(points: Array | Tensor, center: Array | Tensor | None = None) -> Plane:
    """The plane of the path's two main directions, through `center` (P,): by default its last finite point.

    `points` is (F, P). The directions are the principal components of the path about its mean, orthonormal, as
    in Li et al. 2018, section 7; the first point has no positive coordinate. Points that are not finite are
    left out. PlaneError when fewer than two different points remain, or the center is not finite.
    """
    device = points.device if isinstance(points, Tensor) else "cpu"
    path = _finite_rows(_float64(points))
    left_out = len(points) - len(path)
    origin = path[-1] if center is None else _float64(center)
    if not np.isfinite(origin).all():
        raise PlaneError("The plane's center is not a finite number: choose an earlier step as its center.")
    notes = [f"{left_out} of {len(points)} recorded points are not finite and are left out."] if left_out else []
    directions, straight = _main_directions(path)
    if straight:
        notes.append("The path is a straight line, so the second direction is a random one at right angles to it.")
    directions *= np.where((path[0] - origin) @ directions.T > 0, -1.0, 1.0)[:, None]
    vectors = torch.tensor(np.stack([origin, *directions]), dtype=torch.float32, device=device)
    return Plane(
        origin=vectors[0],
        first=vectors[1],
        second=vectors[2],
        extents=(0.0, 0.0, 0.0, 0.0),
        made="path",
        note=" ".join(notes),
    ).fitted(path)


def _main_directions(path: Array) -> tuple[Array, bool]:
    """The first two principal components (2, P), orthonormal, and whether the second one had to be made up.

    They come from the F x F products of the points with each other: a path has far fewer points than numbers.
    """
    centred = path - path.mean(0)
    variances, shares = np.linalg.eigh(centred @ centred.T)
    if not variances[-1] > 0 or (path == path[0]).all():
        raise PlaneError("This run did not move its parameters, so it has no path: look at a random plane instead.")
    straight = len(path) < 3 or bool(variances[-2] <= 1e-12 * variances[-1])
    main = shares[:, -1] @ centred
    other = np.random.default_rng(0).standard_normal(len(main)) if straight else shares[:, -2] @ centred
    return np.linalg.qr(np.stack([main, other]).T)[0].T.copy(), straight


def _extents(coordinates: Array) -> tuple[float, float, float, float]:
    """The box around (F, 2) coordinates and a margin; a side without length takes the other's, or else 1."""
    low, high = coordinates.min(0), coordinates.max(0)
    width = high - low
    width = np.where(width > 1e-4 * width.max(), width, width.max() or 1.0)
    middle, reach = (low + high) / 2, width * (0.5 + MARGIN)
    (a_min, b_min), (a_max, b_max) = (middle - reach).tolist(), (middle + reach).tolist()
    return a_min, a_max, b_min, b_max


def loss_surface(
    model: ModelName,
    plane: Plane,
    digits_x: Tensor,
    digits_y: Tensor,
    size: int = 51,
    what: Sequence[What] = ("loss", "accuracy"),
) -> Surface:
    """`mnist_loss` and accuracy of all n images at size x size points of the plane, on the device of `digits_x`.

    `digits_x` is (n, 784) float32, `digits_y` (n, 1). Values are the plain loop's up to float32 rounding; NaN
    where parameters are so large that a term of a logit overflows.
    """
    x, threes = digits_x, (digits_y[:, 0] == 1).to(digits_x)
    n, (a_min, a_max, b_min, b_max) = len(x), plane.extents
    a, b = np.linspace(a_min, a_max, size, dtype=np.float32), np.linspace(b_min, b_max, size, dtype=np.float32)
    grid = torch.from_numpy(a).to(x), torch.from_numpy(b).to(x)
    w1, b1, *top = _layers(model, torch.stack([plane.origin, plane.first, plane.second]).detach().to(x), x.shape[1])
    bottom = first_layer(x, w1, b1)

    def sums(images: slice) -> Tensor:
        part = bottom[:, :, images].contiguous()
        rows = relu_rows(part, top, *grid) if top else linear_rows(part[:, 0], *grid)
        return sums_over_images(rows, threes[images], size, what)

    step = max(CHUNK // (bottom.shape[1] if top else size), 1) if x.device.type == "cpu" else n
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        chunks = pool.map(sums, (slice(start, start + step) for start in range(0, n, step)))
        loss, hits = sum(chunks, torch.zeros((), dtype=torch.float64))
    total = float(threes.sum())
    return Surface(
        a=_shared(a),
        b=_shared(b),
        loss=_float32((total + loss) / n) if "loss" in what else None,
        accuracy=_float32((n - total - hits) / n) if "accuracy" in what else None,
    )


def _layers(model: ModelName, vectors: Tensor, inputs: int) -> list[Tensor]:
    """The model's tensors at F flat vectors (F, P), each (F, ...); the hidden units follow from P."""
    hidden = 1 if model == "linear" else (vectors.shape[1] - 1) // (inputs + 2)
    shapes = [(inputs, hidden), (hidden,), (hidden, 1), (1,)][: 2 if model == "linear" else 4]
    parts = vectors.split([math.prod(shape) for shape in shapes], dim=1)
    return [part.reshape(-1, *shape) for part, shape in zip(parts, shapes, strict=True)]


def first_layer(x: Tensor, weights: Tensor, biases: Tensor) -> Tensor:
    """`x @ w + b` of F layers in one product: (n, 784), (F, 784, units), (F, units) → (F, units, n), strided."""
    rows = weights.transpose(1, 2).reshape(-1, x.shape[1])
    return torch.addmm(biases.reshape(-1), x, rows.T).T.view(*biases.shape, len(x))


def sums_over_images(rows: Iterator[Tensor], threes: Tensor, size: int, what: Sequence[What]) -> Tensor:
    """For every point, the sums over images of sign * prediction and sign * (prediction is three): (2, size, size).

    The sign is -1 for a three and 1 for a seven, so that a sum lacks only a constant to be the loss or the
    number of right answers. Row j of the grid is the j-th of `rows`, logits (size, images), which are overwritten.
    """
    signs = 1 - 2 * threes
    totals = threes.new_zeros(2, size, size)
    predictions = threes.new_empty(size, len(threes))
    for logits, loss, hits in zip(rows, *(t.unbind() for t in totals), strict=True):
        if "loss" in what:
            torch.mv(torch.sigmoid(logits, out=predictions), signs, out=loss)
        if "accuracy" in what:
            torch.mv(logits.gt_(0), signs, out=hits)
    return totals.cpu().double()


def linear_rows(parts: Tensor, a: Tensor, b: Tensor) -> Iterator[Tensor]:
    """Logits (size, images) of every row of the grid; `parts` (3, images) is what each of the plane's vectors gives."""
    level, along_a, along_b = parts
    along_row = torch.outer(a, along_a)
    logits = torch.empty_like(along_row)
    for start in (level + torch.outer(b, along_b)).unbind():
        yield torch.add(along_row, start, out=logits)


def relu_rows(parts: Tensor, top: list[Tensor], a: Tensor, b: Tensor) -> Iterator[Tensor]:
    """As `linear_rows`; `parts` is (3, units, images), `top` the second layer: weights (3, units, 1), biases (3, 1)."""
    level, along_a, along_b = parts
    w2, b2 = (t[0] + b[:, None, None] * t[2] + a[:, None] * t[1] for t in (top[0][:, :, 0], top[1]))
    start, hidden = torch.empty_like(level), torch.empty_like(level)
    logits = level.new_empty(len(a), level.shape[1])
    columns, points = hidden.T, list(zip(a.tolist(), logits.unbind(), strict=True))
    for value, weights, bias in zip(b.tolist(), w2.unbind(), b2.unbind(), strict=True):
        torch.add(level, along_b, alpha=value, out=start)
        for (step, logit), weight in zip(points, weights.unbind(), strict=True):
            torch.add(start, along_a, alpha=step, out=hidden).relu_()
            torch.mv(columns, weight, out=logit)
        yield logits.add_(bias)


def losses_at(model: ModelName, points: Array | Tensor, x: Tensor, y: Tensor) -> Array:
    """`mnist_loss` on all of x (n, 784), y (n, 1) at every row of `points` (F, P): (F,) float32."""
    points = torch.tensor(points) if isinstance(points, np.ndarray) else points.detach()
    units = 1 if model == "linear" else points.shape[1] // (x.shape[1] + 2)
    losses = []
    for group in points.to(x).split(max(COLUMNS // units, 1)):
        w1, b1, *top = _layers(model, group, x.shape[1])
        logits = first_layer(x, w1, b1)
        if top:
            logits = torch.baddbmm(top[1][:, :, None], top[0].mT, logits.relu_())
        losses.append((y.T - logits[:, 0].sigmoid()).abs_().mean(1))
    return _float32(torch.cat(losses))


def _float64(values: Array | Tensor) -> Array:
    return np.asarray(values.detach().cpu() if isinstance(values, Tensor) else values, dtype=np.float64)


def _float32(values: Tensor) -> Array:
    return _shared(values.float().cpu().numpy())


def _shared(values: Array) -> Array:
    """The array made read-only: results are cached and shown to everyone."""
    values.setflags(write=False)
    return values


def _finite_rows(points: Array) -> Array:
    """The rows (F, ...) without NaN or infinity; PlaneError when none is left."""
    finite = points[np.isfinite(points).all(1)]
    if len(finite) == 0:
        raise PlaneError("No step of this run has finite parameters: choose a lower learning rate.")
    return finite
