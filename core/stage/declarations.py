"""The panels as TypeScript declares them, for the editor and the type checker of assets/stage: made from the classes.

`python -m core.stage.declarations` writes the file anew.
"""

import ast
import dataclasses
import inspect
import io
import json
import tokenize
from pathlib import Path
from types import ModuleType
from typing import Any

from core.stage import scene
from core.stage.panels import KINDS, base, images, json_name, lists, plots

FILE = Path(__file__).parents[2] / "assets" / "stage" / "panels.d.ts"
MODULES = (base, plots, images, lists)
NAMES = {"Array": "ArrayName", "str": "string", "int": "number", "float": "number", "bool": "boolean"}

START = """\
// What core/stage/scene.py packs: the JSON header of a scene, with a panel's kinds and fields.
// Made by `python -m core.stage.declarations` from the classes of core/stage; do not edit.

/** The name of an array in the header; what is in its place is `Arrays[name]`. */
export type ArrayName = string;
"""

END = """\
/** Panels side by side. */
export interface Row {
  /** CSS pixels */
  height: number;
  panels: AnyPanel[];
}

/** Where an array lies in a packed scene. */
export interface ArrayEntry {
  type: "float32" | "int32" | "uint8" | "int8";
  shape: number[];
  /** bytes from the start of the packed scene, a multiple of 8 */
  offset: number;
}

/** The header of a packed scene: what the stage shows, and how its time goes by. */
export interface Header {
  frames: number;
  rows: Row[];
  /** the whole picture in words */
  alt: string;
  time: Time | null;
  /** a whole replay at speed 1 */
  seconds: number;
  autoplay: boolean;
  still: boolean;
  /** a hash of all content */
  key: string;
  arrays: Record<ArrayName, ArrayEntry>;
}

/** An array as the stage unpacks it: its numbers, row by row, and its shape. */
export interface UnpackedArray {
  data: Float32Array | Int32Array | Uint8Array | Int8Array;
  shape: number[];
}

export type Arrays = Record<ArrayName, UnpackedArray>;
"""


def typescript() -> str:
    """The whole declaration file."""
    parts = [START, *(part for module in MODULES for part in _module(module))]
    parts.append(_documented("What a row can show.", "") + f"export type AnyPanel =\n{_union()};\n")
    parts += [_interface(node, scene) for node in _classes(scene) if node.name == "Time"]
    return "\n".join([*parts, END])


def _union() -> str:
    return "\n".join(f"  | {kind.__name__}" for kind in KINDS)


def _module(module: ModuleType) -> list[str]:
    """A module's names for types, and its classes, in the order of its source."""
    body = ast.parse(inspect.getsource(module)).body
    names = [
        _alias(node, following)
        for node, following in zip(body, [*body[1:], None], strict=True)
        if isinstance(node, ast.Assign)
    ]
    return names + [_interface(node, module) for node in _classes(module)]


def _classes(module: ModuleType) -> list[ast.ClassDef]:
    body = ast.parse(inspect.getsource(module)).body
    found = [node for node in body if isinstance(node, ast.ClassDef)]
    return [node for node in found if dataclasses.is_dataclass(getattr(module, node.name))]


def _alias(node: ast.Assign, following: ast.AST | None) -> str:
    """A name for a type, with the string behind it as its comment."""
    assert isinstance(node.targets[0], ast.Name)
    words = ast.literal_eval(following.value) if isinstance(following, ast.Expr) else ""
    return _documented(words, "") + f"export type {node.targets[0].id} = {_type(node.value)};\n"


def _interface(node: ast.ClassDef, module: ModuleType) -> str:
    cls = getattr(module, node.name)
    fields = {field.name: field for field in dataclasses.fields(cls)}
    own = [line for line in node.body if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)]
    bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
    lines = [f'  kind: "{cls.kind}";\n'] if cls in KINDS else []
    comments = _comments(module)
    for line in own:
        assert isinstance(line.target, ast.Name)
        field = fields.get(line.target.id)
        if field is None:  # a ClassVar
            continue
        if field.metadata.get("inline"):
            bases.append(_type(line.annotation))
        else:
            lines.append(_field(field, line.annotation, comments.get(line.end_lineno or 0, "")))
    extends = f" extends {', '.join(bases)}" if bases else ""
    return (
        _documented(ast.get_docstring(node) or "", "")
        + f"export interface {node.name}{extends} {{\n{''.join(lines)}}}\n"
    )


def _field(field: "dataclasses.Field[Any]", annotation: ast.expr, comment: str) -> str:
    optional = field.default is not dataclasses.MISSING
    default = (
        "" if not optional or field.default in (None, False, "", ()) else f"{json.dumps(field.default)} by default"
    )
    words = "; ".join(part for part in (comment, default) if part)
    return _documented(words, "  ") + f"  {json_name(field)}{'?' * optional}: {_type(annotation)};\n"


def _comments(module: ModuleType) -> dict[int, str]:
    """The comment of every line of a module that has one."""
    tokens = tokenize.generate_tokens(io.StringIO(inspect.getsource(module)).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _documented(words: str, indent: str) -> str:
    if not words:
        return ""
    lines = inspect.cleandoc(words).splitlines()
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return "".join([f"{indent}/**\n", *(f"{indent} * {line}".rstrip() + "\n" for line in lines), f"{indent} */\n"])


def _type(node: ast.expr) -> str:
    """An annotation in TypeScript; what may be None is optional there."""
    if isinstance(node, ast.Name):
        return NAMES.get(node.id, node.id)
    if isinstance(node, ast.Constant):
        return str(node.value) if not isinstance(node.value, str) else f'"{node.value}"'
    if isinstance(node, ast.BinOp):
        sides = [
            side for side in (node.left, node.right) if not (isinstance(side, ast.Constant) and side.value is None)
        ]
        return " | ".join(dict.fromkeys(_type(side) for side in sides))
    assert isinstance(node, ast.Subscript)
    assert isinstance(node.value, ast.Name)
    parts = [_type(part) for part in (node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice])]
    if node.value.id == "Literal":
        return " | ".join(parts)
    if node.value.id == "tuple":
        return f"[{', '.join(parts)}]"
    assert node.value.id == "Sequence", node.value.id
    return f"({parts[0]})[]" if " | " in parts[0] else f"{parts[0]}[]"


if __name__ == "__main__":
    FILE.write_text(typescript(), encoding="utf-8")
