"""JavaScript modules in one piece: each once, in order, without import and export,
and nothing that is not understood.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from core.app import stage
from core.app.scripts import joined
from core.app.widgets import canvas, gallery
from tests.conftest import ROOT

Written = Callable[..., Path]
MODULES = sorted((ROOT / "assets").rglob("*.js"))
ENTRIES = {
    "mountStage": stage.FOLDER / "stage.js",
    "mountCanvas": canvas.FOLDER / "canvas.js",
    "mountGallery": gallery.FOLDER / "gallery.js",
}


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes modules given by name and source into a folder; the path of the first."""

    def write(**sources: str) -> Path:
        for name, source in sources.items():
            (tmp_path / f"{name}.js").write_text(source, encoding="utf-8")
        return tmp_path / f"{next(iter(sources))}.js"

    return write


def test_each_module_stands_once_after_those_that_it_imports(written: Written) -> None:
    entry = written(
        top='import { b } from "./left.js";\nimport {\n  c,\n} from "./right.js";\n\nexport function show() {}\n',
        left='import { a } from "./base.js";\n\nexport const b = a + 1;\n',
        right='import { a } from "./base.js";\n\nexport const c = a + 2;\n',
        base="const one = 1;\nexport const a = one;\n",
    )
    assert joined(entry) == (
        "const one = 1;\nconst a = one;\n\nconst b = a + 1;\n\nconst c = a + 2;\n\nfunction show() {}\n"
    )


def test_documentation_is_left_out_and_nothing_else(written: Written) -> None:
    source = (
        "/**\n * Adds.\n * @param {number} a\n */\nexport function add(a) {\n  /** @type {number} */\n"
        "  const b = /** @type {any} */ (a);\n  return b / 2 * 3; // a half\n}\n"
    )
    kept = "function add(a) {\n  const b = /** @type {any} */ (a);\n  return b / 2 * 3; // a half\n}\n"
    assert joined(written(top=source)) == kept


def test_modules_in_other_folders_are_found(tmp_path: Path) -> None:
    for folder in ("stage", "shared"):
        (tmp_path / folder).mkdir()
    (tmp_path / "shared/dom.js").write_text("export class Node {}\n")
    (tmp_path / "stage/stage.js").write_text('import { Node } from "../shared/dom.js";\nnew Node();\n')
    assert joined(tmp_path / "stage/stage.js") == "class Node {}\n\nnew Node();\n"


def test_a_circle_is_named(written: Written) -> None:
    entry = written(
        top='import { b } from "./left.js";\n',
        left='import { c } from "./right.js";\nexport const b = c;\n',
        right='import { b } from "./left.js";\nexport const c = b;\n',
    )
    with pytest.raises(ValueError, match=r"import one another: left\.js → right\.js → left\.js\."):
        joined(entry)


def test_two_owners_of_one_name_are_named(written: Written) -> None:
    entry = written(top='import { a } from "./left.js";\nconst own = a;\n', left="class own {}\nexport const a = 1;\n")
    with pytest.raises(ValueError, match=r"left\.js and top\.js both define own\."):
        joined(entry)


@pytest.mark.parametrize(
    ("imported", "sentence"),
    [("b", r"top\.js imports b, which left\.js does not export\."), ("own", "imports own, which")],
    ids=["nowhere", "not exported"],
)
def test_a_name_that_is_not_exported_is_named(imported: str, sentence: str, written: Written) -> None:
    entry = written(
        top=f'import {{ a, {imported} }} from "./left.js";\n', left="const own = 1;\nexport const a = own;\n"
    )
    with pytest.raises(ValueError, match=sentence):
        joined(entry)


def test_a_module_that_is_not_there_is_named(written: Written) -> None:
    with pytest.raises(ValueError, match=r"top\.js imports gone\.js, which is not there\."):
        joined(written(top='import { a } from "./gone.js";\n'))


@pytest.mark.parametrize(
    "line",
    [
        'import { a as b } from "./left.js";',
        'import a from "./left.js";',
        'import * as left from "./left.js";',
        'import "./left.js";',
        'import { a } from "left";',
        "import { a } from './left.js';",
        "export default function () {}",
        "export { a };",
        'export * from "./left.js";',
        "export let a = 1;",
        "export const a = 1, b = 2;",
        "const { a } = globalThis;",
        "let [a, b] = [1, 2];",
        "const a = 1, b = 2;",
        "var a = 1;",
        "function* a() {}",
    ],
)
def test_another_form_is_refused(line: str, written: Written) -> None:
    with pytest.raises(ValueError, match=r"top\.js has a line of a form that is not understood: "):
        joined(written(top=f"{line}\n", left="export const a = 1;\n"))


@pytest.mark.parametrize(("name", "entry"), ENTRIES.items(), ids=ENTRIES)
def test_what_the_program_serves_is_one_module_without_imports(name: str, entry: Path) -> None:
    lines = joined(entry).splitlines()
    assert [line for line in lines if line.startswith(("import", "export"))] == []
    assert sum(line.startswith(f"function {name}(") for line in lines) == 1


def test_every_module_is_served() -> None:
    served = "".join(joined(entry) for entry in ENTRIES.values())
    assert MODULES
    for path in MODULES:
        assert joined(path).splitlines()[-1] in served
        first_line = path.read_text(encoding="utf-8").splitlines()[0]
        assert first_line.startswith("// ")  # says what it is
        assert first_line in served
