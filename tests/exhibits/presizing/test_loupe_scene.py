"""The loupe on the stage: its pictures are exact, and strips hold every draw."""

import numpy as np

from core.exhibits.presizing.loupe import begin, experiment
from core.exhibits.presizing.loupe_scene import scene
from core.exhibits.presizing.settings import Settings
from core.stage.panels import Loupe, Plot
from tests.stage.panels import check, panels
from tests.stage.pictures import opened


def test_the_loupes_pictures_are_exact() -> None:
    result = begin(Settings(pets="drawn"))
    (loupe,) = panels(scene(result), Loupe)
    first, second = (np.array(picture.convert("RGB")) for picture in opened(loupe.files))
    assert np.array_equal(first, result.pair.presized.picture)
    assert np.array_equal(second, result.pair.standard.picture)


def test_strips_hold_every_draw_and_the_one_in_the_picture() -> None:
    drawn = scene(experiment(Settings(pets="drawn", draws=8)))
    check(drawn)
    strips = panels(drawn, Plot)
    assert [len(strip.curves[0].x) for strip in strips] == [8, 8, 8]
    for strip in strips:
        assert strip.x_domain is not None
        low, high = strip.x_domain
        every = np.concatenate([mark.x for mark in (*strip.curves, *strip.moving) if mark.x is not None])
        assert low <= min(every.min(), 0)
        assert every.max() <= high
