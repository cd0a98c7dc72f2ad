"""A mini-batch's gradient is the mean of what each of its images asks for (fastbook chapter 4)."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.gradients.finite_differences import backward_slopes, random_parameters, some_images
from core.exhibits.gradients.settings import Settings
from core.nn.models import PIXELS, flat_linear
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class Batch:
    """The gradients of n images, alone and together."""

    images: Array  # (n, 784)
    targets: Array  # (n,)
    predictions: Array  # (n,)
    alone: Array  # (n, 785): the gradient of each image alone
    so_far: Array  # (n, 785): of the first image, of the first two, …

    @property
    def lengths(self) -> Array:
        """Length of each image's gradient, (n,)."""
        return np.linalg.norm(self.alone, axis=1)

    def findings(self) -> list[str]:
        lengths = self.lengths
        half = int((np.cumsum(np.sort(lengths)[::-1]) < lengths.sum() / 2).sum()) + 1
        busiest, n = int(lengths.argmax()), len(lengths)
        gap = np.abs(self.alone.mean(0) - self.so_far[-1]).max()
        return [
            f"The :violet[gradient] of the batch is the mean of the gradients of its {n} images: the two differ by at "
            f"most {format_number(gap)}.",
            "Each image's own gradient is the image itself, times one number. A three with a low prediction asks for "
            f"more weight where it has ink, a seven for less. Image {busiest + 1} has the most to say: its prediction "
            f"is {format_number(self.predictions[busiest])} for the target {int(self.targets[busiest])}.",
            f"{half} of the {n} images say{'s' * (half == 1)} half of it all. Where the sigmoid is flat, near 0 or 1, "
            "an image has next to nothing to say, right or wrong.",
        ]

    def numbers(self) -> Numbers:
        return {
            "length of the gradient": float(np.linalg.norm(self.so_far[-1])),
            "bias": float(self.so_far[-1, PIXELS]),
            "largest length of one image's": float(self.lengths.max()),
        }

    def table(self) -> Table:
        return {
            "image": np.arange(1, len(self.targets) + 1),
            "target": self.targets,
            "prediction": self.predictions,
            "length of its gradient": self.lengths,
        }


def experiment(settings: Settings) -> Batch:
    """`backward()` for each image alone, and for the first one, two, three … of them together."""
    n, params = settings.images, random_parameters(settings.seed)
    xb, yb = some_images(load(settings.digits), n, settings.seed)
    alone = torch.stack([backward_slopes(params, xb[[i]], yb[[i]]) for i in range(n)])
    so_far = torch.stack([backward_slopes(params, xb[: i + 1], yb[: i + 1]) for i in range(n)])
    return Batch(
        images=xb.numpy(),
        targets=yb[:, 0].numpy(),
        predictions=flat_linear(xb, params).sigmoid()[:, 0].numpy(),
        alone=alone.numpy(),
        so_far=so_far.numpy(),
    )
