"""A real batch of probabilities that sum to 1, whatever the picture shows; ten sigmoids can also say "none of these"."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import ten_digits
from core.exhibits.softmax.probabilities import NAMES, book_activations, listed, told
from core.nn.ten_digits import CLASSES, train_ten

EPOCHS = 5
ROUNDING = 2.0**-24  # numbers just below 1 lie so far apart in float32: 6e-8
DOWN = 20  # activations are pushed so far down


@dataclass(frozen=True)
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
        counts = np.bincount(self.errors)
        off = [f"{told(k * ROUNDING, 2)} off in {n}" for k, n in enumerate(counts) if k and n]
        n = len(self.targets)
        return [
            f"One batch: x holds {n} pictures, y {n} whole numbers from {self.targets.min()} to {self.targets.max()}, and the model "
            f"answers with {n}×{CLASSES} probabilities.",
            f"Every row sums to 1, up to the rounding of float32: **exactly 1 in {counts[0]} rows**"
            + (f", {', '.join(off)}" if off else "")
            + f". In float64 the largest error is {told(self.exact, 2)}.",
            f"After {self.epochs} epochs the likeliest digit is the right one in {int(self.right.sum())} of {n} rows "
            f"(:blue[accuracy] {self.right.mean():.2f}), with a mean probability of {told(float(self.probabilities.max(1).mean()), 2)}.",
        ]

    def numbers(self) -> Numbers:
        return {
            "rows that sum to exactly 1": float((self.errors == 0).sum()),
            "largest |sum - 1|, float64": self.exact,
            "accuracy of the batch": float(self.right.mean()),
            "mean of the largest probability": float(self.probabilities.max(1).mean()),
        }

    def table(self) -> Table:
        columns = {f"p({k})": self.probabilities[:, k] for k in range(CLASSES)}
        return {"y": self.targets, **columns, "sum - 1": self.sums.astype(np.float64) - 1}


def one_batch(epochs: int, draw: int, seed: int) -> Batch:
    """The `draw`-th shuffled batch of 64 training digits, and what a model trained for `epochs` makes of it."""
    digits, run = ten_digits(), train_ten(epochs=EPOCHS, seed=seed)
    rows = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(draw))[:64]
    xb, yb = digits.x_train[rows], digits.y_train[rows]
    activations = run.logits(xb, run.frame_of_epoch(epochs))
    probabilities = torch.softmax(activations, dim=1)
    exponents = (activations - activations.max(1, keepdim=True).values).exp()
    exact = (activations.double().softmax(1).sum(1) - 1).abs().max().item()
    tensors = (xb, yb, activations, exponents, probabilities, probabilities.sum(1))
    return Batch(epochs, exact, *(t.numpy() for t in tensors))


@dataclass(frozen=True)
class FarBelow:
    """Three activations pushed down together, by F distances: their softmax, and each one's own sigmoid."""

    names: tuple[str, ...]
    distance: Array  # (F,)
    activations: Array  # (F, K)
    softmax: Array  # (F, K)
    sigmoid: Array  # (F, K)

    def findings(self) -> list[str]:
        change = float(np.abs(self.softmax - self.softmax[0]).max())
        last = self.sigmoid[-1]
        return [
            f"Pushed down by {told(self.distance[-1], 2)}, the :orange[activations] are {listed(self.activations[-1], 3)}: nothing "
            f"looks like a bear. The independent sigmoids say so: {listed(last, 2)}, together {told(float(last.sum()), 2)}.",
            f"Softmax still gives {listed(self.softmax[-1], 3)}, together {told(float(self.softmax[-1].sum()), 6)}: it changed by "
            f"{told(change, 2)} at most. It sees differences only, so it cannot say “none of these”.",
        ]

    def numbers(self) -> Numbers:
        return {
            "sum of softmax, pushed down": float(self.softmax[-1].sum()),
            "sum of sigmoids, pushed down": float(self.sigmoid[-1].sum()),
            "largest change of softmax": float(np.abs(self.softmax - self.softmax[0]).max()),
        }

    def table(self) -> Table:
        columns = {"pushed down by": self.distance}
        for k, name in enumerate(self.names):
            columns |= {f"softmax {name}": self.softmax[:, k], f"sigmoid {name}": self.sigmoid[:, k]}
        return columns


def far_below(seed: int) -> FarBelow:
    """The bears' activations, lowered all together by 0 to 20."""
    distance = torch.arange(10 * DOWN + 1) / 10
    activations = book_activations(1, 3, seed) - distance[:, None]
    rows = [t.numpy() for t in (distance, activations, activations.softmax(1), activations.sigmoid())]
    return FarBelow(NAMES[:3], *rows)


@dataclass(frozen=True)
class NoDigits:
    """What two models make of a digit and of pictures that are none: one with softmax, one with ten sigmoids."""

    names: tuple[str, ...]  # of P pictures; the first is a real digit
    accuracy: dict[str, float]  # of both on the validation digits
    unsure: dict[str, float]  # share of the validation digits, all real, whose largest probability is below a half
    images: Array  # (P, 784)
    softmax: Array  # (P, 10)
    sigmoid: Array  # (P, 10)

    def findings(self) -> list[str]:
        soft, own = self.softmax[1:].max(1), self.sigmoid[1:].max(1)
        n, boldest, bold = len(soft), int(soft.argmax()), int((own >= 0.5).sum())
        return [
            f"Of {n} pictures that are no digits, softmax gives {int((soft >= 0.5).sum())} a digit with a probability of at least a "
            f"half; boldest is {self.names[1 + boldest]}, a {self.softmax[1 + boldest].argmax()} with **{told(float(soft[boldest]), 2)}**. "
            f"The ten sigmoids do so for {bold or 'none of them'}; {'elsewhere' if bold else 'here'} no sigmoid reaches a half, which "
            "is their way to say “none”.",
            f"Saying “none” has its price: on real validation digits no sigmoid reaches a half in {self.unsure['sigmoids']:.0%}, no "
            f"softmax in {self.unsure['softmax']:.0%}. :blue[Accuracy]: {told(self.accuracy['softmax'], 3)} with softmax, "
            f"{told(self.accuracy['sigmoids'], 3)} with sigmoids.",
        ]

    def numbers(self) -> Numbers:
        found = {f"largest softmax, {name}": float(p.max()) for name, p in zip(self.names, self.softmax, strict=True)}
        return found | {f"largest sigmoid, {n}": float(p.max()) for n, p in zip(self.names, self.sigmoid, strict=True)}

    def table(self) -> Table:
        columns = {"picture": np.array(self.names)}
        for kind, values in (("softmax", self.softmax), ("sigmoid", self.sigmoid)):
            columns |= {f"{kind} {k}": values[:, k] for k in range(CLASSES)}
        return columns


def strange_pictures(digit: Tensor, seed: int) -> dict[str, Tensor]:
    """Pictures (784,) that are no digits, by name; `digit` is inverted for one of them."""
    row, column = torch.arange(28)[:, None], torch.arange(28)[None]
    inside = ((row - 13.5).abs() < 10) & ((column - 13.5).abs() < 10)
    hole = ((row - 13.5).abs() < 7) & ((column - 13.5).abs() < 7)
    diagonal = ((row - column).abs() < 2) | ((row + column - 27).abs() < 2)
    pictures = {
        "all white": torch.ones(28, 28),
        "noise": torch.rand((28, 28), generator=torch.Generator().manual_seed(seed)),
        "checkerboard": (row // 4 + column // 4) % 2,
        "inverted": 1 - digit.view(28, 28),
        "a cross": inside & diagonal,
        "a frame": inside & ~hole,
        "all black": torch.zeros(28, 28),
    }
    return {name: picture.float().flatten() for name, picture in pictures.items()}


def no_digits(seed: int) -> NoDigits:
    """Train both models alike, then show them a digit and pictures that are none."""
    digits = ten_digits()
    digit = digits.x_valid[300]
    pictures = {"a real 3": digit, **strange_pictures(digit, seed)}
    images = torch.stack(list(pictures.values()))
    found, accuracy, unsure = [], {}, {}
    for kind, loss, squash in (("softmax", "safe", lambda z: z.softmax(1)), ("sigmoids", "sigmoids", torch.sigmoid)):
        run = train_ten(epochs=EPOCHS, seed=seed, loss=loss)
        found.append(squash(run.logits(images)).numpy())
        accuracy[kind] = float(run.valid_accuracy[-1])
        unsure[kind] = (squash(run.logits(digits.x_valid)).max(1).values < 0.5).float().mean().item()
    return NoDigits(tuple(pictures), accuracy, unsure, images.numpy(), *found)
