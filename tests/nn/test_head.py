"""The head's training, held against torch's own layers, loss, autograd and optimizer, step by step."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from core.nn.head import FEWER, FRAMES, MANY, Head, HeadSettings, forward, slopes, train_head, within_span
from tests.conftest import ROOT

CLASSES, WIDTH = 4, 40


def data(items: int = 36, width: int = WIDTH) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features around a place for each class, far from standardised; targets; training and validation rows."""
    draw = np.random.default_rng(1)
    targets = np.arange(items) % CLASSES
    places = draw.normal(0, 1, (CLASSES, width))
    features = (3 + 2 * (places[targets] + draw.normal(0, 1.2, (items, width)))).astype(np.float32)
    order = draw.permutation(items)
    return features, targets, order[: items * 3 // 4], order[items * 3 // 4 :]


def by_torch(settings: HeadSettings, items: int = 36) -> tuple[nn.Sequential, list[float], torch.Tensor]:
    """The same training by nn.Linear, autograd and torch.optim.SGD: the model, its losses, the features it takes."""
    features, targets, train, _ = data(items)
    x, y, rows = torch.tensor(features), torch.tensor(targets), torch.tensor(train)
    x = (x - x[rows].mean(0)) / (x[rows] - x[rows].mean(0)).square().mean().sqrt()
    layers = [nn.Linear(WIDTH, settings.hidden or CLASSES)]
    for parameter in layers[0].parameters():
        nn.init.zeros_(parameter)
    if settings.hidden:
        drawn = torch.randn(WIDTH, settings.hidden, generator=torch.Generator().manual_seed(settings.seed))
        layers[0].weight.data = (drawn * (2 / WIDTH) ** 0.5).T.contiguous()
        layers += [nn.ReLU(), nn.Linear(settings.hidden, CLASSES)]
        for parameter in layers[2].parameters():
            nn.init.zeros_(parameter)
    model = nn.Sequential(*layers)
    weights = [p for name, p in model.named_parameters() if "weight" in name]
    biases = [p for name, p in model.named_parameters() if "bias" in name]
    groups = [{"params": weights, "weight_decay": settings.weight_decay}, {"params": biases}]
    optimizer = torch.optim.SGD(groups, lr=settings.learning_rate)
    generator = torch.Generator().manual_seed(settings.seed + 1)
    losses = []
    for _ in range(settings.epochs):
        for batch in rows[torch.randperm(len(rows), generator=generator)].split(settings.batch_size or len(rows)):
            loss = cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return model, losses, x


def trained(settings: HeadSettings, items: int = 36) -> Head:
    return train_head(*data(items), settings)


@pytest.mark.parametrize("items", [36, 120])  # fewer rows than features, and more
@pytest.mark.parametrize(
    "settings",
    [
        HeadSettings(epochs=5, batch_size=8),
        HeadSettings(learning_rate=0.3, epochs=4, batch_size=10, weight_decay=0.1, seed=7),
        HeadSettings(epochs=6, batch_size=0),
        HeadSettings(learning_rate=0.1, epochs=5, batch_size=8, hidden=16, weight_decay=0.01),
    ],
)
def test_training_is_torchs(settings: HeadSettings, items: int) -> None:
    head = trained(settings, items)
    with torch.random.fork_rng():
        model, losses, x = by_torch(settings, items)
    assert head.losses == pytest.approx(losses, abs=2e-4)
    expected = model(x).detach()
    assert np.allclose(head.logits, expected, atol=2e-3)
    assert np.allclose(head.logits_of(data(items)[0]), head.logits, atol=2e-3)


def test_gradient_is_autograds() -> None:
    generator = torch.Generator().manual_seed(0)

    def drawn(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    x, y = drawn(9, 6), torch.arange(9) % CLASSES
    for shapes in ([(6, CLASSES), (CLASSES,)], [(6, 5), (5,), (5, CLASSES), (CLASSES,)]):
        parameters = [drawn(*shape).requires_grad_() for shape in shapes]
        cross_entropy(forward(x, parameters)[-1], y).backward()
        with torch.no_grad():
            found, losses = slopes(forward(x, parameters), y, parameters)
            expected = cross_entropy(forward(x, parameters)[-1], y, reduction="none")
        assert torch.allclose(losses, expected)
        for parameter, slope in zip(parameters, found, strict=True):
            assert torch.allclose(slope, parameter.grad)


def test_a_linear_head_starts_knowing_nothing() -> None:
    head = trained(HeadSettings(epochs=1))
    assert head.losses[0] == pytest.approx(np.log(CLASSES))
    assert head.train_loss[0] == pytest.approx(np.log(CLASSES))
    assert (head.predicted[0] == 0).all()


def test_frames_stand_where_they_say() -> None:
    settings = HeadSettings(epochs=30, batch_size=4)
    head = trained(settings)
    features, targets, train, valid = data()
    steps = 30 * -(-len(train) // 4)
    assert len(head.losses) == steps
    assert head.steps_per_epoch == -(-len(train) // 4)
    assert head.kept[0] == 0
    assert head.kept[-1] == steps
    assert FRAMES - 5 <= len(head.kept) <= FRAMES + 1
    assert (np.diff(head.kept) > 0).all()
    for frame in (1, len(head.kept) // 2):
        if head.kept[frame] % head.steps_per_epoch == 0:
            shorter = trained(replace(settings, epochs=int(head.kept[frame] // head.steps_per_epoch)))
            assert (shorter.predicted[-1] == head.predicted[frame]).all()
    assert (head.predicted[-1] == head.logits.argmax(1)).all()
    logits, y = torch.tensor(head.logits), torch.tensor(targets)
    assert head.train_loss[-1] == pytest.approx(cross_entropy(logits[train], y[train]).item(), rel=1e-5)
    assert head.valid_loss[-1] == pytest.approx(cross_entropy(logits[valid], y[valid]).item(), rel=1e-5)
    assert head.train_accuracy[-1] == pytest.approx((head.predicted[-1] == targets)[train].mean())
    assert head.valid_accuracy[-1] == pytest.approx((head.predicted[-1] == targets)[valid].mean())
    assert len(features) == head.predicted.shape[1]


def test_held_out_pictures_change_nothing() -> None:
    features, targets, train, valid = data()
    settings = HeadSettings(epochs=3)
    first = train_head(features, targets, train, valid, settings)
    changed = features.copy()
    changed[valid] = 0
    second = train_head(changed, (targets + np.isin(np.arange(len(targets)), valid)) % CLASSES, train, valid, settings)
    for a, b in zip(first.parameters, second.parameters, strict=True):
        assert np.array_equal(a, b)
    assert np.isnan(train_head(features, targets, train, valid[:0], settings).valid_loss).all()


def test_the_same_seed_is_the_same_run() -> None:
    settings = HeadSettings(epochs=3, batch_size=8)
    torch.manual_seed(5)
    first = trained(settings)
    torch.manual_seed(6)
    assert np.array_equal(trained(settings).losses, first.losses)
    assert not np.array_equal(trained(replace(settings, seed=1)).losses, first.losses)


def test_a_scale_of_the_features_changes_nothing() -> None:
    features, targets, train, valid = data()
    settings = HeadSettings(epochs=3)
    first = train_head(features, targets, train, valid, settings)
    second = train_head(features * 50 + 7, targets, train, valid, settings)
    assert second.losses == pytest.approx(first.losses, rel=1e-3)


def test_divergence_is_recorded() -> None:
    head = trained(HeadSettings(learning_rate=1e6, hidden=16, epochs=20, batch_size=8))
    assert head.diverged_at is not None
    assert np.isfinite(head.losses[: head.diverged_at]).all()
    assert not np.isfinite(head.losses[head.diverged_at])
    assert trained(HeadSettings(epochs=2)).diverged_at is None


def test_stopped_runs_keep_what_was_done() -> None:
    asked = iter(range(100))
    head = train_head(*data(), HeadSettings(epochs=50, batch_size=9), stop=lambda: next(asked) >= 3)
    assert len(head.losses) == 3 * head.steps_per_epoch == head.kept[-1]
    assert len(head.kept) == len(head.train_loss) == len(head.predicted)


def test_classes_without_pictures_have_logits() -> None:
    features, targets, train, valid = data()
    assert train_head(features, targets, train, valid, HeadSettings(epochs=1), classes=6).logits.shape == (36, 6)


def test_many_pictures_are_judged_less_often() -> None:
    items = MANY + 4
    features, targets, train, valid = data(items, width=3)
    head = train_head(features, targets, train, valid, HeadSettings(epochs=2, batch_size=32))
    assert len(head.kept) <= FEWER + 1


def test_the_span_of_the_rows_holds_them() -> None:
    x = torch.randn(30, 50, generator=torch.Generator().manual_seed(0))
    rows = torch.arange(20)
    inside, basis = within_span(x, rows)
    assert basis is not None
    assert inside.shape == (30, 20)
    assert torch.allclose(inside[rows] @ basis.T, x[rows], atol=1e-4)
    assert torch.allclose(x[rows] @ x[rows].T, inside[rows] @ inside[rows].T, atol=1e-3)
    assert within_span(x[:, :10], rows)[1] is None


def test_nothing_of_a_run_can_be_changed() -> None:
    head = trained(HeadSettings(epochs=1))
    for array in (head.losses, head.predicted, head.logits, head.parameters[0], head.valid_loss):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


PEAK = """
import re
import numpy as np
from core.nn.head import HeadSettings, train_head

def memory(name):
    return int(re.search(rf"{name}:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) * 1024

items = classes = 1000
x = np.random.default_rng(0).standard_normal((items, 16), dtype=np.float32)
rows, y = np.arange(items), np.arange(items) % classes
train_head(x[:20], y[:20], rows[:20], rows[:0], HeadSettings(epochs=1))  # what the first one loads
before = memory("VmRSS")
open("/proc/self/clear_refs", "w").write("5")  # forgets the peak
head = train_head(x, y, rows[:800], rows[800:], HeadSettings(epochs=50, batch_size=400, hidden=64), classes)
print(len(head.kept), (memory("VmHWM") - before) / (items * classes * 4))
"""
"""Prints how many frames were kept, and the peak of memory in units of one frame's logits."""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak of memory is Linux's to tell")
def test_memory_does_not_grow_with_frames_times_pictures_times_classes() -> None:
    done = subprocess.run([sys.executable, "-c", PEAK], cwd=ROOT, capture_output=True, text=True, check=True)
    frames, peak = map(float, done.stdout.split())
    assert frames > FRAMES // 2
    assert peak < 1.5 * frames  # to keep all logits takes three times the frames
