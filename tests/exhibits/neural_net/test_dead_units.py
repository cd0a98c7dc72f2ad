"""Dead units: the leaky net held against autograd and torch.optim, the lit ones counted one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import leaky_relu

from core.exhibits.neural_net.dead_units import dead_units, leaky_gradients, lit, shaped, train_leaky
from core.exhibits.neural_net.net import trained
from core.exhibits.neural_net.settings import DEAD
from core.nn.losses import mnist_loss
from core.nn.models import init_params
from core.nn.training import Recipe, epoch_orders
from core.stage.panels import Curve, Pixels
from tests.exhibits.neural_net.results import digits, result, run_of, scene, torch_net
from tests.stage.panels import panels

SHORT = Recipe(model="relu", init="uniform", learning_rate=0.1, epochs=2, batch_size=16, shuffle=True, seed=42)


@pytest.mark.parametrize("leak", [0.0, 0.01, 0.3])
def test_leaky_gradients_are_autograds(leak: float) -> None:
    x, y = digits().x_train[::53], digits().y_train[::53]
    parameters = [p.requires_grad_() for p in init_params("relu", "randn", 3)]
    w1, b1, w2, b2 = parameters
    mnist_loss(leaky_relu(x @ w1 + b1, leak) @ w2 + b2, y).backward()
    ours = leaky_gradients(x.numpy(), y.numpy(), [p.detach().numpy() for p in parameters], leak)
    for p, slope in zip(parameters, ours, strict=True):
        assert p.grad is not None
        np.testing.assert_allclose(slope, p.grad.numpy(), atol=1e-5)


def test_without_a_leak_it_is_the_recorded_run() -> None:
    run = trained(SHORT, "built-in")
    ours = train_leaky(SHORT, digits(), run.kept.tolist(), leak=0.0)
    np.testing.assert_allclose(ours, run.parameters, atol=1e-5)


def test_with_a_leak_it_is_torchs_sgd() -> None:
    recipe = replace(SHORT, epochs=1)
    net = torch_net(torch.cat([p.flatten() for p in init_params("relu", "uniform", 42)]).numpy())
    net[1] = nn.LeakyReLU()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    (order,) = epoch_orders(800, 1, True, 42)
    assert order is not None
    for rows in order.split(16):
        opt.zero_grad()
        mnist_loss(net(digits().x_train[rows]), digits().y_train[rows]).backward()
        opt.step()
    last = train_leaky(recipe, digits(), [50])[-1]
    np.testing.assert_allclose(shaped(last)[0], net[0].weight.detach().numpy().T, atol=1e-5)


def test_lit_is_counted_unit_by_unit() -> None:
    rows = np.stack([torch.cat([p.flatten() for p in init_params("relu", "randn", seed)]).numpy() for seed in (1, 2)])
    x = digits().x_train[::40]
    share = lit(rows, x.numpy())
    for row, ours in zip(rows, share, strict=True):
        w1, b1, _, _ = (torch.from_numpy(p) for p in shaped(row))
        by_hand = [sum(float(image @ w1[:, unit] + b1[unit]) > 0 for image in x) / len(x) for unit in (0, 7, 29)]
        assert ours[[0, 7, 29]] == pytest.approx(by_hand)


def test_a_large_step_kills_units_and_no_gradient_reaches_them() -> None:
    dead = result(view=DEAD, learning_rate=10.0)
    relu, _ = dead.nets
    assert relu.dead[0] == 0
    assert relu.dead.max() >= 5
    assert relu.slope == 0
    last = run_of(learning_rate=10.0).tensors(-1)
    hidden = (digits().x_train @ last[0] + last[1]).clamp_min(0)
    assert int((hidden == 0).all(0).sum()) == relu.dead[-1]
    assert f"**{relu.dead[-1]} of 30 units are dead**" in dead.findings()[0]
    assert dead_units(dead.recipe, "built-in") is dead


def test_an_end_that_rounding_decides_is_called_chaotic() -> None:
    assert "chaotic" in result(view=DEAD, learning_rate=3.0).findings()[-1]
    assert "harm" in result(view=DEAD).findings()[-1]
    assert "one class" in result(view=DEAD, learning_rate=30.0).findings()[-1]


def test_dead_units_are_marked() -> None:
    one = scene(view=DEAD, learning_rate=10.0)
    (relu, _), (count, _) = panels(one, Pixels), panels(one, Curve)
    assert relu.tiles is not None
    assert relu.tiles.good is not None
    dead = relu.tiles.text[-1] == 0
    assert dead.sum() == count.series[0].y[-1] > 0
    assert np.array_equal(relu.tiles.good[-1] == 0, dead)
