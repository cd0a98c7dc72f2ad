"""A head trained on a set of pets' features, as the exhibit shows it: recorded, judged breed by breed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.data.pets import Pets, split
from core.data.shelf import Shelf
from core.nn.backbone import BACKBONES
from core.nn.confusion import confusion_matrix, most_confused, recalls, wilson
from core.nn.features import Features, features
from core.nn.head import Head, HeadSettings, train_head
from core.words import format_breed, format_large, format_seconds, how_often

HEADS_KEPT = 16  # trainings of a set of pictures
NAMED = 3  # confusions that are put into words

_heads = Shelf(HEADS_KEPT)


@dataclass(frozen=True)
class Choice:
    """What is trained on what: a body at a size, so many pictures of each breed (0: all), and the head's settings."""

    body: str = "lite0"
    size: int = 224
    each: int = 0
    head: HeadSettings = HeadSettings()


@dataclass(frozen=True, eq=False)
class Trained:
    """A head on a frozen body, and the pictures it was trained and tried on; N pictures of C breeds."""

    choice: Choice
    pets: str  # their name
    names: tuple[str, ...]
    vocab: tuple[str, ...]
    targets: Array  # (N,) int64
    train: Array  # indices
    valid: Array
    features: Features
    head: Head

    @property
    def right(self) -> int:
        """Held-out pictures that are recognised."""
        return int((self.head.predicted[-1, self.valid] == self.targets[self.valid]).sum())

    @property
    def accuracy(self) -> float:
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
        """Numbers in the head."""
        return sum(parameter.size for parameter in self.head.parameters)

    def findings(self) -> list[str]:
        found = [self._reached()]
        if self.choice.body == "untrained":
            found.append(
                "The body’s :green[weights] are **random, on purpose**, to see what ImageNet’s photographs taught the others."
            )
        else:
            what = (
                "these drawings, a kind of picture that it has hardly met,"
                if self.pets == "drawn"
                else "these pictures"
            )
            found.append(
                f"Before any head, by ImageNet’s own 1,000 classes, it calls {self.features.known:.0%} of {what} some cat or dog."
            )
        found.append(self._loss())
        if confused := most_confused(self.matrix, self.vocab, 2)[:NAMED]:
            pairs = ", ".join(f"{format_breed(a)} taken for {format_breed(b)} {how_often(n)}" for a, b, n in confused)
            found.append(f"Most confused: {pairs}. Choose a cell of the matrix to see the pictures.")
        return found

    def _reached(self) -> str:
        low, high = wilson(self.right, len(self.valid))
        many = len(self.vocab)
        return (
            f":blue[Accuracy] on held-out pictures: **{self.accuracy:.1%}**, {self.right} of {len(self.valid)} (95% sure only of "
            f"{low:.0%} to {high:.0%}; guessing gives {1 / many:.1%}). The frozen {BACKBONES[self.choice.body]} looked at "
            f"{len(self.names):,} pictures once, {self.features.per_second:.0f} a second; then {self.learned:,} "
            f":green[parameters] were learned in {format_seconds(self.head.seconds)}."
        )

    def _loss(self) -> str:
        head, many = self.head, len(self.vocab)
        start = f"The :red[loss] starts at {head.train_loss[0]:.2f}"
        start += f" = log {many} (all breeds equally likely)" if abs(head.train_loss[0] - math.log(many)) < 0.01 else ""
        if head.diverged_at is not None:
            return f"{start} and is no longer a number after {head.diverged_at} steps: the learning rate is too high."
        last_train, last_valid = float(head.train_loss[-1]), float(head.valid_loss[-1])
        best = int(np.argmin(head.valid_loss))
        ends = f"{start} and ends at {format_large(last_train)} on the pictures it learned from, {format_large(last_valid)} on the others"
        if last_valid > head.valid_loss[0]:
            thrown = head.losses.max() > 3 * head.losses[0]
            reason = (
                "each step throws the weights too far"
                if thrown
                else "it knows by heart what it learned from, and no more"
            )
            return f"{ends}: worse than knowing nothing, and sure of its mistakes, as {reason}."
        if last_valid > 1.1 * head.valid_loss[best] and head.train_accuracy[-1] > 0.99:
            return f"{ends}; there it was lowest, {format_large(float(head.valid_loss[best]))}, after {head.epochs[best]:.0f} epochs: overfitting."
        return f"{ends}, where {head.train_accuracy[-1]:.0%} and {head.valid_accuracy[-1]:.0%} are right."

    def numbers(self) -> dict[str, float]:
        head = self.head
        return {
            "accuracy, held out": float(self.accuracy),
            "accuracy, learned from": float(head.train_accuracy[-1]),
            "loss, held out": float(head.valid_loss[-1]),
            "loss, learned from": float(head.train_loss[-1]),
            "pictures learned from": len(self.train),
            "pictures held out": len(self.valid),
        }

    def table(self) -> dict[str, Sequence[Any]]:
        """The held-out pictures, the most wrong first."""
        p, rows = self.probabilities, self.valid
        of_label = p[rows, self.targets[rows]]
        rows, said = rows[np.argsort(of_label, kind="stable")], p.argmax(1)
        return {
            "picture": [self.names[i] for i in rows],
            "breed": [self.vocab[t] for t in self.targets[rows]],
            "taken for": [self.vocab[t] for t in said[rows]],
            "its probability": p[rows, said[rows]],
            "probability of the breed": p[rows, self.targets[rows]],
        }

    def breeds(self) -> list[tuple[str, float, int]]:
        """Each breed, the share of its held-out pictures that is recognised, and how many these are."""
        matrix = self.matrix
        return list(zip(self.vocab, recalls(matrix).tolist(), matrix.sum(1).tolist(), strict=True))


def trained(pets: Pets, choice: Choice) -> Trained:
    """The head of that choice on these pictures, trained once; computes their features first where they are missing."""
    return _heads.get(pets, choice, lambda: _train(pets, choice))


def _train(pets: Pets, choice: Choice) -> Trained:
    found = features(pets, choice.body, choice.size)
    vocab = pets.vocab
    targets = np.array([vocab.index(label) for label in pets.labels])
    train, valid = split(pets)
    train = first_of_each(train, targets, choice.each)
    head = train_head(found.array, targets, train, valid, choice.head, len(vocab))
    return Trained(choice, pets.name, pets.names, vocab, targets, train, valid, found, head)


def first_of_each(rows: Array, targets: Array, each: int) -> Array:
    """The first `each` rows of every class, in their order; all for 0."""
    if not each:
        return rows
    seen: dict[int, int] = {}
    kept = []
    for row in rows.tolist():
        label = int(targets[row])
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= each:
            kept.append(row)
    return np.array(kept)


def softmax(logits: Array) -> Array:
    """Probabilities (n, classes), safely; rows that are no numbers stay so."""
    shifted = np.exp(logits - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)
