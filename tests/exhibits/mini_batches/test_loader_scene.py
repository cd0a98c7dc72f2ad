"""fastai's DataLoader on the stage: what is lit, counted and written is what the loader gave."""

import numpy as np
import pytest

from core.exhibits.mini_batches.loader import begin
from core.exhibits.mini_batches.loader_scene import scene as loader_scene
from core.exhibits.mini_batches.settings import DATASETS, ORDERS, Settings
from core.stage.panels import Bars, Curve, Panel, Pixels, Steps
from tests.exhibits.mini_batches.results import result, scene
from tests.stage.panels import check, panels


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_loader_that_has_not_answered_has_a_picture_too(dataset: str) -> None:
    waiting = loader_scene(begin(Settings(view="loader", dataset=dataset)))
    assert waiting.frames == 1
    check(waiting)
    first, full = panels(waiting, Panel), panels(scene(view="loader", dataset=dataset), Panel)
    assert [panel.kind for panel in first] == [panel.kind for panel in full]
    assert [panel.title for panel in first] == [panel.title for panel in full]  # the picture is not built anew


@pytest.mark.parametrize("order", ORDERS)
def test_lit_items_are_those_of_the_batch(order: str) -> None:
    one, loading = (
        scene(view="loader", dataset="digits", order=order),
        result(view="loader", dataset="digits", order=order),
    )
    batch_panel, strip = panels(one, Pixels)
    threes, _ = panels(one, Curve)
    light = strip.array.reshape(len(loading.batches), 800)
    for frame in (0, 1, 49, 50, 99):
        batch = loading.batches[frame]
        assert set(np.flatnonzero(light[frame] == 255)) == set(batch)
        np.testing.assert_array_equal(batch_panel.array[frame, 3].ravel(), np.round(255 * loading.images[batch[3]]))
        before = np.concatenate(loading.batches[50 * (frame // 50) : frame + 1])
        assert set(np.flatnonzero(light[frame] > 40)) == set(before)  # an epoch begins in the dark
        assert threes.series[0].y[frame] == loading.threes[batch].sum()


def test_counts_start_anew_in_each_epoch() -> None:
    (counts,) = panels(scene(view="loader", dataset="letters", order="shuffled"), Bars)
    assert counts.heights.sum(1).tolist() == [6, 12, 18, 24, 26] * 2
    assert (counts.heights[[4, 9]] == 1).all()


def test_batches_stand_as_the_loader_gave_them() -> None:
    (texts,) = panels(scene(view="loader", dataset="numbers", order="in order"), Steps)
    assert [step.name for step in texts.steps] == ["1 · 1", "1 · 2", "1 · 3", "2 · 1", "2 · 2", "2 · 3"]
    assert texts.steps[0].code == "tensor([0, 1, 2, 3, 4])"
