"""Squish, pad and crop are fastai's; on the stage, boxes are shares of the picture they lie on."""

import subprocess
import sys
from functools import cache
from typing import Any

import numpy as np
import pytest
from fastai.vision.augment import CropPad, RandomCrop, Resize
from fastai.vision.core import PILImage
from PIL import Image

from core.exhibits.presizing.pictures import subject
from core.exhibits.presizing.settings import FIT, Settings
from core.exhibits.presizing.squish_pad_crop import METHODS, RESIZES, AllMethods, experiment, fit
from core.exhibits.presizing.squish_pad_crop_scene import scene
from core.nn.seeded import seeded
from core.stage.panels import Pictures
from tests.conftest import ROOT
from tests.stage.panels import panels
from tests.stage.pictures import opened


@cache
def all_methods(**change: Any) -> AllMethods:
    return experiment(Settings(view=FIT, pets="drawn", **change))


@pytest.mark.parametrize("size", [(451, 300), (150, 100), (600, 150), (150, 600), (100, 100), (700, 700)])
def test_every_resize_gives_the_target_whatever_the_size(size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "white")
    for method in METHODS:
        fitted = fit(image, method, 460, train=False)
        assert fitted.made.size == (460, 460)
        left, top, width, height = fitted.box
        if method in ("crop", "pad"):
            side = (min if method == "crop" else max)(size)
            assert (width, height) == pytest.approx((side, side), abs=1)
            assert (left + width / 2, top + height / 2) == pytest.approx((size[0] / 2, size[1] / 2), abs=1)
        if method in RESIZES and method != "pad":
            assert fitted.invented(image) == 0
        if method == "squish":
            assert fitted.box == (0, 0, *size)
        if method in ("CropPad", "RandomCrop"):
            black = (np.array(fitted.made)[..., 0] == 0).mean()
            assert fitted.invented(image) == pytest.approx(black, abs=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_what_comes_out_is_what_fastai_gives(method: str) -> None:
    image = subject("small cat", "", 0, 0)
    plain = {"CropPad": CropPad, "RandomCrop": RandomCrop}
    with seeded(3):
        ours = fit(image, method, 224, train=True).made
    with seeded(3):
        tfm = plain[method](224) if method in plain else Resize(224, method=method)
        assert np.array_equal(np.array(ours), np.array(tfm(PILImage(image), split_idx=0)))


def test_training_cuts_elsewhere_and_validation_in_the_middle() -> None:
    train, valid = (all_methods(split=split) for split in ("train", "valid"))
    assert len({draw[0].box for draw in train.draws}) > 1
    assert len({draw[2].box for draw in train.draws}) == 1
    assert [draw[0].box for draw in valid.draws] == [(75, 0, 300, 300)]


def test_boxes_are_shares_of_the_picture_they_lie_on() -> None:
    result = all_methods()
    taken, made = panels(scene(result), Pictures)
    assert taken.show is not None
    assert taken.boxes is not None
    crop, pad, squish, *_ = (taken.boxes[i] for i in taken.show[0])
    assert crop[2:] == pytest.approx((1, 300 / 451))
    assert squish == pytest.approx((0, 0, 1, 1))
    assert pad[3] == pytest.approx(1)
    assert taken.show.shape == (len(result.draws), 5)
    assert len(opened(taken.files)) == len(opened(made.files)) == len(taken.boxes)


def test_a_new_process_draws_the_same_boxes() -> None:
    code = (
        "from core.exhibits.presizing.squish_pad_crop import experiment\n"
        "from core.exhibits.presizing.settings import FIT, Settings\n"
        "print(experiment(Settings(view=FIT, pets='drawn')).table()['left'])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(all_methods().table()["left"])
