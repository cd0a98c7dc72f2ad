"""What if: a sweep of every exhibit, its numbers those of the single runs; start, stop, links, limits."""

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import environment
from core.app import sweeping
from core.app.sweep import NOTHING_TO_CHANGE
from core.contents import CONTENTS, Exhibit, exhibit
from core.settings import controls
from core.sweep.link import pack_setup
from core.sweep.plan import SEED, SetUp, has_seed, sweepable, usual_number, values_of
from core.sweep.runs import scalars
from tests.conftest import ROOT, TIMEOUT, chosen, declaration, every_exhibit, finish_jobs, result_of

OpenPage = Callable[..., AppTest]
LOOP = exhibit("training-loop")
RACE = "race A against B"

SMALL: dict[str, dict[str, Any]] = {
    "training-loop": {"epochs": 1},
    "mini-batches": {"epochs": 1},
    "presizing": {"draws": 8},
    "loss-surface": {"epochs": 1, "size": 31},
    "relu": {"view": "boundary", "boundary_steps": 10},
    "neural-net": {"epochs": 1},
    "sigmoid": {"view": "training", "epochs": 1},
    "pets-data": {"view": "one batch"},
}
"""Settings with which a run takes as little as it can."""


def opened(entry: Exhibit, **params: str) -> AppTest:
    """The page without a browser, as the fixture `open_page` opens it."""
    with patch("streamlit.components.v2.component_manager.BidiComponentManager.discover_and_register_components"):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
        for name, value in params.items():
            app.query_params[name] = value
        return app.switch_page(entry.page).run()


def address(app: AppTest, name: str) -> str:
    """What the address says under that name."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def to_the_end(app: AppTest) -> AppTest:
    """Until the sweep that was started has ended; every look takes in what has come and asks for more."""
    for _ in range(40):
        if not app.session_state["sweeps"][slug_of(app)].going:
            break
        finish_jobs(app)
    assert not app.exception
    return app.run()


def slug_of(app: AppTest) -> str:
    return next(slug for slug, sweep in app.session_state["sweeps"].items() if sweep.setup)


def small(entry: Exhibit) -> Any:
    known = controls(declaration(entry).settings)
    return chosen(
        declaration(entry), **{name: value for name, value in SMALL.get(entry.slug, {}).items() if name in known}
    )


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.slug)
def test_every_exhibit_is_swept_without_code_of_its_own(entry: Exhibit, open_page: OpenPage) -> None:
    page, settings = declaration(entry), small(entry)
    name = next(name for name, control in sweepable(settings).items() if name not in ("digits", "pets", "body"))
    values = values_of(controls(settings)[name])[:2]
    names = list(scalars(result_of(page, settings).numbers()))
    setup = SetUp(number=usual_number(names), seeds=2 if has_seed(settings) else 1, axes=((name, values),))
    params = {
        n: controls(settings)[n].param(getattr(settings, n)) for n in SMALL.get(entry.slug, {}) if hasattr(settings, n)
    }
    app = finish_jobs(open_page(entry, sweep=pack_setup(setup, page.settings), **params))
    assert app.session_state["tab"] == "What if"
    assert not app.exception
    app.button(key="start-sweep").click().run()
    to_the_end(app)
    table = app.dataframe[0].value
    for number, value in enumerate(values):
        runs = [{name: value} | ({SEED: seed} if has_seed(settings) else {}) for seed in range(1, setup.seeds + 1)]
        numbers = [scalars(result_of(page, replace(settings, **change)).numbers()) for change in runs]
        found = np.array([each.get(setup.number, np.nan) for each in numbers])
        if np.isfinite(found).any():
            row = table.iloc[[number]]
            np.testing.assert_allclose(row["mean"].item(), found[np.isfinite(found)].mean(), rtol=1e-6)
            assert row["runs"].item() == np.isfinite(found).sum()


@every_exhibit
def test_the_experiments_can_be_sent_to_other_processes(entry: Exhibit) -> None:
    page = declaration(entry)
    options = controls(page.settings)["view"].options if "view" in controls(page.settings) else [None]
    for option in options:
        settings = chosen(page, **({"view": option} if option else {}))
        view = page.view(settings)
        for function in (view.experiment, *([view.job.begin] if view.job else [])):
            assert pickle.loads(pickle.dumps((function, settings))) == (function, settings)


def test_a_link_starts_nothing_and_stop_keeps_what_has_come(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "portion_size", lambda _: 1)
    sweeping.FINISHED.clear()
    setup = "recorded run A: last accuracy~5~~learning_rate~0.1~1"
    app = open_page(LOOP, view=RACE, epochs="1", sweep=setup)
    assert not app.session_state["sweeps"]["training-loop"].asked
    assert any("10 runs: 2 values of Learning rate × 5 seeds (1 to 5). One takes about" in c.value for c in app.caption)
    app.button(key="start-sweep").click().run()
    finish_jobs(app)
    app.button(key="stop-sweep").click().run()
    came = 10 - int(app.button(key="start-sweep").label.split()[-1])
    assert 0 < came < 10
    assert address(app, "sweep") == setup
    app.button(key="start-sweep").click().run()
    to_the_end(app)
    assert any("All of them are here" in caption.value for caption in app.caption)
    again = open_page(LOOP, view=RACE, epochs="1", sweep=setup)  # another visitor: nothing is computed again
    assert any("All of them are here" in caption.value for caption in again.caption)
    assert len(again.dataframe[0].value) == 2


def test_two_controls_at_once_are_a_map(open_page: OpenPage) -> None:
    app = open_page(LOOP, view=RACE, sweep="recorded run A: last loss~2~~learning_rate~0.1~1~~epochs~1~2")
    app.button(key="start-sweep").click().run()
    to_the_end(app)
    (chart,) = app.get("vega_lite_chart")
    assert "Learning rate" in chart.proto.spec
    assert "Epochs" in chart.proto.spec
    assert len(app.dataframe[0].value) == 4


def test_the_page_proposes_a_sweep_of_seeds(open_page: OpenPage) -> None:
    app = open_page(LOOP, view=RACE, epochs="1")
    accuracy = result_of(declaration(LOOP), chosen(declaration(LOOP), view="race", epochs=1)).runs[0].valid_accuracy[-1]
    button = app.button(key="propose-sweep")
    assert button.label == f"Is {accuracy:.1%} luck? Sweep ten seeds"
    button.click().run()
    assert app.session_state["tab"] == "What if"
    assert address(app, "sweep") == "recorded run A: last accuracy~10"
    app.button(key="start-sweep").click().run()
    to_the_end(app)
    assert any("Over 10 seeds *recorded run A: last accuracy* is" in text.value for text in app.markdown)


def test_too_many_runs_are_refused_before_they_start(open_page: OpenPage) -> None:
    app = open_page(LOOP, view=RACE, sweep="recorded run A: last loss~20~~learning_rate~0.1~1~3~~epochs~1~2~3~4")
    assert any("240 runs" in warning.value and "at most 200 runs" in warning.value for warning in app.warning)
    assert not [button for button in app.button if button.key == "start-sweep"]


def test_what_would_take_too_long_is_not_started(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.app.sweep.took", lambda *_: 60.0)
    app = open_page(LOOP, view=RACE, sweep="recorded run A: last loss~20~~shuffle~true~false")
    assert any("the 40 take about 40 minutes" in caption.value for caption in app.caption)
    assert app.button(key="start-sweep").disabled


def test_a_sweep_ends_where_its_time_is_used_up(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "portion_size", lambda _: 1)
    monkeypatch.setattr(sweeping, "MOST_SECONDS", 0.0)
    sweeping.FINISHED.clear()
    app = open_page(LOOP, view=RACE, epochs="1", sweep="recorded run A: last loss~20")
    app.button(key="start-sweep").click().run()
    to_the_end(app)
    assert sweeping.USED_UP in [error.value for error in app.error]


def test_on_a_server_for_everybody_long_trainings_are_not_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.PUBLIC, "1")
    from core.app.frame import ExhibitPage
    from core.app.sweep import sweep_tab

    page: ExhibitPage = declaration(exhibit("neural-net"))
    settings = chosen(page, view="resnet18")
    with patch("core.app.sweep.st") as streamlit:
        sweep_tab(page, settings, result=None)
    streamlit.info.assert_called_once_with(environment.NO_LONG_TRAININGS)


def test_a_number_that_the_page_has_not_is_said(open_page: OpenPage) -> None:
    app = open_page(exhibit("sigmoid"), sweep="last wisdom~3")
    assert any("no number 'last wisdom' now" in warning.value for warning in app.warning)
    assert not app.exception


def test_where_there_is_nothing_to_change_the_tab_says_so(open_page: OpenPage) -> None:
    app = open_page(exhibit("pets-data"), "What if")
    assert not app.exception
    assert NOTHING_TO_CHANGE in [text.value for text in app.markdown]


def test_what_no_seed_decides_is_swept_with_one_run_each(open_page: OpenPage) -> None:
    app = open_page(exhibit("pets-data"), "What if", view="one batch")
    assert not app.exception
    assert any("Nothing on this page is drawn at random" in text.value for text in app.markdown)
    assert not [slider for slider in app.slider if slider.label == "Seeds for each"]
