"""A zip of a visitor's own: it is read elsewhere and within bounds, and what it becomes stays with the visitor."""

import gc
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.app import pets, private
from core.app.jobs import Job, Stop, jobs
from core.data import room
from core.data.pets import uploads
from core.jobs.apart import Limits
from tests.app.pets_page import bring, left_behind, made, page, said
from tests.conftest import TIMEOUT
from tests.data.making import encoded, many, noise, zipped

pytestmark = pytest.mark.usefixtures("home")


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


@dataclass
class Upload:
    """As Streamlit gives a visitor's file."""

    content: bytes

    def __post_init__(self) -> None:
        self.size, self.read = len(self.content), io.BytesIO(self.content).read


def test_a_zip_whose_visitor_has_gone_is_not_read_to_its_end(home: Path) -> None:
    intake = pets.intake_of(Upload(zipped(many())))  # type: ignore[arg-type]
    job = Job()

    def read(intake: pets.Intake, stop: Stop) -> Iterator[pets.Step]:
        for step in pets.read_zip(intake, stop):
            job.asked_to_stop.set()
            yield step

    job.run(read, intake)
    assert len(job.parts) == 1
    assert (job.complete, intake.pets, job.problem) == (False, None, None)
    gc.collect()
    assert left_behind(home) == []


def test_a_zip_that_nobody_came_to_read_goes_with_its_session(home: Path) -> None:
    intake = pets.intake_of(Upload(zipped(many())))  # type: ignore[arg-type]
    assert len(left_behind(home)) == 1
    del intake
    gc.collect()
    assert left_behind(home) == []


LITTLE = {
    "memory": (Limits(memory=60_000_000, seconds=60.0), "more than 60 MB of memory"),
    "time": (Limits(memory=700_000_000, seconds=0.001, computing=60.0), "longer than 0.001 seconds"),
}


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("what", LITTLE)
def test_a_zip_that_takes_too_much_is_ended_and_leaves_nothing(
    what: str, app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits, sentence = LITTLE[what]
    monkeypatch.setattr(pets, "LIMITS", limits)
    bring(app, zipped(many() | {"dog_1.png": encoded(Image.new("L", (6300, 6300)), "PNG")}))
    assert [sentence in error.value for error in app.error] == [True]
    gc.collect()
    assert left_behind(home) == []


@pytest.mark.usefixtures("elsewhere")
def test_no_picture_of_a_stranger_is_decoded_here(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.own.normal", lambda *_: pytest.fail("decoded in the server"))
    monkeypatch.setattr("core.data.own.open_zip", lambda *_: pytest.fail("unpacked in the server"))
    bring(app, zipped(many()))
    assert "12 pictures of 2 breeds are here" in said(app)


def test_the_upload_is_let_go_of_before_it_is_read(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    released: list[str] = []
    monkeypatch.setattr(pets, "release", lambda file: released.append(file.name))
    monkeypatch.setattr(pets, "ask", lambda *_, **__: None)
    app.get("file_uploader")[0].upload("pets.zip", zipped(many()), "application/zip").run()
    assert released == ["pets.zip"]
    assert app.get("file_uploader")[0].value is None


def test_where_all_sets_fill_their_room_a_sentence_says_so(
    app: AppTest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()
    monkeypatch.setattr(room, "MOST_SETS", sum(room._claimed.values()) + 1000)
    bring(app, zipped(many()))
    assert [error.value for error in app.error] == [room.ROOM_IS_FULL]
    gc.collect()
    assert left_behind(home) == []
    monkeypatch.undo()
    monkeypatch.setattr("tempfile.tempdir", str(home / "temporary"))
    bring(app.run(), zipped(many()))
    assert "12 pictures of 2 breeds are here" in said(app)


def test_a_set_of_very_many_breeds_is_refused(app: AppTest, home: Path) -> None:
    dot = encoded(noise(2, 2), "PNG")
    bring(app, zipped({f"breed{n}_1.png": dot for n in range(300)}))
    assert ["have 300 different labels, and at most 200" in error.value for error in app.error] == [True]
    gc.collect()
    assert left_behind(home) == []


def test_names_from_a_zip_are_text_on_the_page(app: AppTest) -> None:
    name = "[x](mailto:evil@example) ![y](z) <img src=x> $z$ :red[w] www.evil.example `c`"
    hostile = {f"{name}_{n}.jpg": content for n, content in enumerate(many().values())}
    bring(app, zipped({f"{name}.txt": b""} | hostile))
    (text,) = [error.value for error in app.error]
    assert "Only 12 pictures of 1 breeds" in text
    assert "left out, x (mailto evil example" in text
    assert not re.search(r"[\[\]<>$@`]|www\.|!", text)
