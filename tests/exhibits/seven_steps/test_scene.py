"""The seven steps' scenes: every phase in order, every step's numbers where its frame finds them."""

from dataclasses import replace

import numpy as np
import pytest

from core.exhibits.seven_steps.experiment import Settings, experiment
from core.exhibits.seven_steps.scene import scene
from core.words import plain_text
from tests.stage.panels import check

STEPS = Settings()


@pytest.mark.parametrize(
    "settings",
    [STEPS, replace(STEPS, compare=4.0, tolerance=0.01), replace(STEPS, task="digits", steps=3, compare=0.1)],
    ids=["roller-coaster", "two lanes", "digits"],
)
def test_scene_holds_together(settings):
    check(scene(experiment(settings)))


def test_phases_light_in_order():
    arrays = check(scene(experiment(STEPS)))
    active, written = arrays["active"], arrays["written"]
    assert active[0] == 0
    assert active[-1] == 6
    assert active[1:6].tolist() == [1, 2, 3, 4, 5]
    assert (np.diff(written) >= 0).all()
    assert written[-1] == STEPS.steps


def test_curve_drawn_is_the_models():
    result = experiment(STEPS)
    arrays = check(scene(result))
    a, b, c = result.descents[0].parameters[4]
    np.testing.assert_allclose(arrays["curveA"][4], a * arrays["grid"] ** 2 + b * arrays["grid"] + c, rtol=1e-5)


def test_plain_words_keep_the_words_only():
    assert plain_text("Picture.", ["The :red[loss] is **0.1** in `float32`."]) == "Picture. The loss is 0.1 in float32."
