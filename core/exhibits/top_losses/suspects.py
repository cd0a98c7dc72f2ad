"""Pictures by loss, as fastai's `Interpretation.top_losses` ranks them, and what chance would find among the first.

Heads are trained on frozen features, so a training picture can be judged by heads that never saw its label (five folds)
as well as by the head that was trained on it, which is what fastai shows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import Array
from core.data.labelled import Pets
from core.exhibits.top_losses.settings import ALL, FOLD, TRAIN, VALID
from core.nn.head import HeadSettings, train_head

FOLDS = 5

Fit = Callable[[Array, Array, int], Array]
"""Labels (N,), training indices and a seed in; logits (N, C) of the trained head for all pictures out."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """N pictures with their labels among C breeds, and what heads say of them. Shared, so nobody changes it.

    While the body still looks at the pictures, training and validation indices are of those seen so far.
    """

    pets: str  # name of the pictures
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
    def seen(self) -> Array:
        """Indices of the pictures that are judged, ascending."""
        return np.sort(np.concatenate([self.train, self.valid]))

    @property
    def key(self) -> str:
        """Names this set of pictures, and their numbering."""
        return f"{self.pets} {len(self)}"

    @property
    def wrong(self) -> Array:
        """(N,) whether the label is known to be wrong."""
        return self.targets != self.truth

    def logp(self, judges: str) -> Array:
        """(N, C) log-probabilities by the heads of the folds (FOLD), or by the one that was trained on all (FIT)."""
        return self.folds if judges == FOLD else self.fitted

    def losses(self, judges: str) -> Array:
        """(N,) cross-entropy of each picture: minus the log-probability of its label."""
        return -self.logp(judges)[np.arange(len(self)), self.targets]

    def ranked(self, judges: str, part: str) -> Array:
        """Indices of a part's pictures (ALL, TRAIN or VALID) by descending loss."""
        rows = {ALL: self.seen, TRAIN: np.sort(self.train), VALID: np.sort(self.valid)}[part]
        return rows[top_losses(self.losses(judges)[rows])]

    def wrong_among_first(self, judges: str, part: str) -> Array:
        """(n,) how many labels known to be wrong are among the first 1, 2, … n of a part's pictures by loss."""
        return self.wrong[self.ranked(judges, part)].cumsum()


def top_losses(losses: Array, k: int | None = None) -> Array:
    """Indices of the k largest of the losses (N,), largest first; all of them by default."""
    return np.argsort(-losses, kind="stable")[:k]


def labels_of(pets: Pets, wrong: int, seed: int) -> tuple[Array, Array, tuple[str, ...]]:
    """Labels as they stand and as far as they are known to be right, both (N,), and the breeds they are indices of.

    `wrong` of the right labels, drawn by `seed`, are replaced by another breed; in memory, no file is touched.
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


def fitting(x: Array, classes: int, seen: Array | None = None) -> Fit:
    """A function that trains a linear head on these features (N, width), as the pet classifier does.

    Where only the rows `seen`, ascending, hold features, the logits of all others are 0.
    """

    def fit(targets: Array, train: Array, seed: int) -> Array:
        if seen is None or len(seen) == len(x):
            return train_head(x, targets, train, train[:0], HeadSettings(seed=seed), classes).logits
        logits = np.zeros((len(x), classes), np.float32)
        places = np.searchsorted(seen, train)
        logits[seen] = train_head(x[seen], targets[seen], places, places[:0], HeadSettings(seed=seed), classes).logits
        return logits

    return fit


def judge(
    pets: Pets, labels: tuple[Array, Array, tuple[str, ...]], parts: tuple[Array, Array], fit: Fit, seed: int
) -> Judged:
    """Train a head on all training pictures, and for each fold one on the other folds, which judges it.

    `labels` are those of `labels_of`; `parts` are the training and the validation indices. The validation pictures are
    judged by the head that was trained on all training pictures.
    """
    (targets, truth, vocab), (train, valid) = labels, parts
    fitted = log_softmax(fit(targets, train, seed))
    folds = fitted.copy()
    for fold in fold_parts(train, seed):
        folds[fold] = log_softmax(fit(targets, np.setdiff1d(train, fold), seed)[fold])
    return Judged(
        pets=pets.name,
        names=pets.names,
        vocab=vocab,
        targets=targets,
        truth=truth,
        train=train,
        valid=valid,
        folds=folds,
        fitted=fitted,
    )


def fold_parts(train: Array, seed: int, parts: int = FOLDS) -> list[Array]:
    """The training indices, shuffled, in so many parts of about equal size."""
    return np.array_split(np.random.default_rng(seed).permutation(train), parts)


def log_softmax(logits: Array) -> Array:
    """Log-probabilities (N, C) float64 of logits (N, C), without overflow."""
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def hypergeometric(population: int, marked: int, drawn: int) -> Array:
    """Probabilities that 0, 1, … of the marked are among `drawn` of a population, without replacement.

    (min(marked, drawn) + 1,), the hypergeometric distribution.
    """
    logs = np.concatenate([[0.0], np.log(np.arange(1, population + 1)).cumsum()])  # of the factorials

    def choose(n: Array | int, k: Array | int) -> Array:
        return logs[n] - logs[k] - logs[n - np.asarray(k)]

    hits = np.arange(min(marked, drawn) + 1)
    others = np.minimum(drawn - hits, population - marked)
    log = choose(marked, hits) + choose(population - marked, others) - choose(population, drawn)
    return np.where(others == drawn - hits, np.exp(log), 0.0)


def at_least(hits: int, population: int, marked: int, drawn: int) -> float:
    """The probability that as many of the marked, or more, are among `drawn` by chance."""
    return float(min(1.0, hypergeometric(population, marked, drawn)[hits:].sum()))


def chance_band(population: int, marked: int, drawn: int) -> tuple[float, int, int]:
    """How many of the marked chance finds among `drawn`: the mean, and the 2.5% and 97.5% quantiles."""
    below = hypergeometric(population, marked, drawn).cumsum()
    low, high = np.minimum(np.searchsorted(below, [0.025, 0.975]), len(below) - 1)
    return drawn * marked / population, int(low), int(high)
