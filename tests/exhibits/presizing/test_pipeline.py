"""A batch through the loader: its calls are counted, and the stage has a row and a picture for each."""

from functools import cache
from typing import Any

import pytest

from core.exhibits.presizing.pipeline import BatchRun, experiment
from core.exhibits.presizing.pipeline_scene import scene
from core.exhibits.presizing.settings import ONCE, PETS, PIPELINE, PRESIZED, STANDARD, Settings
from core.stage.panels import Pictures, Table
from tests.stage.panels import panels
from tests.stage.pictures import opened


@cache
def batch_run(**change: Any) -> BatchRun:
    return experiment(Settings(view=PIPELINE, pets="drawn", **change))


@pytest.mark.parametrize(("recipe", "times"), [(PRESIZED, 1), (STANDARD, 4), (PETS, 2), (ONCE, 1)])
def test_interpolations_of_the_pipeline(recipe: str, times: int) -> None:
    result = batch_run(recipe=recipe)
    assert result.count(True, "grid_sample") == times
    assert result.count(False) == 1
    assert [call.name for call in result.calls[:4]] == ["PILBase.create", "Resize", "ToTensor", "IntToFloatTensor"]
    assert result.calls[-1].picture is not None
    assert result.calls[-1].picture.shape == (224, 224, 3)
    assert {call.after for call in result.calls if call.on_batch} <= {"4×3×460×460 in 0–1", "4×3×224×224 in 0–1"}


def test_every_step_that_has_a_picture_shows_it() -> None:
    result = batch_run()
    drawn = scene(result)
    (pictures,), (table,) = panels(drawn, Pictures), panels(drawn, Table)
    assert len(opened(pictures.files)) == len(result.calls)
    assert table.names[-1] == "brightness + contrast, composed"
