"""Every view of presizing: the same twice, a scene that packs, and code that can leave the repository."""

import ast
from typing import Any

import pytest
import torch

from core.exhibits.presizing.settings import BOOK, FIT, LOUPE, OWN, PIPELINE, SPEED, VIEW_NAMES, Settings
from core.exhibits.presizing.views import VIEWS
from core.export import script
from core.stage.panels import Loupe, Panel, Pictures
from core.view import Result, view_of
from tests.stage.panels import check, panels
from tests.stage.pictures import opened

CASES: list[dict[str, Any]] = [
    {},
    {"picture": "noise"},
    {"geometry": BOOK, "draw": 3},
    {"degrees": 0, "zoom": 1.0, "warp": 0.0},
    {"view": PIPELINE},
    {"view": PIPELINE, "recipe": "standard", "split": "valid"},
    {"view": FIT},
    {"view": FIT, "shape": "tall", "split": "valid"},
    {"view": FIT, "shape": "small", "target": 224},
    {"view": SPEED},
]
MOST = 1_000_000  # bytes of a scene


def begun(settings: Settings) -> Result:
    """What is shown before a job has brought anything."""
    view = view_of(VIEWS, settings)
    return view.job.begin(settings) if view.job else view.experiment(settings)


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_its_pictures_are_there(change: dict[str, Any]) -> None:
    settings = Settings(pets="drawn", **change)
    drawn = view_of(VIEWS, settings).scene(begun(settings))
    check(drawn)
    assert len(drawn.pack()) < MOST
    assert 300 <= sum(row.height for row in drawn.rows) <= 540
    for panel in panels(drawn, Panel):
        if isinstance(panel, Loupe | Pictures):
            pictures = opened(panel.files)
            assert panel.files.ends[-1] == len(panel.files.data)
            assert isinstance(panel, Loupe) or len(panel.captions) == len(pictures)


@pytest.mark.parametrize("view", VIEW_NAMES)
def test_results_are_the_same_twice_and_leave_the_generators_alone(view: str) -> None:
    settings = Settings(view=view, pets="drawn", geometry=BOOK)
    before = torch.get_rng_state()
    one, two = (begun(settings) for _ in range(2))
    assert torch.equal(torch.get_rng_state(), before)
    assert one.numbers() == two.numbers()
    assert len({len(column) for column in one.table().values()}) == 1


@pytest.mark.parametrize("view", [LOUPE, PIPELINE])
def test_its_code_can_leave_the_repository(view: str) -> None:
    settings = Settings(view=view, pets="drawn")
    text = script("Title", "Question?", view_of(VIEWS, settings).experiment, settings)
    assert ast.parse(text)
    assert "streamlit" not in text


def test_speeds_and_other_draws_come_by_a_job() -> None:
    assert [view for view in VIEW_NAMES if view_of(VIEWS, s := Settings(view=view)).waits(s)] == [LOUPE, SPEED]
    awaited = Settings(picture=OWN)
    assert not view_of(VIEWS, awaited).waits(awaited)
    lanes = {view: row.job.lane for view in VIEW_NAMES if (row := view_of(VIEWS, Settings(view=view))).job}
    assert lanes == {LOUPE: "", SPEED: SPEED}
