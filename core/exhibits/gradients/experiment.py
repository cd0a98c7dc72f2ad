"""What exactly does backward() compute? Rise over run, all 785 slopes, step sizes, a batch, and what is added to what."""

from dataclasses import dataclass
from typing import Any

from core.data.digits import DigitsName, load
from core.exhibits.gradients.accumulation import Accumulated, Session, ZeroOrNot, accumulate, session, zero_or_not
from core.exhibits.gradients.finite_differences import (
    DTYPES,
    Batch,
    Check,
    StepSizes,
    batch,
    check,
    step_sizes,
)
from core.exhibits.gradients.secant import Secant, square_secant, weight_secant
from core.fields import FIFTY, batch_size, digits_field, seed_field
from core.nn.models import PIXELS
from core.settings import choice, integer, ladder, toggle

VIEWS = {
    "secant": "rise over run",
    "check": "785 slopes",
    "steps": "step size",
    "batch": "a batch",
    "accumulate": "backward() again",
    "training": "zero_grad",
    "session": "requires_grad",
}
FUNCTIONS = {"square": "x²", "loss": "the loss", "accuracy": "the accuracy"}
TASKS = {"linear": "linear model", "relu": "ReLU net", "square": "x²"}
HOW = {"in place": "w -= …", "no_grad": "no_grad", "rebind": "w = w - …", "again": "backward()"}
STEP_SIZES = (1.0, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("secant", VIEWS, "What to look at")
    function: str = choice("square", FUNCTIONS, "The slope of", when=("view", "secant"))
    h: float = ladder(1e-4, STEP_SIZES, "Step size h", when=("view", "check"))
    precision: str = choice("float64", tuple(DTYPES), "Numbers kept in", when=("view", "check"))
    zero: bool = toggle(False, "zero_() in between", when=("view", "accumulate"))
    task: str = choice("linear", TASKS, "Train", when=("view", "training"))
    learning_rate: float = ladder(
        1.0, (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0), "Learning rate", when=("view", "training")
    )
    how: str = choice("in place", HOW, "After backward(), try", when=("view", "session"))
    x: int = integer(3, -5, 5, "x of x²", more=True)
    pixel: int = integer(378, 0, PIXELS - 1, "Pixel whose weight moves", "In rise over run.", more=True)
    images: int = choice(16, (4, 16, 64), "Images", "In 785 slopes, step size and a batch.", more=True)
    two_sided: bool = toggle(False, "From w − h to w + h", "Rise over run around the place, not from it.", more=True)
    digits: DigitsName = digits_field()
    seed: int = seed_field()


Found = Secant | Check | StepSizes | Batch | Accumulated | ZeroOrNot | Session


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: DigitsName | None  # which digits, where there are any
    found: Found


def experiment(settings: Settings) -> Result:
    """What the chosen view needs."""
    alone = settings.view == "session" or (settings.view == "secant" and settings.function == "square")
    return Result(settings, None if alone else settings.digits, _found(settings))


def _found(settings: Settings) -> Found:
    s = settings
    if s.view == "session":
        return session(s.how)
    if s.view == "secant" and s.function == "square":
        return square_secant(float(s.x))
    digits = load(s.digits)
    if s.view == "secant":
        return weight_secant(s.function, s.pixel, s.seed, digits)
    if s.view == "check":
        return check(s.precision, s.h, s.two_sided, s.images, s.seed, digits)
    if s.view == "steps":
        return step_sizes(s.two_sided, s.images, s.seed, digits)
    if s.view == "batch":
        return batch(s.images, s.seed, digits)
    if s.view == "accumulate":
        return accumulate(s.zero, s.seed, digits)
    return zero_or_not(s.task, s.learning_rate, batch_size(FIFTY, s.digits), s.seed, digits)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """What the picture is drawn from."""
    return result.found.table()


def after_three_calls(result: Result) -> str:
    """The answer to the page's question: what three calls of `backward()` on the same images leave behind."""
    times = result.found.ratio[-1] if isinstance(result.found, Accumulated) else 1.0
    return {1.0: "the same as after one", 3.0: "three times as large"}.get(times, "something else")
