"""All seven activations on one task: trained from the same starts, and arriving one after the other."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.digits import load
from core.exhibits.relu.any_curve import grid
from core.exhibits.relu.settings import DIGITS, SINE, Settings
from core.exhibits.relu.small_nets import training
from core.exhibits.relu.views import VIEWS
from core.exhibits.relu.which_one import begin, join, others, plan_of, straight_line_loss, train_one
from core.exhibits.relu.which_one_scene import scene
from core.nn.activations import ACTIVATIONS
from core.stage.panels import Bars
from core.view import view_of
from tests.stage.panels import panels


def test_all_seven_can_be_trained_and_only_the_identity_cannot_bend() -> None:
    settings = Settings(view="which")
    plan = plan_of(SINE, 1.0, 42)
    identity = train_one(SINE, replace(plan, activation="identity"))
    x = grid()[:, 0].numpy()
    line = np.polyval(np.polyfit(x, np.sin(np.pi * x), 1), x)
    assert straight_line_loss() == pytest.approx(np.mean((line - np.sin(np.pi * x)) ** 2))
    assert (identity.losses[-1] >= straight_line_loss()).all()
    first = begin(settings)
    assert np.median(first.trained[0].losses[-1]) < 0.1 * straight_line_loss()
    arriving = others(settings, lambda: False)
    joined = join(first, [next(arriving)])
    assert [trained.key for trained in joined.trained] == ["relu", "leaky"]
    assert len(joined.findings()) == 1  # no verdict before all are there
    rest = [train_one(SINE, replace(plan, activation=key, steps=20)) for key in list(ACTIVATIONS)[2:6]]
    sentences = join(joined, [*rest, identity]).findings()
    assert "No straight line gets below 0.2" in sentences[1]
    assert "ReLU, leaky ReLU" in sentences[1]
    assert "identity" not in sentences[1]
    assert list(others(settings, lambda: True)) == []


def test_digits_are_told_apart_from_the_same_starts() -> None:
    plan = replace(plan_of(DIGITS, 1.0, 42), steps=100)
    runs = [train_one(DIGITS, replace(plan, activation=key)) for key in ("relu", "identity")]
    for run in runs:
        assert run.losses.shape == run.accuracy.shape == (len(run.kept), 3)
        assert (run.accuracy[-1] > 0.9).all()
    *_, (_, last) = training(load("built-in").x_train, load("built-in").y_train, replace(plan, seeds=(43,)))
    y = load("built-in").y_valid
    outputs = torch.relu(load("built-in").x_valid @ last[0][0] + last[1][0]) @ last[2][0] + last[3][0]
    assert runs[0].accuracy[-1, 1] == pytest.approx(float(((outputs > 0) == (y == 1)).float().mean()))
    settings = Settings(view="which", task="digits")
    assert view_of(VIEWS, settings).digits(settings) == "built-in"


def test_every_activation_has_its_bar_once_all_are_there() -> None:
    result = begin(Settings(view="which", activation="tanh"))
    plan = replace(result.plan, steps=20)
    runs = tuple(train_one(SINE, replace(plan, activation=key)) for key in ACTIVATIONS)
    (bars,) = panels(scene(replace(result, plan=plan, trained=runs)), Bars)
    assert len(bars.labels) == bars.heights.shape[1] == len(ACTIVATIONS)
    assert bars.labels[bars.highlight] == "tanh"
