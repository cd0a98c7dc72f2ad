"""Three predictions and their loss, case by case, with the sigmoid and without (fastbook chapter 4, "Sigmoid")."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.exhibits.sigmoid.settings import GIVEN, TARGETS, Settings
from core.nn.losses import distances
from core.words import format_number

MENDED = 0.8  # what the third input might be instead


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Three predictions for the targets 1, 0, 1; the third one takes F values."""

    squash: bool
    given: tuple[float, ...]  # the three inputs
    given_distances: Array  # (3,): of `given`
    moving: Array  # (F,): the third input
    inputs: Array  # (F, 3)
    predictions: Array  # (F, 3): the inputs, or their sigmoids
    distances: Array  # (F, 3)
    losses: Array  # (F,)
    lines: tuple[Array, Array]  # (F,) each: the distance of any such input for the targets 1 and 0

    @property
    def loss(self) -> float:
        """The loss of the three inputs as given."""
        return float(self.given_distances.mean())

    @property
    def loss_mended(self) -> float:
        """The loss with the third input at `MENDED`."""
        return float(self.losses[np.abs(self.moving - MENDED).argmin()])

    def findings(self) -> list[str]:
        given = ", ".join(format_number(v) for v in self.given)
        after = " After the sigmoid they" if self.squash else " They"
        off = ", ".join(format_number(v, 3) for v in self.given_distances)
        sentences = [
            f":orange[{'Activations' if self.squash else 'Predictions'}] {given} for the targets 1, 0, 1.{after} are "
            f"off by {off}: the :red[loss] is their mean, **{format_number(self.loss, 4)}**."
        ]
        if self.loss < 0:
            best = format_number(float(self.losses.min()), 3)
            sentences.append(
                "Less than 0 is “better” than perfect: a prediction beyond its target counts as negative distance. "
                f"Drag the third one: the loss falls as far as you go, here to {best}. The fewer limits, the "
                "less it means."
            )
        elif self.given == GIVEN["book"] and not self.squash:
            sentences.append(self._mended())
        if self.squash:
            low, high = float(self.predictions.min()), float(self.predictions.max())
            sentences.append(
                f"Whatever the third activation does here, the predictions stay between {format_number(low, 3)} and "
                f"{format_number(high, 5)}, so no distance leaves 0 to 1."
            )
        return sentences

    def _mended(self) -> str:
        return (
            f"Mend the third one, {format_number(self.given[2])} → {MENDED:g}, and it falls to "
            f"**{format_number(self.loss_mended, 4)}**."
        )

    def numbers(self) -> Numbers:
        return {
            "loss": self.loss,
            **{f"distance {i + 1}": float(v) for i, v in enumerate(self.given_distances)},
            "least loss": float(self.losses.min()),
            "largest loss": float(self.losses.max()),
            f"loss with the third input at {MENDED:g}": self.loss_mended,
        }

    def table(self) -> Table:
        columns = {f"distance {i + 1}": self.distances[:, i] for i in range(3)}
        return {"third input": self.moving, "third prediction": self.predictions[:, 2], **columns, "loss": self.losses}


def what_the_loss_is(result: Cases) -> str:
    """The answer to the page's question: the loss of three predictions that are no probabilities."""
    return "below 0" if result.loss < 0 else "between 0 and 1" if result.loss <= 1 else "above 1"


def experiment(settings: Settings) -> Cases:
    """The chosen three predictions, or activations that go through the sigmoid first."""
    return cases(GIVEN[settings.inputs], settings.squash)


def predicted(values: Tensor, squash: bool) -> Tensor:
    """The values as predictions: their sigmoids, or as they are."""
    return values.sigmoid() if squash else values


def cases(given: tuple[float, ...], squash: bool) -> Cases:
    """`torch.where` on three predictions, or on three activations that go through the sigmoid first."""
    targets = torch.tensor(TARGETS)
    inside = all(0 <= value <= 1 for value in given)
    moving = torch.arange(101) / 100 if inside else torch.arange(-50, 101) / 10
    inputs = torch.tensor(given).repeat(len(moving), 1)
    inputs[:, 2] = moving
    predictions = predicted(inputs, squash)
    off = distances(predictions, targets)
    for_1, for_0 = (distances(predicted(moving, squash), torch.tensor(target)).numpy() for target in (1, 0))
    return Cases(
        squash=squash,
        given=given,
        given_distances=distances(predicted(torch.tensor(given), squash), targets).numpy(),
        moving=moving.numpy(),
        inputs=inputs.numpy(),
        predictions=predictions.numpy(),
        distances=off.numpy(),
        losses=off.mean(1).numpy(),
        lines=(for_1, for_0),
    )
