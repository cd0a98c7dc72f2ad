"""The net taken apart: held against torch.nn, autograd, torch.optim, fastai and plain loops."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import leaky_relu

from core.data.digits import Digits, load
from core.exhibits.neural_net.anatomy import (
    ACTIVATIONS_OF_NET,
    PARAMETERS,
    SWEEP,
    Moves,
    Units,
    chance,
    changes,
    shown_frames,
    split,
    standard_error,
    trained,
)
from core.exhibits.neural_net.dead_units import Dead, dead_units, leaky_gradients, lit, shaped, train_leaky
from core.exhibits.neural_net.deep_net import Deep, Report, coloured, train_deep
from core.exhibits.neural_net.experiment import (
    DEAD,
    IMAGES,
    MOVES,
    RESNET,
    STEPS,
    SUMMARY,
    UNITS,
    Result,
    Settings,
    experiment,
    findings,
    how_many_change,
    join,
    numbers,
    table,
    wants_job,
    whole,
)
from core.exhibits.neural_net.layers import Noted, Summary, Text, lesson_lines, lesson_model
from core.nn.losses import mnist_loss
from core.nn.models import HIDDEN, PIXELS, gradients, init_params, simple_net
from core.nn.training import Recipe, epoch_orders

SHORT = Recipe(model="relu", init="uniform", learning_rate=0.1, epochs=2, batch_size=16, shuffle=True, seed=42)


@cache
def digits() -> Digits:
    return load("built-in")


@cache
def found(**change: object) -> Result:
    return experiment(Settings(digits="built-in", **change))  # type: ignore[arg-type]


def moves(**change: object) -> Moves:
    result = found(view=MOVES, **change).found
    assert isinstance(result, Moves)
    return result


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


def test_the_net_has_as_many_parameters_as_torch_counts() -> None:
    assert sum(p.numel() for p in lesson_model().parameters()) == PARAMETERS == 23_581
    assert ACTIVATIONS_OF_NET == HIDDEN + 1


@pytest.mark.parametrize("change", [{}, {"digit": 7, "index": 12}, {"moves": STEPS}], ids=str)
@torch.no_grad()
def test_activations_are_those_of_nn_sequential(change: dict) -> None:
    one = moves(**change)
    settings = Settings(digits="built-in", view=MOVES, **change)
    run = trained(settings.net, "built-in")
    image = torch.from_numpy(one.images[0])
    for frame, steps in list(enumerate(one.walk.steps))[::9]:
        net = torch_net(run.parameters[run.kept.tolist().index(steps)])
        assert one.hidden[frame] == pytest.approx(net[:2](image).numpy(), abs=1e-4)
        assert one.logits[frame] == pytest.approx(net(image).item(), abs=1e-4)


def test_split_keeps_every_number_in_its_place() -> None:
    rows = np.arange(2 * PARAMETERS, dtype=np.float32).reshape(2, -1)
    parts = split(rows)
    w1, b1, w2, b2 = shaped(rows[1])
    assert np.array_equal(parts["w1"][1].reshape(HIDDEN, PIXELS), w1.T)
    assert np.array_equal(parts["b1"][1], b1)
    assert np.array_equal(parts["w2"][1], w2[:, 0])
    assert np.array_equal(parts["b2"][1], b2)


def test_changes_are_counted_one_by_one() -> None:
    rows = np.array([[1, 2, 3], [1, 2, 3], [1, 0, 0], [9, 0, 0]], np.float32)
    assert changes(rows).tolist() == [-1, 0, 2, 1]


def test_another_image_changes_no_parameter() -> None:
    one = moves(moves=IMAGES)
    assert one.parameter_changes.tolist() == [0] * (SWEEP - 1)
    by_hand = [
        sum(a != b for a, b in zip([*h0, z0], [*h1, z1], strict=True))
        for (h0, z0), (h1, z1) in pairwise(zip(one.hidden.tolist(), one.logits.tolist(), strict=True))
    ]
    assert one.activation_changes.tolist() == by_hand
    assert min(by_hand) > 0
    assert (
        f"**0 of 23,581 :green[parameters] changed**, and **{min(by_hand)} to {max(by_hand)} of 31"
        in findings(found(view=MOVES, moves=IMAGES))[0]
    )


@pytest.mark.parametrize("epoch", [0, 2, 40])
@torch.no_grad()
def test_the_images_are_shown_to_the_net_of_that_epoch(epoch: int) -> None:
    one = moves(moves=IMAGES, epoch=epoch, digit=7, index=3)
    assert one.epoch == epoch
    run = trained(Settings(digits="built-in").net, "built-in")
    net = torch_net(run.parameters[run.kept.tolist().index(50 * epoch)])
    assert one.logits == pytest.approx(net(torch.from_numpy(one.images))[:, 0].numpy(), abs=1e-4)
    assert one.threes.tolist() == [False, True] * (SWEEP // 2)
    sevens = digits().x_valid[digits().y_valid[:, 0] == 0].numpy()
    assert np.array_equal(one.images[0], sevens[3])
    assert np.array_equal(one.images[2], sevens[4])


def test_one_step_of_torch_changes_as_many_parameters() -> None:
    settings = Settings(digits="built-in", moves=STEPS)
    run = trained(settings.net, "built-in")
    net = torch_net(run.parameters[0])
    before = [p.detach().clone() for p in net.parameters()]
    rows = next(epoch_orders(800, 1, True, 42))
    assert rows is not None
    xb, yb = digits().x_train[rows[:16]], digits().y_train[rows[:16]]
    mnist_loss(net(xb), yb).backward()
    torch.optim.SGD(net.parameters(), lr=0.1).step()
    moved = sum(int((p != q).sum()) for p, q in zip(net.parameters(), before, strict=True))
    one = moves(moves=STEPS)
    assert one.walk.steps[:2].tolist() == [0, 1]
    assert one.parameter_changes[0] == one.walk.one_step[0] == pytest.approx(moved, rel=0.002)  # to rounding near 0


def test_a_step_leaves_the_image_and_changes_the_answer() -> None:
    one = moves()
    assert one.changed["x"][1:].max() == 0
    assert one.parameter_changes.min() > 0
    assert one.changed["logit"][1:].min() == 1
    assert one.walk.accuracy[-1] > 0.95
    assert one.walk.linear[-1] > 0.95


def test_weights_of_black_pixels_never_move() -> None:
    one = moves()
    run = trained(Settings(digits="built-in").net, "built-in")
    dark = (digits().x_train == 0).all(0).numpy()
    first, last = (shaped(run.parameters[i])[0] for i in (0, -1))
    assert np.array_equal(first[dark], last[dark])
    assert one.walk.black == dark.sum() * HIDDEN <= one.walk.never < PARAMETERS
    slopes = gradients("relu", digits().x_train, digits().y_train, run.tensors(-1))
    assert slopes[0][torch.from_numpy(dark)].abs().max() == 0


def test_no_difference_is_claimed_within_chance() -> None:
    one = moves()
    close = replace(one, walk=replace(one.walk, accuracy=np.array([0.97]), linear=np.array([0.98])))
    apart = replace(one, walk=replace(one.walk, accuracy=np.array([0.99]), linear=np.array([0.80])))
    assert "cannot be told apart" in close.findings()[-1]
    assert "the difference is real" in apart.findings()[-1]
    assert standard_error(0.975, 200) == pytest.approx(np.sqrt(0.975 * 0.025 / 200))


def test_shares_add_up_to_the_logit() -> None:
    units = found(view=UNITS, digit=7, index=5).found
    assert isinstance(units, Units)
    total = units.shares.sum(1) + units.moves.parts["b2"][:, 0]
    assert total == pytest.approx(units.moves.logits, abs=1e-4)
    top = int(np.abs(units.shares[-1]).argmax())
    assert f"Unit {top} says most" in units.findings()[1]
    assert f"{(units.moves.hidden[-1] == 0).sum()} of 30 units say" in units.findings()[1]


@pytest.mark.parametrize("leak", [0.0, 0.01, 0.3])
def test_leaky_gradients_are_autograds(leak: float) -> None:
    x, y = digits().x_train[::53], digits().y_train[::53]
    parameters = [p.requires_grad_() for p in init_params("relu", "randn", 3)]
    w1, b1, w2, b2 = parameters
    mnist_loss(leaky_relu(x @ w1 + b1, leak) @ w2 + b2, y).backward()
    own = leaky_gradients(x.numpy(), y.numpy(), [p.detach().numpy() for p in parameters], leak)
    for p, slope in zip(parameters, own, strict=True):
        assert p.grad is not None
        np.testing.assert_allclose(slope, p.grad.numpy(), atol=1e-5)


def test_without_a_leak_it_is_the_recorded_run() -> None:
    run = trained(SHORT, "built-in")
    own = train_leaky(SHORT, digits(), run.kept.tolist(), leak=0.0)
    np.testing.assert_allclose(own, run.parameters, atol=1e-5)


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
    for row, own in zip(rows, share, strict=True):
        w1, b1, _, _ = (torch.from_numpy(p) for p in shaped(row))
        by_hand = [sum(float(image @ w1[:, unit] + b1[unit]) > 0 for image in x) / len(x) for unit in (0, 7, 29)]
        assert own[[0, 7, 29]] == pytest.approx(by_hand)


def test_a_large_step_kills_units_and_no_gradient_reaches_them() -> None:
    dead = found(view=DEAD, learning_rate=10.0).found
    assert isinstance(dead, Dead)
    relu, leaky = dead.lanes
    assert relu.dead[0] == 0
    assert relu.dead[-1] >= 5
    assert relu.slope == 0
    assert leaky.slope > 0
    last = trained(Settings(digits="built-in", learning_rate=10.0).net, "built-in").tensors(-1)
    hidden = (digits().x_train @ last[0] + last[1]).clamp_min(0)
    assert int((hidden == 0).all(0).sum()) == relu.dead[-1]
    assert f"**{relu.dead[-1]} of 30 units are dead**" in findings(found(view=DEAD, learning_rate=10.0))[0]
    assert dead_units(dead.recipe, "built-in") is dead


def test_layers_are_counted_as_torch_counts_them() -> None:
    summary = found(view=SUMMARY).found
    assert isinstance(summary, Summary)
    counted = [sum(p.numel() for p in layer.parameters()) for layer in lesson_model()]
    assert [layer.parameters for layer in summary.layers] == counted == [23_550, 0, 31]
    assert [layer.shape for layer in summary.layers] == [(16, 30), (16, 30), (16, 1)]
    assert summary.linear.parameters == 785
    assert "**23,581**" in findings(found(view=SUMMARY))[0]


def test_making_a_model_does_not_move_torchs_generator() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    experiment(Settings(digits="built-in", view=SUMMARY))
    assert torch.equal(torch.rand(1), expected)


def test_fastai_says_what_the_page_says() -> None:
    settings = Settings(digits="built-in", view=SUMMARY)
    texts = whole(settings).found.texts  # type: ignore[union-attr]
    assert [text.code for text in texts] == ["learn.model", "learn.summary()"]
    assert texts[0].answer == repr(lesson_model())
    assert "Total params: 23,581" in texts[1].answer
    assert "23550" in texts[1].answer


def test_simple_net_as_the_notes_have_it() -> None:
    noted = found(view=SUMMARY, version="notes").found
    assert isinstance(noted, Noted)
    assert noted.notes[-1][1] == (16, 30)
    assert noted.notes[1][1] == (30,)
    assert noted.lesson[-1][1] == (16, 1)
    assert noted.learning == {"w1": (True, True), "b1": (True, True), "w2": (True, False), "b2": (True, False)}
    parameters = init_params("relu", "uniform", 42)
    xb = digits().x_train[:4]
    *_, (_, output) = lesson_lines(xb, *parameters)
    assert torch.allclose(output, simple_net(xb, parameters))


def few() -> Digits:
    """Every 25th digit to train on, every 20th to validate."""
    all_of = digits()
    return replace(
        all_of,
        x_train=all_of.x_train[::25], y_train=all_of.y_train[::25], x_valid=all_of.x_valid[::20], y_valid=all_of.y_valid[::20],
    )  # fmt: skip


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
    start = found(view=RESNET, deep=True)
    assert isinstance(start.found, Deep)
    assert set(start.found.accuracy) == {"the linear model", "the net"}
    report = Report((0.7, 0.6), 10, 50, 20.0, 11_000_000, "the CPU")
    assert "step 10 of 50 after 20 s, about 80 s left" in findings(join(start, [report]))[0]
    end = replace(report, done=50, seconds=100.0, accuracy=0.9)
    said = findings(join(start, [report, end]))
    assert f"**90.0%**, ± {100 * np.sqrt(0.9 * 0.1 / 200):.1f} points" in said[0]
    assert "worse than the linear model, which is more than chance explains" in said[1]
    assert "within chance" in findings(join(start, [replace(end, accuracy=0.97)]))[1]
    assert numbers(join(start, [end]))["accuracy, resnet18"] == 0.9
    assert table(join(start, [report, end]))["step"].tolist() == [1, 2, 3, 4]


def test_only_fastais_views_start_a_job() -> None:
    wanted = {
        (view, version, deep)
        for view in (MOVES, UNITS, DEAD, SUMMARY, "draw", RESNET)
        for version in ("lesson", "notes")
        for deep in (False, True)
        if wants_job(Settings(view=view, version=version, deep=deep))
    }
    assert wanted == {
        (SUMMARY, "lesson", False),
        (SUMMARY, "lesson", True),
        (RESNET, "lesson", True),
        (RESNET, "notes", True),
    }


def test_what_a_job_brings_is_joined() -> None:
    joined = join(found(view=SUMMARY), [Text("learn.model", "Sequential()")])
    assert joined.found.texts[0].answer == "Sequential()"  # type: ignore[union-attr]
    assert join(found(), [1]) is found()


def test_the_question_is_answered_by_counting() -> None:
    assert how_many_change(found(moves=IMAGES)) == "none"
    assert how_many_change(found()) == "some of them"
    one = moves()
    every = {
        name: np.full_like(one.changed[name], size)
        for name, size in {"w1": 23_520, "b1": 30, "w2": 30, "b2": 1}.items()
    }
    assert how_many_change(replace(found(), found=replace(one, changed=one.changed | every))) == "all of them"


def test_probabilities_are_never_rounded_to_certainty() -> None:
    assert [chance(p) for p in (1.0, 0.0, 0.5, 0.9991)] == ["above 0.999", "below 0.001", "0.500", "above 0.999"]


@pytest.mark.parametrize("frames", [2, 51, 61, 62, 101])
def test_shown_frames_are_a_runs_own_with_both_ends(frames: int) -> None:
    shown = shown_frames(frames)
    assert shown[0] == 0
    assert shown[-1] == frames - 1
    assert (np.diff(shown) > 0).all()
    assert len(shown) <= 61


@pytest.mark.parametrize(
    "change",
    [{}, {"moves": IMAGES}, {"moves": STEPS}, {"view": UNITS}, {"view": DEAD}, {"view": SUMMARY},
     {"view": SUMMARY, "version": "notes"}, {"view": "draw"}, {"view": "draw", "subject": "7"}, {"view": RESNET}],
    ids=str,
)  # fmt: skip
def test_every_view_says_what_it_found(change: dict) -> None:
    result = found(**change)
    said = findings(result)
    assert 1 <= len(said) <= 4
    assert all(sentence.endswith(".") and "nan" not in sentence for sentence in said)
    assert all(isinstance(value, int | float | str) for value in numbers(result).values())
    assert len({len(column) for column in table(result).values()}) == 1
