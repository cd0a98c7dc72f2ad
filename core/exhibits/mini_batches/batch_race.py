"""Three runs from one start: one item a step, a mini-batch a step, all items a step (fastbook chapter 4).

They can be compared after equally many steps, items or seconds; each of these clocks tells another story.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from core.arrays import Array
from core.data.digits import Digits
from core.nn.surfaces import loss_surface, losses_at, path_plane
from core.nn.training import Recipe, Run, epoch_orders, train

CLOCKS = {"items": "items seen", "steps": "steps", "seconds": "seconds"}
LANES = "ABC"
INSTANTS = 241
GRID = 41  # points of the surface, along either side


@dataclass(frozen=True)
class Lane:
    """One run. `F` of its steps are recorded; the loss is that on all training digits, not the mini-batch's."""

    size: int  # items a step
    run: Run
    at: Array  # (F,): what the clock says at each recorded step
    loss: Array  # (F,)
    path: Array  # (F, 2): its place in the common plane
    variance: float  # share of its path's variance that lies in that plane

    @property
    def detour(self) -> float:
        """How many times farther it walked than its ends lie apart, in all parameters; at least, if steps were left out."""
        points = self.run.parameters.astype(np.float64)
        straight = np.linalg.norm(points[-1] - points[0])
        return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum() / straight) if straight > 0 else 1.0

    @property
    def collapsed(self) -> bool:
        """Whether it ends by taking every digit for one and the same class."""
        return abs(float(self.run.valid_accuracy[-1]) - 0.5) < 0.02


@dataclass(frozen=True)
class Race:
    clock: str  # a key of CLOCKS
    epochs: int
    items: int  # in the training set
    valid: int  # validation digits
    lanes: tuple[Lane, ...]  # A, B, C: from the fewest items a step to all of them
    a: Array  # (GRID,): the surface's places along the plane's first direction
    b: Array
    surface: Array  # (GRID, GRID): the loss on all training digits; row j stands at b[j]

    @property
    def frames(self) -> Array:
        """Instants of the clock up to the end of the longest run: evenly spaced, those in seconds by their logarithms."""
        most = max(lane.at[-1] for lane in self.lanes)
        if self.clock == "seconds":
            return np.geomspace(min(lane.at[1] for lane in self.lanes), most, INSTANTS)
        count = min(INSTANTS, int(most) + 1) if self.clock == "steps" else INSTANTS
        instants = np.linspace(0, most, count)
        return instants.round() if self.clock == "steps" else instants

    def findings(self) -> list[str]:
        return [_work(self), _losses(self), *_collapses(self), (_speeds if self.clock == "seconds" else _detours)(self)]

    def instant(self) -> float:
        """The instant at which the first of the three has finished, and its end in equally many steps or items."""
        return min(float(lane.at[-1]) for lane in self.lanes)

    def numbers(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for name, lane in zip(LANES, self.lanes, strict=True):
            found |= {
                f"{name}: items a step": lane.size,
                f"{name}: steps": lane.run.steps,
                f"{name}: first loss": float(lane.loss[0]),
                f"{name}: last loss": float(lane.loss[-1]),
                f"{name}: last accuracy": float(lane.run.valid_accuracy[-1]),
                f"{name}: way walked over distance gained": lane.detour,
            }
        return found

    def table(self) -> dict[str, Array]:
        """Loss and accuracy of each run, at the instants of the clock."""
        columns = {CLOCKS[self.clock]: self.frames}
        for name, lane in zip(LANES, self.lanes, strict=True):
            rows = lane_rows(lane, self.frames)
            columns |= {f"loss {name}": lane.loss[rows], f"accuracy {name}": lane.run.valid_accuracy[rows]}
        return columns


def three_runs(recipe: Recipe, clock: str, digits: Digits) -> Race:
    """Train by `recipe` with one item a step, with its own batch size, and with all items, from the same parameters.

    Each trains for the recipe's epochs; on the clock "steps" each takes as many steps as the mini-batches do.
    """
    items = len(digits.x_train)
    middle = train(recipe, digits)
    if clock == "steps":
        one = single_steps(recipe, digits, middle.steps)
        whole = train(replace(recipe, batch_size=0, epochs=middle.steps), digits)
    else:
        one = train(replace(recipe, batch_size=1), digits)
        whole = train(replace(recipe, batch_size=0), digits)
    runs = {1: one, recipe.batch_size: middle, items: whole}
    plane = path_plane(np.concatenate([_thinned(run.parameters) for run in runs.values()]), middle.parameters[-1])
    plane = plane.fitted(np.concatenate([run.parameters for run in runs.values()]))
    x, y = digits.x_train, digits.y_train
    lanes = tuple(
        Lane(
            size,
            run,
            clock_of(run, size, clock),
            losses_at(recipe.model, run.parameters, x, y),
            plane.project(run.parameters),
            plane.variance_explained(run.parameters),
        )
        for size, run in runs.items()
    )
    surface = loss_surface(recipe.model, plane, x, y, GRID, ("loss",))
    return Race(clock, recipe.epochs, items, len(digits.x_valid), lanes, surface.a, surface.b, np.asarray(surface.loss))


def single_steps(recipe: Recipe, digits: Digits, steps: int) -> Run:
    """The first `steps` steps of `recipe` with one item a step, every one of them recorded as far as there is room."""
    items = len(digits.x_train)
    orders = epoch_orders(items, math.ceil(steps / items), True, recipe.seed)
    order = torch.cat([rows for rows in orders if rows is not None])[:steps]
    first = replace(digits, x_train=digits.x_train[order], y_train=digits.y_train[order])
    return train(replace(recipe, batch_size=1, epochs=1, shuffle=False), first)


def clock_of(run: Run, size: int, clock: str) -> Array:
    """What the clock says at each recorded step of a run with `size` items a step; (F,) float64."""
    if clock == "steps":
        return run.kept.astype(float)
    if clock == "seconds":
        return run.seconds * run.kept / run.steps
    epochs, steps = np.divmod(run.kept, run.steps_per_epoch)
    return (epochs * run.items + np.minimum(steps * size, run.items)).astype(float)


def lane_rows(lane: Lane, frames: Array) -> Array:
    """The lane's last recorded step at each instant of the clock, (frames,)."""
    return np.searchsorted(lane.at, frames + 1e-9, side="right") - 1


def _thinned(parameters: Array, rows: int = 80) -> Array:
    """Evenly spaced rows, so that each run weighs about as much where the plane is laid."""
    return parameters[np.linspace(0, len(parameters) - 1, rows).round().astype(int)]


def lane_name(lane: Lane, items: int) -> str:
    return "one item" if lane.size == 1 else f"all {items:,}" if lane.size == items else f"{lane.size} items"


def _each(texts: list[str]) -> str:
    return ", ".join(f"{text} ({name})" for name, text in zip(LANES, texts, strict=True))


def _work(race: Race) -> str:
    steps = [lane.run.steps for lane in race.lanes]
    if race.clock == "steps":
        seen = [f"{lane.size * lane.run.steps:,}" for lane in race.lanes[:1]]
        seen += [f"{int(race.epochs * race.items):,}", f"{race.items * steps[2]:,}"]
        return f"In {steps[1]:,} steps each, they looked at {_each(seen)} digits."
    counts = _each([f"{count:,}" for count in steps])
    passes = "1 epoch is one pass" if race.epochs == 1 else f"{race.epochs} epochs are {race.epochs} passes"
    return f"{passes} over all {race.items:,} digits, however many steps that takes: here {counts}."


def _losses(race: Race) -> str:
    instant = race.instant()
    when = f"after {1e3 * instant:.2g} ms" if race.clock == "seconds" else f"after {instant:,.0f} {CLOCKS[race.clock]}"
    losses = [float(lane.loss[lane_rows(lane, np.array([instant]))[0]]) for lane in race.lanes]
    lowest = LANES[int(np.argmin(losses))]
    accuracies = [float(lane.run.valid_accuracy[-1]) for lane in race.lanes]
    errors = [100 * math.sqrt(value * (1 - value) / race.valid) for value in accuracies]
    return (
        f"The :red[loss] on all of them begins at {race.lanes[0].loss[0]:.3f}; {when} it is {_each([f'{v:.3f}' for v in losses])}, lowest for "
        f"**{lowest}**. At the end the :blue[accuracy] on {race.valid} other digits is {_each([f'{v:.1%}' for v in accuracies])} (standard "
        f"errors {min(errors):.1f} to {max(errors):.1f} points)."
    )


def _collapses(race: Race) -> list[str]:
    fallen = [name for name, lane in zip(LANES, race.lanes, strict=True) if lane.collapsed]
    if not fallen or len(fallen) == len(LANES):
        return []
    return [
        f"**{' and '.join(fallen)} collapsed**: every digit is taken for the same class. Steps of this length need a steadier "
        ":violet[gradient]; the other runs take them without harm."
    ]


def _detours(race: Race) -> str:
    ways = _each([f"{lane.detour:.1f}" for lane in race.lanes])
    return f"The way that each walked through the 785 :green[parameters] is {ways} times as long as the distance it gained."


def _speeds(race: Race) -> str:
    steps = [lane.run.seconds / lane.run.steps * 1e6 for lane in race.lanes]
    epochs = [lane.run.seconds / race.epochs * 1e3 for lane in race.lanes]
    return (
        f"A step took {_each([f'{value:,.0f}' for value in steps])} µs, a whole epoch "
        f"{_each([f'{value:,.1f}' for value in epochs])} ms, measured once on this computer with all else that it was doing."
    )
