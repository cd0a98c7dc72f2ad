"""Over epochs only what is seen grows; the curve counts what was counted."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from core.exhibits.augmentation.epochs import ITEMS, SeenPictures, experiment, size_afterwards
from core.exhibits.augmentation.epochs_scene import scene
from core.exhibits.augmentation.settings import ALL, EPOCHS, FLIP, Settings
from core.stage.panels import Curve
from tests.stage.panels import panels


def made(**change: Any) -> SeenPictures:
    return experiment(Settings(view=EPOCHS, pets="drawn", **change))


@pytest.mark.parametrize("knob", [ALL, FLIP])
def test_over_epochs_only_what_is_seen_grows(knob: str) -> None:
    result = made(knob=knob)
    pictures = [picture for epoch in result.train for picture in epoch]
    same = sum(np.array_equal(a, b) for a, b in combinations(pictures, 2))
    assert result.size == ITEMS == experiment(Settings(view=EPOCHS, pets="drawn")).numbers()["pictures in the data set"]
    assert (same == 0) == (knob == ALL)
    seen = result.seen(result.train)
    assert seen[-1] == (len(pictures) if knob == ALL else len({picture.tobytes() for picture in pictures}))
    assert seen == sorted(seen)
    assert knob == ALL or seen[-1] <= 2 * result.size
    assert result.seen(result.valid) == [1] * len(result.valid)
    assert all(np.array_equal(epoch, result.valid[0]) for epoch in result.valid)


def test_the_answer_is_the_data_sets_size() -> None:
    assert size_afterwards(experiment(Settings(view=EPOCHS, pets="drawn"))) == "4"


def test_the_curve_counts_what_was_counted() -> None:
    result = made(knob=FLIP)
    (curve,) = panels(scene(result), Curve)
    seen, size, validation = (series.y for series in curve.series)
    np.testing.assert_array_equal(seen, result.seen(result.train))
    np.testing.assert_array_equal(size, result.size)
    np.testing.assert_array_equal(validation, 1)
