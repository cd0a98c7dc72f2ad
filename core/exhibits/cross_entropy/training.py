"""One infinite exponential is enough: the same model trained with the safe loss and with the naive one."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import TenDigits, ten_digits
from core.exhibits.cross_entropy.settings import Settings
from core.nn.ten_digits import TenRun, train_ten
from core.words import format_any, format_number

BATCH = 64


@dataclass(frozen=True, kw_only=True)
class Watched:
    """One training at its F kept instants, on the validation digits."""

    run: TenRun
    largest: Array  # (F,): the largest activation, in size
    lost: Array  # (F,): parameters that are no longer finite numbers

    @property
    def nan_at(self) -> int | None:
        """The first step whose mini-batch's loss is NaN."""
        steps = np.flatnonzero(np.isnan(self.run.losses))
        return int(steps[0]) + 1 if len(steps) else None


def watch(run: TenRun, digits: TenDigits) -> Watched:
    """The largest activation and the broken parameters at every kept instant."""
    weights, biases = (torch.tensor(a) for a in (run.weights, run.biases))
    logits = torch.einsum("np,fpc->fnc", digits.x_valid, weights) + biases[:, None]
    broken = (~weights.isfinite()).sum((1, 2)) + (~biases.isfinite()).sum(1)
    return Watched(run=run, largest=logits.abs().amax((1, 2)).numpy(), lost=broken.numpy())


@dataclass(frozen=True, kw_only=True)
class TwoLosses:
    """The same ten-digit model trained twice from the same start, with the safe loss and with the naive one."""

    safe: Watched
    naive: Watched

    @property
    def parameters(self) -> int:
        return int(self.safe.run.weights[0].size + self.safe.run.biases[0].size)

    def findings(self) -> list[str]:
        if self.naive.run.diverged_at is None:
            return [self._both_hold()]
        return [self._naive_breaks(self.naive.run.diverged_at), *self._safe_goes_on()]

    def _largest(self) -> str:
        return format_number(float(self.safe.largest.max()), 3)

    def _both_hold(self) -> str:
        safe, naive = self.safe.run, self.naive.run
        away = float(np.abs(safe.losses - naive.losses).max())
        lost = " Where they part, a tiny probability divided by a large sum was 0, and its :violet[gradient] was lost."
        return (
            f"With learning rate {safe.learning_rate:g} both hold for {safe.steps} steps: their :red[losses] differ by "
            f"at most {format_number(away, 2)}. The largest :orange[activation] was {self._largest()}: no exponential "
            f"overflowed.{lost if away > 0.05 else ''}"
        )

    def _naive_breaks(self, step: int) -> str:
        safe, naive = self.safe.run, self.naive.run
        return (
            f"With learning rate {safe.learning_rate:g} the naive :red[loss] is "
            f"{format_any(float(naive.losses[step]))} at step **{step + 1}**; {self._lost()} The safe one, at the same "
            f"step, was {format_number(safe.losses[step], 4)}."
        )

    def _lost(self) -> str:
        if not (lost := int(self.naive.lost[-1])):
            return ""
        first = int(self.naive.run.kept[np.flatnonzero(self.naive.lost)[0]])
        return f"after step {first} its :green[parameters] are NaN, in the end {lost:,} of {self.parameters:,}."

    def _safe_goes_on(self) -> list[str]:
        safe, naive = self.safe.run, self.naive.run
        if safe.diverged_at is not None:
            return []
        return [
            f"The safe one went on through all {safe.steps} steps with :orange[activations] up to {self._largest()} "
            f"and ended with :blue[{format_number(safe.valid_accuracy[-1], 3)}] of the validation digits right. The "
            f"naive one ended with {format_number(naive.valid_accuracy[-1], 3)}: `argmax` of NaNs is 0, so it says “0” "
            "to every digit.",
            "With steps this long rounding grows from step to step, so on another processor the safe one ends "
            "elsewhere.",
        ]

    def numbers(self) -> Numbers:
        numbers: Numbers = {}
        for name, watched in (("safe", self.safe), ("naive", self.naive)):
            numbers |= {
                f"{name}: last loss": float(watched.run.valid_loss[-1]),
                f"{name}: last accuracy": float(watched.run.valid_accuracy[-1]),
                f"{name}: parameters lost": int(watched.lost[-1]),
            }
        return numbers

    def table(self) -> Table:
        safe, naive = self.safe.run, self.naive.run
        return {"step": np.arange(1, safe.steps + 1), "loss, safe": safe.losses, "loss, naive": naive.losses}


def experiment(settings: Settings) -> TwoLosses:
    """The same start and the same mini-batches of 64, with each loss."""
    digits = ten_digits()
    safe = train_ten(settings.learning_rate, settings.epochs, BATCH, settings.seed, "safe")
    naive = train_ten(settings.learning_rate, settings.epochs, BATCH, settings.seed, "naive")
    return TwoLosses(safe=watch(safe, digits), naive=watch(naive, digits))
