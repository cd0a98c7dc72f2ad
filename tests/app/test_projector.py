"""Larger type by the link: asked for, taken back, and refused when it makes no sense."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.app.projector import LARGE
from core.contents import exhibit

OpenPage = Callable[..., AppTest]
PLACE = exhibit("sigmoid")


def large(app: AppTest) -> bool:
    return LARGE in [block.proto.body for block in app.get("html")]


def test_a_link_enlarges_the_page_and_another_takes_it_back(open_page: OpenPage) -> None:
    app = open_page(PLACE, projector="true")
    assert large(app)
    assert not app.warning
    app.query_params["projector"] = "false"
    assert not large(app.run())


@pytest.mark.parametrize("value", ["1", "True", "", "<style>", ["true", "true"]])
def test_what_makes_no_sense_is_refused_with_a_note(value: str | list[str], open_page: OpenPage) -> None:
    app = open_page(PLACE, projector=value)
    assert not app.exception
    assert not large(app)
    assert "true or false" in app.warning[0].value


def test_type_is_not_large_by_itself(open_page: OpenPage) -> None:
    app = open_page(PLACE)
    assert not large(app)
    assert not app.warning
