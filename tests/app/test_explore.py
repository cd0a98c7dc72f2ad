"""The tab "Explore" without a browser: what it draws, when it imports what, and which rows a choice means."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.app.explore import charts_page, specifications, within
from core.contents import Exhibit, exhibit
from tests.conftest import ROOT, chosen, declaration, every_exhibit, finish_jobs, result_of

OpenPage = Callable[..., AppTest]

LAZY = """
import sys
from unittest.mock import patch
from streamlit.testing.v1 import AppTest

with patch("streamlit.components.v2.component_manager.BidiComponentManager.discover_and_register_components"):
    app = AppTest.from_file("app.py", default_timeout=60).switch_page("pages/loss-surface.py").run()
    assert not app.exception
    drawing = {"altair", "plotly.subplots", "plotly.graph_objs._surface"}  # a bare plotly Streamlit imports itself
    before = drawing & set(sys.modules)
    app.session_state["tab"] = "Explore"
    app.run()
    assert not app.exception
    print(sorted(before), drawing <= set(sys.modules))
"""


def test_altair_and_plotly_are_imported_when_the_tab_is_opened() -> None:
    done = subprocess.run([sys.executable, "-c", LAZY], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[] True"


@every_exhibit
def test_every_chart_is_drawn_below_its_words(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    result = result_of(page, chosen(page))
    wanted = specifications(page.view(chosen(page)), result)
    app = finish_jobs(open_page(entry, tab="Explore"))
    assert not app.exception
    assert len(app.get("vega_lite_chart")) + len(app.get("plotly_chart")) == len(wanted)
    captions = [caption.value for caption in app.caption]
    for spec in wanted:
        title, words = (
            (spec["layout"]["title"]["text"], spec["layout"]["meta"]["description"])
            if "layout" in spec
            else (spec["title"]["text"], spec["description"])
        )
        assert f"**{title}**" in [text.value for text in app.markdown]
        assert any(caption.startswith(words.removeprefix(f"{title}. ")) for caption in captions)


TABLE = pd.DataFrame({"step": [0, 1, 2, 3], "loss": [4.0, 3.0, 2.0, 1.0], "breed": ["pug", "beagle", "pug", "Birman"]})


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        ({}, [0, 1, 2, 3]),
        ({"step": [0.5, 2]}, [1, 2]),
        ({"step": [3, 1], "loss": [1.5, 9]}, [1, 2]),
        ({"elsewhere": [0, 1]}, [0, 1, 2, 3]),
        ({"breed": ["pug", "Birman"]}, [0, 2, 3]),
        ([], [0, 1, 2, 3]),
        ([{"breed": "pug"}], [0, 2]),
        ([{"step": "3"}, {"step": "1"}], [1, 3]),
        ([{"elsewhere": "pug"}], [0, 1, 2, 3]),
    ],
)
def test_a_choice_in_a_chart_means_rows_of_the_table(selection: Any, rows: list[int]) -> None:
    assert within(TABLE, selection).nonzero()[0].tolist() == rows


def test_the_page_of_charts_holds_all_of_them() -> None:
    page = declaration(exhibit("loss-surface"))
    settings = chosen(page)
    text = charts_page(page.view(settings), result_of(page, settings), "What? <b>")
    assert text.startswith("<!doctype html>")
    assert "What? &lt;b&gt;" in text
    assert text.count("vegaEmbed(") >= 2
    assert "Plotly.newPlot" in text
    assert text.count("True loss, and the loss in this slice") >= 1
