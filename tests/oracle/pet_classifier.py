"""The pet classifier anew: heads by torch's autograd in float64 on the page's features, intervals by SciPy.

Where rounding grows from step to step, as at high learning rates, two correct programs part: a second training, on
features that differ by 1e-6 of themselves, shows when. Until then the page's losses must be those; after that its end
is measured anew from the parameters that it ended with.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy import stats
from scipy.spatial.distance import cdist

from core.data.pets import load
from core.data.pictures import chelsea
from tests.oracle.heads import (
    Floats,
    Ints,
    Recipe,
    check_features,
    features_by_timm,
    few,
    lesson_split,
    log_softmax,
    train,
    unsure,
)

NOISE = 1e-6
HUGE = 1e30  # beyond it float32 overflows


def quick(settings: Any) -> Any:
    """In place of these settings, some that take a second: the drawn pictures at 224 pixels, or a few small ones."""
    if settings.view == "tune":
        return settings
    settings = replace(settings, epochs=min(settings.epochs, 10 if settings.hidden else 30))
    if settings.body == "lite0":
        return replace(settings, pets="drawn", size=224)
    body = "untrained" if settings.body == "untrained" else "lite0"
    return replace(settings, body=body, pets=few())


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The numbers of the view."""
    if settings.view == "tune":
        return {"pictures": len(lesson_split(len(load(settings.pets).names))[0])}
    if settings.view == "own":
        return single_picture(settings, result)
    return trained_head(settings, result)


def data(settings: Any) -> tuple[Ints, Ints, Ints, tuple[str, ...]]:
    """Targets (N,), rows to train on, rows held out, and the breeds."""
    pets = load(settings.pets)
    vocab = tuple(sorted(set(pets.labels)))
    targets = np.array([vocab.index(label) for label in pets.labels])
    rows, held_out = lesson_split(len(pets.names))
    if settings.each:
        first = [row for breed in range(len(vocab)) for row in rows[targets[rows] == breed][: settings.each]]
        rows = np.array([row for row in rows if row in first])
    return targets, rows, held_out, vocab


def head_of(settings: Any, trained: Any) -> Callable[[Any], Floats]:
    """A function from features (n, width) to logits (n, C): of the head trained anew, or of the page's after chaos."""
    targets, rows, _, vocab = data(settings)
    recipe = Recipe(
        learning_rate=settings.learning_rate,
        epochs=settings.epochs,
        batch_size=settings.batch_size,
        weight_decay=settings.weight_decay,
        hidden=settings.hidden,
        seed=settings.seed,
    )
    assert trained.train.tolist() == rows.tolist()
    features = trained.features.array
    plain, noisy = (train(features, targets, rows, len(vocab), recipe, noise) for noise in (0.0, NOISE))
    page = trained.head.losses.astype(np.float64)
    assert len(page) == len(plain.losses)
    error = apart(plain.losses, noisy.losses)
    sure = (error < 1e-3) & (np.maximum.accumulate(plain.losses) < HUGE)
    assert sure[: min(3, len(sure))].all()
    assert (apart(plain.losses, page)[sure] <= 1e-4 + 30 * error[sure]).all(), "the page's steps are others"
    if sure.all() and apart(plain.logits.ravel(), noisy.logits.ravel())[-1] < 1e-3:
        return plain.of
    return lambda x: forward(x, trained.head.parameters)


def apart(a: Floats, b: Floats) -> Floats:
    """How far numbers are apart up to each place, as a share of the largest so far, at least of 1."""
    with np.errstate(all="ignore"):
        far = np.abs(a - b) / np.maximum.accumulate(np.maximum(1, np.abs(a)))
    return np.maximum.accumulate(np.nan_to_num(far, nan=np.inf, posinf=np.inf))


def forward(x: Any, parameters: Any) -> Floats:
    """Logits (n, C) by the page's parameters; what is too large for float32 is infinite."""
    below = np.asarray(x, np.float64)
    with np.errstate(all="ignore"):
        for i in range(0, len(parameters), 2):
            above = (np.maximum(below, 0) if i else below) @ parameters[i].astype(np.float64) + parameters[i + 1]
            below = above.astype(np.float32).astype(np.float64)
    return below


def trained_head(settings: Any, result: Any) -> dict[str, Any]:
    check_features(settings.pets, result.features.array, settings.body, settings.size)
    targets, rows, held_out, vocab = data(settings)
    logits = head_of(settings, result)(result.features.array)
    losses = -log_softmax(logits)[np.arange(len(targets)), targets]
    right = logits.argmax(1) == targets  # of NaN the first, as torch's
    open_ones = unsure(logits)
    numbers: dict[str, Any] = {
        "features of a picture": result.features.array.shape[1],
        "parameters of the head": parameters_of(settings, result.features.array.shape[1], len(vocab)),
        "loss before the first step": pytest.approx(float(np.log(len(vocab))), abs=1e-5),
        "pictures learned from": len(rows),
        "pictures held out": len(held_out),
    }
    for words, part in (("held out", held_out), ("learned from", rows)):
        scale = max(1.0, float(np.abs(logits).max()))
        close = 1e-6 + float(open_ones[part].mean())
        numbers[f"accuracy, {words}"] = pytest.approx(float(right[part].mean()), abs=close)
        numbers[f"loss, {words}"] = pytest.approx(float(losses[part].mean()), rel=1e-3, abs=1e-5 * scale, nan_ok=True)
    recognised = round(result.accuracy * len(held_out))
    low, high = stats.binomtest(recognised, len(held_out)).proportion_ci(method="wilson")
    return numbers | {
        "error rate, held out": pytest.approx(1 - recognised / len(held_out)),
        "95% interval, from": pytest.approx(low, abs=2e-5),
        "95% interval, to": pytest.approx(high, abs=2e-5),
    }


def parameters_of(settings: Any, width: int, breeds: int) -> int:
    if settings.hidden:
        return width * settings.hidden + settings.hidden + settings.hidden * breeds + breeds
    return width * breeds + breeds


@lru_cache(maxsize=16)
def of_chelsea(body: str, size: int) -> Floats:
    """The cat's features (width,)."""
    return features_by_timm(Image.open(chelsea()).convert("RGB"), body, size)


def single_picture(settings: Any, result: Any) -> dict[str, Any]:
    """The breeds' probabilities for Chelsea, and her nearest training picture."""
    if result.judgement is None:
        return {}
    trained, (_, rows, held_out, vocab) = result.trained, data(settings)
    x = of_chelsea(settings.body, settings.size)
    logits = head_of(settings, trained)(x[None])[0]
    known = trained.features.array.astype(np.float64)
    mean = known[rows].mean(0)
    to_known = 1 - cdist(np.stack([x, *known[held_out]]) - mean, known[rows] - mean, "cosine")
    nearest, *others = to_known.max(1)
    others = np.array(others)
    between = float((np.abs(others - nearest) < 1e-4).mean())
    return probabilities(logits, vocab, result) | {
        "cosine similarity of the nearest": pytest.approx(nearest, abs=1e-4),
        "held-out pictures less near": pytest.approx(float((others < nearest).mean()), abs=between + 1e-9),
    }


def probabilities(logits: Floats, vocab: tuple[str, ...], result: Any) -> dict[str, Any]:
    """Of the five most probable breeds; which of two alike is named, rounding decides."""
    p = np.exp(log_softmax(logits[None])[0])
    error = 1e-3 + 2e-5 * float(np.abs(logits).max())  # of the logits
    by_breed = dict(zip(vocab, p, strict=True))
    named = [breed for breed, _ in result.top()]
    least = min(by_breed[breed] for breed in named)
    assert not any(by_breed[breed] > least + 2 * error for breed in set(vocab) - set(named))
    near = 2 * error * float((p * (1 - p)).max()) + 1e-6
    return {f"probability of {b}": pytest.approx(float(by_breed[b]), rel=error, abs=near, nan_ok=True) for b in named}
