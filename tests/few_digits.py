"""A few of the built-in digits, for tests that train step by step."""

import torch

from core.data.digits import Digits, load


def few_digits() -> Digits:
    """110 images to train on and 60 to validate: neither is a multiple of the batch sizes that tests use."""
    every = load("built-in")
    x, y = torch.cat([every.x_train[:60], every.x_train[-50:]]), torch.cat([every.y_train[:60], every.y_train[-50:]])
    return Digits(name="built-in", x_train=x, y_train=y, x_valid=every.x_valid[70:130], y_valid=every.y_valid[70:130])
