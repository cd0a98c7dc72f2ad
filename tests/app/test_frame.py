"""The frame around an exhibit: the question it asks, what it breaks, its code, its data and what it exports."""

import ast
from collections.abc import Callable
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from core import export
from core.app.private import asked_result
from core.app.stage import standalone
from core.contents import Exhibit
from core.settings import controls, to_params
from core.view import functions_of
from tests.conftest import chosen, declaration, every_exhibit, finish_jobs, result_of, scene_of

OpenPage = Callable[..., AppTest]


@every_exhibit
def test_prediction_is_marked_by_the_result(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    settings = chosen(page, **page.prediction.change)
    if not page.prediction.early:
        result_of(page, settings)  # what all pages share is there, so that the mark has not to wait for it
    result = asked_result(page.slug, settings, page.view(settings), early=page.prediction.early)
    answer = page.prediction.answer(result)
    app = open_page(entry)
    marks = {}
    for option in page.prediction.options:
        app.button_group(key="guess").set_value(option).run()
        assert not app.exception
        (marks[option],) = [t.value for t in app.markdown if t.value.startswith(":material/c")]
        assert marks[option].endswith(page.prediction.because(result))
    assert {option for option, mark in marks.items() if "Right" in mark} == {answer}
    assert all(answer in mark for option, mark in marks.items() if option != answer)


@every_exhibit
def test_see_it_shows_what_was_asked(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    app = open_page(entry)
    app.button_group(key="guess").set_value(page.prediction.options[0]).run()
    finish_jobs(app.button(key="see-it").click().run())
    assert not app.exception
    assert {name: app.session_state[name] for name in page.prediction.change} == page.prediction.change
    result = result_of(page, chosen(page, **page.prediction.change))
    assert "\n\n".join(result.findings()) in [text.value for text in app.markdown]


@every_exhibit
def test_each_break_breaks(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    healthy = result_of(page, chosen(page)).findings()
    for i, item in enumerate(page.breaks):
        app = open_page(entry, tab="Break it")
        finish_jobs(app.button(key=f"break-{i}").click().run())
        assert not app.exception, item.label
        assert {name: app.session_state[name] for name in item.change} == item.change
        found = "\n\n".join(result_of(page, chosen(page, **item.change)).findings())
        assert found in [text.value for text in app.markdown]
        assert found != "\n\n".join(healthy), item.label


@every_exhibit
def test_changes_are_settings_that_the_controls_can_take(entry: Exhibit) -> None:
    page = declaration(entry)
    for change in (page.prediction.change, *(item.change for item in page.breaks)):
        for name, value in change.items():
            control = controls(page.settings)[name]
            params = to_params(replace(page.settings(), **{name: value}))
            assert not params or control.read(params[name]) == value


@every_exhibit
def test_share_gives_the_link_of_the_settings(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    app = open_page(entry, tab="Break it")
    app.button(key="break-0").click().run()
    shared = [code.value for code in app.code if "?" in code.value]
    settings = chosen(page, **page.breaks[0].change)
    query = shared[0].split("?")[1]
    assert all(f"{name}=" in query for name in to_params(settings))


@every_exhibit
def test_code_is_the_code_that_ran(entry: Exhibit, open_page: OpenPage) -> None:
    app = open_page(entry, tab="Code")
    shown = [code.value for code in app.code if code.language == "python"]
    for source in shown:
        ast.parse(source)
    page = declaration(entry)
    for function in functions_of(page.view(chosen(page)).code_of(chosen(page))):
        assert any(export.shown([function]) in source for source in shown)


@every_exhibit
def test_data_are_the_result(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    table = result_of(page, chosen(page)).table()
    frame = open_page(entry, tab="Explore").dataframe[0].value
    assert list(frame.columns) == list(table)
    assert len({len(column) for column in table.values()}) == 1
    assert len(frame) == len(next(iter(table.values()))) > 0


@every_exhibit
def test_downloads_exist(entry: Exhibit, open_page: OpenPage) -> None:
    buttons = open_page(entry, tab="Export").get("download_button")
    names = {button.key for button in buttons}
    assert {f"{entry.slug}.{kind}" for kind in ("html", "csv", "py", "ipynb")} <= names


@every_exhibit
def test_picture_stands_alone(entry: Exhibit) -> None:
    page = declaration(entry)
    text = standalone(scene_of(page, chosen(page)).pack(), entry.question)
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text
    assert "export default" not in text
