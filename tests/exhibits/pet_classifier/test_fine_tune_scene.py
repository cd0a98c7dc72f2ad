"""A fine-tuning on the stage, as its parts arrive."""

from itertools import pairwise

import numpy as np
import pytest

from core.exhibits.pet_classifier.fine_tune import begin, join
from core.exhibits.pet_classifier.fine_tune_scene import scene
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.tuner import Finished, Part, RateSearch, Report
from core.stage.panels import Bars, Curve, Mark, Text
from tests.stage.panels import check, panels

PARTS: list[Part] = [
    Report(
        phase="lr_find",
        losses=(4.0, 3.9),
        rates=((0.0, 1e-6), (0.0, 1e-5)),
        epochs=(),
        done=2,
        total=50,
        seconds=1.0,
    ),
    RateSearch(
        rates=(1e-6, 1e-4, 1e-2, 1.0),
        losses=(4.0, 3.0, 1.0, 9.0),
        suggestions={"valley": 0.001, "minimum": 0.1, "steep": 0.002},
        used=0.001,
    ),
    Report(
        phase="frozen",
        losses=(3.0, 2.0),
        rates=((0.0, 1e-3), (0.0, 2e-3)),
        epochs=((1.5, 0.5),),
        done=42,
        total=50,
        seconds=9.0,
    ),
    Report(
        phase="unfrozen",
        losses=(1.0,),
        rates=((1e-5, 1e-3),),
        epochs=((0.5, 0.75),),
        done=43,
        total=50,
        seconds=10.0,
    ),
    Finished(right=3, items=4, seconds=11.0, pictures_per_second=50.0, precision="full precision"),
]


def test_a_fine_tuning_grows_part_by_part() -> None:
    result = begin(Settings(view="tune", tune=True, pets="drawn"))
    scenes = [scene(join(result, PARTS[:n])) for n in range(len(PARTS) + 1)]
    for shown in scenes:
        check(shown)
    types = [[type(panel) for row in shown.rows for panel in row.panels] for shown in scenes]
    assert types[0] == [Text] * 4  # what will stand there, in words
    assert types[-1] == [Curve, Curve, Curve, Bars]
    for before, after in pairwise(types):
        assert all(one in (Text, other) for one, other in zip(before, after, strict=True))
    search, losses, rates = panels(scenes[-1], Curve)
    (accuracies,) = panels(scenes[-1], Bars)
    assert search.series[0].x == pytest.approx([1e-6, 1e-4, 1e-2, 1.0])
    assert search.marks == [Mark(x=0.001, label="valley, steep"), Mark(x=0.002, label=""), Mark(x=0.1, label="minimum")]
    assert losses.series[0].y.tolist() == [3, 2, 1]
    of_body = rates.series[1].y
    assert np.isnan(of_body[:2]).all()
    assert of_body[2] == pytest.approx(1e-5)
    assert accuracies.heights == pytest.approx([0.5, 0.75])
    assert panels(scenes[1], Curve)[0].series[0].y.tolist() == pytest.approx([4.0, 3.9])
