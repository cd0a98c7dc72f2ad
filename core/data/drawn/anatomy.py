"""From a breed's measures to ellipsoids: the head and the body, each in its own coordinates."""

from dataclasses import dataclass

import numpy as np

from core.data.drawn.forms import Array, Ball, lift
from core.data.drawn.traits import Breed


@dataclass(frozen=True)
class Face:
    """Points (3,) on the front of a head where its features sit."""

    nose: Array
    lips: Array  # (n, 3) from the left corner of the mouth over its middle to the right corner
    jaw: Array  # (n, 3) where the lower lip is, the same when the mouth is shut


def both(*balls: Ball) -> tuple[Ball, ...]:
    """Each ball and its mirror image."""
    return tuple(side for ball in balls for side in ball.mirrored())


def head_parts(breed: Breed, open_mouth: float) -> tuple[Ball, ...]:
    """The ellipsoids of a head; `open_mouth` in 0 … 1 lowers its jaw."""
    out, large = breed.cheek
    m = breed.muzzle
    front = breed.skull[2]
    drop = 0.27 * open_mouth
    balls = (
        Ball((0, -0.04, 0), breed.skull),
        *both(Ball((out, 0.26, 0.10), (large, large * 0.86, 0.58), 0.3)),
        Ball(
            (0, m.y - 0.20, front - 0.34 + 0.45 * m.length), (m.width * 0.62, m.height * 0.95, 0.32 + 0.55 * m.length)
        ),
        *both(
            Ball(
                (m.width * 0.46, m.y + 0.10 + 0.4 * m.lips, front - 0.26 + 0.72 * m.length),
                (m.width * 0.58, m.height * 0.62 + 0.5 * m.lips, 0.26 + 0.40 * m.length),
                -0.25,
            )
        ),
        Ball(
            (0, m.y + m.height * 0.86 + drop, front - 0.36 + 0.62 * m.length),
            (m.width * 0.56 * m.chin, m.height * 0.48, 0.26 + 0.36 * m.length),
        ),
        *beard(breed),
        *both(Ball((breed.eye.place[0], breed.eye.place[1] - 0.24, front - 0.42), (0.26, 0.16, 0.26), 0.2)),
    )
    return balls


def beard(breed: Breed) -> tuple[Ball, ...]:
    """Long hair below the mouth."""
    m = breed.muzzle
    if not m.beard:
        return ()
    z = breed.skull[2] - 0.40 + 0.62 * m.length
    return (Ball((0, m.y + m.height + 0.18 * m.beard, z), (m.width * 1.02, 0.44 * m.beard, 0.3 + 0.3 * m.length)),)


def face_of(breed: Breed, balls: tuple[Ball, ...], open_mouth: float) -> Face:
    """Where nose and mouth are on a head."""
    m = breed.muzzle
    nose = lift(balls, 0, m.y - m.height * 0.40)
    across = np.linspace(-1, 1, 17)
    curl = m.width * (0.92 if breed.cat else 0.86)
    x = across * curl
    # two arcs that hang from the middle, and corners that turn up
    y = m.y + m.height * 0.44 + 0.14 * m.height * (np.sin(np.abs(across) * np.pi) - 0.9 * np.abs(across) ** 3)
    y = y + m.lips * 0.55 * np.abs(across) ** 1.5
    lips = lift(balls, x, y)
    jaw = lips.copy()
    jaw[:, 1] += 0.36 * open_mouth * (1 - across**2) ** 0.7
    return Face(nose, lips, jaw)


def body_parts(breed: Breed, pose: str) -> tuple[tuple[Ball, ...], tuple[Ball, ...]]:
    """The ellipsoids of a body whose neck is at the origin,
    sitting or lying with its paws before it: trunk and limbs.
    """
    b = breed.build
    slim = 0.86 if breed.cat else 1.0
    neck = Ball((0, 0.62, -0.42), (0.64 * b, 0.86, 0.58))
    if pose == "lying":
        trunk = (
            neck,
            Ball((0, 1.0, -0.9), (1.05 * b, 0.86, 1.2)),
            *both(Ball((0.62 * b, 1.15, -0.5), (0.46, 0.7, 0.6))),
        )
        limbs = both(
            Ball((0.52 * b, 1.62, 0.35), (0.24 * slim, 0.25, 0.85)),
            Ball((0.52 * b, 1.66, 1.02), (0.29 * slim, 0.22, 0.34)),
        )
        return trunk, limbs
    trunk = (
        neck,
        Ball((0, 1.75, -0.38), (0.90 * b, 1.15, 0.80)),
        Ball((0, 3.1, -0.95), (1.04 * b, 1.55, 0.95)),
        *both(Ball((0.58 * b, 1.80, -0.42), (0.42, 0.95, 0.62))),
    )
    limbs = both(
        Ball((0.40 * b, 3.05, -0.02), (0.27 * slim, 1.45, 0.32)),
        Ball((0.41 * b, 4.45, 0.22), (0.32 * slim, 0.24, 0.42)),
        Ball((0.98 * b, 3.75, -0.62), (0.52, 0.85, 0.85)),
        Ball((1.00 * b, 4.52, 0.10), (0.36 * slim, 0.21, 0.50)),
    )
    tail = (Ball((1.45 * b, 4.50, -0.1), (0.70, 0.16, 0.28), -0.12),) if breed.cat else ()
    return trunk, (*limbs, *tail)
