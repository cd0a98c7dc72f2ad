"""A head's training on the stage: the matrix's items are the pictures that are sent."""

from dataclasses import replace

import numpy as np
import pytest

import core.exhibits.pet_classifier.train_the_head_scene as module
from core.data.labelled import Pets
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import experiment
from core.exhibits.pet_classifier.train_the_head_scene import MOST, TILES, scene
from core.stage.panels import Confusion, Curve, Pictures
from tests.stage.panels import check, panels


def test_every_frame_has_its_predictions(small: Settings) -> None:
    shown = scene(experiment(small))
    check(shown)
    assert [[type(panel) for panel in row.panels] for row in shown.rows] == [[Curve, Curve], [Confusion, Pictures]]
    (curve, _), (matrix,), (pictures,) = (panels(shown, kind) for kind in (Curve, Confusion, Pictures))
    assert shown.frames == len(curve.at) == len(matrix.predicted) == len(pictures.said)


def test_the_matrix_offers_the_pictures_that_are_sent(pets: Pets, small: Settings) -> None:
    result = experiment(replace(small, epochs=1, learning_rate=0.0003, each=1))
    shown = scene(result)
    check(shown)
    (matrix,), (pictures,) = panels(shown, Confusion), panels(shown, Pictures)
    valid = result.valid
    assert np.array_equal(matrix.targets, result.targets[valid])
    assert np.array_equal(matrix.predicted, result.head.predicted[:, valid])
    assert matrix.selection == pictures.chosen
    assert pictures.most == TILES
    sent = len(pictures.files.ends)
    assert sent == min(MOST, len(valid)) == len(pictures.captions)
    for place, item in enumerate(matrix.items):
        if item >= 0:
            assert pictures.captions[item] == pets.labels[valid[place]]
            assert np.array_equal(pictures.said[:, item], matrix.predicted[:, place])


def test_wrong_ones_are_sent_first(monkeypatch: pytest.MonkeyPatch, small: Settings) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    result = experiment(small)
    shown = scene(result)
    check(shown)
    (matrix,) = panels(shown, Confusion)
    assert sorted(matrix.items)[-2:] == [0, 1]
    assert (matrix.items == -1).sum() == len(result.valid) - 2


def test_a_diverged_run_still_packs(small: Settings) -> None:
    check(scene(experiment(replace(small, learning_rate=100.0, hidden=256))))
