"""Loss surfaces for the stage."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Array
from core.stage.panels import Contour, Path, Surface


def surface_pair(
    a: Array,
    b: Array,
    values: Array,
    *,
    title: str,
    z_label: str = "loss",
    labels: tuple[str, str] = ("direction 1", "direction 2"),
    paths: Sequence[Path] = (),
    terraces: bool = False,
    log: bool = False,
    weights: tuple[float, float] = (1, 1),
) -> tuple[Surface, Contour]:
    """One grid in 3-D and from above, linked: `values` (len(b), len(a)). `weights` are their shares of a row."""
    common: dict[str, Any] = {
        "x": a,
        "y": b,
        "z": values.astype(np.float32),
        "x_label": labels[0],
        "y_label": labels[1],
        "z_label": z_label,
        "z_scale": "log" if log else "linear",
        "paths": paths,
        "terraces": terraces,
        "camera": "linked",
    }
    surface = Surface(title=title, weight=weights[0], **common)
    return surface, Contour(title=f"{title}, from above", weight=weights[1], **common)
