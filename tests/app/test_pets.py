"""Pets on a page: what they are, the ways to others, and that what a visitor brings stays with the visitor."""

import gc
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app import pets, private
from core.app.downloads import steps, words
from core.app.jobs import Job, Stop, jobs
from core.app.resolve import resolve
from core.app.widgets import own_picture
from core.data import photographs
from core.data.download import DataError
from core.data.pets import choice_of_pets, uploads
from tests.conftest import TIMEOUT, finish_jobs
from tests.data.making import encoded, laid_out, many, noise, zipped


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A computer of its own: no photographs, no pictures of one's own, no jobs, and a place for temporary files."""
    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    monkeypatch.setenv("DOWNHILL_PETS", str(tmp_path / "my_pets"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    jobs().jobs.clear()
    yield tmp_path
    jobs().jobs.clear()


@dataclass(frozen=True)
class Settings:
    pets: str = choice_of_pets()


made: list[Any] = []
"""Every result that the page below had to make."""


def page() -> None:
    """A page as the frame makes it, with pets and nothing else."""
    import streamlit as st

    from core.app.controls import widget
    from core.app.frame import _pets
    from core.app.private import complete_result, public
    from core.app.resolve import resolve
    from core.data.pets import load
    from core.settings import controls, to_params
    from core.stage.scene import Scene
    from core.view import View
    from tests.app.test_pets import Settings, made

    def experiment(settings: Settings) -> str:
        made.append(settings)
        return f"{len(load(settings.pets))} pets"

    settings, notes = resolve(Settings(widget("pets", controls(Settings)["pets"], "auto")))
    for note in notes:
        st.info(note)
    view = View(experiment=experiment, scene=lambda _: Scene(rows=(), alt=""), code=())
    st.text(complete_result("a page", settings, view))
    st.code(str(to_params(public(settings))))
    _pets(settings)


@pytest.fixture
def app() -> AppTest:
    made.clear()
    app = AppTest.from_function(page, default_timeout=TIMEOUT)
    app.session_state["more pets"] = True
    return app.run()


def bring(app: AppTest, content: bytes) -> AppTest:
    """Upload a zip and wait until it has been read."""
    uploader = app.get("file_uploader")[0]
    finish_jobs(uploader.upload("pets.zip", content, "application/zip").run())
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(e.value for kind in (app.caption, app.success, app.error, app.info, app.text) for e in kind)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def left_behind(home: Path) -> list[str]:
    return [path.name for path in (home / "temporary").iterdir()]


def test_every_page_says_that_the_drawn_pets_are_drawn(app: AppTest) -> None:
    assert not app.exception
    assert "drawn by this program: they are no photographs" in said(app)


def test_the_ways_to_others_wait_until_they_are_asked_for() -> None:
    closed = AppTest.from_function(page, default_timeout=TIMEOUT).run()
    assert not closed.get("file_uploader")
    assert not closed.button


def test_photographs_are_offered_with_their_size_unless_all_are_there(
    app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [label for label in labels(app) if label.startswith("Download")] == [
        "Download Oxford-IIIT Pet",
        "Download Imagewoof",
    ]
    text = " ".join(markdown.value for markdown in app.markdown)
    assert "7,390 photographs, a download of 812 MB, 1,100 MB on disk" in text
    assert "12,954 photographs, a download of 93 MB, 160 MB on disk" in text
    laid_out(home / "fastai/data/oxford-iiit-pet/images", many())
    monkeypatch.setattr(photographs, "whole", lambda _: True)
    monkeypatch.setattr(pets, "whole", lambda each: each.name == "oxford")
    app.run()
    assert "12 of the 7,390 photographs of Oxford-IIIT Pet" in said(app)
    assert "Download Oxford-IIIT Pet" not in labels(app)


class Slow:
    """A download that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, _: Any, progress: Callable[[int, int | None], None], stop: Callable[[], bool]) -> None:
        progress(30_000_000, 90_000_000)
        self.begun.set()
        while not self.go.wait(0.01):
            if stop():
                raise DataError("The download was stopped, and nothing of it was kept.")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()
    monkeypatch.setattr(pets, "download_photographs", slow)
    yield slow
    slow.go.set()


def told(app: AppTest) -> AppTest:
    """The page once the first job has told how far it is."""
    (job,) = jobs().jobs.values()
    while not job.parts and not job.done:
        threading.Event().wait(0.01)
    return app.run()


def test_a_download_shows_how_far_it_is_and_can_be_stopped(app: AppTest, slow: Slow) -> None:
    app.button(key="download imagewoof").click().run()
    assert slow.begun.wait(TIMEOUT)
    told(app)
    (bar,) = app.get("progress")
    assert bar.proto.value == 33
    assert bar.proto.text.startswith("30.0 of 90.0 MB")
    finish_jobs(app.button(key="stop download imagewoof").click().run())
    assert "The download was stopped, and nothing of it was kept." in said(app)
    assert not app.get("progress")
    assert "Download Imagewoof" in labels(app)  # to try again


def test_a_download_is_seen_by_everybody_and_with_the_popover_closed(app: AppTest, slow: Slow) -> None:
    app.button(key="download imagewoof").click().run()
    told(app)
    other = AppTest.from_function(page, default_timeout=TIMEOUT).run()
    assert "Download Imagewoof" not in labels(other)
    assert len(other.get("progress")) == 1
    slow.go.set()
    finish_jobs(other)
    assert not other.get("progress")
    assert not other.error


def test_the_words_of_a_download() -> None:
    assert words(0, None, 0.0) == "Connecting…"
    assert words(5_000_000, None, 3.0) == "5.0 MB"
    assert words(5_000_000, 10_000_000, 0.5) == "5.0 of 10.0 MB"
    assert words(5_000_000, 10_000_000, 20.0) == "5.0 of 10.0 MB, about 20 seconds left"
    assert words(1_000_000, 10_000_000, 20.0) == "1.0 of 10.0 MB, about 3 minutes left"
    assert words(10_000_000, 10_000_000, 20.0) == "Unpacking…"


def test_the_last_step_of_a_download_is_told_and_its_failure_raised() -> None:
    def fetch(progress: Callable[[int, int | None], None], _: Any) -> None:
        for done in range(4):
            progress(done, 3)
        raise DataError("The server hung up.")

    seen = []
    with pytest.raises(DataError, match="hung up"):
        seen.extend(steps(fetch, lambda: False))
    assert all(total == 3 for _, total, _ in seen)


def test_an_uploaded_zip_becomes_the_pets(app: AppTest) -> None:
    bring(app, zipped(many() | {"notes.txt": b"hello"}))
    assert "12 pictures of 2 breeds are here; 1 files were left out." in said(app)
    assert "drawn by this program" in said(app)
    app.button(key="show own").click().run()
    assert "12 pictures of your own of 2 breeds, in this session only." in said(app)
    assert "12 pets" in said(app)
    assert app.dataframe[0].value.values.tolist()[0][0] == "notes.txt"
    assert "not a JPEG" in app.dataframe[0].value.values.tolist()[0][1]


def test_no_link_names_the_session(app: AppTest) -> None:
    bring(app, zipped(many()))
    app.button(key="show own").click().run()
    assert app.code[0].value == str({"pets": "your own"})
    assert uploads
    assert not any(name in app.code[0].value for name in uploads)


def test_a_link_to_ones_own_says_how_to_bring_them(app: AppTest) -> None:
    app.session_state["pets"] = "own"
    app.run()
    assert "There are no pictures of your own yet: bring a zip under More pets" in said(app)
    assert "drawn by this program" in said(app)


def test_results_of_ones_own_are_kept_in_the_session_only(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(app, zipped(many()))
    monkeypatch.setattr(private, "kept_result", lambda *_: pytest.fail("kept for everybody"))
    app.button(key="show own").click().run()
    before = len(made)
    app.run()
    assert len(made) == before
    assert made[-1].pets.startswith("own:")


def test_another_session_sees_nothing_of_it(app: AppTest) -> None:
    bring(app, zipped(many()))
    other = AppTest.from_function(page, default_timeout=TIMEOUT)
    other.session_state["pets"] = "own"
    other.run()
    assert "There are no pictures of your own yet" in said(other)


@pytest.mark.parametrize("how", ["Forget them", "another zip"])
def test_what_was_brought_goes(how: str, app: AppTest, home: Path) -> None:
    bring(app, zipped(many()))
    app.button(key="show own").click().run()
    before = left_behind(home)
    assert len(before) == 1
    if how == "Forget them":
        app.button(key="forget own").click().run()
        assert "drawn by this program" in said(app)
        assert app.get("file_uploader")[0].value is None
    else:
        bring(app, zipped(many(3)))
        assert "18 pets" in said(app)
        app.run()  # until then Streamlit remembers what stood there before
    gc.collect()
    assert not set(before) & set(left_behind(home))


def test_it_goes_with_its_session(home: Path) -> None:
    app = AppTest.from_function(page, default_timeout=TIMEOUT)
    app.session_state["more pets"] = True
    bring(app.run(), zipped(many())).button(key="show own").click().run()
    jobs().get(("a page", made[-1]), lambda *_: iter(()), None)  # as a page with a stream has one
    assert len(left_behind(home)) == 1
    assert made[-1].pets in uploads
    del app
    gc.collect()
    assert left_behind(home) == []
    assert made[-1].pets not in uploads
    AppTest.from_function(page, default_timeout=TIMEOUT).run()  # whoever comes next sweeps
    assert not jobs().jobs


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "This is not a zip: pack the pictures into one."),
        (zipped({}), "Only 0 pictures of 0 breeds could be used"),
        (zipped({f"{i}": b"" for i in range(5000)}), "This zip holds too many files: pack at most 4,000."),
    ],
)
def test_a_zip_that_is_refused_is_one_sentence(content: bytes, sentence: str, app: AppTest, home: Path) -> None:
    bring(app, content)
    assert [sentence in error.value for error in app.error] == [True]
    assert "show own" not in [button.key for button in app.button]
    assert left_behind(home) == []
    bring(app.run(), zipped(many()))  # the next one is read all the same
    assert "12 pictures of 2 breeds are here" in said(app)


def test_a_zip_whose_visitor_has_gone_is_not_read_to_its_end(home: Path) -> None:
    intake = pets.Intake("id", open(laid_out(home, {"pets.zip": zipped(many())}) / "pets.zip", "rb"), "own:gone")  # noqa: SIM115
    job = Job()

    def read(intake: pets.Intake, stop: Stop) -> Iterator[pets.Step]:
        for step in pets.read_zip(intake, stop):
            job.asked_to_stop.set()
            yield step

    job.run(read, intake)
    assert len(job.parts) == 1
    assert (job.complete, intake.pets) == (False, None)
    gc.collect()
    assert left_behind(home) == []


def test_pictures_that_cannot_be_used_leave_the_ways_to_others_open(home: Path) -> None:
    laid_out(home / "my_pets", many(1, 12))
    assert resolve(Settings("own"))[0].pets == "own"
    app = AppTest.from_function(failing, default_timeout=TIMEOUT)
    app.session_state["more pets"] = True
    app.run()
    assert not app.exception
    assert "These pictures cannot be used." in said(app)
    assert app.get("file_uploader")


def failing() -> None:
    from core.app.pets import pets_line

    pets_line("own")


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


def test_the_camera_is_asked_for_only_when_it_is_chosen() -> None:
    app = AppTest.from_function(ask, default_timeout=TIMEOUT).run()
    assert not app.get("camera_input")
    app.button_group(key="own picture from").set_value("The camera").run()
    assert app.get("camera_input")
    assert not app.get("file_uploader")
