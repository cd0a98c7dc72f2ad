"""The source of a few functions and of all they use, gathered so that it runs without the repository.

A bundle starts at the functions and follows every global name they use to the statement that defines it, through the
modules of this program. What it reaches is copied as it stands, module after module and in the order of the source, so
that definitions precede their use as they did before. Two things change: imports of the program fall away, and a
settings class keeps the defaults of its controls without their labels and bounds.
"""

import ast
import builtins
import importlib.metadata
import importlib.util
import math
import symtable
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from itertools import groupby, pairwise, zip_longest
from operator import itemgetter
from typing import Any

from core.errors import UserError

Prefix = str | tuple[str, ...]
Edit = tuple[int, int, list[str]]
"""First line, last line, and the lines that take their place."""


class ExportError(UserError):
    """This code cannot leave the repository; the sentence says why."""


def literal(value: Any) -> str:
    """Python source for a setting's value: a number, text, None, or a tuple of these."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    try:
        if ast.literal_eval(repr(value)) == value:
            return repr(value)
    except (ValueError, SyntaxError):
        pass
    raise ExportError(f"The setting {value!r} cannot be written as Python source: use a number, text or a tuple.")


@dataclass(frozen=True, kw_only=True)
class Import:
    """`from module import name as alias`, or `import module as alias` where `name` is empty."""

    module: str
    name: str = ""
    alias: str = ""
    lazy: bool = field(default=False, compare=False)  # not run with its module: in a function, or for types only

    @property
    def local(self) -> str:
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def origin(self) -> str:
        """What `local` stands for; `import a` and `import a.b` both bring `a`."""
        return f"{self.module}.{self.name}" if self.name else self.module if self.alias else self.local


@dataclass(frozen=True, eq=False, kw_only=True)
class _Definition:
    """A top-level statement, with the comments above it and the docstring of a constant below it."""

    module: str
    first: int  # line
    last: int
    text: str  # without imports of the program, and with plain defaults
    binds: set[str]
    uses: set[str]
    imports: dict[str, Import]  # those that were taken out, by local name


class _Module:
    """The top level of one module: its imports and its definitions by the names they bind."""

    def __init__(self, name: str, is_home: Callable[[str], bool]):
        self.name, self.is_home, self.module = name, is_home, importlib.import_module(name)
        self.package = name if hasattr(self.module, "__path__") else name.rpartition(".")[0]
        self.lines = self.module.__loader__.get_source(name).split("\n")  # type: ignore[union-attr]
        self.imports: dict[str, list[Import]] = defaultdict(list)
        self.definitions: dict[str, list[_Definition]] = defaultdict(list)
        body = ast.parse("\n".join(self.lines)).body
        for node, after in zip_longest(body, body[1:]):
            for_types = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
            block = node.body if isinstance(node, ast.If) and for_types else [node]
            imports = [each for statement in block for each in self.read(statement, lazy=for_types)]
            for each in imports:
                self.imports[each.local].append(each)
            if not imports:
                definition = self.define(node, after)
                for bound in definition.binds:
                    self.definitions[bound].append(definition)

    def read(self, node: ast.AST, lazy: bool) -> list[Import]:
        """What an import statement brings; nothing for any other statement."""
        if isinstance(node, ast.Import):
            return [Import(module=a.name, name="", alias=a.asname or "", lazy=lazy) for a in node.names]
        if not isinstance(node, ast.ImportFrom):
            return []
        module = importlib.util.resolve_name("." * node.level + (node.module or ""), self.package)
        return [Import(module=module, name=a.name, alias=a.asname or "", lazy=lazy) for a in node.names]

    def define(self, node: ast.stmt, after: ast.stmt | None) -> _Definition:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
        while first > 1 and self.lines[first - 2].startswith("#"):
            first -= 1
        documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        last = _last_line(after if after and documented and isinstance(node, ast.Assign | ast.AnnAssign) else node)
        lines = self.lines[first - 1 : last]
        tree = ast.parse("\n".join(lines))
        ours, edits = self.without_imports(tree)
        for start, end, new in sorted(edits + self.with_plain_defaults(tree.body[0], lines), reverse=True):
            lines[start - 1 : end] = new
        text = "\n".join(lines)
        table = symtable.symtable(text, self.name, "exec")
        binds = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        uses = _global_names(table) | _annotation_names(ast.parse(text))
        return _Definition(module=self.name, first=first, last=last, text=text, binds=binds, uses=uses, imports=ours)

    def without_imports(self, tree: ast.AST) -> tuple[dict[str, Import], list[Edit]]:
        """The imports of the program within a statement, and the edits that take them out."""
        found: dict[str, Import] = {}
        edits: list[Edit] = []
        for _, block in (each for parent in ast.walk(tree) for each in ast.iter_fields(parent)):
            inside = [(n, self.read(n, lazy=True)) for n in block] if isinstance(block, list) else []
            ours = [(n, read) for n, read in inside if read and self.is_home(read[0].module)]
            for node, read in ours:
                found |= {each.local: each for each in read}
                alone = len(ours) == len(inside) and node is block[0]  # a block may not be left empty
                edits.append((node.lineno, _last_line(node), [" " * node.col_offset + "pass"] if alone else []))
        return found, edits

    def with_plain_defaults(self, node: ast.stmt, lines: list[str]) -> list[Edit]:
        """For a settings class, the edits that leave of each control its default."""
        settings = getattr(self.module, getattr(node, "name", ""), None)
        if not isinstance(node, ast.ClassDef) or not is_dataclass(settings):
            return []
        controls = {f.name: f.default for f in fields(settings) if "control" in f.metadata and f.default is not MISSING}
        edits = []
        for each in node.body:
            if isinstance(each, ast.AnnAssign) and each.value and (name := ast.unparse(each.target)) in controls:
                annotation = ast.get_source_segment("\n".join(lines), each.annotation)
                comment = lines[_last_line(each) - 1].encode()[each.end_col_offset :].decode()
                plain = f"    {name}: {annotation} = {literal(controls[name])}{comment}"
                edits.append((each.lineno, _last_line(each), [plain]))
        return edits


class Bundle:
    """All that a few functions reach: statements of the program, and imports of everything else."""

    def __init__(self, functions: Sequence[Callable | type], prefix: Prefix, taken: Iterable[str] = ()):
        self.prefix = prefix
        self.modules: dict[str, _Module] = {}
        self.origins = dict.fromkeys(taken, "a variable of the exported file")  # what each name stands for
        self.external: set[Import] = set()
        self.reached: dict[str, list[_Definition]] = defaultdict(list)  # by module
        self.needed: dict[str, list[Import]] = defaultdict(list)  # by module: what it imports of the program
        for function in functions:
            module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
            if not self.is_home(module) or name not in self.module(module).definitions:
                raise ExportError(f"Only what a module of {prefix} defines by name can be exported, not {function!r}.")
            self.follow(module, name)

    def is_home(self, module: str) -> bool:
        return f"{module}.".startswith(self.prefix)

    def module(self, name: str) -> _Module:
        if name not in self.modules:
            self.modules[name] = module = _Module(name, self.is_home)
            self.external |= {each for each in module.imports.get("annotations", ()) if each.module == "__future__"}
        return self.modules[name]

    def follow(self, module: str, name: str) -> None:
        """Reach what `name` means at the top level of `module`; a name it does not know is someone's local one."""
        home = self.module(module)
        for each in home.imports.get(name, ()):
            self.follow_import(module, each)
        for definition in home.definitions.get(name, ()):
            self.reach(definition)
        if name not in home.imports and name not in home.definitions:
            if hasattr(builtins, name):
                self.claim(name, f"Python's own {name}")
            elif "*" in home.imports:
                raise ExportError(f"{module} imports *, so nobody can tell where {name} comes from: name what it uses.")

    def follow_import(self, user: str, each: Import) -> None:
        if not self.is_home(each.module):
            self.add_import(each)
            return
        source = self.module(each.module)
        if each.alias not in ("", each.name) or not (each.name in source.definitions or each.name in source.imports):
            raise ExportError(
                f"{user} imports the module {each.origin} or renames it: import the names it uses, as they are."
            )
        self.needed[user].append(each)
        self.follow(each.module, each.name)

    def reach(self, definition: _Definition) -> None:
        if definition in self.reached[definition.module]:
            return
        self.reached[definition.module].append(definition)
        for name in sorted(definition.binds):
            self.claim(name, f"{definition.module}.{name}")
        if "__file__" in definition.uses:
            name = min(definition.binds)
            raise ExportError(f"{definition.module}.{name} reads files of this program, so it cannot be exported.")
        for name in sorted(definition.uses - definition.binds):
            if name in definition.imports:
                self.follow_import(definition.module, definition.imports[name])
            else:
                self.follow(definition.module, name)

    def claim(self, name: str, origin: str) -> None:
        other = self.origins.setdefault(name, origin)
        if other != origin:
            raise ExportError(f"Two things would be called {name} in one file, {other} and {origin}: rename one.")

    def add_import(self, each: Import) -> None:
        self.claim(each.local, each.origin)
        self.external.add(each)

    def code(self) -> str:
        """Every module's statements in the order of the source, and modules before those that import them."""
        every = {user: [each.module for each in needed] for user, needed in self.needed.items()}
        eager = {user: [each.module for each in needed if not each.lazy] for user, needed in self.needed.items()}
        sections = []
        for module in _sorted_by_need(_sorted_by_need(self.reached, every), eager):
            definitions = sorted(self.reached.get(module, ()), key=lambda definition: definition.first)
            text = definitions[0].text if definitions else ""
            for before, after in pairwise(definitions):
                text += "\n" * min(after.first - before.last, 3) + after.text  # as far apart as they were
            sections += [text] if text else []
        return "\n\n\n".join(sections)

    def imports(self) -> str:
        """The import lines of everything else: the standard library before other packages, each sorted."""
        names: dict[str, set[str]] = defaultdict(set)
        lines = set()
        for each in self.external:
            renamed = f" as {each.alias}" if each.alias else ""
            if each.name:
                names[each.module].add(each.name + renamed)
            else:
                lines.add((_section(each.module), 0, f"import {each.module}{renamed}"))
        for module, some in names.items():
            lines.add((_section(module), 1, f"from {module} import {', '.join(sorted(some))}"))
        sections = groupby(sorted(lines), key=itemgetter(0))
        return "\n\n".join("\n".join(text for _, _, text in section) for _, section in sections)

    def needs(self) -> str:
        """The packages that the code imports, as pip takes them, with the versions installed here."""
        nodes = list(ast.walk(ast.parse(f"{self.imports()}\n{self.code()}")))
        modules = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
        modules += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
        known = _distributions()
        names = {known[root][0] for root in (m.partition(".")[0] for m in modules) if root in known}
        versions = [f"{n}=={importlib.metadata.version(n).partition('+')[0]}" for n in sorted(names, key=str.lower)]
        return " ".join(["pip install", *versions] if versions else ["nothing but Python"])


@cache
def _distributions() -> Mapping[str, list[str]]:
    """Which installed packages provide each importable name; found out once, as it takes most of a second."""
    return importlib.metadata.packages_distributions()


def _section(module: str) -> int:
    root = module.partition(".")[0]
    return 0 if root == "__future__" else 1 if root in sys.stdlib_module_names else 2


def _sorted_by_need(nodes: Iterable[str], needs: Mapping[str, Iterable[str]]) -> list[str]:
    """`nodes` and what they need, each after what it needs; a circle is cut where it closes."""
    seen: set[str] = set()
    order: list[str] = []

    def place(node: str) -> None:
        if node not in seen:
            seen.add(node)
            for other in needs.get(node, ()):
                place(other)
            order.append(node)

    for node in nodes:
        place(node)
    return order


def _global_names(table: symtable.SymbolTable) -> set[str]:
    """The global names that a scope and those within it use; a class may also mean one by a name of its own."""
    open_scope = table.get_type() in ("module", "class")
    own = {s.get_name() for s in table.get_symbols() if open_scope and s.is_referenced() and not s.is_free()}
    found = {s.get_name() for s in table.get_symbols() if s.is_global()} | own
    return found.union(*map(_global_names, table.get_children()))


def _annotation_names(tree: ast.AST) -> set[str]:
    """The names in annotations, which may be text or, with `from __future__ import annotations`, never evaluated."""
    notes = [getattr(node, part, None) for node in ast.walk(tree) for part in ("annotation", "returns")]
    return set().union(*(_names_within(note) for note in notes if note))


def _names_within(note: ast.AST) -> set[str]:
    if isinstance(note, ast.Name):
        return {note.id}
    if isinstance(note, ast.Constant) and isinstance(note.value, str):
        return _names_within(ast.parse(note.value, mode="eval"))
    if isinstance(note, ast.Subscript) and ast.unparse(note.value).endswith(("Literal", "Annotated")):
        return {n.id for n in ast.walk(note) if isinstance(n, ast.Name)}  # their texts are no annotations
    return set().union(*map(_names_within, ast.iter_child_nodes(note)))


def _last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno
