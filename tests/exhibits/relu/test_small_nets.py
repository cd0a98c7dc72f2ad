"""Small nets and their activations: held against autograd, finite differences and torch.optim."""

from typing import Any

import pytest
import torch
from torch import nn

from core.exhibits.relu.any_curve import grid, target
from core.exhibits.relu.small_nets import (
    Plan,
    _batches,
    early_steps,
    forward,
    init_nets,
    losses,
    net_gradients,
    never_on,
    record,
    training,
)
from core.nn.activations import ACTIVATIONS, values_and_slopes

TORCH = {
    "relu": nn.ReLU(),
    "leaky": nn.LeakyReLU(),
    "gelu": nn.GELU(),
    "silu": nn.SiLU(),
    "tanh": nn.Tanh(),
    "sigmoid": nn.Sigmoid(),
    "identity": nn.Identity(),
}
EVERY = pytest.mark.parametrize("key", ACTIVATIONS)


@EVERY
def test_activation_is_pytorchs_and_its_slope_is_autograds(key: str) -> None:
    x = torch.linspace(-4, 4, 82, dtype=torch.float64)  # an even number of places: 0 is not among them
    activation = ACTIVATIONS[key]
    y, slope = values_and_slopes(TORCH[key], x)
    torch.testing.assert_close(activation.function(x), y)
    torch.testing.assert_close(activation.slope(x), slope)
    rise = (activation.function(x + 1e-6) - activation.function(x - 1e-6)) / 2e-6
    torch.testing.assert_close(activation.slope(x), rise, rtol=1e-4, atol=1e-6)


def plan(*seeds: int, **change: Any) -> Plan:
    """One step of small nets, but for the change."""
    return Plan(**{"seeds": seeds, "hidden": 4, "learning_rate": 0.1, "steps": 1, **change})


def batch(inputs: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(12, inputs, generator=generator)
    return x, (torch.rand(12, 1, generator=generator) > 0.5).float()


@EVERY
@pytest.mark.parametrize("loss", ["mse", "distance"])
def test_gradients_are_autograds(key: str, loss: str) -> None:
    x, y = batch(2)
    parameters = [p.requires_grad_() for p in init_nets(2, plan(1, 2, 3))]
    w1, b1, w2, b2 = parameters
    outputs = TORCH[key](x @ w1 + b1) @ w2 + b2
    losses(outputs, y, loss).sum().backward()
    slopes = net_gradients(x, y, [p.detach() for p in parameters], key, loss)
    for p, slope in zip(parameters, slopes, strict=True):
        torch.testing.assert_close(slope, p.grad)
    torch.testing.assert_close(
        forward(x, [p.detach() for p in parameters], ACTIVATIONS[key].function), outputs.detach()
    )


@pytest.mark.parametrize("key", ["relu", "tanh"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_training_takes_the_steps_of_torch_optim(key: str, momentum: float) -> None:
    x, y = batch(2)
    chosen = plan(5, learning_rate=0.05, steps=30, activation=key, batch_size=0, momentum=momentum)
    first, second = nn.Linear(2, 4), nn.Linear(4, 1)
    w1, b1, w2, b2 = init_nets(2, chosen)
    for layer, weight, bias in ((first, w1, b1), (second, w2, b2)):
        layer.weight.data, layer.bias.data = weight[0].T.clone(), bias[0, 0].clone()
    model = nn.Sequential(first, TORCH[key], second)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=momentum)
    for _ in range(30):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
    *_, (step, last) = training(x, y, chosen)
    assert step == 30
    torch.testing.assert_close(last[0][0].T, first.weight.data, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(last[3][0, 0], second.bias.data, rtol=1e-4, atol=1e-5)


def test_a_run_depends_on_its_own_seed_alone() -> None:
    x = grid().float()
    y = target("sine", x)
    _, together = record(x, y, plan(7, 8, 9, hidden=5, steps=40))
    _, alone = record(x, y, plan(8, hidden=5, steps=40))
    for p, q in zip(together, alone, strict=True):
        torch.testing.assert_close(p[:, 1], q[:, 0])


def test_first_parameters_are_drawn_as_nn_linear_draws_them() -> None:
    w1, b1, w2, b2 = init_nets(4, plan(*range(50), hidden=16))
    for drawn, bound in ((w1, 0.5), (b1, 0.5), (w2, 0.25), (b2, 0.25)):
        assert drawn.abs().max() <= bound
        assert drawn.abs().max() > 0.9 * bound
    torch.testing.assert_close(init_nets(4, plan(*range(50), hidden=16, shift=-2.0))[1], b1 - 2)


@pytest.mark.parametrize("steps", [1, 10, 80, 1000])
def test_early_steps_ascend_from_0_to_the_last(steps: int) -> None:
    kept = early_steps(steps, 81)
    assert (kept[0], kept[-1]) == (0, steps)
    assert sorted(set(kept)) == kept
    assert len(kept) <= 81


def test_units_whose_inputs_are_no_numbers_are_not_called_dead() -> None:
    before = torch.tensor([[-1.0, 1.0, float("nan")], [-2.0, -1.0, float("nan")]])
    assert never_on(before).tolist() == [True, False, False]


@pytest.mark.parametrize("runs", [1, 3])
def test_mini_batches_bring_every_item_once_an_epoch_in_parts_as_equal_as_can_be(runs: int) -> None:
    x = torch.arange(129.0)[:, None]
    chosen = plan(*range(runs), hidden=2, steps=18)
    seen = [xb for xb, _ in _batches(x, 2 * x, chosen)]
    assert [xb.shape[1] for xb in seen[:9]] == [15, 15, 15, 14, 14, 14, 14, 14, 14]
    assert len(seen) == 18
    for epoch in (seen[:9], seen[9:]):
        for order in torch.cat(epoch, 1)[..., 0]:
            assert order.sort().values.tolist() == list(range(129))
    assert not torch.equal(seen[0], seen[9])
    assert all(torch.equal(2 * xb, yb) for xb, yb in _batches(x, 2 * x, chosen))
