"""Cross-entropy step by step on a small table: softmax, index, log, sign, mean (fastbook chapter 5)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax, nll_loss

from core.arrays import Array, Numbers, Table
from core.exhibits.cross_entropy.settings import ROWS, Settings
from core.exhibits.cross_entropy.six_rows import six_rows
from core.words import format_number


def pick_where(probabilities: Tensor, targets: Tensor) -> Tensor:
    """The first column where the target is 0, otherwise the second: right for two classes only; (n,)."""
    return torch.where(targets == 0, probabilities[:, 0], probabilities[:, 1])


def pick_index(values: Tensor, targets: Tensor) -> Tensor:
    """From each row the number its target points at, for any number of classes; (n,)."""
    return values[range(len(values)), targets]


@dataclass(frozen=True, kw_only=True)
class Picked:
    """Cross-entropy of six rows and C classes, one array for every step; all in float32."""

    log: bool
    sign: bool
    loss: float  # the mean of the six
    library: dict[str, float]  # the same by torch's own functions
    activations: Array  # (6, C)
    targets: Array  # (6,)
    probabilities: Array  # (6, C)
    picked: Array  # (6,)
    by_where: Array  # (6,): what torch.where picks
    logs: Array  # (6,): the picked numbers' logs
    losses: Array  # (6,): with the steps that are switched on

    @property
    def wrongly_picked(self) -> int:
        """Rows whose target `torch.where` cannot reach."""
        return int((self.targets > 1).sum())

    @property
    def worst(self) -> int:
        """The row whose own class gets the smallest probability."""
        return int(self.picked.argmin())

    def findings(self) -> list[str]:
        if not self.sign:
            return [self._without_sign(), self._how_picked()]
        if not self.log:
            return [self._without_log(), self._how_picked()]
        return [*self._complete(), self._how_picked()]

    def _complete(self) -> list[str]:
        i, mean = self.worst, format_number(self.loss, 5)
        by_two = format_number(self.library["log_softmax, nll_loss"], 5)
        by_one = format_number(self.library["cross_entropy"], 5)
        share = self.losses[i] / self.losses.sum()
        return [
            f"The mean of the six is the :red[loss], **{mean}**. `F.nll_loss(F.log_softmax(acts, 1), targ)` gives "
            f"{by_two} and `F.cross_entropy(acts, targ)` {by_one}.",
            f"Row {i + 1} gives its own class only :orange[{format_number(self.picked[i], 3)}]; it alone makes "
            f"{share:.0%} of the whole :red[loss], {format_number(self.losses[i], 4)}.",
        ]

    def _without_log(self) -> str:
        i = self.worst
        return (
            f"Without the log the mean is **{format_number(self.loss, 4)}**: `F.nll_loss(acts.softmax(1), targ)` gives "
            f"the same {format_number(self.library['nll_loss on softmax'], 4)}, and no error. Row {i + 1}, the worst "
            f"mistake, is at {format_number(self.losses[i], 3)} and could cost at most that much more: this loss "
            "hardly minds it."
        )

    def _without_sign(self) -> str:
        return (
            f"Without the minus sign the mean is **{format_number(self.loss, 5)}**. A log of a probability is never "
            "above 0, so SGD, which lowers what it is given, would make the worst row, "
            f"{format_number(self.losses[self.worst], 4)}, worse without end."
        )

    def _how_picked(self) -> str:
        classes = self.activations.shape[1]
        if wrong := self.wrongly_picked:
            return (
                f"`torch.where` chooses between two columns. Of these {classes} classes it picks the wrong one in "
                f"**{wrong} of {ROWS}** rows; an index picks the right one in all of them."
            )
        away = float(np.abs(self.picked - self.by_where).max())
        reach = "With two classes" if classes == 2 else "As long as no target is above 1,"
        return (
            f"{reach} `torch.where` and the index pick the same six numbers (largest difference {format_number(away)})."
        )

    def numbers(self) -> Numbers:
        rows = {f"loss of row {i + 1}": float(loss) for i, loss in enumerate(self.losses)}
        picked = {f"picked in row {i + 1}": float(p) for i, p in enumerate(self.picked)}
        return {"mean": self.loss, **rows, **self.library, **picked}

    def table(self) -> Table:
        classes = range(self.activations.shape[1])
        return {
            **{f"activation {c}": self.activations[:, c] for c in classes},
            **{f"softmax {c}": self.probabilities[:, c] for c in classes},
            "target": self.targets,
            "picked": self.picked,
            "log": self.logs,
            "loss": self.losses,
        }


def experiment(settings: Settings) -> Picked:
    """Softmax, index, log, sign, mean; log and sign can be left out."""
    acts, targ = six_rows(settings.classes, settings.seed)
    p = acts.softmax(1)
    picked = pick_index(p, targ)
    logs = picked.log()
    losses = logs if settings.log else picked
    losses = -losses if settings.sign else losses
    library = {
        "cross_entropy": cross_entropy(acts, targ).item(),
        "log_softmax, nll_loss": nll_loss(log_softmax(acts, 1), targ).item(),
        "nll_loss on softmax": nll_loss(p, targ).item(),
    }
    return Picked(
        log=settings.log,
        sign=settings.sign,
        loss=losses.mean().item(),
        library=library,
        activations=acts.numpy(),
        targets=targ.numpy(),
        probabilities=p.numpy(),
        picked=picked.numpy(),
        by_where=pick_where(p, targ).numpy(),
        logs=logs.numpy(),
        losses=losses.numpy(),
    )
