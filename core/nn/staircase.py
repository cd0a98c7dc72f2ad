"""Accuracy as a function of one moving weight: a staircase whose jumps are computed, not sampled.

Where a weight w moves by the share s of itself, image i's logit is `z_i + s * w * x_i`, and it changes side at
`-z_i / (w * x_i)`.
"""

import numpy as np


def flip_points(logits: np.ndarray, targets: np.ndarray, pull: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each image's logit + s * pull changes sign: shares s, ascending, and what accuracy gains there, ±1 image.

    A growing logit turns a seven into a three, which is a gain where the target is a three.
    """
    moving = pull != 0
    flips = -logits[moving] / pull[moving]
    gains = np.sign(pull[moving]).astype(int) * np.where(targets[moving] == 1, 1, -1)
    order = np.argsort(flips)
    return flips[order], gains[order]


def correct_change(flips: np.ndarray, gains: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Images gained (or lost) against s = 0 at every share; int, shape of `share`."""
    total = np.concatenate([[0], np.cumsum(gains)])
    return total[np.searchsorted(flips, share)] - total[np.searchsorted(flips, 0.0)]


def staircase(flips: np.ndarray, gains: np.ndarray, zoom: float) -> tuple[np.ndarray, np.ndarray]:
    """The exact steps from -zoom to zoom: where each begins, and the images gained on it; the last one twice."""
    edges = np.concatenate([[-zoom], flips[np.abs(flips) < zoom], [zoom]])
    levels = correct_change(flips, gains, (edges[:-1] + edges[1:]) / 2)
    return edges, np.append(levels, levels[-1])
