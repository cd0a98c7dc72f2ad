"""What a packed scene shows, and the checks that hold for every scene."""

from typing import TypeVar

import numpy as np

from core.stage.panels import Panel
from core.stage.scene import Scene, unpack

P = TypeVar("P", bound=Panel)

EACH_FRAME = ("at", "rows", "active", "lit")
"""Keys under which a panel names an array with one number for each frame."""


def panels(scene: Scene, kind: type[P]) -> list[P]:
    """The scene's panels of a class, row by row."""
    return [panel for row in scene.rows for panel in row.panels if isinstance(panel, kind)]


def check(scene: Scene) -> dict[str, np.ndarray]:
    """Per-frame arrays cover every frame, the alt text is words; the unpacked arrays."""
    header, arrays = unpack(scene.pack())
    drawn = [panel for row in header["rows"] for panel in row["panels"]]
    for panel in drawn:
        for key in EACH_FRAME:
            if isinstance(panel.get(key), str):
                assert len(arrays[panel[key]]) == header["frames"]
    labels = (header["time"] or {}).get("labels")
    assert labels is None or len(labels) == header["frames"]
    assert len(header["alt"]) > 40
    assert not set("*`") & set(header["alt"])
    return arrays
