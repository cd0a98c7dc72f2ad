"""The lesson's neural net: what in it is learned and what only calculated, unit by unit; and a drawing to try it on.

The net is `simple_net`, 784 → 30 → 1 with a ReLU, trained for 40 epochs (fastbook chapter 4). Beside it stands the
linear model, and at the end a resnet18.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.digits import Digits, DigitsName, load
from core.exhibits.neural_net.anatomy import PARAMETERS, Moves, Units, over_images, over_steps, trained, walk
from core.exhibits.neural_net.dead_units import Dead, dead_units
from core.exhibits.neural_net.deep_net import Deep, Report, join_reports, train_deep
from core.exhibits.neural_net.drawing import read_strokes
from core.exhibits.neural_net.judges import Drawn, drawn, empty, judges, real_digit
from core.exhibits.neural_net.layers import Noted, Summary, Text, as_noted, ask_fastai, summary
from core.fields import FIFTY, STARTS, batch_size, device_field, digits_field, seed_field
from core.nn.models import InitName
from core.nn.training import Recipe
from core.settings import choice, integer, ladder, toggle

MOVES, UNITS, DEAD, SUMMARY, DRAW, RESNET = VIEWS = (
    "parameters and activations",
    "units",
    "dead units",
    "summary",
    "draw",
    "resnet18",
)
TRAINING, STEPS, IMAGES = "training", "steps", "images"
EPOCHS = 40
LINEAR_RATE = 1.0  # the lesson's for the linear model
RATES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

Found = Moves | Units | Dead | Summary | Noted | Drawn | Deep


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(MOVES, VIEWS, "What to look at")
    moves: str = choice(
        TRAINING,
        {TRAINING: "the whole training", STEPS: "steps, one by one", IMAGES: "the image"},
        "What moves in time",
        when=("view", MOVES),
    )
    epoch: int = ladder(EPOCHS, (0, 2, 4, 10, 20, EPOCHS), "The net stands still after epoch", when=("moves", IMAGES))
    digit: int = choice(3, {3: "a 3", 7: "a 7"}, "Image", when=("view", (MOVES, UNITS)))
    index: int = integer(0, 0, 99, "Which one", "Of the validation digits.", when=("view", (MOVES, UNITS)))
    learning_rate: float = ladder(0.1, RATES, "Learning rate", "The lesson's is 0.1.", when=("view", DEAD))
    version: str = choice(
        "lesson", {"lesson": "as in the lesson", "notes": "as in the notes"}, "simple_net", when=("view", SUMMARY)
    )
    subject: str = choice(
        "drawing", {"drawing": "my drawing", "3": "a real 3", "7": "a real 7"}, "What is judged", when=("view", DRAW)
    )
    deep: bool = toggle(
        False, "Train resnet18", "One cycle on the digits at hand. It can be stopped.", when=("view", RESNET)
    )
    deep_epochs: int = choice(
        1, (1, 3, 5), "Epochs in the cycle", "The book's cycle is 1 epoch.", when=("view", RESNET)
    )
    init: InitName = choice("uniform", STARTS, "First parameters", more=True)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
    device: str = device_field()

    @property
    def net(self) -> Recipe:
        """The net's training."""
        size, epochs = batch_size(FIFTY, self.digits), 1 if self.moves == STEPS else EPOCHS
        return Recipe(model="relu", init=self.init, learning_rate=self.learning_rate, epochs=epochs, batch_size=size, shuffle=True, seed=self.seed, device=self.device)

    @property
    def linear(self) -> Recipe:
        """The linear model's, beside it."""
        return replace(self.net, model="linear", learning_rate=LINEAR_RATE)


@dataclass(frozen=True)
class Result:
    settings: Settings
    found: Found
    digits: DigitsName


def experiment(settings: Settings) -> Result:
    """The chosen view, without what a job brings: fastai's summary, resnet18."""
    return Result(settings, _found(settings, load(settings.digits)), settings.digits)


def _found(settings: Settings, digits: Digits) -> Found:
    if settings.view == DEAD:
        return dead_units(settings.net, settings.digits)
    if settings.view == SUMMARY:
        return as_noted(digits, settings.seed) if settings.version == "notes" else summary(digits)
    if settings.view in (DRAW, RESNET):
        by = judges(settings.net, settings.linear, settings.digits)
        if settings.view == RESNET:
            models = {name: share for name, share in by.accuracy.items() if name != "pixel similarity"}
            return Deep(models, len(digits.y_train), by.valid, settings.deep)
        return empty(by) if settings.subject == "drawing" else real_digit(digits, int(settings.subject), 0, by)
    run = walk(settings.net, settings.linear, settings.digits)
    if settings.view == UNITS:
        return Units(over_steps(run, digits, settings.digit, settings.index))
    if settings.moves == IMAGES:
        return over_images(
            run, trained(settings.net, settings.digits), digits, settings.digit, settings.index, settings.epoch
        )
    return over_steps(run, digits, settings.digit, settings.index)


def wants_job(settings: Settings) -> bool:
    """Whether the view needs fastai, whose import alone takes seconds."""
    return (settings.view == SUMMARY and settings.version == "lesson") or (settings.view == RESNET and settings.deep)


def work(settings: Settings, stop: Callable[[], bool]) -> Iterator[Text | Report]:
    """fastai's summary of the net, or a resnet18's training."""
    digits = load(settings.digits)
    if settings.view == SUMMARY:
        return ask_fastai(digits, stop)
    return train_deep(digits, settings.deep_epochs, settings.device, settings.seed, stop)


def doing(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Working, part by part…" if arrived else "Importing fastai and building the model…"


def join(result: Result, arrived: Sequence[Any]) -> Result:
    """The result with what a job has brought."""
    if isinstance(result.found, Summary):
        return replace(result, found=replace(result.found, texts=tuple(arrived)))
    if isinstance(result.found, Deep):
        return replace(result, found=join_reports(result.found, list(arrived)))
    return result


def whole(settings: Settings) -> Result:
    """The experiment with all that a job brings, for the exports."""
    return join(experiment(settings), list(work(settings, lambda: False)))


def draws(settings: Settings) -> bool:
    """Whether the visitor's own drawing is judged."""
    return settings.view == DRAW and settings.subject == "drawing"


def with_drawing(result: Result, strokes: Any) -> Result:
    """The result with what a browser sent as a drawing; UserError where that is no drawing."""
    if not isinstance(result.found, Drawn):
        return result
    return replace(result, found=drawn(read_strokes(strokes), result.found))


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """The result in columns."""
    return result.found.table()


def how_many_change(result: Result) -> str:
    """The answer to the page's question: how many parameters another image changes."""
    most = int(result.found.parameter_changes.max()) if isinstance(result.found, Moves) else PARAMETERS
    return "none" if most == 0 else "all of them" if most == PARAMETERS else "some of them"
