"""Settings declared once: a frozen dataclass whose fields carry their control, bounds and words.

The same declaration makes the widgets, checks what a URL brings, and names the settings in exported code.
What comes from outside is hostile until it has been through `parse`.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

S = TypeVar("S")
When = tuple[str, Any] | None
"""Another setting's name and the value, or tuple of values, of it that brings a control into view."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """How one setting is shown and bounded: a choice among `options`, an integer from `low` to `high`, or a text of at
    most `high` characters."""

    label: str
    kind: str  # "choice" | "slider" (an ordered choice) | "integer" | "toggle" | "text"
    help: str = ""
    options: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    more: bool = False  # secondary: shown under "More settings"
    when: When = None

    def shown(self, default: Any, chosen: Mapping[str, Any]) -> bool:
        """Whether it is shown beside `chosen`, the values so far; `default` are the settings' defaults."""
        if self.when is None:
            return True
        name, value = self.when
        return chosen.get(name, getattr(default, name)) in (value if isinstance(value, tuple) else (value,))

    def text(self, value: Any) -> str:
        """The words a person reads for `value`."""
        return self.names[self.options.index(value)] if self.names else str(value)

    def param(self, value: Any) -> str:
        """What stands in the URL for `value`; `read` gives it back."""
        return str(value).lower() if self.kind == "toggle" else self.text(value)

    def read(self, raw: str) -> Any:
        """The value that `raw` from a URL stands for; ValueError when it is none of the allowed ones."""
        if self.kind == "integer":
            try:
                number = float(raw)  # as lenient as Streamlit, whose slider reads the same text: the two must agree
            except ValueError:
                number = math.nan
            if not self.low <= number <= self.high:
                raise ValueError(f"a whole number from {self.low} to {self.high}")
            return int(number)
        if self.kind == "toggle":
            if raw not in ("true", "false"):
                raise ValueError("true or false")
            return raw == "true"
        if self.kind == "text":
            if not raw or len(raw) > self.high or not raw.isprintable():
                raise ValueError(f"a text of 1 to {self.high} printable characters")
            return raw
        for value in self.options:
            if raw == self.text(value):
                return value
        raise ValueError("one of " + ", ".join(self.text(value) for value in self.options))


def choice(
    default: Any,
    options: Mapping[Any, str] | Sequence[Any],
    label: str,
    help: str = "",
    *,
    more: bool = False,
    when: When = None,
) -> Any:
    """A field chosen among a few named options, shown as pills; a mapping gives each value its words."""
    return _field(default, "choice", options, label, help, more, when)


def ladder(
    default: Any, options: Sequence[Any], label: str, help: str = "", *, more: bool = False, when: When = None
) -> Any:
    """A field on an ordered scale, shown as a slider that stops at every option (learning rates, sizes)."""
    return _field(default, "slider", {o: short(o) for o in options}, label, help, more, when)


def integer(
    default: int, low: int, high: int, label: str, help: str = "", *, more: bool = False, when: When = None
) -> Any:
    """A whole number from `low` to `high`, shown as a slider."""
    control = Control(label=label, kind="integer", help=help, low=low, high=high, more=more, when=when)
    return dataclasses.field(default=default, metadata={"control": control})


def toggle(default: bool, label: str, help: str = "", *, more: bool = False, when: When = None) -> Any:
    """A yes or no."""
    return dataclasses.field(
        default=default, metadata={"control": Control(label=label, kind="toggle", help=help, more=more, when=when)}
    )


def text(default: str, most: int, label: str, help: str = "", *, more: bool = False, when: When = None) -> Any:
    """A line of 1 to `most` printable characters that the visitor writes; whoever uses it treats it as hostile."""
    return dataclasses.field(
        default=default,
        metadata={"control": Control(label=label, kind="text", help=help, high=most, more=more, when=when)},
    )


def _field(default: Any, kind: str, options: Any, label: str, help: str, more: bool, when: When) -> Any:
    values = tuple(options)
    names = tuple(options.values()) if isinstance(options, Mapping) else ()
    control = Control(label=label, kind=kind, help=help, options=values, names=names, more=more, when=when)
    return dataclasses.field(default=default, metadata={"control": control})


def short(value: Any) -> str:
    """A number in as few characters as identify it: 1e-05, 0.03, 30."""
    return f"{value:g}" if isinstance(value, float) and math.isfinite(value) else str(value)


def controls(settings: type | Any) -> dict[str, Control]:
    """The controls of a settings class or instance, by field name, in declared order."""
    return {f.name: f.metadata["control"] for f in fields(settings) if "control" in f.metadata}


def parse(settings: type[S], raw: Mapping[str, Sequence[str]]) -> tuple[S, list[str]]:
    """Settings from URL parameters (name → every value given), and one sentence for each that was refused.

    Unknown names are left alone: they may belong to another part of the page.
    """
    values, problems = {}, []
    for name, control in controls(settings).items():
        given = raw.get(name)
        if not given:
            continue
        try:
            if len(given) > 1:
                raise ValueError("one value")
            values[name] = control.read(given[0])
        except ValueError as allowed:
            problems.append(f"The link's {name} is not valid, so the default is used: it takes {allowed}.")
    return settings(**values), problems


def to_params(settings: Any) -> dict[str, str]:
    """What the URL must carry to open these settings: only what differs from the defaults."""
    default = type(settings)()
    return {
        name: control.param(value)
        for name, control in controls(settings).items()
        if (value := getattr(settings, name)) != getattr(default, name)
    }
