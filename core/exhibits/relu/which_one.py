"""Which non-linearity? All seven on the same task, from the same starts, with the same batches and learning rate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.relu.any_curve import grid, target
from core.exhibits.relu.boundary import right
from core.exhibits.relu.settings import DIGITS, SINE, Settings
from core.exhibits.relu.small_nets import FRAMES, Plan, forward, losses, training
from core.nn.activations import ACTIVATIONS, NAMES
from core.nn.models import HIDDEN
from core.words import format_number, join_words

HIDDEN_OF = {SINE: 16, DIGITS: HIDDEN}
STEPS_OF = {SINE: 2000, DIGITS: 250}  # 250 steps of 16 are 5 epochs of the built-in digits
RUNS_OF = {SINE: 8, DIGITS: 3}
RATES_OF = {SINE: 0.1, DIGITS: 1.0}


@dataclass(frozen=True, kw_only=True)
class Trained:
    """One activation's runs: F frames, S runs."""

    key: str
    kept: Array  # (F,): steps taken
    losses: Array  # (F, S): on all points of the sine, on the validation digits
    accuracy: Array  # (F, S): on the validation digits; empty for the sine
    outputs: Array  # (F, 129): what the first run makes of the sine; empty for digits

    @property
    def middle(self) -> Array:
        """The median run's loss at every frame."""
        return np.median(self.losses, 1)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The activations that have been trained so far, in the order of `ACTIVATIONS`."""

    task: str
    chosen: str  # the activation to look at
    plan: Plan
    trained: tuple[Trained, ...]

    def findings(self) -> list[str]:
        best_first = sorted(self.trained, key=lambda each: np.nan_to_num(each.middle[-1], nan=np.inf))
        where = "the sine" if self.task == SINE else "the 200 validation digits"
        finite = [each for each in best_first if np.isfinite(each.middle[-1])]
        listed = (
            ", ".join(f"{NAMES[each.key]} {format_number(each.middle[-1], 3)}" for each in finite) or "none is a number"
        )
        runs = len(self.plan.seeds)
        sentences = [
            f"The :red[loss] on {where} after {self.plan.steps:,} steps, the median of {runs} starts: {listed}.",
        ]
        if gone := [NAMES[each.key] for each in best_first if not np.isfinite(each.middle[-1])]:
            sentences.append(
                f"With {join_words(gone)} it is no longer a number: learning rate {self.plan.learning_rate:g} is "
                "too large, and the "
                ":green[parameters] grew beyond what float32 can hold."
            )
        elif len(self.trained) == len(ACTIVATIONS):
            sentences.append(self._verdict())
        return sentences

    def _verdict(self) -> str:
        ends = {each.key: each.losses[-1] for each in self.trained}
        starts = (
            f"ReLU's {len(ends['relu'])} starts end from {format_number(np.nanmin(ends['relu']))} to "
            f"{format_number(np.nanmax(ends['relu']))}"
        )
        if self.task == DIGITS:
            accuracies = {each.key: float(each.accuracy[-1].mean()) for each in self.trained}
            if max(accuracies.values()) < 0.75:
                return (
                    f"None gets beyond an :blue[accuracy] of {max(accuracies.values()):.1%}: learning rate "
                    f"{self.plan.learning_rate:g} is too large, its steps end where the sigmoid is flat."
                )
            bent = [value for key, value in accuracies.items() if key != "identity"]
            return (
                f":blue[Accuracy] is {min(bent):.1%} to {max(bent):.1%} with a non-linearity, and "
                f"{accuracies['identity']:.1%} with "
                "none: a plane all but separates threes from sevens, so here it hardly matters. The standard "
                "error on 200 "
                f"digits is about 1 point. {starts}."
            )
        line = straight_line_loss()
        below = [NAMES[key] for key, values in ends.items() if np.median(values) < line]
        return (
            f"No straight line gets below {format_number(line, 3)}, and without a bend the stack is one. "
            f"{join_words(below) or 'None'} "
            f"{'do' if len(below) > 1 else 'does'}: many work. How well depends on the start as well ({starts}), "
            "and on a learning "
            "rate that is one for all here and tuned for none."
        )

    def numbers(self) -> Numbers:
        return {f"loss with {NAMES[each.key]}": float(each.middle[-1]) for each in self.trained}

    def table(self) -> Table:
        columns: Table = {"steps taken": self.trained[0].kept}
        for each in self.trained:
            columns |= {
                f"loss, {NAMES[each.key]}, seed {seed}": each.losses[:, i] for i, seed in enumerate(self.plan.seeds)
            }
        return columns


def straight_line_loss() -> float:
    """The least mean squared error of a straight line on the sine's points, by least squares."""
    x = grid()
    y, design = target("sine", x), torch.cat([x, torch.ones_like(x)], 1)
    line = design @ torch.linalg.lstsq(design, y).solution
    return float(((line - y) ** 2).mean())


def plan_of(task: str, rate: float, seed: int, activation: str = "relu") -> Plan:
    """The same plan for all activations of a task; `rate` multiplies the task's own learning rate."""
    seeds = tuple(range(seed, seed + RUNS_OF[task]))
    loss, frames = ("mse", FRAMES) if task == SINE else ("distance", 26)
    return Plan(
        seeds=seeds,
        hidden=HIDDEN_OF[task],
        learning_rate=rate * RATES_OF[task],
        steps=STEPS_OF[task],
        activation=activation,
        loss=loss,
        frames=frames,
    )


def data_of(task: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Inputs and targets to train on, and those to measure on."""
    if task == SINE:
        x = grid().float()
        return x, target("sine", x), x, target("sine", x)
    digits = load("built-in")
    return digits.x_train, digits.y_train, digits.x_valid, digits.y_valid


def train_one(task: str, plan: Plan) -> Trained:
    """Train one activation from all starts, measuring at every kept step."""
    x, y, x_valid, y_valid = data_of(task)
    kept, all_losses, accuracy, first = [], [], [], []
    for step, parameters in training(x, y, plan):
        outputs = forward(x_valid, parameters, plan.function)
        kept.append(step)
        all_losses.append(losses(outputs, y_valid, plan.loss))
        if task == DIGITS:
            accuracy.append(right(outputs, y_valid))
        else:
            first.append(outputs[0, :, 0])
    return Trained(
        key=plan.activation,
        kept=np.array(kept),
        losses=_stacked(all_losses),
        accuracy=_stacked(accuracy),
        outputs=_stacked(first),
    )


def _stacked(rows: list[Tensor]) -> Array:
    return torch.stack(rows).numpy() if rows else np.empty((0, 0))


def begin(settings: Settings) -> Comparison:
    """ReLU's runs, which all others are compared with."""
    plan = plan_of(settings.task, settings.relative_rate, settings.seed)
    trained_relu = train_one(settings.task, plan)
    return Comparison(task=settings.task, chosen=settings.activation, plan=plan, trained=(trained_relu,))


def others(settings: Settings, stop: Callable[[], bool]) -> Iterator[Trained]:
    """The runs of the other six, one activation after the other."""
    for key in ACTIVATIONS:
        if stop():
            return
        if key != "relu":
            yield train_one(settings.task, plan_of(settings.task, settings.relative_rate, settings.seed, key))


def join(result: Comparison, arrived: Sequence[Trained]) -> Comparison:
    """The comparison with the activations that have been trained meanwhile."""
    return replace(result, trained=(*result.trained, *arrived))


def experiment(settings: Settings) -> Comparison:
    """All seven."""
    return join(begin(settings), list(others(settings, lambda: False)))


def progress(arrived: int) -> str:
    """What happens while that many of the others have been trained."""
    names = [name for key, name in NAMES.items() if key != "relu"]
    return f"Training the same net with {names[min(arrived, len(names) - 1)]}, {arrived + 2} of {len(NAMES)}"
