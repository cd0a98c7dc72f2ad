"""Why the metric is no loss: one logit moves, the loss follows smoothly, the accuracy jumps once (chapter 4)."""

from dataclasses import dataclass

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.exhibits.sigmoid.settings import GIVEN, TARGETS, Settings
from core.nn.losses import batch_accuracy, distances
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class OneLogit:
    """Three items, of which the third one's logit takes F values: the loss, its slope, and the metric."""

    logit: Array  # (F,)
    loss: Array  # (F,)
    slope: Array  # (F,): of the loss in the third logit
    accuracy: Array  # (F,)
    predictions: Array  # (F, 3)

    def findings(self) -> list[str]:
        values = [format_number(float(v), 4) for v in np.unique(self.accuracy)]
        jump = self.logit[np.flatnonzero(np.diff(self.accuracy))]
        where = ", ".join(format_number(float(x)) for x in jump)
        steepest, flattest = np.abs(self.slope).max(), np.abs(self.slope).min()
        return [
            f"While the third item's logit goes from {format_number(self.logit[0])} to "
            f"{format_number(self.logit[-1])}, the :blue[accuracy] takes {len(values)} values, {' and '.join(values)}, "
            f"with one jump just after {where}. Everywhere else its slope is 0.",
            f"The :red[loss] falls all the way, from {format_number(self.loss[0], 4)} to "
            f"{format_number(self.loss[-1], 4)}. Its :violet[slope] is never 0 here: from {format_number(flattest)} at "
            f"the ends to {format_number(steepest)} in the middle, in size.",
            "The metric is for people to read; the loss is for the steps, so it must tell better from worse "
            "everywhere.",
        ]

    def numbers(self) -> Numbers:
        return {
            "first loss": float(self.loss[0]),
            "last loss": float(self.loss[-1]),
            "steepest slope": float(self.slope.min()),
            "lowest accuracy": float(self.accuracy.min()),
            "highest accuracy": float(self.accuracy.max()),
        }

    def table(self) -> Table:
        return {"logit": self.logit, "loss": self.loss, "slope": self.slope, "accuracy": self.accuracy}


def experiment(_: Settings) -> OneLogit:
    """Logits whose sigmoids are the book's predictions; the third one moves from -6 to 6."""
    moving = torch.arange(-120, 121, dtype=torch.float64) / 20
    logits = torch.tensor(GIVEN["book"], dtype=torch.float64).logit().repeat(len(moving), 1)
    logits[:, 2] = moving
    logits.requires_grad_()
    targets = torch.tensor(TARGETS)
    losses = distances(logits.sigmoid(), targets).mean(1)
    losses.sum().backward()
    with torch.no_grad():
        accuracy = torch.stack([batch_accuracy(row, targets) for row in logits])
        predictions = logits.sigmoid()
    return OneLogit(
        logit=moving.numpy(),
        loss=losses.detach().numpy(),
        slope=logits.grad[:, 2].numpy(),  # type: ignore[index]
        accuracy=accuracy.numpy(),
        predictions=predictions.numpy(),
    )
