"""The stage of the top losses and the pages of its gallery: what they send is there, bounded, and what was asked for."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.labelled import Pets
from core.exhibits.top_losses import judging, thumbnails
from core.exhibits.top_losses.cleaning import DELETE, Marks
from core.exhibits.top_losses.experiment import whole
from core.exhibits.top_losses.gallery_scene import ANY, LARGE, PAGE, SMALL, View, chosen, confused, page, read_view
from core.exhibits.top_losses.judging import FIRST, RETRAIN, WRONG, Result, Settings
from core.exhibits.top_losses.scene import LETTERS, SIZE, brief, scene
from core.exhibits.top_losses.suspects import ALL, FIT, FOLD, VALID, chance_band
from core.exhibits.top_losses.thumbnails import thumbnail
from core.stage.scene import unpack
from tests.stage.panels import check
from tests.suspects import install, some_features, some_pets

CASES: list[dict[str, Any]] = [
    {}, {"split": VALID}, {"judged": FIT}, {"wrong": 20}, {"view": RETRAIN}, {"view": RETRAIN, "cleaning": FIRST, "first": 20},
    {"view": RETRAIN, "cleaning": WRONG, "wrong": 20},
]  # fmt: skip
MOST = 400_000  # bytes of a scene


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Pets:
    return some_pets(tmp_path_factory.mktemp("pets"))


@pytest.fixture(scope="module")
def settings(pets: Pets) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        yield install(pets, some_features(pets), patch)
    judging._shelf.of.pop(pets, None)


def pictures(arrays: dict[str, np.ndarray], name: str = "pictures") -> list[Image.Image]:
    ends = arrays[f"{name}_ends"]
    starts = [0, *ends[:-1]]
    files = [arrays[name][a:b].tobytes() for a, b in zip(starts, ends, strict=True)]
    return [Image.open(io.BytesIO(file)) for file in files]


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_arrays_are_there(change: dict[str, Any], settings: Settings) -> None:
    one = scene(whole(replace(settings, **change)))
    arrays = check(one)
    assert len(one.pack()) < MOST
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert sum(row.height for row in one.rows) <= 520
    for panel in (panel for row in one.rows for panel in row.panels if panel["kind"] == "pictures"):
        shown = pictures(arrays, panel["pictures"])
        assert all(image.format == "WEBP" and max(image.size) <= SIZE for image in shown)
        assert len(panel["captions"]) == len(panel["marks"]) == len(shown) > 0


def test_before_anything_is_there_the_panels_are(settings: Settings) -> None:
    empty, full = scene(Result(settings)), scene(whole(settings))
    check(empty)
    kinds = [[panel["kind"] for panel in row.panels] for row in full.rows]
    assert [[panel["kind"] for panel in row.panels] for row in empty.rows] == kinds
    check(scene(Result(replace(settings, view=RETRAIN))))


def test_pictures_stand_in_the_order_of_their_losses(settings: Settings, pets: Pets) -> None:
    result = whole(settings)
    judged = result.judged
    assert judged
    one = scene(result)
    (panel,) = one.rows[0].panels
    order = judged.ranked(FOLD, ALL)[:50]
    losses = [float(caption.rsplit(" ", 1)[1]) for caption in panel["captions"]]
    assert losses == [pytest.approx(value, abs=0.005) for value in judged.losses(FOLD)[order]]
    assert [mark == "loss" for mark in panel["marks"]] == [pets.names[i] in pets.planted for i in order]
    assert one.arrays["show"].ravel().tolist() == list(range(50))
    assert one.frames == 5


def test_the_curve_is_what_was_found_and_what_chance_finds(settings: Settings) -> None:
    result = whole(settings)
    assert result.judged
    arrays = scene(result).arrays
    for k, found, mean, low, high in zip(
        arrays["k"], arrays["found"], arrays["chance"], arrays["low"], arrays["high"], strict=True
    ):
        assert found == result.judged.wrong[result.order[:k]].sum()
        assert (mean, low, high) == chance_band(60, 4, int(k))


def test_few_pictures_leave_places_empty(tmp_path: Path) -> None:
    few = some_pets(tmp_path, count=16, planted=1, name="own:few")
    with pytest.MonkeyPatch.context() as patch:
        result = whole(replace(install(few, some_features(few), patch), split=VALID))
        arrays = check(scene(result))
    assert (arrays["show"] >= 0).sum() == len(result.order) == 3


def test_names_are_cut_to_a_line() -> None:
    assert brief("american_pit_bull_terrier") == "american pit b…"
    assert len(brief("x" * 60)) == LETTERS
    assert brief("pug") == "pug"


def opened(settings: Settings, view: View | None = None, log: Any = ()) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = unpack(page(whole(settings), view or View(), log, (), 0))
    return header["gallery"], arrays


def test_only_a_page_of_pictures_is_sent(settings: Settings) -> None:
    found, arrays = opened(settings)
    assert len(found["items"]) == len(pictures(arrays)) == PAGE
    assert all(max(image.size) <= SMALL for image in pictures(arrays))
    assert (found["total"], found["pages"], found["large"]) == (60, 3, None)
    seen = [item["i"] for n in range(3) for item in opened(settings, View(page=n))[0]["items"]]
    assert seen == whole(settings).order.tolist()
    assert opened(settings, View(page=40))[0]["view"]["page"] == 2


def test_an_item_says_prediction_label_loss_and_both_probabilities(settings: Settings) -> None:
    result = whole(settings)
    judged = result.judged
    assert judged
    for item in opened(settings)[0]["items"]:
        p = np.exp(judged.folds[item["i"]])
        assert item["label"] == judged.targets[item["i"]]
        assert item["said"] == p.argmax()
        assert item["p"] == pytest.approx(p.max(), abs=1e-4)
        assert item["q"] == pytest.approx(p[item["label"]], rel=0.01)
        assert item["loss"] == pytest.approx(-np.log(p[item["label"]]), abs=1e-3)
        assert (item["part"] == "validation") == (item["i"] in judged.valid)


def test_filters_are_a_plain_loop(settings: Settings) -> None:
    result = whole(replace(settings, wrong=10))
    judged = result.judged
    assert judged
    said = judged.folds.argmax(1)
    log = ((3, DELETE), (7, 0), (7, -1))
    for view in (View(actual=1), View(predicted=2), View(actual=1, predicted=2), View(show="contradicted"), View(order="low"),
                 View(show="marked")):  # fmt: skip
        expected = [
            i for i in result.order
            if view.actual in (ANY, judged.targets[i]) and view.predicted in (ANY, said[i])
            and (view.show != "contradicted" or said[i] != judged.targets[i]) and (view.show != "marked" or i in (3, 7))
        ]  # fmt: skip
        found = chosen(result, view, log)
        assert found.tolist() == (expected if view.order == "high" else expected[::-1])


def test_the_pairs_are_the_cells_of_the_confusion_matrix(settings: Settings) -> None:
    result = whole(replace(settings, wrong=10))
    judged = result.judged
    assert judged
    pairs = confused(result)
    assert [n for *_, n in pairs] == sorted((n for *_, n in pairs), reverse=True)
    assert sum(n for *_, n in pairs) == (judged.folds.argmax(1) != judged.targets).sum()
    for actual, predicted, n in pairs:
        assert actual != predicted
        assert len(chosen(result, View(actual=actual, predicted=predicted), ())) == n


def test_a_picture_is_enlarged_when_it_is_asked_for(settings: Settings) -> None:
    found, arrays = opened(settings, View(zoom=5))
    assert found["large"] == 5
    assert len(pictures(arrays)) == PAGE + 1
    assert pictures(arrays)[-1].size == (60, 40)  # never more than there is
    assert max(60, 40) < LARGE


@pytest.mark.parametrize(
    "sent",
    [None, 3, "x", [], {"page": -1}, {"page": 1e9}, {"page": 60}, {"actual": 4}, {"predicted": "pug"}, {"show": ["all"]},
     {"order": "random"}, {"zoom": 60}, {"zoom": True}],
    ids=repr,
)  # fmt: skip
def test_a_hostile_view_is_the_default(sent: Any) -> None:
    assert read_view(sent, 60, 4) == View()


def test_a_view_is_read() -> None:
    sent = {"page": 2, "actual": 3, "predicted": -1, "show": "marked", "order": "low", "zoom": 59}
    assert read_view(sent, 60, 4) == View(2, 3, ANY, "marked", "low", 59)


def test_marks_alone_change_nothing_that_is_sent(settings: Settings) -> None:
    result = whole(settings)
    plain = page(result, View(), (), (), 0)
    assert page(replace(result, marks=Marks(((3, DELETE),))), View(), ((3, DELETE),), (), 0) == plain
    assert page(result, View(), ((3, DELETE),), ((3, DELETE),), 1) != plain


def test_thumbnails_are_kept_and_bounded(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    assert thumbnail(pets, 0, 30) is thumbnail(pets, 0, 30)
    monkeypatch.setattr(thumbnails._files, "most", 5)
    for i in range(9):
        thumbnail(pets, i, 31)
    assert len(thumbnails._files.of[pets]) == 5


def test_an_unreadable_picture_is_grey(tmp_path: Path) -> None:
    broken = some_pets(tmp_path, count=8, name="own:broken")
    broken.path(0).write_bytes(b"no picture")
    image = Image.open(io.BytesIO(thumbnail(broken, 0, 40)))
    assert image.size == (40, 40)
