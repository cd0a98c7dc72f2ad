"""A head trained on the features of a set of pets: recorded step by step, evaluated breed by breed.

fastbook chapter 5 trains resnet34 on 37 breeds with `fine_tune`. Here the body stays frozen: its features are computed
once, and then a head is trained on them in less than a second.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.pets import Pets, load, split
from core.data.shelf import Shelf
from core.exhibits.pet_classifier.settings import Recipe, Settings
from core.nn.backbone import BACKBONES
from core.nn.confusion import confusion_matrix, most_confused, recalls, wilson
from core.nn.features import Features, Progress, features, first_features, of_these
from core.nn.head import Head, HeadSettings, train_head
from core.words import format_breed, format_large, format_seconds, how_often

HEADS_KEPT = 16  # trainings of a set of pictures
NAMED = 3  # confusions that are put into words
CHOOSE = "Choose a cell of the matrix to see the pictures."

_heads = Shelf(HEADS_KEPT)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedHead:
    """A head on a frozen body, with the pictures that it was trained and validated on: N pictures of C breeds.

    While the body still looks at the pictures, it is a head on the first of them, and there is a report.
    """

    recipe: Recipe
    pets: str  # name of the pictures
    names: tuple[str, ...]  # of all N
    vocab: tuple[str, ...]  # the C breeds
    targets: Array  # (N,) int64
    train: Array  # indices
    valid: Array  # indices
    features: Features
    head: Head
    progress: Progress | None = None

    @property
    def right(self) -> int:
        """How many held-out pictures are recognised."""
        return int((self.head.predicted[-1, self.valid] == self.targets[self.valid]).sum())

    @property
    def accuracy(self) -> float:
        """On the held-out pictures."""
        return self.right / max(1, len(self.valid))

    @property
    def matrix(self) -> Array:
        """The confusion matrix of the held-out pictures, (C, C)."""
        return confusion_matrix(self.targets[self.valid], self.head.predicted[-1, self.valid], len(self.vocab))

    @property
    def probabilities(self) -> Array:
        """(N, C) softmax of the logits at the end."""
        return softmax(self.head.logits)

    @property
    def learned(self) -> int:
        """How many parameters the head has."""
        return sum(parameter.size for parameter in self.head.parameters)

    def findings(self) -> list[str]:
        return [*self._so_far(), *self.sentences()]

    def sentences(self) -> list[str]:
        """What is found, without how far the body is."""
        sentences = [self._accuracy_reached(), self._before_training(), self._loss_over_time()]
        confused = most_confused(self.matrix, self.vocab, 2)[:NAMED]
        if confused and self.head.diverged_at is None:
            pairs = ", ".join(f"{format_breed(a)} taken for {format_breed(b)} {how_often(n)}" for a, b, n in confused)
            sentences.append(f"Most confused{self._of_held_out()}: {pairs}. {CHOOSE}")
        return sentences

    def _so_far(self) -> list[str]:
        """How far the body is, while it looks."""
        far = self.progress
        if far is None or not self.features.partial:
            return []
        left = f", about {format_seconds(far.left)} left" if far.per_second else ""
        return [
            f"**{far.done:,} of {far.total:,} pictures** have been seen{left}. "
            f"What is shown is a head on the first **{len(self.features.rows)}** of them; "
            "it is trained again as more arrive."
        ]

    def _of_held_out(self) -> str:
        return f" among these {len(self.valid)}" if self.features.partial else ""

    def _accuracy_reached(self) -> str:
        low, high = wilson(self.right, len(self.valid))
        so_far = " so far" if self.features.partial else ""
        return (
            f":blue[Accuracy] on held-out pictures: **{self.accuracy:.1%}**, {self.right} of {len(self.valid)} "
            f"(95% sure only of {low:.0%} to {high:.0%}; guessing gives {1 / len(self.vocab):.1%}). "
            f"The frozen {BACKBONES[self.recipe.body]} looked at "
            f"{len(self.features.rows):,} pictures once{so_far}, {self.features.per_second:.0f} a second; "
            f"then {self.learned:,} :green[parameters] were learned in {format_seconds(self.head.seconds)}."
        )

    def _before_training(self) -> str:
        """What the body knows without a head."""
        if self.recipe.body == "untrained":
            return (
                "The body’s :green[weights] are **random, on purpose**, "
                "to see what ImageNet’s photographs taught the others."
            )
        these = f"these {len(self.features.rows)}" if self.features.partial else "these"
        drawings = f"{these} drawings, a kind of picture that it has hardly met,"
        pictures = drawings if self.pets == "drawn" else f"{these} pictures"
        return (
            f"Before any head, by ImageNet’s own 1,000 classes, it calls {self.features.known:.0%} of {pictures} "
            "some cat or dog."
        )

    def _loss_over_time(self) -> str:
        head, breeds = self.head, len(self.vocab)
        start = f"The :red[loss] starts at {head.train_loss[0]:.2f}"
        if abs(head.train_loss[0] - math.log(breeds)) < 0.01:
            start += f" = log {breeds} (all breeds equally likely)"
        if head.diverged_at is not None:
            return f"{start} and is no longer a number after {head.diverged_at} steps: the learning rate is too high."
        last_train, last_valid = float(head.train_loss[-1]), float(head.valid_loss[-1])
        best = int(np.argmin(head.valid_loss))
        end = (
            f"{start} and ends at {format_large(last_train)} on the {self._learned_from()} it learned from, "
            f"{format_large(last_valid)} on the others"
        )
        if last_valid > head.valid_loss[0]:
            return f"{end}: worse than knowing nothing, and sure of its mistakes, as {self._why_worse()}."
        if last_valid > 1.1 * head.valid_loss[best] and head.train_accuracy[-1] > 0.99:
            lowest = format_large(float(head.valid_loss[best]))
            return f"{end}; there it was lowest, {lowest}, after {head.epochs[best]:.0f} epochs: overfitting."
        return f"{end}, where {head.train_accuracy[-1]:.0%} and {head.valid_accuracy[-1]:.0%} are right."

    def _learned_from(self) -> str:
        return f"{len(self.train)} pictures" if self.features.partial else "pictures"

    def _why_worse(self) -> str:
        if self.head.losses.max() > 3 * self.head.losses[0]:
            return "each step throws the weights too far"
        return "it knows by heart what it learned from, and no more"

    def numbers(self) -> Numbers:
        head = self.head
        low, high = wilson(self.right, len(self.valid))
        return {
            "accuracy, held out": float(self.accuracy),
            "95% interval, from": low,
            "95% interval, to": high,
            "error rate, held out": 1.0 - self.accuracy,
            "accuracy, learned from": float(head.train_accuracy[-1]),
            "loss before the first step": float(head.train_loss[0]),
            "loss, held out": float(head.valid_loss[-1]),
            "loss, learned from": float(head.train_loss[-1]),
            "pictures learned from": len(self.train),
            "pictures held out": len(self.valid),
            "features of a picture": self.features.array.shape[1],
            "parameters of the head": self.learned,
        }

    def table(self) -> Table:
        """The held-out pictures, those with the least probable breed first."""
        p, rows = self.probabilities, self.valid
        of_label = p[rows, self.targets[rows]]
        rows, predicted = rows[np.argsort(of_label, kind="stable")], p.argmax(1)
        return {
            "picture": [self.names[i] for i in rows],
            "breed": [self.vocab[t] for t in self.targets[rows]],
            "taken for": [self.vocab[t] for t in predicted[rows]],
            "its probability": p[rows, predicted[rows]],
            "probability of the breed": p[rows, self.targets[rows]],
        }

    def breeds(self) -> list[tuple[str, float, int]]:
        """For each breed its name, the share of its held-out pictures that is recognised, and how many it has."""
        matrix = self.matrix
        return list(zip(self.vocab, recalls(matrix).tolist(), matrix.sum(1).tolist(), strict=True))


def experiment(settings: Settings) -> TrainedHead:
    """The head of these settings; computes the features first where they are missing."""
    return trained_head(load(settings.pets), settings.recipe)


def trained_head(pets: Pets, recipe: Recipe) -> TrainedHead:
    """The head of that recipe on these pictures, trained once and then kept with them."""
    return _heads.get(pets, recipe, lambda: _make(pets, recipe, features(pets, recipe.body, recipe.size)))


def early_head(pets: Pets, recipe: Recipe, early: int) -> TrainedHead:
    """The head of that recipe on so many of the first pictures, which have been seen; kept as well."""

    def make() -> TrainedHead:
        return _make(pets, recipe, first_features(pets, recipe.body, recipe.size, early))

    return _heads.get(pets, (recipe, early), make)


def _make(pets: Pets, recipe: Recipe, seen: Features) -> TrainedHead:
    vocab = pets.vocab
    targets = np.array([vocab.index(label) for label in pets.labels])
    train, valid = (of_these(rows, seen.rows) for rows in split(pets))
    train = first_of_each_class(train, targets, recipe.per_breed)
    return TrainedHead(
        recipe=recipe,
        pets=pets.name,
        names=pets.names,
        vocab=vocab,
        targets=targets,
        train=train,
        valid=valid,
        features=seen,
        head=head_on(seen, targets, train, valid, recipe.head, len(vocab)),
    )


def head_on(seen: Features, targets: Array, train: Array, valid: Array, settings: HeadSettings, classes: int) -> Head:
    """A head trained on the rows `train`; pictures that have not been seen are classified as -1, with logits of 0."""
    if not seen.partial:
        return train_head(seen.array, targets, train, valid, settings, classes)
    rows = seen.rows
    learned, held_out = (np.searchsorted(rows, part) for part in (train, valid))
    head = train_head(seen.array[rows], targets[rows], learned, held_out, settings, classes)
    predicted = np.full((len(head.predicted), len(targets)), -1, head.predicted.dtype)
    predicted[:, rows] = head.predicted
    logits = np.zeros((len(targets), classes), np.float32)
    logits[rows] = head.logits
    return replace(head, predicted=predicted, logits=logits)


def first_of_each_class(rows: Array, targets: Array, most: int) -> Array:
    """The first `most` rows of every class, in their order; all rows for 0."""
    if not most:
        return rows
    counts: dict[int, int] = {}
    kept = []
    for row in rows.tolist():
        label = int(targets[row])
        counts[label] = counts.get(label, 0) + 1
        if counts[label] <= most:
            kept.append(row)
    return np.array(kept)


def softmax(logits: Array) -> Array:
    """Probabilities (n, classes) of logits (n, classes), without overflow; a row that is NaN stays NaN."""
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def how_many_with_one_each(result: TrainedHead) -> str:
    """The answer to the page's question: how many are recognised with one picture of each breed to learn from."""
    share = result.accuracy
    if share < 0.2:
        return "nearly none"
    if share < 0.45:
        return "about a third"
    return "more than half" if share >= 0.5 else "almost half"


def why_so_many(result: TrainedHead) -> str:
    """What the answer rests on."""
    return (
        f"{result.right} of {len(result.valid)} held-out pictures: "
        "the body had met cats, dogs and fur on ImageNet already."
    )
