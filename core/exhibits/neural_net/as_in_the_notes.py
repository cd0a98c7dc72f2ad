"""`simple_net` as the lesson has it and as the notes have it, run side by side (chapter 4, claim 39)."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.arrays import Numbers, Table
from core.data.digits import load
from core.exhibits.neural_net.settings import Settings
from core.nn.losses import mnist_loss
from core.nn.models import init_params

BATCH = 16  # images that both versions are run on

Line = tuple[str, tuple[int, ...]]
"""A line of code and the shape that it gives."""


def lesson_lines(xb: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Iterator[tuple[str, Tensor]]:
    """`simple_net` line by line, as the lesson has it."""
    res = xb @ w1 + b1
    yield "res = xb@w1 + b1", res
    res = res.max(torch.tensor(0.0))
    yield "res = res.max(tensor(0.0))", res
    res = res @ w2 + b2
    yield "res = res@w2 + b2", res


def noted_lines(xb: Tensor, w1: Tensor, b1: Tensor, _w2: Tensor, _b2: Tensor) -> Iterator[tuple[str, Tensor]]:
    """The same as the notes have it."""
    res = xb @ w1 + b1
    yield "res = xb@w1 + b1", res
    largest = res.max(0)
    yield "res.max(0)", largest.values
    res = xb @ w1 + b1
    yield "res = xb@w1 + b1", res


@dataclass(frozen=True, kw_only=True)
class TwoVersions:
    """Both versions run on one mini-batch: each line, the shape it gives, and which parameters got a gradient."""

    lesson: tuple[Line, ...]
    notes: tuple[Line, ...]
    learning: dict[str, tuple[bool, bool]]  # parameter: whether it got a gradient in the lesson's, in the notes'
    losses: tuple[float, float]

    def findings(self) -> list[str]:
        outputs, largest, relu = self.notes[-1][1], self.notes[1][1], self.lesson[1][1]
        idle = [name for name, (_, notes) in self.learning.items() if not notes]
        return [
            f"The notes' `simple_net` raises no error, and that is the trap: it gives {outputs[1]} numbers for each of "
            f"the {outputs[0]} images where one is wanted, and `mnist_loss` quietly takes their mean, "
            f"{self.losses[1]:.3f}.",
            "Its third line begins again from `xb`, so what the second one made is thrown away. "
            f"`{'` and `'.join(idle)}` take no part and get no :violet[gradient]: they could never be learned.",
            f"And `res.max(0)` is no ReLU: it takes the largest along axis 0, over the images, {largest} instead of "
            f"{relu}.",
        ]

    def numbers(self) -> Numbers:
        return {
            "outputs per image, lesson": self.lesson[-1][1][1],
            "outputs per image, notes": self.notes[-1][1][1],
            "loss, lesson": self.losses[0],
            "loss, notes": self.losses[1],
            "parameters without a gradient, notes": sum(not notes for _, notes in self.learning.values()),
        }

    def table(self) -> Table:
        lines = [("lesson", *line) for line in self.lesson] + [("notes", *line) for line in self.notes]
        version, code, shape = zip(*lines, strict=True)
        return {"version": list(version), "line": list(code), "shape": [str(tuple(s)) for s in shape]}


def experiment(settings: Settings) -> TwoVersions:
    """Run both versions forward and backward from the same parameters."""
    digits, seed = load(settings.digits), settings.seed
    order = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(seed))[:BATCH]
    xb, yb = digits.x_train[order], digits.y_train[order]
    versions, slopes, losses = [], [], []
    for lines in (lesson_lines, noted_lines):
        parameters = [p.requires_grad_() for p in init_params("relu", "uniform", seed)]
        steps = list(lines(xb, *parameters))
        loss = mnist_loss(steps[-1][1], yb)
        loss.backward()
        versions.append(tuple((code, tuple(res.shape)) for code, res in steps))
        slopes.append([p.grad is not None for p in parameters])
        losses.append(loss.item())
    learning = dict(zip(("w1", "b1", "w2", "b2"), zip(*slopes, strict=True), strict=True))
    return TwoVersions(lesson=versions[0], notes=versions[1], learning=learning, losses=(losses[0], losses[1]))
