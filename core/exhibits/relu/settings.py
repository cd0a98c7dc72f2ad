"""What *ReLU* lets you choose: what makes a stack of linear layers more than one line (fastbook chapter 4)."""

from dataclasses import dataclass

from core.nn.activations import NAMES
from core.settings import When, choice, integer, ladder

RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1e9)
TARGETS = {"sine": "sine", "step": "step", "bump": "bump", "sawtooth": "sawtooth", "abs": "|x|", "own": "your own"}
HEIGHTS = (-10, 10)
SHAPES = {"moons": "two moons", "circles": "two circles", "spiral": "spiral", "diagonal": "two heaps"}
SINE, DIGITS = "sine", "digits"
MOST_HINGES = 64

FITTING: When = ("view", "approximate")
BOUNDARY: When = ("view", "boundary")
LEARNING: When = ("method", "sgd")
DRAWING: When = ("target", "own")


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
    epochs: int = choice(
        5,
        {5: "trained for 5 epochs", 0: "untrained"},
        "The two layers",
        "Untrained they are as they were drawn: uniform, as nn.Linear draws them.",
        when=("view", "collapse"),
    )
    target: str = choice(
        "sine", TARGETS, "Curve to make", "The seven heights of your own are under More settings.", when=FITTING
    )
    hidden: int = integer(8, 1, MOST_HINGES, "Hidden units", when=("view", ("approximate", "boundary")))
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
