"""Pictures by loss: against fastai's Interpretation, torch's cross-entropy, SciPy's hypergeometric and plain loops."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

from core.data.labelled import Pets
from core.data.pets import split
from core.exhibits.top_losses import judging
from core.exhibits.top_losses.cleaning import DELETE, KEEP, marks_of
from core.exhibits.top_losses.experiment import (
    ANSWERS,
    findings,
    how_many_found,
    join,
    marked,
    numbers,
    points,
    table,
    wants_job,
    whole,
    why_found,
    with_mine,
    work,
)  # fmt: skip
from core.exhibits.top_losses.judging import FIND, FIRST, MINE, RANDOM, RETRAIN, WRONG, Mine, Result, Settings
from core.exhibits.top_losses.suspects import (
    ALL,
    FIT,
    FOLD,
    TRAIN,
    VALID,
    Judged,
    at_least,
    chance_band,
    fold_parts,
    hypergeometric,
    labels_of,
    log_softmax,
    top_losses,
)  # fmt: skip
from core.nn.head import HeadSettings, train_head
from tests.suspects import BREEDS, NAME, SEED, install, judged_by, some_features, some_pets


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Pets:
    return some_pets(tmp_path_factory.mktemp("pets"))


@pytest.fixture(scope="module")
def x(pets: Pets) -> np.ndarray:
    return some_features(pets)


@pytest.fixture(scope="module")
def judged(pets: Pets, x: np.ndarray) -> Judged:
    return judged_by(pets, x)[0]


@pytest.fixture
def settings(pets: Pets, x: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    yield install(pets, x, monkeypatch)
    judging._shelf.of.pop(pets, None)


def no_work(*_: Any) -> None:
    """As if a job had not got there yet."""


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
            found = [sum(judged.names[i] in PLANTED(judged) for i in order[: k + 1]) for k in range(len(order))]
            assert judged.found(by, part).tolist() == found


def PLANTED(judged: Judged) -> set[str]:  # noqa: N802
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
    ("population", "wrong", "drawn"), [(60, 4, 10), (370, 20, 50), (7390, 100, 50), (12, 9, 8), (5, 0, 3), (5, 5, 5), (9, 2, 0)]
)  # fmt: skip
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
    assert judged.found(FOLD, ALL)[7] == 4  # all that are planted, among the first 8 of 60
    assert PLANTED(judged) <= {judged.names[i] for i in judged.ranked(FOLD, ALL)[:8]}


def test_findings_tell_what_was_counted(settings: Settings, judged: Judged) -> None:
    result = whole(settings)
    said = " ".join(findings(result))
    first = judged.ranked(FOLD, ALL)[0]
    assert judged.names[first] in said
    assert f"{judged.losses(FOLD)[first]:.2f}" in said
    assert "**4** of these 60 labels" in said
    found = numbers(result)
    assert found["wrong labels in the first 10"] == judged.found(FOLD, ALL)[9]
    assert found["by chance in 10"] == pytest.approx(10 * 4 / 60)
    assert f"{4 * 50 / 60:.1f}" in said
    assert table(result)["file"][0] == judged.names[first]
    assert len(table(result)["loss"]) == 60


def test_without_known_wrong_labels_nothing_is_claimed(
    tmp_path: Path, x: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = some_pets(tmp_path, planted=0, name="own:unknown")
    result = whole(install(own, x, monkeypatch))
    said = " ".join(findings(result))
    assert "Nobody has said which of these 60 labels are wrong" in said
    assert "chance" not in said
    assert numbers(result)["known wrong labels"] == 0


def test_the_question_is_answered_from_the_run(settings: Settings) -> None:
    result = whole(replace(settings, wrong=10))
    assert result.judged
    share = result.judged.found(FOLD, ALL)[13] / 14
    assert how_many_found(result) == ANSWERS[0 if share < 0.25 else 1 if share < 0.75 else 2]
    assert f"**{result.judged.found(FOLD, ALL)[13]}** of them" in why_found(result)


def test_a_job_brings_the_result(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "FEW", 10)
    settings = settings.prepared()
    assert wants_job(settings)
    waiting = judging.experiment(settings)
    assert waiting.judged is None
    parts = list(work(settings, lambda: False))
    assert "30 of 60 are done, 30 a second, about 1 s left" in findings(join(waiting, parts[:1]))[0]
    assert "Then heads are trained" in findings(waiting)[0]
    done = join(waiting, parts)
    assert done.judged
    now = settings.prepared()
    assert now == replace(settings, ready=True)
    assert not wants_job(now)
    assert judging.experiment(now).judged is done.judged
    assert list(work(settings, lambda: True)) == parts[:1]  # stopped


def test_marks_are_counted(settings: Settings) -> None:
    found = judging.complete(Result(settings))
    log = marks_of(())
    assert "Nothing" in marked(with_mine(found, Mine({}, no_work)))
    result = with_mine(found, Mine({f"{NAME} 60": ((0, DELETE, 9, DELETE), (1, 2), (2, KEEP))}, no_work))
    assert len(log) == 0
    assert marked(result) == (
        "4 marked: 1 to keep, 2 to delete, 1 to relabel. Labels known to be wrong among those to delete or relabel: 2 of 3."
    )


@pytest.mark.parametrize("cleaning", [MINE, FIRST, RANDOM, WRONG])
def test_a_rule_marks_training_pictures_only(cleaning: str, settings: Settings, judged: Judged) -> None:
    chosen = replace(settings, view=RETRAIN, cleaning=cleaning, first=10)
    marks = judging.by_rule(chosen, judged)
    touched = {index for index, _ in marks.entries}
    assert touched <= set(judged.train.tolist())
    assert len(touched) == {MINE: 0, FIRST: 10, RANDOM: 10}.get(cleaning, judged.wrong[judged.train].sum())
    if cleaning == FIRST:
        assert touched == set(judged.ranked(FOLD, TRAIN)[:10].tolist())
    if cleaning == WRONG:
        assert all(judged.truth[index] == action for index, action in marks.entries)


def test_ones_own_marks_are_trained_with_aside(settings: Settings, judged: Judged) -> None:
    chosen = replace(settings, view=RETRAIN)
    asked: list[Any] = []
    index = int(judged.train[0])
    logs = {judged.key: ((index, DELETE), (int(judged.valid[0]), DELETE))}
    result = judging.complete(Result(chosen))

    def not_yet(_: Any, argument: Any) -> None:
        asked.append(argument)

    waiting = with_mine(result, Mine(logs, not_yet))
    assert waiting.pending
    assert "being trained" in findings(waiting)[0]
    (again,) = judging.train_again(asked[0], lambda: False)
    done = with_mine(result, Mine(logs, lambda *_: again))
    assert done.retrained is again
    assert again.left_out.tolist() == [index]
    said = " ".join(findings(done))
    assert "1 left out and 0 relabelled" in said
    assert "Marks on validation pictures (1) count for nothing" in said
    assert not with_mine(result, Mine({}, not_yet)).pending


def test_retraining_is_told(settings: Settings) -> None:
    result = whole(replace(settings, view=RETRAIN, cleaning=WRONG, wrong=20))
    again = result.retrained
    assert again
    found, said = numbers(result), " ".join(findings(result))
    assert found["relabelled"] == again.wrong == again.mended
    assert found["accuracy after"] == pytest.approx(np.mean(again.after == again.truth))
    assert f"{found['accuracy before']:.3f}" in said
    assert f"**{points(found['change'])}**" in said
    assert len(table(result)["before"]) == len(again.valid) == 12
    assert "as before" in findings(whole(replace(settings, view=RETRAIN)))[0]


def test_the_view_decides_what_is_computed(settings: Settings) -> None:
    assert whole(settings).retrained is None
    assert whole(settings).settings.view == FIND
    assert [points(0.0), points(0.0123), points(-0.05), points(-1e-9)] == ["0.0", "+1.2", "−5.0", "0.0"]


@pytest.mark.parametrize("by", [FOLD, FIT])
@pytest.mark.parametrize("part", [ALL, TRAIN])
def test_the_other_judges_are_compared(by: str, part: str, settings: Settings) -> None:
    result = whole(replace(settings, judged=by, split=part, wrong=20))
    assert result.judged
    ours, theirs = (result.judged.found(each, part) for each in (by, FIT if by == FOLD else FOLD))
    k = max((10, 20, 50) if len(ours) >= 50 else (10, 20), key=lambda k: abs(ours[k - 1] - theirs[k - 1]))
    expected = "hold as many" if ours[k - 1] == theirs[k - 1] else f"hold **{theirs[k - 1]}** instead of {ours[k - 1]}"
    assert f"the first {k} {expected}" in findings(result)[-1]
