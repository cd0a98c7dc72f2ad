"""The exhibit of mini-batches as a whole: every view has its numbers, its table and a scene that shows its result."""

from typing import Any

import numpy as np
import pytest

from core.exhibits.mini_batches.settings import CLOCKS, DATASETS, ORDERS, Settings
from core.exhibits.mini_batches.views import VIEWS
from core.stage.panels import Bars
from core.view import view_of
from tests.exhibits.mini_batches.results import result, scene
from tests.stage.panels import check, panels

CASES = [
    *({"view": "paths", "clock": clock, "epochs": 2} for clock in CLOCKS),
    {"view": "paths", "epochs": 2, "learning_rate": 10.0, "batch_size": 256},
    *({"view": "noise", "point": point} for point in (0, 1)),
    *({"view": "loader", "dataset": dataset, "order": order} for dataset in DATASETS for order in ORDERS),
    {"view": "loader", "bs": 256, "passes": 1},
    *({"view": "average", "items": n} for n in (3, 5, 16)),
]


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_and_table_are_complete(view: str) -> None:
    numbers, columns = result(view=view).numbers(), result(view=view).table()
    assert numbers
    assert all(np.isfinite(value) for value in numbers.values() if not isinstance(value, str))
    assert len({len(column) for column in columns.values()}) == 1
    settings = Settings(view=view)
    assert view_of(VIEWS, settings).digits(settings) == "built-in"


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_shows_numbers_only(change: dict[str, Any]) -> None:
    one = scene(**change)
    arrays = check(one)
    assert one.frames > 1
    assert one.alt.startswith("Mini-batches.")
    assert not any(mark in one.alt for mark in (":red[", "**", "`"))
    assert all(np.isfinite(array).all() for array in arrays.values())
    for bars in panels(one, Bars):
        assert bars.heights.shape == (one.frames, len(bars.labels))
