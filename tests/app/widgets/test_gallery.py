"""The gallery without a browser: marks belong to a session, survive what fastai's do not; hostile ones are refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.app import resolve
from core.app.jobs import jobs
from core.app.widgets.gallery import FOLDER, KEPT, Sheet, assets, bring, listed, take_over
from core.contents import exhibit
from core.exhibits.top_losses.cleaning import BROKEN, DELETE, KEEP, Marks, marks_of, to_csv
from core.exhibits.top_losses.gallery_scene import GalleryView
from core.exhibits.top_losses.judging import judgement
from core.exhibits.top_losses.settings import Labelling
from core.stage.scene import Scene, unpack
from tests.conftest import finish_jobs
from tests.suspects import NAME, install, some_features, some_pets

OpenPage = Callable[..., AppTest]
ENTRY = exhibit("top-losses")
SET = f"{NAME} 60"


@pytest.fixture
def open_gallery(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenPage]:
    """Opens the exhibit with a small set of pets; once more when its job is done."""
    pets = some_pets(tmp_path_factory.mktemp("pets"))
    install(pets, some_features(pets), monkeypatch)
    monkeypatch.setattr(resolve, "_pets", lambda _: (NAME, None))

    def opened(log: Any = None, **params: str) -> AppTest:
        app = finish_jobs(open_page(ENTRY, **params))
        if log is not None:
            app.session_state[KEPT][SET].log = log
            app = finish_jobs(app.run())
        assert not app.exception
        assert not app.error
        return app

    yield opened
    for key in [key for key in jobs().jobs if getattr(key[-1], "pets", None) == NAME]:
        jobs().forget(key)


def sent(app: AppTest) -> dict[str, Any]:
    """What the gallery's browser gets."""
    (one,) = (c.proto for c in app.get("bidi_component") if c.proto.component_name.endswith("downhill_gallery"))
    return unpack(one.bytes)[0]["gallery"]


def said(app: AppTest) -> str:
    return "\n".join(text.value for text in [*app.markdown, *app.caption])


def sheet() -> Sheet:
    names = tuple(f"pug_{i}.jpg" for i in range(5))
    return Sheet(names, ("beagle", "pug"))


def test_the_gallery_shows_the_highest_losses(open_gallery: OpenPage) -> None:
    app = open_gallery()
    items = sent(app)["items"]
    assert len(items) == 24
    assert items[0]["name"] in said(app)
    assert "Nothing is marked yet" in said(app)
    losses = [item["loss"] for item in items]
    assert losses == sorted(losses, reverse=True)


def test_marks_survive_another_view_another_part_and_another_page(open_gallery: OpenPage) -> None:
    log = ((0, DELETE), (5, KEEP))
    app = open_gallery(log)
    assert "2 marked: 1 to keep, 1 to delete" in said(app)
    app.button_group(key="split").set_value("validation").run()
    assert "2 marked" in said(app)
    app.button_group(key="view").set_value("retrain")
    finish_jobs(app.run())
    app.switch_page(exhibit("sigmoid").page).run()
    app.switch_page(ENTRY.page).run()
    assert "2 marked" in said(app)
    assert app.session_state[KEPT][SET].log == log
    assert sent(app)["log"] == [list(step) for step in log]  # the gallery that is shown anew knows them


def test_the_stage_is_drawn_once_for_the_marks_that_it_shows(
    open_gallery: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    pack = Scene.pack
    monkeypatch.setattr(Scene, "pack", lambda scene: (drawn.append(scene.alt), pack(scene))[1])
    app = open_gallery()
    assert drawn
    drawn.clear()
    app.session_state[KEPT][SET].log = ((0, DELETE),)
    app.run()
    assert "1 marked" in said(app)
    assert drawn == []  # the marks stand in the gallery alone
    app.button_group(key="view").set_value("retrain")
    app.session_state[KEPT][SET].log = ((int(judgement(Labelling(NAME)).train[0]), DELETE),)
    finish_jobs(app.run())
    assert any("1 left out" in alt for alt in drawn)
    drawn.clear()
    app.run()
    assert drawn == []


def test_marks_stay_in_their_session(open_gallery: OpenPage) -> None:
    marked, other = open_gallery(((0, DELETE),)), open_gallery()
    assert "1 marked" in said(marked)
    assert "Nothing is marked yet" in said(other)
    assert [code.value for code in marked.code] == [code.value for code in other.code]  # nor are they in the link


def test_ones_marks_are_trained_with(open_gallery: OpenPage) -> None:
    app = open_gallery(view="retrain without them")
    assert "heads are as before" in said(app)
    train = judgement(Labelling(NAME)).train
    app.session_state[KEPT][SET].log = ((int(train[0]), DELETE),)
    app.run()
    assert "being trained with your marks" in said(app) or "1 left out" in said(app)
    assert "1 left out and 0 relabelled" in said(finish_jobs(app))


def test_every_tab_opens_beside_marks(open_gallery: OpenPage) -> None:
    app = open_gallery(((0, DELETE),))
    for tab in ("Break it", "Code", "Explore", "Export"):
        app.session_state["tab"] = tab
        app.run()
        assert not app.exception


def test_the_list_names_every_mark(open_gallery: OpenPage) -> None:
    app = open_gallery(((0, DELETE), (4, 2)))
    app.session_state["all marks"] = True
    app.run()
    assert not app.exception
    (table,) = (frame.value for frame in app.dataframe if "action" in frame.value)
    assert table["action"].tolist() == ["delete", "relabel"]
    assert table["file"][1].endswith("_4.jpg")
    app.button[[button.label for button in app.button].index("Clear all marks")].click()
    app.run()
    assert "Nothing is marked yet" in said(app)
    assert app.session_state[KEPT][SET].log[-1] == (0, -1, 4, -1)  # one step, so it can be undone


def test_a_browsers_marks_are_taken_over() -> None:
    one = sheet()
    take_over(one, {"marks": {"epoch": 0, "log": [[1, DELETE], [2, 0]]}, "view": {"page": 0, "show": "marked"}})
    assert one.log == ((1, DELETE), (2, 0))
    assert one.view == GalleryView(show="marked")
    one.replace(())
    take_over(one, {"marks": {"epoch": 0, "log": [[1, DELETE]]}})
    assert one.log == ()  # they had been replaced meanwhile
    take_over(one, {"marks": {"epoch": 1, "log": [[3, KEEP]]}})
    assert one.log == ((3, KEEP),)


@pytest.mark.parametrize("log", ["x", [[9, 0]], [[0, 7]], [["<script>", 1]]], ids=repr)
def test_hostile_marks_are_one_sentence_and_change_nothing(log: Any) -> None:
    one = sheet()
    one.log = ((1, DELETE),)
    take_over(one, {"marks": {"epoch": 0, "log": log}})
    assert one.said == [("error", BROKEN)]
    assert one.log == one.base == ((1, DELETE),)
    assert one.epoch == 1  # the browser is told to start from these again


def test_a_file_is_one_step_on_top() -> None:
    one = sheet()
    one.log = ((1, DELETE),)
    other = Marks(((1, KEEP), (3, 0)))
    bring(one, to_csv(other, one.names, one.vocab).encode())
    assert marks_of(one.log) == other
    assert len(one.log) == 2
    assert one.base == one.log
    assert one.said == [("info", "2 marks were imported.")]
    bring(one, b"file,action,label\nwolf_1.jpg,keep,\n")
    assert "1 of the files named are not among these pictures" in one.said[-1][1]
    bring(one, b"\x00\xff")
    assert one.said[-1][0] == "error"
    assert marks_of(one.log) == other


def test_the_list_cannot_be_taken_for_formulas() -> None:
    one = Sheet(("=cmd_1.jpg",), ("-x", "y"))
    assert listed(one, Marks(((0, 0),))) == {"file": ["'=cmd_1.jpg"], "action": ["relabel"], "new label": ["'-x"]}


def test_the_assets_are_there_and_ask_nobody_else() -> None:
    script, style = assets()
    assert {path.name for path in FOLDER.iterdir()} == {
        "cards.js",
        "chooser.js",
        "filters.js",
        "gallery.css",
        "gallery.js",
        "page.js",
    }
    for text in (script, style):
        assert "\n" in text
        assert "http" not in text
    assert script.count("setStateValue(") == 2
    assert "innerHTML" not in script
