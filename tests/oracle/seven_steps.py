"""The seven steps anew, in float64 and without autograd: every recorded step is taken again from the one before it.

The roller-coaster's noise is `torch.randn(20)`, its first a, b, c are the `torch.randn(3)` after it, of one generator
with the seed. The digits' first parameters are `torch.randn`'s, 784 weights and then the bias; each mini-batch is the
next 16 items of `torch.randperm`, a permutation an epoch, of one generator with the seed.
"""

import math
from typing import Any

import numpy as np
import pytest
import torch

from core.data.digits import load

RATES = {"roller-coaster": 1e-5, "digits": 1.0}
TOLERANCES = {"roller-coaster": 1e-4, "digits": 2e-5}  # relative, and absolute: a loss of digits lies in 0 to 1
LARGEST = 3e38  # of float32


class Overflowed:
    """Equal to whatever is no finite number."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and not math.isfinite(other)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "infinite, or no number"


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """Steps, the losses at both ends, and a, b, c, of one lane or two."""
    coaster = settings.task == "roller-coaster"
    rates = [settings.learning_rate, *([settings.compare] if settings.compare else [])]
    assert len(result.descents) == len(rates)
    numbers: dict[str, Any] = {}
    for lane, times, descent in zip("AB", rates, result.descents, strict=False):
        rate = times * RATES[settings.task]
        check = _coaster if coaster else _digits
        numbers |= {f"{lane} {name}": value for name, value in check(settings, descent, rate).items()}
    return numbers


def _coaster(settings: Any, descent: Any, rate: float) -> dict[str, Any]:
    generator = torch.Generator().manual_seed(settings.seed)
    noise = torch.randn(20, generator=generator).double().numpy()
    start = torch.randn(3, generator=generator).double().numpy()
    time = np.arange(20.0)
    speed = 3 * noise + 0.75 * (time - 9.5) ** 2 + 1
    powers = np.stack([time**2, time, np.ones(20)])

    def loss(p: np.ndarray) -> float:
        return float(((p @ powers - speed) ** 2).mean())

    def slope(p: np.ndarray) -> np.ndarray:
        return 2 / 20 * powers @ (p @ powers - speed)

    states = descent.parameters.astype(float)
    np.testing.assert_allclose(states[0], start, rtol=1e-6)
    _check_steps(states, [slope] * (len(states) - 1), rate)
    steps = _stop(descent.losses, settings)
    walked = [start]  # the descent is linear: rounding stays small, however long the steps
    for _ in range(steps):
        with np.errstate(all="ignore"):
            walked.append(walked[-1] - rate * slope(walked[-1]))
    with np.errstate(all="ignore"):
        losses = [loss(p) for p in walked]
    return {
        "steps": steps,
        "first loss": _near(losses[0]),
        "loss after 1 step": _near(losses[1]),
        "last loss": _near(losses[-1]),
    } | {name: _near(value, of=walked[-1]) for name, value in zip("abc", walked[-1].tolist(), strict=True)}


def _near(value: float, of: np.ndarray | None = None) -> Any:
    """As float32 has it: the lesson's three parameters differ in size, so the largest says how exact they are."""
    size = abs(value) if of is None else float(np.abs(of).max())
    if not size < LARGEST**0.5:  # differences of such sizes, squared, overflow
        return Overflowed() if not size < LARGEST else Either(value)
    return pytest.approx(value, rel=1e-4, abs=1e-5 * size)


class Either(Overflowed):
    """Close to the value, or overflowed on the way."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) or other == pytest.approx(self.value, rel=1e-3)

    def __hash__(self) -> int:
        return 0


def _digits(settings: Any, descent: Any, rate: float) -> dict[str, Any]:
    digits = load("built-in")
    x = np.column_stack([digits.x_train.double().numpy(), np.ones(800)])
    y = digits.y_train[:, 0].double().numpy()
    generator = torch.Generator().manual_seed(settings.seed)
    start = np.append(torch.randn((784, 1), generator=generator), torch.randn(1, generator=generator)).astype(float)
    generator = torch.Generator().manual_seed(settings.seed)
    orders = [torch.randperm(800, generator=generator).numpy() for _ in range(2)]
    rows = np.concatenate(orders).reshape(-1, 16)

    def predictions(p: np.ndarray, batch: Any) -> np.ndarray:
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-x[batch] @ p))

    def loss(p: np.ndarray, batch: Any = slice(None)) -> float:
        return float(np.abs(y[batch] - predictions(p, batch)).mean())

    def slope(batch: np.ndarray) -> Any:
        def of(p: np.ndarray) -> np.ndarray:
            q = predictions(p, batch)
            return np.where(y[batch] == 1, -1, 1) * q * (1 - q) @ x[batch] / 16

        return of

    states = descent.parameters.astype(float)
    steps = len(states) - 1
    np.testing.assert_allclose(states[0], start, rtol=1e-6)
    _check_steps(states, [slope(batch) for batch in rows[:steps]], rate)
    seen = [loss(p, batch) for p, batch in zip(states, [*rows[:steps], rows[steps - 1]], strict=True)]
    np.testing.assert_allclose(descent.losses, seen, rtol=0, atol=2e-5)
    assert steps == _stop(descent.losses, settings)
    return {
        "steps": steps,
        "first loss": pytest.approx(loss(start), abs=2e-5),
        "last loss": pytest.approx(loss(states[-1]), abs=2e-5),
    }


def _check_steps(states: np.ndarray, slopes: list[Any], rate: float) -> None:
    """Each recorded state is the one before it, moved against the slope there."""
    with np.errstate(all="ignore"):
        for before, after, slope in zip(states[:-1], states[1:], slopes, strict=True):
            if not np.isfinite(after).all():
                return
            step = rate * slope(before)
            np.testing.assert_allclose(before - step, after, rtol=0, atol=2e-4 * np.abs(step).max() + 1e-6)


def _stop(losses: np.ndarray, settings: Any) -> int:
    """After how many steps the rule ends it: the last step, or a fall by less than the tolerance's share."""
    for step in range(1, settings.steps):
        before, now = losses[step - 1], losses[step]
        if settings.tolerance and now <= before < math.inf and before - now < settings.tolerance * before:
            return step + 1
    return settings.steps
