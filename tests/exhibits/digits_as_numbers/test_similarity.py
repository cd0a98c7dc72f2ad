"""Pixel similarity, held against torch's losses, plain loops and the book's own figures; and its scene."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from core.data.digits import builtin, full_available
from core.exhibits.digits_as_numbers.pictures import changed, stack_of
from core.exhibits.digits_as_numbers.settings import Settings
from core.exhibits.digits_as_numbers.similarity import Similarity, experiment, how_good, rmse
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.stage.panels import Pixels, PointedNumber
from tests.exhibits.digits_as_numbers.results import result, scene
from tests.stage.panels import panels


def test_distances_are_those_of_torch() -> None:
    digits, means = builtin(), average_digits("built-in")
    for digit, mean in zip((1.0, 0.0), means, strict=True):
        same_digit = [x.double() for x, y in zip(digits.x_train, digits.y_train, strict=True) if y.item() == digit]
        torch.testing.assert_close(mean, torch.stack(same_digit).mean(0).float(), atol=1e-6, rtol=0)
        for image in digits.x_valid[::37]:
            assert mnist_distance(image, mean).item() == pytest.approx(F.l1_loss(image, mean).item(), rel=1e-5)
            assert rmse(image, mean).item() == pytest.approx(F.mse_loss(image, mean).sqrt().item(), rel=1e-5)


@pytest.mark.parametrize("picture", ["plain", "lower"])
def test_similarity_counts_what_a_loop_counts(picture: str) -> None:
    similarity = result(view="similarity", picture=picture, digit=7, index=5)
    assert isinstance(similarity, Similarity)
    three, seven = average_digits("built-in")
    right = {(loss, digit): 0 for loss in (F.l1_loss, F.mse_loss) for digit in (3, 7)}
    for digit in (3, 7):
        for image in changed(stack_of(builtin(), digit), picture).flatten(1):
            for loss in (F.l1_loss, F.mse_loss):
                right[loss, digit] += (3 if loss(image, three) < loss(image, seven) else 7) == digit
    for scores, loss in ((similarity.l1, F.l1_loss), (similarity.rmse, F.mse_loss)):
        assert scores.threes == pytest.approx(right[loss, 3] / 100)
        assert scores.sevens == pytest.approx(right[loss, 7] / 100)
        assert scores.mean == pytest.approx((right[loss, 3] + right[loss, 7]) / 200)
    assert similarity.chosen == 105
    assert similarity.plain[0] == result(view="similarity").l1


def test_distances_add_up_row_by_row() -> None:
    similarity = result(view="similarity", index=8)
    for rows in (0, 1, 14, 28):
        for k, mean in enumerate(similarity.means):
            apart = [abs(float(similarity.image[i]) - float(mean[i])) for i in range(28 * rows)]
            assert similarity.running[rows, k] == pytest.approx(math.fsum(apart) / 784, rel=1e-5)
            squared = math.fsum(a * a for a in apart) / 784
            assert similarity.running[rows, 2 + k] == pytest.approx(math.sqrt(squared), rel=1e-5)
    assert similarity.running[-1] == pytest.approx(similarity.distances[similarity.chosen], rel=1e-5)


def test_pixel_similarity_breaks_where_people_do_not() -> None:
    plain, inverted, lower = (result(view="similarity", picture=p) for p in ("plain", "inverted", "lower"))
    assert plain.l1.mean > 0.9
    assert inverted.l1.mean < 0.5
    assert lower.l1.mean < plain.l1.mean - 0.2
    assert how_good(plain) == "more than nine in ten"


@pytest.mark.skipif(not full_available(), reason="the full sample is not on this computer")
def test_baseline_of_the_book() -> None:
    similarity = experiment(Settings(view="similarity", digits="full"))
    assert round(similarity.l1.threes, 4) == 0.9168
    assert round(similarity.l1.sevens, 4) == 0.9854
    assert round(similarity.l1.mean, 4) == 0.9511


def test_findings_say_that_inverted_pictures_break_it() -> None:
    sentences = result(view="similarity", picture="inverted").findings()
    assert "which is wrong" in sentences[0]
    assert f"{result(view='similarity').l1.mean:.4f} with L1" in sentences[2]


def test_shares_of_the_distances_are_whole() -> None:
    digit, *pictures = panels(scene(view="similarity"), Pixels)
    for average, apart in zip(pictures[:2], pictures[2:], strict=True):
        _, _, share, _ = apart.hover or ()
        assert isinstance(share, PointedNumber)
        np.testing.assert_allclose(share.value.sum(), 100, rtol=1e-4)
        np.testing.assert_allclose(apart.array, np.abs(digit.array - average.array), atol=1e-6)
