"""Every view of ReLU has sentences, numbers and a table, and hostile settings are refused."""

from typing import Any

import pytest

from core.exhibits.relu.settings import MOST_HINGES, Settings
from core.exhibits.relu.views import VIEWS
from core.settings import parse
from core.view import view_of

CASES: list[dict[str, Any]] = [
    {"view": "curve"},
    {"view": "curve", "activation": "gelu"},
    {"view": "curve", "activation": "identity"},
    {"view": "collapse"},
    {"view": "collapse", "between": "relu"},
    {"view": "collapse", "between": "axis"},
    {"view": "collapse", "epochs": 0},
    {},
    {"hidden": 1},
    {"hidden": MOST_HINGES, "target": "step"},
    {"target": "own", "hidden": 6},
    {"target": "abs", "spacing": "worst"},
    {"method": "sgd", "steps": 100},
    {"method": "sgd", "steps": 100, "shift": -2.0},
    {"method": "sgd", "steps": 100, "rate": 1e9},
    {"view": "boundary", "boundary_steps": 100},
    {"view": "boundary", "boundary_steps": 100, "boundary_rate": 1e9},
]


@pytest.mark.parametrize("change", CASES, ids=str)
def test_every_view_has_findings_numbers_and_a_table(change: dict[str, Any]) -> None:
    settings = Settings(**change)
    result = view_of(VIEWS, settings).experiment(settings)
    sentences = result.findings()
    assert 1 <= len(sentences) <= 4
    assert "nan" not in " ".join(sentences)
    assert result.numbers()
    assert len({len(column) for column in result.table().values()}) == 1


@pytest.mark.parametrize(
    "raw",
    [{"hidden": "10000"}, {"hidden": "0"}, {"hidden": "nan"}, {"rate": "1e999"}, {"target": "cat"}, {"left": "11"}],
)
def test_hostile_settings_are_refused_with_a_sentence(raw: dict[str, str]) -> None:
    settings, problems = parse(Settings, {name: [value] for name, value in raw.items()})
    assert settings == Settings()
    assert len(problems) == 1
