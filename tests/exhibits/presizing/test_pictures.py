"""A visitor's own picture takes the cat's place, and pictures of visitors are not kept."""

from pathlib import Path

import pytest
from PIL import Image

from core.data.pets import UPLOADED
from core.data.pictures import PictureError
from core.exhibits.presizing import loupe, pictures, squish_pad_crop
from core.exhibits.presizing.pictures import with_upload
from core.exhibits.presizing.settings import FIT, OWN, Settings


def test_an_own_picture_takes_the_cats_place(tmp_path: Path) -> None:
    file = tmp_path / "own.png"
    Image.new("RGB", (500, 640), "red").save(file)
    waiting = loupe.experiment(Settings(pets="drawn", picture=OWN))
    assert waiting.findings()[0].startswith("This is the cat")
    result = with_upload(waiting, file.read_bytes())
    assert result.size == (500, 640)
    assert result.findings()[1] == "This picture has no detail that could be lost."
    assert with_upload(waiting, None) is waiting
    with pytest.raises(PictureError):
        with_upload(waiting, b"no picture")
    assert not loupe.measures_draws(Settings(picture=OWN))
    fitted = squish_pad_crop.experiment(Settings(view=FIT, pets="drawn", picture=OWN))
    assert fitted.findings()[0].startswith("This is the cat")
    assert with_upload(fitted, file.read_bytes()).picture.size == (500, 640)


def test_pictures_of_a_visitor_are_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    class Mine:
        def path(self, index: int) -> Path:
            asked.append(index)
            Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
            return tmp_path / "a.png"

        def __len__(self) -> int:
            return 3

    monkeypatch.setattr(pictures, "load", lambda _name: Mine())
    for _ in range(2):
        assert pictures.subject("pet", f"{UPLOADED}1", 4, 0).size == (9, 9)
    assert asked == [1, 1]
