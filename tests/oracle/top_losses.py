"""Top losses anew: heads on the page's features, without weights, in float64; ranks by sorting, chance by SciPy.

A linear head that starts at zero is a sum of the pictures that it learned from, each as often as SGD added it: only
these shares and the pictures' products with one another are needed, which is the same training in another form.

Where two losses are alike up to rounding, the page's order of the two is taken; where two logits are, its prediction.
Labels are exchanged, and folds dealt, by NumPy's default_rng of the seed: `choice` of the right labels, then
`integers` for how many breeds further each goes; `permutation` of the training pictures, cut into five.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats
from scipy.special import softmax

from core.data.cache import cache_folder
from core.data.pets import load
from tests.oracle.heads import Floats, Ints, check_features, features_by_timm, lesson_split, log_softmax, unsure

FOLDS, SEEDS, DRAWS = 5, 3, 2000
RATE, EPOCHS, SIZE = 0.03, 60, 64
WIDTH = 1280  # features of a picture
LOOKS = {10, 20, 50}
NEAR = 2e-4  # losses that near may stand in either order


@dataclass(frozen=True, kw_only=True)
class Set:
    """Pictures with their labels as they stand and as they are known to be right, (N,) each."""

    targets: Ints
    truth: Ints
    classes: int
    rows: Ints  # to train on
    held_out: Ints


def quick(settings: Any) -> Any:
    """With the drawn pictures, on which two correct programs train the same head: on a few plain colours they part."""
    return replace(settings, pets="drawn")


def expected(settings: Any, result: Any) -> dict[str, Any]:
    """The numbers of the view."""
    return suspects(settings, result) if settings.view == "find" else retraining(settings, result)


def labelled(settings: Any) -> Set:
    """The pictures, with some labels made wrong."""
    pets = load(settings.pets)
    right = [pets.planted.get(name, label) for name, label in zip(pets.names, pets.labels, strict=True)]
    vocab = sorted(set(pets.labels) | set(right))
    targets, truth = (np.array([vocab.index(label) for label in labels]) for labels in (pets.labels, right))
    draw = np.random.default_rng(settings.seed)
    good = [i for i in range(len(targets)) if targets[i] == truth[i]]
    chosen = draw.choice(np.array(good), min(settings.wrong, len(good)), replace=False)
    for i, further in zip(chosen, draw.integers(1, len(vocab), len(chosen)), strict=True):
        targets[i] = (targets[i] + further) % len(vocab)
    rows, held_out = lesson_split(len(targets))
    return Set(targets=targets, truth=truth, classes=len(vocab), rows=rows, held_out=held_out)


@lru_cache(maxsize=1)
def features_kept() -> Any:
    """(600, 1280) of the drawn pictures: those that the page keeps on the disk, two of them checked, or timm's own."""
    files = sorted(cache_folder("features").glob("drawn-lite0-224-*.npz"), key=lambda path: path.stat().st_mtime)
    if not files:
        pets = load("drawn")
        pictures = [Image.open(pets.path(index)).convert("RGB") for index in range(len(pets))]
        return np.stack([features_by_timm(picture, "lite0", 224) for picture in pictures])
    with np.load(files[-1]) as kept:
        x = kept["features"]
    check_features("drawn", x, "lite0", 224)
    return x


@lru_cache(maxsize=1)
def products() -> Floats:
    """(600, 600) of every picture's features with every other's."""
    x = features_kept().astype(np.float64)
    return x @ x.T


def logits_of(pets: Set, labels: Ints, rows: Any, seed: int) -> Floats:
    """(N, C) by a head trained on these rows: 60 epochs of mini-batches of 64 at 0.03, from zero.

    The features count less their mean over the rows, divided by their spread.
    """
    rows, between = np.asarray(rows), products()
    with_mean, of_mean = between[:, rows].mean(1), between[np.ix_(rows, rows)].mean()
    centred = between - with_mean[:, None] - with_mean + of_mean
    alike = centred / (centred[rows, rows].mean() / WIDTH)
    shares, bias = np.zeros((len(labels), pets.classes)), np.zeros(pets.classes)
    one_hot, generator = np.eye(pets.classes)[labels], torch.Generator().manual_seed(seed + 1)
    for _ in range(EPOCHS):
        order = rows[torch.randperm(len(rows), generator=generator).numpy()]
        for batch in np.split(order, range(SIZE, len(rows), SIZE)):
            slope = (softmax(alike[batch] @ shares + bias, axis=1) - one_hot[batch]) / len(batch)
            shares[batch] -= RATE * slope
            bias -= RATE * slope.sum(0)
    return alike @ shares + bias


def losses_of(settings: Any, pets: Set, judged: str) -> Floats:
    """(N,) cross-entropy of every picture's label, by the head of all training pictures or by those of the folds."""
    logp = log_softmax(logits_of(pets, pets.targets, pets.rows, settings.seed))
    if judged == "fold":
        dealt = np.random.default_rng(settings.seed).permutation(pets.rows)
        for fold in np.array_split(dealt, FOLDS):
            others = sorted(set(pets.rows.tolist()) - set(fold.tolist()))
            logp[fold] = log_softmax(logits_of(pets, pets.targets, others, settings.seed))[fold]
    return np.array([-p[label] for p, label in zip(logp, pets.targets, strict=True)])


def check_order(losses: Floats, order: Ints, part: Ints) -> None:
    """The pictures of the part, none of them before one with a clearly larger loss."""
    assert sorted(order.tolist()) == sorted(part.tolist())
    sorted_losses = losses[order]
    largest_behind = np.maximum.accumulate(sorted_losses[::-1])[::-1]
    assert (largest_behind - sorted_losses <= NEAR * np.maximum(1, sorted_losses)).all()


def suspects(settings: Any, result: Any) -> dict[str, Any]:
    pets = labelled(settings)
    losses = losses_of(settings, pets, settings.judged)
    part = {"all": np.arange(len(losses)), "train": pets.rows, "valid": pets.held_out}[settings.split]
    check_order(losses, result.order, part)
    wrong = [bool(pets.targets[i] != pets.truth[i]) for i in result.order]
    known, pictures = sum(wrong), len(wrong)
    numbers: dict[str, Any] = {
        "pictures": pictures,
        "known wrong labels": known,
        "highest loss": pytest.approx(float(losses[part].max()), rel=NEAR),
    }
    for k in sorted(LOOKS | {settings.looked}):
        if k <= pictures and known:
            chance, hits = stats.hypergeom(pictures, known, k), sum(wrong[:k])
            numbers |= {
                f"wrong labels in the first {k}": hits,
                f"by chance in {k}": pytest.approx(chance.mean()),
                f"chance of as many in {k}": pytest.approx(chance.sf(hits - 1), rel=1e-6, abs=1e-300),
            }
    return numbers


def cleaned(settings: Any, pets: Set, order: Ints) -> tuple[Ints, Ints]:
    """Labels (N,) and training pictures after the rule; `order` are all pictures by loss."""
    labels, rows = pets.targets.copy(), pets.rows
    if settings.cleaning == "wrong":
        labels[rows] = pets.truth[rows]
    if settings.cleaning in ("first", "random"):
        losses = losses_of(settings, pets, "fold")
        check_order(losses, order, np.arange(len(losses)))
        by_loss = order[np.isin(order, rows)]
        if settings.cleaning == "random":
            by_loss = np.random.default_rng(settings.seed).permutation(by_loss)
        out = set(by_loss[: min(settings.first, len(rows) // 2)].tolist())
        rows = np.array([row for row in rows if row not in out])
    return labels, rows


def check_predictions(settings: Any, pets: Set, cleaned: tuple[Ints, Ints], predicted: Ints) -> None:
    """Those (3, V) of heads of three seeds, apart from pictures that stand between two breeds."""
    labels, rows = cleaned
    for seed, of_page in zip(range(settings.seed, settings.seed + SEEDS), predicted, strict=True):
        logits = logits_of(pets, labels, rows, seed)[pets.held_out]
        assert ((logits.argmax(1) == of_page) | unsure(logits)).all()


def retraining(settings: Any, result: Any) -> dict[str, Any]:
    pets, page = labelled(settings), result.retrained
    labels, rows = cleaned(settings, pets, result.order)
    before, after = page.before, page.after
    check_predictions(settings, pets, (pets.targets, pets.rows), before)
    check_predictions(settings, pets, (labels, rows), after)
    truth = pets.truth[pets.held_out]
    right, right_after = before == truth, after == truth
    gains = np.array([sum(map(int, a)) - sum(map(int, b)) for a, b in zip(right_after.T, right.T, strict=True)]) / SEEDS
    low, high = interval(gains)
    worse, better = ((a & ~b).sum() for a, b in ((right[0], right_after[0]), (right_after[0], right[0])))
    return {
        "training pictures before": len(pets.rows),
        "left out": len(pets.rows) - len(rows),
        "relabelled": int((labels[rows] != pets.targets[rows]).sum()),
        "validation pictures": len(truth),
        "accuracy before": pytest.approx(right.mean()),
        "accuracy after": pytest.approx(right_after.mean()),
        "change": pytest.approx(gains.mean(), abs=1e-12),
        "95% interval, from": pytest.approx(low, abs=1e-9),
        "95% interval, to": pytest.approx(high, abs=1e-9),
        "turned right": better,
        "turned wrong": worse,
        "McNemar, exact": pytest.approx(
            stats.binomtest(int(worse), int(worse + better)).pvalue if worse + better else 1
        ),
    }


def interval(gains: Floats) -> tuple[float, float]:
    """Percentiles 2.5 and 97.5 of the means of 2,000 draws with replacement: how often each picture is drawn is
    `multinomial` of default_rng(0)."""
    n = len(gains)
    counts = np.random.default_rng(0).multinomial(n, [1 / n] * n, size=DRAWS)
    low, high = stats.mstats.mquantiles([float(row @ gains) / n for row in counts], [0.025, 0.975], alphap=1, betap=1)
    return float(low), float(high)
