"""`xb @ weights + bias` for one digit, pixel by pixel, and what `*` does instead (fastbook chapter 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import DigitsName, load
from core.exhibits.digits_as_numbers.pictures import SIDE, Scores, batch_with, changed_rows, digits_and_stack, scores
from core.exhibits.digits_as_numbers.settings import EPOCHS, Settings
from core.fields import FIFTY, batch_size
from core.nn.models import PIXELS, init_params, linear1
from core.nn.training import Recipe, train
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What one line of code really gave: a shape, or the error's message."""

    code: str
    operands: str
    shape: tuple[int, ...] | None
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Model:
    """The linear model, and where its parameters came from."""

    start: str  # "trained" or "random"
    digits: DigitsName  # that it was trained on
    seed: int
    with_bias: bool
    weights: Array  # (784,)
    bias: float  # 0 without one
    accuracy: Scores  # on the validation digits


@dataclass(frozen=True, kw_only=True)
class Product:
    """One row of `xb @ weights + bias`, taken apart."""

    digit: int  # 3 or 7
    picture: str  # how all digits were changed, a key of CHANGES
    operator: str  # "@" or "*"
    model: Model
    image: Array  # (784,)
    running: Array  # (30,): the sum after so many rows of pixels; the last with the bias
    batch: Array  # (n, 784), this image last
    outputs: Array  # (n,) of the batch
    trials: tuple[Trial, ...]

    @property
    def products(self) -> Array:
        """x·w of every pixel, (784,)."""
        return self.image * self.model.weights

    @property
    def total(self) -> float:
        """The sum of the products, without the bias."""
        return float(self.running[-2])

    @property
    def logit(self) -> float:
        return float(self.running[-1])

    def findings(self) -> list[str]:
        if self.operator == "*":
            return [_without_a_sum(self)]
        return [_sum(self), _batch(self), _parameters(self)]

    def numbers(self) -> Numbers:
        return {
            "sum": self.total,
            "bias": self.model.bias,
            "logit": self.logit,
            "accuracy": self.model.accuracy.mean,
            "images in the batch": len(self.outputs),
            "numbers left by weights.T": count(self.trials[2]),
        }

    def table(self) -> Table:
        place = np.arange(PIXELS)
        columns = {"row": place // SIDE, "column": place % SIDE, "place": place}
        return {**columns, "x": self.image, "w": self.model.weights, "x·w": self.products}


def _sum(result: Product) -> str:
    """What the products add up to, and what the model says."""
    model, logit = result.model, format_number(result.logit, 3)
    if not result.image.any():
        left = "only the bias speaks" if model.with_bias else "without a bias every model says 0 here, neither 3 nor 7"
        return (
            "The picture is all black: 784 zeros, so each x·w is 0 whatever the :green[weights]. The "
            f":orange[activation] is **{logit}**: {left}."
        )
    k = int(np.abs(result.products).argmax())
    side = 3 if result.logit > 0 else 7
    bias = f"plus the bias {format_number(model.bias, 3)} it is **{logit}**" if model.with_bias else "no bias is added"
    return (
        f"The 784 products add up to {format_number(result.total, 3)}; {bias}: "
        f"{'above' if result.logit > 0 else 'not above'} 0, so the model says **{side}**, which is "
        f"{'right' if side == result.digit else 'wrong'}. The largest product stands in row {k // SIDE}, column "
        f"{k % SIDE}: {result.image[k]:.3g} · {format_number(model.weights[k], 3)} = "
        f"{format_number(result.products[k], 3)}."
    )


def _batch(result: Product) -> str:
    """What `@` gives for the batch, and what `*` would."""
    matrix, plain, turned, _ = result.trials
    return (
        f"`{matrix.code}` is {matrix.operands} → {matrix.shape}: one :orange[activation] an image. With `*` "
        f"{'the same shapes are an error' if plain.shape is None else f'these shapes give {plain.shape}'}, and "
        f"`{turned.code}` leaves {turned.shape}, {count(turned):,} products that nobody added up."
    )


def _parameters(result: Product) -> str:
    """What the parameters are, and how good they are."""
    model, weights = result.model, result.model.weights
    what = "784 weights without a bias"
    if model.with_bias:
        what = f"784 weights and 1 bias, {weights.size + 1} :green[parameters]"
    start = f"trained for {EPOCHS} epochs"
    if model.start == "random":
        mean = format_number(weights.mean(), 2)
        start = f"drawn by `randn` (here with mean {mean}, standard deviation {weights.std():.2f})"
    alike = "" if result.picture == "plain" else ", changed in the same way,"
    return (
        f"These {what}, {start}, get {model.accuracy.mean:.4f} of the validation digits{alike} right (the mean of the "
        "threes' and the sevens' :blue[accuracy])."
    )


def _without_a_sum(result: Product) -> str:
    """What `*` gives in its three forms."""
    _, plain, turned, flat = result.trials
    chance = "" if plain.shape is None else ", and no error, because the shapes happen to fit"
    given = outcome(turned) if turned.shape == flat.shape else f"{outcome(turned)} and {outcome(flat)}"
    images = len(result.outputs)
    return (
        f"`{plain.code}`: {outcome(plain)}{chance}. `{turned.code}` and `{flat.code}` do run, without a word of "
        f"warning, and give {given}: the products x·w of every pixel, each with the bias added to it, but no sum. "
        f"There should be {images} :orange[activation{'s' if images > 1 else ''}]; there are {count(turned):,} numbers."
    )


def outcome(trial: Trial) -> str:
    """What the trial gave, in words: the shape, or the error."""
    return f"RuntimeError, “{trial.error}”" if trial.shape is None else f"shape {trial.shape}"


def count(trial: Trial) -> int:
    """How many numbers the trial gave."""
    return int(np.prod(trial.shape or 0))


@lru_cache(maxsize=16)
def parameters_of(start: str, name: DigitsName, seed: int) -> tuple[Tensor, Tensor]:
    """Weights (784, 1) and bias (1,): `randn`, or trained by the lesson's loop from nn.Linear's start."""
    if start == "random":
        weights, bias = init_params("linear", "randn", seed)
    else:
        recipe = Recipe(init="uniform", epochs=EPOCHS, batch_size=batch_size(FIFTY, name), seed=seed)
        weights, bias = train(recipe, load(name)).tensors(-1)
    return weights, bias


TRIES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "xb @ weights + bias": lambda xb, weights, bias: xb @ weights + bias,
    "xb * weights + bias": lambda xb, weights, bias: xb * weights + bias,
    "xb * weights.T + bias": lambda xb, weights, bias: xb * weights.T + bias,
    "xb * weights.flatten() + bias": lambda xb, weights, bias: xb * weights.flatten() + bias,
}
"""Lines of code to try on a batch; the first is the right one."""


def attempt(code: str, xb: Tensor, weights: Tensor, bias: Tensor) -> Trial:
    """Run one of TRIES on a batch (n, 784), weights (784, 1), bias (1,): its shape, or what torch says is wrong."""
    turned = weights.T if ".T" in code else weights.flatten() if "flatten" in code else weights
    operands = f"{tuple(xb.shape)} {'@' if '@' in code else '*'} {tuple(turned.shape)} + {tuple(bias.shape)}"
    try:
        return Trial(code=code, operands=operands, shape=tuple(TRIES[code](xb, weights, bias).shape))
    except RuntimeError as error:
        return Trial(code=code, operands=operands, shape=None, error=str(error))


def running_sum(x: Tensor, weights: Tensor, bias: Tensor) -> Tensor:
    """`x @ weights + bias` of one image (784,), row of pixels after row: (30,) from 0 on, the last with the bias."""
    sums = (x.double() * weights[:, 0]).view(SIDE, SIDE).sum(1).cumsum(0)
    return torch.cat([torch.zeros(1), sums, sums[-1:] + bias])


def experiment(settings: Settings) -> Product:
    """Multiply a batch whose last row is the chosen digit with the parameters."""
    digits, stack = digits_and_stack(settings)
    xb = batch_with(stack[settings.index], digits, settings.items, settings.picture, settings.seed)
    weights, bias = parameters_of(settings.weights, digits.name, settings.seed)
    if not settings.bias:
        bias = torch.zeros(1)
    says_three = linear1(changed_rows(digits.x_valid, settings.picture), [weights, bias])[:, 0] > 0
    model = Model(
        start=settings.weights,
        digits=digits.name,
        seed=settings.seed,
        with_bias=settings.bias,
        weights=weights[:, 0].numpy(),
        bias=bias.item(),
        accuracy=scores(says_three, digits.y_valid[:, 0] == 1),
    )
    return Product(
        digit=settings.digit,
        picture=settings.picture,
        operator=settings.operator,
        model=model,
        image=xb[-1].numpy(),
        running=running_sum(xb[-1], weights, bias).numpy(),
        batch=xb.numpy(),
        outputs=linear1(xb, [weights, bias])[:, 0].numpy(),
        trials=tuple(attempt(code, xb, weights, bias) for code in TRIES),
    )
