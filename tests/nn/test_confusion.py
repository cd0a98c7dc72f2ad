"""The confusion matrix, held against fastai's and a plain count; intervals against their definition."""

import math

import numpy as np
import pytest

from core.nn.confusion import SURE, confusion_matrix, most_confused, recalls, wilson

VOCAB = ("a", "b", "c", "d")
TARGETS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 0])
PREDICTED = np.array([0, 1, 1, 1, 0, 2, 2, 1, 1, 3])


def test_matrix_is_a_plain_count_and_fastais() -> None:
    import torch
    from fastai.interpret import ClassificationInterpretation

    matrix = confusion_matrix(TARGETS, PREDICTED, 4)
    for i in range(4):
        for j in range(4):
            assert matrix[i, j] == sum(t == i and p == j for t, p in zip(TARGETS, PREDICTED, strict=True))
    fastai = ClassificationInterpretation.__new__(ClassificationInterpretation)
    fastai.vocab = list(VOCAB)
    decoded, targets = torch.tensor(PREDICTED), torch.tensor(TARGETS)
    fastai.learn = type("Learner", (), {"get_preds": lambda *_, **__: (None, targets, decoded)})()
    fastai.dl = fastai.act = None
    assert np.array_equal(matrix, fastai.confusion_matrix())
    for least in (1, 2):
        assert most_confused(matrix, VOCAB, least) == [tuple(found) for found in fastai.most_confused(min_val=least)]


def test_the_most_frequent_confusion_comes_first() -> None:
    found = most_confused(confusion_matrix(TARGETS, PREDICTED, 4), VOCAB)
    assert found[0] in (("a", "b", 2), ("c", "b", 2))
    assert [count for *_, count in found] == [2, 2, 1, 1]


def test_recalls_are_shares_of_each_row() -> None:
    found = recalls(confusion_matrix(TARGETS, PREDICTED, 4))
    assert found[:3] == pytest.approx([0.25, 0.5, 0.5])
    assert np.isnan(found[3])


@pytest.mark.parametrize(("right", "items"), [(0, 10), (10, 10), (65, 74), (1, 2), (700, 1000)])
def test_wilsons_ends_are_where_the_share_is_as_unlikely_as_said(right: int, items: int) -> None:
    for end in wilson(right, items):
        if 0 < end < 1:  # |share - end| is 1.96 standard errors of a share `end`
            assert abs(right / items - end) == pytest.approx(SURE * math.sqrt(end * (1 - end) / items), rel=1e-6)
    low, high = wilson(right, items)
    assert 0 <= low <= right / items <= high <= 1
    assert wilson(0, 0) == (0.0, 1.0)
