"""The doctor's page: a fault is mended with one click, and `summary()`'s own words come when they are asked for."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.contents import exhibit
from core.exhibits.pets_data.settings import DOCTOR, NO_RESIZE, NONE

OpenPage = Callable[..., AppTest]


def opened(open_page: OpenPage, fault: str) -> AppTest:
    return open_page(exhibit("pets-data"), view=DOCTOR, fault=fault, pets="drawn")


def test_a_click_mends_the_block(open_page: OpenPage) -> None:
    app = opened(open_page, NO_RESIZE)
    assert any("Expected failure" in text.value for text in app.markdown)
    app.button(key="mend-it").click().run()
    assert not app.exception
    assert not any("Expected failure" in text.value for text in app.markdown)
    assert "mend-it" not in {button.key for button in app.button}


def test_summary_is_asked_when_its_words_are_opened(open_page: OpenPage) -> None:
    app = opened(open_page, NONE)
    assert not any("Setting-up type transforms" in code.value for code in app.code)
    app.session_state["summary"] = True
    app.run()
    assert not app.exception
    assert any("Setting-up type transforms" in code.value for code in app.code)
