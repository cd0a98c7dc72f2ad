"""The net of all views, `simple_net` with 784 → 30 → 1, and its training (fastbook chapter 4).

The parameters are w1 (784, 30), b1 (30), w2 (30, 1) and b2 (1): 23,581 numbers. The activations are 30 outputs of the
ReLU and the logit: 31 numbers for every image. Beside the net stands the linear model.
"""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from core.arrays import Array
from core.data.digits import Digits, DigitsName, load
from core.exhibits.neural_net.settings import EPOCHS, STEPS, Settings
from core.fields import FIFTY, batch_size
from core.nn.models import HIDDEN, PIXELS
from core.nn.training import Recipe, Run, train

SIZES = {"w1": PIXELS * HIDDEN, "b1": HIDDEN, "w2": HIDDEN, "b2": 1}
"""How many numbers each parameter of `simple_net` has, in the order of `flatten`."""

PARAMETERS = sum(SIZES.values())
ACTIVATIONS_OF_NET = HIDDEN + 1
CORNERS = np.cumsum([0, *SIZES.values()])
LINEAR_RATE = 1.0  # the lesson's for the linear model


def net_recipe(settings: Settings) -> Recipe:
    """The net's training."""
    return Recipe(
        model="relu",
        init=settings.init,
        learning_rate=settings.learning_rate,
        epochs=1 if settings.moves == STEPS else EPOCHS,
        batch_size=batch_size(FIFTY, settings.digits),
        seed=settings.seed,
        device=settings.device,
    )


def linear_recipe(settings: Settings) -> Recipe:
    """The linear model's training, beside it."""
    return replace(net_recipe(settings), model="linear", learning_rate=LINEAR_RATE)


@lru_cache(maxsize=4)
def trained(recipe: Recipe, digits: DigitsName) -> Run:
    """A recorded run, trained once: another image asks for no training."""
    return train(recipe, load(digits))


def split(parameters: Array) -> dict[str, Array]:
    """Rows of parameters (F, 23581) by tensor, each (F, numbers); a row of w1 goes unit by unit, (F, 30 · 784)."""
    parts = {name: parameters[:, a:b] for name, (a, b) in zip(SIZES, pairwise(CORNERS), strict=True)}
    by_unit = parts["w1"].reshape(-1, PIXELS, HIDDEN).transpose(0, 2, 1)
    return parts | {"w1": np.ascontiguousarray(by_unit).reshape(len(parameters), -1)}


def activations(image: Array, parts: dict[str, Array]) -> tuple[Array, Array]:
    """What one image (784,) comes to with every row of parameters: (F, 30) after the ReLU, and logits (F,)."""
    w1 = parts["w1"].reshape(-1, HIDDEN, PIXELS)
    hidden = np.maximum(w1 @ image + parts["b1"], 0)
    return hidden, (hidden * parts["w2"]).sum(1) + parts["b2"][:, 0]


def picked(digits: Digits, digit: int, index: int) -> int:
    """The row of the validation set where the `index`-th picture of `digit` stands; they are counted round."""
    rows = (digits.y_valid[:, 0] == (digit == 3)).nonzero()[:, 0]
    return int(rows[index % len(rows)])


def standard_error(share: float, items: int) -> float:
    """Of a share that was counted on so many items."""
    return float(np.sqrt(share * (1 - share) / items))


def format_probability(probability: float) -> str:
    """Three decimals that do not round it to certainty."""
    if probability > 0.999:
        return "above 0.999"
    return "below 0.001" if probability < 0.001 else f"{probability:.3f}"


def counted(items: float, thing: str) -> str:
    """1 epoch, 40 epochs, 0.4 epochs."""
    return f"{items:.3g} {thing}{'' if items == 1 else 's'}"
