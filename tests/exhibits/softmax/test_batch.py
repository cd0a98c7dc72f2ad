"""A real batch: its rows against float64, its pictures and activations against the digits and the recorded model."""

import numpy as np
import torch

from core.data.digits import ten_digits
from core.exhibits.softmax.batch import ROUNDING, experiment
from core.exhibits.softmax.settings import Settings
from core.nn.ten_digits import train_ten


def test_rows_of_a_batch_sum_to_one_up_to_rounding():
    result = experiment(Settings(epochs=5, draw=1, seed=42))
    run, digits = train_ten(epochs=5, seed=42), ten_digits()
    assert result.activations.shape == (64, 10)
    exact = torch.from_numpy(result.activations).double().softmax(1).numpy()
    np.testing.assert_allclose(result.probabilities, exact, atol=1e-6)
    np.testing.assert_array_equal(result.sums, torch.from_numpy(result.probabilities).sum(1).numpy())
    off = np.abs(result.sums.astype(np.float64) - 1)
    np.testing.assert_array_equal(off / ROUNDING, result.errors)  # whole steps of float32 below 1
    assert result.errors.max() <= 10
    assert result.exact < 1e-14
    assert len({image.tobytes() for image in result.images}) == 64
    for image, target, acts in zip(result.images[:5], result.targets, result.activations, strict=False):
        same = (digits.x_train == torch.from_numpy(image)).all(1)
        assert target in digits.y_train[same]
        np.testing.assert_allclose(image @ run.weights[-1] + run.biases[-1], acts, atol=1e-4)
    assert f"exactly 1 in {(off == 0).sum()} rows" in result.findings()[1]


def test_a_batch_follows_epochs_and_draws():
    first, second = (experiment(Settings(epochs=5, draw=draw, seed=42)) for draw in (1, 2))
    assert not np.array_equal(first.targets, second.targets)
    untrained = experiment(Settings(epochs=0, draw=1, seed=42))
    np.testing.assert_array_equal(untrained.targets, first.targets)
    assert untrained.right.mean() < 0.5 < first.right.mean()
