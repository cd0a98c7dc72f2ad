"""Trainings, surfaces, features and chance, each on a device against the CPU or an oracle of its own."""

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from core import device as devices
from core.data.digits import Digits, load, ten_digits
from core.nn import head
from core.nn.backbone import Backbone, backbone
from core.nn.head import HeadSettings, train_head
from core.nn.models import ModelName, flatten, init_params, unflatten
from core.nn.seeded import seeded
from core.nn.surfaces import loss_surface, losses_at, path_plane, random_plane
from core.nn.ten_digits import first_parameters, train_ten
from core.nn.training import Recipe, epoch_orders, train
from tests.few_digits import few_digits
from tests.gpu.comparing import close, on_cpu_only

STEPS = 100


def by_autograd(recipe: Recipe, digits: Digits) -> list[float]:
    """Every mini-batch's loss in float64 on the CPU, by nn.Linear, autograd and torch's SGD; the lesson's distance."""
    first = init_params(recipe.model, recipe.init, recipe.seed, recipe.hidden)
    layers = [nn.Linear(w.shape[0], w.shape[1], dtype=torch.float64) for w in first[::2]]
    for layer, w, b in zip(layers, first[::2], first[1::2], strict=True):
        layer.weight.data, layer.bias.data = w.T.double(), b.double()
    model = nn.Sequential(layers[0], *(part for layer in layers[1:] for part in (nn.ReLU(), layer)))
    optimiser = torch.optim.SGD(model.parameters(), recipe.learning_rate)
    x, y, losses = digits.x_train.double(), digits.y_train.double(), []
    for order in epoch_orders(len(x), recipe.epochs, recipe.shuffle, recipe.seed):
        rows = torch.arange(len(x)) if order is None else order
        for batch in rows.split(recipe.batch_size or len(x)):
            loss = (y[batch] - model(x[batch]).sigmoid()).abs().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
    return losses


def training(device: str, model: ModelName, shuffle: bool = True) -> None:
    """A recorded run's curve over STEPS steps is autograd's in float64, and its frames are the CPU's."""
    digits = load("built-in")
    recipe = Recipe(model=model, init="uniform", learning_rate=0.5, epochs=2, shuffle=shuffle, device=device)
    run, here = train(recipe, digits), train(replace(recipe, device="cpu"), digits)
    assert run.steps == STEPS
    close(run.losses, by_autograd(recipe, digits), 1e-4, "losses")
    for field in ("kept", "parameters", "gradients", "valid_loss"):
        close(getattr(run, field), getattr(here, field), 1e-4, field)
    close(run.valid_accuracy, here.valid_accuracy, 1.1 / len(digits.y_valid), "accuracy")
    again = train(recipe, digits)
    for field in ("losses", "parameters", "gradients", "valid_loss"):
        np.testing.assert_array_equal(getattr(again, field), getattr(run, field), f"{field}, from the same seed")
    assert run.seconds > 0
    on_cpu_only(run)


def odd_batches(device: str) -> None:
    """Batches that do not divide the training set, a batch of everything, and a stop half-way."""
    digits = few_digits()
    for size in (37, 0):
        recipe = Recipe(model="relu", init="uniform", learning_rate=0.3, epochs=3, batch_size=size, device=device)
        close(train(recipe, digits).losses, by_autograd(recipe, digits), 1e-4, f"batches of {size}")
    answers = iter([False, True])
    recipe = Recipe(epochs=9, batch_size=37, device=device)
    assert train(recipe, digits, stop=lambda: next(answers)).steps == 3


def ten_digit_training(device: str) -> None:
    """All ten digits: softmax and cross-entropy by autograd on the device follow the program's NumPy, step by step."""
    digits, run = ten_digits(), train_ten(0.5, 2, 64, 42)
    x, y = digits.x_train.to(device), digits.y_train.to(device)
    weights, bias = (p.to(device).requires_grad_() for p in first_parameters(42))
    generator, losses = torch.Generator().manual_seed(43), []
    for _ in range(2):
        for rows in torch.randperm(len(x), generator=generator).split(64):
            loss = nn.functional.cross_entropy(x[rows] @ weights + bias, y[rows])
            slopes = torch.autograd.grad(loss, (weights, bias))
            with torch.no_grad():
                for p, slope in zip((weights, bias), slopes, strict=True):
                    p -= 0.5 * slope
            losses.append(loss.item())
    assert len(losses) >= STEPS
    close(losses, run.losses, 1e-4)
    close(weights.detach().cpu(), run.weights[-1], 1e-4)


def head_training(device: str) -> None:
    """The steps of a head on features, linear and with a hidden layer, are those of the CPU."""
    draw = np.random.default_rng(0)
    targets = np.arange(90) % 3
    features = np.abs(draw.normal(0, 1, (3, 200))[targets] + draw.normal(0, 1, (90, 200))).astype(np.float32)
    rows, every = np.arange(72), np.arange(90)
    for hidden in (0, 16):
        settings = HeadSettings(epochs=25, batch_size=16, weight_decay=0.01, hidden=hidden)
        here = train_head(features, targets, rows, every[72:], settings)
        chosen, y = torch.tensor(rows, device=device), torch.tensor(targets, device=device)
        x, _, _ = head.standardised(torch.tensor(features, device=device), chosen)
        if not hidden:
            x, _ = head.within_span(x, chosen)
        parameters = [p.to(device) for p in head.first_parameters(x.shape[1], 3, settings)]
        run = head.descend(x, y, chosen, parameters, settings, lambda: False)
        assert len(run.losses) >= STEPS
        close(run.losses, here.losses, 1e-4, f"losses, hidden {hidden}")
        close(head.forward(x, parameters)[-1].cpu(), here.logits, 1e-3, f"logits, hidden {hidden}")
        close(run.frames[-1].losses.cpu()[72:].mean(), here.valid_loss[-1], 1e-4)


def surface(device: str, model: ModelName) -> None:
    """Every tenth row and column of a surface against float64 on the CPU, all of it against the CPU's."""
    digits = load("built-in")
    x, y = digits.x_train, digits.y_train
    like = init_params(model, "uniform", 5)
    plane = random_plane(flatten(like).to(device), like, 5)
    close(plane.first.cpu(), random_plane(flatten(like), like, 5).first, 1e-6, "direction")
    found, here = (loss_surface(model, plane, x.to(at), y.to(at)) for at in (device, "cpu"))
    close(found.loss, here.loss, 1e-5, "loss")
    close(found.accuracy, here.accuracy, 3.1 / len(x), "accuracy")
    vectors = [v.cpu().double() for v in (plane.origin, plane.first, plane.second)]
    for j in range(0, 51, 10):
        for i in range(0, 51, 10):
            point = vectors[0] + float(found.a[i]) * vectors[1] + float(found.b[j]) * vectors[2]
            first, bias, *top = unflatten(point, like)
            logits = x.double() @ first + bias
            if top:
                logits = logits.clamp_min(0) @ top[0] + top[1]
            close(found.loss[j, i], (y - logits.sigmoid()).abs().mean(), 1e-5, f"row {j}, column {i}")
    path = flatten(like) + torch.arange(7)[:, None] * vectors[1].float() * 0.1
    close(losses_at(model, path.to(device), x.to(device), y.to(device)), losses_at(model, path, x, y), 1e-5, "path")
    own = path_plane(path.to(device))
    close(own.at(own.project(path)).cpu(), path, 1e-4, "the path's own plane")


def feature_rows(device: str, name: str = "lite0") -> None:
    """A body's features and its ImageNet classes, to a thousandth of the features' size."""
    pixels = np.random.default_rng(1).integers(0, 256, (4, 96, 96, 3), dtype=np.uint8)
    here = backbone(name)
    there = moved(here, device)
    expected = here.features(pixels)
    found = there.features(pixels)
    close(found, expected, 1e-3 * float(np.abs(expected).max()), "features")
    close(there.imagenet(found), here.imagenet(expected), 1e-3, "probabilities")
    assert all(p.device.type == "cpu" for p in here.body.parameters())


def moved(body: Backbone, device: str) -> Backbone:
    """The same body on another device."""
    from copy import deepcopy

    devices.exactly(device)
    there = deepcopy(body.body).to(device)
    return replace(body, body=there, weight=body.weight.to(device), bias=body.bias.to(device))


def float32_products(device: str) -> None:
    """A product and a convolution in float32 are as exact as float32 is: TF32 would be a hundred times worse."""
    devices.exactly(device)
    generator = torch.Generator().manual_seed(1)
    a, b = (torch.randn(512, 512, generator=generator) for _ in range(2))
    close((a.to(device) @ b.to(device)).cpu(), (a.double() @ b.double()).float(), 2e-4, "product")
    x, w = torch.randn(4, 64, 20, 20, generator=generator), torch.randn(64, 64, 3, 3, generator=generator)
    found = nn.functional.conv2d(x.to(device), w.to(device)).cpu()
    close(found, nn.functional.conv2d(x.double(), w.double()).float(), 2e-3, "convolution")


def generators(device: str) -> None:
    """What is drawn on the device inside `seeded` is its seed's; afterwards an NVIDIA GPU goes on as if untouched."""
    torch.rand(1, device=device)
    before = torch.cuda.get_rng_state() if device == "cuda" and torch.cuda.is_initialized() else None
    drawn = []
    for seed in (3, 3, 4):
        with seeded(seed):
            drawn.append(torch.rand(5, device=device).cpu())
    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    if before is not None:
        assert torch.equal(torch.cuda.get_rng_state(), before)
