"""Augmentation: what is said to have been drawn is what fastai drew, and what is counted is there to be counted."""

import io
import random
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from fastai.vision.augment import Brightness, Contrast, Flip, Resize, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms
from fastai.vision.core import PILImage, TensorImage
from fasttransform import Pipeline
from PIL import Image

from core.data.pets import load
from core.data.pictures import PictureError, chelsea
from core.exhibits.augmentation.augmented_epochs import Epochs
from core.exhibits.augmentation.crop_box import BATCHES, Batches
from core.exhibits.augmentation.draws import TRAIN, VALID, augment, pixels, read_draws, recipe
from core.exhibits.augmentation.experiment import (
    ALL,
    BATCH,
    BATCH_SIDE,
    CROP,
    EPOCHS,
    FLIP,
    ITEM_SIDE,
    ITEMS,
    KNOBS,
    LIGHTING,
    OWN,
    PET,
    ROTATE,
    WARP,
    Settings,
    experiment,
    findings,
    numbers,
    size_afterwards,
    table,
    with_picture,
)
from core.exhibits.augmentation.variants import COUNT, Variants
from core.nn.seeded import seeded

RECIPE = {"do_flip": True, "max_rotate": 10.0, "max_zoom": 1.1, "max_warp": 0.2, "max_lighting": 0.2, "min_scale": 0.75}
NO_LIGHT = RECIPE | {"max_lighting": 0.0}


def noise(n: int = 6, side: int = 64) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (n, side, side, 3), dtype=np.uint8)


def ramp(n: int, side: int) -> np.ndarray:
    """Pictures whose red is the pixel's column and whose green its row."""
    row, column = np.mgrid[:side, :side].astype(np.uint8)
    return np.repeat(np.stack([column, row, row], -1)[None], n, 0)


def made(**change: Any) -> Any:
    return experiment(Settings(pets="drawn", **change)).found


def tensor(batch: np.ndarray) -> TensorImage:
    return TensorImage(torch.from_numpy(batch).permute(0, 3, 1, 2).float() / 255)


@pytest.mark.parametrize("split_idx", [TRAIN, VALID])
@pytest.mark.parametrize("knobs", [RECIPE, RECIPE | {"min_scale": 1.0}, RECIPE | {"flip_vert": True}, NO_LIGHT])
def test_a_batch_is_what_fastais_pipeline_makes_of_it(knobs: dict[str, Any], split_idx: int) -> None:
    batch = noise()
    with seeded(5):
        ours = augment(batch, recipe(knobs, 48), split_idx).pictures
    with seeded(5):
        theirs = Pipeline(aug_transforms(size=48, **knobs), split_idx=split_idx)(tensor(batch))
    np.testing.assert_array_equal(ours, pixels(theirs))


def test_forced_draws_are_read_back() -> None:
    forced: dict[str, list[float]] = {
        "flip": [1, 0, 0, 1], "degrees": [30, -12, 0, 100], "zoom": [1.2, 1, 1.5, 1.1], "x": [0.1, 0, -0.2, 0.05],
        "y": [0, 0.2, 0.1, -0.1], "light": [0.5, 0.6, 0.4, 0.5], "contrast": [1, 1.3, 0.8, 1],
    }  # fmt: skip
    transforms = setup_aug_tfms([
        Flip(p=1, draw=forced["flip"]), Warp(p=1, draw_x=forced["x"], draw_y=forced["y"]), Rotate(p=1, draw=forced["degrees"]),
        Zoom(p=1, draw=forced["zoom"]), Brightness(p=1, draw=forced["light"]), Contrast(p=1, draw=forced["contrast"]),
    ])  # fmt: skip
    with seeded(0):
        Pipeline(transforms, split_idx=TRAIN)(tensor(noise(4)))
    draws = read_draws(transforms, 4, 64, 64, TRAIN)
    np.testing.assert_array_equal(draws.flipped, np.array(forced["flip"], bool))
    np.testing.assert_allclose(draws.angle, forced["degrees"], atol=1e-4)
    np.testing.assert_allclose(draws.zoom, forced["zoom"], rtol=1e-5)
    np.testing.assert_allclose(draws.warp, np.transpose([forced["x"], forced["y"]]), atol=1e-6)
    np.testing.assert_allclose(draws.brightness, forced["light"], rtol=1e-6)
    np.testing.assert_allclose(draws.contrast, forced["contrast"], rtol=1e-6)
    np.testing.assert_array_equal(draws.boxes, [[0, 0, 1, 1]] * 4)


@pytest.mark.parametrize(
    "knobs",
    [NO_LIGHT, NO_LIGHT | {"min_scale": 0.3}, NO_LIGHT | {"min_scale": 1.0, "max_rotate": 45.0, "max_zoom": 3.0}],
)
def test_outlines_are_where_the_pixels_come_from(knobs: dict[str, Any]) -> None:
    side, size = 200, 100
    with seeded(3):
        done = augment(ramp(12, side), recipe(knobs, size))
    corners = {0: (0, 0), 6: (0, -1), 12: (-1, -1), 18: (-1, 0)}  # point of the outline: the pixel at that corner
    compared = 0
    for i, outline in enumerate(done.draws.outlines):
        for point, (row, column) in corners.items():
            if ((outline[point] > 0.02) & (outline[point] < 0.98)).all():  # elsewhere the picture is reflected
                place = done.pictures[i, row, column, :2] + 0.5
                assert (
                    np.abs(place - side * outline[point]).max() < 2.5
                )  # pixels: half of one in either picture, and rounding
                compared += 1
    assert compared > 6


@pytest.mark.parametrize(
    "knobs", [NO_LIGHT, NO_LIGHT | {"max_rotate": 90.0}, NO_LIGHT | {"max_warp": 0.5, "min_scale": 1.0}]
)
def test_what_is_reflected_is_black_without_reflection(knobs: dict[str, Any]) -> None:
    white = np.full((12, 96, 96, 3), 255, np.uint8)
    with seeded(2):
        done = augment(white, recipe(knobs | {"pad_mode": "zeros"}, 80))
    black = (done.pictures[..., 0] < 128).mean((1, 2))
    assert done.draws.reflected.max() > 0.01
    np.testing.assert_allclose(done.draws.reflected, black, atol=0.03)


def test_what_is_shown_is_the_crop_box_when_there_is_nothing_else() -> None:
    found = made(knob=CROP, min_scale=0.2, apart=True)
    np.testing.assert_allclose(
        found.draws.shown.mean((1, 2)), found.draws.boxes[:, 2] * found.draws.boxes[:, 3], atol=0.06
    )
    assert not found.draws.reflected.any()


@pytest.mark.parametrize(
    "tilt", [(0.3, 0.3), (0.9, 0.0), (0.9, 0.05), (0.6, 0.5), (-0.6, 0.5), (0.2, -0.9), (-0.35, -0.35), (-0.4, -0.4)]
)
def test_a_picture_is_said_to_fold_where_it_is_turned_over(tilt: tuple[float, float]) -> None:
    warp = Warp(p=1, draw_x=tilt[0], draw_y=tilt[1])
    with seeded(0):
        warp(tensor(noise(1)), split_idx=TRAIN)
    line = torch.linspace(-1, 1, 201, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1)[None].float()
    places = warp.coord_fs[0](grid).as_subclass(torch.Tensor)[0].double()
    along, down = (places[:-1, 1:] - places[:-1, :-1]), (places[1:, :-1] - places[:-1, :-1])
    area = along[..., 0] * down[..., 1] - along[..., 1] * down[..., 0]  # of each cell, negative where it is turned over
    assert read_draws([warp], 1, 64, 64, TRAIN).folded.tolist() == [bool((area < 0).any())]


def test_the_square_is_the_validation_sets() -> None:
    theirs = Resize(ITEM_SIDE)(PILImage.create(chelsea()), split_idx=VALID)
    np.testing.assert_array_equal(made().picture, np.asarray(theirs))
    assert made().pictures.shape == (COUNT, BATCH_SIDE, BATCH_SIDE, 3)


def test_the_knobs_are_fastais_defaults_and_the_books_crop() -> None:
    import inspect

    theirs = {name: parameter.default for name, parameter in inspect.signature(aug_transforms).parameters.items()}
    ours = Settings().knobs
    assert {name for name in ours if ours[name] != theirs[name]} == {"min_scale"}
    assert ours["min_scale"] == 0.75  # chapter 5's


def test_a_knob_on_its_own_draws_nothing_else() -> None:
    plain = {"flipped": 0, "angle": 0, "zoom": 1, "warp": 0, "brightness": 0.5, "contrast": 1}
    moves = {
        "flip": {"flipped"}, "rotate": {"angle"}, "zoom": {"zoom"}, "warp": {"warp"}, "lighting": {"brightness", "contrast"},
        "crop": set(), "all": set(plain),
    }  # fmt: skip
    for knob in KNOBS:
        draws = made(knob=knob).draws
        moved = {name for name, value in plain.items() if not np.allclose(getattr(draws, name), value, atol=1e-5)}
        assert moved == moves[knob], knob
        assert (draws.boxes[:, 2] < 1).all() == (knob in (ALL, CROP))


def test_one_batch_has_one_crop_box_and_twelve_batches_have_twelve() -> None:
    one, many = made(knob=CROP), made(knob=CROP, apart=True)
    assert numbers(experiment(Settings(knob=CROP)))["different variants"] == 1
    assert all(np.array_equal(picture, one.pictures[0]) for picture in one.pictures)
    assert len({tuple(box) for box in many.draws.boxes.tolist()}) == COUNT
    assert len({picture.tobytes() for picture in many.pictures}) == COUNT


def test_differences_are_plain_means() -> None:
    found: Variants = made(knob=LIGHTING)
    each = [np.abs(picture / 255 - found.plain / 255).mean() for picture in found.pictures]
    assert found.numbers()["mean difference from validation"] == pytest.approx(np.mean(each), rel=1e-6)
    np.testing.assert_array_equal(found.plain, found.picture)  # lighting alone resizes nothing


@pytest.mark.parametrize("knob", [ALL, FLIP])
def test_over_epochs_only_what_is_seen_grows(knob: str) -> None:
    found: Epochs = made(view=EPOCHS, knob=knob)
    pictures = [picture for epoch in found.train for picture in epoch]
    same = sum(np.array_equal(a, b) for a, b in combinations(pictures, 2))
    assert (
        found.size
        == ITEMS[EPOCHS]
        == numbers(experiment(Settings(view=EPOCHS, pets="drawn")))["pictures in the data set"]
    )
    assert (same == 0) == (knob == ALL)
    seen = found.seen(found.train)
    assert seen[-1] == (len(pictures) if knob == ALL else len({picture.tobytes() for picture in pictures}))
    assert seen == sorted(seen)
    assert knob == ALL or seen[-1] <= 2 * found.size
    assert found.seen(found.valid) == [1] * len(found.valid)
    assert all(np.array_equal(epoch, found.valid[0]) for epoch in found.valid)


def test_in_a_batch_the_box_is_shared_and_the_rest_is_not() -> None:
    found: Batches = made(view=BATCH)
    assert found.boxes() == [1] * BATCHES
    assert len({tuple(box) for box in found.draws.boxes.tolist()}) == BATCHES
    assert len(np.unique(found.draws.angle)) > BATCHES
    assert found.uncropped.shape[:2] == (BATCHES * ITEMS[BATCH], ITEM_SIDE // 2)
    again = made(view=BATCH, min_scale=1.0)
    assert (again.draws.boxes == [0, 0, 1, 1]).all()
    assert "no crop" in again.findings()[0]


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
    sentences = findings(result)
    assert 2 <= len(sentences) <= 4
    assert str(numbers(result)["different variants"]) in sentences[0]
    text = " ".join(sentences)
    assert ("crop box" in text) == (knob in (ALL, CROP))
    assert ("are flipped" in text) == (knob in (ALL, FLIP))
    assert len({len(column) for column in table(result).values()}) == 1


@pytest.mark.parametrize(
    "change",
    [{"knob": ROTATE, "max_rotate": 0.0}, {"knob": WARP, "max_warp": 0.0}, {"knob": CROP, "min_scale": 1.0},
     {"knob": LIGHTING, "max_lighting": 0.0}, {"knob": "zoom", "max_zoom": 1.0}],
)  # fmt: skip
def test_a_knob_at_nothing_leaves_the_picture_as_it_is(change: dict[str, Any]) -> None:
    result = experiment(Settings(**change))
    assert (result.found.pictures == result.found.picture).all()
    assert "nothing is" in findings(result)[1] or "as it is" in findings(result)[1]


def test_strong_draws_are_said_to_be_strong() -> None:
    warped = experiment(Settings(knob=WARP, max_warp=0.9))
    assert "horizon" in " ".join(findings(warped))
    turned = experiment(Settings(knob=FLIP, flip_vert=True))
    assert "Dihedral" in findings(turned)[1]
    assert numbers(experiment(Settings(knob=ROTATE, max_rotate=180.0)))["reflected"] > 0.05


def test_a_pets_number_goes_round() -> None:
    count = len(load("drawn"))
    assert count > 99
    first = made(picture=PET, pet=3)
    assert not np.array_equal(first.picture, made(picture=PET, pet=4).picture)
    assert "flipped" in table(experiment(Settings(pets="drawn", picture=PET, pet=3)))


def test_an_own_picture_takes_the_first_place() -> None:
    file = io.BytesIO()
    Image.fromarray(noise(1, 300)[0][:, :200]).save(file, "PNG")
    for view in (EPOCHS, BATCH):
        result = with_picture(experiment(Settings(view=view, pets="drawn", picture=OWN)), file.getvalue())
        assert result.found.labels[0] == "yours"
    result = experiment(Settings(picture=OWN))
    assert with_picture(result, None) is result
    own = with_picture(result, file.getvalue())
    assert own.found.picture.shape == (ITEM_SIDE, ITEM_SIDE, 3)
    assert not np.array_equal(own.found.picture, result.found.picture)
    with pytest.raises(PictureError):
        with_picture(result, b"no picture")


def test_the_answer_is_the_data_sets_size() -> None:
    assert size_afterwards(experiment(Settings(view=EPOCHS, pets="drawn"))) == "4"
