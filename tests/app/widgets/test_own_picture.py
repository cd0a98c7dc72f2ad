"""A picture of the visitor's own: read once, elsewhere and within bounds, and kept in the session."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app.widgets import own_picture
from core.jobs.apart import Limits, TooLargeError
from core.jobs.turns import Turns
from tests.conftest import TIMEOUT
from tests.data.making import encoded, noise


def ask() -> None:
    import streamlit as st

    from core.app.widgets.own_picture import ask_picture
    from core.data.pictures import read_upload

    data = ask_picture()
    st.text("none" if data is None else str(read_upload(data).size))


def test_a_picture_of_ones_own_is_read_and_kept_while_the_page_changes() -> None:
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    assert app.text[0].value == "none"
    file = ("cat.png", encoded(noise(3000, 30), "PNG"), "image/png")
    app.get("file_uploader")[0].set_value(file).run()
    assert app.text[0].value == "(2048, 20)"
    app.get("file_uploader")[0].set_value(None).run()
    assert app.text[0].value == "(2048, 20)"
    assert own_picture.PICTURE in app.session_state


def test_a_picture_that_cannot_be_read_is_one_sentence() -> None:
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    app.get("file_uploader")[0].set_value(("cat.jpg", b"no picture", "image/jpeg")).run()
    assert not app.exception
    assert [error.value for error in app.error] == [
        "This picture is not a JPEG, PNG, WebP, GIF, BMP or TIFF: choose a picture of these."
    ]
    assert app.text[0].value == "none"


def refusals(monkeypatch: pytest.MonkeyPatch, problem: Exception | None = None) -> list[int]:
    """The sizes of the pictures that are given to a process to read; `problem` is what then comes of it."""
    read: list[int] = []
    apart = own_picture.apart

    def counting(work: Any, data: bytes, limits: Limits) -> Any:
        read.append(len(data))
        if problem:
            raise problem
        return apart(work, data, limits)

    monkeypatch.setattr(own_picture, "apart", counting)
    return read


@pytest.mark.usefixtures("elsewhere")
def test_a_picture_is_decoded_once_and_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    read, data = refusals(monkeypatch), encoded(noise(300, 30))
    monkeypatch.setattr("core.data.pictures._jpeg", lambda _: pytest.fail("made in the server"))
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    app.get("file_uploader")[0].set_value(("cat.jpg", data + bytes(1000), "image/jpeg")).run()
    app.run()
    assert read == [len(data) + 1000]
    _, made = app.session_state[own_picture.PICTURE]
    assert made.startswith(b"\xff\xd8\xff")
    assert made.endswith(b"\xff\xd9")


@pytest.mark.parametrize("problem", [None, TooLargeError("This took more than 500 MB of memory.")])
def test_a_picture_that_was_refused_is_not_read_again(
    problem: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = refusals(monkeypatch, problem)
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    app.get("file_uploader")[0].set_value(("cat.jpg", b"no picture", "image/jpeg")).run()
    for _ in range(2):
        app.run()
        assert len(app.error) == 1
        assert str(problem or "not a JPEG") in app.error[0].value
    assert len(read) == 1
    app.get("file_uploader")[0].set_value(("dog.jpg", encoded(noise()), "image/jpeg")).run()
    assert len(read) == 2


def test_where_many_pictures_are_read_one_waits_for_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_picture, "_turns", Turns(1))
    monkeypatch.setattr(own_picture, "PATIENCE", 0.01)
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    with own_picture._turns.turn(0, "busy"):
        app.get("file_uploader")[0].set_value(("cat.jpg", encoded(noise()), "image/jpeg")).run()
    assert [error.value for error in app.error] == [own_picture.BUSY]
    app.run()
    assert not app.error
    assert app.text[0].value == "(40, 30)"


def test_the_camera_is_asked_for_only_when_it_is_chosen() -> None:
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    assert not app.get("camera_input")
    app.button_group(key="own picture from").set_value("The camera").run()
    assert app.get("camera_input")
    assert not app.get("file_uploader")
