"""What does a confident mistake cost? Cross-entropy step by step, its slope, and where its numbers break (chapter 5)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import TenDigits, ten_digits
from core.exhibits.cross_entropy.numerics import CASES, DTYPES, METHODS, Breaking, Products, breaking, products, shown
from core.exhibits.cross_entropy.picking import (
    ROWS,
    Mistake,
    Picked,
    RowGradient,
    mistake,
    picked,
    row_gradient,
)
from core.fields import seed_field
from core.nn.ten_digits import TenRun, train_ten
from core.settings import choice, integer, ladder, toggle
from core.words import format_number

VIEWS = {
    "table": "step by step",
    "mistake": "confident mistake",
    "gradient": "p − y",
    "numerics": "numerics lab",
    "products": "products",
    "training": "training",
}
BATCH = 64


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice("table", VIEWS, "What to look at")
    classes: int = choice(2, (2, 3, 5), "Classes", when=("view", ("table", "gradient")))
    log: bool = toggle(
        True, "Take the log", "nll_loss takes none: it assumes that it was taken.", when=("view", "table")
    )
    sign: bool = toggle(True, "Turn the sign", when=("view", "table"))
    row: int = integer(4, 1, ROWS, "Row", when=("view", "gradient"))
    case: str = choice("wrong and rising", CASES, "The dragged activation is of", when=("view", "numerics"))
    method: str = choice("naive", tuple(METHODS), "Loss written as", when=("view", "numerics"))
    precision: str = choice("float32", tuple(DTYPES), "Numbers kept in", when=("view", ("gradient", "numerics")))
    chance: float = ladder(0.1, (0.01, 0.1, 0.5, 0.9), "Multiply N probabilities of", when=("view", "products"))
    learning_rate: float = ladder(
        10.0,
        (0.1, 0.5, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0),
        "Learning rate",
        "0.5 is a sensible one for this model.",
        when=("view", "training"),
    )
    epochs: int = integer(1, 1, 3, "Epochs", more=True, when=("view", "training"))
    seed: int = seed_field()


@dataclass(frozen=True)
class Result:
    settings: Settings
    found: "Found"


@dataclass(frozen=True)
class Watched:
    """One training at its F kept instants, on the validation digits."""

    run: TenRun
    largest: Array  # (F,): the largest activation, in size
    lost: Array  # (F,): parameters that are no longer finite numbers

    @property
    def nan_at(self) -> int | None:
        """The first step whose mini-batch's loss is NaN."""
        found = np.flatnonzero(np.isnan(self.run.losses))
        return int(found[0]) + 1 if len(found) else None


def watch(run: TenRun, digits: TenDigits) -> Watched:
    """The largest activation and the broken parameters at every kept instant."""
    weights, biases = (torch.tensor(a) for a in (run.weights, run.biases))
    logits = torch.einsum("np,fpc->fnc", digits.x_valid, weights) + biases[:, None]
    broken = (~weights.isfinite()).sum((1, 2)) + (~biases.isfinite()).sum(1)
    return Watched(run, logits.abs().amax((1, 2)).numpy(), broken.numpy())


@dataclass(frozen=True)
class TwoLosses:
    """The same ten-digit model trained twice from the same start, with the safe loss and with the naive one."""

    safe: Watched
    naive: Watched

    @property
    def parameters(self) -> int:
        return int(self.safe.run.weights[0].size + self.safe.run.biases[0].size)

    def findings(self) -> list[str]:
        safe, naive = self.safe.run, self.naive.run
        end = f":blue[{format_number(safe.valid_accuracy[-1], 3)}] of the validation digits right"
        largest = format_number(float(self.safe.largest.max()), 3)
        if naive.diverged_at is None:
            away = format_number(float(np.abs(safe.losses - naive.losses).max()), 2)
            return [
                f"With learning rate {safe.learning_rate:g} both hold for {safe.steps} steps: their :red[losses] differ by at most "
                f"{away}. The largest :orange[activation] was {largest}: no exponential overflowed."
            ]
        i = naive.diverged_at
        said = [
            f"With learning rate {safe.learning_rate:g} the naive :red[loss] is {shown(float(naive.losses[i]))} at step **{i + 1}**; "
            f"{self._lost()} The safe one, at the same step, was {format_number(safe.losses[i], 4)}.",
        ]
        if safe.diverged_at is None:
            said.append(
                f"The safe one went on through all {safe.steps} steps with :orange[activations] up to {largest} and ended with {end}. "
                f"The naive one ended with {format_number(naive.valid_accuracy[-1], 3)}: `argmax` of NaNs is 0, so it says “0” to every digit."
            )
        return said

    def _lost(self) -> str:
        lost = int(self.naive.lost[-1])
        gone = int(self.naive.run.kept[np.flatnonzero(self.naive.lost)[0]]) if lost else 0
        return (
            f"after step {gone} its :green[parameters] are NaN, in the end {lost:,} of {self.parameters:,}."
            if lost
            else ""
        )

    def numbers(self) -> Numbers:
        found: Numbers = {}
        for name, one in (("safe", self.safe), ("naive", self.naive)):
            found |= {
                f"{name}: last loss": float(one.run.valid_loss[-1]),
                f"{name}: last accuracy": float(one.run.valid_accuracy[-1]),
                f"{name}: parameters lost": int(one.lost[-1]),
            }
        return found

    def table(self) -> Table:
        a, b = self.safe.run, self.naive.run
        return {"step": np.arange(1, a.steps + 1), "loss, safe": a.losses, "loss, naive": b.losses}


def two_losses(learning_rate: float, epochs: int, seed: int) -> TwoLosses:
    """The same start and the same mini-batches of 64, with each loss."""
    digits = ten_digits()
    safe, naive = (train_ten(learning_rate, epochs, BATCH, seed, loss) for loss in ("safe", "naive"))
    return TwoLosses(watch(safe, digits), watch(naive, digits))


Found = Picked | Mistake | RowGradient | Breaking | Products | TwoLosses


def experiment(settings: Settings) -> Result:
    """What the chosen view needs."""
    s = settings
    views: dict[str, Callable[[], Found]] = {
        "table": lambda: picked(s.classes, s.seed, s.log, s.sign),
        "mistake": mistake,
        "gradient": lambda: row_gradient(s.classes, s.seed, s.row - 1, DTYPES[s.precision]),
        "numerics": lambda: breaking(s.case, s.method, s.precision),
        "products": lambda: products(s.chance),
        "training": lambda: two_losses(s.learning_rate, s.epochs, s.seed),
    }
    return Result(settings, views[s.view]())


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> Table:
    """What the picture is drawn from."""
    return result.found.table()


def how_much_steeper(result: Result) -> str:
    """The answer to the page's question: the slope of −log p against that of 1 − p for a confident mistake."""
    ratio = result.found.ratio if isinstance(result.found, Mistake) else 0.0
    return "about as hard" if ratio < 3 else "about 10 times" if ratio < 100 else "hundreds of times"
