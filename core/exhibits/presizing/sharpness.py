"""How sharp a picture is: the variance of its Laplacian, and how much power it has at each fineness of detail."""

from functools import cache

import torch
from torch import Tensor

BINS = 28  # of spatial frequency, from 0 to half a cycle a pixel
FINE = 0.25  # cycles a pixel: finer than four pixels a period


def grey(pictures: Tensor) -> Tensor:
    """The mean of the channels: (n, 3, height, width) as plain (n, height, width)."""
    return pictures.as_subclass(Tensor).mean(1)


def laplacian_variance(pictures: Tensor) -> Tensor:
    """The variance of x₋₁ + x₊₁ + y₋₁ + y₊₁ − 4·middle over a grey picture in 0–1: (n, height, width) as (n,)."""
    middle = pictures[:, 1:-1, 1:-1]
    across = pictures[:, 1:-1, :-2] + pictures[:, 1:-1, 2:]
    down = pictures[:, :-2, 1:-1] + pictures[:, 2:, 1:-1]
    return (across + down - 4 * middle).var((1, 2))


def power(pictures: Tensor) -> Tensor:
    """Mean power in each of BINS bands of spatial frequency: grey (n, side, side) as (n, BINS)."""
    bands = (_frequencies(pictures.shape[-1]) / 0.5 * BINS).long().clamp(max=BINS).flatten()  # the last: the corners
    total = torch.zeros(len(pictures), BINS + 1).index_add_(1, bands, _spectrum(pictures).flatten(1))
    return total[:, :BINS] / torch.bincount(bands, minlength=BINS + 1)[:BINS]


def fine_power(pictures: Tensor) -> Tensor:
    """Mean power of all detail finer than four pixels, in every direction: grey (n, side, side) as (n,)."""
    return _spectrum(pictures)[:, _frequencies(pictures.shape[-1]) >= FINE].mean(1)


def frequencies() -> Tensor:
    """The middle of each band in cycles a pixel, (BINS,)."""
    return (torch.arange(BINS) + 0.5) * 0.5 / BINS


def _spectrum(pictures: Tensor) -> Tensor:
    """The power of every Fourier coefficient, (n, side, side).

    The mean is taken out and the edges faded with a Hann window, since a cut edge has power at every frequency.
    """
    fade = torch.hann_window(pictures.shape[-1], periodic=False)
    window = fade[:, None] * fade
    faded = (pictures - pictures.mean((1, 2), keepdim=True)) * window
    return torch.fft.fft2(faded).abs().square() / window.square().sum()


@cache
def _frequencies(side: int) -> Tensor:
    """How fine the detail of each Fourier coefficient is, in cycles a pixel, (side, side)."""
    f = torch.fft.fftfreq(side, dtype=torch.float64)
    return (f[:, None].square() + f.square()).sqrt()
