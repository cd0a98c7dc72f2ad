"""The surface that gradient descent walks down: the real loss on all training digits, over a plane in weight space."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import torch

from core.arrays import Array
from core.data.digits import DigitsName, load
from core.fields import batch_field, batch_size, device_field, digits_field, seed_field, start_field
from core.nn.models import InitName, ModelName, init_params
from core.nn.surfaces import Plane, Surface, loss_surface, losses_at, path_plane, random_plane
from core.nn.training import Recipe, Run, train
from core.settings import choice, integer, ladder, toggle

RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    model: ModelName = choice("linear", {"linear": "linear", "relu": "linear, ReLU, linear"}, "Model")
    plane: str = choice(
        "path",
        {"path": "the path's own", "random": "two random ones"},
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
        size = batch_size(self.batch_size, self.digits)
        rate, seed, device = self.learning_rate, self.seed, self.device
        return Recipe(model=self.model, init=self.init, learning_rate=rate, epochs=self.epochs, batch_size=size, shuffle=self.shuffle, seed=seed, device=device)


@dataclass(frozen=True)
class Result:
    settings: Settings
    run: Run
    plane: Plane
    surface: Surface
    path: np.ndarray  # (F, 2): where each recorded step falls in the plane
    true_loss: np.ndarray  # (F,): on all training digits, at the recorded parameters
    slice_loss: np.ndarray  # (F,): at their projections onto the plane
    variance: float  # share of the path's variance that lies in the plane

    @property
    def heights(self) -> Array:
        """The loss on the grid, (size, size); row j, column i stands at `surface.a[i]`, `surface.b[j]`."""
        return cast(Array, self.surface.loss)  # it was asked for


def experiment(settings: Settings) -> Result:
    """Train, choose the plane, and evaluate the loss exactly at every point of its grid."""
    digits, recipe = load(settings.digits), settings.recipe()
    run = train(recipe, digits)
    plane = zoomed(_plane(settings, run), settings.zoom)
    x, y = digits.x_train, digits.y_train
    surface = loss_surface(recipe.model, plane, x, y, settings.size, ("loss",))
    path = plane.project(run.parameters)
    true_loss = losses_at(recipe.model, run.parameters, x, y)
    slice_loss = losses_at(recipe.model, plane.at(path), x, y)
    return Result(settings, run, plane, surface, path, true_loss, slice_loss, plane.variance_explained(run.parameters))


def _plane(settings: Settings, run: Run) -> Plane:
    if settings.plane == "path":
        return path_plane(run.parameters)
    recipe = run.recipe
    like = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    return random_plane(torch.from_numpy(run.parameters[-1].copy()), like, settings.seed)


def zoomed(plane: Plane, factor: float) -> Plane:
    """The same plane, reaching `factor` times as far around its middle."""
    a_low, a_high, b_low, b_high = plane.extents
    a, b, wide, high = (
        (a_low + a_high) / 2,
        (b_low + b_high) / 2,
        factor * (a_high - a_low) / 2,
        factor * (b_high - b_low) / 2,
    )
    return replace(plane, extents=(a - wide, a + wide, b - high, b + high))


def numbers(result: Result) -> dict[str, float]:
    """The page's numbers, for its export."""
    surface = result.heights
    return {
        "steps": result.run.steps,
        "true loss at the start": float(result.true_loss[0]),
        "true loss at the end": float(result.true_loss[-1]),
        "loss in the slice at the end": float(result.slice_loss[-1]),
        "lowest loss of the grid": float(np.nanmin(surface)),
        "highest loss of the grid": float(np.nanmax(surface)),
        "share of the path's variance in the plane": result.variance,
        "validation accuracy at the end": float(result.run.valid_accuracy[-1]),
    }


def table(result: Result) -> dict[str, np.ndarray]:
    """The path: steps taken, place in the plane, true loss and loss in the slice."""
    return {
        "steps taken": result.run.kept,
        "direction 1": result.path[:, 0],
        "direction 2": result.path[:, 1],
        "true loss": result.true_loss,
        "loss in the slice": result.slice_loss,
        "validation accuracy": result.run.valid_accuracy,
    }


def grid_table(result: Result) -> dict[str, np.ndarray]:
    """The surface as three columns: direction 1, direction 2, loss."""
    a, b = np.meshgrid(result.surface.a, result.surface.b)
    return {"direction 1": a.ravel(), "direction 2": b.ravel(), "loss": result.heights.ravel()}


def gap(result: Result) -> float:
    """The largest distance between the true loss and the slice's, over the recorded path."""
    return float(np.nanmax(np.abs(result.true_loss - result.slice_loss)))


def findings(result: Result) -> list[str]:
    """What the picture shows and how far it can be trusted, from the result."""
    first, last = result.true_loss[[0, -1]]
    parameters = result.run.parameters.shape[1]
    went = "fell" if last < first else "rose"
    sentences = [
        f"In {result.run.steps:,} steps the :red[loss] on all {result.run.items:,} training digits {went} "
        f"from {first:.3f} to {last:.3f}; :blue[accuracy] on the validation digits is {result.run.valid_accuracy[-1]:.1%}.",
        f"This is a slice: 2 directions out of {parameters:,}. {result.variance:.1%} of the path's variance lies in it, "
        f"and the true loss is at most {gap(result):.3f} away from the loss drawn below it.",
    ]
    if result.plane.note:
        sentences.append(result.plane.note)
    if result.variance < 0.2:
        sentences.append(
            "So the path hardly moves in this picture: training moved in directions that it does not show."
        )
    return sentences


def in_plane(result: Result) -> str:
    """The answer to the page's question."""
    return "less than 5%" if result.variance < 0.05 else "about half" if result.variance < 0.75 else "nearly all"
