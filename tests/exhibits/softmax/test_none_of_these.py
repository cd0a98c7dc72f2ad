"""What softmax and independent sigmoids say where no class fits, against plain loops and the recorded models."""

import numpy as np
import torch

from core.data.digits import ten_digits
from core.exhibits.softmax.none_of_these import far_below, no_digits, strange_pictures
from core.exhibits.softmax.settings import Settings
from core.nn.ten_digits import train_ten
from tests.exhibits.softmax.by_hand import by_hand

BEARS = torch.tensor([0.6734, 0.2576, 0.4689])


def test_far_below_zero_softmax_still_sums_to_one_and_sigmoids_vanish():
    result = far_below(Settings(seed=42))
    np.testing.assert_allclose(result.activations[0], BEARS, atol=1e-4)
    np.testing.assert_allclose(result.softmax.sum(1), 1, atol=3e-7)
    np.testing.assert_allclose(result.softmax, np.tile(by_hand(result.activations[0].tolist()), (201, 1)), atol=1e-6)
    np.testing.assert_allclose(result.sigmoid, 1 / (1 + np.exp(-result.activations.astype(np.float64))), rtol=1e-5)
    assert result.sigmoid[-1].sum() < 1e-7


def test_pictures_of_no_digit_get_a_digit_by_softmax():
    result = no_digits(Settings(seed=42))
    np.testing.assert_allclose(result.softmax.sum(1), 1, atol=1e-6)
    assert result.images.min() >= 0
    assert result.images.max() <= 1
    pictures = strange_pictures(ten_digits().x_valid[300], 42)
    assert result.names == ("a real 3", *pictures)
    assert all(picture.shape == (784,) for picture in pictures.values())
    run = train_ten(epochs=5, seed=42, loss="sigmoids")
    z = pictures["noise"].double().numpy() @ run.weights[-1].astype(np.float64) + run.biases[-1]
    np.testing.assert_allclose(result.sigmoid[result.names.index("noise")], 1 / (1 + np.exp(-z)), rtol=1e-2, atol=1e-6)
    confident = int((result.softmax[1:].max(1) >= 0.5).sum())
    assert f"gives {confident} a digit" in result.findings()[0]
