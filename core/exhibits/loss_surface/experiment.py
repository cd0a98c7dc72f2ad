"""The surface that gradient descent walks down: the real loss on all training digits, over a plane in weight space."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import DigitsName, load
from core.fields import batch_field, batch_size, device_field, digits_field, seed_field, start_field
from core.nn.models import InitName, ModelName, init_params
from core.nn.surfaces import Plane, Surface, loss_surface, losses_at, path_plane, random_plane
from core.nn.training import Recipe, Run, train
from core.settings import choice, integer, ladder, toggle

PATH, RANDOM = "path", "random"  # planes
RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    model: ModelName = choice("linear", {"linear": "linear", "relu": "linear, ReLU, linear"}, "Model")
    plane: str = choice(
        PATH,
        {PATH: "the path's own", RANDOM: "two random ones"},
        "Directions of the plane",
        "The path's own: the two directions along which training moved most. Random: filter-normalised.",
    )
    learning_rate: float = ladder(1.0, RATES, "Learning rate")
    epochs: int = integer(10, 1, 40, "Epochs")
    zoom: float = ladder(1.0, (0.25, 0.5, 1.0, 2.0, 4.0), "How far the plane reaches", more=True)
    batch_size: int = batch_field()
    shuffle: bool = toggle(True, "Shuffle the items every epoch", more=True)
    init: InitName = start_field()
    size: int = choice(51, {31: "31 × 31", 51: "51 × 51", 71: "71 × 71"}, "Points of the surface", more=True)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
    device: str = device_field()

    def recipe(self) -> Recipe:
        """The training run of these settings."""
        return Recipe(
            model=self.model,
            init=self.init,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=batch_size(self.batch_size, self.digits),
            shuffle=self.shuffle,
            seed=self.seed,
            device=self.device,
        )


@dataclass(frozen=True, kw_only=True)
class LossSurface:
    """The loss over a plane, and a recorded run of F frames, in that plane and as it truly is."""

    run: Run
    plane: Plane
    surface: Surface
    path: Array  # (F, 2) float64: where each recorded step falls in the plane
    true_loss: Array  # (F,) float32: on all training digits, at the recorded parameters
    slice_loss: Array  # (F,) float32: at their projections onto the plane
    variance: float  # share of the path's variance that lies in the plane

    @property
    def heights(self) -> Array:
        """The loss on the grid, (size, size); row j, column i stands at `surface.a[i]`, `surface.b[j]`."""
        return cast(Array, self.surface.loss)  # it was asked for

    @property
    def gap(self) -> float:
        """The largest distance between the true loss and the slice's, over the recorded path."""
        return float(np.nanmax(np.abs(self.true_loss - self.slice_loss)))

    def findings(self) -> list[str]:
        """What the picture shows, and how far it can be trusted."""
        first, last = self.true_loss[[0, -1]]
        sentences = [
            f"In {self.run.steps:,} steps the :red[loss] on all {self.run.items:,} training digits "
            f"{'fell' if last < first else 'rose'} from {first:.3f} to {last:.3f}; "
            f":blue[accuracy] on the validation digits is {self.run.valid_accuracy[-1]:.1%}.",
            f"This is a slice: 2 directions out of {self.run.parameters.shape[1]:,}. "
            f"{self.variance:.1%} of the path's variance lies in it, "
            f"and the true loss is at most {self.gap:.3f} away from the loss drawn below it.",
        ]
        if self.plane.note:
            sentences.append(self.plane.note)
        if self.variance < 0.2:
            sentences.append(
                "So the path hardly moves in this picture: training moved in directions that it does not show."
            )
        return sentences

    def numbers(self) -> Numbers:
        return {
            "steps": self.run.steps,
            "true loss at the start": float(self.true_loss[0]),
            "true loss at the end": float(self.true_loss[-1]),
            "loss in the slice at the end": float(self.slice_loss[-1]),
            "lowest loss of the grid": float(np.nanmin(self.heights)),
            "highest loss of the grid": float(np.nanmax(self.heights)),
            "share of the path's variance in the plane": self.variance,
            "validation accuracy at the end": float(self.run.valid_accuracy[-1]),
        }

    def table(self) -> Table:
        """The path: steps taken, place in the plane, true loss and loss in the slice."""
        return {
            "steps taken": self.run.kept,
            "direction 1": self.path[:, 0],
            "direction 2": self.path[:, 1],
            "true loss": self.true_loss,
            "loss in the slice": self.slice_loss,
            "validation accuracy": self.run.valid_accuracy,
        }


def experiment(settings: Settings) -> LossSurface:
    """Train, choose the plane, and evaluate the loss exactly at every point of its grid."""
    digits, recipe = load(settings.digits), settings.recipe()
    run = train(recipe, digits)
    plane = zoomed(_plane(settings, run), settings.zoom)
    x, y = digits.x_train.to(recipe.device), digits.y_train.to(recipe.device)
    path = plane.project(run.parameters)
    return LossSurface(
        run=run,
        plane=plane,
        surface=loss_surface(recipe.model, plane, x, y, settings.size, ("loss",)),
        path=path,
        true_loss=losses_at(recipe.model, run.parameters, x, y),
        slice_loss=losses_at(recipe.model, plane.at(path), x, y),
        variance=plane.variance_explained(run.parameters),
    )


def _plane(settings: Settings, run: Run) -> Plane:
    if settings.plane == PATH:
        return path_plane(run.parameters)
    recipe = run.recipe
    like = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    return random_plane(torch.from_numpy(run.parameters[-1].copy()), like, settings.seed)


def zoomed(plane: Plane, factor: float) -> Plane:
    """The same plane, reaching `factor` times as far around its middle."""
    a_low, a_high, b_low, b_high = plane.extents
    return replace(plane, extents=(*_widened(a_low, a_high, factor), *_widened(b_low, b_high, factor)))


def _widened(low: float, high: float, factor: float) -> tuple[float, float]:
    middle, reach = (low + high) / 2, factor * (high - low) / 2
    return middle - reach, middle + reach


def in_plane(result: LossSurface) -> str:
    """The answer to the page's question."""
    return "less than 5%" if result.variance < 0.05 else "about half" if result.variance < 0.75 else "nearly all"
