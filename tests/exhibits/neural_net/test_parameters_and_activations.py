"""What changes when an image or a step comes: counted one by one, and held against torch.nn."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from core.exhibits.neural_net.net import standard_error
from core.exhibits.neural_net.parameters_and_activations import SWEEP, Changes, how_many_change
from core.exhibits.neural_net.settings import IMAGES
from tests.exhibits.neural_net.results import digits, result, run_of, torch_net


def test_another_image_changes_no_parameter() -> None:
    shown = result(moves=IMAGES)
    one = shown.moments
    assert one.parameter_changes.tolist() == [0] * (SWEEP - 1)
    by_hand = [
        sum(a != b for a, b in zip([*h0, z0], [*h1, z1], strict=True))
        for (h0, z0), (h1, z1) in pairwise(zip(one.hidden.tolist(), one.logits.tolist(), strict=True))
    ]
    assert one.activation_changes.tolist() == by_hand
    assert min(by_hand) > 0
    assert (
        f"**0 of 23,581 :green[parameters] changed**, and **{min(by_hand)} to {max(by_hand)} of 31"
        in shown.findings()[0]
    )


@pytest.mark.parametrize("epoch", [0, 2, 40])
@torch.no_grad()
def test_the_images_are_shown_to_the_net_of_that_epoch(epoch: int) -> None:
    one = result(moves=IMAGES, epoch=epoch, digit=7, index=3).moments
    assert one.epoch == epoch
    run = run_of()
    net = torch_net(run.parameters[run.kept.tolist().index(50 * epoch)])
    assert one.logits == pytest.approx(net(torch.from_numpy(one.images))[:, 0].numpy(), abs=1e-4)
    assert one.threes.tolist() == [False, True] * (SWEEP // 2)
    sevens = digits().x_valid[digits().y_valid[:, 0] == 0].numpy()
    assert np.array_equal(one.images[0], sevens[3])
    assert np.array_equal(one.images[2], sevens[4])


def test_no_difference_is_claimed_within_chance() -> None:
    one = result().moments

    def last_finding(net: float, linear: float) -> str:
        training = replace(one.training, accuracy=np.array([net]), linear_accuracy=np.array([linear]))
        return Changes(replace(one, training=training)).findings()[-1]

    assert "cannot be told apart" in last_finding(0.97, 0.98)
    assert "the difference is real" in last_finding(0.99, 0.80)
    assert standard_error(0.975, 200) == pytest.approx(np.sqrt(0.975 * 0.025 / 200))


def test_the_question_is_answered_by_counting() -> None:
    assert how_many_change(result(moves=IMAGES)) == "none"
    assert how_many_change(result()) == "some of them"
    one = result().moments
    every = {
        name: np.full_like(one.changed[name], size)
        for name, size in {"w1": 23_520, "b1": 30, "w2": 30, "b2": 1}.items()
    }
    assert how_many_change(Changes(replace(one, changed=one.changed | every))) == "all of them"
