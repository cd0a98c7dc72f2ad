"""Mean and median of a mini-batch's losses: held against finite differences, autograd and torch.optim."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.exhibits.mini_batches.mean_or_median import EPOCHS, averages, distances, slopes, train_by
from core.nn.models import flatten, init_params
from core.nn.training import epoch_orders
from core.stage.panels import Bars, Curve, Pixels
from tests.exhibits.mini_batches.results import SEEDS, digits, result, scene
from tests.stage.panels import panels


def test_the_medians_slope_is_one_items() -> None:
    """Claim 26, as the lesson has it: n = 5, and the last of the five is in the middle."""
    losses = torch.tensor([[0.1, 0.9, 0.2, 0.8, 0.5]])
    value, slope = slopes(losses, "median")
    assert (value.item(), slope.tolist()) == (0.5, [[0, 0, 0, 0, 1]])
    value, slope = slopes(losses, "mean")
    assert value.item() == pytest.approx(0.5)
    np.testing.assert_allclose(slope, np.full((1, 5), 0.2), rtol=1e-6)


@settings(max_examples=8)
@given(st.integers(3, 16), SEEDS)
def test_slopes_are_finite_differences(n: int, seed: int) -> None:
    losses = torch.rand(1, n, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    for average in ("mean", "median"):
        value, slope = slopes(losses, average)
        ordered = sorted(losses[0].tolist())
        assert value.item() == pytest.approx(sum(ordered) / n if average == "mean" else ordered[(n - 1) // 2])
        for item in range(n):
            nudged = losses.clone()
            nudged[0, item] += 1e-9
            rise = slopes(nudged, average)[0].item() - value.item()
            assert rise / 1e-9 == pytest.approx(slope[0, item].item(), abs=1e-5)


def test_the_moved_loss_is_the_last_digits() -> None:
    shown = averages(5, 42, digits())
    assert (shown.losses[:, :-1] == shown.unmoved[:-1]).all()
    assert (shown.losses[0, -1], shown.losses[-1, -1]) == (0, 1)
    np.testing.assert_allclose(shown.mean, shown.losses.mean(1), rtol=1e-5)
    np.testing.assert_allclose(shown.median, np.median(shown.losses, axis=1), rtol=1e-6)
    assert ((shown.median_slopes == 1).sum(1) == 1).all()
    assert np.ptp(shown.median) < np.ptp(shown.mean) == pytest.approx(0.2)
    order = next(epoch_orders(800, 1, True, 42))
    assert order is not None
    np.testing.assert_array_equal(shown.images, digits().x_train[order[:5]])


@pytest.mark.parametrize("average", ["mean", "median"])
@pytest.mark.parametrize("size", [30, 15])
def test_training_by_either_is_torchs(average: str, size: int) -> None:
    frames = train_by(average, size, 7, digits())
    leaves = [p.clone().requires_grad_() for p in init_params("linear", "uniform", 7)]
    optimizer = torch.optim.SGD(leaves, lr=1.0)
    steps = 0
    for order in epoch_orders(800, EPOCHS, True, 7):
        assert order is not None
        for rows in order.split(size):
            losses = distances(digits().x_train[rows], digits().y_train[rows], leaves)
            (losses.mean() if average == "mean" else losses.median()).backward()
            optimizer.step()
            optimizer.zero_grad()
            steps += 1
            if steps == 20:  # beyond, float32's rounding decides which item is in the middle
                torch.testing.assert_close(frames[20], flatten([p.detach() for p in leaves]), rtol=1e-3, atol=1e-5)
    assert len(frames) == steps + 1


def test_findings_name_the_one_digit_that_teaches() -> None:
    shown = result(view="average")
    middle = int(np.argsort(shown.losses[-1])[2])
    pattern = " ".join("1" if i == middle else "0" for i in range(5))
    assert f"The median's is **{pattern}**" in shown.findings()[0]
    assert "0 for the other 15" in result(view="average", items=16).findings()[0]
    ends = [float(accuracy[-1]) for accuracy in shown.trained_accuracy]
    assert f"{ends[0]:.1%} by the mean, {ends[1]:.1%} by the median" in shown.findings()[-1]


def test_the_last_digit_is_the_one_that_is_dragged() -> None:
    one, shown = scene(view="average", items=5), result(view="average", items=5)
    (digits_panel,), (losses, *_), (average, _) = panels(one, Pixels), panels(one, Bars), panels(one, Curve)
    assert average.at is not None
    assert average.at.tolist() == shown.losses[:, -1].tolist()
    assert losses.highlight == 4
    assert digits_panel.tiles is not None
    assert digits_panel.tiles.text is losses.heights
