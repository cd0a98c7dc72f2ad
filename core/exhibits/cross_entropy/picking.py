"""Cross-entropy step by step on a small table, the cost of a confident mistake, and the gradient p − y (chapter 5).

Each function answers one of the exhibit's questions with a result that can say in words what was found.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, log_softmax, logsigmoid, nll_loss, one_hot

from core.arrays import Array, Numbers, Table
from core.words import format_number

ROWS = 6
BOOK = (0, 1, 0, 1, 1, 0)
"""The book's targets for six threes and sevens."""

WRONG = -6.0  # the logit of a confident mistake


def six_rows(classes: int, seed: int) -> tuple[Tensor, Tensor]:
    """Six rows of activations and their targets, (6, classes) and (6,); for two classes the book's (seed 42)."""
    generator = torch.Generator().manual_seed(seed)
    activations = torch.randn((ROWS, classes), generator=generator) * 2
    if classes == 2:
        return activations, torch.tensor(BOOK)
    return activations, torch.randint(classes, (ROWS,), generator=generator)


def pick_where(probabilities: Tensor, targets: Tensor) -> Tensor:
    """The first column where the target is 0, otherwise the second: right for two classes only; (n,)."""
    return torch.where(targets == 0, probabilities[:, 0], probabilities[:, 1])


def pick_index(values: Tensor, targets: Tensor) -> Tensor:
    """From each row the number its target points at, for any number of classes; (n,)."""
    return values[range(len(values)), targets]


@dataclass(frozen=True)
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

    def findings(self) -> list[str]:
        own = self.library
        worst = int(self.picked.argmin())
        said = []
        if self.log and self.sign:
            said.append(
                f"The mean of the six is the :red[loss], **{format_number(self.loss, 5)}**. `F.nll_loss(F.log_softmax(acts, 1), targ)` "
                f"gives {format_number(own['log_softmax, nll_loss'], 5)} and `F.cross_entropy(acts, targ)` {format_number(own['cross_entropy'], 5)}."
            )
            share = self.losses[worst] / self.losses.sum()
            said.append(
                f"Row {worst + 1} gives its own class only :orange[{format_number(self.picked[worst], 3)}]; it alone makes {share:.0%} of "
                f"the whole :red[loss], {format_number(self.losses[worst], 4)}."
            )
        elif self.sign:
            said.append(
                f"Without the log the mean is **{format_number(self.loss, 4)}**: `F.nll_loss(acts.softmax(1), targ)` gives the same "
                f"{format_number(own['nll_loss on softmax'], 4)}, and no error. Row {worst + 1}, the worst "
                f"mistake, is at {format_number(self.losses[worst], 3)} and could cost at most that much more: this loss hardly minds it."
            )
        else:
            said.append(
                f"Without the minus sign the mean is **{format_number(self.loss, 5)}**. A log of a probability is never above 0, so SGD, "
                f"which lowers what it is given, would make the worst row, {format_number(self.losses[worst], 4)}, worse without end."
            )
        return [*said, self._how_picked()]

    def _how_picked(self) -> str:
        classes = self.activations.shape[1]
        if wrong := self.wrongly_picked:
            return (
                f"`torch.where` chooses between two columns. Of these {classes} classes it picks the wrong one in **{wrong} of "
                f"{ROWS}** rows; an index picks the right one in all of them."
            )
        away = float(np.abs(self.picked - self.by_where).max())
        reach = "With two classes" if classes == 2 else "As long as no target is above 1,"
        return (
            f"{reach} `torch.where` and the index pick the same six numbers (largest difference {format_number(away)})."
        )

    def numbers(self) -> Numbers:
        each = {f"loss of row {i + 1}": float(v) for i, v in enumerate(self.losses)}
        return {"mean": self.loss, **each, **self.library}

    def table(self) -> Table:
        classes = range(self.activations.shape[1])
        return {
            **{f"activation {c}": self.activations[:, c] for c in classes},
            **{f"softmax {c}": self.probabilities[:, c] for c in classes},
            "target": self.targets, "picked": self.picked, "log": self.logs, "loss": self.losses,
        }  # fmt: skip


def picked(classes: int, seed: int, log: bool, sign: bool) -> Picked:
    """Softmax, index, log, sign, mean; `log` and `sign` can be left out."""
    acts, targ = six_rows(classes, seed)
    p = acts.softmax(1)
    chosen = pick_index(p, targ)
    logs = chosen.log()
    losses = logs if log else chosen
    losses = -losses if sign else losses
    library = {
        "cross_entropy": cross_entropy(acts, targ).item(),
        "log_softmax, nll_loss": nll_loss(log_softmax(acts, 1), targ).item(),
        "nll_loss on softmax": nll_loss(p, targ).item(),
    }
    arrays = [t.numpy() for t in (acts, targ, p, chosen, pick_where(p, targ), logs, losses)]
    return Picked(log, sign, losses.mean().item(), library, *arrays)


@dataclass(frozen=True)
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
        return int(np.abs(self.logit - WRONG).argmin())

    @property
    def ratio(self) -> float:
        """How many times steeper −log p is there than 1 − p."""
        return float(self.log_slope[self.wrong] / self.distance_slope[self.wrong])

    def findings(self) -> list[str]:
        i = self.wrong
        steep, flat = format_number(abs(self.log_slope[i]), 3), format_number(abs(self.distance_slope[i]), 2)
        best = int(np.abs(self.distance_slope).argmax())
        return [
            f"At the logit {format_number(WRONG)} the right class gets p = :orange[{format_number(self.p[i], 3)}], a confident mistake. 1 − p costs "
            f":red[{format_number(self.distance[i], 3)}], hardly more than at {format_number(WRONG / 2)} ({format_number(self.distance[self._at(WRONG / 2)], 3)}); "
            f"−log p costs :red[{format_number(self.log_loss[i], 4)}] and goes on rising.",
            f"What SGD feels is the :violet[slope]: **{steep}** against **{flat}** in size, {self.ratio:.0f} times as much. "
            f"1 − p pulls hardest at {format_number(self.logit[best], 1)}, where the model is undecided; −log p where it is most wrong.",
        ]

    def _at(self, logit: float) -> int:
        return int(np.abs(self.logit - logit).argmin())

    def numbers(self) -> Numbers:
        i = self.wrong
        return {
            "p of the mistake": float(self.p[i]),
            "slope of -log p": float(self.log_slope[i]),
            "slope of 1 - p": float(self.distance_slope[i]),
            "ratio": self.ratio,
        }

    def table(self) -> Table:
        return {
            "logit": self.logit, "p": self.p, "-log p": self.log_loss, "1 - p": self.distance,
            "slope of -log p": self.log_slope, "slope of 1 - p": self.distance_slope,
        }  # fmt: skip


def slope(loss: Tensor, at: Tensor) -> Tensor:
    """The slope of every loss in its own logit, by autograd."""
    (found,) = torch.autograd.grad(loss.sum(), at)
    return found


def mistake() -> Mistake:
    """The right class's logit over the other one's, from -8 to 8."""
    logit = (torch.arange(-160, 161, dtype=torch.float64) / 20).requires_grad_()
    p = logit.sigmoid()
    log_loss, distance = -logsigmoid(logit), 1 - p
    slopes = slope(log_loss, logit), slope(distance, logit)
    return Mistake(*(t.detach().numpy() for t in (logit, p, log_loss, distance, *slopes)))


@dataclass(frozen=True)
class RowGradient:
    """One row's gradient while the activation of its target takes F values, by autograd and by formula."""

    precision: str
    row: int
    target: int
    own: int  # the frame nearest to the row's own activation
    moving: Array  # (F,)
    activations: Array  # (F, C)
    probabilities: Array  # (F, C)
    one_hot: Array  # (C,): y
    losses: Array  # (F,)
    autograd: Array  # (F, C)
    formula: Array  # (F, C): p - y

    @property
    def apart(self) -> float:
        """The largest difference between the two, over all frames and classes."""
        return float(np.abs(self.autograd - self.formula).max())

    def findings(self) -> list[str]:
        i, t = self.own, self.target
        return [
            f"Row {self.row + 1}, target {t}: p − y is :violet[{format_number(self.formula[i, t], 4)}] for its own class, so a step raises "
            "that activation; the others get exactly their own probability and are lowered. All together they are "
            f"{format_number(float(self.autograd[i].sum()), 2)}: 0 but for rounding.",
            f"`backward()` and p − y differ by at most **{format_number(self.apart, 2)}** over all {len(self.moving)} places, in "
            f"{self.precision}.",
            f"Drag the target's activation: at {format_number(self.moving[0])} the gradient is {format_number(self.autograd[0, t], 4)}, at "
            f"{format_number(self.moving[-1])} it is {format_number(self.autograd[-1, t], 2)}. It is as large as the mistake and, whatever happens, at "
            f"most {format_number(float(np.abs(self.autograd).max()), 4)} in size.",
        ]

    def numbers(self) -> Numbers:
        i = self.own
        return {f"gradient of class {c}": float(self.autograd[i, c]) for c in range(len(self.one_hot))} | {
            "largest difference": self.apart
        }

    def table(self) -> Table:
        columns = {"activation": self.moving, "loss": self.losses}
        for c in range(len(self.one_hot)):
            columns |= {
                f"p {c}": self.probabilities[:, c],
                f"gradient {c}": self.autograd[:, c],
                f"p - y {c}": self.formula[:, c],
            }
        return columns


def row_gradient(classes: int, seed: int, row: int, dtype: torch.dtype) -> RowGradient:
    """Move the activation of the row's target from -8 to 8; the gradient of each place by autograd and as p - y."""
    acts, targ = six_rows(classes, seed)
    target = int(targ[row])
    moving = torch.arange(-80, 81).to(dtype) / 10
    z = acts[row].to(dtype).repeat(len(moving), 1)
    z[:, target] = moving
    z.requires_grad_()
    losses = cross_entropy(z, torch.full((len(moving),), target), reduction="none")
    gradient = slope(losses, z)
    p, y = z.detach().softmax(1), one_hot(targ[row], classes)
    own = int((moving - acts[row, target]).abs().argmin())
    arrays = [t.detach().double().numpy() for t in (moving, z, p, y, losses, gradient, p - y)]
    return RowGradient(str(dtype).removeprefix("torch."), row, target, own, *arrays)
