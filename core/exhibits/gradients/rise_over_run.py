"""Rise over run at one place of one function, and its limit (fastbook chapter 4, "Calculating gradients")."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.gradients.finite_differences import random_parameters
from core.exhibits.gradients.settings import Settings
from core.nn.losses import batch_accuracy, distances
from core.nn.models import flat_linear
from core.nn.staircase import flip_points, staircase
from core.words import format_number

FURTHEST = 20.0  # the longest run of a weight
RUNS = 121  # lengths of the run, from the longest to a ten-thousandth of it


@dataclass(frozen=True, kw_only=True)
class Secant:
    """A function of one number, and the slope from one place to another that comes ever nearer: F runs."""

    function: str  # "square", "loss" or "accuracy"
    x: float
    y: float
    h: Array  # (F,): runs, descending
    new: Array  # (F,): the function at x + h
    slope: float  # its limit: by backward(), or 0 on a step of the staircase
    curve: tuple[Array, Array]  # x and y of the function around x
    items: int  # images measured on; 0 where there are none

    @property
    def slopes(self) -> Array:
        """Rise over run for every run."""
        return (self.new - self.y) / self.h

    def findings(self) -> list[str]:
        slopes = self.slopes
        where = f"On x² at x = {self.x:g}" if self.function == "square" else "The :red[loss] in one weight"
        sentences = [
            f"{where}: with a run of {format_number(self.h[0])} rise over run is {format_number(slopes[0], 4)}, with "
            f"{format_number(self.h[-1])} it is {format_number(slopes[-1], 7)}. `backward()` needs no second place and "
            f"says **{format_number(self.slope, 7)}**."
        ]
        if self.slope:
            sentences.append(
                f"The long run is off by {abs(slopes[0] / self.slope - 1):.0%}, because the curve bends on the way. "
                "The :violet[gradient] is what rise over run tends to as the run becomes ever smaller."
            )
        elif self.function == "loss":
            sentences.append(f"Nothing moves: this pixel is black in all {self.items:,} images.")
        return sentences

    def numbers(self) -> Numbers:
        return {
            "slope of the longest run": float(self.slopes[0]),
            "slope of the shortest": float(self.slopes[-1]),
            "backward()": self.slope,
        }

    def table(self) -> Table:
        return {"run": self.h, "rise": self.new - self.y, "slope": self.slopes}


@dataclass(frozen=True, kw_only=True)
class Staircase(Secant):
    """As a secant, of the accuracy: it has steps and no slope."""

    refused: str  # what backward() says when it is asked for the slope

    def findings(self) -> list[str]:
        moved = np.flatnonzero(self.new != self.y)
        if not len(moved):
            return ["The :blue[accuracy] did not move at any run: rise over run is 0 / h = 0."]
        last, steepest = moved[-1], moved[np.abs(self.slopes[moved]).argmax()]
        return [
            f"The :blue[accuracy] moves for runs down to {format_number(self.h[last])}, by whole images of "
            f"{self.items:,}. There rise over run is a jump divided by h: up to "
            f"{format_number(self.slopes[steepest], 3)} at h = {format_number(self.h[steepest])}, as steep as you like "
            "if a jump is near. For every shorter run it is exactly **0**.",
            f"And `backward()` refuses: *{self.refused}.* Counting is no function with a slope.",
        ]


def runs(longest: float) -> Array:
    """Runs from `longest` to a ten-thousandth of it, evenly on a logarithmic scale."""
    return longest * 10.0 ** np.linspace(0, -4, RUNS)


def of_square(settings: Settings) -> Secant:
    """x² at the chosen x."""
    return square_secant(float(settings.x))


def square_secant(x: float) -> Secant:
    """x² at `x`, in float64."""
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    y = at**2
    y.backward()
    h = runs(3.0)
    around = torch.linspace(x - 4, x + 4, 161, dtype=torch.float64)
    new = (at.detach() + torch.from_numpy(h)) ** 2
    return Secant(
        function="square",
        x=x,
        y=y.item(),
        h=h,
        new=new.numpy(),
        slope=at.grad.item(),  # type: ignore[union-attr]
        curve=(around.numpy(), (around**2).numpy()),
        items=0,
    )


@dataclass(frozen=True, kw_only=True)
class MovedWeight:
    """The random model as the weight of one pixel moves, on n digits, in float64."""

    weight: float
    inputs: Tensor  # (n,): that pixel of every digit
    logits: Tensor  # (n,): before the weight moves
    targets: Tensor  # (n,)

    def moved(self, moves: Tensor) -> Tensor:
        """Logits (k, n) with the weight moved by each of `moves` (k,)."""
        return self.logits + moves[:, None] * self.inputs

    def losses(self, moves: Tensor) -> Tensor:
        """`mnist_loss` after each move, (k,)."""
        return distances(self.moved(moves).sigmoid(), self.targets).mean(1)

    def accuracies(self, moves: Tensor) -> Tensor:
        """The accuracy after each move, (k,)."""
        return ((self.moved(moves) > 0) == (self.targets == 1)).double().mean(1)


def moved_weight(pixel: int, seed: int, digits: Digits) -> MovedWeight:
    """The random model on all training digits, ready to have the weight of `pixel` moved."""
    params = random_parameters(seed).double()
    return MovedWeight(
        weight=params[pixel].item(),
        inputs=digits.x_train[:, pixel].double(),
        logits=flat_linear(digits.x_train.double(), params)[:, 0],
        targets=digits.y_train[:, 0].double(),
    )


def of_loss(settings: Settings) -> Secant:
    """The loss of the random model as one weight moves."""
    model = moved_weight(settings.pixel, settings.seed, load(settings.digits))
    move = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    here = model.losses(move)
    here.backward()
    h = runs(FURTHEST)
    around = torch.linspace(-1.2 * FURTHEST, 1.2 * FURTHEST, 161, dtype=torch.float64)
    return Secant(
        function="loss",
        x=model.weight,
        y=here.item(),
        h=h,
        new=model.losses(torch.from_numpy(h)).numpy(),
        slope=move.grad.item(),  # type: ignore[union-attr]
        curve=(model.weight + around.numpy(), model.losses(around).numpy()),
        items=len(model.targets),
    )


def of_accuracy(settings: Settings) -> Staircase:
    """The accuracy of the random model as one weight moves."""
    digits, h = load(settings.digits), runs(FURTHEST)
    model = moved_weight(settings.pixel, settings.seed, digits)
    flips, gains = flip_points(model.logits.numpy(), model.targets.numpy(), model.inputs.numpy())
    edges, gained = staircase(flips, gains, 1.2 * FURTHEST)
    here = model.accuracies(torch.zeros(1).double()).item()
    return Staircase(
        function="accuracy",
        x=model.weight,
        y=here,
        h=h,
        new=model.accuracies(torch.from_numpy(h)).numpy(),
        slope=0.0,
        curve=(model.weight + edges, here + gained / len(model.targets)),
        items=len(model.targets),
        refused=refusal(random_parameters(settings.seed), digits),
    )


def refusal(params: Tensor, digits: Digits) -> str:
    """What PyTorch says when asked for the gradient of the accuracy; `params` (785,) in float32."""
    logits = flat_linear(digits.x_train, params.requires_grad_())
    try:
        batch_accuracy(logits, digits.y_train).backward()
    except RuntimeError as error:
        return str(error).rstrip(".")
    raise AssertionError("backward() on a comparison must fail")
