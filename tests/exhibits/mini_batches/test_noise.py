"""The gradient's noise: held against autograd, plain loops and the law it should follow."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.mini_batches.noise import (
    DRAWS,
    SHOWN,
    SIZES,
    _main_noise,
    because,
    fitted_slope,
    fraction,
    gradient_noise,
    item_gradients,
    random_batches,
)
from core.nn.losses import mnist_loss
from core.nn.models import flatten, init_params, linear1
from core.nn.training import Recipe, gradient_at
from core.stage.panels import Curve, Pixels, Plot
from tests.exhibits.mini_batches.results import SEEDS, digits, result, scene
from tests.stage.panels import panels


@settings(max_examples=2)
@given(SEEDS, st.sampled_from(["randn", "uniform"]))
def test_item_gradients_are_autograds(seed: int, init: str) -> None:
    parameters = init_params("linear", init, seed)
    x, y = digits().x_train[::97], digits().y_train[::97]
    each = item_gradients(parameters, x, y)
    for row in range(len(x)):
        leaves = [p.clone().requires_grad_() for p in parameters]
        mnist_loss(linear1(x[[row]], leaves), y[[row]]).backward()
        torch.testing.assert_close(each[row], flatten([p.grad for p in leaves]), rtol=1e-4, atol=1e-7)
    everything = gradient_at(Recipe(), parameters, digits(), slice(None))
    mean = item_gradients(parameters, digits().x_train, digits().y_train).mean(0)
    torch.testing.assert_close(mean, everything, rtol=1e-4, atol=1e-7)


@settings(max_examples=20)
@given(st.integers(1, 40), st.booleans(), SEEDS)
def test_random_batches_weigh_their_items(size: int, replacement: bool, seed: int) -> None:
    weights = random_batches(40, size, 7, replacement, torch.Generator().manual_seed(seed))
    counts = weights * size
    torch.testing.assert_close(counts, counts.round(), rtol=0, atol=1e-4)
    torch.testing.assert_close(weights.sum(1), torch.ones(7))
    if not replacement:
        assert counts.max() <= 1 + 1e-4
        assert ((counts > 0.5).sum(1) == size).all()


def test_noise_is_what_a_plain_loop_measures() -> None:
    model = init_params("linear", "uniform", 42)
    noise = gradient_noise(model, digits(), False, 5)
    full = gradient_at(Recipe(), model, digits(), slice(None))
    generator = torch.Generator().manual_seed(5)
    for row, size in enumerate(SIZES[:4]):
        order = torch.rand(DRAWS, 800, generator=generator).argsort(1)[:, :size]
        gradients = torch.stack([gradient_at(Recipe(), model, digits(), rows) for rows in order])
        away = (gradients - full).norm(dim=1) / full.norm()
        assert noise.rms[row] == pytest.approx(away.square().mean().sqrt().item(), rel=1e-3)
        assert noise.mean[row] == pytest.approx(away.mean().item(), rel=1e-3)
        assert noise.uphill[row] == pytest.approx((gradients @ full < 0).float().mean().item(), abs=0.01)
        along = gradients @ full / full.norm() ** 2
        np.testing.assert_allclose(noise.cloud[row, :, 0], along, atol=1e-4)
        np.testing.assert_allclose(noise.examples[row], gradients[: len(noise.examples[row])], atol=1e-6)


@pytest.mark.parametrize("init", ["uniform", "randn"])
def test_noise_falls_like_one_over_the_root(init: str) -> None:
    """Exactly so in the mean square, if items are drawn with replacement; measured on 200 batches of each size."""
    noise = gradient_noise(init_params("linear", init, 42), digits(), True, 42)
    np.testing.assert_allclose(noise.rms, noise.law, rtol=0.25)
    assert noise.slope == pytest.approx(-0.5, abs=0.06)


def test_a_batch_of_everything_has_no_noise_without_replacement() -> None:
    each = item_gradients(init_params("linear", "uniform", 1), digits().x_train, digits().y_train)
    everything = random_batches(800, 800, 3, False, torch.Generator().manual_seed(0)) @ each
    torch.testing.assert_close(everything, each.mean(0).expand(3, -1), rtol=1e-4, atol=1e-6)
    noise = result(view="noise")
    shrunk = noise.law[-1] * math.sqrt((800 - 512) / 799)  # the correction for a finite population
    assert noise.rms[-1] == pytest.approx(shrunk, rel=0.1)


def test_the_cloud_lies_along_the_main_scatter() -> None:
    each = item_gradients(init_params("linear", "uniform", 3), digits().x_train, digits().y_train).double()
    full = each.mean(0)
    direction = _main_noise(each, full)
    unit = full / full.norm()
    across = each - full - ((each - full) @ unit)[:, None] * unit
    first = torch.linalg.svd(across, full_matrices=False)
    assert float(direction @ unit) == pytest.approx(0, abs=1e-9)
    assert float((across @ direction).norm()) == pytest.approx(float(first.S[0]), rel=1e-3)


def test_slope_and_fraction_of_an_exact_law() -> None:
    noise = result(view="noise")
    sizes = np.array(SIZES)
    assert fitted_slope(sizes, 3 / np.sqrt(sizes)) == pytest.approx(-0.5)
    for power, answer in ((-0.25, "1/2"), (-0.5, "1/4"), (-1.0, "1/16")):
        assert fraction(replace(noise, rms=sizes**power)) == answer


def test_the_answer_is_the_measured_one() -> None:
    noise = result(view="noise")
    assert fraction(noise) == "1/4"
    few, many = (float(noise.rms[SIZES.index(n)]) for n in (4, 64))
    assert f"from {few:.2f} to {many:.2f}" in because(noise)


def test_the_price_of_steadiness_is_counted_in_steps() -> None:
    price = result(view="noise").findings()[2]
    assert "800 digits is 50 steps with 16 digits each, or 4 with 256" in price
    assert "batches of 256 make 49 steps an epoch" in price


def test_a_digit_that_the_model_is_sure_of_has_a_direction_too() -> None:
    """In float32 its gradient is 0, and it would count as no step up."""
    noise = gradient_noise(init_params("linear", "randn", 0), digits(), False, 0)
    each = item_gradients([p.double() for p in init_params("linear", "randn", 0)], *train64())
    assert (each.abs().amax(1) > 0).float().mean() > 0.98
    assert noise.uphill[0] == pytest.approx((each @ each.mean(0) < 0).double().mean().item(), abs=0.1)


def train64() -> tuple[torch.Tensor, torch.Tensor]:
    return digits().x_train.double(), digits().y_train.double()


def test_few_digits_carry_the_gradient_of_a_saturated_model() -> None:
    assert "plain mean" in result(view="noise").findings()[-1]
    assert not any("plain mean" in sentence for sentence in result(view="noise", init="uniform").findings())


def test_the_scene_walks_through_the_batch_sizes() -> None:
    one, noise = scene(view="noise", point=0), result(view="noise", point=0)
    (distances,), (plot,), (_, examples) = panels(one, Curve), panels(one, Plot), panels(one, Pixels)
    assert one.frames == len(SIZES)
    cloud = plot.moving[0]
    assert cloud.x is not None
    assert cloud.y is not None
    assert cloud.x.shape == cloud.y.shape == (len(SIZES), DRAWS)
    assert examples.array.shape == (len(SIZES), SHOWN, 28, 28)
    assert distances.y_domain is not None
    low, high = distances.y_domain
    assert low <= min(noise.rms.min(), noise.mean.min(), noise.law.min())
    assert max(noise.rms.max(), noise.law.max()) <= high
    assert (np.log10([low, high]) % 1 == 0).all()
