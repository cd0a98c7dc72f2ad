"""A portrait's animal as a soft model: at every pixel of a half-size picture its colour, slope, hair and openness."""

from dataclasses import dataclass

import numpy as np

from core.data.drawn.anatomy import body_parts, head_parts
from core.data.drawn.coat import albedo, column, mix, step
from core.data.drawn.forms import Array, Ball, Frame, joined, rotation, surface
from core.data.drawn.fur import blurred
from core.data.drawn.portrait import GROUND, Light, Portrait
from core.data.drawn.traits import Breed, Ear


@dataclass(frozen=True)
class Grid:
    """The half-size picture: x (1, w) and y (h, 1) in units from the middle of the head, and pixels per unit."""

    x: Array
    y: Array
    unit: float


@dataclass
class Model:
    """What is known of every pixel, of the nearest thing there; all (·, h, w) float32."""

    distance: Array  # from the animal's outline, in units, inside < 0
    colour: Array  # (3, …) linear light
    normal: Array  # (3, …)
    flow: Array  # (2, …) along the hair
    fluff: Array  # length of hair, in units
    open: Array  # 1 where light reaches it freely


@dataclass(frozen=True, kw_only=True)
class Animal:
    """The model of a whole animal, and what its face is painted on."""

    model: Model
    height: Array  # (h, w) of the head, in units
    frame: Frame  # of the head
    balls: tuple[Ball, ...]  # of the head


def grid_of(take: Portrait) -> Grid:
    """Every second pixel of the portrait's picture."""
    columns, rows = np.arange((take.width + 1) // 2), np.arange((take.height + 1) // 2)
    x, y = (columns * 2 + 0.5 - take.x) / take.scale, (rows * 2 + 0.5 - take.y) / take.scale
    return Grid(x[None].astype(np.float32), y[:, None].astype(np.float32), take.scale / 2)


def animal(take: Portrait, rng: np.random.Generator) -> Animal:
    """Body, ears and head of a portrait, laid over each other from the farthest to the nearest."""
    grid, breed = grid_of(take), take.breed
    frame = Frame(rotation(take.yaw, take.pitch, take.roll), (0, 0, 0.3))
    stand = Frame(rotation(take.body_yaw, 0, 0), (0.12 * take.roll, 0.25, 0))
    trunk, limbs = body_parts(breed, take.pose)
    body = joined(surface(trunk, stand, grid.x, grid.y, 0.45), surface(limbs, stand, grid.x, grid.y, 0.12), 0.30)
    balls = head_parts(breed, take.open_mouth)
    head = surface(balls, frame, grid.x, grid.y)
    ears = [ear(take, side, frame, grid) for side in (-1, 1)]
    model = fleshed(take, body, stand, grid, rng, is_head=False)
    skull = fleshed(take, head, frame, grid, rng, is_head=True)
    if breed.ear.front:
        for one, near in ears:  # the muzzle may hide the farther one, a turned head the whole of it
            one.distance = np.maximum(one.distance, (head[0] - np.float32(near + 0.45)) * np.float32(0.5))
            one.distance += np.float32(max(0.0, 0.2 - 2 * near))
    leaves = [one for one, _ in ears]
    for layer in (skull, *leaves) if breed.ear.front else (*leaves, skull):
        model = laid(model, layer, grid.unit, take.light)
    return Animal(model=model, height=head[0], frame=frame, balls=balls)


def laid(under: Model, over: Model, unit: float, light: Light) -> Model:
    """`over` laid on `under`, which gets its shadow."""
    weight = step(0.5, -0.5, over.distance * np.float32(unit))
    nearer = step(0.04, -0.04, over.distance - np.maximum(under.distance, 0))  # outside, hair follows the nearest
    fall = (round(-light.towards[1] * 0.16 * unit) + 1, round(-light.towards[0] * 0.16 * unit))
    shade = np.roll(blurred(weight[None], 0.22 * unit)[0], fall, (0, 1))
    return Model(
        np.minimum(under.distance, over.distance),
        mix(under.colour, over.colour, weight),
        mix(under.normal, over.normal, weight),
        mix(under.flow, over.flow, nearer),
        mix(under.fluff, over.fluff, nearer),
        mix(under.open * (1 - np.float32(0.62) * shade), over.open, weight),
    )


def fleshed(
    take: Portrait, shape: tuple[Array, Array], frame: Frame, grid: Grid, rng: np.random.Generator, *, is_head: bool
) -> Model:
    """A head or a body of a certain shape (height, distance) as a model."""
    height, distance = shape
    breed = take.breed
    place = frame.own(grid.x, grid.y, height)
    fluff = hair_of_head(breed, place) if is_head else hair_of_body(breed, place, take.pose)
    if is_head:  # hair grows away from the nose
        source, droop = (0.0, breed.muzzle.y - 0.25, breed.skull[2] + breed.muzzle.length * 0.5), 0.35
    else:  # and down the body
        source, droop = (0.0, -1.6, 0.4), 0.6
    way = unit_vectors(place - column(source))
    way[1] += np.float32(droop) * (np.float32(0.4) + fluff)
    flow = np.einsum("ij,jhw->ihw", frame.turn[:2].astype(np.float32), way)
    patches = breed.head if is_head else breed.body
    colour = albedo(take.coat, breed.pattern, patches, rng, place, is_head) * column(take.tint)
    hollow = blurred(height[None], 0.16 * grid.unit)[0] - height
    free = 1 - np.clip(hollow * np.float32(2.4), 0, 0.6)
    return Model(distance, colour, normals(height, grid.unit), unit_vectors(flow), fluff * take.fluff, free)


def hair_of_head(breed: Breed, place: Array) -> Array:
    """Lengths of hair (h, w) in units: longer on the cheeks, and on the chin of a beard."""
    cheek = step(0.45, 0.95, np.abs(place[0])) * step(-0.35, 0.35, place[1])
    m, fur = breed.muzzle, breed.fur
    chin = min(1.0, m.beard) * step(m.y, m.y + 0.5 * m.height, place[1])
    return fur.head + (fur.cheek - fur.head) * np.maximum(cheek, chin)


def hair_of_body(breed: Breed, place: Array, pose: str) -> Array:
    """Lengths of hair (h, w) in units: short on the paws."""
    paws = step(0.9, 0.2, GROUND[pose] - 0.25 - place[1])
    return breed.fur.body + (min(breed.fur.body, 0.05) - breed.fur.body) * paws


def ear(take: Portrait, side: int, frame: Frame, grid: Grid) -> tuple[Model, float]:
    """One ear as a leaf before the camera, and how near it is; `side` is -1 or 1."""
    shape = take.breed.ear
    mirror = np.array([side, 1, 1])
    root, axis = np.array(shape.root) * mirror, np.array(shape.axis) * mirror
    across = np.cross(axis, (0, 0, 1.0))
    across *= np.sign(across[0]) * side * shape.width / np.linalg.norm(across)  # towards the outside
    start, tip, edge = (frame.seen(p)[:2] for p in (root, root + axis, root + across))
    axes = np.stack([tip - start, edge - start], 1)
    long, wide = np.linalg.norm(axes, axis=0).tolist()
    back = np.linalg.inv(axes).astype(np.float32)
    dx, dy = grid.x - np.float32(start[0]), grid.y - np.float32(start[1])
    u, v = back[0, 0] * dx + back[0, 1] * dy, back[1, 0] * dx + back[1, 1] * dy
    v = v + np.float32(shape.bend) * u * u
    half = leaf(shape, u)
    distance = np.maximum((np.abs(v) - half) * np.float32(wide * 0.8), -(u + np.float32(0.35)) * np.float32(long))
    colour, free = ear_colour(take, u, v, half)
    swell = v / np.maximum(half, 0.2)
    (ax, ox), (ay, oy) = (axes / (long, wide)).astype(np.float32)
    bulge = np.float32(-0.25 if shape.inside else 0.9)
    normal = unit_vectors(np.stack([bulge * swell * ox, bulge * swell * oy - np.float32(0.1), np.ones_like(swell)]))
    flow = unit_vectors(np.stack([ax + np.float32(0.5) * swell * ox, ay + np.float32(0.5) * swell * oy]))
    fluff = np.full_like(distance, take.breed.fur.ears)
    return Model(distance, colour * column(take.tint), normal, flow, fluff, free), float(
        frame.seen(root + 0.6 * axis)[2]
    )


def leaf(shape: Ear, u: Array) -> Array:
    """Half the width of an ear, in `width`s, at `u` from 0 at its root to 1 at its tip; below 0 beyond it."""
    if shape.belly:
        grow = np.float32(0.5) + np.float32(0.5) * step(-0.1, shape.belly, u)
        end = np.clip((u - np.float32(shape.belly)) * np.float32(1 / (1 - shape.belly)), 0, None)
        top = np.clip((np.float32(0.12) - u) * np.float32(1 / 0.34), 0, None)
        return grow * np.sign((1 - end) * (1 - top)) * np.sqrt(np.abs((1 - end**2) * (1 - top**2)))
    half = np.sign(1 - u) * np.abs(1 - u) ** np.float32(shape.point) * (1 + np.float32(0.35) * u)
    if shape.tuft:
        half = np.maximum(half, np.float32(0.16) * (1 + np.float32(shape.tuft) - u))
    return half


def ear_colour(take: Portrait, u: Array, v: Array, half: Array) -> tuple[Array, Array]:
    """An ear's colours (3, h, w) and how open it is (h, w): outside the coat, inside skin with hair before it."""
    shape, coat = take.breed.ear, take.coat
    colour = column(getattr(coat, shape.tone)) + np.zeros_like(u)
    if not shape.inside:
        return colour, np.float32(0.68) + np.float32(0.27) * step(0.0, 0.35, u)
    near = step(0.80, 0.45, np.abs(v + np.float32(0.12)) / np.maximum(half, 0.05)) * step(0.97, 0.6, u)
    skin = mix(column("#cf9284"), colour * np.float32(0.7), np.float32(0.6 if shape.tone == "dark" else 0.4))
    colour = mix(colour, skin, near)
    hairs = step(0.10, -0.45, v / np.maximum(half, 0.05) + np.float32(0.7) * u) * step(0.85, 0.2, u)
    colour = mix(colour, column(coat.light), np.float32(0.55) * hairs)
    return colour, np.float32(0.95) * (1 - np.float32(0.40) * near * step(0.9, 0.1, u) * (1 - hairs))


def normals(height: Array, unit: float) -> Array:
    """Unit normals (3, h, w) of a height in units, with `unit` pixels a unit."""
    dy, dx = np.gradient(height * np.float32(unit))
    return unit_vectors(np.stack([np.clip(-dx, -3, 3), np.clip(-dy, -3, 3), np.ones_like(dx)]))


def unit_vectors(vectors: Array) -> Array:
    """Vectors (c, h, w) of length 1, the shortest ones shorter."""
    return vectors / np.sqrt((vectors * vectors).sum(0) + np.float32(1e-5))
