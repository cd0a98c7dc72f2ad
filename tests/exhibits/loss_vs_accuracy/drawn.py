"""What holds for the scenes of all views."""

import numpy as np

from core.stage.scene import Scene
from tests.stage.panels import check


def check_drawn(scene: Scene) -> None:
    """It packs, moves, is finite everywhere, and is described in words."""
    arrays = check(scene)
    assert scene.frames > 1
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert scene.alt.startswith("Loss beside accuracy.")
    assert not any(mark in scene.alt for mark in (":red[", "**", "`"))
