"""What a confident mistake costs: −log p and 1 − p over the logit, and how hard each pulls."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import logsigmoid

from core.arrays import Array, Numbers, Table
from core.exhibits.cross_entropy.settings import Settings
from core.exhibits.cross_entropy.slopes import slope
from core.words import format_number

WRONG = -6.0  # the logit of a confident mistake


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """Two losses of the right class's probability at F logits, and their slopes in the logit; float64."""

    logit: Array  # (F,)
    p: Array
    log_loss: Array  # -log p
    distance: Array  # 1 - p, which mnist_loss averages
    log_slope: Array  # in the logit, by autograd
    distance_slope: Array

    @property
    def wrong(self) -> int:
        """The frame of the confident mistake."""
        return self.frame_at(WRONG)

    @property
    def ratio(self) -> float:
        """How many times steeper −log p is there than 1 − p."""
        return float(self.log_slope[self.wrong] / self.distance_slope[self.wrong])

    def frame_at(self, logit: float) -> int:
        """The frame nearest to a logit."""
        return int(np.abs(self.logit - logit).argmin())

    def findings(self) -> list[str]:
        i, half = self.wrong, self.frame_at(WRONG / 2)
        steep, flat = format_number(abs(self.log_slope[i]), 3), format_number(abs(self.distance_slope[i]), 2)
        best = int(np.abs(self.distance_slope).argmax())
        return [
            f"At the logit {format_number(WRONG)} the right class gets p = :orange[{format_number(self.p[i], 3)}], a "
            f"confident mistake. 1 − p costs :red[{format_number(self.distance[i], 3)}], hardly more than at "
            f"{format_number(WRONG / 2)} ({format_number(self.distance[half], 3)}); −log p costs "
            f":red[{format_number(self.log_loss[i], 4)}] and goes on rising.",
            f"What SGD feels is the :violet[slope]: **{steep}** against **{flat}** in size, {self.ratio:.0f} times as "
            f"much. 1 − p pulls hardest at {format_number(self.logit[best], 1)}, where the model is undecided; −log p "
            "where it is most wrong.",
        ]

    def numbers(self) -> Numbers:
        i = self.wrong
        return {
            "p of the mistake": float(self.p[i]),
            "slope of -log p": float(self.log_slope[i]),
            "slope of 1 - p": float(self.distance_slope[i]),
            "ratio": self.ratio,
            "logit of the mistake": float(self.logit[i]),
            "size of the slope of -log p": float(abs(self.log_slope[i])),
            "size of the slope of 1 - p": float(abs(self.distance_slope[i])),
        }

    def table(self) -> Table:
        return {
            "logit": self.logit,
            "p": self.p,
            "-log p": self.log_loss,
            "1 - p": self.distance,
            "slope of -log p": self.log_slope,
            "slope of 1 - p": self.distance_slope,
        }


def experiment(_: Settings) -> Mistake:
    """The right class's logit over the other one's, from -8 to 8."""
    logit = (torch.arange(-160, 161, dtype=torch.float64) / 20).requires_grad_()
    p = logit.sigmoid()
    log_loss = -logsigmoid(logit)
    distance = 1 - p
    return Mistake(
        logit=logit.detach().numpy(),
        p=p.detach().numpy(),
        log_loss=log_loss.detach().numpy(),
        distance=distance.detach().numpy(),
        log_slope=slope(log_loss, logit).numpy(),
        distance_slope=slope(distance, logit).numpy(),
    )


def how_much_steeper(result: Mistake) -> str:
    """The answer to the page's question: the slope of −log p against that of 1 − p for a confident mistake."""
    return "about as hard" if result.ratio < 3 else "about 10 times" if result.ratio < 100 else "hundreds of times"
