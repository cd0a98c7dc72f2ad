"""What is inside a model: its layers, their parameters, and what fastai says of it (chapter 4, claims 44 and 48)."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.neural_net.settings import Settings
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import HIDDEN, PIXELS
from core.nn.seeded import data_loader, seeded

ITEMS = 16  # images in the batch whose shapes are shown


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer: what it is written as, the shape it gives, its parameters."""

    code: str
    shape: tuple[int, ...]
    weights: int
    biases: int

    @property
    def parameters(self) -> int:
        return self.weights + self.biases


@dataclass(frozen=True)
class Text:
    """A line of fastai's code, and its answer."""

    code: str
    answer: str


@dataclass(frozen=True)
class Summary:
    """The net's layers and the linear model's; fastai's own words once they have arrived."""

    layers: tuple[Layer, ...]
    linear: Layer
    texts: tuple[Text, ...] = ()

    @property
    def total(self) -> int:
        """All parameters of the net."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def counts(self) -> Array:
        """Parameters of every layer, then of the linear model."""
        return np.array([layer.parameters for layer in (*self.layers, self.linear)])

    def findings(self) -> list[str]:
        counts = " + ".join(f"{layer.parameters:,}" for layer in self.layers)
        times = self.total / self.linear.parameters
        return [
            f"The net has {counts} = **{self.total:,}** :green[parameters], {times:.0f} times the linear model's "
            f"{self.linear.parameters:,}. A ReLU has none: there is nothing in it to learn.",
            "`learn.model` lists the layers and their sizes; `learn.summary()` counts the parameters of each. Neither "
            "shows their values: those are in `learn.model[0].weight`.",
        ]

    def numbers(self) -> Numbers:
        numbers: Numbers = {"inputs": PIXELS}
        for i, layer in enumerate(self.layers):
            numbers |= {
                f"parameters of layer {i}, {layer.code}": layer.parameters,
                f"outputs of layer {i}, {layer.code}": layer.shape[-1],
            }
        return numbers | {"parameters": self.total, "parameters of the linear model": self.linear.parameters}

    def table(self) -> Table:
        rows = [*self.layers, self.linear]
        return {
            "model": ["net"] * len(self.layers) + ["linear model"],
            "layer": [layer.code for layer in rows],
            "weights": [layer.weights for layer in rows],
            "biases": [layer.biases for layer in rows],
            "parameters": [layer.parameters for layer in rows],
        }


def lesson_model() -> nn.Sequential:
    """The lesson's third `simple_net`: linear, ReLU, linear.

    It draws its parameters without moving torch's generator.
    """
    with seeded(0):
        return nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))


def described(layer: nn.Module, batch: Tensor) -> tuple[Layer, Tensor]:
    """A layer and what it makes of a batch."""
    with torch.no_grad():
        batch = layer(batch)
    sizes = {name: parameter.numel() for name, parameter in layer.named_parameters()}
    linear = isinstance(layer, nn.Linear)
    code = f"nn.Linear({layer.in_features}, {layer.out_features})" if linear else f"nn.{type(layer).__name__}()"
    shape = tuple(batch.shape)
    return Layer(code=code, shape=shape, weights=sizes.get("weight", 0), biases=sizes.get("bias", 0)), batch


def begin(settings: Settings) -> Summary:
    """The layers of both models, with the shapes of a mini-batch on its way through them."""
    images, layers = load(settings.digits).x_train[:ITEMS], []
    batch = images
    for module in lesson_model():
        layer, batch = described(module, batch)
        layers.append(layer)
    with seeded(0):
        linear, _ = described(nn.Linear(PIXELS, 1), images)
    return Summary(tuple(layers), linear)


def ask_fastai(settings: Settings, stop: Callable[[], bool]) -> Iterator[Text]:
    """Build the lesson's Learner and ask it: `learn.model`, then `learn.summary()`."""
    import fastai.callback.hook  # noqa: F401 - gives a Learner its summary
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import SGD

    digits = load(settings.digits)
    train = list(zip(digits.x_train[:256], digits.y_train[:256], strict=True))
    valid = list(zip(digits.x_valid, digits.y_valid, strict=True))
    loaders = (data_loader(items, random.Random(0), bs=256) for items in (train, valid))
    dls = DataLoaders(*loaders, device=torch.device("cpu"))
    learn = Learner(dls, lesson_model(), opt_func=SGD, loss_func=mnist_loss, metrics=batch_accuracy)
    for code, ask in (("learn.model", lambda: repr(learn.model)), ("learn.summary()", lambda: str(learn.summary()))):
        if stop():
            return
        yield Text(code, ask().strip())


def join(result: Summary, arrived: Sequence[Text]) -> Summary:
    """The layers with what fastai has answered so far."""
    return replace(result, texts=tuple(arrived))


def experiment(settings: Settings) -> Summary:
    """The layers and fastai's answers, at once."""
    return join(begin(settings), list(ask_fastai(settings, lambda: False)))
