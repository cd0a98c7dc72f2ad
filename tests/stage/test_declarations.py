"""The TypeScript declaration of the panels: up to date, and complete."""

import re

import pytest

from core.stage.declarations import FILE, typescript
from core.stage.panels import KINDS, Panel


def interface(name: str) -> str:
    """The body of an interface."""
    found = re.search(rf"export interface {name}\b.*?\{{\n(.*?)\n\}}", typescript(), re.DOTALL)
    assert found
    return found[1]


def test_the_file_is_not_stale() -> None:
    again = "python -m core.stage.declarations"
    assert FILE.read_text(encoding="utf-8") == typescript(), f"made from other classes; run {again}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_told_by_its_name(kind: type[Panel]) -> None:
    assert f'  kind: "{kind.kind}";' in interface(kind.__name__)
    assert re.search(rf"type AnyPanel =[^;]*\| {kind.__name__}\b", typescript())


def test_names_types_and_comments_come_from_the_classes() -> None:
    curve = interface("Curve")
    assert "  xLabel?: string;" in curve
    assert "  series: Series[];" in curve
    assert "  /** (frames,) each frame's x; unset: all of it is shown, nothing moves */\n  at?: ArrayName;" in curve
    assert '  /** "linear" by default */\n  xScale?: Scale;' in curve
    assert "/** Curves over time or over a swept value" in typescript()
    assert "  from?: number;" in interface("TableColumn")
    assert "  of?: number[] | ArrayName;" in interface("TableColumn")
    assert "  mark?: [ArrayName, ArrayName];" in interface("Line")
    assert "  formula?: (string | LivingNumber | Words)[];" in interface("Step")


def test_files_lie_beside_the_other_fields() -> None:
    assert "export interface Loupe extends Panel, PictureFiles {" in typescript()
    assert "files" not in interface("Loupe")
    assert "  pictures: ArrayName;" in interface("PictureFiles")


def test_every_type_that_is_named_is_declared() -> None:
    text = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"]*\"", "", typescript(), flags=re.DOTALL)
    declared = set(re.findall(r"export (?:interface|type) (\w+)", text))
    named = set(re.findall(r"\b[A-Z]\w+", text))
    assert named - declared <= {"Record", "Float32Array", "Int32Array", "Uint8Array", "Int8Array"}
