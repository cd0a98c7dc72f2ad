"""What a chart's specification says, read by its own rules; nothing here knows how the program makes one."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

HEX = re.compile(r"#[0-9a-fA-F]{6}\b")


def is_plotly(chart: Any) -> bool:
    return type(chart).__module__.startswith("plotly")


def spec_of(chart: Any) -> dict[str, Any]:
    """The specification; Altair checks its own against Vega-Lite's schema, and Plotly its properties."""
    return chart.to_plotly_json() if is_plotly(chart) else chart.to_dict()


def parts(spec: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary within a specification, the data left out."""
    if isinstance(spec, dict):
        yield spec
        for name, value in spec.items():
            if name != "datasets":
                yield from parts(value)
    elif isinstance(spec, list | tuple):
        for value in spec:
            yield from parts(value)


def colours(spec: dict[str, Any]) -> set[str]:
    """All hex colours that a specification names; Plotly's template is its own."""
    kept = dict(spec)
    if "layout" in kept:
        kept["layout"] = {name: value for name, value in kept["layout"].items() if name != "template"}
    found = set()
    for part in parts(kept):
        for value in part.values():
            texts = value if isinstance(value, list | tuple) else [value]
            found |= {text for text in flat(texts) if isinstance(text, str) and HEX.fullmatch(text)}
    return found


def flat(values: Any) -> Iterator[Any]:
    """All values within nested lists."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from flat(value)
        else:
            yield value


def rows(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows that the marks of an Altair chart are drawn from: those of its largest table."""
    return max(spec["datasets"].values(), key=len, default=[])


def array(value: Any) -> np.ndarray:
    """An array of a Plotly figure, which may be packed."""
    if isinstance(value, dict):
        found = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        return found.reshape([int(n) for n in str(value["shape"]).split(",")]) if "shape" in value else found
    return np.asarray(value)


def numbers(spec: dict[str, Any]) -> np.ndarray:
    """All numbers of an Altair chart's data."""
    values = [v for table in spec.get("datasets", {}).values() for row in table for v in row.values()]
    return np.array([v for v in values if isinstance(v, int | float) and not isinstance(v, bool)], float)
