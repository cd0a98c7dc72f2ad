"""Every page opens: without an error, with its question, its picture and what was found, on every tab."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.app.tabs import TABS
from core.contents import CONTENTS, Exhibit
from core.prose import sections
from core.stage.scene import unpack
from tests.conftest import chosen, declaration, every_exhibit, finish_jobs, result_of, scene_of

OpenPage = Callable[..., AppTest]


def test_home_names_every_exhibit(open_page: OpenPage) -> None:
    app = open_page()
    assert not app.exception
    assert app.title[0].value == "Downhill"
    links = " ".join(link.proto.label for link in app.get("page_link"))
    questions = [text.value for text in app.caption]
    assert [entry.slug for entry in CONTENTS if entry.title not in links or entry.question not in questions] == []


@every_exhibit
def test_exhibit_opens(entry: Exhibit, open_page: OpenPage) -> None:
    app = open_page(entry)
    assert not app.exception
    assert not app.error
    assert app.header[0].value == entry.question
    lead = sections(entry.prose)["lead"]
    assert lead in [text.value for text in app.markdown]


@every_exhibit
def test_exhibit_shows_what_its_experiment_found(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    result = result_of(page, chosen(page))
    app = finish_jobs(open_page(entry))
    assert "\n\n".join(result.findings()) in [text.value for text in app.markdown]
    (stage,) = [c.proto for c in app.get("bidi_component") if c.proto.component_name.endswith("downhill_stage")]
    header, _ = unpack(stage.bytes)
    assert header["key"] == unpack(scene_of(page, chosen(page)).pack())[0]["key"]
    assert header["alt"]


@every_exhibit
@pytest.mark.parametrize("tab", TABS)
def test_tab_opens(entry: Exhibit, tab: str, open_page: OpenPage) -> None:
    app = open_page(entry, tab=tab)
    assert not app.exception
    assert app.session_state["tab"] == tab
    drawn = {one.label: one.children for one in app.tabs}
    assert [label for label in TABS if drawn[label]] == [tab]  # only the open tab is computed
