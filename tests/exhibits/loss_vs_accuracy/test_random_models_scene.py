"""The scene of random models: a histogram that grows to all of them."""

import numpy as np
import pytest

from core.exhibits.loss_vs_accuracy.random_models import experiment
from core.exhibits.loss_vs_accuracy.random_models_scene import BINS, scene
from core.exhibits.loss_vs_accuracy.settings import Settings
from core.stage.panels import Bars, Pixels
from tests.exhibits.loss_vs_accuracy.drawn import check_drawn
from tests.stage.panels import panels


@pytest.mark.parametrize("seed", [42, 999])
def test_scene_packs_and_names_its_arrays(seed: int) -> None:
    check_drawn(scene(experiment(Settings(digits="built-in", view="models", seed=seed))))


def test_histogram_grows_to_all_models() -> None:
    result = experiment(Settings(digits="built-in", view="models"))
    drawn = scene(result)
    (histogram,), (weights,) = panels(drawn, Bars), panels(drawn, Pixels)
    values, counts = result.accuracies, histogram.heights
    assert (counts.sum(1) == np.arange(1, drawn.frames + 1)).all()
    assert (counts[-1] == np.histogram(values, BINS)[0]).all()
    grown = np.diff(counts, axis=0, prepend=0).argmax(1)
    np.testing.assert_array_equal(grown, histogram.highlight)
    assert weights.array.shape == (200, 1, 28, 28)
    mean, chosen = histogram.marks
    assert (mean.x, chosen.x) == (values.mean(), values[42])
