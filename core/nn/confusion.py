"""Which classes are taken for which, and how far a share of few pictures can be trusted."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array

SURE = 1.96  # standard errors on either side of a 95% interval


def confusion_matrix(targets: Array, predicted: Array, classes: int) -> Array:
    """How often each class (a row) was taken for each (a column): (items,) twice → (classes, classes) int32.

    As fastai's `ClassificationInterpretation.confusion_matrix`.
    """
    places = np.asarray(targets, np.int64) * classes + predicted
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes).astype(np.int32)


def most_confused(matrix: Array, vocab: Sequence[str], least: int = 1) -> list[tuple[str, str, int]]:
    """Class, what it was taken for, and how often, the most frequent first, as fastai's `most_confused(min_val)`.

    `matrix` is (classes, classes); pairs that occur fewer than `least` times are left out.
    """
    cells = np.argwhere(matrix >= max(1, least)).tolist()
    confusions = [(vocab[i], vocab[j], int(matrix[i, j])) for i, j in cells if i != j]
    return sorted(confusions, key=lambda confusion: -confusion[2])


def recalls(matrix: Array) -> Array:
    """Recall of each class, (classes,): the share of its pictures that is recognised; NaN where it has none."""
    pictures = matrix.sum(1)
    return np.divide(np.diag(matrix), pictures, out=np.full(len(matrix), np.nan), where=pictures > 0)


def wilson(right: int, items: int) -> tuple[float, float]:
    """95% confidence interval of a share, `right` of `items`; it holds for few items too (Wilson 1927)."""
    if not items:
        return 0.0, 1.0
    share, square = right / items, SURE**2
    middle = (share + square / (2 * items)) / (1 + square / items)
    half = SURE / (1 + square / items) * np.sqrt(share * (1 - share) / items + square / (4 * items**2))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
