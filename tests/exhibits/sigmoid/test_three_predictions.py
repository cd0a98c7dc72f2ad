"""Three predictions, held against torch.where by hand and the book's own figures; and their scene."""

import math

import numpy as np
import pytest
import torch

from core.exhibits.sigmoid.settings import GIVEN, TARGETS
from core.exhibits.sigmoid.three_predictions import cases, what_the_loss_is
from core.nn.losses import mnist_loss
from core.stage.panels import Plot
from tests.exhibits.sigmoid.results import findings, result, scene
from tests.stage.panels import panels

BOOK, OUTSIDE = GIVEN["book"], GIVEN["outside"]


def test_the_books_three_predictions() -> None:
    book = cases(BOOK, squash=False)
    np.testing.assert_allclose(book.given_distances, [0.1, 0.4, 0.8], rtol=1e-6)
    assert book.loss == pytest.approx(0.4333, abs=5e-5)
    mended = int(np.abs(book.moving - 0.8).argmin())
    assert book.losses[mended] == pytest.approx(0.2333, abs=5e-5)
    assert "**0.4333**" in findings(view="cases")
    assert "**0.2333**" in findings(view="cases")


def test_outside_zero_and_one_the_loss_is_negative() -> None:
    wild = cases(OUTSIDE, squash=False)
    np.testing.assert_array_equal(wild.given_distances, [1 - 3, -5, 1 - 10])
    assert wild.loss == pytest.approx(-16 / 3)
    assert what_the_loss_is(result(view="cases", inputs="outside")) == "below 0"
    assert "“better” than perfect" in findings(view="cases", inputs="outside")
    tamed = result(view="cases", inputs="outside", squash=True)
    assert what_the_loss_is(tamed) == "between 0 and 1"
    assert tamed.loss == pytest.approx(mnist_loss(torch.tensor(OUTSIDE), torch.tensor(TARGETS)).item())


@pytest.mark.parametrize("squash", [False, True])
@pytest.mark.parametrize("given_inputs", [BOOK, OUTSIDE])
def test_cases_are_the_rule_item_by_item(given_inputs: tuple[float, ...], squash: bool) -> None:
    three = cases(given_inputs, squash)
    for i in range(0, len(three.moving), 17):
        inputs = [*given_inputs[:2], float(three.moving[i])]
        expected = []
        for x, target in zip(inputs, TARGETS, strict=True):
            p = 1 / (1 + math.exp(-x)) if squash else x
            expected.append(1 - p if target == 1 else p)
        np.testing.assert_allclose(three.distances[i], expected, atol=1e-6)
        assert three.losses[i] == pytest.approx(sum(expected) / 3, abs=1e-6)
        np.testing.assert_allclose(three.lines[0][i], expected[2], atol=1e-6)
    if squash:
        assert three.distances.min() > 0
        assert three.distances.max() < 1


def test_dots_of_the_three_items_lie_on_their_lines() -> None:
    where, _ = panels(scene(view="cases", inputs="book", squash=False), Plot)
    for_1, for_0 = where.curves
    mean, items = where.moving
    assert items.x is not None
    assert items.y is not None
    for item, line in enumerate((for_1, for_0, for_1)):
        np.testing.assert_allclose(items.y[:, item], np.interp(items.x[:, item], line.x, line.y), atol=1e-6)
    assert mean.y is not None
    np.testing.assert_allclose(mean.y[:, 0], items.y.mean(1), atol=1e-6)
