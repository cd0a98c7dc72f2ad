"""The seven steps of gradient descent, one at a time: on the book's roller-coaster, then on digits (chapter 4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.nn.losses import mnist_loss, mse
from core.nn.models import flat_linear, init_params
from core.settings import choice, integer, ladder

COASTER, DIGITS = "roller-coaster", "digits"
LESSON_RATES = {COASTER: 1e-5, DIGITS: 1.0}
"""The learning rates of the lesson, which the settings multiply."""

RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 2.0, 3.0, 4.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    task: str = choice(COASTER, {COASTER: "roller-coaster", DIGITS: "digits"}, "Fit a model to")
    learning_rate: float = ladder(
        1.0,
        RATES,
        "Learning rate, × the lesson's",
        "1 is what the lesson uses: 1e-5 for the roller-coaster, 1 for digits.",
    )
    compare: float = choice(
        0.0,
        {0.0: "nothing", 0.01: "×0.01", 0.1: "×0.1", 3.0: "×3", 4.0: "×4", 100.0: "×100"},
        "Beside it, from the same start",
    )
    steps: int = integer(10, 1, 60, "Steps at most")
    tolerance: float = choice(
        0.0,
        {0.0: "only at the last step", 0.01: "falls < 1%", 0.001: "falls < 0.1%"},
        "Stop when the loss",
        "Step 7 is a choice: nothing in the mathematics says when a loss is flat enough.",
        more=True,
    )
    seed: int = integer(42, 0, 999, "Seed", "Decides the noise in the speeds and the first parameters.", more=True)

    @property
    def rate(self) -> float:
        """The learning rate itself."""
        return self.learning_rate * LESSON_RATES[self.task]

    @property
    def other_rate(self) -> float | None:
        """The learning rate it is compared with, if any."""
        return self.compare * LESSON_RATES[self.task] if self.compare else None


@dataclass(frozen=True, kw_only=True)
class Descent:
    """A recorded descent of S steps. Row s holds what step s saw; the parameters have one row more."""

    learning_rate: float
    parameters: Array  # (S+1, P) float32
    gradients: Array  # (S, P) float32
    losses: Array  # (S+1,) of the mini-batch of that step; the last of the last mini-batch after its step
    predictions: Array  # (S+1, n) float32: speeds, or logits
    batches: tuple[tuple[Tensor, Tensor], ...]  # what each step saw: inputs and targets
    overall: tuple[float, float]  # the loss on all the data, before the first step and after the last
    flat: bool  # stopped because the loss had become flat

    @property
    def steps(self) -> int:
        return len(self.gradients)

    @property
    def verdict(self) -> str:
        """What the learning rate turned out to be: "too large", "too small" or "right", from the losses alone."""
        first, last = self.overall
        if not np.isfinite(last) or last > first:
            return "too large"
        return "too small" if last > 0.9 * first else "right"


@dataclass(frozen=True, kw_only=True)
class SevenSteps:
    """One descent, or two from the same start: lanes A and B."""

    task: str
    descents: tuple[Descent, ...]
    lesson_loss: float  # what the lesson's own learning rate ends at, with as many steps

    @property
    def coaster(self) -> bool:
        """Whether it is the roller-coaster, with its three parameters."""
        return self.task == COASTER

    @property
    def steps(self) -> int:
        """How many steps the longest descent has."""
        return max(descent.steps for descent in self.descents)

    def findings(self) -> list[str]:
        sentences = [self._outcome(lane, descent) for lane, descent in zip("AB", self.descents, strict=False)]
        if not self.coaster:
            sentences.append(
                "Every step sees another mini-batch of 16 digits, so the loss goes up and down between steps even "
                "when the model gets better."
            )
        return sentences

    def _outcome(self, lane: str, descent: Descent) -> str:
        where = "" if self.coaster else " on all 800 training digits"
        name = f"**{lane}**, learning" if len(self.descents) > 1 else "Learning"
        first, last = descent.overall
        sentence = (
            f"{name} rate {descent.learning_rate:g}: in {descent.steps} steps the :red[loss]{where} "
            f"{'fell' if last < first else 'rose'} from {_format_loss(first)} to {_format_loss(last)}: "
            f"this learning rate is **{descent.verdict}** here."
        )
        stopped = " It stopped because the loss had become flat, as you asked." if descent.flat else ""
        return sentence + stopped

    def numbers(self) -> Numbers:
        numbers: Numbers = {}
        for lane, descent in zip("AB", self.descents, strict=False):
            numbers[f"{lane} steps"] = descent.steps
            numbers[f"{lane} first loss"], numbers[f"{lane} last loss"] = descent.overall
            if self.coaster:
                numbers[f"{lane} loss after 1 step"] = float(descent.losses[1])
                numbers |= {
                    f"{lane} {name}": float(value) for name, value in zip("abc", descent.parameters[-1], strict=True)
                }
        return numbers

    def table(self) -> Table:
        """Loss, and the parameters where they are three, after every step."""
        rows = self.steps + 1
        columns: Table = {"step": list(range(rows))}
        for lane, descent in zip("AB", self.descents, strict=False):
            columns[f"loss {lane}"] = _padded(descent.losses, rows)
            if self.coaster:
                columns |= {
                    f"{name} {lane}": _padded(values, rows)
                    for name, values in zip("abc", descent.parameters.T, strict=True)
                }
        return columns


def _format_loss(value: float) -> str:
    """A loss as people write it: 19,990 or 0.2292."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"


def _padded(values: Array, rows: int) -> list[float]:
    return [float(v) for v in values] + [float("nan")] * (rows - len(values))


def quadratic(time: Tensor, params: Tensor) -> Tensor:
    """a·t² + b·t + c at every time; `params` are a, b, c."""
    a, b, c = params
    return a * time**2 + b * time + c


def descend(
    predict: Callable[[Tensor, Tensor], Tensor],
    loss_func: Callable[[Tensor, Tensor], Tensor],
    init: Tensor,
    batches: Iterator[tuple[Tensor, Tensor]],
    learning_rate: float,
    steps: int,
    tolerance: float,
) -> Descent:
    """The seven steps, recorded. Stops after `steps`, or when the loss falls by less than the share `tolerance`."""
    params = init.clone().requires_grad_()  # 1 init
    path, slopes, losses, outputs, seen, flat = [init.clone()], [], [], [], [], False
    for xb, yb in islice(batches, steps):
        preds = predict(xb, params)  # 2 predict
        loss = loss_func(preds, yb)  # 3 loss
        loss.backward()  # 4 gradient
        slope = params.grad.clone()  # type: ignore[union-attr]
        with torch.no_grad():
            params -= learning_rate * slope  # 5 step
        params.grad.zero_()  # type: ignore[union-attr]
        path.append(params.detach().clone())
        slopes.append(slope)
        losses.append(loss.item())
        outputs.append(preds.detach().flatten())
        seen.append((xb, yb))
        if len(losses) > 1 and 0 <= losses[-2] - losses[-1] < tolerance * losses[-2]:  # 7 stop, or 6 repeat
            flat = True
            break
    with torch.no_grad():
        preds = predict(seen[-1][0], params)
        losses.append(loss_func(preds, seen[-1][1]).item())
        outputs.append(preds.flatten())
    return Descent(
        learning_rate=learning_rate,
        parameters=torch.stack(path).numpy(),
        gradients=torch.stack(slopes).numpy(),
        losses=np.array(losses),
        predictions=torch.stack(outputs).numpy(),
        batches=tuple(seen),
        overall=(losses[0], losses[-1]),
        flat=flat,
    )


def roller_coaster(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """A roller-coaster measured by hand: times 0 to 19 s and noisy speeds, (20,) each, and the first a, b, c, (3,).

    The noise is drawn first, then the parameters, from one generator: with seed 42 that is the book's run.
    """
    generator = torch.Generator().manual_seed(seed)
    time = torch.arange(0, 20).float()
    speed = torch.randn(20, generator=generator) * 3 + 0.75 * (time - 9.5) ** 2 + 1
    return time, speed, torch.randn(3, generator=generator)


def digit_batches(seed: int, size: int = 16) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled mini-batches of the built-in digits, epoch after epoch, for ever: (size, 784) and (size, 1)."""
    digits = load("built-in")
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(len(digits.x_train), generator=generator)
        for rows in order.split(size):
            yield digits.x_train[rows], digits.y_train[rows]


def experiment(settings: Settings) -> SevenSteps:
    """One descent at the chosen learning rate, and one beside it from the same start if that is asked for."""
    descent_at = _on_coaster if settings.task == COASTER else _on_digits
    rates = [rate for rate in (settings.rate, settings.other_rate) if rate is not None]
    descents = tuple(descent_at(settings, rate) for rate in rates)
    lesson = descents[0] if settings.learning_rate == 1 else descent_at(settings, LESSON_RATES[settings.task])
    return SevenSteps(task=settings.task, descents=descents, lesson_loss=lesson.overall[1])


def _on_coaster(settings: Settings, rate: float) -> Descent:
    """All 20 speeds at every step."""
    time, speed, init = roller_coaster(settings.seed)
    batches = iter([(time, speed)] * settings.steps)
    return descend(quadratic, mse, init, batches, rate, settings.steps, settings.tolerance)


def _on_digits(settings: Settings, rate: float) -> Descent:
    """Another mini-batch at every step; measured on all training digits before and after."""
    init = torch.cat([p.flatten() for p in init_params("linear", "randn", settings.seed)])
    batches = digit_batches(settings.seed)
    descent = descend(flat_linear, mnist_loss, init, batches, rate, settings.steps, settings.tolerance)
    digits, ends = load("built-in"), torch.from_numpy(descent.parameters[[0, -1]])
    before, after = (mnist_loss(flat_linear(digits.x_train, params), digits.y_train).item() for params in ends)
    return replace(descent, overall=(before, after))


def four_times(result: SevenSteps) -> str:
    """The answer to the page's question, from a run at four times the lesson's rate."""
    first, last = result.descents[0].overall
    if last > first:
        return "higher than at the start"
    return "lower than with ×1" if last < result.lesson_loss else "about the same"
