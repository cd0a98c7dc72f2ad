"""What varies from picture to picture: size and framing, pose, expression, coat, light. Drawn from the index alone."""

from dataclasses import dataclass

import numpy as np

from core.data.drawn.scenes import SCENES
from core.data.drawn.traits import Breed, Coat


@dataclass(frozen=True, kw_only=True)
class Light:
    """A lamp or the sun, and what comes from everywhere; colours in linear light."""

    towards: tuple[float, float, float]  # unit vector from the animal to the lamp
    colour: tuple[float, float, float]
    above: tuple[float, float, float]
    below: tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Framing:
    """The picture's size and where the animal is in it, in pixels."""

    width: int
    height: int
    scale: float  # pixels per unit
    x: float  # the middle of the head
    y: float
    pose: str  # "sitting" or "lying"
    ground: float | None  # where the ground begins behind it, as a part of the height; None where no feet are seen


@dataclass(frozen=True, kw_only=True)
class Portrait(Framing):
    """Everything that is decided before the first pixel."""

    breed: Breed
    coat: Coat
    tint: tuple[float, float, float]  # times the coat's colours
    iris: str
    yaw: float  # of the head, radians
    pitch: float
    roll: float
    body_yaw: float
    open_mouth: float  # 0 … 1
    lids: float  # how far the eyes are open, 1 is wide
    gaze: tuple[float, float]  # how far the irises are off their middle, in sizes of the eye
    pupil: float  # how wide, 0 … 1
    fluff: float  # times the fur's lengths
    light: Light
    scene: int


GROUND = {"sitting": 4.85, "lying": 2.05}
"""How far below the middle of the head the feet are, in units."""

WARMTH = ((1.0, 0.78, 0.55), (1.0, 0.9, 0.76), (1.0, 0.97, 0.92), (0.9, 0.96, 1.05))
ASPECTS = (4 / 3, 4 / 3, 3 / 2, 1.0, 3 / 4, 3 / 4, 4 / 5, 5 / 4)  # width to height
SIDES = (200, 240, 280, 280, 320, 320, 360, 360, 400, 400, 440, 440, 500, 560, 640, 700)  # the longer one, in pixels


def lamp(rng: np.random.Generator) -> Light:
    """A light from above, left or right, warm or cool, hard or soft."""
    side = rng.choice((-1, 1)) * rng.uniform(0.2, 0.85)
    way = np.array([side, -rng.uniform(0.35, 0.8), rng.uniform(0.45, 0.9)])
    way /= np.linalg.norm(way)
    warm = np.array(WARMTH[rng.integers(len(WARMTH))])
    hard = rng.uniform(0.5, 0.95)
    sky = (2.0 - 1.15 * hard) * np.array([0.42, 0.46, 0.54]) * (1.15 - 0.3 * (warm - 0.8))
    ground = sky * np.array([0.62, 0.52, 0.42]) * rng.uniform(0.7, 1.1)
    level = rng.uniform(0.9, 1.2)
    return Light(
        towards=_three(way),
        colour=_three(warm * hard * 1.15 * level),
        above=_three(sky * level),
        below=_three(ground * level),
    )


def framing(rng: np.random.Generator) -> Framing:
    """A head, a bust, or a whole animal that sits or lies on the ground, somewhere in a picture of some size."""
    aspect, long = ASPECTS[rng.integers(len(ASPECTS))], SIDES[rng.integers(len(SIDES))]
    width, height = (long, round(long / aspect)) if aspect >= 1 else (round(long * aspect), long)
    kind = str(rng.choice(("head", "bust", "lying", "sitting"), p=(0.40, 0.28, 0.14, 0.18)))
    if kind == "sitting" and width > 1.05 * height:
        kind = "bust"
    scale, ground = 0.0, None
    if kind in ("head", "bust"):
        low, high = (0.25, 0.36) if kind == "head" else (0.18, 0.25)
        scale = min(width, height) * rng.uniform(low, high)
        y = height * rng.uniform(*((0.46, 0.58) if kind == "head" else (0.38, 0.50)))
    else:
        tall, wide = (4.1, 3.4) if kind == "lying" else (6.7, 3.3)  # units that it needs
        scale = min(height / tall, width / wide) * rng.uniform(0.84, 1.04)
        feet = height * rng.uniform(0.90, 0.99)
        y = feet - scale * GROUND[kind]
        ground = float(np.clip((feet - scale * rng.uniform(0.3, 1.2)) / height, 0.4, 0.9))
    room = max(0.0, width / 2 - 1.2 * scale)
    x = width / 2 + rng.uniform(-0.6, 0.6) * room
    return Framing(
        width=width,
        height=height,
        scale=float(scale),
        x=float(x),
        y=float(y),
        pose="lying" if kind == "lying" else "sitting",
        ground=ground,
    )


def portrait(breed: Breed, rng: np.random.Generator) -> Portrait:
    """One sitting of a breed, as the generator has it."""
    coat = breed.coats[rng.integers(len(breed.coats))]
    yaw = float(np.clip(rng.normal(0, 0.30), -0.62, 0.62))
    tired = rng.random() < 0.18
    return Portrait(
        **vars(framing(rng)),
        breed=breed,
        coat=coat,
        tint=_three(rng.uniform(0.78, 1.2) * (1 + 0.03 * rng.standard_normal(3))),
        iris=coat.irises[rng.integers(len(coat.irises))],
        yaw=yaw,
        pitch=float(rng.normal(0.02, 0.11)),
        roll=float(rng.normal(0, 0.11)),
        body_yaw=float(np.clip(yaw * 0.5 + rng.normal(0, 0.35), -0.8, 0.8)),
        open_mouth=float(rng.uniform(0.5, 1.0)) if rng.random() < breed.smile else 0.0,
        lids=float(rng.uniform(0.55, 0.8) if tired else rng.uniform(0.86, 1.05)),
        gaze=(float(rng.normal(0, 0.07)), float(rng.normal(0, 0.05))),
        pupil=float(rng.uniform(0.15, 1.0)),
        fluff=float(rng.uniform(0.85, 1.15)),
        light=lamp(rng),
        scene=int(rng.integers(len(SCENES))),
    )


def _three(numbers: np.ndarray) -> tuple[float, float, float]:
    a, b, c = numbers.tolist()
    return a, b, c
