"""Keep and Compare: runs go on a shelf and into the address, come back from a link, and stand beside each other."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from core.app.private import public
from core.contents import Exhibit, exhibit
from core.settings import controls
from core.sweep.link import MOST_KEPT, Kept, pack_kept, unpack_kept
from core.sweep.runs import scalars
from tests.app.test_sweep import address, opened
from tests.conftest import chosen, declaration, every_exhibit, finish_jobs, result_of

OpenPage = Callable[..., AppTest]
RELU = exhibit("relu")
BOUNDARY = {"view": "boundary", "boundary_steps": 100}


def kept_runs(*rates: float) -> list[Kept]:
    page = declaration(RELU)
    return [Kept(chosen(page, **BOUNDARY, boundary_rate=rate)) for rate in rates]


def test_three_are_kept_and_carried_by_the_address(open_page: OpenPage) -> None:
    page = declaration(RELU)
    app = open_page(RELU)
    changes = [{}, BOUNDARY, BOUNDARY | {"boundary_rate": 0.1}]
    for change in changes:
        for name, value in change.items():
            app.session_state[name] = value
        app.run().button(key="keep").click().run()
        assert app.button(key="keep").label == "Kept"
    runs, problems = unpack_kept(address(app, "kept"), page.settings)
    assert problems == []
    assert [run.settings for run in runs] == [public(chosen(page, **change)) for change in changes]
    shared = next(code.value for code in app.code if "?" in code.value)
    assert "kept=" in shared


def test_a_link_with_three_runs_shows_them_beside_each_other(open_page: OpenPage) -> None:
    page, runs = declaration(RELU), kept_runs(0.1, 1.0, 3.0)
    app = open_page(RELU, kept=pack_kept(runs))
    while any("runs are here" in caption.value for caption in app.caption):
        app.run()
    assert not app.exception
    assert app.session_state["tab"] == "Compare"
    table = app.dataframe[0].value
    assert list(table["run"]) == ["Learning rate 0.1", "Learning rate 1", "Learning rate 3"]
    assert list(table["Learning rate"]) == ["0.1", "1", "3"]
    assert "Seed" not in table
    for number, run in enumerate(runs):
        for name, value in scalars(result_of(page, run.settings).numbers()).items():
            np.testing.assert_equal(table[name][number], value)
    (chart,) = app.get("vega_lite_chart")
    assert all(name in chart.proto.spec + chart.proto.alt for name in table["run"])


def test_rows_are_opened_renamed_and_removed(open_page: OpenPage) -> None:
    app = open_page(RELU, kept=pack_kept(kept_runs(0.1, 1.0, 3.0)))
    app.text_input(key="name-kept-0").set_value("slow *one*").run()
    assert "as~slow *one*" in address(app, "kept")
    app.button(key="open-kept-0").click().run()
    assert (app.session_state["view"], app.session_state["boundary_rate"]) == ("boundary", 0.1)
    assert app.button(key="keep").disabled
    app.button(key="remove-kept-1").click().run()
    assert [run.settings.boundary_rate for run in unpack_kept(address(app, "kept"), declaration(RELU).settings)[0]] == [
        0.1,
        3.0,
    ]
    for _ in range(2):
        app.button(key="remove-kept-0").click().run()
    assert not app.exception
    assert "kept" not in app.query_params
    assert any("Nothing is kept yet" in text.value for text in app.markdown)


def test_seeds_are_shown_as_what_they_are(open_page: OpenPage) -> None:
    page = declaration(RELU)
    runs = [Kept(replace(chosen(page, **BOUNDARY), seed=seed)) for seed in (1, 2)]
    app = open_page(RELU, kept=pack_kept(runs))
    assert any("same settings, other draws" in text.value for text in app.markdown)
    assert list(app.dataframe[0].value["run"]) == ["seed 1", "seed 2"]


def test_what_comes_by_a_job_is_waited_for(open_page: OpenPage) -> None:
    entry = exhibit("training-loop")
    page = declaration(entry)
    runs = [Kept(chosen(page, epochs=1)), Kept(chosen(page, epochs=1, seed=1))]
    app = open_page(entry, kept=pack_kept(runs), epochs="2")
    for _ in range(6):
        finish_jobs(app)
    assert not app.exception
    table = app.dataframe[0].value
    expected = [result_of(page, run.settings).numbers() for run in runs]
    for name in expected[0]:
        np.testing.assert_allclose(table[name], [numbers[name] for numbers in expected], rtol=1e-6)


@every_exhibit
def test_every_exhibit_keeps_and_compares(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    app = open_page(entry)
    app.button(key="keep").click().run()
    app.session_state["tab"] = "Compare"
    app.run()
    finish_jobs(finish_jobs(app))
    assert not app.exception
    assert unpack_kept(address(app, "kept"), page.settings) == ([Kept(chosen(page))], [])
    table = app.dataframe[0].value
    assert set(scalars(result_of(page, chosen(page)).numbers())) <= set(table)


def test_no_more_than_eight(open_page: OpenPage) -> None:
    page = declaration(RELU)
    runs = [Kept(replace(chosen(page), seed=seed)) for seed in range(MOST_KEPT)]
    app = open_page(RELU, "Code", kept=pack_kept(runs))
    assert app.button(key="keep").disabled


@hypothesis_settings(max_examples=12)
@given(st.text("~-asview0123456789%", max_size=60))
def test_whatever_a_link_brings_the_page_opens(text: str) -> None:
    app = opened(exhibit("sigmoid"), kept=text, sweep=text)
    assert not app.exception
    assert app.header[0].value == exhibit("sigmoid").question


def test_refused_runs_are_said(open_page: OpenPage) -> None:
    app = open_page(RELU, kept="boundary_rate~7~~seed~3")
    assert [warning.value[:40] for warning in app.warning] == ["The link's kept run 1 is not valid, so i"]
    assert address(app, "kept") == "seed~3"


def test_own_pictures_enter_no_link() -> None:
    from unittest.mock import patch

    from core.app import shelf

    settings = declaration(exhibit("pet-classifier")).settings
    mine = [Kept(settings(pets="uploaded 3f")), Kept(settings(seed=3))]
    with (
        patch.object(shelf, "shelf", lambda _: mine),
        patch.object(shelf, "private", lambda s: s.pets.startswith("uploaded")),
    ):
        assert shelf.packed("pet-classifier") == "seed~3"
    assert "pets" in controls(settings)
