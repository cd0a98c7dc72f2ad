"""`xb @ weights + bias`, held against plain sums, torch.nn and torch.optim; and its scene."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.data.digits import load
from core.exhibits.digits_as_numbers.multiply import TRIES, Product, parameters_of
from core.exhibits.digits_as_numbers.settings import EPOCHS
from core.nn.losses import mnist_loss
from core.nn.models import init_params
from core.nn.training import epoch_orders
from core.stage.panels import Curve, LivingNumber, Pixels, PointedNumber, Steps
from tests.exhibits.digits_as_numbers.results import result, scene
from tests.stage.panels import panels


def test_trained_parameters_are_those_of_torch_optim() -> None:
    digits = load("built-in")
    model = torch.nn.Linear(784, 1)
    weights, bias = init_params("linear", "uniform", 7)
    with torch.no_grad():
        model.weight.copy_(weights.T)
        model.bias.copy_(bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    for order in epoch_orders(len(digits.x_train), EPOCHS, True, 7):
        assert order is not None
        for rows in order.split(16):
            mnist_loss(model(digits.x_train[rows]), digits.y_train[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
    weights, bias = parameters_of("trained", "built-in", 7)
    torch.testing.assert_close(weights, model.weight.detach().T, atol=2e-4, rtol=0)
    torch.testing.assert_close(bias, model.bias.detach(), atol=2e-4, rtol=0)


@pytest.mark.parametrize("weights", ["trained", "random"])
def test_the_sum_of_products_is_the_models_output(weights: str) -> None:
    product = result(view="multiply", weights=weights, digit=7, index=3, items=4)
    assert isinstance(product, Product)
    w, b = parameters_of(weights, "built-in", 42)
    for rows in (0, 9, 28):
        pixels = zip(product.image[: 28 * rows], w[: 28 * rows, 0], strict=True)
        total = math.fsum(float(x) * float(v) for x, v in pixels)
        assert product.running[rows] == pytest.approx(total, abs=1e-5)
    outputs = F.linear(torch.from_numpy(product.batch), w.T, b)[:, 0]
    torch.testing.assert_close(torch.from_numpy(product.outputs), outputs)
    assert product.logit == pytest.approx(outputs[-1].item(), abs=1e-5)
    assert product.products == pytest.approx(product.image * w[:, 0].numpy())
    assert len(product.model.weights) + 1 == sum(p.numel() for p in torch.nn.Linear(784, 1).parameters())


@pytest.mark.parametrize("weights", ["trained", "random"])
def test_a_black_picture_leaves_the_bias_alone(weights: str) -> None:
    for seed in range(3):
        _, bias = parameters_of(weights, "built-in", seed)
        black = {"view": "multiply", "picture": "black", "weights": weights, "seed": seed}
        assert result(**black, bias=False).logit == 0.0
        assert result(**black).logit == bias.item() != 0.0


@pytest.mark.parametrize("items", [1, 16, 784])
def test_trials_are_what_their_code_does(items: int) -> None:
    product = result(view="multiply", items=items)
    weights, bias = parameters_of("trained", "built-in", 42)
    names = {"xb": torch.from_numpy(product.batch), "weights": weights, "bias": bias}
    assert [trial.code for trial in product.trials] == list(TRIES)
    for trial in product.trials:
        if trial.shape is None:
            with pytest.raises(RuntimeError) as raised:
                eval(trial.code, dict(names))
            assert trial.error == str(raised.value)
        else:
            assert tuple(eval(trial.code, dict(names)).shape) == trial.shape
    matrix, star, turned, flat = product.trials
    assert matrix.shape == (items, 1)
    assert star.shape == (None if items == 16 else (784, 784))
    assert turned.shape == flat.shape == (items, 784)


def test_findings_say_what_is_broken() -> None:
    star = result(view="multiply", operator="*").findings()[0]
    assert "RuntimeError, “The size of tensor a (16) must match the size of tensor b (784)" in star
    assert "There should be 16" in star
    assert f"{16 * 784:,} numbers" in star
    assert "happen to fit" in result(view="multiply", operator="*", items=784).findings()[0]
    black = result(view="multiply", picture="black", bias=False).findings()[0]
    assert "**0**: without a bias" in black


def test_readout_multiplies_and_shares() -> None:
    drawn = scene(view="multiply")
    x, w, xw = panels(drawn, Pixels)
    (running,), (steps,) = panels(drawn, Curve), panels(drawn, Steps)
    np.testing.assert_allclose(xw.array, x.array * w.array, rtol=1e-6)
    (share,) = (part for part in xw.hover or () if isinstance(part, PointedNumber) and part.digits == 2)
    np.testing.assert_allclose(share.value.sum(), 100, rtol=1e-4)
    assert running.series[1].y[28, 0] == pytest.approx(xw.array.sum(), rel=1e-4)
    _, _, bias, matrix, *_ = steps.steps
    parts = [part.value[0, part.at] for part in bias.formula if isinstance(part, LivingNumber)]
    assert parts[2] == pytest.approx(parts[0] + parts[1], rel=1e-5)
    (last,) = (part for part in matrix.formula if isinstance(part, LivingNumber))
    assert last.value[0, -1] == pytest.approx(parts[2], rel=1e-4)


def test_alt_text_is_plain() -> None:
    alt = scene(view="multiply", operator="*").alt
    assert "`" not in alt
    assert "xb × weights + bias: RuntimeError" in alt
