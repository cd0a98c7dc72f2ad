"""Three runs from one start: one item a step, a mini-batch a step, all items a step (fastbook chapter 4).

They can be compared after equally many steps, items or seconds; which of them leads depends on that.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.mini_batches.settings import CLOCKS, Settings
from core.exhibits.mini_batches.steps import steps_an_epoch
from core.nn.surfaces import Plane, loss_surface, losses_at, path_plane
from core.nn.training import Recipe, Run, epoch_orders, train

LETTERS = ("A", "B", "C")
INSTANTS = 241
GRID = 41  # points of the surface, along either side
CLEAR = 2.0  # how many times lower a loss must be to be called lower: rounding alone may move an end this far

CHAOTIC = {"steps": 3.0, "items": 1.0, "seconds": 1.0}
"""The learning rate, by the clock, from which rounding decides where the run on single items ends.

Two of its runs whose parameters begin 1e-7 apart then end with other losses; by steps it is the shortest.
"""


@dataclass(frozen=True, kw_only=True)
class Walk:
    """One run. `F` of its steps are recorded; the loss is that on all training digits, not the mini-batch's."""

    size: int  # items a step
    run: Run
    at: Array  # (F,): what the clock says at each recorded step
    loss: Array  # (F,)
    path: Array  # (F, 2): its place in the common plane
    variance: float  # share of its path's variance that lies in that plane

    @property
    def detour(self) -> float:
        """How many times farther it walked than its ends lie apart, in all parameters.

        Steps that were not recorded make it too small.
        """
        points = self.run.parameters.astype(np.float64)
        straight = np.linalg.norm(points[-1] - points[0])
        return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum() / straight) if straight > 0 else 1.0

    @property
    def collapsed(self) -> bool:
        """Whether it ends by taking every digit for one and the same class."""
        return abs(float(self.run.valid_accuracy[-1]) - 0.5) < 0.02

    def rows(self, instants: Array) -> Array:
        """The last recorded step at each instant of the clock, of the shape of `instants`."""
        return np.searchsorted(self.at, instants + 1e-9, side="right") - 1


@dataclass(frozen=True, kw_only=True)
class Paths:
    """The three runs, their paths over one loss surface, and the clock that they are compared by."""

    clock: str  # a key of CLOCKS
    epochs: int
    items: int  # in the training set
    valid: int  # validation digits
    walks: tuple[Walk, ...]  # A, B, C: from the fewest items a step to all of them
    a: Array  # (GRID,): the surface's places along the plane's first direction
    b: Array  # (GRID,)
    surface: Array  # (GRID, GRID): the loss on all training digits; row j stands at b[j]

    @property
    def instants(self) -> Array:
        """Instants of the clock up to the end of the longest run: evenly spaced, seconds by their logarithms."""
        most = max(walk.at[-1] for walk in self.walks)
        if self.clock == "seconds":
            return np.geomspace(min(walk.at[1] for walk in self.walks), most, INSTANTS)
        count = min(INSTANTS, int(most) + 1) if self.clock == "steps" else INSTANTS
        instants = np.linspace(0, most, count)
        return instants.round() if self.clock == "steps" else instants

    @property
    def names(self) -> list[str]:
        """What each run takes a step on, in words."""
        words = {1: "one item", self.items: f"all {self.items:,}"}
        return [words.get(walk.size, f"{walk.size} items") for walk in self.walks]

    def findings(self) -> list[str]:
        way = self._speeds() if self.clock == "seconds" else self._detours()
        return [self._work(), self._losses(), *self._collapses(), way]

    def _work(self) -> str:
        steps = [walk.run.steps for walk in self.walks]
        if self.clock == "steps":
            single, mini, full = self.walks[0].size * steps[0], self.epochs * self.items, self.items * steps[2]
            return f"In {steps[1]:,} steps each, they looked at {_lettered((single, mini, full), ',')} digits."
        passes = "1 epoch is one pass" if self.epochs == 1 else f"{self.epochs} epochs are {self.epochs} passes"
        counts = _lettered(steps, ",")
        return f"{passes} over all {self.items:,} digits, however many steps that takes: here {counts}."

    def _losses(self) -> str:
        instant = min(float(walk.at[-1]) for walk in self.walks)  # when the first has finished
        when = f"{1e3 * instant:.2g} ms" if self.clock == "seconds" else f"{instant:,.0f} {CLOCKS[self.clock]}"
        losses = [float(walk.loss[walk.rows(np.array([instant]))[0]]) for walk in self.walks]
        accuracies = [float(walk.run.valid_accuracy[-1]) for walk in self.walks]
        errors = [100 * math.sqrt(value * (1 - value) / self.valid) for value in accuracies]
        return (
            f"The :red[loss] on all of them begins at {self.walks[0].loss[0]:.3f}; after {when} it is "
            f"{_lettered(losses, '.3f')}, {_lowest(losses)}. At the end the :blue[accuracy] on {self.valid} "
            f"other digits is {_lettered(accuracies, '.1%')} (standard errors {min(errors):.1f} "
            f"to {max(errors):.1f} points).{self._draws()}"
        )

    def _draws(self) -> str:
        """That an end is one draw, where it is."""
        if self.walks[0].run.recipe.learning_rate < CHAOTIC[self.clock]:
            return ""
        return (
            " At this learning rate rounding errors grow from step to step, so the ends of the noisier runs are one "
            "draw: another computer gets others."
        )

    def _collapses(self) -> list[str]:
        fallen = [letter for letter, walk in zip(LETTERS, self.walks, strict=True) if walk.collapsed]
        if not fallen or len(fallen) == len(LETTERS):
            return []
        return [
            f"**{' and '.join(fallen)} collapsed**: every digit is taken for the same class. Steps of this length need "
            "a steadier :violet[gradient]; the other runs take them without harm."
        ]

    def _detours(self) -> str:
        ways = _lettered([walk.detour for walk in self.walks], ".1f")
        return (
            f"The way that each walked through the 785 :green[parameters] is {ways} times as long as the distance it "
            "gained."
        )

    def _speeds(self) -> str:
        steps = _lettered([walk.run.seconds / walk.run.steps * 1e6 for walk in self.walks], ",.0f")
        epochs = _lettered([walk.run.seconds / self.epochs * 1e3 for walk in self.walks], ",.1f")
        return (
            f"A step took {steps} µs, a whole epoch {epochs} ms, measured once on this computer with all else that it "
            "was doing."
        )

    def numbers(self) -> Numbers:
        """Seconds are not among them, since no two runs take the same."""
        numbers: Numbers = {"digits": self.items, "validation digits": self.valid, "epochs": self.epochs}
        for letter, walk in zip(LETTERS, self.walks, strict=True):
            numbers |= {
                f"{letter}: items a step": walk.size,
                f"{letter}: steps": walk.run.steps,
                f"{letter}: steps an epoch": steps_an_epoch(self.items, walk.size),
                f"{letter}: first loss": float(walk.loss[0]),
                f"{letter}: last loss": float(walk.loss[-1]),
                f"{letter}: last accuracy": float(walk.run.valid_accuracy[-1]),
                f"{letter}: way walked over distance gained": walk.detour,
            }
        return numbers | {"points of the surface along a side": GRID}

    def table(self) -> Table:
        """Loss and accuracy of each run, at the instants of the clock."""
        columns: Table = {CLOCKS[self.clock]: self.instants}
        for letter, walk in zip(LETTERS, self.walks, strict=True):
            rows = walk.rows(self.instants)
            columns |= {f"loss {letter}": walk.loss[rows], f"accuracy {letter}": walk.run.valid_accuracy[rows]}
        return columns


def _lowest(losses: Sequence[float]) -> str:
    """Which loss is the lowest, if that is clear."""
    order = np.argsort(losses)
    first, second = (LETTERS[int(i)] for i in order[:2])
    if losses[int(order[1])] > CLEAR * losses[int(order[0])]:
        return f"lowest for **{first}**"
    return f"lowest for {' and '.join(sorted((first, second)))}, too close to tell which"


def _lettered(values: Sequence[float], style: str) -> str:
    """Each run's number with its letter: 1,600 (A), 100 (B), 2 (C)."""
    return ", ".join(f"{value:{style}} ({letter})" for letter, value in zip(LETTERS, values, strict=True))


def recipe_of(settings: Settings) -> Recipe:
    """The run on mini-batches."""
    return Recipe(
        init=settings.init,
        learning_rate=settings.learning_rate,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        seed=settings.seed,
    )


def three_runs(recipe: Recipe, clock: str, digits: Digits) -> dict[int, Run]:
    """Train with one item a step, with the recipe's batch size, and with all items, from the same parameters.

    Each trains for the recipe's epochs; on the clock "steps" each takes as many steps as the mini-batches do.
    """
    mini = train(recipe, digits)
    if clock == "steps":
        single = single_steps(recipe, digits, mini.steps)
        full = train(replace(recipe, batch_size=0, epochs=mini.steps), digits)
    else:
        single = train(replace(recipe, batch_size=1), digits)
        full = train(replace(recipe, batch_size=0), digits)
    return {1: single, recipe.batch_size: mini, len(digits.x_train): full}


def single_steps(recipe: Recipe, digits: Digits, steps: int) -> Run:
    """The first `steps` steps of `recipe` with one item a step, all of them recorded as far as there is room."""
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


def common_plane(runs: Sequence[Run], center: Array) -> Plane:
    """The plane through `center` (P,) of the main directions of all the paths, wide enough for all of them."""
    plane = path_plane(np.concatenate([_thinned(run.parameters) for run in runs]), center)
    return plane.fitted(np.concatenate([run.parameters for run in runs]))


def _thinned(parameters: Array, rows: int = 80) -> Array:
    """Evenly spaced rows, so that each run weighs about as much where the plane is laid."""
    return parameters[np.linspace(0, len(parameters) - 1, rows).round().astype(int)]


def experiment(settings: Settings) -> Paths:
    """Train three times, and lay the three paths over one surface of the loss on all training digits."""
    digits, recipe = load("built-in"), recipe_of(settings)
    x, y = digits.x_train, digits.y_train
    runs = three_runs(recipe, settings.clock, digits)
    plane = common_plane(list(runs.values()), runs[recipe.batch_size].parameters[-1])
    walks = tuple(
        Walk(
            size=size,
            run=run,
            at=clock_of(run, size, settings.clock),
            loss=losses_at(recipe.model, run.parameters, x, y),
            path=plane.project(run.parameters),
            variance=plane.variance_explained(run.parameters),
        )
        for size, run in runs.items()
    )
    surface = loss_surface(recipe.model, plane, x, y, GRID, ("loss",))
    return Paths(
        clock=settings.clock,
        epochs=recipe.epochs,
        items=len(x),
        valid=len(digits.x_valid),
        walks=walks,
        a=surface.a,
        b=surface.b,
        surface=np.asarray(surface.loss),
    )
