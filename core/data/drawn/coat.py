"""The colours of a coat as functions of the place on the animal, so that markings turn with it."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from core.data.drawn.forms import Array
from core.data.drawn.traits import Coat, Patch, Pattern


@cache
def linear(colour: str) -> tuple[float, float, float]:
    """#rrggbb as linear light, with the square as the transfer curve."""
    return tuple((int(colour[i : i + 2], 16) / 255) ** 2 for i in (1, 3, 5))  # type: ignore[return-value]


def column(colour: str | tuple[float, ...]) -> Array:
    """A colour (3, 1, 1) in linear light."""
    return np.array(linear(colour) if isinstance(colour, str) else colour, np.float32)[:, None, None]


def step(low: float, high: float, value: Array) -> Array:
    """0 up to `low`, 1 from `high`, smooth between (either may be the larger)."""
    t = np.asarray((value - np.float32(low)) * np.float32(1 / (high - low)))
    np.maximum(t, 0, out=t)
    np.minimum(t, 1, out=t)
    slope = 3 - 2 * t
    t *= t
    t *= slope
    return t


def mix(under: Array, over: Array | np.float32, weight: Array | np.float32) -> Array:
    """`under` where the weight is 0, `over` where it is 1."""
    change = times(np.asarray(over - under), weight)
    if np.shape(under) == change.shape or np.ndim(under) < change.ndim or np.size(under) < change.size:
        change += under
        return change
    return under + change


def times(values: Array, weight: Array | np.float32) -> Array:
    """`values` times the weight, in their own place where the product has their shape and type."""
    fits = np.broadcast_shapes(values.shape, np.shape(weight)) == values.shape
    if fits and np.result_type(values, weight) == values.dtype:
        values *= weight
        return values
    return values * weight


def window(low: float, high: float, axis: Array) -> slice:
    """Where an ascending axis (n,) lies between two values, with a place more on either side."""
    return slice(max(0, int(np.searchsorted(axis, low)) - 1), int(np.searchsorted(axis, high)) + 1)


def waves(rng: np.random.Generator, place: Array, frequency: float, count: int = 4) -> Array:
    """Smooth noise (h, w) with standard deviation about 1, of places (3, h, w)."""
    total = np.zeros(place.shape[1:], np.float32)
    for _ in range(count):
        way = rng.standard_normal(3)
        way *= frequency * rng.uniform(0.7, 1.4) / np.linalg.norm(way)
        phase = sum(np.float32(way[i]) * place[i] for i in range(3)) + np.float32(rng.uniform(0, 6.28))
        total += np.sin(phase)
    return total * np.float32(1.41 / np.sqrt(count))


def patch_weight(patch: Patch, place: Array, wobble: Array) -> Array:
    """How much (h, w) of a patch's tone there is at places (3, h, w) of the animal."""
    x = np.abs(place[0]) if patch.centre[0] else place[0]
    axes = (x, place[1], place[2])
    q = sum(((axes[i] - np.float32(patch.centre[i])) * np.float32(1 / patch.radii[i])) ** 2 for i in range(3))
    near = np.sqrt(np.asarray(q)) + np.float32(patch.ragged) * wobble
    return patch.strength * step(1 + patch.soft, 1 - patch.soft, near)


def markings(pattern: Pattern, rng: np.random.Generator, place: Array, head: bool) -> Array:
    """How dark (h, w) the pattern of a coat is at places (3, h, w)."""
    x, y, z = np.abs(place[0]), place[1], place[2]
    warp = waves(rng, place, 3.0 if head else 2.2)
    if pattern == "brindle":
        lines = np.sin((15.0 if head else 14.0) * y + 4 * x + 2.4 * warp + 4 * z)
        return 0.85 * step(0.1, 0.9, lines) * step(-1.0, 0.7, waves(rng, place, 5.0))
    if head:  # both tabbies: lines fanning over the forehead, lines along the cheeks
        fan = np.cos(15.5 * x / (0.75 - 0.5 * y) + 0.5 * warp)
        brow = step(0.0, 0.5, fan) * step(-0.14, -0.34, y) * step(0.95, 0.5, x)
        along = np.cos(11 * (y + 0.28 * x) + 0.8 * warp)
        return np.maximum(brow, step(0.2, 0.7, along) * step(0.42, 0.68, x) * step(-0.25, -0.02, y))
    if pattern == "tabby":
        rings = np.cos(5.6 * (y + 0.22 * x) + 0.9 * warp)
        return step(0.0, 0.65, rings) * step(0.1, 0.5, x + 0.2 * warp)
    cells = np.abs(waves(rng, place, 10.5, 5) + 0.2)
    return step(0.55, 0.85, cells) * step(1.9, 1.5, cells)


def albedo(
    coat: Coat, pattern: Pattern, patches: Sequence[Patch], rng: np.random.Generator, place: Array, head: bool
) -> Array:
    """The coat's own colour (3, h, w) in linear light at places (3, h, w) of a head or a body."""
    wobble = waves(rng, place, 5.0)
    tone = 1 + np.float32(0.07) * waves(rng, place, 2.0, 3)
    colour = column(coat.base) * tone
    if pattern != "plain":
        colour = mix(colour, column(coat.dark), markings(pattern, rng, place, head))
    for patch in patches:
        colour = mix(colour, column(getattr(coat, patch.tone)), patch_weight(patch, place, wobble))
    return colour
