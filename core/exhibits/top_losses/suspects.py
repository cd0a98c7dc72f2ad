"""Pictures by loss, as fastai's Interpretation.top_losses ranks them, and what chance would find among the first.

A head is trained on frozen features, so a training picture can be judged by heads that never saw its label (five folds)
as well as by the head that was trained on it, which is what fastai shows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.data.download import Stop
from core.data.labelled import Pets
from core.nn.head import HeadSettings, train_head

ALL, TRAIN, VALID = "all", "train", "valid"
FOLD, FIT = "fold", "fit"
FOLDS = 5

Fit = Callable[[Array, Array, int], Array]
"""Labels (N,), training indices and a seed in; logits (N, C) of the trained head for all pictures out."""


@dataclass(frozen=True, eq=False)
class Judged:
    """N pictures with their labels among C breeds, and what heads say of them. Shared, so nobody changes it."""

    pets: str
    names: tuple[str, ...]
    vocab: tuple[str, ...]
    targets: Array  # (N,) labels as they stand
    truth: Array  # (N,) labels as far as they are known to be right
    train: Array  # training indices
    valid: Array  # validation indices
    folds: Array  # (N, C) log-probabilities by heads that were not trained on the picture
    fitted: Array  # (N, C) by the one head that was trained on all training pictures

    def __len__(self) -> int:
        return len(self.names)

    @property
    def key(self) -> str:
        """Names this set of pictures, and their numbering."""
        return f"{self.pets} {len(self)}"

    @property
    def wrong(self) -> Array:
        """(N,) whether the label is known to be wrong."""
        return self.targets != self.truth

    def logp(self, judged: str) -> Array:
        """(N, C) log-probabilities by the chosen judges."""
        return self.folds if judged == FOLD else self.fitted

    def losses(self, judged: str) -> Array:
        """(N,) cross-entropy of each picture: minus the log-probability of its label."""
        return -self.logp(judged)[np.arange(len(self)), self.targets]

    def ranked(self, judged: str, part: str) -> Array:
        """Indices of a part's pictures by descending loss."""
        rows = {ALL: np.arange(len(self)), TRAIN: np.sort(self.train), VALID: np.sort(self.valid)}[part]
        return rows[top_losses(self.losses(judged)[rows])]

    def found(self, judged: str, part: str) -> Array:
        """(n,) how many of the known wrong labels stand among the first 1, 2, … n by loss."""
        return self.wrong[self.ranked(judged, part)].cumsum()


def top_losses(losses: Array, k: int | None = None) -> Array:
    """Places of the k largest of the losses (N,), largest first; all of them by default."""
    return np.argsort(-losses, kind="stable")[:k]


def labels_of(pets: Pets, wrong: int, seed: int) -> tuple[Array, Array, tuple[str, ...]]:
    """Labels as they stand and as far as they are known to be right, both (N,), and the breeds that they number.

    `wrong` right labels, drawn by `seed`, are exchanged for another breed; in memory, no file is touched.
    """
    vocab = tuple(sorted({*pets.labels, *pets.planted.values()}))
    place = {breed: i for i, breed in enumerate(vocab)}
    targets = np.array([place[label] for label in pets.labels])
    truth = np.array([place[pets.planted.get(n, label)] for n, label in zip(pets.names, pets.labels, strict=True)])
    draw = np.random.default_rng(seed)
    right = np.flatnonzero(targets == truth)
    chosen = draw.choice(right, min(wrong, len(right)), replace=False)
    targets[chosen] = (targets[chosen] + draw.integers(1, len(vocab), len(chosen))) % len(vocab)
    return targets, truth, vocab


def fitting(x: Array, classes: int, stop: Stop = lambda: False) -> Fit:
    """Trains linear heads on these features (N, width) as the pet classifier does."""

    def fit(targets: Array, train: Array, seed: int) -> Array:
        return train_head(x, targets, train, train[:0], HeadSettings(seed=seed), classes, stop).logits

    return fit


def judge(
    pets: Pets, labels: tuple[Array, Array, tuple[str, ...]], parts: tuple[Array, Array], fit: Fit, seed: int
) -> Judged:
    """Train one head on all training pictures, which judges the others, and one for each fold, which judges the fold.

    `labels` are those that stand, the true ones and the breeds; `parts` the training and the validation indices.
    """
    (targets, truth, vocab), (train, valid) = labels, parts
    fitted = log_softmax(fit(targets, train, seed))
    folds = fitted.copy()
    for fold in fold_parts(train, seed):
        folds[fold] = log_softmax(fit(targets, np.setdiff1d(train, fold), seed)[fold])
    return Judged(pets.name, pets.names, vocab, targets, truth, train, valid, folds, fitted)


def fold_parts(train: Array, seed: int, parts: int = FOLDS) -> list[Array]:
    """The training indices in so many parts of about equal size, shuffled."""
    return np.array_split(np.random.default_rng(seed).permutation(train), parts)


def log_softmax(logits: Array) -> Array:
    """Log-probabilities (N, C) float64 of activations; no exponential overflows."""
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def hypergeometric(population: int, marked: int, drawn: int) -> Array:
    """(min(marked, drawn) + 1,) how likely 0, 1, … of the marked are among `drawn` of a population, none put back."""
    logs = np.concatenate([[0.0], np.log(np.arange(1, population + 1)).cumsum()])  # of the factorials

    def choose(n: Array | int, k: Array | int) -> Array:
        return logs[n] - logs[k] - logs[n - np.asarray(k)]

    hits = np.arange(min(marked, drawn) + 1)
    others = np.minimum(drawn - hits, population - marked)
    log = choose(marked, hits) + choose(population - marked, others) - choose(population, drawn)
    return np.where(others == drawn - hits, np.exp(log), 0.0)


def at_least(found: int, population: int, marked: int, drawn: int) -> float:
    """How likely as many or more of the marked are among `drawn` by chance."""
    return float(min(1.0, hypergeometric(population, marked, drawn)[found:].sum()))


def chance_band(population: int, marked: int, drawn: int) -> tuple[float, int, int]:
    """How many of the marked chance finds: the mean, and the 2.5% and 97.5% quantiles."""
    below = hypergeometric(population, marked, drawn).cumsum()
    low, high = np.minimum(np.searchsorted(below, [0.025, 0.975]), len(below) - 1)
    return drawn * marked / population, int(low), int(high)
