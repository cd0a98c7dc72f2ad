"""Before and after, paired: against plain loops, SciPy's tests and heads trained by hand."""

import numpy as np
import pytest
from scipy import stats

from core.data.labelled import Pets
from core.exhibits.top_losses.cleaning import DELETE, cleaned, marks_of
from core.exhibits.top_losses.retrain import Retrained, bootstrap, interval, mcnemar, predictions, retrain
from core.exhibits.top_losses.suspects import Fit, Judged
from core.nn.head import HeadSettings, train_head
from tests.suspects import BREEDS, SEED, judged_by, some_features, some_pets


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Pets:
    return some_pets(tmp_path_factory.mktemp("pets"), count=100)


@pytest.fixture(scope="module")
def made(pets: Pets) -> tuple[Judged, Fit]:
    return judged_by(pets, some_features(pets, spread=1.0), wrong=15)


@pytest.fixture(scope="module")
def again(made: tuple[Judged, Fit]) -> Retrained:
    judged, fit = made
    right = int(judged.train[~judged.wrong[judged.train]][0])
    step = [n for i in judged.train[judged.wrong[judged.train]][:8] for n in (int(i), int(judged.truth[i]))]
    marks = marks_of(((right, DELETE), tuple(step)))
    before = predictions(fit, judged.targets, judged.train, judged.valid, SEED)
    return retrain(judged, fit, cleaned(judged.targets, judged.train, marks), before, SEED)


@pytest.mark.parametrize(("worse", "better"), [(0, 0), (0, 1), (3, 9), (9, 3), (5, 5), (0, 12), (40, 60)])
def test_mcnemar_is_scipys_exact_binomial_test(worse: int, better: int) -> None:
    expected = stats.binomtest(worse, worse + better).pvalue if worse + better else 1.0
    assert mcnemar(worse, better) == pytest.approx(expected)


def test_bootstrap_agrees_with_a_plain_loop() -> None:
    gains = np.random.default_rng(2).choice([-1.0, 0.0, 0.0, 1 / 3, 1.0], 80)
    means = bootstrap(gains)
    draw = np.random.default_rng(3)
    plain = [gains[draw.integers(0, 80, 80)].mean() for _ in range(4000)]
    assert means.mean() == pytest.approx(gains.mean(), abs=0.01)
    assert means.std() == pytest.approx(np.std(plain), rel=0.06)
    assert interval(means) == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.02)
    assert (bootstrap(gains) == means).all()


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(4)
    covered = 0
    for _ in range(200):
        low, high = interval(bootstrap(draw.choice([-1.0, 0.0, 1.0], 100, p=[0.1, 0.7, 0.2]), draws=400))
        covered += low <= 0.1 <= high
    assert 175 <= covered <= 200


def test_heads_before_and_after_are_those_trained_by_hand(
    pets: Pets, made: tuple[Judged, Fit], again: Retrained
) -> None:
    judged, _ = made
    x = some_features(pets, spread=1.0)
    kept = np.setdiff1d(judged.train, again.left_out)
    order = judged.train[np.isin(judged.train, kept)]
    for seed, before, after in zip(range(SEED, SEED + 3), again.before, again.after, strict=True):
        for labels, rows, predicted in ((judged.targets, judged.train, before), (again.labels, order, after)):
            head = train_head(x, labels, rows, judged.valid, HeadSettings(seed=seed), len(BREEDS))
            assert head.logits[judged.valid].argmax(1).tolist() == predicted.tolist()


def test_what_was_cleaned_is_counted(made: tuple[Judged, Fit], again: Retrained) -> None:
    judged, _ = made
    assert len(again.left_out) == again.spoilt == 1
    assert len(again.relabelled) == again.mended == 8
    assert again.changed == 9
    assert again.wrong == judged.wrong[judged.train].sum()
    assert (again.targets == judged.targets[judged.valid]).all()  # the measure stays as it was
    assert (again.truth == judged.truth[judged.valid]).all()


def test_changes_are_paired(again: Retrained) -> None:
    before, after = again.accuracies(again.truth)
    assert before == np.mean([[p == t for p, t in zip(row, again.truth, strict=True)] for row in again.before])
    assert after - before == pytest.approx(again.gains(again.truth).mean())
    worse, better = again.flips(again.truth)
    first = [(int(b == t), int(a == t)) for b, a, t in zip(again.before[0], again.after[0], again.truth, strict=True)]
    assert worse.tolist() == [i for i, pair in enumerate(first) if pair == (1, 0)]
    assert better.tolist() == [i for i, pair in enumerate(first) if pair == (0, 1)]
    assert again.p_value == mcnemar(len(worse), len(better))
    assert again.change == (pytest.approx(after - before), *interval(again.drawn_gains))


def test_without_marks_nothing_changes(made: tuple[Judged, Fit]) -> None:
    judged, _ = made
    before = np.zeros((3, len(judged.valid)), np.int64)

    def never(*_: object) -> np.ndarray:
        raise AssertionError("a head was trained for nothing")

    same = retrain(judged, never, cleaned(judged.targets, judged.train, marks_of(())), before, SEED)
    assert same.changed == 0
    assert same.after is before
    assert (same.drawn_gains == 0).all()
