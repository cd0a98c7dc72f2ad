"""The net at every moment of its training: held against torch.nn, autograd, torch.optim and plain loops."""

import numpy as np
import pytest
import torch

from core.exhibits.neural_net.dead_units import shaped
from core.exhibits.neural_net.moments import Moments, changes, shown_frames
from core.exhibits.neural_net.net import PARAMETERS
from core.exhibits.neural_net.settings import MOVES, STEPS
from core.nn.losses import mnist_loss
from core.nn.models import HIDDEN, gradients
from core.nn.training import epoch_orders
from tests.exhibits.neural_net.results import digits, result, run_of, torch_net


def moments(**change: object) -> Moments:
    return result(view=MOVES, **change).moments


@pytest.mark.parametrize("change", [{}, {"digit": 7, "index": 12}, {"moves": STEPS}], ids=str)
@torch.no_grad()
def test_activations_are_those_of_nn_sequential(change: dict) -> None:
    one = moments(**change)
    run = run_of(**change)
    image = torch.from_numpy(one.images[0])
    for frame, steps in list(enumerate(one.training.steps))[::9]:
        net = torch_net(run.parameters[run.kept.tolist().index(steps)])
        assert one.hidden[frame] == pytest.approx(net[:2](image).numpy(), abs=1e-4)
        assert one.logits[frame] == pytest.approx(net(image).item(), abs=1e-4)


def test_changes_are_counted_one_by_one() -> None:
    rows = np.array([[1, 2, 3], [1, 2, 3], [1, 0, 0], [9, 0, 0]], np.float32)
    assert changes(rows).tolist() == [-1, 0, 2, 1]


def test_one_step_of_torch_changes_as_many_parameters() -> None:
    run = run_of(moves=STEPS)
    net = torch_net(run.parameters[0])
    before = [p.detach().clone() for p in net.parameters()]
    rows = next(epoch_orders(800, 1, True, 42))
    assert rows is not None
    xb, yb = digits().x_train[rows[:16]], digits().y_train[rows[:16]]
    mnist_loss(net(xb), yb).backward()
    torch.optim.SGD(net.parameters(), lr=0.1).step()
    moved = sum(int((p != q).sum()) for p, q in zip(net.parameters(), before, strict=True))
    one = moments(moves=STEPS)
    assert one.training.steps[:2].tolist() == [0, 1]
    assert one.parameter_changes[0] == one.training.first_step == pytest.approx(moved, rel=0.002)  # to rounding near 0


def test_a_step_leaves_the_image_and_changes_the_answer() -> None:
    one = moments()
    assert one.changed["x"][1:].max() == 0
    assert one.parameter_changes.min() > 0
    assert one.changed["logit"][1:].min() == 1
    assert one.training.accuracy[-1] > 0.95
    assert one.training.linear_accuracy[-1] > 0.95


def test_weights_of_black_pixels_never_move() -> None:
    one = moments()
    run = run_of()
    dark = (digits().x_train == 0).all(0).numpy()
    first, last = (shaped(run.parameters[i])[0] for i in (0, -1))
    assert np.array_equal(first[dark], last[dark])
    assert one.training.black == dark.sum() * HIDDEN <= one.training.never < PARAMETERS
    slopes = gradients("relu", digits().x_train, digits().y_train, run.tensors(-1))
    assert slopes[0][torch.from_numpy(dark)].abs().max() == 0


@pytest.mark.parametrize("frames", [2, 51, 61, 62, 101])
def test_shown_frames_are_a_runs_own_with_both_ends(frames: int) -> None:
    shown = shown_frames(frames)
    assert shown[0] == 0
    assert shown[-1] == frames - 1
    assert (np.diff(shown) > 0).all()
    assert len(shown) <= 61
