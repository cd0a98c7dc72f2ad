"""A small net draws the boundary between two classes of points in the plane: straight without a non-linearity."""

from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.exhibits.relu.settings import Settings
from core.exhibits.relu.small_nets import Plan, forward, losses, never_on, record
from core.nn.activations import NAMES, sigmoid_slope
from core.words import format_number

ITEMS = 200  # points to train on, and as many new ones to check with
SIDE = 57  # cells of the picture along each axis
REACH = 1.5  # the picture spans -1.5 to 1.5


def points(shape: str, noise: float, seed: int, items: int = ITEMS) -> tuple[Tensor, Tensor]:
    """Points (items, 2) and their classes (items, 1), by turns 0 and 1, with normal noise of that standard
    deviation.
    """
    generator = torch.Generator().manual_seed(seed)
    one = torch.arange(items) % 2 == 1
    u = torch.rand(items, generator=generator)
    if shape == "moons":
        angle = u * pi
        x = torch.where(one, 1 - angle.cos(), angle.cos()) - 0.5
        y = torch.where(one, 0.5 - angle.sin(), angle.sin()) - 0.25
        place = 0.8 * torch.stack([x, y], 1)
    elif shape == "circles":
        radius = torch.where(one, 0.4, 1.0)
        place = radius[:, None] * torch.stack([(2 * pi * u).cos(), (2 * pi * u).sin()], 1)
    elif shape == "spiral":
        radius = 0.1 + 1.1 * u.sqrt()
        angle = 2.2 * pi * u.sqrt() + torch.where(one, pi, 0.0)
        place = radius[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    else:
        heap = torch.where(one, 0.6, -0.6)[:, None]
        place = heap + 0.25 * torch.randn(items, 2, generator=generator)
    return place + noise * torch.randn(items, 2, generator=generator), one[:, None].float()


@dataclass(frozen=True, kw_only=True)
class Boundary:
    """A recorded run on points in the plane: F frames, n points, h units."""

    shape: str
    plan: Plan
    points: Array  # (n, 2)
    classes: Array  # (n,)
    kept: Array  # (F,): steps taken
    parameters: list[Tensor]  # w1 (F, 2, h), b1 (F, 1, h), w2 (F, h, 1), b2 (F, 1, 1)
    field: Array  # (F, 57, 57) in [-1, 1]: how sure of class 1, less how sure of class 0; rows from low to high y
    losses: Array  # (F,)
    accuracy: Array  # (F,) on the points trained on
    fresh: Array  # (F,) on new points
    flat: int  # points at which the sigmoid's slope is exactly 0 in the end
    dead: Array  # (F,): units whose input is above 0 for none of the points
    bends: Array  # (F, h, 4): where each unit's input is 0, as the ends x, y, x, y of a line; NaN where it is nowhere

    def findings(self) -> list[str]:
        plan, last = self.plan, self.losses[-1]
        if not np.isfinite(last):
            gone = int(self.kept[np.argmin(np.isfinite(self.losses))])
            return [
                f"After {gone} step{'s' if gone > 1 else ''} with learning rate {plan.learning_rate:g} the "
                ":red[loss] is "
                "no longer a number: the steps are so long that the :green[parameters] grew beyond what float32 "
                "can hold."
            ]
        units = f"{plan.hidden} unit" + ("s" if plan.hidden > 1 else "")
        sentences = [
            f"With {NAMES[plan.activation]} and {units}, after {plan.steps:,} steps: :blue[accuracy] "
            f"{self.accuracy[-1]:.1%} on the "
            f"{len(self.points)} points, {self.fresh[-1]:.1%} on {ITEMS} new ones; :red[loss] "
            f"{format_number(self.losses[0], 3)} → {format_number(last, 3)}."
        ]
        stuck = self.flat == len(self.points) and self.accuracy[-1] < 0.75
        if last > self.losses[0] or stuck:
            size = max(float(p[-1].abs().max()) for p in self.parameters)
            sentences.append(
                f"Learning rate {plan.learning_rate:g} is too large: it threw :green[parameters] as far as "
                f"{format_number(size)}, "
                f"and at {self.flat} of {len(self.points)} points the sigmoid's :violet[slope] is now exactly 0: "
                "no step moves them back."
            )
        elif plan.activation == "identity":
            sentences.append("Nothing bends, so the boundary is a straight line, however many units there are.")
        elif plan.activation in ("relu", "leaky"):
            sentences.append(
                "The boundary is made of straight pieces. It bends only where it crosses a unit's own line, "
                "the thin ones, along which that unit's input is 0."
            )
        if died := int(self.dead[-1]):
            sentences.append(
                f"{died} of {units} {'is' if died == 1 else 'are'} dead: no point switches "
                f"{'it' if died == 1 else 'them'} on."
            )
        return sentences

    def numbers(self) -> Numbers:
        return {
            "loss at the start": float(self.losses[0]),
            "loss at the end": float(self.losses[-1]),
            "accuracy": float(self.accuracy[-1]),
            "accuracy on new points": float(self.fresh[-1]),
            "dead units at the end": int(self.dead[-1]),
        }

    def table(self) -> Table:
        return {
            "steps taken": self.kept,
            "loss": self.losses,
            "accuracy": self.accuracy,
            "accuracy on new points": self.fresh,
            "dead units": self.dead,
        }


def cells() -> Tensor:
    """The middles of the picture's cells, row by row from low to high y: (57·57, 2)."""
    at = torch.linspace(-REACH, REACH, SIDE)
    y, x = torch.meshgrid(at, at, indexing="ij")
    return torch.stack([x.flatten(), y.flatten()], 1)


def zero_lines(w1: Tensor, b1: Tensor) -> Tensor:
    """Where w·x + b = 0, as lines that reach beyond the picture: w1 (F, 2, h), b1 (F, 1, h) → (F, h, 4)."""
    w, b = w1.mT, b1[:, 0, :, None]  # (F, h, 2), (F, h, 1)
    length = w.norm(dim=-1, keepdim=True)
    foot, along = -b * w / length**2, torch.stack([-w[..., 1], w[..., 0]], -1) / length
    far = 3 * REACH
    ends = torch.cat([foot - far * along, foot + far * along], -1)
    return torch.where(foot.norm(dim=-1, keepdim=True) < far, ends, torch.nan)


def plan_of(settings: Settings) -> Plan:
    """One run, on the distance of the sigmoid from the class."""
    return Plan(
        seeds=(settings.seed,),
        hidden=settings.hidden,
        learning_rate=settings.boundary_rate,
        steps=settings.boundary_steps,
        activation=settings.activation,
        loss="distance",
    )


def experiment(settings: Settings) -> Boundary:
    """Train one net on the points, and evaluate every kept instant on the whole picture."""
    shape, noise, seed, plan = settings.shape, settings.noise, settings.seed, plan_of(settings)
    (x, y), (x_new, y_new) = points(shape, noise, seed), points(shape, noise, seed + 1000)
    kept, runs = record(x, y, plan)
    run = [p[:, 0] for p in runs]
    outputs, new, field = (forward(at, run, plan.function) for at in (x, x_new, cells()))
    dead = never_on(x @ run[0] + run[1]).sum(1) if plan.activation == "relu" else torch.zeros(len(kept))
    return Boundary(
        shape=shape,
        plan=plan,
        points=x.numpy(),
        classes=y[:, 0].numpy(),
        kept=kept,
        parameters=run,
        field=(2 * field[..., 0].sigmoid() - 1).reshape(-1, SIDE, SIDE).numpy(),
        losses=losses(outputs, y, plan.loss).numpy(),
        accuracy=right(outputs, y).numpy(),
        fresh=right(new, y_new).numpy(),
        flat=int((sigmoid_slope(outputs[-1]) == 0).sum()),
        dead=dead.numpy(),
        bends=zero_lines(run[0], run[1]).numpy(),
    )


def right(outputs: Tensor, targets: Tensor) -> Tensor:
    """The share on the right side of 0, over the items: (…, n, 1) → (…,). Outputs that are no numbers are wrong."""
    return (((outputs > 0) == (targets == 1)) & outputs.isfinite()).float().mean((-2, -1))
