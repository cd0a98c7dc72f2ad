"""A picture that is nothing but noise."""

import numpy as np


def noise(n: int = 6, side: int = 64) -> np.ndarray:
    """Squares (n, side, side, 3) uint8."""
    return np.random.default_rng(1).integers(0, 256, (n, side, side, 3), dtype=np.uint8)
