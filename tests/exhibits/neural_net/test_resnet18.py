"""resnet18: it trains, reports and can be stopped; and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.data.digits import Digits
from core.exhibits.neural_net.resnet18 import Report, coloured, join, train_deep
from core.exhibits.neural_net.resnet18_scene import scene as resnet18_scene
from core.exhibits.neural_net.settings import RESNET
from core.stage.panels import Bars, Panel
from tests.exhibits.neural_net.results import begun, digits
from tests.stage.panels import check, panels

REPORT = Report(losses=(0.7, 0.6), done=2, steps=50, seconds=1.0, parameters=11_000_000, device="the CPU")


def few() -> Digits:
    """Every 25th digit to train on, every 20th to validate."""
    all_of = digits()
    return replace(
        all_of,
        x_train=all_of.x_train[::25],
        y_train=all_of.y_train[::25],
        x_valid=all_of.x_valid[::20],
        y_valid=all_of.y_valid[::20],
    )


def test_resnet18_trains_reports_and_can_be_stopped() -> None:
    reports = list(train_deep(few(), 1, "cpu", 42, lambda: False))
    last = reports[-1]
    assert last.steps == last.done == 2 == sum(len(report.losses) for report in reports)
    assert last.parameters > 11_000_000
    assert last.accuracy in [right / 10 for right in range(11)]
    assert "CPU" in last.device
    stopped = list(train_deep(few(), 5, "cpu", 42, lambda: True))
    assert all(report.accuracy is None for report in stopped)


def test_colour_is_three_times_the_same_grey() -> None:
    pictures = coloured(digits().x_train[:5])
    assert pictures.shape == (5, 3, 28, 28)
    assert all(torch.equal(pictures[:, channel].reshape(5, -1), digits().x_train[:5]) for channel in range(3))


def test_resnet18_says_how_far_it_is_and_how_sure_it_is() -> None:
    start = begun(view=RESNET, deep=True)
    assert set(start.lesson_accuracy) == {"the linear model", "the net"}
    report = replace(REPORT, done=10, seconds=20.0)
    assert "step 10 of 50 after 20 s, about 80 s left" in join(start, [report]).findings()[0]
    end = replace(report, done=50, seconds=100.0, accuracy=0.9)
    sentences = join(start, [report, end]).findings()
    assert f"**90.0%**, ± {100 * np.sqrt(0.9 * 0.1 / 200):.1f} points" in sentences[0]
    assert "worse than the linear model, which is more than chance explains" in sentences[1]
    assert "within chance" in join(start, [replace(end, accuracy=0.97)]).findings()[1]
    assert join(start, [end]).numbers()["accuracy, resnet18"] == 0.9
    assert join(start, [report, end]).table()["step"].tolist() == [1, 2, 3, 4]


def test_resnet18_has_a_curve_and_then_a_bar() -> None:
    start = begun(view=RESNET, deep=True)
    going, done = (resnet18_scene(join(start, [replace(REPORT, accuracy=end)])) for end in (None, 0.9))
    assert [panel.kind for panel in panels(resnet18_scene(start), Panel)] == ["bars"]
    assert [panel.kind for panel in panels(going, Panel)] == ["curve", "bars"]
    (two,), (three,) = panels(going, Bars), panels(done, Bars)
    assert len(two.heights) == 2
    assert three.heights.tolist() == pytest.approx([0.975, 0.975, 0.9], abs=0.02)
    check(going)
