"""What is checked for the scenes of both views."""

import io

import numpy as np
from PIL import Image

from core.exhibits.top_losses.staging import SIZE
from core.stage.panels import Panel, Pictures
from core.stage.scene import Scene
from tests.stage.panels import check, panels

MOST = 400_000  # bytes of a scene


def check_small(scene: Scene) -> None:
    """It packs, is small, and each picture that it shows is there, with a caption."""
    arrays = check(scene)
    assert len(scene.pack()) < MOST
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert sum(row.height for row in scene.rows) <= 520
    for panel in panels(scene, Pictures):
        shown = images(panel.files.data, panel.files.ends)
        assert all(image.format == "WEBP" and max(image.size) <= SIZE for image in shown)
        assert len(panel.captions) == len(panel.marks) == len(shown) > 0


def images(data: np.ndarray, ends: np.ndarray) -> list[Image.Image]:
    """The pictures of files that stand one behind the other."""
    starts = [0, *ends[:-1]]
    return [Image.open(io.BytesIO(data[a:b].tobytes())) for a, b in zip(starts, ends, strict=True)]


def types(scene: Scene) -> list[list[type[Panel]]]:
    """The classes of the panels, row by row."""
    return [[type(panel) for panel in row.panels] for row in scene.rows]
