"""Softmax cannot say "none of these"; a sigmoid for each class can."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import ten_digits
from core.exhibits.softmax.probabilities import book_activations, join_numbers
from core.exhibits.softmax.settings import BEARS, EPOCHS, Settings
from core.nn.ten_digits import CLASSES, TenRun, train_ten
from core.words import format_any_large

DOWN = 20  # activations are pushed so far down


@dataclass(frozen=True, kw_only=True)
class FarBelow:
    """Three activations pushed down together, by F distances: their softmax, and each one's own sigmoid."""

    names: tuple[str, ...]
    distance: Array  # (F,)
    activations: Array  # (F, K)
    softmax: Array  # (F, K)
    sigmoid: Array  # (F, K)

    @property
    def change(self) -> float:
        """The most that any probability of softmax changes."""
        return float(np.abs(self.softmax - self.softmax[0]).max())

    def findings(self) -> list[str]:
        softmax, sigmoid = self.softmax[-1], self.sigmoid[-1]
        return [
            f"Pushed down by {format_any_large(self.distance[-1], 2)}, the :orange[activations] are "
            f"{join_numbers(self.activations[-1], 3)}: nothing looks like a bear. The independent sigmoids say so: "
            f"{join_numbers(sigmoid, 2)}, together {format_any_large(float(sigmoid.sum()), 2)}.",
            f"Softmax still gives {join_numbers(softmax, 3)}, together {format_any_large(float(softmax.sum()), 6)}: it "
            f"changed by {format_any_large(self.change, 2)} at most. It sees differences only, so it cannot say “none "
            "of these”.",
        ]

    def numbers(self) -> Numbers:
        return {
            "sum of softmax, pushed down": float(self.softmax[-1].sum()),
            "sum of sigmoids, pushed down": float(self.sigmoid[-1].sum()),
            "largest change of softmax": self.change,
        }

    def table(self) -> Table:
        columns = {"pushed down by": self.distance}
        for k, name in enumerate(self.names):
            columns |= {f"softmax {name}": self.softmax[:, k], f"sigmoid {name}": self.sigmoid[:, k]}
        return columns


def far_below(settings: Settings) -> FarBelow:
    """The bears' activations, lowered all together by 0 to 20."""
    distance = torch.arange(10 * DOWN + 1) / 10
    activations = book_activations(1, 3, settings.seed) - distance[:, None]
    return FarBelow(
        names=BEARS[:3],
        distance=distance.numpy(),
        activations=activations.numpy(),
        softmax=activations.softmax(1).numpy(),
        sigmoid=activations.sigmoid().numpy(),
    )


@dataclass(frozen=True, kw_only=True)
class NoDigits:
    """What two models make of a digit and of pictures that are none: one with softmax, one with ten sigmoids."""

    names: tuple[str, ...]  # of P pictures; the first is a real digit
    accuracy: dict[str, float]  # of both on the validation digits
    unsure: dict[str, float]  # share of the validation digits, all real, whose largest probability is below a half
    images: Array  # (P, 784)
    softmax: Array  # (P, 10)
    sigmoid: Array  # (P, 10)

    def findings(self) -> list[str]:
        softmax, sigmoid = self.softmax[1:].max(1), self.sigmoid[1:].max(1)
        boldest, bold = int(softmax.argmax()), int((sigmoid >= 0.5).sum())
        return [
            f"Of {len(softmax)} pictures that are no digits, softmax gives {int((softmax >= 0.5).sum())} a digit with "
            f"a probability of at least a half; boldest is {self.names[1 + boldest]}, a "
            f"{self.softmax[1 + boldest].argmax()} with **{format_any_large(float(softmax[boldest]), 2)}**. The ten "
            f"sigmoids do so for {bold or 'none of them'}; {'elsewhere' if bold else 'here'} no sigmoid reaches a "
            "half, which is their way to say “none”.",
            f"Saying “none” has its price: on real validation digits no sigmoid reaches a half in "
            f"{self.unsure['sigmoids']:.0%}, no softmax in {self.unsure['softmax']:.0%}. :blue[Accuracy]: "
            f"{format_any_large(self.accuracy['softmax'], 3)} with softmax, "
            f"{format_any_large(self.accuracy['sigmoids'], 3)} with sigmoids.",
        ]

    def numbers(self) -> Numbers:
        kinds = {"softmax": self.softmax, "sigmoid": self.sigmoid}
        return {
            f"largest {kind}, {name}": float(p.max())
            for kind, probabilities in kinds.items()
            for name, p in zip(self.names, probabilities, strict=True)
        }

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


def probabilities_of(run: TenRun, images: Tensor) -> Tensor:
    """A model's ten probabilities for every picture, (n, 10), as it was trained to give them."""
    logits = run.logits(images)
    return logits.sigmoid() if run.loss == "sigmoids" else logits.softmax(1)


def no_digits(settings: Settings) -> NoDigits:
    """Train both models alike, then show them a digit and pictures that are none."""
    digits = ten_digits()
    digit = digits.x_valid[300]
    pictures = {"a real 3": digit, **strange_pictures(digit, settings.seed)}
    images = torch.stack(list(pictures.values()))
    runs = {
        "softmax": train_ten(epochs=EPOCHS, seed=settings.seed, loss="safe"),
        "sigmoids": train_ten(epochs=EPOCHS, seed=settings.seed, loss="sigmoids"),
    }
    largest = {kind: probabilities_of(run, digits.x_valid).max(1).values for kind, run in runs.items()}
    return NoDigits(
        names=tuple(pictures),
        accuracy={kind: float(run.valid_accuracy[-1]) for kind, run in runs.items()},
        unsure={kind: (p < 0.5).float().mean().item() for kind, p in largest.items()},
        images=images.numpy(),
        softmax=probabilities_of(runs["softmax"], images).numpy(),
        sigmoid=probabilities_of(runs["sigmoids"], images).numpy(),
    )
