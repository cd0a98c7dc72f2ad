"""A real batch: 64 digits, and a model's ten probabilities for each, which sum to 1 up to rounding."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import ten_digits
from core.exhibits.softmax.probabilities import stable_exponents
from core.exhibits.softmax.settings import EPOCHS, Settings
from core.nn.ten_digits import CLASSES, train_ten
from core.words import format_any_large

ITEMS = 64
ROUNDING = 2.0**-24  # numbers just below 1 lie so far apart in float32: 6e-8


@dataclass(frozen=True, kw_only=True)
class Batch:
    """64 training digits, drawn and shuffled, with a model's probabilities for each, in float32."""

    epochs: int
    exact: float  # the largest |sum - 1| when all is computed in float64
    images: Array  # (64, 784)
    targets: Array  # (64,) whole numbers 0 to 9
    activations: Array  # (64, 10)
    exponents: Array  # (64, 10), less the row's largest
    probabilities: Array  # (64, 10)
    sums: Array  # (64,): of each row's probabilities

    @property
    def errors(self) -> Array:
        """|sum - 1| of every row, as a whole number of float32's smallest step below 1."""
        return np.rint(np.abs(self.sums.astype(np.float64) - 1) / ROUNDING).astype(np.int64)

    @property
    def right(self) -> Array:
        """Whether the likeliest digit is the right one, (64,)."""
        return self.probabilities.argmax(1) == self.targets

    def findings(self) -> list[str]:
        n, most = len(self.targets), format_any_large(self.errors.max() * ROUNDING, 2)
        mean = format_any_large(float(self.probabilities.max(1).mean()), 2)
        return [
            f"One batch: x holds {n} pictures, y {n} whole numbers from {self.targets.min()} to {self.targets.max()}, "
            f"and the model answers with {n}×{CLASSES} probabilities.",
            f"Every row sums to 1, up to the rounding of float32: **exactly 1 in {(self.errors == 0).sum()} rows**, "
            f"elsewhere at most {most} off. Which rows these are depends on the order in which a processor adds. In "
            f"float64 the largest error is {format_any_large(self.exact, 2)}.",
            f"After {self.epochs} epochs the likeliest digit is the right one in {int(self.right.sum())} of {n} rows "
            f"(:blue[accuracy] {self.right.mean():.2f}), with a mean probability of {mean}.",
        ]

    def numbers(self) -> Numbers:
        return {
            "pictures": len(self.targets),
            "classes": self.probabilities.shape[1],
            "smallest target": int(self.targets.min()),
            "largest target": int(self.targets.max()),
            "rows that sum to exactly 1": float((self.errors == 0).sum()),
            "largest |sum - 1|, float64": self.exact,
            "accuracy of the batch": float(self.right.mean()),
            "mean of the largest probability": float(self.probabilities.max(1).mean()),
        }

    def table(self) -> Table:
        columns = {f"p({k})": self.probabilities[:, k] for k in range(CLASSES)}
        return {"y": self.targets, **columns, "sum - 1": self.sums.astype(np.float64) - 1}


def experiment(settings: Settings) -> Batch:
    """The drawn batch of 64 shuffled training digits, and what a model trained for so many epochs makes of it."""
    digits, run = ten_digits(), train_ten(epochs=EPOCHS, seed=settings.seed)
    rows = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(settings.draw))[:ITEMS]
    xb, yb = digits.x_train[rows], digits.y_train[rows]
    activations = run.logits(xb, run.frame_of_epoch(settings.epochs))
    probabilities = torch.softmax(activations, dim=1)
    exact = activations.double().softmax(1).sum(1) - 1
    return Batch(
        epochs=settings.epochs,
        exact=exact.abs().max().item(),
        images=xb.numpy(),
        targets=yb.numpy(),
        activations=activations.numpy(),
        exponents=stable_exponents(activations).numpy(),
        probabilities=probabilities.numpy(),
        sums=probabilities.sum(1).numpy(),
    )
