"""The numerics lab on the stage: time is the dragged activation, or the number of factors."""

from typing import Any

import numpy as np

from core.exhibits.cross_entropy.numerics import DTYPES, METHODS, REACH, STAGES, SYMBOLS, Breaking, Products, shown
from core.stage.scene import Panel, Row

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]
Column = dict[str, Any]

COLORS = {"exponential": "activations", "middle": "activations", "loss": "loss", "gradient": "gradient"}
LANES = {"exponential": "A", "middle": "B", "loss": "A", "gradient": "A"}


def _worded(values: np.ndarray, digits: int) -> tuple[np.ndarray, list[str]]:
    """Numbers as indices into their texts, for those that float32, in which the stage keeps numbers, cannot hold."""
    words, index = np.unique([shown(float(v), digits) for v in values.ravel()], return_inverse=True)
    return index.reshape(values.shape).astype(np.int32), [str(word) for word in words]


def _words(
    title: str, name: str, values: np.ndarray, color: str, arrays: Arrays, note: str = "", digits: int = 4
) -> Column:
    """A column of a table whose numbers come as words."""
    arrays[name], words = _worded(values, digits)
    return {"title": title, "note": note, "array": name, "words": words, "color": color}


def draw_breaking(found: Breaking, arrays: Arrays) -> Drawn:
    """How long every number lasts, the loss by all three methods, and the numbers themselves."""
    arrays |= {"size": found.size, "ends": np.array([1.0, REACH])}
    rows = (Row(268, (_lifelines(found, arrays), _loss(found, arrays))), Row(172, (_every_number(found, arrays),)))
    sign = "−" if found.case == "right and falling" else ""
    return rows, [f"activation = {sign}{v:.4g}" for v in found.size]


def _lifelines(found: Breaking, arrays: Arrays) -> Panel:
    """A line for each number in each type, as long as it is sound."""
    symbols = dict(zip(STAGES, (*SYMBOLS[found.method], "loss", "gradient"), strict=True))
    curves: list[dict[str, Any]] = []
    for i, kind in enumerate(DTYPES):
        for k, stage in enumerate(STAGES):
            point = found.points[kind, found.method][k]
            name, y = f"{stage} {kind}", 3 - i + 0.27 - 0.18 * k
            arrays |= {f"x {name}": np.array([1.0, point.size if point else REACH]), f"y {name}": np.array([y, y])}
            curves.append({"x": f"x {name}", "y": f"y {name}", "color": COLORS[stage], "lane": LANES[stage]})
            if i == 0:
                curves[-1]["label"] = symbols[stage]
            if point:
                arrays |= {f"end {name}": np.array([point.size]), f"height {name}": np.array([y])}
                curves.append({"x": f"end {name}", "y": f"height {name}", "color": COLORS[stage], "symbol": 0})
    return {
        "kind": "plot", "title": f"How far every number lasts, {found.method}", "at": "size", "xScale": "log", "xDomain": [1, REACH],
        "yDomain": [-0.5, 3.5], "xLabel": "size of the dragged activation", "curves": curves, "weight": 3,
        "names": [{"y": 3 - i, "label": kind} for i, kind in enumerate(DTYPES)],
    }  # fmt: skip


def _loss(found: Breaking, arrays: Arrays) -> Panel:
    """The gradient's size by the three methods, in the chosen type."""
    i = list(DTYPES).index(found.precision)
    curves = []
    for j, method in enumerate(METHODS):
        gradient = found.chains[:, i, j, 3]
        arrays[f"gradient {j}"] = np.where(np.abs(gradient) > 1e30, np.copysign(np.inf, gradient), gradient)
        curves.append(
            {
                "x": "size",
                "y": f"gradient {j}",
                "color": "gradient",
                "lane": "CBA"[j],
                "label": method,
                "value": f"gradient {j}",
            }
        )
    return {
        "kind": "plot", "title": f"The gradient in {found.precision}", "at": "size", "xScale": "log", "xDomain": [1, REACH],
        "yDomain": [-0.1, 1.7] if found.case == "wrong and rising" else [-1.7, 0.1],
        "xLabel": "size of the dragged activation", "curves": curves, "weight": 2,
    }  # fmt: skip


def _every_number(found: Breaking, arrays: Arrays) -> Panel:
    """Four types down, and across what the followed method passes through, and every method's loss and gradient."""
    own = list(METHODS).index(found.method)
    columns, marks = [], []
    for k, symbol in enumerate(SYMBOLS[found.method]):
        columns.append(_words(symbol, f"cell {k}", found.chains[:, :, own, k], "activations", arrays, digits=3))
        marks.append(found.broken[:, :, own, k])
    for j, method in enumerate(METHODS):
        for k, stage in ((2, "loss"), (3, "gradient")):
            columns.append(
                _words(stage, f"cell {stage} {j}", found.chains[:, :, j, k], COLORS[stage], arrays, method, 6 - k)
            )
            marks.append(found.broken[:, :, j, k])
    arrays["marks"] = np.stack(marks, 2) * 2
    return {"kind": "table", "title": "The numbers, as they are; underlined: broken", "head": "type", "names": list(DTYPES), "columns": columns, "marks": "marks"}  # fmt: skip


def draw_products(found: Products, arrays: Arrays) -> Drawn:
    """The product on a scale of powers of ten, where each type ends, and the sum of the logs."""
    powers = np.full(found.products.shape, np.nan)
    np.log10(found.products, out=powers, where=found.products > 0)
    arrays["N"] = found.count
    lines: list[Column] = []
    marks: list[Column] = []
    sums: list[Column] = []
    for i, kind in enumerate(DTYPES):
        n, value = found.ends[kind]
        lane = {"lane": "ABCA"[i], "faint": kind == "float64"}
        last = n - 1 if value == 0 else n  # the last that is not 0
        arrays |= {f"power {kind}": powers[:, i], f"sum {kind}": found.sums[:, i], f"last N {kind}": np.array([last])}
        arrays[f"last {kind}"] = powers[[int(np.searchsorted(found.count, last))], i]
        lines.append({"x": "N", "y": f"power {kind}", "color": "activations", **lane})
        marks.append({"x": f"last N {kind}", "y": f"last {kind}", "color": "activations", "symbol": i, "label": kind})
        sums.append({"x": "N", "y": f"sum {kind}", "color": "loss", "label": kind, **lane})
    common: Panel = {"kind": "plot", "at": "N", "xLabel": "N"}
    end = "last before 0" if any(value == 0 for _, value in found.ends.values()) else "where it sticks"
    product: Panel = {
        **common, "title": f"Product of N × {found.chance:g} (marks: {end})", "yLabel": "power of ten", "curves": [*lines, *marks],
    }  # fmt: skip
    total: Panel = {**common, "title": "Sum of their logs", "curves": sums}
    gone = (found.products == 0) | (found.count[:, None] > np.array([n for n, _ in found.ends.values()]))
    columns: list[Column] = [
        _words("product", "cell product", found.products, "activations", arrays),
        _words("sum of logs", "cell sum", found.sums, "loss", arrays),
        _words("ends at", "cell end", np.array([v for _, v in found.ends.values()]), "activations", arrays),
    ]  # fmt: skip
    arrays["end N"] = np.array([n for n, _ in found.ends.values()])
    columns.append({"title": "N", "array": "end N", "digits": 5})
    arrays["marks"] = np.stack([gone, *[gone & False] * 3], 2) * 2
    table: Panel = {"kind": "table", "head": "type", "names": list(DTYPES), "columns": columns, "marks": "marks"}
    return (Row(320, (product, total)), Row(128, (table,))), [f"N = {n:,}" for n in found.count]
