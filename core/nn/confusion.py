"""Which classes are taken for which, and how far a share of few pictures can be trusted."""

from collections.abc import Sequence

import numpy as np

from core.arrays import Array

SURE = 1.96  # standard errors on either side of a 95% interval


def confusion_matrix(targets: Array, predicted: Array, classes: int) -> Array:
    """How often each class (rows: what it is) was taken for each (columns), (classes, classes) int32.

    As fastai's `ClassificationInterpretation.confusion_matrix`.
    """
    places = np.asarray(targets, np.int64) * classes + predicted
    return np.bincount(places, minlength=classes * classes).reshape(classes, classes).astype(np.int32)


def most_confused(matrix: Array, vocab: Sequence[str], least: int = 1) -> list[tuple[str, str, int]]:
    """What it is, what it was taken for, how often: most often first, as fastai's `most_confused(min_val)`."""
    places = np.argwhere(matrix >= max(1, least)).tolist()
    found = [(vocab[i], vocab[j], int(matrix[i, j])) for i, j in places if i != j]
    return sorted(found, key=lambda item: -item[2])


def recalls(matrix: Array) -> Array:
    """The share of each class's pictures that were recognised; NaN where there is none."""
    many = matrix.sum(1)
    return np.divide(np.diag(matrix), many, out=np.full(len(matrix), np.nan), where=many > 0)


def wilson(right: int, items: int) -> tuple[float, float]:
    """The 95% interval of a share of which `right` of `items` were seen (Wilson 1927): honest for few items, too."""
    if not items:
        return 0.0, 1.0
    share, square = right / items, SURE**2
    middle = (share + square / (2 * items)) / (1 + square / items)
    half = SURE / (1 + square / items) * np.sqrt(share * (1 - share) / items + square / (4 * items**2))
    return float(max(0.0, middle - half)), float(min(1.0, middle + half))
