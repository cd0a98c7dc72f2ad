"""Eyes, nose, mouth and whiskers, painted over the fur in linear light."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from core.data.drawn.anatomy import Face
from core.data.drawn.coat import column, mix, step
from core.data.drawn.forms import Array, Ball, Frame, lift
from core.data.drawn.portrait import Portrait

FINER = 3  # lines are drawn this many times larger, then reduced


class Canvas:
    """The picture (3, h, w) that is painted on, and how a head's points fall on it."""

    def __init__(self, colour: Array, front: Array, frame: Frame, portrait: Portrait) -> None:
        self.colour, self.frame, self.portrait = colour, frame, portrait
        self.front = front  # (h, w) how near the animal is to the camera, in units
        self.height, self.width = colour.shape[1:]

    def pixels(self, points: Array) -> Array:
        """Points (…, 3) of the head → (…, 2) pixels."""
        return self.frame.seen(points)[..., :2] * self.portrait.scale + (self.portrait.x, self.portrait.y)

    def seen(self, points: Array) -> Array:
        """Which points (n, 3) of the head no nearer part of it hides: (n,) bool."""
        x, y = self.pixels(points).round().astype(int).T
        front = self.front[np.clip(y, 0, self.height - 1), np.clip(x, 0, self.width - 1)]
        return front - self.frame.seen(points)[:, 2] < 0.10

    def window(self, centre: Array, reach: float) -> tuple[slice, slice] | None:
        """Rows and columns within `reach` pixels of a point, None where the picture has none of them."""
        x0, x1 = max(0, int(centre[0] - reach)), min(self.width, int(centre[0] + reach) + 2)
        y0, y1 = max(0, int(centre[1] - reach)), min(self.height, int(centre[1] + reach) + 2)
        return (slice(y0, y1), slice(x0, x1)) if x1 > x0 + 1 and y1 > y0 + 1 else None

    def local(
        self, at: Array, right: Array, below: Array, reach: float
    ) -> tuple[tuple[slice, slice], Array, Array, float] | None:
        """A window around point `at` and its coordinates (u, v) along `right` and `below`, all vectors of the head."""
        centre = self.pixels(at)
        axes = np.stack([self.pixels(at + right) - centre, self.pixels(at + below) - centre], 1)
        size = float(np.abs(axes).sum(1).max())
        window = self.window(centre, size * reach + 2)
        if window is None or abs(np.linalg.det(axes)) < 0.3:
            return None
        back = np.linalg.inv(axes).astype(np.float32)
        dy = (np.arange(window[0].start, window[0].stop, dtype=np.float32) - np.float32(centre[1]))[:, None]
        dx = (np.arange(window[1].start, window[1].stop, dtype=np.float32) - np.float32(centre[0]))[None]
        pixel = 1 / float(np.sqrt(abs(np.linalg.det(axes))))
        return window, back[0, 0] * dx + back[0, 1] * dy, back[1, 0] * dx + back[1, 1] * dy, pixel

    def paint(self, window: tuple[slice, slice], colour: Array, weight: Array) -> None:
        part = self.colour[:, window[0], window[1]]
        part += (colour - part) * weight

    def lines(self, strokes: Sequence[tuple[Array, float, float]], colour: Array, strength: float) -> None:
        """Strokes of pixels (n, 2) from one thickness in pixels to another, softly drawn."""
        points = np.concatenate([stroke[0] for stroke in strokes])
        low = np.maximum(np.floor(points.min(0)) - 3, 0).astype(int)
        high = np.minimum(np.ceil(points.max(0)) + 4, (self.width, self.height)).astype(int)
        if (high - low).min() < 2:
            return
        sheet = Image.new("L", tuple(((high - low) * FINER).tolist()))
        pen = ImageDraw.Draw(sheet)
        for line, start, end in strokes:
            at = (line - low + 0.5) * FINER
            for k in range(len(at) - 1):
                thick = start + (end - start) * k / (len(at) - 1)
                shade = int(255 * min(1.0, max(thick, 0.25)))
                pen.line(
                    [*at[k].tolist(), *at[k + 1].tolist()], fill=shade, width=max(1, round(FINER * max(thick, 0.5)))
                )
        weight = np.asarray(sheet.reduce(FINER), np.float32) * np.float32(strength / 255)
        self.paint((slice(low[1], high[1]), slice(low[0], high[0])), colour, weight)

    def area(self, outline: Array) -> tuple[tuple[slice, slice], Array] | None:
        """Window and coverage of a polygon of pixels (n, 2)."""
        low = np.maximum(np.floor(outline.min(0)) - 2, 0).astype(int)
        high = np.minimum(np.ceil(outline.max(0)) + 3, (self.width, self.height)).astype(int)
        if (high - low).min() < 2:
            return None
        sheet = Image.new("L", tuple(((high - low) * FINER).tolist()))
        ImageDraw.Draw(sheet).polygon([tuple(p) for p in ((outline - low + 0.5) * FINER).tolist()], fill=255)
        return (slice(low[1], high[1]), slice(low[0], high[0])), np.asarray(sheet.reduce(FINER), np.float32) / 255


def draw_eyes(canvas: Canvas, balls: tuple[Ball, ...]) -> None:
    """Both eyes: skin around, white, iris, pupil, lid's shadow, highlights."""
    for side in (-1, 1):
        eye(canvas, balls, side)


def eye(canvas: Canvas, balls: tuple[Ball, ...], side: int) -> None:
    take, shape = canvas.portrait, canvas.portrait.breed.eye
    x, y = shape.place
    left, at, right = lift(balls, side * x + np.array([-0.05, 0, 0.05]), y)
    slope = float(np.clip((right - left)[2] / 0.1, -0.5, 0.5))
    c, s = np.cos(shape.tilt), np.sin(shape.tilt) * side
    right, below = np.array([c, -s, slope * c]) * shape.size, np.array([s, c, 0.15]) * shape.size
    found = canvas.local(at, right, below, 1.7)
    if found is None:
        return
    window, u, v, px = found
    cover = step(0.30, 0.15, canvas.front[window] - canvas.frame.seen(at)[2])  # 0 where the muzzle hides it
    arch = np.sqrt(np.clip(1 - u * u, 0, 1)) * 0.65 + 0.35 * np.clip(1 - u * u, 0, 1)
    inner = -side * u  # towards the nose
    upper = -shape.upper * take.lids * arch + 0.06 * inner
    lower = shape.lower * (0.6 + 0.4 * take.lids) * arch + 0.05 * inner
    depth = np.minimum(np.minimum(v - upper, lower - v), (1 - np.abs(u)) * 0.8)
    soft = max(px, 0.03)
    rim = step(-0.30, -0.02, depth) ** 2 * cover
    skin = column(take.coat.extra if not take.breed.cat else "#2b1f1c")
    canvas.paint(window, skin * 0.5, rim * 0.85)
    gx, gy = take.gaze[0] * 1.5, take.gaze[1] * 1.5 + 0.02
    du, dv = u - np.float32(gx), v - np.float32(gy)
    away = np.sqrt(du * du + dv * dv) * np.float32(1 / shape.iris)
    white = column("#d8cfc6") * np.float32(0.55)
    colour = column(take.iris)
    angle = np.arctan2(dv, du)
    du, dv = du * np.float32(c) + dv * np.float32(s), dv * np.float32(c) - du * np.float32(s)  # upright in the face
    fibres = 1 + 0.10 * np.sin(angle * 23 + 4 * away) + 0.08 * np.sin(angle * 41 - 3)
    lit = np.asarray(take.light.towards)
    glow = 1 + 0.75 * np.clip(-(du * lit[0] + dv * lit[1]) * 1.1 + 0.25 * dv, -0.6, 1)
    iris = colour * (fibres * glow * (1.15 - 0.75 * step(0.72, 1.0, away)))[None]
    if shape.slit:
        wide = 0.12 + 0.52 * take.pupil**1.5
        pupil = np.sqrt((du / wide) ** 2 + (dv / 0.74) ** 2)
    else:
        pupil = away / np.float32(0.52)
    edge = px * 2.5 + 0.06
    iris = mix(iris, column("#050405"), step(1 + edge, 1 - edge, pupil)[None])
    ball = mix(white, iris, step(1 + px * 1.5 + 0.02, 1 - px * 1.5 - 0.02, away)[None])
    ball = ball * (0.30 + 0.70 * step(-0.02, 0.42, v - upper))[None] * (0.5 + 0.5 * step(0.0, 0.22, depth))[None]
    power = np.float32(0.55 + 0.6 * max(take.light.colour))
    for hx, hy, size, strength in (
        (0.30 * np.sign(lit[0]), -0.30, 0.20, 1.0),
        (-0.28 * np.sign(lit[0]), 0.28, 0.10, 0.35),
    ):
        spot = np.sqrt((u - np.float32(hx)) ** 2 + ((v - np.float32(hy * (0.5 + 0.5 * take.lids))) * 1.1) ** 2)
        ball = mix(ball, np.float32(power), (strength * step(size + px, max(size * 0.55 - px, 0), spot))[None])
    canvas.paint(window, ball, step(-soft, soft, depth) * cover)


def draw_nose(canvas: Canvas, face: Face) -> None:
    """A nose with nostrils and a wet highlight."""
    breed, take = canvas.portrait.breed, canvas.portrait
    w = breed.nose
    tall = 0.72 if breed.cat else 0.80
    found = canvas.local(
        face.nose + np.array([0, 0, 0.02]), np.array([w, 0, 0.0]), np.array([0, w * tall, -0.05 * w]), 1.6
    )
    if found is None:
        return
    window, u, v, px = found
    narrow = (0.28, 1.0) if breed.cat else (0.52, 1.0)
    half = narrow[1] + (narrow[0] - narrow[1]) * step(-0.5, 1.0, v)
    q = (np.abs(u) / half) ** 2.6 + np.abs(v) ** 3.0
    inside = 1 - q ** np.float32(0.36)
    skin = column(take.coat.nose)
    lit = take.light.towards
    form = 0.75 - 0.35 * v + 0.25 * u * np.float32(lit[0]) + 0.15 * (1 - u * u)
    colour = skin * form[None]
    hole = ((np.abs(u) - 0.47) / 0.27) ** 2 + ((v - 0.18 - 0.25 * (np.abs(u) - 0.47)) / 0.30) ** 2
    slit = ((np.abs(u) - 0.78) / 0.26) ** 2 + ((v - 0.42) / 0.14) ** 2
    colour = colour * (1 - 0.9 * step(1.25, 0.7, np.minimum(hole, slit + (0 if not breed.cat else 9))))[None]
    groove = step(0.10 + px, 0.0, np.abs(u)) * step(0.1, 0.5, v)
    colour = colour * (1 - 0.6 * groove)[None]
    shine = ((u - np.float32(0.28 * np.sign(lit[0]))) / 0.42) ** 2 + ((v + 0.52) / 0.20) ** 2
    colour = colour + (0.35 if not breed.cat else 0.16) * np.exp(-1.6 * shine)[None] * column(take.light.colour)
    canvas.paint(window, colour.astype(np.float32), step(-max(px, 0.05) * 1.2, max(px, 0.05) * 1.2, inside))


def draw_mouth(canvas: Canvas, face: Face) -> None:
    """The line of the lips, or an open mouth with a tongue."""
    take, m = canvas.portrait, canvas.portrait.breed.muzzle
    shown = canvas.seen(face.lips)
    half = len(shown) // 2
    first = half - int(np.argmin(np.append(shown[half::-1], False)))
    last = half + int(np.argmin(np.append(shown[half:], False)))
    lips, jaw = canvas.pixels(face.lips[first + 1 : last]), canvas.pixels(face.jaw[first + 1 : last])
    half -= first + 1
    if len(lips) < 6 or not 0 < half < len(lips) - 1:
        return
    if take.open_mouth > 0:
        found = canvas.area(np.concatenate([lips, jaw[::-1]]))
        if found:
            window, weight = found
            canvas.paint(window, column("#3a1416") * 0.5, weight)
            middle = half
            centre = 0.30 * lips[middle] + 0.70 * jaw[middle]
            wide = 0.46 * np.linalg.norm(lips[-4] - lips[3])
            long = 0.62 * np.linalg.norm(jaw[middle] - lips[middle])
            xs = (np.arange(window[1].start, window[1].stop, dtype=np.float32) - np.float32(centre[0]))[None] / wide
            ys = (np.arange(window[0].start, window[0].stop, dtype=np.float32) - np.float32(centre[1]))[:, None] / long
            r = np.sqrt(xs * xs + ys * ys)
            tongue = column("#d8706e") * (1.05 - 0.25 * step(0.16, 0.0, np.abs(xs)) + 0.2 * ys - 0.3 * r**3)[None]
            canvas.paint(window, tongue.astype(np.float32), step(1.1, 0.9, r) * weight)
    thick = max(0.8, 0.022 * take.scale)
    junction = lips[half]
    stem = np.linspace(canvas.pixels(face.nose + np.array([0, 0.6 * take.breed.nose, 0])), junction, 4)
    strokes = [
        (stem, thick, thick),
        (lips[half:], thick * 1.3, thick * 0.4),
        (lips[half::-1], thick * 1.3, thick * 0.4),
    ]
    if take.open_mouth > 0:
        strokes.append((jaw, thick, thick))
    canvas.lines(strokes, column("#1c1010"), 0.85 if m.length > 0.2 else 0.7)


def draw_whiskers(canvas: Canvas, balls: tuple[Ball, ...], rng: np.random.Generator) -> None:
    """Fine light hairs beside the muzzle, and a few over a cat's eyes."""
    take = canvas.portrait
    m = take.breed.muzzle
    side = np.repeat((-1, 1), 6)
    x, y = side * m.width * rng.uniform(0.35, 0.85, 12), m.y + m.height * rng.uniform(-0.05, 0.38, 12)
    rise = -0.28 + 0.11 * np.tile(np.arange(6), 2) + rng.uniform(-0.05, 0.05, 12)
    long, drop = rng.uniform(0.8, 1.35, 12), rng.uniform(0.10, 0.34, 12)
    way = np.stack([side * long, rise * long, 0.12 * long], -1)
    sag = np.stack([-side * 0.10, drop * long, -0.25 * long], -1)
    t = np.linspace(0, 1, 10)[:, None, None]
    lines = canvas.pixels(lift(balls, x, y) + t * way + t * t * sag)
    strokes = [(lines[:, k], max(0.7, 0.012 * take.scale), 0.2) for k in range(12)]
    canvas.lines(strokes, column("#f6f0e6") * 0.95, 0.75)
