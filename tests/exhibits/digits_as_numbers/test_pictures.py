"""Changed pictures, pixel by pixel."""

import pytest

from core.data.digits import builtin
from core.exhibits.digits_as_numbers.pictures import changed
from core.exhibits.digits_as_numbers.settings import CHANGES


@pytest.mark.parametrize("picture", CHANGES)
def test_changed_pictures(picture: str) -> None:
    image = builtin().x_valid[3].view(28, 28)
    result = changed(image[None], picture)[0]
    for row in range(28):
        for column in range(28):
            old = image[row, column].item()
            above = image[row - 2, column].item() if row >= 2 else 0.0
            expected = {"plain": old, "inverted": 1 - old, "lower": above, "black": 0.0}[picture]
            assert result[row, column].item() == pytest.approx(expected, abs=1e-7)
