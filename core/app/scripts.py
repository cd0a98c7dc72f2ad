"""JavaScript modules in one piece: a component's code, or an exported page's, is sent whole and asks for nothing else.

A module imports from others by a relative path, `import { a, b } from "./file.js";`, and exports what it defines:
`export function`, `export class` or `export const` with one name. Everything else that modules can do is refused,
so that joining them is taking these words away and putting each module after those that it imports.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

NAME = r"[\w$]+"
NAMES = rf"\s*{NAME}(?:,\s*{NAME})*,?\s*"
IMPORT = re.compile(rf'^import \{{({NAMES})\}} from "(\.{{1,2}}/[\w./-]+\.js)";\n', re.MULTILINE)
EXPORTED = re.compile(rf"^export (?:async function|function|class|const) ({NAME})", re.MULTILINE)
DEFINED = re.compile(rf"^(?:async function|function|class|const|let) ({NAME})", re.MULTILINE)
SEVERAL = rf"(?:const|let) (?:[^\w$]|{NAME} = [^\n(\[{{\"'`]*, {NAME} =)"
OTHER = re.compile(rf"^(?:import\b|export\b|var\b|(?:async )?function ?\*|{SEVERAL}).*", re.MULTILINE)
"""A form that is not understood, once the others are taken away. At the top of a module no line is indented."""
COMMENT = re.compile(r"^[ \t]*/\*\*[^*]*(?:\*(?!/)[^*]*)*\*/[ \t]*\n", re.MULTILINE)
"""Types and explanations on lines of their own, which a browser does not need."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module's text without the words that make it one, and what these said."""

    path: Path
    imports: tuple[tuple[Path, tuple[str, ...]], ...]
    exports: frozenset[str]
    text: str


def joined(entry: Path) -> str:
    """The text of one module that is `entry` with all that it imports; what `entry` exports, it defines."""
    modules = _in_order(entry)
    _refuse_same_names(modules)
    return "\n".join(f"{module.text.strip()}\n" for module in modules)


def _in_order(entry: Path) -> list[Module]:
    """The modules, each after those that it imports."""
    done: dict[Path, Module] = {}

    def add(path: Path, above: tuple[Path, ...]) -> None:
        if path in above:
            circle = [*above[above.index(path) :], path]
            raise ValueError(f"These modules import one another: {' → '.join(each.name for each in circle)}.")
        if path in done:
            return
        module = _read(path, above)
        for target, names in module.imports:
            add(target, (*above, path))
            if missing := [name for name in names if name not in done[target].exports]:
                raise ValueError(f"{path.name} imports {', '.join(missing)}, which {target.name} does not export.")
        done[path] = module

    add(entry.resolve(), ())
    return list(done.values())


def _read(path: Path, above: tuple[Path, ...]) -> Module:
    """A module, once it is known to have no other form of import, export or definition than the ones above."""
    if not path.is_file():
        raise ValueError(f"{above[-1].name} imports {path.name}, which is not there." if above else f"No {path.name}.")
    source = COMMENT.sub("", path.read_text(encoding="utf-8"))
    text = EXPORTED.sub(lambda found: found[0].removeprefix("export "), IMPORT.sub("", source))
    if other := OTHER.search(text):
        raise ValueError(f"{path.name} has a line of a form that is not understood: {other[0]}")
    return Module(
        path=path,
        imports=tuple(
            (Path(os.path.normpath(path.parent / other)), tuple(re.findall(NAME, names)))
            for names, other in IMPORT.findall(source)
        ),
        exports=frozenset(EXPORTED.findall(source)),
        text=text,
    )


def _refuse_same_names(modules: list[Module]) -> None:
    """In one text, a name that is defined at the top of two modules would be one name."""
    owners: dict[str, Path] = {}
    for module in modules:
        for name in DEFINED.findall(module.text):
            if name in owners:
                raise ValueError(f"{owners[name].name} and {module.path.name} both define {name}.")
            owners[name] = module.path
