"""The net's numbers in their places, and its counts as torch has them."""

import numpy as np

from core.exhibits.neural_net.dead_units import shaped
from core.exhibits.neural_net.net import ACTIVATIONS_OF_NET, PARAMETERS, format_probability, split
from core.exhibits.neural_net.summary import lesson_model
from core.nn.models import HIDDEN, PIXELS


def test_the_net_has_as_many_parameters_as_torch_counts() -> None:
    assert sum(p.numel() for p in lesson_model().parameters()) == PARAMETERS == 23_581
    assert ACTIVATIONS_OF_NET == HIDDEN + 1


def test_split_keeps_every_number_in_its_place() -> None:
    rows = np.arange(2 * PARAMETERS, dtype=np.float32).reshape(2, -1)
    parts = split(rows)
    w1, b1, w2, b2 = shaped(rows[1])
    assert np.array_equal(parts["w1"][1].reshape(HIDDEN, PIXELS), w1.T)
    assert np.array_equal(parts["b1"][1], b1)
    assert np.array_equal(parts["w2"][1], w2[:, 0])
    assert np.array_equal(parts["b2"][1], b2)


def test_probabilities_are_never_rounded_to_certainty() -> None:
    assert [format_probability(p) for p in (1.0, 0.0, 0.5, 0.9991)] == [
        "above 0.999",
        "below 0.001",
        "0.500",
        "above 0.999",
    ]
