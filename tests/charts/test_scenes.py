"""Every exhibit's scenes hold together: named arrays exist, rows point into them, one time for all panels."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.charts import loss_surface, seven_steps, training_loop
from core.charts.scene import Scene, unpack
from core.charts.surfaces import surface_figure
from core.charts.words import plain
from core.lesson import loss_surface as surface_lesson
from core.lesson import seven_steps as steps_lesson
from core.lesson import training_loop as loop_lesson

SURFACE = surface_lesson.Settings(digits="built-in", epochs=2, size=31)
LOOP = loop_lesson.Settings(digits="built-in", epochs=2)


def scenes() -> dict[str, Scene]:
    steps = steps_lesson.Settings()
    race = replace(LOOP, view=loop_lesson.RACE, other_model="relu", other_rate=0.1)
    return {
        "coaster": seven_steps.scene(steps_lesson.experiment(steps)),
        "coaster, two lanes": seven_steps.scene(steps_lesson.experiment(replace(steps, compare=4.0, tolerance=0.01))),
        "digits": seven_steps.scene(steps_lesson.experiment(replace(steps, task="digits", steps=3))),
        "surface": loss_surface.scene(surface_lesson.experiment(SURFACE)),
        "hero": loss_surface.hero(surface_lesson.experiment(SURFACE)),
        "race": training_loop.scene(loop_lesson.experiment(race)),
        "ways": training_loop.scene(loop_lesson.whole(LOOP)),
    }


@pytest.fixture(scope="module")
def made() -> dict[str, Scene]:
    return scenes()


def named(panel: Any, arrays: dict[str, np.ndarray]) -> list[str]:
    """Every array that a panel names, found wherever it names one."""
    keys = ("array", "at", "x", "y", "z", "rows", "active", "residuals", "grid", "value", "text", "good", "points")
    found = []
    for key, value in panel.items():
        for item in value if isinstance(value, list | tuple) else [value]:
            if isinstance(item, dict):
                found += named(item, arrays)
            elif key in keys and isinstance(item, str):
                found.append(item)
    return found


@pytest.mark.parametrize("name", ["coaster", "coaster, two lanes", "digits", "surface", "hero", "race", "ways"])
def test_panels_name_arrays_that_exist_and_time_covers_every_frame(name, made):
    scene = made[name]
    header, arrays = unpack(scene.pack())
    for row in header["rows"]:
        for panel in row["panels"]:
            assert [array for array in named(panel, arrays) if array not in arrays] == []
            for key in ("at", "rows", "active"):
                if isinstance(panel.get(key), str):
                    assert len(arrays[panel[key]]) == scene.frames
            if "rows" in panel and "array" in panel:
                assert arrays[panel["rows"]].min() >= 0
    labels = (scene.time or {}).get("labels")
    assert labels is None or len(labels) == scene.frames
    assert len(scene.alt) > 40
    assert not set("*`") & set(scene.alt)


def test_seven_steps_light_every_phase_in_order(made):
    active = made["coaster"].arrays["active"]
    assert active[0] == 0
    assert active[-1] == 6
    assert active[1:6].tolist() == [1, 2, 3, 4, 5]
    written = made["coaster"].arrays["written"]
    assert (np.diff(written) >= 0).all()
    assert written[-1] == 10


def test_surface_figure_shows_the_same_grid():
    result = surface_lesson.experiment(SURFACE)
    path = np.column_stack([result.path, result.true_loss])
    figure = surface_figure(result.surface.a, result.surface.b, result.surface.loss, path)
    np.testing.assert_array_equal(figure.data[0].z, result.surface.loss)
    np.testing.assert_allclose(figure.data[1].z, result.true_loss)


def test_plain_words_keep_the_words_only():
    assert plain("Picture.", ["The :red[loss] is **0.1** in `float32`."]) == "Picture. The loss is 0.1 in float32."
