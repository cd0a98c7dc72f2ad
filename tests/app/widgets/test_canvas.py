"""The drawing canvas without a browser: where it stands, what it sends, what is refused, and who never sees it."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app.widgets.canvas import FOLDER, KEPT, assets
from core.contents import exhibit
from core.exhibits.neural_net.settings import DRAW, MOVES
from core.exhibits.neural_net.strokes import BROKEN, LARGE, MOST_STROKES
from core.stage.scene import unpack

OpenPage = Callable[..., AppTest]
ENTRY = exhibit("neural-net")
THREE = [[300, 200, 500, 130, 680, 220, 620, 400, 450, 470, 650, 560, 690, 740, 500, 860, 300, 800]]
SEVEN = [[280, 180, 720, 180, 560, 500, 430, 850]]


def opened(open_page: OpenPage, strokes: Any = None, view: str = DRAW, **params: str) -> AppTest:
    app = open_page(ENTRY, view=view, **params)
    if strokes is not None:
        app.session_state[KEPT] = strokes
        app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def components(app: AppTest) -> list[str]:
    return [one.proto.component_name for one in app.get("bidi_component")]


def stage_key(app: AppTest) -> str:
    (stage,) = (one for one in app.get("bidi_component") if one.proto.component_name.endswith("downhill_stage"))
    return unpack(stage.proto.bytes)[0]["key"]


def has_canvas(app: AppTest) -> bool:
    return any(name.endswith("downhill_canvas") for name in components(app))


def test_an_empty_canvas_says_so(open_page: OpenPage) -> None:
    app = opened(open_page)
    assert has_canvas(app)
    assert "The canvas is empty" in said(app)
    assert not app.error


@pytest.mark.parametrize(("view", "subject"), [(MOVES, "my drawing"), (DRAW, "a real 3"), ("summary", "my drawing")])
def test_only_an_own_drawing_needs_a_canvas(view: str, subject: str, open_page: OpenPage) -> None:
    params = {"subject": subject} if view == DRAW else {}
    assert not has_canvas(opened(open_page, view=view, **params))


@pytest.mark.parametrize(("strokes", "digit"), [(THREE, "3"), (SEVEN, "7")], ids=["three", "seven"])
def test_a_drawing_is_judged(strokes: Any, digit: str, open_page: OpenPage) -> None:
    app = opened(open_page, strokes)
    assert f"All three say **{digit}**" in said(app)
    assert stage_key(app) != stage_key(opened(open_page))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [("<script>", BROKEN), ([[1]], BROKEN), ([[0, 10**9]], BROKEN), ([[5, 5]] * (MOST_STROKES + 1), LARGE)],
    ids=["text", "odd", "out of range", "too many"],
)
def test_a_hostile_drawing_is_one_sentence(sent: Any, sentence: str, open_page: OpenPage) -> None:
    app = opened(open_page, sent)
    assert [error.value for error in app.error] == [sentence]
    assert has_canvas(app)  # so that it can be cleared


def test_a_drawing_stays_in_its_session(open_page: OpenPage) -> None:
    drawn = opened(open_page, THREE)
    other = opened(open_page)
    assert "All three say" in said(drawn)
    assert "The canvas is empty" in said(other)
    assert stage_key(drawn) != stage_key(other)


def test_a_drawing_is_not_in_the_link(open_page: OpenPage) -> None:
    (drawn,), (empty,) = (
        [code.value for code in opened(open_page, strokes).code if "view=draw" in code.value]
        for strokes in (THREE, None)
    )
    assert drawn == empty


def test_a_drawing_waits_while_another_view_is_open(open_page: OpenPage) -> None:
    app = opened(open_page, THREE)
    app.button_group(key="view").set_value(MOVES).run()
    assert not has_canvas(app)
    app.button_group(key="view").set_value(DRAW).run()
    assert "All three say **3**" in said(app)


def test_every_export_can_be_opened_beside_a_drawing(open_page: OpenPage) -> None:
    app = open_page(ENTRY, tab="Export", view=DRAW)
    app.session_state[KEPT] = THREE
    app.run()
    assert not app.exception
    assert len(app.get("download_button")) == 5


def test_the_assets_are_there_and_ask_nobody_else() -> None:
    script, style = assets()
    assert {path.name for path in FOLDER.iterdir()} == {"canvas.js", "canvas.css"}
    for text in (script, style):
        assert "\n" in text
        assert "http" not in text
    assert script.count("setStateValue(") == 1
    assert "innerHTML" not in script
