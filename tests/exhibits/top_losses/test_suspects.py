"""Pictures by loss: against fastai's Interpretation, torch's cross-entropy, SciPy's hypergeometric and plain loops."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from core.data.labelled import Pets
from core.data.pets import split
from core.exhibits.top_losses.settings import ALL, FIT, FOLD, TRAIN, VALID
from core.exhibits.top_losses.suspects import (
    Judged,
    at_least,
    chance_band,
    fold_parts,
    hypergeometric,
    labels_of,
    log_softmax,
    top_losses,
)
from core.nn.head import HeadSettings, train_head
from tests.suspects import BREEDS, SEED


def test_the_order_and_the_losses_are_fastais() -> None:
    from fastai.data.core import DataLoader, DataLoaders
    from fastai.interpret import Interpretation
    from fastai.learner import Learner
    from fastai.losses import CrossEntropyLossFlat
    from torch import nn

    draw = torch.Generator().manual_seed(1)
    x, y = torch.randn(40, 5, generator=draw), torch.randint(0, 4, (40,), generator=draw)
    model = nn.Linear(5, 4)
    items = list(zip(x, y, strict=True))
    dls = DataLoaders(DataLoader(items, bs=8), DataLoader(items, bs=8))
    learn = Learner(dls, model, loss_func=CrossEntropyLossFlat())
    theirs = Interpretation.from_learner(learn, dl=dls.valid)
    with torch.no_grad():
        logits = model(x).numpy()
        for k, largest in ((9, True), (None, True), (5, False)):
            losses, places = theirs.top_losses(k, largest)
            ours = -log_softmax(logits)[np.arange(40), y.numpy()]
            order = top_losses(ours if largest else -ours, k)
            assert order.tolist() == places.tolist()
            np.testing.assert_allclose(ours[order], losses.numpy(), rtol=1e-5)


def test_losses_are_torchs_cross_entropy(judged: Judged, pets: Pets, x: np.ndarray) -> None:
    train, valid = split(pets)
    head = train_head(x, judged.targets, train, valid, HeadSettings(seed=SEED), len(BREEDS))
    expected = torch.nn.functional.cross_entropy(
        torch.tensor(head.logits), torch.tensor(judged.targets), reduction="none"
    )
    np.testing.assert_allclose(judged.losses(FIT), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(judged.losses(FOLD)[valid], expected[valid], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.exp(judged.folds).sum(1), 1, rtol=1e-12)


def test_no_head_judges_what_it_was_trained_on(judged: Judged, pets: Pets, x: np.ndarray) -> None:
    train, valid = split(pets)
    parts = fold_parts(train, SEED)
    assert sorted(np.concatenate(parts)) == sorted(train)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    for part in parts:
        other = judged.targets.copy()
        other[part] = (other[part] + 1) % len(BREEDS)  # labels that a head which judges them has not seen
        rest = [i for i in train if i not in set(part.tolist())]
        head = train_head(x, other, np.sort(rest), valid, HeadSettings(seed=SEED), len(BREEDS))
        np.testing.assert_allclose(judged.folds[part], log_softmax(head.logits)[part], atol=1e-5)


def test_a_rank_is_a_plain_sort(judged: Judged) -> None:
    for by in (FOLD, FIT):
        losses = judged.losses(by)
        for part, rows in ((ALL, range(60)), (TRAIN, judged.train), (VALID, judged.valid)):
            order = judged.ranked(by, part)
            assert sorted(order) == sorted(rows)
            assert (np.diff(losses[order]) <= 0).all()
            found = [sum(judged.names[i] in planted(judged) for i in order[: k + 1]) for k in range(len(order))]
            assert judged.wrong_among_first(by, part).tolist() == found


def planted(judged: Judged) -> set[str]:
    return {name for name, label, true in zip(judged.names, judged.targets, judged.truth, strict=True) if label != true}


def test_planted_labels_are_known_and_more_are_made_wrong_in_memory(pets: Pets) -> None:
    before = tuple(sorted(path.stat().st_mtime_ns for path in pets.folder.iterdir()))
    targets, truth, vocab = labels_of(pets, 0, 1)
    assert [pets.names[i] for i in np.flatnonzero(targets != truth)] == list(pets.planted)
    assert [vocab[i] for i in targets] == list(pets.labels)
    more, same_truth, _ = labels_of(pets, 10, 1)
    assert (truth == same_truth).all()
    assert (more != truth).sum() == len(pets.planted) + 10
    assert ((more != targets) & (targets != truth)).sum() == 0
    assert (labels_of(pets, 10, 1)[0] == more).all()
    assert (labels_of(pets, 10, 2)[0] != more).any()
    assert (labels_of(pets, 10_000, 1)[0] != truth).all()
    assert tuple(sorted(path.stat().st_mtime_ns for path in pets.folder.iterdir())) == before


@pytest.mark.parametrize(
    ("population", "wrong", "drawn"),
    [(60, 4, 10), (370, 20, 50), (7390, 100, 50), (12, 9, 8), (5, 0, 3), (5, 5, 5), (9, 2, 0)],
)
def test_chance_is_scipys_hypergeometric(population: int, wrong: int, drawn: int) -> None:
    ours, theirs = hypergeometric(population, wrong, drawn), stats.hypergeom(population, wrong, drawn)
    hits = np.arange(min(wrong, drawn) + 1)
    np.testing.assert_allclose(ours, theirs.pmf(hits), rtol=1e-8, atol=1e-15)
    assert ours.sum() == pytest.approx(1)
    for found in hits:
        expected = sum(
            math.comb(wrong, k) * math.comb(population - wrong, drawn - k) for k in range(found, min(wrong, drawn) + 1)
        ) / math.comb(population, drawn)
        assert at_least(int(found), population, wrong, drawn) == pytest.approx(expected, rel=1e-8)
    mean, low, high = chance_band(population, wrong, drawn)
    assert mean == pytest.approx((hits * theirs.pmf(hits)).sum())
    assert (low, high) == (max(0, theirs.ppf(0.025)), theirs.ppf(0.975))


def test_heads_that_never_saw_a_wrong_label_find_it(judged: Judged) -> None:
    assert judged.wrong_among_first(FOLD, ALL)[7] == 4  # all that are planted, among the first 8 of 60
    assert planted(judged) <= {judged.names[i] for i in judged.ranked(FOLD, ALL)[:8]}
