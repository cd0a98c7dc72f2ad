"""A visitor's own picture takes the first place in every view."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.pictures import PictureError
from core.exhibits.augmentation.settings import BATCH, EPOCHS, OWN, VARIANTS, Settings
from core.exhibits.augmentation.squares import ITEM_SIDE, with_picture
from core.exhibits.augmentation.views import VIEWS
from core.view import view_of
from tests.exhibits.augmentation.noise import noise


def shown(view: str) -> Any:
    """What a view shows while a visitor's own picture is not there yet."""
    settings = Settings(view=view, pets="drawn", picture=OWN)
    return view_of(VIEWS, settings).experiment(settings)


def test_an_own_picture_takes_the_first_place() -> None:
    file = io.BytesIO()
    Image.fromarray(noise(1, 300)[0][:, :200]).save(file, "PNG")
    for view in (EPOCHS, BATCH):
        assert with_picture(shown(view), file.getvalue()).labels[0] == "yours"
    result = shown(VARIANTS)
    assert with_picture(result, None) is result
    varied = with_picture(result, file.getvalue())
    assert varied.picture.shape == (ITEM_SIDE, ITEM_SIDE, 3)
    assert not np.array_equal(varied.picture, result.picture)
    with pytest.raises(PictureError):
        with_picture(result, b"no picture")
