"""Why not simply train on accuracy? One weight of a random model moves, 200 random models, and two surfaces."""

from dataclasses import dataclass

import numpy as np

from core.data.digits import DigitsName, load
from core.exhibits.loss_vs_accuracy.staircase import (
    CELLS,
    Draws,
    Surfaces,
    Sweep,
    one_weight,
    random_models,
    two_surfaces,
)
from core.fields import digits_field
from core.nn.models import PIXELS, init_params
from core.settings import choice, integer, ladder
from core.words import format_number

CORNER, LIT, MIDDLE, ANOTHER = 0, 269, 378, -1
ZOOMS = (0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "weight",
        {"weight": "one weight", "models": "200 random models", "surfaces": "two surfaces"},
        "What to look at",
    )
    pixel: int = choice(
        LIT,
        {CORNER: "black corner", LIT: "often lit", ANOTHER: "another"},
        "Pixel whose weight moves",
        "Pixel 0 is the corner; pixel 269, in row 9 and column 17, is lit in most threes and sevens. "
        "Another one is chosen under More settings.",
        when=("view", ("weight", "surfaces")),
    )
    zoom: float = ladder(
        1.0,
        ZOOMS,
        "How far it moves, × itself",
        "0.0001 is the lesson's nudge: the weight goes from ×0.9999 to ×1.0001. With 1 it goes from 0 to twice itself.",
        when=("view", ("weight", "surfaces")),
    )
    seed: int = integer(42, 0, 999, "Random model (seed)", "Decides the 784 weights and the bias, drawn with randn.")
    other: int = integer(
        MIDDLE,
        0,
        PIXELS - 1,
        "Another pixel",
        "Its weight moves where “another” is chosen; in the two surfaces it is the second weight. "
        "Pixel 378, in row 13 and column 14, is bright in most threes and dark in most sevens.",
        more=True,
    )
    digits: DigitsName = digits_field()

    @property
    def nudged(self) -> int:
        """The pixel whose weight moves."""
        return self.other if self.pixel == ANOTHER else self.pixel

    @property
    def second(self) -> int:
        """The pixel of the second weight of the two surfaces: never the first one."""
        return next(pixel for pixel in (self.other, LIT, MIDDLE) if pixel != self.nudged)


@dataclass(frozen=True)
class Result:
    settings: Settings
    digits: DigitsName
    items: int  # images measured on
    found: Sweep | Draws | Surfaces


def experiment(settings: Settings) -> Result:
    """What the chosen view needs, measured on the training digits."""
    digits = load(settings.digits)
    parameters = init_params("linear", "randn", settings.seed)
    found: Sweep | Draws | Surfaces
    if settings.view == "models":
        found = random_models(parameters, digits)
    elif settings.view == "surfaces":
        found = two_surfaces(parameters, (settings.nudged, settings.second), settings.zoom, digits)
    else:
        found = one_weight(parameters, settings.nudged, settings.zoom, digits)
    return Result(settings, digits.name, len(digits.x_train), found)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    found = result.found
    if isinstance(found, Draws):
        return _draws_findings(found, result.settings.seed, result.items)
    if isinstance(found, Surfaces):
        return _surfaces_findings(found, result.settings, result.items)
    return _sweep_findings(found, result.settings, result.items)


def _sweep_findings(found: Sweep, settings: Settings, items: int) -> list[str]:
    pixel, nudge, far = settings.nudged, found.nudge, f"×{1 + settings.zoom:g}"
    if not found.lit:
        return [
            f"Pixel {pixel} is black in all {items:,} images. Its weight multiplies zeros only, so whatever it becomes, "
            "neither the :red[loss] nor the :blue[accuracy] moves: both slopes are exactly 0."
        ]
    return [
        f"Multiplying `weights[{pixel}]` by 1.0001 changes the :red[loss] by **{format_number(nudge.loss)}** (the lesson's float32 "
        f"shows {format_number(nudge.loss32)}) and the :blue[accuracy] by **{format_number(nudge.accuracy)}**: "
        f"{nudge.flipped or 'none'} of {items:,} predictions changed side.",
        _flips(found, far, items),
        f"The loss's slope in this weight is {format_number(found.slope, 3)} (rise over run up to {far}: "
        f"{format_number(found.rise_over_run, 3)}), so a step with learning rate 1 moves it from {format_number(found.weight, 5)} to "
        f"{format_number(found.weight - found.slope, 5)}.",
        _flat(found),
    ]


def _flips(found: Sweep, far: str, items: int) -> str:
    ways = " or ".join(f"×{format_number(1 + s, 4)}" for s in found.nearest if np.isfinite(s))
    flipped, after = int(found.flipped[-1]), found.accuracy + found.correct_change[-1] / items
    if not flipped:
        return f"The first prediction changes side at {ways}; up to {far} none does."
    return (
        f"The first prediction changes side at {ways}; up to {far} it is {flipped:,} of them, and the accuracy goes from "
        f"{found.accuracy:.4f} to {after:.4f}."
    )


def _flat(found: Sweep) -> str:
    """What the staircase means for the gradient, from how far each of the 784 weights may move."""
    slopes = found.accuracy_gradient
    if np.isnan(slopes).any():
        return f"The accuracy stands on the edge of a step: it has no slope in {np.isnan(slopes).sum()} of the weights."
    return (
        f"The accuracy's slope is exactly 0 in all {len(slopes)} weights: none can change a prediction before it has "
        f"moved by {format_number(found.room.min())}. A step on accuracy leaves every weight where it is."
    )


def _draws_findings(found: Draws, seed: int, items: int) -> list[str]:
    values = found.accuracies
    mean, spread = values.mean(), values.std()
    return [
        f"{len(values)} random models on {items:,} digits: :blue[accuracy] **{mean:.2f}** on average, standard deviation "
        f"**{spread:.2f}**, from {values.min():.2f} to {values.max():.2f}. What one random model scores is luck.",
        f"The model of seed {seed} scores {found.own:.4f}, more than {(values < found.own).mean():.0%} of them.",
        f"Were every digit a coin toss of its own, the standard deviation would be {np.sqrt(mean * (1 - mean) / items):.3f}. "
        "But digits look alike: what a random model says of one three it says of most.",
    ]


def _surfaces_findings(found: Surfaces, settings: Settings, items: int) -> list[str]:
    first, second = settings.nudged, settings.second
    low, high = found.loss_change.min(), found.loss_change.max()
    where = f"Over this square of `weights[{first}]` and `weights[{second}]`"
    if low == high:
        return [f"{where} both are flat: the pixels are black in all {items:,} images, so nothing can move."]
    if found.levels == 1:
        stairs = (
            "the :blue[accuracy] is a table top: not one prediction changes side, and nothing tells which way is down"
        )
    else:
        stairs = f"the :blue[accuracy] takes only {found.levels} values, on flat terraces that differ by whole images"
    return [
        f"{where} {stairs}. The :red[loss] changes smoothly, by {format_number(low)} to {format_number(high)}.",
        f"The ball moves `weights[{first}]` alone. On the loss it rolls; on the error rate it stands level, or jumps.",
    ]


def how_many(result: Result) -> str:
    """The answer to the page's question: how many predictions the nudge by 1.0001 moves to the other side."""
    flipped = result.found.nudge.flipped if isinstance(result.found, Sweep) else 0
    return "none" if flipped == 0 else "1 to 10" if flipped <= 10 else "more than 10"


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    found = result.found
    if isinstance(found, Draws):
        a = found.accuracies
        return {"mean": a.mean(), "sd": a.std(), "min": a.min(), "max": a.max(), "this model": found.own}
    if isinstance(found, Surfaces):
        spread = float(found.loss_change.max() - found.loss_change.min())
        return {"values of the accuracy": found.levels, "range of the loss": spread}
    ways = zip(("below", "above"), found.nearest, strict=True)
    return {
        "loss": found.loss,
        "accuracy": found.accuracy,
        "change of the loss by 1.0001": found.nudge.loss,
        "the same in float32": found.nudge.loss32,
        "change of the accuracy by 1.0001": found.nudge.accuracy,
        "predictions that changed side": found.nudge.flipped,
        "slope of the loss": found.slope,
        "rise over run": found.rise_over_run,
        "least move that flips one": float(found.room.min()),
        **{f"first flip {way}": 1 + share for way, share in ways if np.isfinite(share)},
    }


def table(result: Result) -> dict[str, np.ndarray]:
    """What the picture is drawn from: every position of the weight, or every model."""
    found, items = result.found, result.items
    if isinstance(found, Draws):
        return {"seed": np.arange(len(found.accuracies)), "accuracy": found.accuracies}
    if isinstance(found, Surfaces):
        gained = found.correct_change[CELLS // 2] / items
        return {"factor": 1 + found.cells, "change of the loss": found.path, "change of the accuracy": gained}
    return {
        "factor": 1 + found.share,
        "change of the loss": found.loss_change,
        "change of the accuracy": found.correct_change / items,
        "predictions on another side": found.flipped,
    }
