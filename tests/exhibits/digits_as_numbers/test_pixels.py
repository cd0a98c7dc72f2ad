"""A picture unrolled into a batch, held against plain loops and fastai; and its scene."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.digits import builtin, full_available
from core.exhibits.digits_as_numbers.pixels import Unrolled, experiment
from core.exhibits.digits_as_numbers.settings import Settings
from core.stage.panels import Pixels
from tests.exhibits.digits_as_numbers.results import result, scene
from tests.stage.panels import panels


def test_every_pixel_goes_to_its_place_in_the_batch() -> None:
    unrolled = result(view="pixels", digit=7, index=31, items=4)
    assert isinstance(unrolled, Unrolled)
    assert unrolled.batch.shape == (4, 784)
    picture = builtin().x_valid[100 + 31]  # the 100 validation threes come first
    for row in range(28):
        for column in range(28):
            place = 28 * row + column
            assert unrolled.stored[row, column] == round(255 * picture[place].item())
            assert unrolled.batch[-1, place] == pytest.approx(unrolled.stored[row, column] / 255, abs=1e-7)
    assert unrolled.counts == (400, 400, 100, 100)


def test_the_batch_holds_different_training_digits() -> None:
    rows = result(items=784).batch[:-1]
    training = {row.tobytes() for row in builtin().x_train.numpy()}
    assert {row.tobytes() for row in rows} <= training
    assert len({row.tobytes() for row in rows}) == 783
    assert not np.array_equal(result(items=16, seed=1).batch[:-1], result(items=16, seed=2).batch[:-1])


def test_fastai_opens_these_pictures_in_three_equal_channels(tmp_path: Path) -> None:
    from fastai.vision.core import PILImage

    stored = result(view="pixels").stored
    Image.fromarray(stored).save(tmp_path / "digit.png")
    opened = np.array(PILImage.create(tmp_path / "digit.png"))
    assert opened.shape == (28, 28, 3)
    assert all(np.array_equal(opened[..., channel], stored) for channel in range(3))


@pytest.mark.skipif(not full_available(), reason="the full sample is not on this computer")
def test_the_full_sample_has_as_many_digits_as_the_books() -> None:
    assert experiment(Settings(digits="full")).counts == (6131, 6265, 1010, 1028)


def test_unrolling_shows_the_digit_in_the_last_row() -> None:
    drawn = scene(index=9)
    picture, _, row, batch = panels(drawn, Pixels)
    n = batch.array.shape[2]
    np.testing.assert_array_equal(batch.array[0, 0, n - 1], picture.array.ravel())
    np.testing.assert_allclose(row.array.ravel(), picture.array.ravel() / 255, atol=1e-6)
    assert row.up_to is not None
    assert batch.up_to is not None
    assert row.up_to.tolist() == [28 * r for r in range(29)]
    assert (batch.up_to - row.up_to == 784 * (n - 1)).all()
    assert drawn.frames == 29
