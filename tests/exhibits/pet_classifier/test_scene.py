"""The pet classifier's scenes: every view packs, waits and finishes; the matrix's items are the pictures that are sent."""

from collections.abc import Iterator

import numpy as np
import pytest

import core.exhibits.pet_classifier.scene as charts
from core.data import pets as pets_module
from core.data.labelled import Pets
from core.exhibits.pet_classifier import experiment as classifier
from core.exhibits.pet_classifier.experiment import MINE, OWN, TUNE, Settings, experiment, join, with_picture
from core.exhibits.pet_classifier.scene import MOST, TILES, scene
from core.exhibits.pet_classifier.tuning import Finished, Found, Report
from core.nn.pet_heads import Trained
from core.stage.scene import Scene
from tests.few_pets import few_pets
from tests.stage.panels import check

SMALL = {"size": 96, "epochs": 10, "pets": "few"}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pets]:
    folder = tmp_path_factory.mktemp("pets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOWNHILL_CACHE", str(folder / "cache"))
        found = few_pets(folder / "pictures", each=12)
        load = pets_module.load
        for module in (classifier, charts):
            patch.setattr(module, "load", lambda name: found if name == "few" else load(name))
        yield found


def kinds(found: Scene) -> list[list[str]]:
    return [[panel["kind"] for panel in row.panels] for row in found.rows]


@pytest.mark.usefixtures("pets")
def test_waiting_and_trained_have_the_same_panels() -> None:
    waiting = scene(experiment(Settings(**SMALL)))
    check(waiting)
    done = scene(experiment(Settings(**SMALL, ready=True)))
    arrays = check(done)
    assert kinds(waiting) == kinds(done) == [["curve", "curve"], ["confusion", "pictures"]]
    assert waiting.frames == 1
    assert done.frames == len(arrays["epochs"]) == len(arrays["predicted"]) == len(arrays["said"])


def test_the_matrix_offers_the_pictures_that_are_sent(pets: Pets) -> None:
    result = experiment(Settings(**{**SMALL, "epochs": 1}, learning_rate=0.0003, each=1, ready=True))
    found = result.found
    assert isinstance(found, Trained)
    shown = scene(result)
    arrays = check(shown)
    matrix, pictures = shown.rows[1].panels
    valid = found.valid
    assert np.array_equal(arrays["targets"], found.targets[valid])
    assert np.array_equal(arrays["predicted"], found.head.predicted[:, valid])
    assert matrix["selection"] == pictures["chosen"]
    assert pictures["most"] == TILES
    sent = len(arrays["files_ends"])
    assert sent == min(MOST, len(valid)) == len(pictures["captions"])
    for place, item in enumerate(arrays["items"]):
        if item >= 0:
            assert pictures["captions"][item] == pets.labels[valid[place]]
            assert np.array_equal(arrays["said"][:, item], arrays["predicted"][:, place])


@pytest.mark.usefixtures("pets")
def test_wrong_ones_are_sent_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST", 2)
    result = experiment(Settings(**SMALL, ready=True))
    assert isinstance(result.found, Trained)
    arrays = check(scene(result))
    assert sorted(arrays["items"])[-2:] == [0, 1]
    assert (arrays["items"] == -1).sum() == len(result.found.valid) - 2


@pytest.mark.usefixtures("pets")
def test_a_diverged_run_still_packs() -> None:
    result = experiment(Settings(**SMALL, learning_rate=100.0, hidden=256, ready=True))
    check(scene(result))


@pytest.mark.usefixtures("pets")
def test_own_pictures_with_and_without_one() -> None:
    for settings, pictures in (
        (Settings(**SMALL, view=OWN, ready=True), 2),
        (Settings(**SMALL, view=OWN, subject=MINE, ready=True), 1),
    ):
        result = experiment(settings)
        shown = scene(with_picture(result, None) if settings.subject == MINE else result)
        arrays = check(shown)
        assert kinds(shown) == [["pictures", "columns"], ["pictures"]]
        assert len(arrays["own_ends"]) == len(arrays["boxes"]) == pictures
        assert len(arrays["near_ends"]) == len(shown.rows[1].panels[0]["captions"])
        assert len(arrays["probabilities"]) == len(shown.rows[0].panels[1]["names"])


@pytest.mark.usefixtures("pets")
def test_a_fine_tuning_grows_part_by_part() -> None:
    parts = [
        Report("lr_find", (4.0, 3.9), ((0.0, 1e-6), (0.0, 1e-5)), (), 2, 50, 1.0),
        Found((1e-6, 1e-4, 1e-2, 1.0), (4.0, 3.0, 1.0, 9.0), {"valley": 0.001, "minimum": 0.1, "steep": 0.002}, 0.001),
        Report("frozen", (3.0, 2.0), ((0.0, 1e-3), (0.0, 2e-3)), ((1.5, 0.5),), 42, 50, 9.0),
        Report("unfrozen", (1.0,), ((1e-5, 1e-3),), ((0.5, 0.75),), 43, 50, 10.0),
        Finished(3, 4, 11.0, 50.0, "full precision"),
    ]
    result = experiment(Settings(**SMALL, view=TUNE, tune=True))
    scenes = [scene(join(result, parts[:n])) for n in range(len(parts) + 1)]
    for each in scenes:
        check(each)
        assert kinds(each) == [["curve", "curve"], ["curve", "bars"]]
    arrays = check(scenes[-1])
    assert arrays["tried"] == pytest.approx([1e-6, 1e-4, 1e-2, 1.0])
    assert scenes[-1].rows[0].panels[0]["marks"] == [
        {"x": 0.001, "label": "valley, steep"},
        {"x": 0.002, "label": ""},
        {"x": 0.1, "label": "minimum"},
    ]
    assert arrays["loss"].tolist() == [3, 2, 1]
    assert np.isnan(arrays["body rate"][:2]).all()
    assert arrays["body rate"][2] == pytest.approx(1e-5)
    assert arrays["accuracy"] == pytest.approx([0.5, 0.75])
    assert check(scenes[1])["found"].tolist() == pytest.approx([4.0, 3.9])
