"""A single picture: what the head says of it, its nearest training pictures, and how it stands on the stage."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from core.data.labelled import Pets
from core.data.pictures import PictureError
from core.exhibits.pet_classifier import waiting
from core.exhibits.pet_classifier.picture_of_yours import (
    NEAREST,
    TOP,
    YourPicture,
    asks_picture,
    experiment,
    judge,
    judge_yours,
    with_picture,
)
from core.exhibits.pet_classifier.picture_of_yours_scene import scene
from core.exhibits.pet_classifier.settings import MINE, Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead
from core.stage.panels import Columns, Pictures
from tests.few_pets import BREEDS
from tests.stage.panels import check, panels


@pytest.fixture
def yours(small: Settings) -> Settings:
    return replace(small, view="own")


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (90, 70), colour).save(file, "JPEG")
    return file.getvalue()


def test_a_picture_of_ones_own_is_judged(pets: Pets, head: TrainedHead) -> None:
    result = judge_yours(jpeg(BREEDS["Blue"]), head)
    found = result.judgement
    assert found
    (first, share), *_ = result.top()
    assert first == "Blue"
    assert share == max(found.probabilities)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert len(result.top()) == min(TOP, 3)
    assert {pets.labels[i] for i, _ in found.nearest} == {"Blue"}
    assert len(found.nearest) == NEAREST
    assert all(i in set(head.train) for i, _ in found.nearest)
    assert [c for _, c in found.nearest] == sorted((c for _, c in found.nearest), reverse=True)
    top, left, height, width = found.box
    assert (height * 70, width * 90) == pytest.approx((61.25, 61.25))
    assert (top, left) == pytest.approx(((1 - height) / 2, (1 - width) / 2))
    assert "**Blue** with a probability of" in result.findings()[0]
    assert result.numbers()["probability of Blue"] == share


def test_a_picture_from_the_set_is_nearest_to_itself(pets: Pets, head: TrainedHead) -> None:
    index = int(head.train[4])
    found = judge(Image.open(pets.path(index)).convert("RGB"), "One of them", head).judgement
    assert found
    assert found.nearest[0][0] == index
    assert found.nearest[0][1] == pytest.approx(1, abs=1e-4)
    assert found.less_similar == 1
    assert found.probabilities == pytest.approx(head.probabilities[index], abs=1e-3)


def test_without_a_picture_it_is_asked_for(yours: Settings) -> None:
    settings = replace(yours, subject=MINE)
    assert asks_picture(settings)
    empty = with_picture(experiment(settings), None)
    assert isinstance(empty, YourPicture)
    assert "Bring a picture" in empty.findings()[0]
    assert empty.numbers() == {}
    assert empty.table() == {"breed": [], "probability": []}
    with pytest.raises(PictureError):
        with_picture(experiment(settings), b"no picture")


def test_chelsea_is_judged_without_being_asked_for(yours: Settings) -> None:
    result = experiment(yours)
    assert not asks_picture(yours)
    assert not asks_picture(replace(yours, view="head", subject=MINE))
    assert "cat" in result.findings()[1].lower()


def test_a_head_that_is_no_number_has_no_answer(yours: Settings) -> None:
    result = experiment(replace(yours, learning_rate=1e20, weight_decay=1.0, epochs=30))
    assert result.trained.head.diverged_at is not None
    assert "the head has no answer" in result.findings()[0]


def test_a_picture_waits_for_the_features(yours: Settings) -> None:
    begun = waiting.begin(yours)
    assert with_picture(begun, b"whatever") is begun


@pytest.mark.parametrize(("subject", "pictures"), [("chelsea", 2), (MINE, 1)])
def test_own_pictures_with_and_without_one(subject: str, pictures: int, yours: Settings) -> None:
    shown = scene(experiment(replace(yours, subject=subject)))
    check(shown)
    assert [[type(panel) for panel in row.panels] for row in shown.rows] == [[Pictures, Columns], [Pictures]]
    picture, nearest = panels(shown, Pictures)
    (breeds,) = panels(shown, Columns)
    assert len(picture.files.ends) == len(picture.boxes) == pictures
    assert len(nearest.files.ends) == len(nearest.captions)
    assert len(breeds.columns[0].values) == len(breeds.names)
