"""One picture from its portrait: a soft model at half size, combed into fur at full size, with a face painted on."""

from collections.abc import Iterator

import numpy as np

from core.data.drawn.anatomy import face_of
from core.data.drawn.coat import column, mix, step
from core.data.drawn.features import Canvas, draw_eyes, draw_mouth, draw_nose, draw_whiskers
from core.data.drawn.forms import Array
from core.data.drawn.fur import blurred, pulled, resized, strands
from core.data.drawn.model import Model, animal, unit_vectors
from core.data.drawn.portrait import GROUND, Light, Portrait
from core.data.drawn.scenes import background

BAND = 32  # rows


def picture(take: Portrait, rng: np.random.Generator) -> Array:
    """A portrait's picture (h, w, 3) uint8; the generator gives what is left to chance, as every hair."""
    h, w = take.height, take.width
    subject = animal(take, rng)
    behind = grounded(take, background(take.scene, rng, h, w, take.ground))
    colour = in_fur(take, subject.model, behind, rng)
    canvas = Canvas(colour, resized(subject.height[None], h, w)[0], subject.frame, take)
    face = face_of(take.breed, subject.balls, take.open_mouth)
    draw_eyes(canvas, subject.balls)
    draw_mouth(canvas, face)
    draw_nose(canvas, face)
    if take.breed.cat:
        draw_whiskers(canvas, subject.balls, rng)
    return developed(canvas.colour, rng)


def grounded(take: Portrait, behind: Array) -> Array:
    """The background with the shadow of an animal that sits on its ground."""
    if take.ground is None:
        return behind
    _, h, w = behind.shape
    x, y = np.arange(w, dtype=np.float32)[None], np.arange(h, dtype=np.float32)[:, None]
    feet = np.float32(take.y + take.scale * (GROUND[take.pose] - 0.12))
    middle = np.float32(take.x - 0.5 * take.scale * take.light.towards[0])
    wide = np.float32(take.scale * 1.9 * take.breed.build)
    away = np.sqrt(((x - middle) / wide) ** 2 + ((y - feet) / (np.float32(0.30) * wide)) ** 2)
    return behind * (1 - np.float32(0.72) * step(1.0, 0.25, away))


def in_fur(take: Portrait, model: Model, behind: Array, rng: np.random.Generator) -> Array:
    """The model at full size (3, h, w), its borders and its shading drawn out into hairs, before its background."""
    h, w = take.height, take.width
    flow = unit_vectors(resized(model.flow, h, w))
    thick = max(1.0, 0.011 * take.scale)
    hairs = strands(rng, flow, thick, 5 if take.breed.fur.cheek > 0.2 else 4)
    fine = strands(rng, flow, 1.0, 4) if thick > 1.3 else np.roll(hairs, (3, 2), (0, 1))
    locks = strands(rng, flow, max(1.8, 0.040 * take.scale), 3)
    length = resized(model.fluff[None], h, w)[0] * np.float32(take.scale)
    reach = length * (np.float32(0.8) * hairs + np.float32(0.55) * locks - np.float32(0.35))
    fields = np.concatenate([model.colour, model.normal, model.open[None], model.distance[None]])
    fields = pulled(fields, flow, reach)
    relief = np.float32(0.6) * locks + np.float32(0.4) * hairs
    lamp = np.sign(take.light.towards[:2]).astype(int)
    ridge = relief - np.roll(relief, (int(lamp[1]), -int(lamp[0])), (0, 1))
    hair = np.clip(np.float32(0.35) * locks + np.float32(0.5) * hairs + np.float32(0.075) + ridge, 0, 1.3)
    fur = np.empty_like(behind)
    for rows in bands(h):
        part = fields[:, rows]
        sheen = take.breed.fur.sheen
        fur[:, rows] = lit(part[:3], part[3:6], part[6], hair[rows], fine[rows], take.light, sheen)
    cover = step(0.9, -0.9, fields[7] * np.float32(take.scale))
    return mix(behind, fur, blurred(cover[None], 1.0))


def lit(colour: Array, normal: Array, free: Array, hair: Array, fine: Array, light: Light, sheen: float) -> Array:
    """Fur (3, h, w) under a light: diffuse light that wraps, light from above and below,
    a rim, a gloss on the hairs.
    """
    way = np.array(light.towards, np.float32)
    half = way + np.array([0, 0, 1])
    half = (half / np.linalg.norm(half)).astype(np.float32)
    facing = normal[0] * way[0] + normal[1] * way[1] + normal[2] * way[2]
    gloss = np.clip(normal[0] * half[0] + normal[1] * half[1] + normal[2] * half[2], 0, 1) ** 9 * hair * free
    rim = (1 - np.clip(normal[2], 0, 1)) ** 2 * np.clip(np.float32(0.5) + facing, 0, 1)
    direct = np.clip((facing + np.float32(0.35)) * np.float32(1 / 1.35), 0, None) ** np.float32(1.3)
    direct *= (np.float32(0.35) + np.float32(0.65) * free) * (1 + np.float32(sheen) * (hair - np.float32(0.3)))
    around = mix(column(light.below), column(light.above), np.float32(0.5) - np.float32(0.5) * normal[1]) * free
    texture = np.float32(0.62) + np.float32(0.50) * hair + np.float32(0.34) * fine
    lamp = column(light.colour)
    body = colour * (lamp * (direct + np.float32(0.30) * rim) + around) * texture
    return body + lamp * (np.float32(0.03) * rim + np.float32(0.16 * sheen) * gloss)


def developed(colour: Array, rng: np.random.Generator) -> Array:
    """Linear light (3, h, w) as sRGB bytes (h, w, 3): a soft shoulder for highlights, and a little grain."""
    _, h, w = colour.shape
    grain = rng.standard_normal((h, w), np.float32)
    shown = np.empty((h, w, 3), np.uint8)
    for rows in bands(h):
        bright = np.maximum(colour[:, rows], 0)
        bright = bright * (1 + bright * np.float32(0.16)) / (1 + np.float32(0.62) * bright)
        level = np.sqrt(bright) * np.float32(1.04) + grain[rows] * np.float32(0.008)
        level = np.clip(level, 0, 1) * np.float32(255) + np.float32(0.5)
        shown[rows] = level.astype(np.uint8).transpose(1, 2, 0)
    return shown


def bands(height: int) -> Iterator[slice]:
    """All rows, some at a time: what is made of them on the way stays in a core's cache."""
    for top in range(0, height, BAND):
        yield slice(top, top + BAND)
