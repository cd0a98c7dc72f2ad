"""What cleaning changed: the same head trained before and after, measured on the same validation pictures.

All differences are paired: picture by picture, with the same seed. The interval is a bootstrap over the pictures
(Efron 1979), the test is the exact form of McNemar's (1947).
"""

import math
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.exhibits.top_losses.suspects import Fit, Judged

SEEDS = 3
DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Retrained:
    """S heads before and after cleaning, judged on the same V validation pictures."""

    valid: Array  # (V,) indices
    before: Array  # (S, V) predicted classes
    after: Array  # (S, V)
    targets: Array  # (V,) labels as they stand
    truth: Array  # (V,) labels as far as they are known to be right
    left_out: Array  # training indices
    relabelled: Array  # training indices
    labels: Array  # (N,) all labels after cleaning
    trained: int  # training pictures before
    wrong: int  # training labels known to be wrong, before
    mended: int  # how many of these were left out or set right
    spoilt: int  # labels not known to be wrong that were left out or changed
    drawn_gains: Array  # (draws,) the change of accuracy by the true labels, with the pictures drawn anew
    p_value: float  # of McNemar's test on the pictures that the first head turns, by the true labels

    @property
    def changed(self) -> int:
        """Training pictures that were left out or relabelled."""
        return len(self.left_out) + len(self.relabelled)

    def accuracies(self, by: Array) -> tuple[float, float]:
        """Mean accuracy of the heads before and after, by these labels (V,)."""
        return float((self.before == by).mean()), float((self.after == by).mean())

    def gains(self, by: Array) -> Array:
        """(V,) what each picture adds to the change of accuracy, from -1 to 1."""
        return gains(self.before, self.after, by)

    @property
    def change(self) -> tuple[float, float, float]:
        """The mean change of accuracy by the true labels, and the limits of its interval."""
        return float(self.gains(self.truth).mean()), *interval(self.drawn_gains)

    def flips(self, by: Array) -> tuple[Array, Array]:
        """Places among the V pictures that the first head turns from right to wrong, and from wrong to right."""
        return flips(self.before[0], self.after[0], by)


def retrain(judged: Judged, fit: Fit, cleaned: tuple[Array, Array], before: Array, seed: int) -> Retrained:
    """Train heads with the cleaned labels (N,) and training indices; `before` (S, V) are the predictions before."""
    labels, kept = cleaned
    left_out = np.setdiff1d(judged.train, kept)
    relabelled = kept[labels[kept] != judged.targets[kept]]
    same = not len(left_out) and not len(relabelled)
    after = before if same else predictions(fit, labels, kept, judged.valid, seed, len(before))
    mended = judged.wrong[left_out].sum() + (judged.wrong & (labels == judged.truth))[relabelled].sum()
    spoilt = (~judged.wrong)[left_out].sum() + (~judged.wrong)[relabelled].sum()
    truth = judged.truth[judged.valid]
    worse, better = flips(before[0], after[0], truth)
    return Retrained(
        valid=judged.valid,
        before=before,
        after=after,
        targets=judged.targets[judged.valid],
        truth=truth,
        left_out=left_out,
        relabelled=relabelled,
        labels=labels,
        trained=len(judged.train),
        wrong=int(judged.wrong[judged.train].sum()),
        mended=int(mended),
        spoilt=int(spoilt),
        drawn_gains=bootstrap(gains(before, after, truth)),
        p_value=mcnemar(len(worse), len(better)),
    )


def gains(before: Array, after: Array, by: Array) -> Array:
    """(V,) what each picture adds to the change of accuracy by the labels (V,), a mean over S heads (S, V)."""
    return ((after == by).astype(np.float64) - (before == by)).mean(0)


def flips(before: Array, after: Array, by: Array) -> tuple[Array, Array]:
    """Places in the predictions (V,) that turn from right to wrong by the labels (V,), and from wrong to right."""
    right, right_after = before == by, after == by
    return np.flatnonzero(right & ~right_after), np.flatnonzero(~right & right_after)


def predictions(fit: Fit, targets: Array, train: Array, valid: Array, seed: int, seeds: int = SEEDS) -> Array:
    """(S, V) classes that heads of consecutive seeds predict for the validation pictures."""
    return np.stack([fit(targets, train, s)[valid].argmax(1) for s in range(seed, seed + seeds)])


def bootstrap(gains: Array, seed: int = 0, draws: int = DRAWS) -> Array:
    """(draws,) means of as many gains (V,), drawn with replacement: how the mean varies with the pictures."""
    drawn = np.random.default_rng(seed).multinomial(len(gains), np.full(len(gains), 1 / len(gains)), size=draws)
    return drawn @ gains / len(gains)


def interval(means: Array, level: float = LEVEL) -> tuple[float, float]:
    """The central range of the means (draws,) that holds a share `level` of them."""
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mcnemar(worse: int, better: int) -> float:
    """McNemar's exact test: the probability of a split at least as uneven, if both ways are equally likely."""
    changed = worse + better
    tail = sum(math.comb(changed, k) for k in range(min(worse, better) + 1)) / 2**changed
    return min(1.0, 2 * tail)
