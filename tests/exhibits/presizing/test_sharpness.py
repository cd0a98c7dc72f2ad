"""Sharpness is that of a convolution, and power stands at its own fineness."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.exhibits.presizing.sharpness import BINS, fine_power, frequencies, laplacian_variance, power

SIDE = 224


def test_laplacian_variance_is_that_of_a_convolution() -> None:
    pictures = torch.rand(2, 20, 30, generator=torch.Generator().manual_seed(1))
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    expected = F.conv2d(pictures[:, None], kernel[None, None])[:, 0].var((1, 2))
    assert laplacian_variance(pictures) == pytest.approx(expected)


def test_power_of_a_wave_stands_in_its_own_band_and_noise_in_all() -> None:
    x = torch.arange(SIDE)
    wave = torch.sin(2 * torch.pi * 0.125 * x).expand(1, SIDE, SIDE)
    assert frequencies()[power(wave)[0].argmax()] == pytest.approx(0.125, abs=0.5 / BINS)
    noise = power(torch.randn(1, SIDE, SIDE, generator=torch.Generator().manual_seed(1)))[0, 2:]
    assert noise.min() > 0.7
    assert noise.max() < 1.4


def test_fine_power_counts_every_coefficient_once() -> None:
    picture = torch.rand(1, 16, 16, generator=torch.Generator().manual_seed(1))
    values = picture[0].double().numpy()
    fade = np.hanning(16)
    faded = (values - values.mean()) * np.outer(fade, fade)
    total, count = 0.0, 0
    for v in range(-8, 8):
        for u in range(-8, 8):
            if math.hypot(u, v) / 16 >= 0.25:
                wave = np.exp(-2j * np.pi * (np.arange(16)[:, None] * v + np.arange(16) * u) / 16)
                total, count = total + abs((faded * wave).sum()) ** 2, count + 1
    expected = total / count / np.sum(np.outer(fade, fade) ** 2)
    assert fine_power(picture).item() == pytest.approx(expected, rel=1e-4)
