"""Backgrounds out of focus: rooms, sofas, gardens, sky, snow, studio paper. Linear light (3, h, w), small pictures."""

from collections.abc import Callable

import numpy as np

from core.data.drawn.coat import column, mix, step, window
from core.data.drawn.forms import Array
from core.data.drawn.fur import blurred, resized

Scene = Callable[[np.random.Generator, Array, Array, float], Array]
"""(generator, x (1, w), y (h, 1) in units of the shorter side from the top left, where the ground begins as a part of
the height) → colours (3, h, w)."""


def pick(rng: np.random.Generator, *colours: str) -> Array:
    """One of the colours, a little lighter or darker."""
    return column(colours[rng.integers(len(colours))]) * np.float32(rng.uniform(0.8, 1.2))


def cloud(rng: np.random.Generator, h: int, w: int, cells: float, octaves: int = 3) -> Array:
    """Soft noise (h, w) between about -1 and 1, with `cells` cells along the longer side."""
    total = np.zeros((h, w), np.float32)
    for k in range(octaves):
        n = cells * 2**k
        rows, columns = max(2, round(n * h / max(h, w))), max(2, round(n * w / max(h, w)))
        total += resized(rng.standard_normal((1, rows, columns), np.float32), h, w, "bicubic")[0] * np.float32(0.5**k)
    return total * np.float32(0.7)


def down(y: Array, x: Array, top: Array, bottom: Array) -> Array:
    """A wash of colour from top to bottom."""
    return mix(top, bottom, np.clip(y / y.max(), 0, 1)[None] + 0 * x[None])


def box(under: Array, x: Array, y: Array, at: tuple[float, float, float, float], colour: Array, soft: float) -> Array:
    """A soft-edged rectangle (left, top, right, bottom) over a picture."""
    left, top, right, bottom = at
    weight = step(left - soft, left + soft, x) * step(right + soft, right - soft, x)
    weight = weight * step(top - soft, top + soft, y) * step(bottom + soft, bottom - soft, y)
    return mix(under, colour, weight[None])


def discs(under: Array, rng: np.random.Generator, x: Array, y: Array, count: int, colours: Array, size: float) -> Array:
    """Lights out of focus, as a lens draws them: discs a little brighter at the rim."""
    out = under.copy()
    for _ in range(count):
        r = size * rng.uniform(0.5, 1.3)
        cx, cy = rng.uniform(0, x.max()), rng.uniform(-0.05, 0.85) * y.max()
        here = around(x, y, cx, cy, 1.1 * r)
        away = np.hypot(x[:, here[1]] - cx, y[here[0]] - cy) / r
        weight = step(1.06, 0.94, away) * (0.75 + 0.25 * away**4) * rng.uniform(0.12, 0.5)
        out[:, *here] += colours[rng.integers(len(colours))] * weight[None].astype(np.float32)
    return out


def around(x: Array, y: Array, cx: float, cy: float, reach: float) -> tuple[slice, slice]:
    """Rows and columns of the picture within `reach` of a point."""
    return window(cy - reach, cy + reach, y[:, 0]), window(cx - reach, cx + reach, x[0])


def garden(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Leaves and light far behind, a lawn below."""
    h, w = y.shape[0], x.shape[1]
    green = pick(rng, "#4d7a3a", "#6f8f3c", "#3c6b4a", "#8a8f3a")
    colour = mix(green * 0.35, green * 1.5, step(-0.9, 1.0, cloud(rng, h, w, 5))[None])
    lights = np.stack([pick(rng, "#c8d878", "#f4eebb", "#9cc070") for _ in range(4)])
    colour = discs(colour, rng, x, y, int(rng.integers(8, 26)), lights, rng.uniform(0.05, 0.12))
    lawn = pick(rng, "#7fa048", "#8aa850", "#6c8f3c") * (1 + 0.2 * cloud(rng, h, w, 18))[None]
    return mix(colour, lawn, step(line - 0.08, line + 0.1, y / y.max())[None] + 0 * colour)


def sky(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Clouds over a hill or the sea."""
    h, w = y.shape[0], x.shape[1]
    blue = pick(rng, "#6fa3d4", "#87b5dc", "#5d8cc0", "#e0a884")
    colour = down(y, x, blue, mix(blue, column("#f6ead8"), np.float32(0.75)))
    colour = mix(colour, column("#fbf8f2"), step(0.1, 1.1, cloud(rng, h, w, 3, 4))[None] * 0.8)
    far = pick(rng, "#6d8a5c", "#4f7a9a", "#8a9468", "#c9b48a")
    edge = line - 0.1 + 0.08 * np.sin(x * rng.uniform(1, 4) + rng.uniform(0, 6))
    return mix(colour, far * (1 + 0.15 * cloud(rng, h, w, 9))[None], step(-0.03, 0.04, y / y.max() - edge)[None])


def room(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """A wall, perhaps a window and pictures, a floor."""
    h, w = y.shape[0], x.shape[1]
    wall = pick(rng, "#cfc4b4", "#b9c2c0", "#d8cdb8", "#8f9ea3", "#a98f7c", "#c7b7c0", "#7d8f82")
    colour = wall * (1 + 0.05 * cloud(rng, h, w, 3))[None] * (1.12 - 0.3 * np.abs(x / x.max() - rng.random()))[None]
    soft = rng.uniform(0.015, 0.05)
    if rng.random() < 0.6:
        left, top = rng.uniform(-0.2, 0.8) * x.max(), rng.uniform(-0.2, 0.15)
        pane = pick(rng, "#f7f4e6", "#dfeaf2", "#f4e2bd") * 1.5
        wide, high = rng.uniform(0.3, 0.55), rng.uniform(0.5, 0.8)
        colour = box(colour, x, y, (left - 0.04, top - 0.04, left + wide + 0.04, top + high + 0.04), wall * 1.5, soft)
        colour = box(colour, x, y, (left, top, left + wide, top + high), pane, soft)
        colour = box(
            colour, x, y, (left + wide / 2 - 0.015, top, left + wide / 2 + 0.015, top + high), wall * 1.3, soft
        )
    else:
        for _ in range(int(rng.integers(1, 4))):
            left, top, size = rng.uniform(0, 0.9) * x.max(), rng.uniform(0.02, 0.35), rng.uniform(0.12, 0.3)
            inner = pick(rng, "#55708a", "#b5754a", "#87915a", "#d7c9a8", "#5a4a52")
            colour = box(
                colour, x, y, (left, top, left + size, top + size * 1.2), pick(rng, "#3a2c22", "#efe8da"), soft
            )
            colour = box(
                colour, x, y, (left + 0.03, top + 0.03, left + size - 0.03, top + size * 1.2 - 0.03), inner, soft
            )
    if rng.random() < 0.6:  # a plant in the corner
        middle, leaf = rng.uniform(0, 1) * x.max(), pick(rng, "#4f7a4a", "#6a8a4f", "#3f6a5a")
        for _ in range(16):
            turn, far = rng.uniform(-2.6, -0.5), rng.uniform(0.05, 0.28)
            u, v = x - middle - far * np.cos(turn), y - 0.75 * line * y.max() - far * np.sin(turn)
            u, v = u * np.cos(turn) + v * np.sin(turn), v * np.cos(turn) - u * np.sin(turn)
            colour = mix(colour, leaf * rng.uniform(0.5, 1.4), step(1.1, 0.9, np.hypot(u / 0.11, v / 0.035))[None])
        colour = box(
            colour,
            x,
            y,
            (middle - 0.07, 0.72 * line * y.max(), middle + 0.07, line * y.max()),
            pick(rng, "#c0704a", "#e8e2d8", "#4a5a6a"),
            0.02,
        )
    floor = pick(rng, "#8a5f3c", "#6f5138", "#b08d66", "#9a9187")
    planks = 1 + 0.1 * np.sin(60 * x * (0.6 + 0 * y) / (0.35 + y / y.max()) + 0)
    return mix(colour, floor * planks[None], step(line - 0.02, line + 0.02, y / y.max())[None] + 0 * colour)


def sofa(rng: np.random.Generator, x: Array, y: Array, _line: float) -> Array:
    """The back of a sofa with cushions."""
    h, w = y.shape[0], x.shape[1]
    wall = pick(rng, "#d9d2c4", "#aab4b2", "#c9b8a4", "#6d7a80")
    cloth = pick(rng, "#4f6a7a", "#8a4f44", "#7f8a6a", "#b89a6a", "#5a4a5c", "#9a9a98", "#2f5a58")
    colour = wall * (1 + 0.06 * cloud(rng, h, w, 3))[None] + 0 * y[None]
    top = rng.uniform(0.12, 0.4)
    edge = top + 0.03 * np.cos(x * rng.uniform(3, 6))
    shade = 0.75 + 0.45 * step(0.35, 0.0, y - edge) + 0.06 * cloud(rng, h, w, 10)
    colour = mix(colour, cloth * shade[None], step(-0.015, 0.015, y - edge)[None])
    for _ in range(int(rng.integers(1, 4))):
        cx, cy, size = rng.uniform(0, 1) * x.max(), top + rng.uniform(0.15, 0.35), rng.uniform(0.18, 0.3)
        turn = rng.uniform(-0.4, 0.4)
        u = ((x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)) / size
        v = ((y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)) / size
        q = (np.abs(u) ** 3.2 + np.abs(v) ** 3.2).astype(np.float32)
        fabric = pick(rng, "#d8a34a", "#e6ddcb", "#a8483e", "#3f5f74", "#c9856a", "#6a8a70")
        if rng.random() < 0.5:
            fabric = mix(fabric, pick(rng, "#f0e8da", "#40362e"), step(0.2, 0.5, np.sin(9 * u))[None])
        colour = mix(colour, fabric * (1.1 - 0.35 * q - 0.2 * v)[None], step(1.08, 0.95, q)[None])
    return colour.astype(np.float32)


def lights(rng: np.random.Generator, x: Array, y: Array, _line: float) -> Array:
    """An evening with lights out of focus."""
    dark = pick(rng, "#2a2438", "#30261f", "#1d2c36", "#3c2a30")
    colour = down(y, x, dark, dark * 1.9)
    colours = np.stack([pick(rng, "#ffc566", "#ff9a5a", "#ffe6b0", "#8ab8ff", "#ff8fa0") for _ in range(4)])
    return discs(colour, rng, x, y, int(rng.integers(14, 34)), colours, rng.uniform(0.05, 0.13))


def paper(rng: np.random.Generator, x: Array, y: Array, _line: float) -> Array:
    """A studio's coloured paper with a glow behind the animal."""
    tone = pick(rng, "#c9b9a2", "#7a98a8", "#d99a7c", "#8aa88a", "#5c5f78", "#e2ddd2", "#a8788a", "#d8b45a", "#3f4a4f")
    away = np.hypot(x / x.max() - rng.uniform(0.3, 0.7), 0.9 * (y / y.max() - 0.45))
    return tone * (1.25 - 0.85 * step(0.05, 0.85, away.astype(np.float32)))[None]


def snow(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """A field of snow before a dark wood, and flakes."""
    h, w = y.shape[0], x.shape[1]
    wood = mix(column("#4a5660"), column("#8fa0aa"), step(-1, 1, cloud(rng, h, w, 7))[None])
    colour = mix(
        wood,
        column("#e8eef6") * (0.95 + 0.05 * cloud(rng, h, w, 4))[None],
        step(line - 0.05, line + 0.08, y / y.max())[None] + 0 * wood,
    )
    return discs(colour, rng, x, y, 40, np.ones((1, 3, 1, 1), np.float32), 0.014)


def autumn(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Fallen leaves and trees in yellow and red."""
    h, w = y.shape[0], x.shape[1]
    colour = mix(
        pick(rng, "#6a4a24", "#7a3a1c"), pick(rng, "#e0a040", "#d0702c"), step(-0.8, 0.9, cloud(rng, h, w, 6))[None]
    )
    tones = np.stack([pick(rng, "#ffc85a", "#e8843c", "#fff0b0") for _ in range(3)])
    colour = discs(colour, rng, x, y, 16, tones, rng.uniform(0.06, 0.11))
    leaves = mix(column("#7a4a20"), column("#d89038"), step(-0.3, 0.5, cloud(rng, h, w, 26, 2))[None])
    return mix(colour, leaves, step(line - 0.1, line + 0.1, y / y.max())[None] + 0 * colour)


def shelves(rng: np.random.Generator, x: Array, y: Array, _line: float) -> Array:
    """A wall of books."""
    h, w = y.shape[0], x.shape[1]
    wood = pick(rng, "#5a3d28", "#7d5a3c", "#d8cdbb", "#3d332d")
    high, thick = rng.uniform(0.24, 0.36), rng.uniform(0.03, 0.055)
    row = np.floor(y / high).astype(int)
    book = np.floor(x / thick + 0.37 * row).astype(int)
    palette = np.stack(
        [pick(rng, "#8a3a32", "#3a5a74", "#c9a45a", "#4f6a4a", "#d9cdb4", "#6a4a6a", "#2f3a44") for _ in range(9)]
    )
    chosen = (book * 7 + row * 13 + (book * row) % 5) % 9
    colour = palette[chosen, :, 0, 0].transpose(2, 0, 1) * np.float32(0.8)
    tall = 0.16 + 0.10 * ((book * 31 + row * 17) % 7) / 7  # the gap over a book
    inside = y / high - row
    spine = 0.7 + 0.4 * np.sin(np.pi * ((x / thick + 0.37 * row) % 1))
    colour = mix(wood * 0.25, colour * spine[None], step(0.0, 0.05, inside - tall)[None])
    colour = mix(colour, wood, step(0.90, 0.93, inside)[None] + 0 * colour)
    return colour * (1.0 + 0.15 * cloud(rng, h, w, 3))[None]


def meadow(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Flowers in high grass under a bright sky."""
    h, w = y.shape[0], x.shape[1]
    grass = mix(
        pick(rng, "#5d8038", "#7a9440"), pick(rng, "#a8bc60", "#c0b868"), step(-0.8, 0.8, cloud(rng, h, w, 14))[None]
    )
    colour = down(y, x, pick(rng, "#bcd6e6", "#dfe6dc", "#f2dcb8"), column("#eef0e2"))
    colour = mix(colour, grass, step(-0.12, 0.08, y / y.max() - 0.6 * line)[None] + 0 * colour)
    flowers = np.stack([pick(rng, "#e8605a", "#f0c040", "#b080d0", "#ffffff", "#f090b0", "#6a8ae0") for _ in range(3)])
    for _ in range(int(rng.integers(30, 70))):
        depth = rng.random()
        cy = (0.6 * line + (1 - 0.6 * line) * depth) * y.max()
        cx, r = rng.uniform(0, x.max()), 0.012 + 0.035 * depth
        here = around(x, y, cx, cy, 1.25 * r)
        away = np.hypot(x[:, here[1]] - cx, (y[here[0]] - cy) * 1.3) / r
        part = colour[:, *here]
        part[:] = mix(part, flowers[rng.integers(3)] * 0.9, step(1.2, 0.7, away)[None] * 0.85)
    return colour


def beach(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Sand, a strip of surf, the sea, the sky."""
    h, w = y.shape[0], x.shape[1]
    at = y / y.max() + 0 * x
    evening = rng.random() < 0.35
    above = column("#f2b48a") if evening else column("#8fbfe0")
    colour = down(y, x, above * 0.9, column("#fbe6c8") if evening else column("#e4f0f4"))
    sea = mix(pick(rng, "#2f7a96", "#3f8a9c", "#4a7aa0"), column("#a8d4d4"), step(0.55 * line, line, at)[None])
    colour = mix(colour, sea * (1 + 0.12 * cloud(rng, h, w, 9))[None], step(-0.012, 0.012, at - 0.6 * line)[None])
    shore = line - 0.02 + 0.025 * np.sin(x * rng.uniform(3, 7) + rng.uniform(0, 6))
    colour = mix(colour, column("#f8fafa"), step(0.05, 0.0, np.abs(at - shore + 0.01))[None])
    sand = pick(rng, "#dcc496", "#cbb083", "#e4d2ac") * (1 + 0.08 * cloud(rng, h, w, 30))[None]
    return mix(colour, sand, step(0.0, 0.03, at - shore)[None])


def wood(rng: np.random.Generator, x: Array, y: Array, line: float) -> Array:
    """Trunks in the morning, the sun low between them."""
    h, w = y.shape[0], x.shape[1]
    mist = pick(rng, "#c8d0a0", "#e4d0a0", "#a8c0a8", "#b8c8d0")
    sun = np.exp(-(((x - rng.uniform(0, 1) * x.max()) ** 2) + (y - 0.25 * y.max()) ** 2) / 0.16)
    colour = mist * (0.55 + 0.9 * sun + 0.12 * cloud(rng, h, w, 6))[None]
    for k in range(int(rng.integers(6, 12))):
        near = (k + 1) / 12
        wide = 0.012 + 0.06 * near
        middle = rng.uniform(0, 1) * x.max() + 0.06 * rng.standard_normal() * y
        bark = mix(mist * 0.6, pick(rng, "#4a3a2c", "#5a4a3a", "#3a332c"), np.float32(near))
        edge = np.abs(x - middle) / wide
        colour = mix(colour, bark * (0.8 + 0.5 * sun)[None], step(1.1, 0.8, edge)[None] + 0 * colour)
    floor = pick(rng, "#5a6a34", "#6a5a38", "#7a8444") * (1 + 0.3 * cloud(rng, h, w, 16) + 0.6 * sun)[None]
    return mix(colour, floor, step(line - 0.08, line + 0.02, y / y.max())[None] + 0 * colour)


SCENES: tuple[Scene, ...] = (room, sofa, garden, sky, paper, lights, snow, autumn, shelves, meadow, beach, wood)


def background(number: int, rng: np.random.Generator, height: int, width: int, ground: float | None) -> Array:
    """A scene (3, height, width) in linear light, out of focus."""
    h, w = max(24, height // 3), max(24, width // 3)
    unit = min(h, w)
    x, y = (np.arange(w, dtype=np.float32)[None] + 0.5) / unit, (np.arange(h, dtype=np.float32)[:, None] + 0.5) / unit
    colour = np.ascontiguousarray(
        np.broadcast_to(SCENES[number](rng, x, y, rng.uniform(0.55, 0.95) if ground is None else ground), (3, h, w)),
        np.float32,
    )
    colour = blurred(colour, unit * rng.uniform(0.008, 0.03))
    return resized(np.maximum(colour, 0.002) * np.float32(rng.uniform(0.6, 1.15)), height, width)
