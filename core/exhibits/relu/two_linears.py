"""Two linear layers are one, unless something stands between them; and what `res.max(0)` puts there (chapter 4)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.relu.settings import Settings
from core.exhibits.relu.small_nets import Plan, forward, training
from core.nn.activations import ACTIVATIONS
from core.nn.models import HIDDEN
from core.words import format_number

IMAGES = 24  # that are shown
ROWS = 6  # of them in the matrix that res.max(0) is tried on
EPOCH, RATE = 50, 0.1  # steps of 16 digits, and the lesson's rate for simple_net


def collapse(parameters: list[Tensor]) -> tuple[Tensor, Tensor]:
    """The one matrix and bias that two linear layers amount to: w1@w2 (inputs, 1) and b1@w2 + b2 (1, 1)."""
    w1, b1, w2, b2 = parameters
    return w1 @ w2, b1 @ w2 + b2


@dataclass(frozen=True, kw_only=True)
class Collapse:
    """A stack, trained or as it was drawn, on all N validation digits, beside the one linear layer made of its
    matrices.
    """

    between: str  # "identity" or "relu"
    parameters: list[Tensor]  # w1 (784, 30), b1 (1, 30), w2 (30, 1), b2 (1, 1), in float32
    images: Array  # (24, 784)
    hidden: Array  # (24, 30): what the second layer sees
    on: Array  # (24, 30) booleans: units that let this image through
    matrix: Array  # (24, 784): w1@w2 over the units that are on, the matrix that this image meets
    stack: Array  # (N,) logits of the stack, float64
    single: Array  # (N,) logits of the one layer, float64
    differences: dict[str, Array]  # (N,) |stack - single| in float64 and float32
    accuracy: tuple[float, float]  # of the stack and of the one layer
    matrices: int  # how many different sets of units are on, over all N digits

    @property
    def changed(self) -> int:
        """How many digits the stack and the one layer disagree on."""
        return int(((self.stack > 0) != (self.single > 0)).sum())

    def findings(self) -> list[str]:
        most = {precision: float(values.max()) for precision, values in self.differences.items()}
        n = len(self.stack)
        if self.between == "identity":
            return [
                "`w1@w2` is one matrix of 784 numbers, and with it one linear layer says what the two say: over "
                f"{n} digits the "
                f":orange[outputs] differ by at most **{format_number(most['float64'])}** in float64 and "
                f"{format_number(most['float32'])} in "
                "float32, which is rounding.",
                f"So 23,581 :green[parameters] can do no more than 785: :blue[accuracy] {self.accuracy[0]:.1%} "
                "for both. Whatever the "
                "image, it meets the same matrix.",
            ]
        return [
            f"With the ReLU in between, one layer no longer does: the :orange[outputs] differ by up to "
            f"**{format_number(most['float64'], 3)}**, and {self.changed} of {n} predictions change sides.",
            f"Each digit switches units off and meets a matrix of its own: {n} digits meet {self.matrices} "
            "different ones. "
            "That is how linear, ReLU, linear becomes more than a line.",
        ]

    def numbers(self) -> Numbers:
        largest = {f"largest difference in {name}": float(values.max()) for name, values in self.differences.items()}
        names = ("accuracy of the stack", "accuracy of the one layer")
        with np.errstate(divide="ignore"):
            power = float(np.round(np.log10(largest["largest difference in float64"])))
        return {
            **largest,
            "power of ten of the largest difference in float64": power,
            **dict(zip(names, self.accuracy, strict=True)),
            "different matrices": self.matrices,
        }

    def table(self) -> Table:
        columns = {f"difference in {name}": values for name, values in self.differences.items()}
        return {"output of the stack": self.stack, "output of the one layer": self.single, **columns}


def experiment(settings: Settings) -> Collapse:
    """Two linear layers with nothing or a ReLU between them, beside the one layer that they amount to."""
    return two_linears(settings.between, settings.seed, settings.epochs)


def two_linears(between: str, seed: int, epochs: int = 5) -> Collapse:
    """Train linear, `between`, linear on the built-in digits, or leave it, and compare it with its one matrix."""
    digits = load("built-in")
    steps = epochs * EPOCH
    plan = Plan(seeds=(seed,), hidden=HIDDEN, learning_rate=RATE, steps=steps, activation=between, loss="distance")
    *_, (_, last) = training(digits.x_train, digits.y_train, plan)
    parameters = [p[0] for p in last]
    function = ACTIVATIONS[between].function
    differences, outputs = {}, {}
    for precision in (torch.float64, torch.float32):
        x, net = digits.x_valid.to(precision), [p.to(precision) for p in parameters]
        weights, bias = collapse(net)
        outputs[precision] = forward(x, net, function), x @ weights + bias
        stack, single = outputs[precision]
        differences[str(precision).removeprefix("torch.")] = (stack - single).abs()[:, 0].numpy()
    stack, single = (each[:, 0] for each in outputs[torch.float64])
    right = digits.y_valid[:, 0] == 1
    w1, b1, w2, _ = parameters
    before = digits.x_valid @ w1 + b1
    on = before > 0 if between == "relu" else torch.ones_like(before, dtype=torch.bool)
    shown = torch.arange(len(before)).reshape(2, -1).T.flatten()[:IMAGES]  # a three, a seven, a three, …
    return Collapse(
        between=between,
        parameters=parameters,
        images=digits.x_valid[shown].numpy(),
        hidden=function(before[shown]).numpy(),
        on=on[shown].numpy(),
        matrix=((on[shown] * w2[:, 0]) @ w1.T).numpy(),
        stack=stack.numpy(),
        single=single.numpy(),
        differences=differences,
        accuracy=(float(((stack > 0) == right).float().mean()), float(((single > 0) == right).float().mean())),
        matrices=len(torch.unique(on, dim=0)),
    )


@dataclass(frozen=True, kw_only=True)
class MaxOfZero:
    """The second line of `simple_net` as the notes have it, `res.max(0)`, run beside what it should be."""

    images: Array  # (6, 784)
    res: Array  # (6, 30): after the first line
    relu: Array  # (6, 30): res.max(tensor(0.0))
    values: Array  # (30,): what res.max(0) returns first: the largest of each column
    indices: Array  # (30,): and then: which image it came from
    kind: str  # the type of what it returns
    error: str  # what the third line says to it
    outputs: Array  # (6,): the third line after res.max(tensor(0.0))
    of_values: Array  # (1,): the third line after res.max(0).values

    def findings(self) -> list[str]:
        images, units = self.res.shape
        return [
            f"`res.max(tensor(0.0))` replaces {int((self.res < 0).sum())} of the {self.res.size} "
            ":orange[activations], the negative "
            f"ones, by 0 and keeps the shape ({images}, {units}): one row a digit.",
            f"`res.max(0)` means *along axis 0*: the largest of each column, over the {images} digits. It returns "
            f"{units} values and "
            f"{units} indices; {int((self.values < 0).sum())} of the values are still negative.",
            f"The third line then fails: `{self.error}`. With `.values` it would give {len(self.of_values)} output for "
            f"{images} digits: they have been mixed into one.",
        ]

    def numbers(self) -> Numbers:
        return {
            "negative numbers in res": int((self.res < 0).sum()),
            "values of res.max(0)": len(self.values),
            "outputs after res.max(0).values": len(self.of_values),
            "error": self.error,
        }

    def table(self) -> Table:
        columns = {
            "unit": np.arange(len(self.values)),
            "res.max(0).values": self.values,
            "res.max(0).indices": self.indices,
        }
        rows = {f"res, digit {i}": row for i, row in enumerate(self.res)}
        return columns | rows | {f"res.max(tensor(0.0)), digit {i}": row for i, row in enumerate(self.relu)}


def max_of_zero(settings: Settings) -> MaxOfZero:
    """Run both second lines on real digits, and the third line on what they return."""
    stack = two_linears("relu", settings.seed, settings.epochs)
    w1, b1, w2, b2 = stack.parameters
    images = torch.from_numpy(stack.images[:ROWS])
    res = images @ w1 + b1
    relu = res.max(tensor(0.0))
    largest: Any = res.max(0)
    try:
        error = f"none: {type(largest @ w2 + b2).__name__}"
    except TypeError as problem:
        error = f"TypeError: {problem}"
    return MaxOfZero(
        images=images.numpy(),
        res=res.numpy(),
        relu=relu.numpy(),
        values=largest.values.numpy(),
        indices=largest.indices.numpy(),
        kind=f"{type(largest).__module__}.{type(largest).__name__}",
        error=error,
        outputs=(relu @ w2 + b2)[:, 0].numpy(),
        of_values=(largest.values @ w2 + b2)[0].numpy(),
    )
