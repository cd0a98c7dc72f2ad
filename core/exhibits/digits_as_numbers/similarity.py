"""Pixel similarity, the baseline without learning: which average digit is nearer? (fastbook chapter 4)"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.exhibits.digits_as_numbers.pictures import SIDE, Scores, changed_rows, digits_and_stack, scores
from core.exhibits.digits_as_numbers.settings import Settings
from core.nn.models import PIXELS
from core.nn.pixel_similarity import average_digits, mnist_distance

DISTANCES = ("L1 to 3", "L1 to 7", "RMSE to 3", "RMSE to 7")


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """Distances to the average three and the average seven, by mean absolute difference (L1) and by RMSE."""

    digit: int  # 3 or 7
    picture: str  # how all digits were changed, a key of CHANGES
    image: Array  # (784,)
    means: Array  # (2, 784): average three, average seven
    running: Array  # (29, 4): L1 to three and seven, RMSE to both, from the first r rows of pixels alone
    distances: Array  # (n, 4) of every validation digit
    threes: Array  # (n,) bool: whether it is a three
    chosen: int  # which of the n this image is
    l1: Scores
    rmse: Scores
    plain: tuple[Scores, Scores]  # L1 and RMSE on the unchanged digits

    def findings(self) -> list[str]:
        l1_3, l1_7, rmse_3, rmse_7 = self.distances[self.chosen]
        by_l1, by_rmse = nearer(l1_3, l1_7), nearer(rmse_3, rmse_7)
        right = "right" if by_l1 == self.digit else "wrong"
        agree = "agrees" if by_rmse == by_l1 else f"says {by_rmse}"
        sentences = [
            f"This {self.digit} differs from the average 3 by {l1_3:.4f} a pixel and from the average 7 by {l1_7:.4f}: "
            f"it is taken for a **{by_l1}**, which is {right}. RMSE ({rmse_3:.4f} and {rmse_7:.4f}) {agree}.",
            f"With nothing learned, L1 gets {self.l1.threes:.4f} of the validation threes and {self.l1.sevens:.4f} of "
            f"the sevens right, a mean :blue[accuracy] of **{self.l1.mean:.4f}**; RMSE {self.rmse.mean:.4f}.",
        ]
        if self.picture != "plain":
            sentences.append(
                f"On the digits as they are it is {self.plain[0].mean:.4f} with L1 and {self.plain[1].mean:.4f} with "
                "RMSE. Pixel similarity compares what stands at the same place, with the same brightness."
            )
        return sentences

    def numbers(self) -> Numbers:
        values = dict(zip(DISTANCES, self.distances[self.chosen], strict=True))
        for name, score in (("L1", self.l1), ("RMSE", self.rmse)):
            values |= {f"{name}: threes": score.threes, f"{name}: sevens": score.sevens, f"{name}: mean": score.mean}
        return {name: float(value) for name, value in values.items()}

    def table(self) -> Table:
        columns = dict(zip(DISTANCES, self.distances.T, strict=True))
        return {"digit": np.where(self.threes, 3, 7), **columns}


def nearer(to_three: float, to_seven: float) -> int:
    """The digit whose average is nearer."""
    return 3 if to_three < to_seven else 7


def how_good(result: Similarity) -> str:
    """The answer to the page's question, from the mean accuracy of pixel similarity."""
    accuracy = result.l1.mean
    return "about half" if accuracy < 0.65 else "about three quarters" if accuracy < 0.9 else "more than nine in ten"


def rmse(a: Tensor, b: Tensor) -> Tensor:
    """Root of the mean squared difference, L2, over the last axis."""
    return ((a - b) ** 2).mean(-1).sqrt()


def distances_to(means: Tensor, images: Tensor) -> Tensor:
    """L1 to both average digits (2, 784), then RMSE to both, of images (n, 784): (n, 4)."""
    return torch.stack([distance(images, mean) for distance in (mnist_distance, rmse) for mean in means], 1)


def both_scores(distances: Tensor, threes: Tensor) -> tuple[Scores, Scores]:
    """How often the nearer average has the digit's name, by L1 and by RMSE; `distances` (n, 4), `threes` (n,) bool."""
    l1_3, l1_7, rmse_3, rmse_7 = distances.T
    return scores(l1_3 < l1_7, threes), scores(rmse_3 < rmse_7, threes)


def row_by_row(image: Tensor, means: Tensor) -> Tensor:
    """The four distances from the first r rows of pixels alone, r from 0 to 28: (29, 4)."""
    difference = (image - means).view(2, SIDE, SIDE)
    sums = torch.cat([difference.abs(), difference**2]).sum(2).cumsum(1) / PIXELS  # (4, 28)
    return torch.cat([torch.zeros(4, 1), torch.cat([sums[:2], sums[2:].sqrt()])], 1).T


def experiment(settings: Settings) -> Similarity:
    """A digit is called a three if it is nearer to the average three than to the average seven."""
    digits, _ = digits_and_stack(settings)
    means, threes = average_digits(digits.name), digits.y_valid[:, 0] == 1
    images = changed_rows(digits.x_valid, settings.picture)
    distances = distances_to(means, images)
    l1, l2 = both_scores(distances, threes)
    chosen = int((threes == (settings.digit == 3)).nonzero()[settings.index])
    return Similarity(
        digit=settings.digit,
        picture=settings.picture,
        image=images[chosen].numpy(),
        means=means.numpy(),
        running=row_by_row(images[chosen], means).numpy(),
        distances=distances.numpy(),
        threes=threes.numpy(),
        chosen=chosen,
        l1=l1,
        rmse=l2,
        plain=both_scores(distances_to(means, digits.x_valid), threes),
    )
