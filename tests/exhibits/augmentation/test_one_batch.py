"""In a batch the crop box is shared and the rest is not; one batch is shown at a time."""

from typing import Any

import numpy as np

from core.exhibits.augmentation.one_batch import BATCHES, ITEMS, Batches, experiment
from core.exhibits.augmentation.one_batch_scene import scene
from core.exhibits.augmentation.settings import BATCH, Settings
from core.exhibits.augmentation.squares import ITEM_SIDE
from core.stage.panels import Pictures
from tests.stage.panels import panels


def made(**change: Any) -> Batches:
    return experiment(Settings(view=BATCH, pets="drawn", **change))


def test_in_a_batch_the_box_is_shared_and_the_rest_is_not() -> None:
    result = made()
    assert result.boxes() == [1] * BATCHES
    assert len({tuple(box) for box in result.draws.boxes.tolist()}) == BATCHES
    assert len(np.unique(result.draws.angle)) > BATCHES
    assert result.uncropped.shape[:2] == (BATCHES * ITEMS, ITEM_SIDE // 2)
    again = made(min_scale=1.0)
    assert (again.draws.boxes == [0, 0, 1, 1]).all()
    assert "no crop" in again.findings()[0]


def test_a_batch_is_shown_at_a_time() -> None:
    drawn = scene(made())
    before, after = panels(drawn, Pictures)
    assert drawn.frames == BATCHES
    assert before.show is not None
    assert after.show is not None
    assert before.boxes is not None
    for shown in (before.show, after.show):
        assert sorted(shown.ravel()) == list(range(shown.size))
    boxes = before.boxes[before.show]
    assert (boxes == boxes[:, :1]).all()
