"""Cross-entropy's scenes: they pack, every frame is covered, and their tables are complete."""

import pytest

from core.exhibits.cross_entropy.settings import CASES, METHODS, Settings
from core.exhibits.cross_entropy.views import VIEWS
from core.stage.panels import Table
from core.stage.scene import Scene
from core.view import view_of
from tests.stage.panels import check, panels

CHANGES = [
    *({"view": view} for view in VIEWS),
    {"classes": 5},
    {"log": False},
    {"sign": False},
    {"log": False, "sign": False},
    {"view": "gradient", "classes": 5, "precision": "float16"},
    {"view": "products", "chance": 0.9},
    *({"view": "numerics", "case": case, "method": method} for case in CASES for method in METHODS),
]


@pytest.fixture(params=CHANGES, ids=str)
def scene(request) -> Scene:
    settings = Settings(**request.param)
    view = view_of(VIEWS, settings)
    return view.scene(view.experiment(settings))


def test_a_scene_holds_together(scene):
    check(scene)
    assert sum(row.height for row in scene.rows) <= 500  # with the bar it all fits a first screen


def test_tables_have_a_number_for_every_cell(scene):
    for table in panels(scene, Table):
        rows = len(table.names)
        for column in table.columns:
            assert column.array.shape in ((rows,), (scene.frames, rows))
            if column.words:
                assert column.array.max() == len(column.words) - 1
        if table.marks is not None:
            assert table.marks.shape == (scene.frames, rows, len(table.columns))
