"""Rise over run at one place of one function, and its limit (fastbook chapter 4, "Calculating gradients")."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits
from core.exhibits.gradients.finite_differences import random_parameters
from core.nn.losses import batch_accuracy, distances
from core.nn.models import flat_linear
from core.nn.staircase import flip_points, staircase
from core.words import format_number

FURTHEST = 20.0  # the longest run of a weight
RUNS = 121  # lengths of the run, from the longest to a ten-thousandth of it


@dataclass(frozen=True)
class Secant:
    """A function of one number, and the slope from one place to another that comes ever nearer."""

    function: str
    x: float
    y: float
    h: Array  # (F,): runs, descending
    new: Array  # (F,): the function at x + h
    slope: float  # its limit: by backward(), or 0 on a step of the staircase
    curve: tuple[Array, Array]  # the function around x
    items: int  # images measured on; 0 where there are none
    refused: str = ""  # what backward() said, where it would not

    @property
    def slopes(self) -> Array:
        """Rise over run for every run."""
        return (self.new - self.y) / self.h

    def findings(self) -> list[str]:
        slopes = self.slopes
        if self.function == "accuracy":
            return self._staircase()
        where = f"On x² at x = {self.x:g}" if self.function == "square" else "The :red[loss] in one weight"
        said = [
            f"{where}: with a run of {format_number(self.h[0])} rise over run is {format_number(slopes[0], 4)}, with {format_number(self.h[-1])} it is "
            f"{format_number(slopes[-1], 7)}. `backward()` needs no second place and says **{format_number(self.slope, 7)}**."
        ]
        if self.slope:
            said.append(
                f"The long run is off by {abs(slopes[0] / self.slope - 1):.0%}, because the curve bends on the way. The "
                ":violet[gradient] is what rise over run tends to as the run becomes ever smaller."
            )
        elif self.function == "loss":
            said.append(f"Nothing moves: this pixel is black in all {self.items:,} images.")
        return said

    def _staircase(self) -> list[str]:
        moved = np.flatnonzero(self.new != self.y)
        if not len(moved):
            return ["The :blue[accuracy] did not move at any run: rise over run is 0 / h = 0."]
        last, steepest = moved[-1], moved[np.abs(self.slopes[moved]).argmax()]
        return [
            f"The :blue[accuracy] moves for runs down to {format_number(self.h[last])}, by whole images of {self.items:,}. There rise "
            f"over run is a jump divided by h: up to {format_number(self.slopes[steepest], 3)} at h = {format_number(self.h[steepest])}, as "
            "steep as you like if a jump is near. For every shorter run it is exactly **0**.",
            f"And `backward()` refuses: *{self.refused}.* Counting is no function with a slope.",
        ]

    def numbers(self) -> Numbers:
        return {
            "slope of the longest run": float(self.slopes[0]),
            "slope of the shortest": float(self.slopes[-1]),
            "backward()": self.slope,
        }

    def table(self) -> Table:
        return {"run": self.h, "rise": self.new - self.y, "slope": self.slopes}


def runs(longest: float) -> Array:
    """Runs from `longest` to a ten-thousandth of it, evenly on a logarithmic scale."""
    return longest * 10.0 ** np.linspace(0, -4, RUNS)


def square_secant(x: float) -> Secant:
    """x² at `x`, in float64."""
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    y = at**2
    y.backward()
    h = runs(3.0)
    around = torch.linspace(x - 4, x + 4, 161, dtype=torch.float64)
    new = (at.detach() + torch.from_numpy(h)) ** 2
    return Secant("square", x, y.item(), h, new.numpy(), at.grad.item(), (around.numpy(), (around**2).numpy()), items=0)


def weight_secant(function: str, pixel: int, seed: int, digits: Digits) -> Secant:
    """The loss or the accuracy of the random model as the weight of `pixel` moves, on all training digits, in float64."""
    params, inputs = random_parameters(seed).double(), digits.x_train[:, pixel].double()
    targets = digits.y_train[:, 0].double()
    logits = flat_linear(digits.x_train.double(), params)[:, 0]
    weight, h = params[pixel].item(), runs(FURTHEST)

    def at(moves: Tensor) -> Tensor:
        moved = logits + moves[:, None] * inputs  # (moves, n)
        right = (moved > 0) == (targets == 1)
        return (right.double() if function == "accuracy" else distances(moved.sigmoid(), targets)).mean(1)

    def secant(slope: float, curve: tuple[Array, Array], refused: str = "") -> Secant:
        y, new = at(torch.zeros(1).double()).item(), at(torch.from_numpy(h)).numpy()
        return Secant(function, weight, y, h, new, slope, curve, len(targets), refused)

    if function == "accuracy":
        flips, gains = flip_points(logits.numpy(), targets.numpy(), inputs.numpy())
        edges, gained = staircase(flips, gains, 1.2 * FURTHEST)
        level = at(torch.zeros(1).double()).item()
        return secant(0.0, (weight + edges, level + gained / len(targets)), refusal(params, digits))
    move = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    at(move).backward()
    around = torch.linspace(-1.2 * FURTHEST, 1.2 * FURTHEST, 161, dtype=torch.float64)
    return secant(move.grad.item(), (weight + around.numpy(), at(around).numpy()))


def refusal(params: Tensor, digits: Digits) -> str:
    """What PyTorch says when asked for the gradient of the accuracy."""
    logits = flat_linear(digits.x_train, params.float().requires_grad_())
    try:
        batch_accuracy(logits, digits.y_train).backward()
    except RuntimeError as error:
        return str(error).rstrip(".")
    raise AssertionError("backward() on a comparison must fail")
