"""Softmax on the stage: bars that move together while one activation is dragged, a table, a batch, and what it cannot say."""

from collections.abc import Callable
from typing import Any

import numpy as np

from core.exhibits.softmax.experiment import Result
from core.exhibits.softmax.none_of_these import ROUNDING, Batch, FarBelow, NoDigits
from core.exhibits.softmax.probabilities import REACH, BookTable, Sweep, TwoClasses
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]
DIGITS = [str(k) for k in range(10)]


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    draw: dict[type, Callable[[Any, Arrays], Drawn]] = {
        Sweep: _sweep,
        TwoClasses: _two_classes,
        BookTable: _table,
        Batch: _batch,
        FarBelow: _far_below,
        NoDigits: _no_digits,
    }
    rows, labels = draw[type(result.found)](result.found, arrays)
    still = isinstance(result.found, Batch | NoDigits)
    alt = plain_text("From activations to probabilities.", result.found.findings())
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels}, seconds=8.0, autoplay=not still)


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _live(name: str, at: int = 0, digits: int = 4) -> dict[str, Any]:
    return {"value": name, "at": at, "color": "activations", "digits": digits}


def _column(title: str, values: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "values": values, "color": "activations", "digits": 4, **more}


def _range(values: np.ndarray) -> list[float]:
    """From the least to the largest finite value, and at least from 0 to 1."""
    finite = values[np.isfinite(values)]
    return [min(0.0, float(finite.min())), max(1.0, float(finite.max()))] if len(finite) else [0.0, 1.0]


def _sweep(found: Sweep, arrays: Arrays) -> Drawn:
    classes = range(len(found.names))
    arrays |= {
        "moved": found.values, "activation": found.activations, "power": found.powers, "exponent": found.exponents,
        "sum": found.sums, "probability": found.probabilities, "total": found.probabilities.sum(1),
        "point x": np.repeat(found.values[:, None], len(classes), 1), "active": np.full(len(found.values), 2),
    }  # fmt: skip
    arrays |= {f"p {k}": found.probabilities[:, k] for k in classes}
    name, shift = found.names[found.moving], found.shift
    columns = [_column("activation a", "activation", domain=[shift - REACH - 0.5, shift + REACH + 0.5])]
    power = "a"
    if found.stable or found.temperature != 1:
        power = f"a ÷ {found.temperature:g}" if found.temperature != 1 else "a"
        power = f"{power} − largest" if found.stable else power
        columns.append(_column(power, "power", domain=_range(found.powers)))
    columns += [
        _column("exponent", "exponent", most="sum", total="sum"),
        _column("probability", "probability", total="total"),
    ]
    bars: Panel = {
        "kind": "columns", "title": f"Drag {name}'s activation", "names": list(found.names), "columns": columns,
        "handle": {"column": 0, "row": found.moving, "at": "shifted"},
    }  # fmt: skip
    arrays["shifted"] = found.activations[:, found.moving]
    others = [
        {"x": "moved", "y": f"p {k}", "color": "activations", "faint": True} for k in classes if k != found.moving
    ]
    if others:
        others[0]["label"] = "the others"
    if np.isnan(found.probabilities).any():
        arrays["exact"] = found.exact[:, found.moving]
        others.append(
            {
                "x": "moved",
                "y": "exact",
                "color": "activations",
                "lane": "B",
                "label": f"{name} in float64, by torch.softmax",
            }
        )
    curve: Panel = {
        "kind": "plot", "title": f"Probabilities while {name} moves", "at": "moved", "xLabel": f"{name}'s activation",
        "yDomain": [0, 1.04], "weight": 3, "marks": [{"x": float(found.own[found.moving]), "label": "as given"}],
        "curves": [*others, {"x": "moved", "y": f"p {found.moving}", "color": "activations", "label": name}],
        "moving": [{"x": "point x", "y": "probability", "color": "activations", "dots": True}],
    }  # fmt: skip
    return (Row(60 + 30 * len(classes), (bars,)), Row(212, (curve, _formula(found)))), [
        _minus(f"{name} = {v:.2f}") for v in found.values
    ]


def _formula(found: Sweep) -> Panel:
    """The moved class's way from activation to probability, with live numbers."""
    k, first = found.moving, "power" if found.stable or found.temperature != 1 else "activation"
    adding = [part for i in range(len(found.names)) for part in (" + ", _live("exponent", i))][1:]
    divided = "acts" if found.temperature == 1 else f"acts / {found.temperature:g}"
    code = f"powers = {divided}" + (f" - ({divided}).max()" if found.stable else "")
    steps = [
        {"name": "raise", "code": f"{code}; exps = powers.exp()" if first == "power" else "exps = acts.exp()",
         "formula": ["e to the ", _live(first, k), " is ", _live("exponent", k)]},
        {"name": "add", "code": "total = exps.sum()", "formula": [*adding, " = ", _live("sum")]},
        {"name": "divide", "code": "probs = exps / total",
         "formula": [_live("exponent", k), " ÷ ", _live("sum"), " = ", _live("probability", k)]},
    ]  # fmt: skip
    return {
        "kind": "steps",
        "active": "active",
        "steps": steps,
        "weight": 2,
        "narrowHeight": "auto",
        "title": f"{found.names[k]}, step by step",
    }


def _two_classes(found: TwoClasses, arrays: Arrays) -> Drawn:
    every = slice(None, None, 10)
    arrays |= {
        "difference": found.difference, "p": found.probabilities[:, 0], "some": found.difference[every], "sigmoid": found.sigmoid[every],
        "activation": found.activations, "exponent": found.exponents, "sum": found.exponents.sum(1), "probability": found.probabilities,
        "total": found.probabilities.sum(1), "point": found.difference[:, None], "first": found.probabilities[:, :1],
        "own sigmoid": found.sigmoid[:, None], "shifted": found.activations[:, 0],
    }  # fmt: skip
    for kind, off in found.errors.items():
        arrays[f"error {kind}"] = np.where(off > 0, off, np.nan)
    low, high = float(found.activations.min()), float(found.activations.max())
    picture: Panel = {
        "kind": "plot", "title": "Softmax of two activations, and the sigmoid of their difference", "at": "difference",
        "xLabel": "first activation − second", "yDomain": [-0.03, 1.05], "weight": 3,
        "curves": [{"x": "difference", "y": "p", "color": "activations", "label": "softmax, first class"},
                   {"x": "some", "y": "sigmoid", "color": "activations", "label": "sigmoid of the difference", "symbol": 0}],
        "moving": [{"x": "point", "y": "first", "color": "activations", "dots": True, "label": "softmax here", "value": "first", "digits": 9},
                   {"color": "activations", "label": "sigmoid here", "value": "own sigmoid", "digits": 9}],
    }  # fmt: skip
    bars: Panel = {
        "kind": "columns", "names": ["first", "second"], "weight": 3, "narrowHeight": 136, "title": "Drag the first activation",
        "columns": [_column("activation a", "activation", domain=[low, high]),
                    _column("e^(a − largest)", "exponent", most="sum", total="sum"),
                    _column("probability", "probability", total="total")],
        "handle": {"column": 0, "row": 0, "at": "shifted"},
    }  # fmt: skip
    error: Panel = {
        "kind": "plot", "title": "How far apart the two are, where they are", "xLabel": "first activation − second", "at": "difference",
        "yScale": "log", "yDomain": [1e-20, 1e-5], "xDomain": [-REACH, REACH], "weight": 2,
        "curves": [{"x": "difference", "y": f"error {kind}", "color": "data", "label": kind, "symbol": symbol}
                   for kind, symbol in (("float32", 0), ("float64", 2))],
    }  # fmt: skip
    return (Row(250, (picture,)), Row(220, (bars, error))), [_minus(f"difference = {d:.2f}") for d in found.difference]


def _table(found: BookTable, arrays: Arrays) -> Drawn:
    items = len(found.sums)
    for k, name in enumerate(("3", "7")):
        arrays |= {
            f"a {name}": found.activations[:, k],
            f"e {name}": found.exponents[:, k],
            f"p {name}": found.probabilities[:, k],
        }
    arrays |= {"sum": found.sums, "sigmoid": found.sigmoid, "total": found.totals}

    def column(title: str, array: str, note: str, phase: int, of: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
        started = 0 if phase == 0 else 1 + (phase - 1) * items
        color = None if array in ("sum", "total") else "activations"
        return {"title": title, "note": note, "array": array, "decimals": 4, "color": color, "from": started, "each": phase > 0,
                "of": list(of), **more}  # fmt: skip

    columns = [
        column("act 3", "a 3", "a", 0), column("act 7", "a 7", "a", 0),
        column("exp 3", "e 3", "a.exp()", 1, (0,)), column("exp 7", "e 7", "a.exp()", 1, (1,)),
        column("sum", "sum", "e.sum(1)", 2, (2, 3)),
        column("prob 3", "p 3", "e / sum", 3, (2, 4)), column("prob 7", "p 7", "e / sum", 3, (3, 4)),
        column("sum", "total", "p.sum(1)", 4, (5, 6)),
        column("sigmoid", "sigmoid", "of 3 − 7", 5, (0, 1)),
    ]  # fmt: skip
    panel: Panel = {
        "kind": "table", "title": "Six activations for 3 and for 7, step by step", "head": "row", "names": [str(i) for i in range(items)],
        "columns": columns, "narrowHeight": 196,
    }  # fmt: skip
    return (Row(178, (panel,)), Row(246, (_table_steps(found, arrays),))), ["activations"] + [
        f"{phase}, row {i}"
        for phase in ("exponents", "their sum", "probabilities", "their sum", "sigmoid")
        for i in range(items)
    ]


def _table_steps(found: BookTable, arrays: Arrays) -> Panel:
    """What is done, with the numbers of the row it is done to."""
    items = len(found.sums)
    arrays["active"] = np.array([0, *np.repeat(np.arange(1, 6), items)])
    arrays["row"] = np.array([0, *np.tile(np.arange(items), 5)])
    arrays |= {"acts": found.activations, "exps": found.exponents, "probs": found.probabilities}
    a, e, p, s = ([_live(name, k) for k in range(2)] for name in ("acts", "exps", "probs", "sum"))
    steps = [
        {"name": "acts", "code": f"torch.random.manual_seed({found.seed}); acts = torch.randn((6,2))*2", "formula": [a[0], " and ", a[1]]},
        {"name": "raise", "code": "exps = acts.exp()", "formula": [e[0], " and ", e[1]]},
        {"name": "add", "code": "sums = exps.sum(dim=1, keepdim=True)", "formula": [e[0], " + ", e[1], " = ", s[0]]},
        {"name": "divide", "code": "probs = exps / sums", "formula": [e[0], " ÷ ", s[0], " = ", p[0], " and ", e[1], " ÷ ", s[0], " = ", p[1]]},
        {"name": "check", "code": "probs.sum(dim=1)", "formula": [p[0], " + ", p[1], " = ", _live("total", 0, 9)]},
        {"name": "compare", "code": "(acts[:,0] - acts[:,1]).sigmoid()", "formula": [a[0], " − (", a[1], ") gives ", _live("sigmoid")]},
    ]  # fmt: skip
    return {"kind": "steps", "rows": "row", "active": "active", "steps": steps, "narrowHeight": "auto"}


def _batch(found: Batch, arrays: Arrays) -> Drawn:
    n, counts = len(found.targets), np.bincount(found.errors)
    arrays |= {
        "row": np.arange(n), "images": _bytes(found.images), "target": found.targets, "sum": found.sums, "counts": counts,
        "activation": found.activations, "exponent": found.exponents, "exponents": found.exponents.sum(1),
        "probability": found.probabilities, "bin": found.errors, "likeliest": found.probabilities.argmax(1),
    }  # fmt: skip
    arrays |= {f"p {k}": found.probabilities[:, k] for k in range(10)}
    rows: Panel = {
        "kind": "columns", "title": f"{n} rows of 10 probabilities: click one", "names": [f"row {i}" for i in range(n)],
        "columns": [_column(str(k), f"p {k}", digits=None) for k in range(10)], "highlight": "row", "pick": True, "weight": 5,
    }  # fmt: skip
    picture: Panel = {"kind": "pixels", "title": "Its picture", "array": "images", "vmax": 255, "weight": 2}
    one: Panel = {
        "kind": "columns", "title": "The row, class by class; its target is lit", "names": DIGITS, "weight": 3, "highlight": "target",
        "columns": [_column("activation", "activation", domain=_range(found.activations)),
                    _column("probability", "probability", total="sum", totalDigits=9)],
    }  # fmt: skip
    errors: Panel = {
        "kind": "bars", "title": "How far the rows are from 1", "labels": [f"{k * ROUNDING:.2g}".replace("e-0", "e−") for k in range(len(counts))],
        "heights": "counts", "color": "data", "yLabel": "rows", "highlight": "bin", "digits": 3, "weight": 2,
    }  # fmt: skip
    labels = [
        f"row {i}: a {y}, likeliest {p}"
        for i, (y, p) in enumerate(zip(found.targets, arrays["likeliest"], strict=True))
    ]
    return (Row(238, (rows, picture)), Row(232, (one, errors))), labels


def _bytes(images: np.ndarray) -> np.ndarray:
    """Pictures (n, 784) of numbers from 0 to 1 as the stage takes them."""
    return (images * 255).round().astype(np.uint8).reshape(len(images), 1, 28, 28)


def _far_below(found: FarBelow, arrays: Arrays) -> Drawn:
    classes = range(len(found.names))
    arrays |= {
        "distance": found.distance, "activation": found.activations, "softmax": found.softmax, "sigmoid": found.sigmoid,
        "sum softmax": found.softmax.sum(1), "sum sigmoid": found.sigmoid.sum(1), "point": found.distance[:, None],
    }  # fmt: skip
    bars: Panel = {
        "kind": "columns", "title": "The same activations through softmax and through a sigmoid each", "names": list(found.names),
        "columns": [_column("activation", "activation", domain=_range(found.activations)),
                    _column("softmax", "softmax", total="sum softmax"),
                    _column("its own sigmoid", "sigmoid", total="sum sigmoid", lane="B")],
    }  # fmt: skip
    for k in classes:
        arrays |= {f"softmax {k}": found.softmax[:, k], f"sigmoid {k}": found.sigmoid[:, k]}
    curves = [
        {
            "x": "distance",
            "y": f"{kind} {k}",
            "color": "activations",
            "lane": lane,
            **({"label": label} if k == 0 else {}),
        }
        for kind, lane, label in (("softmax", "A", "softmax"), ("sigmoid", "B", "sigmoids"))
        for k in classes
    ]
    curve: Panel = {
        "kind": "plot", "title": "Drag to the right: every activation gets smaller by as much", "at": "distance", "curves": curves,
        "xLabel": "all activations lowered by", "yDomain": [-0.02, 1.02],
        "moving": [{"x": "point", "y": kind, "color": "activations", "dots": True} for kind in ("softmax", "sigmoid")],
    }  # fmt: skip
    arrays["point"] = np.repeat(found.distance[:, None], len(classes), 1)
    return (Row(170, (bars,)), Row(290, (curve,))), [f"lowered by {d:.1f}" for d in found.distance]


def _no_digits(found: NoDigits, arrays: Arrays) -> Drawn:
    arrays |= {
        "row": np.arange(len(found.names)), "images": _bytes(found.images), "softmax": found.softmax, "sigmoid": found.sigmoid,
        "sum softmax": found.softmax.sum(1), "sum sigmoid": found.sigmoid.sum(1),
        "largest softmax": found.softmax.max(1), "largest sigmoid": found.sigmoid.max(1),
    }  # fmt: skip
    picture: Panel = {"kind": "pixels", "title": "What they are shown", "array": "images", "vmax": 255, "weight": 1}
    one: Panel = {
        "kind": "columns", "title": "Their probabilities for the ten digits", "names": DIGITS, "weight": 3,
        "columns": [_column("trained with softmax", "softmax", total="sum softmax", digits=3),
                    _column("with ten sigmoids", "sigmoid", total="sum sigmoid", lane="B", digits=3)],
    }  # fmt: skip
    largest: Panel = {
        "kind": "columns", "title": "The largest probability for every picture: click one", "names": list(found.names),
        "columns": [_column("softmax", "largest softmax", digits=3), _column("sigmoids", "largest sigmoid", lane="B", digits=3)],
        "highlight": "row", "pick": True,
    }  # fmt: skip
    return (Row(270, (picture, one)), Row(210, (largest,))), list(found.names)
