"""The frame around an exhibit: the question it asks, what it breaks, its code, its data and what it exports."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import nbformat
import pytest
from streamlit.testing.v1 import AppTest

from core import export
from core.app.private import asked_result
from core.app.stage import standalone
from core.contents import CONTENTS, Exhibit
from core.settings import controls, to_params
from core.view import functions_of
from tests.conftest import chosen, declaration, every_exhibit, finish_jobs, result_of, scene_of

OpenPage = Callable[..., AppTest]

RUN = """
import contextlib, io, json, sys, traceback

def code(path):
    with open(path, encoding="utf-8") as file:
        if path.endswith(".py"):
            return [file.read()]
        return ["".join(cell["source"]) for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]

said = {}
for path in sys.argv[1:]:
    names = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            for part in code(path):
                exec(compile(part, path, "exec"), names)
        except Exception:
            traceback.print_exc(file=out)
    said[path] = out.getvalue().splitlines()
print(json.dumps(said))
"""
"""Runs exported scripts and the code of exported notebooks in a fresh Python, and tells what each of them printed."""


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The lines that each exhibit's exported files print, by file name, far from the program."""
    folder = tmp_path_factory.mktemp("exported")
    for entry in CONTENTS:
        page = declaration(entry)
        settings = chosen(page)
        parts = (entry.title, entry.question, page.view(settings).experiment, settings)
        finding = "\n\n".join(result_of(page, settings).findings())
        (folder / f"{entry.slug}.py").write_text(export.script(*parts), encoding="utf-8")
        (folder / f"{entry.slug}.ipynb").write_text(export.notebook(*parts, finding), encoding="utf-8")
    command = [sys.executable, "-I", "-c", RUN, *sorted(path.name for path in folder.iterdir())]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    for entry in CONTENTS:
        nbformat.validate(nbformat.read(folder / f"{entry.slug}.ipynb", as_version=4))
    return json.loads(done.stdout.splitlines()[-1])


@every_exhibit
def test_prediction_is_marked_by_the_result(entry: Exhibit, open_page: OpenPage) -> None:
    page = declaration(entry)
    settings = chosen(page, **page.prediction.change)
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
    frame = open_page(entry, tab="Data").dataframe[0].value
    assert list(frame.columns) == list(table)
    assert len({len(column) for column in table.values()}) == 1
    assert len(frame) == len(next(iter(table.values()))) > 0


@every_exhibit
def test_downloads_exist(entry: Exhibit, open_page: OpenPage) -> None:
    buttons = open_page(entry, tab="Export").get("download_button")
    names = {button.key for button in buttons}
    assert {f"{entry.slug}.{kind}" for kind in ("html", "csv", "py", "ipynb")} <= names


@every_exhibit
def test_exported_script_and_notebook_print_the_numbers_of_the_page(entry: Exhibit, said: dict[str, list[str]]) -> None:
    page = declaration(entry)
    script, notebook = said[f"{entry.slug}.py"], said[f"{entry.slug}.ipynb"]
    assert script[-1].startswith("{"), "\n".join(script)
    assert notebook == script[:-1]
    numbers = dict(result_of(page, chosen(page)).numbers())
    assert json.loads(script[-1]) == pytest.approx(numbers, rel=1e-4, nan_ok=True)


@every_exhibit
def test_picture_stands_alone(entry: Exhibit) -> None:
    page = declaration(entry)
    text = standalone(scene_of(page, chosen(page)).pack(), entry.question)
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text
    assert "export default" not in text
