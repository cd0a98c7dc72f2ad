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
    """Mean power in each of BINS bands of spatial frequency: grey (n, side, side) as (n, BINS).

    The mean is taken out and the edges faded with a Hann window, since a cut edge has power at every frequency.
    """
    side = pictures.shape[-1]
    window, bands, counts = _bands(side)
    faded = (pictures - pictures.mean((1, 2), keepdim=True)) * window
    found = torch.fft.rfft2(faded).abs().square().flatten(1) / (window.square().sum())
    total = torch.zeros(len(pictures), BINS + 1).index_add_(1, bands, found)
    return total[:, :BINS] / counts


def fine_power(pictures: Tensor) -> Tensor:
    """Mean power of the detail finer than four pixels: grey (n, side, side) as (n,)."""
    return power(pictures)[:, int(FINE / 0.5 * BINS) :].mean(1)


def frequencies() -> Tensor:
    """The middle of each band in cycles a pixel, (BINS,)."""
    return (torch.arange(BINS) + 0.5) * 0.5 / BINS


@cache
def _bands(side: int) -> tuple[Tensor, Tensor, Tensor]:
    """The window, each Fourier coefficient's band (the last one is for the corners), how many a band has."""
    fade = torch.hann_window(side, periodic=False)
    f = (torch.fft.fftfreq(side)[:, None].square() + torch.fft.rfftfreq(side)[None].square()).sqrt()
    bands = (f / 0.5 * BINS).long().clamp(max=BINS).flatten()
    return fade[:, None] * fade, bands, torch.bincount(bands, minlength=BINS + 1)[:BINS].float()
