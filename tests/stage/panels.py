"""What a packed scene shows, and the checks that hold for every scene."""

from typing import Any, TypeVar

import numpy as np

from core.stage.panels import Panel
from core.stage.scene import Scene, unpack

P = TypeVar("P", bound=Panel)

NAMING = {"array", "at", "x", "y", "z", "rows", "active", "residuals", "grid", "value", "text", "good", "points", "box"}
"""Keys under which a panel names arrays."""

EACH_FRAME = ("at", "rows", "active", "lit")
"""Keys under which a panel names an array with one number for each frame."""


def panels(scene: Scene, kind: type[P]) -> list[P]:
    """The scene's panels of a class, row by row."""
    return [panel for row in scene.rows for panel in row.panels if isinstance(panel, kind)]


def named(part: Any, naming: set[str] = NAMING) -> set[str]:
    """Every array that `part` of a header names, wherever it does."""
    if isinstance(part, list):
        return set().union(*(named(item, naming) for item in part))
    if not isinstance(part, dict):
        return set()
    own = {value for key, value in part.items() if key in naming and isinstance(value, str)}
    listed = {item for key, value in part.items() if key in naming and isinstance(value, list) for item in value}
    texts = {item for item in listed if isinstance(item, str)}
    return own.union(texts, *(named(value, naming) for value in part.values()))


def check(scene: Scene) -> dict[str, np.ndarray]:
    """Named arrays exist, per-frame ones cover every frame, the alt text is words; the unpacked arrays."""
    header, arrays = unpack(scene.pack())
    drawn = [panel for row in header["rows"] for panel in row["panels"]]
    if scene.arrays is not None:  # in the new form every array has a name, and every name an array
        assert named(drawn) - set(arrays) == set()
    for panel in drawn:
        for key in EACH_FRAME:
            if isinstance(panel.get(key), str):
                assert len(arrays[panel[key]]) == header["frames"]
    labels = (header["time"] or {}).get("labels")
    assert labels is None or len(labels) == header["frames"]
    assert len(header["alt"]) > 40
    assert not set("*`") & set(header["alt"])
    return arrays
