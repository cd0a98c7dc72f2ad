"""The pages of the gallery: what is sent is there, bounded, and what was asked for."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.labelled import Pets
from core.exhibits.top_losses import thumbnails
from core.exhibits.top_losses.cleaning import DELETE, Marks
from core.exhibits.top_losses.find_suspects import experiment
from core.exhibits.top_losses.gallery_scene import (
    ANY,
    LARGE,
    PAGE,
    SMALL,
    GalleryView,
    chosen,
    confused,
    page,
    read_view,
)
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.thumbnails import thumbnail
from core.stage.scene import unpack
from tests.exhibits.top_losses.staged import images
from tests.suspects import some_pets


def opened(
    settings: Settings, view: GalleryView | None = None, log: Any = ()
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    header, arrays = unpack(page(experiment(settings), view or GalleryView(), log, (), 0))
    return header["gallery"], arrays


def test_only_a_page_of_pictures_is_sent(settings: Settings) -> None:
    found, arrays = opened(settings)
    assert len(found["items"]) == len(images(arrays["pictures"], arrays["pictures_ends"])) == PAGE
    assert all(max(image.size) <= SMALL for image in images(arrays["pictures"], arrays["pictures_ends"]))
    assert (found["total"], found["pages"], found["large"]) == (60, 3, None)
    seen = [item["i"] for n in range(3) for item in opened(settings, GalleryView(page=n))[0]["items"]]
    assert seen == experiment(settings).order.tolist()
    assert opened(settings, GalleryView(page=40))[0]["view"]["page"] == 2


def test_an_item_says_prediction_label_loss_and_both_probabilities(settings: Settings) -> None:
    result = experiment(settings)
    judged = result.judged
    for item in opened(settings)[0]["items"]:
        p = np.exp(judged.folds[item["i"]])
        assert item["label"] == judged.targets[item["i"]]
        assert item["said"] == p.argmax()
        assert item["p"] == pytest.approx(p.max(), abs=1e-4)
        assert item["q"] == pytest.approx(p[item["label"]], rel=0.01)
        assert item["loss"] == pytest.approx(-np.log(p[item["label"]]), abs=1e-3)
        assert (item["part"] == "validation") == (item["i"] in judged.valid)


def test_filters_are_a_plain_loop(settings: Settings) -> None:
    result = experiment(replace(settings, wrong=10))
    judged = result.judged
    predicted = judged.folds.argmax(1)
    log = ((3, DELETE), (7, 0), (7, -1))
    views = (
        GalleryView(actual=1),
        GalleryView(predicted=2),
        GalleryView(actual=1, predicted=2),
        GalleryView(show="contradicted"),
        GalleryView(order="low"),
        GalleryView(show="marked"),
    )
    for view in views:
        expected = [
            i
            for i in result.order
            if view.actual in (ANY, judged.targets[i])
            and view.predicted in (ANY, predicted[i])
            and (view.show != "contradicted" or predicted[i] != judged.targets[i])
            and (view.show != "marked" or i in (3, 7))
        ]
        found = chosen(result, view, log)
        assert found.tolist() == (expected if view.order == "high" else expected[::-1])


def test_the_pairs_are_the_cells_of_the_confusion_matrix(settings: Settings) -> None:
    result = experiment(replace(settings, wrong=10))
    judged = result.judged
    pairs = confused(result)
    assert [n for *_, n in pairs] == sorted((n for *_, n in pairs), reverse=True)
    assert sum(n for *_, n in pairs) == (judged.folds.argmax(1) != judged.targets).sum()
    for actual, predicted, n in pairs:
        assert actual != predicted
        assert len(chosen(result, GalleryView(actual=actual, predicted=predicted), ())) == n


def test_a_picture_is_enlarged_when_it_is_asked_for(settings: Settings) -> None:
    found, arrays = opened(settings, GalleryView(zoom=5))
    assert found["large"] == 5
    assert len(images(arrays["pictures"], arrays["pictures_ends"])) == PAGE + 1
    assert images(arrays["pictures"], arrays["pictures_ends"])[-1].size == (60, 40)  # never more than there is
    assert max(60, 40) < LARGE


@pytest.mark.parametrize(
    "sent",
    [
        None,
        3,
        "x",
        [],
        {"page": -1},
        {"page": 1e9},
        {"page": 60},
        {"actual": 4},
        {"predicted": "pug"},
        {"show": ["all"]},
        {"order": "random"},
        {"zoom": 60},
        {"zoom": True},
    ],
    ids=repr,
)
def test_a_hostile_view_is_the_default(sent: Any) -> None:
    assert read_view(sent, 60, 4) == GalleryView()


def test_a_view_is_read() -> None:
    sent = {"page": 2, "actual": 3, "predicted": -1, "show": "marked", "order": "low", "zoom": 59}
    assert read_view(sent, 60, 4) == GalleryView(page=2, actual=3, predicted=ANY, show="marked", order="low", zoom=59)


def test_marks_alone_change_nothing_that_is_sent(settings: Settings) -> None:
    result = experiment(settings)
    plain = page(result, GalleryView(), (), (), 0)
    assert page(replace(result, marks=Marks(((3, DELETE),))), GalleryView(), ((3, DELETE),), (), 0) == plain
    assert page(result, GalleryView(), ((3, DELETE),), ((3, DELETE),), 1) != plain


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
