"""What a packed scene names, and the checks that hold for every scene."""

from typing import Any

import numpy as np

from core.stage.scene import Scene, unpack

NAMING = {"array", "at", "x", "y", "z", "rows", "active", "residuals", "grid", "value", "text", "good", "points", "box"}
"""Keys under which a panel names arrays."""


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
    panels = [panel for row in header["rows"] for panel in row["panels"]]
    assert named(panels) - set(arrays) == set()
    for panel in panels:
        for key in ("at", "rows", "active"):
            if isinstance(panel.get(key), str):
                assert len(arrays[panel[key]]) == scene.frames
    labels = (scene.time or {}).get("labels")
    assert labels is None or len(labels) == scene.frames
    assert len(scene.alt) > 40
    assert not set("*`") & set(scene.alt)
    return arrays
