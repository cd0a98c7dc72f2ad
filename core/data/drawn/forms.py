"""Smooth bodies made of ellipsoids, seen by a camera far away: their height towards it and their outline.

Units: about half the width of an animal's head. Axes: x to the right, y down, z towards the camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.arrays import Array

BLEND = 0.16  # how softly two ellipsoids grow together, in units


@dataclass(frozen=True)
class Ball:
    """An ellipsoid: centre and radii in the coordinates of its body;
    `lean` turns it in the picture plane, in radians.
    """

    centre: tuple[float, float, float]
    radii: tuple[float, float, float]
    lean: float = 0.0

    def mirrored(self) -> tuple["Ball", "Ball"]:
        x, y, z = self.centre
        return self, Ball((-x, y, z), self.radii, -self.lean)


@dataclass(frozen=True)
class Frame:
    """Where a body's own coordinates lie before the camera: camera = origin + size · turn @ own."""

    turn: Array  # (3, 3) rotation
    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    size: float = 1.0

    def seen(self, points: Array) -> Array:
        """Points of the body (…, 3) in the camera's coordinates."""
        return np.asarray(points) @ (self.size * self.turn).T + np.asarray(self.origin)

    def own(self, x: Array, y: Array, z: Array) -> Array:
        """The body's own coordinates (3, h, w) of surface points given by the camera's."""
        away = [axis - np.float32(start) for axis, start in zip((x, y, z), self.origin, strict=True)]
        back = (self.turn.T / self.size).astype(np.float32)
        return np.stack([row[0] * away[0] + row[1] * away[1] + row[2] * away[2] for row in back])


def rotation(yaw: float, pitch: float, roll: float) -> Array:
    """(3, 3): turned right by `yaw`, nodding down by `pitch`, tilted by `roll`, in radians."""
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def smooth_max(a: Array, b: Array, blend: float) -> Array:
    """The larger of both, rounded over `blend` where they meet (the polynomial smooth minimum of I. Quilez)."""
    h = a - b
    np.abs(h, out=h)
    np.subtract(blend, h, out=h)
    np.maximum(h, 0, out=h)
    h *= h
    h *= np.float32(0.25 / blend)
    h += np.maximum(a, b)
    return h


def surface(balls: Sequence[Ball], frame: Frame, x: Array, y: Array, blend: float = BLEND) -> tuple[Array, Array]:
    """Height towards the camera and signed distance from the outline (inside < 0), both in units.

    `x` and `y` broadcast to the picture's shape (h, w); outside the outline the height falls off steeply.
    """
    blend *= frame.size
    whole = _ball(balls[0], frame, x, y)
    for ball in balls[1:]:
        whole = joined(whole, _ball(ball, frame, x, y), blend)
    return whole


def joined(one: tuple[Array, Array], other: tuple[Array, Array], blend: float) -> tuple[Array, Array]:
    """Two surfaces grown together over `blend`."""
    distance = smooth_max(-one[1], -other[1], blend)
    return smooth_max(one[0], other[0], blend), np.negative(distance, out=distance)


def _ball(ball: Ball, frame: Frame, x: Array, y: Array) -> tuple[Array, Array]:
    """Height and signed distance of one ellipsoid: the nearer root of a quadratic equation in z."""
    c, s = np.cos(ball.lean), np.sin(ball.lean)
    turn = frame.turn @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    form = (turn / np.square(frame.size * np.array(ball.radii))) @ turn.T  # p · form · p = 1 on the surface
    cx, cy, cz = frame.seen(np.array(ball.centre))
    dx, dy = (x - cx).astype(np.float32), (y - cy).astype(np.float32)
    a = form[2, 2]
    (qxx, qxy), (_, qyy) = form[:2, :2] - np.outer(form[:2, 2], form[:2, 2]) / a
    gx, gy = np.float32(qxx) * dx + np.float32(qxy) * dy, np.float32(qxy) * dx + np.float32(qyy) * dy
    q = gx * dx  # 1 on the outline
    room = gy * dy
    q += room
    inside = np.subtract(1, q, out=room)
    inside *= np.float32(1 / a)
    height = np.abs(inside)
    np.copysign(np.sqrt(height, out=height), inside, out=height)
    height += np.float32(cz) - np.float32(form[0, 2] / a) * dx - np.float32(form[1, 2] / a) * dy
    root = np.sqrt(q, out=q)
    gx *= gx
    gy *= gy
    gx += gy
    gx += np.float32(1e-9)
    distance = root - 1
    distance *= root
    distance /= np.sqrt(gx, out=gx)
    return height, distance


def lift(balls: Sequence[Ball], x: float | Array, y: float | Array) -> Array:
    """The points (…, 3) on the front of a body at x, y (…) of its own coordinates."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float32), np.asarray(y, np.float32))
    height, _ = surface(balls, Frame(np.eye(3)), np.atleast_1d(x), np.atleast_1d(y))
    return np.stack([x, y, height.reshape(x.shape)], -1)
