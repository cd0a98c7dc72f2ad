"""Why not use all the data, or one item, for every step? Three runs, the gradient's noise, the loader, the average."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data.digits import DigitsName, load
from core.exhibits.mini_batches.averages import Averages, averages
from core.exhibits.mini_batches.batch_race import CLOCKS, Race, three_runs
from core.exhibits.mini_batches.gradient_noise import Noise, fraction, gradient_noise
from core.exhibits.mini_batches.loader import DATASETS, ORDERS, Loaded, Loading, data_set, load_digits, load_small
from core.fields import STARTS, seed_field
from core.nn.models import InitName, init_params
from core.nn.training import Recipe, train
from core.settings import choice, integer, ladder, toggle

VIEWS = {"paths": "paths", "noise": "noise", "loader": "loader", "average": "mean or median"}
RATES = (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
POINTS = {0: "at the start", 1: "after 1 epoch", 5: "after 5 epochs"}

PATHS, NOISE, LOADER, AVERAGE = (("view", view) for view in VIEWS)
DIGITS: DigitsName = "built-in"


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("paths", VIEWS, "What to look at")
    clock: str = choice(
        "items",
        CLOCKS,
        "Compare after equally many",
        "By steps, each run takes as many as the mini-batches do.",
        when=PATHS,
    )
    batch_size: int = choice(16, (4, 16, 64, 256), "Mini-batch", when=PATHS)
    learning_rate: float = ladder(1.0, RATES, "Learning rate, the same for all three", when=PATHS)
    epochs: int = integer(5, 1, 10, "Epochs", "An epoch is one pass over all items, however many steps.", when=PATHS)
    point: int = choice(0, POINTS, "Where the gradient is taken", when=NOISE)
    replacement: bool = toggle(
        False, "Draw with replacement", "A DataLoader draws without: no item twice in an epoch.", when=NOISE
    )
    dataset: str = choice("digits", DATASETS, "Items", when=LOADER)
    order: str = choice("shuffled", ORDERS, "Order", "The book's own training loader is not shuffled.", when=LOADER)
    bs: int = choice(
        0,
        {0: "the usual", 4: "4", 16: "16", 64: "64", 256: "256"},
        "Batch size",
        "The usual: 16 digits; 5 numbers and 6 letters, as in the lesson.",
        when=LOADER,
    )
    passes: int = integer(2, 1, 3, "Epochs to watch", when=LOADER, more=True)
    items: int = integer(5, 3, 16, "Digits in the mini-batch", when=AVERAGE)
    init: InitName = choice("randn", STARTS, "First parameters", more=True, when=("view", ("paths", "noise")))
    seed: int = seed_field()

    def recipe(self) -> Recipe:
        """The run of mini-batches; up to the place where the gradient is taken, it is the lesson's own."""
        if self.view == "noise":
            return Recipe(init=self.init, epochs=self.point, seed=self.seed)
        return Recipe(model="linear", init=self.init, learning_rate=self.learning_rate, epochs=self.epochs, batch_size=self.batch_size, shuffle=True, seed=self.seed)


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: str | None  # which digits, where there are any
    found: Race | Noise | Loading | Averages


def experiment(settings: Settings) -> Result:
    """What the chosen view needs; of the loader only its data set, since the loader itself comes as a job."""
    small = settings.view == "loader" and settings.dataset != "digits"
    return Result(settings, None if small else DIGITS, _found(settings))


def _found(settings: Settings) -> Race | Noise | Loading | Averages:
    digits = load(DIGITS)
    if settings.view == "noise":
        start = init_params("linear", settings.init, settings.seed)
        model = train(settings.recipe(), digits).tensors(-1) if settings.point else start
        return gradient_noise(model, digits, settings.replacement, settings.seed)
    if settings.view == "loader":
        return data_set(settings.dataset, settings.order, settings.bs, digits)
    if settings.view == "average":
        return averages(settings.items, settings.seed, digits)
    return three_runs(settings.recipe(), settings.clock, digits)


def wants_loader(settings: Settings) -> bool:
    return settings.view == "loader"


def loaders(settings: Settings, stop: Callable[[], bool]) -> Iterator[tuple[Loaded, ...]]:  # noqa: ARG001 (a part is short)
    """What fastai's loader gives, and for digits also the one it is compared with; one part."""
    digits, passes, seed = load(DIGITS), settings.passes, settings.seed
    asked = data_set(settings.dataset, settings.order, settings.bs, digits)
    if settings.dataset == "digits":
        yield tuple(load_digits(digits, order, asked.size, passes, seed) for order in (asked.order, asked.other_order))
    else:
        yield (load_small(asked.dataset, asked.order, asked.size, passes, seed),)


def doing(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Asking fastai's DataLoader…" if arrived == 0 else "Done"


def join(result: Result, arrived: Sequence[tuple[Loaded, ...]]) -> Result:
    """The result with what the loaders have answered, and what training on their batches gives."""
    return replace(result, found=result.found.answered(arrived[0], load(DIGITS), result.settings.seed))


def whole(settings: Settings) -> Result:
    """The experiment with the loaders' answers, for the exports."""
    return join(experiment(settings), list(loaders(settings, lambda: False)))


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export; seconds are not among them, since no two runs take the same."""
    return result.found.numbers()


def table(result: Result) -> Mapping[str, Any]:
    """What the picture is drawn from."""
    return result.found.table()


def noise_left(result: Result) -> str:
    """The answer to the page's question: what is left of the noise with 16 times as many items."""
    return fraction(result.found) if isinstance(result.found, Noise) else ""


def because(result: Result) -> str:
    """The figures behind that answer."""
    noise = result.found
    few, many = (float(noise.rms[noise.at(n)]) for n in (4, 64))
    return f"The distance from the full :violet[gradient] falls from {few:.2f} to {many:.2f} times its length, to {many / few:.2f} of what it was."
