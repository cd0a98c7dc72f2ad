"""Presizing against fastai's own calls, the lesson's figures, and geometry worked out from the matrices."""

import ast
import random
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from fastai.torch_core import TensorImage
from fastai.vision.augment import CropPad, RandomCrop, Resize, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms
from fastai.vision.core import PILImage
from fasttransform import Pipeline
from PIL import Image
from torch import Tensor

from core.data.pets import UPLOADED
from core.data.pictures import PictureError
from core.exhibits.presizing import cards, pipeline
from core.exhibits.presizing import experiment as presizing
from core.exhibits.presizing.compared import Compared
from core.exhibits.presizing.experiment import (
    FIT,
    LOUPE,
    OWN,
    PIPELINE,
    SPEED,
    Settings,
    experiment,
    findings,
    join,
    numbers,
    table,
)
from core.exhibits.presizing.loupe import BOOK, SAME, SIZE, TILES, Draw, Pair, Ways, compare, draw_of, square
from core.exhibits.presizing.pipeline import ONCE, PETS, PRESIZED, STANDARD
from core.exhibits.presizing.resamplings import Recorder, recorded, traced
from core.exhibits.presizing.resizing import METHODS, RESIZES, fit
from core.exhibits.presizing.sharpness import BINS, frequencies, laplacian_variance, power
from core.export import script
from core.nn.seeded import seeded

THE_BOOKS = Draw(30, 1.2, -0.2, 0.2)


@cache
def pair(name: str = "cat", geometry: str = SAME, draw: Draw = THE_BOOKS, extra: int = 0, seed: int = 0) -> Pair:
    return compare(squared(name), draw, Ways(geometry, extra=extra), seed)


@cache
def squared(name: str) -> Tensor:
    return square(cards.subject(name, "", 0, 42), 460)


def shown(x: Tensor) -> np.ndarray:
    """A batch of one as the page shows it."""
    return (x[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()


def settings(**change: object) -> Settings:
    return Settings(pets="drawn", **change)  # type: ignore[arg-type]


def test_the_books_figure_is_what_the_books_own_calls_give() -> None:
    x = squared("cat")
    with seeded(7):
        tfms = setup_aug_tfms(
            [
                Rotate(draw=30, p=1, size=224),
                Zoom(draw=1.2, p=1.0, size=224),
                Warp(draw_x=-0.2, draw_y=0.2, p=1.0, size=224),
            ]
        )
        left = Pipeline(tfms)(x)
        right = TensorImage(x.clone()).affine_coord(sz=224).rotate(draw=30, p=1.0).zoom(draw=1.2, p=1.0)
        right = right.warp(draw_x=-0.2, draw_y=0.2, p=1.0)
    ours = pair(geometry=BOOK, seed=7)
    assert np.array_equal(ours.presized.picture, shown(left))
    assert np.array_equal(ours.standard.picture, shown(right))


def test_the_isolated_comparison_is_fastais_calls_in_the_composed_order() -> None:
    x = squared("cat").affine_coord(sz=224).warp(draw_x=-0.2, draw_y=0.2, p=1.0).rotate(draw=30, p=1.0)
    x = x.zoom(draw=1.2, draw_x=0.5, draw_y=0.5, p=1.0)
    assert np.array_equal(pair().standard.picture, shown(x))


def test_the_square_is_fastais_resize_of_validation() -> None:
    image = cards.subject("cat", "", 0, 42)
    resized = np.array(Resize(460)(PILImage(image), split_idx=1))
    assert np.array_equal(shown(squared("cat")), resized)


@pytest.mark.parametrize("geometry", [SAME, BOOK])
def test_one_interpolation_against_four(geometry: str) -> None:
    ours = pair(geometry=geometry)
    assert (ours.presized.interpolations, ours.standard.interpolations) == (1, 4)
    hidden = [[c for c in side.calls if c.name == "interpolate"] for side in (ours.presized, ours.standard)]
    assert [[(c.before, c.after) for c in calls] for calls in hidden] == [[((460, 460), (448, 448))]] * 2


def test_white_noise_keeps_what_the_lesson_says() -> None:
    ours = pair("noise")
    assert ours.presized.sharpness == pytest.approx(0.17, abs=0.006)
    assert 0.005 < ours.standard.sharpness < 0.015
    assert ours.lost > 0.9


def test_centres_agree_to_a_fiftieth_of_a_pixel_only_where_the_geometry_is_the_same() -> None:
    assert pair().apart < 0.02
    assert min(pair(geometry=BOOK, seed=seed).apart for seed in range(4)) > 5


def test_same_geometry_holds_at_every_place_that_is_not_invented() -> None:
    ours = pair()
    far = (ours.presized.places - ours.standard.places).norm(dim=-1)
    inside = [
        ~traced([c.grid for c in side.calls if c.grid is not None], TILES)[1][0]
        for side in (ours.presized, ours.standard)
    ]
    assert far[inside[0] & inside[1]].max() < 0.02


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_places_and_invented_pixels_are_those_of_the_rotation_worked_out(zoom: float) -> None:
    ours = pair(draw=Draw(30, zoom, 0, 0))
    line = (np.arange(TILES) + 0.5) / TILES * 2 - 1
    x, y = np.meshgrid(line, line)
    turn = np.radians(30)
    across, down = (np.cos(turn) * x + np.sin(turn) * y) / zoom, (np.cos(turn) * y - np.sin(turn) * x) / zoom
    outside = (np.abs(across) > 1) | (np.abs(down) > 1)
    assert ours.presized.invented == pytest.approx(outside.mean(), abs=2e-3)
    expected = np.stack([(across + 1) / 2 * 459, (down + 1) / 2 * 459], -1)
    assert np.abs(ours.presized.places.numpy() - expected)[~outside].max() < 0.02


def test_black_padding_shows_the_share_that_is_invented() -> None:
    white = TensorImage(torch.ones(1, 3, 460, 460))
    ours = compare(white, Draw(45, 1.0, 0, 0), Ways(SAME, "zeros"), 0)
    for side in (ours.presized, ours.standard):
        assert side.invented == pytest.approx((side.picture[..., 0] < 128).mean(), abs=0.01)
        assert side.invented == pytest.approx(1 - 2 * (np.sqrt(2) - 1), abs=0.01)  # the octagon that stays


def test_nothing_is_lost_without_a_transform() -> None:
    ours = pair("noise", draw=Draw(0, 1.0, 0, 0))
    assert ours.kept == pytest.approx(1, abs=1e-3)
    assert abs(ours.lost) < 1e-3
    assert ours.standard.interpolations == 4


def test_more_interpolations_lose_more_and_leave_the_geometry() -> None:
    found = [pair("noise", extra=extra) for extra in (0, 2, 4)]
    assert [one.standard.interpolations for one in found] == [4, 8, 12]
    assert found[0].lost < found[1].lost < found[2].lost
    assert max(one.apart for one in found) < 0.02


def test_draw_0_is_the_books_and_others_stay_within_the_strengths() -> None:
    assert draw_of(0, 30, 1.2, 0.2) == THE_BOOKS
    draws = [draw_of(number, 30, 1.2, 0.2) for number in range(1, 41)]
    assert len(set(draws)) == 40
    assert max(abs(d.degrees) for d in draws) <= 30
    assert all(1 <= d.zoom <= 1.2 and max(abs(d.warp_x), abs(d.warp_y)) <= 0.2 for d in draws)


def test_laplacian_variance_is_that_of_a_convolution() -> None:
    pictures = torch.rand(2, 20, 30, generator=torch.Generator().manual_seed(1))
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    expected = F.conv2d(pictures[:, None], kernel[None, None])[:, 0].var((1, 2))
    assert laplacian_variance(pictures) == pytest.approx(expected)


def test_power_of_a_wave_stands_in_its_own_band_and_noise_in_all() -> None:
    x = torch.arange(SIZE)
    wave = torch.sin(2 * torch.pi * 0.125 * x).expand(1, SIZE, SIZE)
    assert frequencies()[power(wave)[0].argmax()] == pytest.approx(0.125, abs=0.5 / BINS)
    noise = power(torch.randn(1, SIZE, SIZE, generator=torch.Generator().manual_seed(1)))[0, 2:]
    assert noise.min() > 0.7
    assert noise.max() < 1.4


def test_the_recorder_sees_its_own_thread_only() -> None:
    x, grid = torch.rand(1, 1, 4, 4), torch.zeros(1, 2, 2, 2)
    with Recorder() as here:
        other = threading.Thread(target=F.grid_sample, args=(x, grid), kwargs={"align_corners": True})
        other.start()
        other.join()
        assert here.count() == 0
        F.grid_sample(x, grid, align_corners=True)
    assert here.count() == 1
    assert (here.calls[0].before, here.calls[0].after) == ((4, 4), (2, 2))


def test_pillow_is_watched_while_it_is_asked_for_and_only_where_the_size_changes() -> None:
    image, real = Image.new("RGB", (6, 4)), Image.Image.resize
    with recorded() as calls:
        image.resize((3, 2))
        image.resize((6, 4))
    assert [(c.name, c.before, c.after) for c in calls] == [("resize", (4, 6), (2, 3))]
    assert Image.Image.resize is real


@pytest.mark.parametrize(("recipe", "times"), [(PRESIZED, 1), (STANDARD, 4), (PETS, 2), (ONCE, 1)])
def test_interpolations_of_the_pipeline(recipe: str, times: int) -> None:
    ran = experiment(settings(view=PIPELINE, recipe=recipe)).found
    assert isinstance(ran, pipeline.Ran)
    assert ran.count(True, "grid_sample") == times
    assert ran.count(False) == 1
    assert [step.name for step in ran.steps[:4]] == ["PILBase.create", "Resize", "ToTensor", "IntToFloatTensor"]
    assert ran.steps[-1].picture is not None
    assert ran.steps[-1].picture.shape == (224, 224, 3)
    assert {step.after for step in ran.steps if step.batch} <= {"4×3×460×460 in 0–1", "4×3×224×224 in 0–1"}


def test_the_pets_recipe_interpolates_as_often_when_called_by_hand() -> None:
    x = TensorImage(torch.rand(2, 3, 460, 460))
    for min_scale, times in ((0.75, 2), (1.0, 1)):
        with seeded(1), Recorder() as calls:
            Pipeline(aug_transforms(size=224, min_scale=min_scale), split_idx=0)(x.clone())
        assert calls.count() == times


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
    image = cards.subject("small cat", "", 0, 0)
    plain = {"CropPad": CropPad, "RandomCrop": RandomCrop}
    with seeded(3):
        ours = fit(image, method, 224, train=True).made
    with seeded(3):
        tfm = plain[method](224) if method in plain else Resize(224, method=method)
        assert np.array_equal(np.array(ours), np.array(tfm(PILImage(image), split_idx=0)))


def test_training_cuts_elsewhere_and_validation_in_the_middle() -> None:
    train, valid = (experiment(settings(view=FIT, split=split)).found for split in ("train", "valid"))
    assert len({draw[0].box for draw in train.draws}) > 1  # type: ignore[union-attr]
    assert len({draw[2].box for draw in train.draws}) == 1  # type: ignore[union-attr]
    assert [draw[0].box for draw in valid.draws] == [(75, 0, 300, 300)]  # type: ignore[union-attr]


def test_a_job_brings_the_draws_that_the_slider_shows() -> None:
    chosen = settings(draws=8, draw=3)
    result = experiment(chosen)
    parts = list(presizing.work(chosen, lambda: False))
    joined = join(result, parts).found
    assert isinstance(joined, Compared)
    assert [m.number for m in joined.spread] == list(range(1, 9))
    assert joined.spread[2].sharpness == (joined.pair.presized.sharpness, joined.pair.standard.sharpness)
    assert "over 8 random draws" in " ".join(joined.findings())
    assert list(presizing.work(chosen, lambda: True)) == []


def test_speeds_are_measured_when_asked_for() -> None:
    chosen = settings(view=SPEED, batch=4)
    states = torch.get_rng_state(), random.getstate()
    rates = list(presizing.work(chosen, iter([False, False, False, True]).__next__))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    found = join(experiment(chosen), rates).found
    assert [rate.batch for rate in rates][:6] == [1, 1, 1, 4, 4, 4]
    assert all(rate.calls >= 3 and rate.rate == rate.batch / rate.seconds > 0 for rate in rates)
    assert "item by item on the CPU" in " ".join(found.findings())
    assert len(found.table()["work"]) == len(rates)


def test_an_own_picture_takes_the_cats_place(tmp_path: Path) -> None:
    file = tmp_path / "own.png"
    Image.new("RGB", (500, 640), "red").save(file)
    result = experiment(settings(picture=OWN))
    assert findings(result)[0].startswith("This is the cat")
    found = presizing.with_own(result, file.read_bytes()).found
    assert isinstance(found, Compared)
    assert found.size == (500, 640)
    assert found.findings()[1] == "This picture has no detail that could be lost."
    assert presizing.with_own(result, None) is result
    with pytest.raises(PictureError):
        presizing.with_own(result, b"no picture")
    assert not presizing.wants_job(settings(picture=OWN))


def test_a_picture_smaller_than_the_target_is_named() -> None:
    said = " ".join(findings(experiment(settings(picture="small cat"))))
    assert "150×100" in said
    assert "enlarged it ×4.6" in said
    assert "enlarged" not in " ".join(findings(experiment(settings(picture="noise"))))


def test_the_prediction_is_answered_from_the_result() -> None:
    assert presizing.share_kept(experiment(settings(picture="noise"))) == "less than a tenth"
    assert presizing.share_kept(experiment(settings(picture="noise", degrees=0, zoom=1.0, warp=0.0))) == "most of it"


@pytest.mark.parametrize("view", [LOUPE, PIPELINE, FIT, SPEED])
def test_results_are_the_same_twice_and_leave_the_generators_alone(view: str) -> None:
    chosen = settings(view=view, geometry=BOOK)
    before = torch.get_rng_state()
    one, two = (experiment(chosen) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert numbers(one) == numbers(two)
    lengths = {len(column) for column in table(one).values()}
    assert len(lengths) == 1


@pytest.mark.parametrize("view", [LOUPE, PIPELINE])
def test_its_code_can_leave_the_repository(view: str) -> None:
    chosen = settings(view=view)
    text = script("Title", "Question?", presizing.whole if view == LOUPE else experiment, numbers, chosen)
    assert ast.parse(text)
    assert "streamlit" not in text


def test_pictures_of_a_visitor_are_not_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = []

    class Mine:
        def path(self, index: int) -> Path:
            asked.append(index)
            Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
            return tmp_path / "a.png"

        def __len__(self) -> int:
            return 3

    monkeypatch.setattr(cards, "load", lambda _name: Mine())
    for _ in range(2):
        assert cards.subject("pet", f"{UPLOADED}1", 4, 0).size == (9, 9)
    assert asked == [1, 1]
