"""What makes a stack of linear layers more than one line: a bend between them (chapter 4, "Adding a Nonlinearity")."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.exhibits.relu.activations import Curve, curve
from core.exhibits.relu.boundary import SHAPES, Boundary, boundary
from core.exhibits.relu.collapse import Collapse, MaxOfZero, max_of_zero, two_linears
from core.exhibits.relu.hinges import MOST, Learned, Placed, learn, place
from core.exhibits.relu.small_nets import Plan
from core.exhibits.relu.which import DIGITS, SINE, Trained, Which, first_of, others
from core.nn.activations import NAMES
from core.settings import choice, integer, ladder

RUNS = 10
RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1e9)
TARGETS = {"sine": "sine", "step": "step", "bump": "bump", "sawtooth": "sawtooth", "abs": "|x|", "own": "your own"}
HEIGHTS = (-10, 10)
FITTING, BOUNDARY, LEARNING, DRAWING = (
    ("view", "approximate"),
    ("view", "boundary"),
    ("method", "sgd"),
    ("target", "own"),
)


def _height(default: int, at: str) -> int:
    return integer(default, *HEIGHTS, f"Height at x = {at}, in tenths", more=True, when=DRAWING)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; most settings belong to one view."""

    view: str = choice(
        "approximate",
        {
            "curve": "one unit",
            "collapse": "two linears",
            "approximate": "any curve",
            "boundary": "a boundary",
            "which": "which one?",
        },
        "What to look at",
    )
    shape: str = choice("circles", SHAPES, "Points to separate", when=BOUNDARY)
    task: str = choice(SINE, {SINE: "fit a sine", DIGITS: "digits"}, "Task for all seven", when=("view", "which"))
    activation: str = choice("relu", NAMES, "Non-linearity", when=("view", ("curve", "boundary", "which")))
    between: str = choice(
        "identity",
        {"identity": "nothing", "relu": "res.max(tensor(0.0))", "axis": "res.max(0)"},
        "Between the two linear layers",
        "The second line of simple_net: left out, as it should be, and as it stands in the notes.",
        when=("view", "collapse"),
    )
    target: str = choice(
        "sine", TARGETS, "Curve to make", "The seven heights of your own are under More settings.", when=FITTING
    )
    hidden: int = integer(8, 1, MOST, "Hidden units", when=("view", ("approximate", "boundary")))
    method: str = choice(
        "placed", {"placed": "place them exactly", "sgd": "let SGD find them"}, "Who places them", when=FITTING
    )
    rate: float = ladder(0.1, RATES, "Learning rate", when=LEARNING)
    boundary_rate: float = ladder(3.0, RATES, "Learning rate", when=BOUNDARY)
    relative_rate: float = ladder(
        1.0,
        (0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 1e9),
        "Learning rate, × the usual",
        "1 is 0.1 for the sine and 1 for the digits.",
        when=("view", "which"),
    )
    spacing: str = choice(
        "even",
        {"even": "evenly", "worst": "where the curve is missed most"},
        "Where the exact hinges stand",
        "Evenly: equal pieces. Otherwise the two ends, then again and again the point that is furthest off.",
        more=True,
        when=FITTING,
    )
    steps: int = ladder(1000, (10, 100, 300, 1000, 3000), "Steps", more=True, when=LEARNING)
    batch_size: int = choice(16, {1: "1", 16: "16", 0: "all 129"}, "Points in a mini-batch", more=True, when=LEARNING)
    momentum: float = choice(0.0, {0.0: "none", 0.9: "0.9"}, "Momentum", more=True, when=LEARNING)
    shift: float = ladder(
        0.0, (-5.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0), "Added to every first bias", more=True, when=LEARNING
    )
    boundary_steps: int = ladder(1500, (10, 100, 500, 1500, 3000), "Steps", more=True, when=BOUNDARY)
    noise: float = ladder(0.1, (0.0, 0.05, 0.1, 0.2, 0.4), "Noise of the points", more=True, when=BOUNDARY)
    left: int = _height(-8, "−1")
    left_out: int = _height(2, "−⅔")
    left_in: int = _height(8, "−⅓")
    middle: int = _height(0, "0")
    right_in: int = _height(-3, "⅓")
    right_out: int = _height(6, "⅔")
    right: int = _height(9, "1")
    seed: int = integer(
        42, 0, 900, "Seed", "Decides the first parameters, the points and the order of the items.", more=True
    )

    @property
    def heights(self) -> tuple[float, ...]:
        """The curve of one's own: seven heights in [-1, 1]."""
        drawn = (self.left, self.left_out, self.left_in, self.middle, self.right_in, self.right_out, self.right)
        return tuple(height / HEIGHTS[1] for height in drawn)


Found = Curve | Collapse | MaxOfZero | Placed | Learned | Boundary | Which


@dataclass(frozen=True)
class Result:
    settings: Settings
    found: Found

    @property
    def digits(self) -> str | None:
        """Which digits it was measured on, if any."""
        on_digits = isinstance(self.found, Collapse | MaxOfZero) or getattr(self.found, "task", "") == DIGITS
        return "built-in" if on_digits else None


def experiment(settings: Settings) -> Result:
    """What the chosen view needs."""
    s = settings
    found: Found
    if s.view == "curve":
        found = curve(s.activation)
    elif s.view == "collapse":
        found = max_of_zero(s.seed) if s.between == "axis" else two_linears(s.between, s.seed)
    elif s.view == "boundary":
        plan = Plan((s.seed,), s.hidden, s.boundary_rate, s.boundary_steps, s.activation, "distance")
        found = boundary(s.shape, s.noise, plan)
    elif s.view == "which":
        found = first_of(s.task, s.relative_rate, s.seed, s.activation)
    elif s.method == "sgd":
        seeds = tuple(range(s.seed, s.seed + RUNS))
        plan = Plan(seeds, s.hidden, s.rate, s.steps, "relu", "mse", s.batch_size, s.momentum, s.shift)
        found = learn(s.target, plan, s.spacing, s.heights)
    else:
        found = place(s.target, s.hidden, s.spacing, s.heights)
    return Result(settings, found)


def findings(result: Result) -> list[str]:
    """What the picture shows, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float | str]:
    """The page's numbers, for its export."""
    return dict(result.found.numbers())


def table(result: Result) -> dict[str, np.ndarray]:
    """What the picture is drawn from."""
    return result.found.table()


def compares(settings: Settings) -> bool:
    """Whether the other activations are to be trained as a job."""
    return settings.view == "which"


def rest(settings: Settings, stop: Callable[[], bool]) -> Iterator[Trained]:
    """The runs of the other six activations, one activation after the other."""
    return others(settings.task, settings.relative_rate, settings.seed, stop)


def join(result: Result, arrived: Sequence[Trained]) -> Result:
    if not isinstance(result.found, Which):
        return result
    return replace(result, found=replace(result.found, trained=(*result.found.trained, *arrived)))


def whole(settings: Settings) -> Result:
    """The experiment with all seven activations, for the exports."""
    return join(experiment(settings), list(rest(settings, lambda: False)))


def doing(arrived: int) -> str:
    names = [name for key, name in NAMES.items() if key != "relu"]
    return f"Training the same net with {names[min(arrived, len(names) - 1)]}, {arrived + 2} of {len(NAMES)}"


def how_many_find(result: Result) -> str:
    """The answer to the page's question: how many of the ten starts end where they could."""
    found = result.found.found if isinstance(result.found, Learned) else 0
    return "all ten" if found == RUNS else "some of them" if found else "none"
