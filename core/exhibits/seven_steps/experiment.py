"""The seven steps of gradient descent, one at a time: on the book's roller-coaster, then on digits (chapter 4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from core.data.digits import load
from core.nn.losses import batch_accuracy, mnist_loss, mse
from core.nn.models import flat_linear, init_params
from core.settings import choice, integer, ladder

LESSON_RATES = {"roller-coaster": 1e-5, "digits": 1.0}
"""The learning rates of the lesson, which the settings multiply."""

RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 2.0, 3.0, 4.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    task: str = choice("roller-coaster", {"roller-coaster": "roller-coaster", "digits": "digits"}, "Fit a model to")
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


@dataclass(frozen=True)
class Descent:
    """A recorded descent of S steps. Row s holds what step s saw; the parameters have one row more."""

    learning_rate: float
    parameters: np.ndarray  # (S+1, P)
    gradients: np.ndarray  # (S, P)
    losses: np.ndarray  # (S+1,) of the mini-batch of that step; the last of the last mini-batch after its step
    predictions: np.ndarray  # (S+1, n)
    batches: tuple[tuple[Tensor, Tensor], ...]  # what each step saw: inputs and targets
    overall: tuple[float, float]  # the loss on all the data, before the first step and after the last
    flat: bool  # stopped because the loss had become flat

    @property
    def steps(self) -> int:
        return len(self.gradients)


@dataclass(frozen=True)
class Result:
    settings: Settings
    descents: tuple[Descent, ...]  # one, or two from the same start
    digits: str | None  # which digits, when the task is digits


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
        slope = params.grad.clone()
        with torch.no_grad():
            params -= learning_rate * slope  # 5 step
        params.grad.zero_()
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
    stacked = [torch.stack(rows).numpy() for rows in (path, slopes, outputs)]
    overall = (losses[0], losses[-1])
    return Descent(learning_rate, stacked[0], stacked[1], np.array(losses), stacked[2], tuple(seen), overall, flat)


def roller_coaster(seed: int) -> tuple[Tensor, Tensor]:
    """Times 0 to 19 s and the noisy speeds of a roller-coaster measured by hand, as in the book: two (20,) tensors."""
    time = torch.arange(0, 20).float()
    noise = torch.randn(20, generator=torch.Generator().manual_seed(seed))
    return time, noise * 3 + 0.75 * (time - 9.5) ** 2 + 1


def digit_batches(seed: int, size: int = 16) -> Iterator[tuple[Tensor, Tensor]]:
    """Shuffled mini-batches of the built-in digits, epoch after epoch, for ever."""
    digits = load("built-in")
    generator = torch.Generator().manual_seed(seed)
    while True:
        order = torch.randperm(len(digits.x_train), generator=generator)
        for rows in order.split(size):
            yield digits.x_train[rows], digits.y_train[rows]


def experiment(settings: Settings) -> Result:
    """One descent at the chosen learning rate, and one beside it from the same start if that is asked for."""
    rates = [rate for rate in (settings.rate, settings.other_rate) if rate is not None]
    return Result(
        settings, tuple(_descent(settings, rate) for rate in rates), None if coaster(settings) else "built-in"
    )


def coaster(settings: Settings) -> bool:
    return settings.task == "roller-coaster"


def _descent(settings: Settings, rate: float) -> Descent:
    if coaster(settings):
        time, speed = roller_coaster(settings.seed)
        init = torch.randn(3, generator=torch.Generator().manual_seed(settings.seed + 1))
        batches = iter([(time, speed)] * settings.steps)
        return descend(quadratic, mse, init, batches, rate, settings.steps, settings.tolerance)
    init = torch.cat([p.flatten() for p in init_params("linear", "randn", settings.seed)])
    batches = digit_batches(settings.seed)
    descent = descend(flat_linear, mnist_loss, init, batches, rate, settings.steps, settings.tolerance)
    digits, ends = load("built-in"), torch.from_numpy(descent.parameters[[0, -1]])
    before, after = (mnist_loss(flat_linear(digits.x_train, params), digits.y_train).item() for params in ends)
    return replace(descent, overall=(before, after))


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    found: dict[str, float] = {}
    for lane, descent in zip("AB", result.descents, strict=False):
        found[f"{lane} steps"] = descent.steps
        found[f"{lane} first loss"], found[f"{lane} last loss"] = descent.overall
        for i in range(3 if coaster(result.settings) else 0):
            found[f"{lane} {'abc'[i]}"] = float(descent.parameters[-1, i])
    return found


def table(result: Result) -> dict[str, list[float]]:
    """Loss, and the parameters where they are three, after every step."""
    columns: dict[str, list[float]] = {"step": list(range(max(d.steps for d in result.descents) + 1))}
    for lane, descent in zip("AB", result.descents, strict=False):
        rows = len(columns["step"])
        columns[f"loss {lane}"] = _padded(descent.losses, rows)
        for i in range(3 if coaster(result.settings) else 0):
            columns[f"{'abc'[i]} {lane}"] = _padded(descent.parameters[:, i], rows)
    return columns


def _padded(values: np.ndarray, rows: int) -> list[float]:
    return [float(v) for v in values] + [float("nan")] * (rows - len(values))


def batch_scores(descent: Descent) -> np.ndarray:
    """Accuracy on each step's own mini-batch, (S,)."""
    logits = torch.from_numpy(descent.predictions[:-1])
    return np.array([batch_accuracy(z, y[:, 0]).item() for z, (_, y) in zip(logits, descent.batches, strict=True)])


def verdict(descent: Descent) -> str:
    """What the learning rate turned out to be: "too large", "too small" or "right", from the losses alone."""
    first, last = descent.overall
    if not np.isfinite(last) or last > first:
        return "too large"
    return "too small" if last > 0.9 * first else "right"


def short_number(value: float) -> str:
    """A loss as people write it: 19,990 or 0.2292."""
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e9 else f"{value:.4g}"


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    sentences = []
    where = "" if coaster(result.settings) else " on all 800 training digits"
    for lane, descent in zip("AB", result.descents, strict=False):
        name = f"**{lane}**, learning" if len(result.descents) > 1 else "Learning"
        first, last = descent.overall
        went = "fell" if last < first else "rose"
        sentence = (
            f"{name} rate {descent.learning_rate:g}: in {descent.steps} steps the :red[loss]{where} {went} from "
            f"{short_number(first)} to {short_number(last)}: this learning rate is **{verdict(descent)}** here."
        )
        if descent.flat:
            sentence += " It stopped because the loss had become flat, as you asked."
        sentences.append(sentence)
    if not coaster(result.settings):
        sentences.append(
            "Every step sees another mini-batch of 16 digits, so the loss goes up and down between steps even "
            "when the model gets better."
        )
    return sentences


def four_times(result: Result) -> str:
    """The answer to the page's question, from a run at four times the lesson's rate."""
    first, last = result.descents[0].overall
    if last > first:
        return "higher than at the start"
    return (
        "lower than with ×1"
        if last < experiment(replace(result.settings, learning_rate=1.0)).descents[0].overall[1]
        else "about the same"
    )
