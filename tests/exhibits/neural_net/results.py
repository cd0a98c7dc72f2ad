"""What the tests of the neural net share: each view's result and scene with the built-in digits, and torch's net."""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import nn

from core.data.digits import Digits, load
from core.exhibits.neural_net.dead_units import shaped
from core.exhibits.neural_net.judges import Judges, judges_of
from core.exhibits.neural_net.net import net_recipe, trained
from core.exhibits.neural_net.settings import Settings
from core.exhibits.neural_net.views import VIEWS
from core.nn.models import HIDDEN, PIXELS
from core.nn.training import Run
from core.stage.scene import Scene
from core.view import View, view_of

THREE = [[300, 200, 500, 130, 680, 220, 620, 400, 450, 470, 650, 560, 690, 740, 500, 860, 300, 800]]
SEVEN = [[280, 180, 720, 180], [720, 180, 560, 500, 430, 850]]
"""Drawings as a browser sends them."""


@cache
def digits() -> Digits:
    return load("built-in")


def settings_of(**change: Any) -> Settings:
    return Settings(digits="built-in", **change)


def view(**change: Any) -> View:
    """The view that these settings choose."""
    return view_of(VIEWS, settings_of(**change))


@cache
def begun(**change: Any) -> Any:
    """What the view shows at first, before its job has brought anything."""
    chosen, settings = view(**change), settings_of(**change)
    return chosen.job.begin(settings) if chosen.job else chosen.experiment(settings)


@cache
def result(**change: Any) -> Any:
    """The view's complete result."""
    return view(**change).experiment(settings_of(**change))


@cache
def scene(**change: Any) -> Scene:
    """The scene of the complete result."""
    return view(**change).scene(result(**change))


def by() -> Judges:
    """The judges that the default settings train."""
    return judges_of(settings_of())


def run_of(**change: Any) -> Run:
    """The net's recorded training."""
    return trained(net_recipe(settings_of(**change)), "built-in")


def torch_net(run_row: np.ndarray) -> nn.Sequential:
    """The lesson's nn.Sequential with one row of recorded parameters."""
    net = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
    w1, b1, w2, b2 = (torch.from_numpy(p.copy()) for p in shaped(run_row))
    net[0].weight.data, net[0].bias.data, net[2].weight.data, net[2].bias.data = (
        w1.T.contiguous(),
        b1,
        w2.T.contiguous(),
        b2,
    )
    return net
