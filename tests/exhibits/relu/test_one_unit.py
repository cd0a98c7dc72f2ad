"""One unit: the slopes of the seven activations at negative inputs."""

import numpy as np

from core.exhibits.relu.one_unit import experiment
from core.exhibits.relu.settings import Settings
from core.nn.activations import ACTIVATIONS


def test_negative_inputs_have_slope_exactly_0_with_relu_and_a_hundredth_with_leaky_relu() -> None:
    result = experiment(Settings(view="curve", activation="relu"))
    negative = result.x < 0
    assert (result.slopes["relu"][negative] == 0).all()
    assert (result.values["relu"][negative] == 0).all()
    np.testing.assert_allclose(result.slopes["leaky"][negative], 0.01)
    assert [key for key in ACTIVATIONS if (result.slopes[key][negative] == 0).all()] == ["relu"]
    assert "exactly 0" in result.findings()[0]
    assert "Of the seven only ReLU has" in result.findings()[1]
