"""What is inside a model: its layers, their parameters, and what fastai says of it (chapter 4, claims 39, 44 and 48)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from core.arrays import Array
from core.data.digits import Digits
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import HIDDEN, PIXELS, init_params

ITEMS = 16  # images in the batch whose shapes are shown


def lesson_model() -> nn.Sequential:
    """The lesson's third `simple_net`: linear, ReLU, linear. It draws its parameters without moving torch's generator."""
    with torch.random.fork_rng(devices=[]):
        return nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))


@dataclass(frozen=True)
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
    """What one line of fastai really answered."""

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
        return sum(layer.parameters for layer in self.layers)

    def findings(self) -> list[str]:
        counts = " + ".join(f"{layer.parameters:,}" for layer in self.layers)
        return [
            f"The net has {counts} = **{self.total:,}** :green[parameters], {self.total / self.linear.parameters:.0f} times the "
            f"linear model's {self.linear.parameters:,}. A ReLU has none: there is nothing in it to learn.",
            "`learn.model` lists the layers and their sizes; `learn.summary()` counts the parameters of each. Neither shows "
            "their values: those are in `learn.model[0].weight`.",
        ]

    def numbers(self) -> dict[str, float]:
        found: dict[str, float] = {
            f"parameters of layer {i}, {layer.code}": layer.parameters for i, layer in enumerate(self.layers)
        }
        return found | {"parameters": self.total, "parameters of the linear model": self.linear.parameters}

    def table(self) -> dict[str, list]:
        rows = [*self.layers, self.linear]
        return {
            "model": ["net"] * len(self.layers) + ["linear model"],
            "layer": [layer.code for layer in rows],
            "weights": [layer.weights for layer in rows],
            "biases": [layer.biases for layer in rows],
            "parameters": [layer.parameters for layer in rows],
        }


def described(layer: nn.Module, batch: Tensor) -> tuple[Layer, Tensor]:
    """A layer and what it makes of a batch."""
    with torch.no_grad():
        batch = layer(batch)
    sizes = {name: parameter.numel() for name, parameter in layer.named_parameters()}
    linear = isinstance(layer, nn.Linear)
    code = f"nn.Linear({layer.in_features}, {layer.out_features})" if linear else f"nn.{type(layer).__name__}()"
    return Layer(code, tuple(batch.shape), sizes.get("weight", 0), sizes.get("bias", 0)), batch


def summary(digits: Digits) -> Summary:
    """The layers of both models, with the shapes of a mini-batch on its way through them."""
    batch, layers = digits.x_train[:ITEMS], []
    first = batch
    for module in lesson_model():
        layer, batch = described(module, batch)
        layers.append(layer)
    with torch.random.fork_rng(devices=[]):
        linear, _ = described(nn.Linear(PIXELS, 1), first)
    return Summary(tuple(layers), linear)


def ask_fastai(digits: Digits, stop: Callable[[], bool]) -> Iterator[Text]:
    """Build the lesson's Learner and ask it: `learn.model`, then `learn.summary()`."""
    import fastai.callback.hook  # noqa: F401 - gives a Learner its summary
    from fastai.data.core import DataLoaders
    from fastai.data.load import DataLoader
    from fastai.learner import Learner
    from fastai.optimizer import SGD

    train = list(zip(digits.x_train[:256], digits.y_train[:256], strict=True))
    valid = list(zip(digits.x_valid, digits.y_valid, strict=True))
    dls = DataLoaders(DataLoader(train, bs=256), DataLoader(valid, bs=256), device=torch.device("cpu"))
    learn = Learner(dls, lesson_model(), opt_func=SGD, loss_func=mnist_loss, metrics=batch_accuracy)
    for code, ask in (("learn.model", lambda: repr(learn.model)), ("learn.summary()", lambda: str(learn.summary()))):
        if stop():
            return
        yield Text(code, ask().strip())


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


@dataclass(frozen=True)
class Noted:
    """Both versions run on one mini-batch: each line, the shape it gives, and which parameters got a gradient."""

    lesson: tuple[tuple[str, tuple[int, ...]], ...]
    notes: tuple[tuple[str, tuple[int, ...]], ...]
    learning: dict[str, tuple[bool, bool]]  # parameter: whether it got a gradient in the lesson's, in the notes'
    losses: tuple[float, float]

    def findings(self) -> list[str]:
        outputs = self.notes[-1][1]
        idle = [name for name, (_, notes) in self.learning.items() if not notes]
        return [
            f"The notes' `simple_net` raises no error, and that is the trap: it gives {outputs[1]} numbers for each of the "
            f"{outputs[0]} images where one is wanted, and `mnist_loss` quietly takes their mean, {self.losses[1]:.3f}.",
            f"Its third line begins again from `xb`, so what the second one made is thrown away. `{'` and `'.join(idle)}` take no "
            "part and get no :violet[gradient]: they could never be learned.",
            f"And `res.max(0)` is no ReLU: it takes the largest along axis 0, over the images, {self.notes[1][1]} instead of "
            f"{self.lesson[1][1]}.",
        ]

    def numbers(self) -> dict[str, float]:
        return {
            "outputs per image, lesson": self.lesson[-1][1][1],
            "outputs per image, notes": self.notes[-1][1][1],
            "loss, lesson": self.losses[0],
            "loss, notes": self.losses[1],
            "parameters without a gradient, notes": sum(not notes for _, notes in self.learning.values()),
        }

    def table(self) -> dict[str, list[str]]:
        lines = [("lesson", *line) for line in self.lesson] + [("notes", *line) for line in self.notes]
        version, code, shape = zip(*lines, strict=True)
        return {"version": list(version), "line": list(code), "shape": [str(tuple(s)) for s in shape]}


def as_noted(digits: Digits, seed: int) -> Noted:
    """Run both versions forward and backward from the same parameters."""
    order = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(seed))[:ITEMS]
    xb, yb = digits.x_train[order], digits.y_train[order]
    shapes, slopes, losses = [], [], []
    for lines in (lesson_lines, noted_lines):
        parameters = [p.requires_grad_() for p in init_params("relu", "uniform", seed)]
        steps = list(lines(xb, *parameters))
        loss = mnist_loss(steps[-1][1], yb)
        loss.backward()
        shapes.append(tuple((code, tuple(res.shape)) for code, res in steps))
        slopes.append([p.grad is not None for p in parameters])
        losses.append(loss.item())
    learning = dict(zip(("w1", "b1", "w2", "b2"), zip(*slopes, strict=True), strict=True))
    return Noted(shapes[0], shapes[1], learning, (losses[0], losses[1]))


def layer_counts(found: Summary) -> Array:
    """Parameters of every layer, then of the linear model."""
    return np.array([layer.parameters for layer in (*found.layers, found.linear)])
