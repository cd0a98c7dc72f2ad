"""The gradient of cross-entropy in the activations is p − y: one row, by autograd and by the formula."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy, one_hot

from core.arrays import Array, Numbers, Table
from core.exhibits.cross_entropy.settings import DTYPES, Settings
from core.exhibits.cross_entropy.six_rows import six_rows
from core.exhibits.cross_entropy.slopes import slope
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class RowGradient:
    """One row's gradient while the activation of its target takes F values, by autograd and by formula."""

    precision: str
    row: int  # from 0
    target: int
    drawn: int  # the frame nearest to the row's activation as it was drawn
    moving: Array  # (F,): the target's activation
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
        i, t = self.drawn, self.target
        low, high = format_number(self.moving[0]), format_number(self.moving[-1])
        return [
            f"Row {self.row + 1}, target {t}: p − y is :violet[{format_number(self.formula[i, t], 4)}] for its own "
            "class, so a step raises that activation; the others get exactly their own probability and are lowered. "
            f"All together they are {format_number(float(self.autograd[i].sum()), 2)}: 0 but for rounding.",
            f"`backward()` and p − y differ by at most **{format_number(self.apart, 2)}** over all {len(self.moving)} "
            f"places, in {self.precision}.",
            f"Drag the target's activation: at {low} the gradient is {format_number(self.autograd[0, t], 4)}, at "
            f"{high} it is {format_number(self.autograd[-1, t], 2)}. It is as large as the mistake and, whatever "
            f"happens, at most {format_number(float(np.abs(self.autograd).max()), 4)} in size.",
        ]

    def numbers(self) -> Numbers:
        gradient = {f"gradient of class {c}": float(slope) for c, slope in enumerate(self.autograd[self.drawn])}
        return {**gradient, "largest difference": self.apart}

    def table(self) -> Table:
        columns = {"activation": self.moving, "loss": self.losses}
        for c in range(len(self.one_hot)):
            columns |= {
                f"p {c}": self.probabilities[:, c],
                f"gradient {c}": self.autograd[:, c],
                f"p - y {c}": self.formula[:, c],
            }
        return columns


def experiment(settings: Settings) -> RowGradient:
    """Move the activation of the row's target from -8 to 8; the gradient of each place by autograd and as p - y."""
    acts, targ = six_rows(settings.classes, settings.seed)
    row, dtype = settings.row - 1, DTYPES[settings.precision]
    target = int(targ[row])
    moving = torch.arange(-80, 81).to(dtype) / 10
    z = acts[row].to(dtype).repeat(len(moving), 1)
    z[:, target] = moving
    z.requires_grad_()
    losses = cross_entropy(z, torch.full((len(moving),), target), reduction="none")
    gradient = slope(losses, z)
    p, y = z.detach().softmax(1), one_hot(targ[row], settings.classes)
    return RowGradient(
        precision=settings.precision,
        row=row,
        target=target,
        drawn=int((moving - acts[row, target]).abs().argmin()),
        moving=moving.double().numpy(),
        activations=z.detach().double().numpy(),
        probabilities=p.double().numpy(),
        one_hot=y.double().numpy(),
        losses=losses.detach().double().numpy(),
        autograd=gradient.double().numpy(),
        formula=(p - y).double().numpy(),
    )
