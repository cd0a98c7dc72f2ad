"""What does the sigmoid squash, and what does it cost? The curve, the three predictions, the trap, the flat ends."""

from dataclasses import dataclass

from core.arrays import Table
from core.data.digits import DigitsName, load
from core.exhibits.sigmoid.saturation import DTYPES, Saturation, TwoTrainings, saturation, two_trainings
from core.exhibits.sigmoid.squash import (
    BOOK,
    OUTSIDE,
    Cases,
    Curve,
    OneLogit,
    Thresholds,
    cases,
    curve,
    one_logit,
    thresholds,
)
from core.fields import FIFTY, batch_size, digits_field, seed_field
from core.nn.training import Recipe
from core.settings import choice, integer, ladder, toggle

VIEWS = {
    "curve": "the curve",
    "cases": "three predictions",
    "metric": "metric and loss",
    "threshold": "threshold",
    "saturation": "flat ends",
    "training": "training",
}
INPUTS = {"book": "0.9, 0.4, 0.2", "outside": "3, −5, 10"}
GIVEN = {"book": BOOK, "outside": OUTSIDE}
ON_DIGITS = ("threshold", "saturation", "training")


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("curve", VIEWS, "What to look at")
    inputs: str = choice("book", INPUTS, "Predictions for the targets 1, 0, 1", when=("view", "cases"))
    squash: bool = toggle(False, "Sigmoid first", "The book's first mnist_loss has none.", when=("view", "cases"))
    rate: float = ladder(
        0.01, (0.001, 0.003, 0.01, 0.03, 0.1, 1.0), "Trained with learning rate", when=("view", "threshold")
    )
    epochs: int = integer(1, 0, 10, "for this many epochs", when=("view", "threshold"))
    precision: str = choice("float32", tuple(DTYPES), "Numbers kept in", when=("view", "saturation"))
    scale: float = choice(
        1.0, {0.1: "×0.1", 1.0: "×1", 10.0: "×10", 100.0: "×100"}, "Random weights", when=("view", "saturation")
    )
    learning_rate: float = ladder(1.0, (0.01, 0.1, 1.0, 10.0), "Learning rate", when=("view", "training"))
    digits: DigitsName = digits_field()
    seed: int = seed_field()

    def recipe(self) -> Recipe:
        """The training of the threshold, or with and without a sigmoid: from the small start of `nn.Linear`."""
        rate, epochs = (self.rate, self.epochs) if self.view == "threshold" else (self.learning_rate, 2)
        return Recipe(model="linear", init="uniform", learning_rate=rate, epochs=epochs, batch_size=batch_size(FIFTY, self.digits), shuffle=True, seed=self.seed)


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: DigitsName | None  # which digits, where there are any
    found: Curve | Cases | OneLogit | Thresholds | Saturation | TwoTrainings


def experiment(settings: Settings) -> Result:
    """What the chosen view needs."""
    return Result(settings, settings.digits if settings.view in ON_DIGITS else None, _found(settings))


def _found(settings: Settings) -> Curve | Cases | OneLogit | Thresholds | Saturation | TwoTrainings:
    if settings.view == "curve":
        return curve()
    if settings.view == "cases":
        return cases(GIVEN[settings.inputs], settings.squash)
    if settings.view == "metric":
        return one_logit()
    digits = load(settings.digits)
    if settings.view == "threshold":
        return thresholds(settings.recipe(), digits)
    if settings.view == "saturation":
        return saturation(settings.precision, settings.scale, settings.seed, digits)
    return two_trainings(settings.recipe(), digits)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> Table:
    """What the picture is drawn from."""
    return result.found.table()


def what_the_loss_is(result: Result) -> str:
    """The answer to the page's question: the loss of three predictions that are no probabilities."""
    loss = result.found.loss if isinstance(result.found, Cases) else 0.0
    return "below 0" if loss < 0 else "between 0 and 1" if loss <= 1 else "above 1"
