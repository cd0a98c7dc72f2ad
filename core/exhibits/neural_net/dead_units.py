"""Dead units: those whose input is negative for every training image, so that a ReLU answers 0 to all of them.

Beside the net with ReLU runs one with leaky ReLU, from the same parameters and through the same mini-batches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, DigitsName, load
from core.exhibits.neural_net.net import CORNERS, net_recipe, split, standard_error, trained
from core.exhibits.neural_net.settings import Settings
from core.nn.activations import LEAK
from core.nn.models import HIDDEN, PIXELS, flatten, init_params
from core.nn.training import Recipe, epoch_orders, kept_steps
from core.words import format_number

INSTANTS = 21
"""At how many moments of the training the units are tried on every training image."""

CHAOTIC = {"uniform": 3.0, "randn": 0.3}
"""The learning rate, by the first parameters, from which rounding decides how the training ends.

Two runs whose parameters begin 1e-7 apart are then as far from each other as from their start before it ends.
"""


def leaky_net(x: Array, parameters: list[Array], leak: float) -> tuple[Array, Array]:
    """Linear, leaky ReLU, linear: (n, 784) → the first layer's sums (n, 30) and predictions (n, 1)."""
    w1, b1, w2, b2 = parameters
    sums = x @ w1 + b1
    logits = np.where(sums > 0, sums, np.float32(leak) * sums) @ w2 + b2
    with np.errstate(over="ignore"):  # exp may reach infinity, and the prediction 0
        return sums, 1 / (1 + np.exp(-logits))


def leaky_gradients(x: Array, y: Array, parameters: list[Array], leak: float) -> list[Array]:
    """Gradient of `mnist_loss`, as core.nn.models.gradients; below 0 the activation's slope is `leak`."""
    sums, p = leaky_net(x, parameters, leak)
    slope = (1 - 2 * y) * p * (1 - p) / len(y)
    slopes = np.where(sums > 0, np.float32(1), np.float32(leak))
    back = (slope @ parameters[2].T) * slopes
    return [x.T @ back, back.sum(0), (sums * slopes).T @ slope, slope.sum(0)]


def train_leaky(recipe: Recipe, digits: Digits, kept: Sequence[int], leak: float = LEAK) -> Array:
    """Train by `recipe` with leaky ReLU: the parameters after each number of steps in `kept`, (F, 23581).

    With a leak of 0 it is core.nn.training.train, up to rounding.
    """
    x, y, items = digits.x_train.numpy(), digits.y_train.numpy(), len(digits.x_train)
    flat = flatten(init_params("relu", recipe.init, recipe.seed)).numpy()
    parameters = shaped(flat)  # views: they change with it
    size, rate = recipe.batch_size or items, np.float32(recipe.learning_rate)
    frames, done = [flat.copy()], 0
    for order in epoch_orders(items, recipe.epochs, recipe.shuffle, recipe.seed):
        rows = np.arange(items) if order is None else order.numpy()
        for start in range(0, items, size):
            batch = rows[start : start + size]
            for p, slope in zip(parameters, leaky_gradients(x[batch], y[batch], parameters, leak), strict=True):
                p -= rate * slope
            done += 1
            if done in kept:
                frames.append(flat.copy())
    return np.stack(frames)


def shaped(row: Array) -> list[Array]:
    """Views of 23,581 parameters as w1 (784, 30), b1 (30,), w2 (30, 1), b2 (1,)."""
    w1, b1, w2, b2 = (row[a:b] for a, b in pairwise(CORNERS))
    return [w1.reshape(PIXELS, HIDDEN), b1, w2.reshape(HIDDEN, 1), b2]


def lit(parameters: Array, x: Array) -> Array:
    """The share of images (n, 784) that light each unit, that is, make its sum positive: (F, 23581) → (F, 30)."""
    parts = split(parameters)
    w1 = parts["w1"].reshape(-1, PIXELS)  # every unit of every moment: one matrix product for all
    sums = (x @ w1.T).reshape(len(x), len(parameters), HIDDEN) + parts["b1"]
    return (sums > 0).mean(0)


@dataclass(frozen=True, kw_only=True)
class NetUnits:
    """The units of one net at F moments."""

    name: str  # of the activation
    lit: Array  # (F, 30): the share of training images that light each unit
    accuracy: Array  # (F,) on the validation digits
    parameters: Array  # (F, 23581)
    slope: float  # the largest gradient, in size, of any weight into a unit that is dead after training

    @property
    def weights(self) -> Array:
        """Those of the first layer, unit by unit, (F, 30 · 784)."""
        return split(self.parameters)["w1"]

    @property
    def dead(self) -> Array:
        """Units that no training image lights, (F,)."""
        return (self.lit == 0).sum(1)


@dataclass(frozen=True, kw_only=True)
class DeadUnits:
    """ReLU, then leaky ReLU, from the same start."""

    recipe: Recipe
    epochs: Array  # (F,)
    nets: tuple[NetUnits, NetUnits]
    train: int  # images that the units are tried on
    valid: int  # images that the accuracy is measured on

    def findings(self) -> list[str]:
        return [self._relu(), self._leaky(), self._accuracy()]

    def _relu(self) -> str:
        net, recipe = self.nets[0], self.recipe
        count = int(net.dead[-1])
        sentence = (
            f"After {recipe.epochs} epochs at learning rate {recipe.learning_rate:g}, **{count} of {HIDDEN} units "
            f"{'is' if count == 1 else 'are'} dead**: 0 for all {self.train:,} training images."
        )
        if not count:
            return f"{sentence} Raise the learning rate to see some die."
        passed = "exactly 0" if net.slope == 0 else f"up to {format_number(net.slope)}"
        return f"{sentence} The :violet[gradient] of the weights into a dead unit is {passed}, so nothing will wake it."

    def _leaky(self) -> str:
        net = self.nets[1]
        count = int(net.dead[-1])
        sentence = (
            f"With leaky ReLU, from the same start, {count} {'has' if count == 1 else 'have'} a negative input for all "
            "of them."
        )
        if not count:
            return sentence
        below = f"{sentence} Below 0 its slope is {LEAK}"
        if net.slope == 0:
            return f"{below}, but no prediction has any slope left to pass on."
        return f"{below}, so a gradient of up to {format_number(net.slope)} still reaches them."

    @property
    def chaotic(self) -> bool:
        """Whether another computer, which rounds differently, would end elsewhere."""
        return self.recipe.learning_rate >= CHAOTIC[self.recipe.init]

    def _accuracy(self) -> str:
        relu, leaky = (float(net.accuracy[-1]) for net in self.nets)
        error = standard_error(max(relu, leaky), self.valid)
        sentence = (
            f":blue[Accuracy]: {relu:.1%} with ReLU, {leaky:.1%} with leaky ReLU; one standard error on {self.valid:,} "
            f"images is {error * 100:.1f} points."
        )
        if max(relu, leaky) < 0.6:
            return f"{sentence} At this learning rate everything is taken for one class."
        if self.chaotic:
            return (
                f"{sentence} At this learning rate the end is **chaotic**: rounding differences grow from step to step "
                "until two computers part, so these counts are one draw, and another computer gets others."
            )
        harmless = self.nets[0].dead[-1] and relu > leaky - 2 * error
        return f"{sentence} The dead units did no measurable harm here." if harmless else sentence

    def numbers(self) -> Numbers:
        numbers: Numbers = {"epochs": self.recipe.epochs, "training digits": self.train}
        for net in self.nets:
            numbers |= {
                f"dead units, {net.name}": int(net.dead[-1]),
                f"accuracy, {net.name}": float(net.accuracy[-1]),
                f"largest slope of a weight into a dead unit, {net.name}": net.slope,
            }
        return numbers

    def table(self) -> Table:
        columns: Table = {"epoch": self.epochs}
        for net in self.nets:
            columns |= {f"dead units, {net.name}": net.dead, f"accuracy, {net.name}": net.accuracy}
        return columns


@lru_cache(maxsize=4)
def dead_units(recipe: Recipe, name: DigitsName) -> DeadUnits:
    """Train both nets by `recipe` and try their units on every training image."""
    digits, run = load(name), trained(recipe, name)
    frames = kept_steps(len(run.kept) - 1, INSTANTS)
    leaky = train_leaky(recipe, digits, run.kept[frames].tolist())
    return DeadUnits(
        recipe=recipe,
        epochs=run.epochs[frames],
        nets=(
            _tried("ReLU", run.parameters[frames], 0.0, digits),
            _tried("leaky ReLU", leaky, LEAK, digits),
        ),
        train=len(digits.x_train),
        valid=len(digits.y_valid),
    )


def _tried(name: str, parameters: Array, leak: float, digits: Digits) -> NetUnits:
    """The units of a net at every row of its parameters, (F, 23581)."""
    x, y = digits.x_train.numpy(), digits.y_train.numpy()
    share = lit(parameters, x)
    to_weights = np.abs(leaky_gradients(x, y, shaped(parameters[-1]), leak)[0]).max(0)
    valid, threes = digits.x_valid.numpy(), digits.y_valid.numpy() == 1
    right = [((leaky_net(valid, shaped(row), leak)[1] > 0.5) == threes).mean() for row in parameters]
    return NetUnits(
        name=name,
        lit=share,
        accuracy=np.array(right),
        parameters=parameters,
        slope=float(to_weights[share[-1] == 0].max(initial=0.0)),
    )


def experiment(settings: Settings) -> DeadUnits:
    """Both nets at the chosen learning rate."""
    return dead_units(net_recipe(settings), settings.digits)
