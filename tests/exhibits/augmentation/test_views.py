"""The scenes of augmentation: they pack, their pictures can be decoded, and captions say what was drawn."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.exhibits.augmentation.settings import BATCH, COUNT, EPOCHS, KNOBS, Settings
from core.exhibits.augmentation.squares import BATCH_SIDE, ITEM_SIDE
from core.exhibits.augmentation.views import VIEWS
from core.stage.panels import Outlines, PictureFiles, Pictures
from core.view import view_of
from tests.stage.panels import check, panels
from tests.stage.pictures import opened

CASES: list[dict[str, Any]] = [
    *({"knob": knob} for knob in KNOBS),
    {"apart": True},
    {"knob": "warp", "max_warp": 0.9},
    {"knob": "flip", "flip_vert": True},
    {"knob": "rotate", "max_rotate": 0.0},
    {"view": EPOCHS},
    {"view": EPOCHS, "knob": "flip"},
    {"view": BATCH},
    {"view": BATCH, "min_scale": 1.0},
]
SIDES = (ITEM_SIDE, ITEM_SIDE // 2, BATCH_SIDE, BATCH_SIDE // 2)
MOST = 200_000  # bytes of a scene: a control's move sends one


def squares(files: PictureFiles) -> list[Image.Image]:
    """The pictures; each is as large as a square may be."""
    pictures = opened(files)
    assert {picture.size for picture in pictures} <= {(side, side) for side in SIDES}
    return pictures


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_pictures_open(change: dict[str, Any]) -> None:
    settings = Settings(pets="drawn", **change)
    view = view_of(VIEWS, settings)
    drawn = view.scene(view.experiment(settings))
    check(drawn)
    assert len(drawn.pack()) < MOST
    for panel in panels(drawn, Pictures):
        pictures = squares(panel.files)
        assert len(panel.captions) in (0, len(pictures))
        if panel.show is not None:
            assert len(panel.show) == drawn.frames
            assert panel.show.max() == len(pictures) - 1
        if panel.boxes is not None:
            assert len(panel.boxes) == len(pictures)
    for outlined in panels(drawn, Outlines):
        assert len(squares(outlined.files)) == 1
        assert len(outlined.outlines) == len(outlined.labels) == drawn.frames == COUNT
        assert np.isfinite(outlined.outlines).all()
