"""The rules of the house, read from its source: who may import whom, what a start costs, what nobody left behind."""

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.contents import Exhibit
from core.settings import controls
from tests.conftest import ROOT, declaration, every_exhibit

PROGRAM = sorted([ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").glob("*.py")])
SOURCES = sorted([*PROGRAM, *(ROOT / "assets").rglob("*.js"), *(ROOT / "assets").rglob("*.css")])
TESTS = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests").rglob("*.js")]
WRITTEN = sorted([*SOURCES, *TESTS, *(ROOT / "assets").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("*.js")])

DRAWING = {"plotly", "altair", "matplotlib", "vega_datasets", "pydeck"}
WIDGETS = {"streamlit", "ipywidgets", "gradio", "panel"}
HEAVY = {"torch", "torchvision", "fastai", "plotly", "mlxtend", "matplotlib", "sklearn", "scipy"}
LINES = 400

ROOMS = ("core.data", "core.jobs", "core.sweep", "core.nn", "core.charts", "core.stage", "core.exhibits", "core.app")
"""In the order of the data's way: nothing imports what stands after it; data and jobs stand side by side."""

KNOWS_NO_PICTURE = ("core/data", "core/jobs", "core/sweep", "core/nn")

LEFT_BEHIND = re.compile(r"\bTOD[O]|\bFIXM[E]|\bXX[X]\b|raise NotImplemente[d]|except( Exception)?:\s*pas[s]\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|opt|root|home|tmp|usr)/\w")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it, with its parents: a.b.c also as a.b and a."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)} imports relatively: write the module's whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {".".join(module.split(".")[:i]) for module in found for i in range(1, module.count(".") + 2)}


def test_only_pages_and_core_app_know_streamlit() -> None:
    knowing = {name(path) for path in PROGRAM if "streamlit" in imports(path)}
    assert [n for n in knowing if n != "app.py" and not n.startswith(("pages/", "core/app/"))] == []


@pytest.mark.parametrize("room", ROOMS)
def test_data_go_one_way(room: str) -> None:
    later = set(ROOMS[ROOMS.index(room) + 1 :]) - ({"core.jobs"} if room == "core.data" else set())
    folder = room.replace(".", "/")
    forbidden = later | (WIDGETS if room != "core.app" else set()) | (DRAWING if folder in KNOWS_NO_PICTURE else set())
    wrong = {name(p): imports(p) & forbidden for p in PROGRAM if name(p).startswith(f"{folder}/")}
    assert {path: found for path, found in wrong.items() if found} == {}


def test_no_exhibit_imports_another() -> None:
    wrong = {}
    for path in (ROOT / "core" / "exhibits").rglob("*.py"):
        rooms = {each.split(".")[2] for each in imports(path) if each.startswith("core.exhibits.")}
        if others := rooms - {path.relative_to(ROOT / "core" / "exhibits").parts[0]}:
            wrong[name(path)] = others
    assert wrong == {}


def test_nothing_but_pages_and_the_front_door_imports_core_app() -> None:
    users = {name(path) for path in PROGRAM if "core.app" in imports(path)}
    assert [n for n in users if n != "app.py" and not n.startswith(("pages/", "core/app/"))] == []


def test_the_program_does_not_import_its_tests() -> None:
    assert [name(path) for path in PROGRAM if imports(path) & {"tests", "pytest", "hypothesis", "playwright"}] == []


def test_start_and_home_page_import_nothing_heavy() -> None:
    modules = sorted(module for module in imports(ROOT / "app.py") | imports(ROOT / "pages/home.py"))
    files = [m for m in modules if (ROOT / f"{m.replace('.', '/')}.py").exists()]
    assert "core.app.start" in files
    ours = ", ".join([*files, "core.contents", "core.settings"])
    code = f"import sys, streamlit; own = set(sys.modules); import {ours}; print(*(set(sys.modules) - own))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(files) <= set(done.stdout.split())
    assert HEAVY & set(done.stdout.split()) == set()


def test_the_global_generators_are_drawn_from_in_one_place() -> None:
    reseeding = {
        "torch.random.fork_rng",
        "torch.manual_seed",
        "torch.random.manual_seed",
        "random.seed",
        "np.random.seed",
    }
    users = []
    for path in PROGRAM:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        used = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)} | imports(path)
        users += [name(path)] if used & (reseeding | {"fastai.data.load.DataLoader"}) else []
    assert users == ["core/nn/seeded.py"]


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("path", WRITTEN, ids=name)
def test_nothing_is_left_behind(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [match[0] for match in LEFT_BEHIND.finditer(text)] == []
    assert [match[0] for match in MACHINE_PATHS.finditer(text)] == []


@pytest.mark.parametrize("path", PROGRAM, ids=name)
def test_a_module_says_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


@every_exhibit
def test_an_exhibit_has_tests_of_its_own(entry: Exhibit) -> None:
    room = ROOT / "tests" / "exhibits" / entry.slug.replace("-", "_")
    page = declaration(entry)
    options = controls(page.settings)["view"].options if "view" in controls(page.settings) else ()
    settings = [replace(page.settings(), view=option) for option in options] or [page.settings()]
    modules = {page.view(each).experiment.__module__.rsplit(".", 1)[1] for each in settings}
    assert {f"test_{module}.py" for module in modules} <= {path.name for path in room.glob("*.py")}


@pytest.mark.parametrize("path", PROGRAM, ids=name)
def test_frozen_records_of_more_than_three_fields_are_built_by_keyword(path: Path) -> None:
    records = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
    positional = []
    for record in records:
        how = [ast.unparse(decorator) for decorator in record.decorator_list]
        frozen = any(words.startswith("dataclass(") and "frozen=True" in words for words in how)
        fields = [
            part for part in record.body if isinstance(part, ast.AnnAssign) and "ClassVar" not in ast.unparse(part)
        ]
        if frozen and len(fields) > 3 and not any("kw_only=True" in words for words in how):
            positional.append(record.name)
    assert [record for record in positional if record != "Settings"] == []  # the controls' defaults make it one


def module_names(option: str) -> set[str]:
    """What a view's module may be called: as the page names the view, with or without its article or number."""
    words = re.findall(r"[a-z0-9]+", option.lower().replace("−", " minus "))
    return {"_".join(words), "_".join(words[1:]) if words[0] in ("a", "the") or words[0].isdigit() else "_".join(words)}


@every_exhibit
def test_a_view_stands_in_a_module_of_its_name(entry: Exhibit) -> None:
    page = declaration(entry)
    room = f"core.exhibits.{entry.slug.replace('-', '_')}"
    if "view" not in controls(page.settings):
        assert page.view(page.settings()).experiment.__module__ == f"{room}.experiment"
        return
    control = controls(page.settings)["view"]
    for key in control.options:
        view = page.view(replace(page.settings(), view=key))
        package, module = view.experiment.__module__.rsplit(".", 1)
        assert package == room
        assert module in module_names(control.text(key)), f"{control.text(key)} stands in {module}"
        assert view.scene.__module__ in (f"{room}.{module}_scene", f"{room}.scene")


@pytest.mark.parametrize("package", sorted(DRAWING))
def test_what_draws_charts_is_imported_inside_functions(package: str) -> None:
    eager = []
    for path in PROGRAM:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            eager += [name(path) for each in names if each.partition(".")[0] == package]
    assert eager == []
