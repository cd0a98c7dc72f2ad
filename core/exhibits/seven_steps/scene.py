"""The seven steps on the stage: what each step reads and writes, with its line of code and live numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.exhibits.seven_steps.experiment import Descent, SevenSteps
from core.stage.panels import Curve, Fit, FitCurve, Lane, LivingNumber, Pixels, Series, Step, Steps, Tiles
from core.stage.scene import Row, Scene, Time
from core.words import plain_text

PHASES = ("init", "predict", "loss", "gradient", "step", "repeat", "stop")
GRID = 96
LANES: tuple[Lane, Lane] = ("A", "B")


@dataclass(frozen=True)
class Frames:
    """What each frame shows: which of the seven phases, of which step, and how many steps have been written."""

    phase: Array  # (F,)
    step: Array  # (F,)
    written: Array  # (F,) steps that have changed the parameters


def scene(result: SevenSteps) -> Scene:
    """Init, then predict, loss, gradient, step and repeat for every step, then stop; two lanes when there are two."""
    frames = _frames(result.steps)
    return Scene(
        rows=_coaster(result, frames) if result.coaster else _digits(result, frames),
        alt=plain_text("The seven steps of gradient descent.", result.findings()),
        time=Time(labels=_labels(frames, result.steps)),
        seconds=max(8.0, 0.16 * len(frames.phase)),
    )


def _frames(steps: int) -> Frames:
    phase = np.array([0, *([1, 2, 3, 4, 5] * steps)[:-1], 6])
    step = np.array([0, *np.repeat(np.arange(steps), 5).tolist()[:-1], steps - 1])
    return Frames(phase, step, step + (phase >= 4))


def _labels(frames: Frames, steps: int) -> list[str]:
    labels = [
        f"step {min(step + 1, steps)} of {steps}: {PHASES[phase]}"
        for step, phase in zip(frames.step.tolist(), frames.phase.tolist(), strict=True)
    ]
    labels[0], labels[-1] = "init", f"stop after {steps} steps"
    return labels


def _lanes(result: SevenSteps) -> Iterator[tuple[Lane, Descent]]:
    return zip(LANES, result.descents, strict=False)


def _losses(result: SevenSteps, frames: Frames) -> Curve:
    """Each step's loss; on a logarithmic scale where the roller-coaster's spans more than a factor of 20."""
    values = np.concatenate([descent.losses for descent in result.descents])
    values = values[np.isfinite(values) & (values > 0)]
    log = result.coaster and len(values) > 0 and values.max() > 20 * values.min()
    return Curve(
        title="Loss at every step",
        x_label="steps taken",
        y_label="loss",
        at=frames.written,
        y_scale="log" if log else "linear",
        weight=2,
        series=[
            Series(
                x=np.arange(len(descent.losses)),
                y=descent.losses,
                label=f"loss, rate {descent.learning_rate:g}",
                color="loss",
                lane=lane,
            )
            for lane, descent in _lanes(result)
        ],
    )


def _coaster(result: SevenSteps, frames: Frames) -> list[Row]:
    steps = _steps(_coaster_steps(result.descents[0]), frames)
    return [Row(216, [_quadratic(result, frames), _losses(result, frames)]), Row(278, [steps])]


def _quadratic(result: SevenSteps, frames: Frames) -> Fit:
    """The measured speeds, and the quadratic that each lane has come to."""
    first = result.descents[0]
    time, speed = (tensor.numpy() for tensor in first.batches[0])
    grid = np.linspace(time[0], time[-1], GRID, dtype=np.float32)
    return Fit(
        title="A quadratic through 20 noisy speeds",
        x_label="time (s)",
        y_label="speed",
        points=(time, speed),
        points_label="measured",
        grid=grid,
        rows=frames.written,
        residuals=first.predictions,
        residuals_label="error",
        weight=3,
        curves=[
            FitCurve(
                y=_on_grid(descent, grid),
                label=f"prediction, rate {descent.learning_rate:g}",
                color="activations",
                lane=lane,
            )
            for lane, descent in _lanes(result)
        ],
    )


def _on_grid(descent: Descent, grid: Array) -> Array:
    """The quadratic after every step, (S+1, grid)."""
    a, b, c = (descent.parameters[:, [i]] for i in range(3))
    return a * grid**2 + b * grid + c


def _coaster_steps(descent: Descent) -> list[Step]:
    """The book's lines of code, with the numbers of the step that the frame shows."""
    a, b, c = (_parameter(descent.parameters[:1, :3], i) for i in range(3))
    old_a, old_b, old_c = (_parameter(descent.parameters[:-1, :3], i) for i in range(3))
    new_a = _parameter(descent.parameters[1:, :3], 0)
    to_a, to_b, to_c = (_slope(descent.gradients[:, :3], i) for i in range(3))
    at_ten = LivingNumber(value=descent.predictions, at=10, color="activations")
    return [
        Step(
            name="1 init",
            code="params = torch.randn(3).requires_grad_()",
            shapes="params (3,)",
            formula=["a, b, c = ", a, ", ", b, ", ", c],
        ),
        Step(
            name="2 predict",
            code="preds = a*time**2 + b*time + c",
            shapes="time (20,) → preds (20,)",
            formula=["at 10 s: ", old_a, "·10² + ", old_b, "·10 + ", old_c, " = ", at_ten],
        ),
        Step(
            name="3 loss",
            code="loss = ((preds - speed)**2).mean()",
            shapes="preds (20,) → loss ()",
            formula=["loss = ", LivingNumber(value=descent.losses, color="loss", digits=6)],
        ),
        Step(
            name="4 gradient",
            code="loss.backward()",
            shapes="params.grad (3,)",
            formula=["∂loss/∂(a, b, c) = ", to_a, ", ", to_b, ", ", to_c],
        ),
        Step(
            name="5 step",
            code="params -= lr * params.grad",
            formula=["a: ", old_a, f" − {descent.learning_rate:g} × ", to_a, " = ", new_a],
        ),
        Step(name="6 repeat", code="params.grad.zero_()", formula=["and predict again"]),
        Step(name="7 stop", formula=[_why_stopped(descent)]),
    ]


def _digits(result: SevenSteps, frames: Frames) -> list[Row]:
    first = result.descents[0]
    images = np.stack([xb.numpy() for xb, _ in first.batches])
    targets = np.stack([yb.numpy()[:, 0] for _, yb in first.batches])
    logits = first.predictions[:-1]
    probability = 1 / (1 + np.exp(-logits.astype(np.float64)))
    batch = Pixels(
        title="The mini-batch, and how sure the model is of a 3",
        array=(images * 255).round().astype(np.uint8).reshape(first.steps, -1, 28, 28),
        rows=frames.step,
        vmax=255,
        columns=8,
        tiles=Tiles(text=probability, good=(logits > 0) == (targets == 1), rows=frames.step),
        weight=5,
    )
    steps = _steps(_digit_steps(first, probability), frames, weight=5)
    return [
        Row(206, [batch, _weights(first, frames), _weight_slopes(first, frames)]),
        Row(290, [steps, _losses(result, frames)]),
    ]


def _weights(descent: Descent, frames: Frames) -> Pixels:
    return Pixels(
        title="Weights",
        array=descent.parameters[:, :-1].reshape(-1, 1, 28, 28),
        rows=frames.written,
        signed=True,
        vmax=float(np.abs(descent.parameters[0, :-1]).max()),
        weight=2,
    )


def _weight_slopes(descent: Descent, frames: Frames) -> Pixels:
    return Pixels(
        title="Their gradient",
        array=descent.gradients[:, :-1].reshape(-1, 1, 28, 28),
        rows=frames.step,
        signed=True,
        scale="frame",
        weight=2,
    )


def _digit_steps(descent: Descent, probability: Array) -> list[Step]:
    """The lesson's lines of code, with the numbers of the bias; `probability` (S, n) is the model's of a 3."""
    n = probability.shape[1]
    bias = np.stack([descent.parameters[:-1, -1], descent.gradients[:, -1], descent.parameters[1:, -1]], axis=1)
    old, slope, new = _parameter(bias, 0), _slope(bias, 1), _parameter(bias, 2)
    return [
        Step(
            name="1 init",
            code="weights, bias = torch.randn(784, 1), torch.randn(1)",
            shapes="784 + 1 parameters",
        ),
        Step(
            name="2 predict",
            code="preds = (xb @ weights + bias).sigmoid()",
            shapes=f"({n}, 784) @ (784, 1) + (1,) → ({n}, 1)",
            formula=["first digit: ", LivingNumber(value=probability, color="activations")],
        ),
        Step(
            name="3 loss",
            code="loss = torch.where(yb==1, 1-preds, preds).mean()",
            shapes=f"({n}, 1) → ()",
            formula=["loss = ", LivingNumber(value=descent.losses, color="loss", digits=4)],
        ),
        Step(
            name="4 gradient",
            code="loss.backward()",
            shapes="weights.grad (784, 1), bias.grad (1,)",
            formula=["∂loss/∂bias = ", slope],
        ),
        Step(
            name="5 step",
            code="weights -= lr * weights.grad; bias -= lr * bias.grad",
            formula=["bias: ", old, f" − {descent.learning_rate:g} × ", slope, " = ", new],
        ),
        Step(name="6 repeat", code="weights.grad.zero_(); bias.grad.zero_()", formula=["with the next mini-batch"]),
        Step(name="7 stop", formula=[_why_stopped(descent)]),
    ]


def _steps(steps: list[Step], frames: Frames, weight: float = 1) -> Steps:
    return Steps(rows=frames.step, active=frames.phase, steps=steps, narrow_height="auto", weight=weight)


def _parameter(values: Array, at: int) -> LivingNumber:
    """Number `at` of each step's `values` (S, k)."""
    return LivingNumber(value=values, at=at, color="parameters")


def _slope(values: Array, at: int) -> LivingNumber:
    return LivingNumber(value=values, at=at, color="gradient")


def _why_stopped(descent: Descent) -> str:
    return "the loss had become flat" if descent.flat else f"{descent.steps} steps were asked for; nothing else ends it"
