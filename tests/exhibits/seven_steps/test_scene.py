"""The seven steps' scenes: every phase in order, every step's numbers where its frame finds them."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.exhibits.seven_steps.experiment import Settings, experiment
from core.exhibits.seven_steps.scene import scene
from core.nn.losses import batch_accuracy
from core.stage.panels import Curve, Fit, Pixels, Steps
from core.words import plain_text
from tests.stage.panels import check, panels

STEPS = Settings()


@pytest.mark.parametrize(
    "settings",
    [STEPS, replace(STEPS, compare=4.0, tolerance=0.01), replace(STEPS, task="digits", steps=3, compare=0.1)],
    ids=["roller-coaster", "two lanes", "digits"],
)
def test_scene_holds_together(settings):
    check(scene(experiment(settings)))


def test_phases_light_in_order():
    drawn = scene(experiment(STEPS))
    (steps,), (losses,) = panels(drawn, Steps), panels(drawn, Curve)
    active, written = steps.active, losses.at
    assert written is not None
    assert active[0] == 0
    assert active[-1] == 6
    assert active[1:6].tolist() == [1, 2, 3, 4, 5]
    assert (np.diff(written) >= 0).all()
    assert written[-1] == STEPS.steps


def test_curve_drawn_is_the_models():
    result = experiment(STEPS)
    (fit,) = panels(scene(result), Fit)
    a, b, c = result.descents[0].parameters[4]
    np.testing.assert_allclose(fit.curves[0].y[4], a * fit.grid**2 + b * fit.grid + c, rtol=1e-5)


def test_crosses_are_those_of_each_mini_batch():
    result = experiment(replace(STEPS, task="digits", steps=20))
    descent, tiles = result.descents[0], panels(scene(result), Pixels)[0].tiles
    assert tiles is not None
    assert tiles.good is not None
    logits, (_, yb) = torch.from_numpy(descent.predictions[3]), descent.batches[3]
    assert tiles.good[3].mean() == pytest.approx(batch_accuracy(logits, yb[:, 0]).item())
    assert tiles.good[3].mean() == pytest.approx(((logits.numpy() > 0) == (yb[:, 0].numpy() == 1)).mean())


def test_plain_words_keep_the_words_only():
    assert plain_text("Picture.", ["The :red[loss] is **0.1** in `float32`."]) == "Picture. The loss is 0.1 in float32."
