"""Twelve variants: a knob on its own draws nothing else, and what is counted is there to be counted."""

import random
from typing import Any

import numpy as np
import pytest
import torch
from fastai.vision.augment import Resize
from fastai.vision.core import PILImage

from core.data.pets import load
from core.data.pictures import chelsea
from core.exhibits.augmentation.draws import VALID
from core.exhibits.augmentation.settings import ALL, COUNT, CROP, FLIP, KNOBS, LIGHTING, PET, ROTATE, WARP, Settings
from core.exhibits.augmentation.squares import BATCH_SIDE, ITEM_SIDE
from core.exhibits.augmentation.twelve_variants import Variants, experiment


def made(**change: Any) -> Variants:
    return experiment(Settings(pets="drawn", **change))


def test_the_square_is_the_validation_sets() -> None:
    theirs = Resize(ITEM_SIDE)(PILImage.create(chelsea()), split_idx=VALID)
    np.testing.assert_array_equal(made().picture, np.asarray(theirs))
    assert made().pictures.shape == (COUNT, BATCH_SIDE, BATCH_SIDE, 3)


def test_what_is_shown_is_the_crop_box_when_there_is_nothing_else() -> None:
    result = made(knob=CROP, min_scale=0.2, apart=True)
    np.testing.assert_allclose(
        result.draws.shown.mean((1, 2)), result.draws.boxes[:, 2] * result.draws.boxes[:, 3], atol=1e-6
    )
    assert not result.draws.reflected.any()


def test_a_knob_on_its_own_draws_nothing_else() -> None:
    plain = {"flipped": 0, "angle": 0, "zoom": 1, "warp": 0, "brightness": 0.5, "contrast": 1}
    moves = {
        "flip": {"flipped"},
        "rotate": {"angle"},
        "zoom": {"zoom"},
        "warp": {"warp"},
        "lighting": {"brightness", "contrast"},
        "crop": set(),
        "all": set(plain),
    }
    for knob in KNOBS:
        draws = made(knob=knob).draws
        moved = {name for name, value in plain.items() if not np.allclose(getattr(draws, name), value, atol=1e-5)}
        assert moved == moves[knob], knob
        assert (draws.boxes[:, 2] < 1).all() == (knob in (ALL, CROP))


def test_one_batch_has_one_crop_box_and_twelve_batches_have_twelve() -> None:
    one, many = made(knob=CROP), made(knob=CROP, apart=True)
    assert experiment(Settings(knob=CROP)).numbers()["different variants"] == 1
    assert all(np.array_equal(picture, one.pictures[0]) for picture in one.pictures)
    assert len({tuple(box) for box in many.draws.boxes.tolist()}) == COUNT
    assert len({picture.tobytes() for picture in many.pictures}) == COUNT


def test_differences_are_plain_means() -> None:
    result = made(knob=LIGHTING)
    differences = [np.abs(picture / 255 - result.plain / 255).mean() for picture in result.pictures]
    assert result.numbers()["mean difference from validation"] == pytest.approx(np.mean(differences), rel=1e-6)
    np.testing.assert_array_equal(result.plain, result.picture)  # lighting alone resizes nothing


def test_the_same_settings_give_the_same_pictures_and_disturb_nobody() -> None:
    before = random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state()
    first, second, other = made(), made(), made(seed=7)
    np.testing.assert_array_equal(first.pictures, second.pictures)
    assert not np.array_equal(first.pictures, other.pictures)
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])
    assert torch.equal(torch.get_rng_state(), before[2])


def test_a_stronger_knob_scales_the_same_draws() -> None:
    weak, strong = made(knob=ROTATE, max_rotate=10.0), made(knob=ROTATE, max_rotate=20.0)
    np.testing.assert_allclose(strong.draws.angle, 2 * weak.draws.angle, atol=1e-3)


@pytest.mark.parametrize("knob", KNOBS)
def test_findings_tell_what_the_knob_did(knob: str) -> None:
    result = experiment(Settings(knob=knob))
    sentences = result.findings()
    assert 2 <= len(sentences) <= 4
    assert str(result.numbers()["different variants"]) in sentences[0]
    text = " ".join(sentences)
    assert ("crop box" in text) == (knob in (ALL, CROP))
    assert ("are flipped" in text) == (knob in (ALL, FLIP))
    assert len({len(column) for column in result.table().values()}) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"knob": ROTATE, "max_rotate": 0.0},
        {"knob": WARP, "max_warp": 0.0},
        {"knob": CROP, "min_scale": 1.0},
        {"knob": LIGHTING, "max_lighting": 0.0},
        {"knob": "zoom", "max_zoom": 1.0},
    ],
)
def test_a_knob_at_nothing_leaves_the_picture_as_it_is(change: dict[str, Any]) -> None:
    result = experiment(Settings(**change))
    assert (result.pictures == result.picture).all()
    assert "nothing is" in result.findings()[1] or "as it is" in result.findings()[1]


def test_strong_draws_are_said_to_be_strong() -> None:
    warped = experiment(Settings(knob=WARP, max_warp=0.9))
    assert "horizon" in " ".join(warped.findings())
    turned = experiment(Settings(knob=FLIP, flip_vert=True))
    assert "Dihedral" in turned.findings()[1]
    assert experiment(Settings(knob=ROTATE, max_rotate=180.0)).numbers()["reflected"] > 0.05


def test_a_pets_number_goes_round() -> None:
    count = len(load("drawn"))
    assert count > 99
    first = made(picture=PET, pet=3)
    assert not np.array_equal(first.picture, made(picture=PET, pet=4).picture)
    assert "flipped" in experiment(Settings(pets="drawn", picture=PET, pet=3)).table()
