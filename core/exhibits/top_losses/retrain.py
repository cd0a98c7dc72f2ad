"""What cleaning changed: the same head trained before and after, measured on the same validation pictures.

Every difference is paired: picture by picture, with the same seed. Its interval is a bootstrap over the pictures
(Efron 1979), its test the exact form of McNemar's (1947).
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.arrays import Array
from core.exhibits.top_losses.suspects import Fit, Judged

SEEDS = 3
DRAWS = 2000
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
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

    @property
    def changed(self) -> int:
        """Training pictures that were left out or relabelled."""
        return len(self.left_out) + len(self.relabelled)

    def accuracies(self, by: Array) -> tuple[float, float]:
        """Mean accuracy of the heads before and after, by these labels (V,)."""
        return float((self.before == by).mean()), float((self.after == by).mean())

    def gains(self, by: Array) -> Array:
        """(V,) what each picture adds to the change of accuracy, a mean over the heads from -1 to 1."""
        return ((self.after == by).astype(np.float64) - (self.before == by)).mean(0)

    @cached_property
    def drawn_gains(self) -> Array:
        """(draws,) the change of accuracy by the true labels, with the pictures drawn anew."""
        return bootstrap(self.gains(self.truth))

    def flips(self, by: Array) -> tuple[Array, Array]:
        """Places among the V pictures that the first head turns from right to wrong, and from wrong to right."""
        before, after = self.before[0] == by, self.after[0] == by
        return np.flatnonzero(before & ~after), np.flatnonzero(~before & after)


def retrain(judged: Judged, fit: Fit, cleaned: tuple[Array, Array], before: Array, seed: int) -> Retrained:
    """Train heads with the cleaned labels (N,) and training indices; `before` (S, V) are the others' predictions."""
    labels, kept = cleaned
    left_out = np.setdiff1d(judged.train, kept)
    relabelled = kept[labels[kept] != judged.targets[kept]]
    same = not len(left_out) and not len(relabelled)
    after = before if same else predictions(fit, labels, kept, judged.valid, seed, len(before))
    mended = judged.wrong[left_out].sum() + (judged.wrong & (labels == judged.truth))[relabelled].sum()
    spoilt = (~judged.wrong)[left_out].sum() + (~judged.wrong)[relabelled].sum()
    by = judged.targets[judged.valid], judged.truth[judged.valid]
    wrong = int(judged.wrong[judged.train].sum())
    return Retrained(
        judged.valid,
        before,
        after,
        *by,
        left_out,
        relabelled,
        labels,
        len(judged.train),
        wrong,
        int(mended),
        int(spoilt),
    )


def predictions(fit: Fit, targets: Array, train: Array, valid: Array, seed: int, seeds: int = SEEDS) -> Array:
    """(S, V) the classes that a head of each seed predicts for the validation pictures."""
    return np.stack([fit(targets, train, each)[valid].argmax(1) for each in range(seed, seed + seeds)])


def bootstrap(gains: Array, seed: int = 0, draws: int = DRAWS) -> Array:
    """(draws,) means of as many pictures, drawn anew with replacement: how the mean varies with the pictures."""
    drawn = np.random.default_rng(seed).multinomial(len(gains), np.full(len(gains), 1 / len(gains)), size=draws)
    return drawn @ gains / len(gains)


def interval(means: Array, level: float = LEVEL) -> tuple[float, float]:
    """The range between the quantiles that leaves as much out on either side."""
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mcnemar(worse: int, better: int) -> float:
    """How likely a split at least as uneven is, if each of the changed pictures was as likely to turn either way."""
    changed = worse + better
    tail = sum(math.comb(changed, k) for k in range(min(worse, better) + 1)) / 2**changed
    return min(1.0, 2 * tail)
