"""The bend between two linear layers on the stage: one unit, two layers, any curve, a boundary, and all seven beside."""

import numpy as np

from core.exhibits.relu.activations import Curve
from core.exhibits.relu.boundary import REACH, Boundary
from core.exhibits.relu.collapse import Collapse, MaxOfZero
from core.exhibits.relu.experiment import Result, findings
from core.exhibits.relu.hinges import Learned, Placed
from core.exhibits.relu.relu_fit import learned, placed
from core.exhibits.relu.which import SINE, Which
from core.nn.activations import ACTIVATIONS, NAMES
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]

COLUMNS = 8  # of the 30 units' that are written out where res.max(0) is tried
CODE = (
    ("res", "res = xb@w1 + b1"),
    ("ReLU", "res.max(tensor(0.0))"),
    ("then", "res.max(tensor(0.0)) @ w2 + b2"),
    ("notes", "res.max(0)"),
    ("then", "res.max(0) @ w2 + b2"),
    ("or", "res.max(0).values @ w2 + b2"),
)


def scene(result: Result) -> Scene:
    """The chosen view; its time is x, a digit, a hinge, a line of code, or the steps taken."""
    arrays: Arrays = {}
    found = result.found
    if isinstance(found, Curve):
        rows, labels = _curve(found, arrays)
    elif isinstance(found, Collapse):
        rows, labels = _collapse(found, arrays)
    elif isinstance(found, MaxOfZero):
        rows, labels = _max_of_zero(found, arrays)
    elif isinstance(found, Placed):
        rows, labels = placed(found, arrays)
    elif isinstance(found, Learned):
        rows, labels = learned(found, arrays)
    elif isinstance(found, Boundary):
        rows, labels = _boundary(found, arrays)
    else:
        rows, labels = _which(found, arrays)
    seconds = float(np.clip(0.5 * len(labels), 3, 8))
    alt = plain_text("What a non-linearity does.", findings(result))
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels}, seconds=seconds)


def steps_taken(kept: np.ndarray) -> list[str]:
    return [f"step {step:,} of {kept[-1]:,}" for step in kept.tolist()]


def _curve(found: Curve, arrays: Arrays) -> Drawn:
    arrays |= {"x": found.x, "value": found.values[found.key], "slope": found.slopes[found.key]}
    for key in ACTIVATIONS:
        arrays[f"{key} now"] = np.column_stack([found.values[key], found.slopes[key]])
    arrays["chosen"] = np.full(len(found.x), list(ACTIVATIONS).index(found.key))
    name = NAMES[found.key]
    low, high = (float(pick([pick(values) for values in found.values.values()])) for pick in (min, max))
    common: Panel = {"kind": "curve", "xLabel": "x: drag it", "at": "x"}
    value: Panel = {
        **common, "title": "What the unit passes on", "yDomain": [max(low, -2) - 0.1, high],
        "series": [{"x": "x", "y": "value", "label": f"{name}(x)", "color": "activations"}],
    }  # fmt: skip
    slope: Panel = {
        **common, "title": "Its slope: what the gradient is multiplied by", "yDomain": [-0.2, 1.25],
        "series": [{"x": "x", "y": "slope", "label": f"slope of {name}", "color": "gradient", "step": found.key in ("relu", "leaky")}],
    }  # fmt: skip
    entries: list[dict] = [
        {"name": activation.name, "formula": [
            f"{activation.formula} = ", {"value": f"{key} now", "at": 0, "color": "activations"},
            ", slope ", {"value": f"{key} now", "at": 1, "color": "gradient"},
        ]} for key, activation in ACTIVATIONS.items()
    ]  # fmt: skip
    table: Panel = {
        "kind": "steps",
        "title": "All seven at this x",
        "active": "chosen",
        "steps": entries,
        "narrowHeight": "auto",
    }
    labels = [f"x = {x:.2f}".replace("-", "−") for x in found.x]
    return (Row(246, (value, slope)), Row(196, (table,))), labels


def _small(values: np.ndarray, share: float = 1.0) -> tuple[np.ndarray, float]:
    """Values as int8, and what 1 of them stands for; those beyond `share` of the largest are drawn like it."""
    vmax = share * float(np.abs(values).max()) or 1.0
    return (values / vmax * 127).round().clip(-127, 127).astype(np.int8), vmax / 127


def _collapse(found: Collapse, arrays: Arrays) -> Drawn:
    frames, units = found.on.shape
    w1, w2 = found.parameters[0].numpy().T, found.parameters[2].numpy()[:, 0]
    shares = (w1 * w2[:, None]).reshape(1, units, 28, 28)
    packed, unit = _small(shares, 0.5)
    arrays["image"] = (found.images * 255).round().astype(np.uint8).reshape(frames, 1, 28, 28)
    arrays["units"] = packed if found.on.all() else packed * found.on[:, :, None, None].astype(np.int8)
    arrays["hidden"] = found.hidden
    own, own_unit = _small(found.own.reshape(frames, 1, 28, 28))
    arrays["own"] = own
    arrays["at"] = np.arange(frames)
    bent = found.between == "relu"
    image: Panel = {"kind": "pixels", "title": "A digit", "array": "image", "vmax": 255, "weight": 2}
    middle: Panel = {
        "kind": "pixels", "title": "30 units: weights × w2, and activation" + (" (blank: off)" if bent else ""),
        "array": "units", "signed": True, "vmax": 127, "unit": unit, "tiles": {"text": "hidden"}, "columns": 10, "weight": 6,
    }  # fmt: skip
    matrix: Panel = {
        "kind": "pixels", "title": "Their sum: this digit's matrix" if bent else "Their sum: w1@w2", "array": "own",
        "signed": True, "vmax": 127, "unit": own_unit, "weight": 3,
    }  # fmt: skip
    rows = (Row(204, (image, middle, matrix)), Row(230, _outputs(found, arrays)))
    labels = [f"digit {i + 1} of {frames}: {int(found.on[i].sum())} of {units} units on" for i in range(frames)]
    return rows, labels


def _outputs(found: Collapse, arrays: Arrays) -> tuple[Panel, Panel]:
    """The outputs of both against each other, and how far they are apart."""
    ends = np.array([found.single.min(), found.single.max()])
    arrays |= {"single": found.single, "stack": found.stack, "same": ends, "digit": np.arange(len(found.stack))}
    scatter: Panel = {
        "kind": "curve", "title": "The two layers against w1@w2", "xLabel": "output of w1@w2 alone", "yLabel": "of both layers",
        "series": [{"x": "same", "y": "same", "label": "equal", "color": "data", "lane": "B", "faint": True},
                   {"x": "single", "y": "stack", "label": "a digit", "color": "activations", "symbol": 0}],
    }  # fmt: skip
    series = []
    for i, (name, values) in enumerate(found.differences.items()):
        if i and found.between == "relu":
            break  # far apart in either precision
        arrays[name] = np.where(values > 0, values, np.nan)
        series.append({"x": "digit", "y": name, "label": name, "color": "activations", "symbol": i})
    apart: Panel = {"kind": "curve", "title": "How far apart they are", "xLabel": "validation digit",
                    "yScale": "log", "yDomain": [1e-18, 100], "series": series}  # fmt: skip
    return scatter, apart


def _max_of_zero(found: MaxOfZero, arrays: Arrays) -> Drawn:
    rows_, units = found.res.shape
    arrays |= {
        "digits": (found.images * 255).round().astype(np.uint8).reshape(1, rows_, 28, 28),
        "res": found.res[None, None, :, :COLUMNS], "relu": found.relu[None, None, :, :COLUMNS],
        "values": found.values[None, None, None, :COLUMNS], "active": np.arange(len(CODE)),
    }  # fmt: skip
    vmax = float(np.abs(found.res).max())
    cells: Panel = {
        "kind": "pixels",
        "signed": True,
        "vmax": vmax,
        "text": 2,
        "stretch": True,
        "axes": ["digit", "unit"],
        "cell": [34, 16],
    }
    digits: Panel = {
        "kind": "pixels",
        "title": f"xb: {rows_} digits",
        "array": "digits",
        "vmax": 255,
        "narrowHeight": 84,
    }
    shapes = [
        f"({rows_}, 784) → ({rows_}, {units})",
        f"({rows_}, {units})",
        f"({len(found.outputs)}, 1)",
        f"values ({units},), indices ({units},)",
        "",
        f"({len(found.of_values)},)",
    ]
    said = [
        [f"{int((found.res < 0).sum())} of {found.res.size} numbers are negative"],
        ["negatives replaced by 0, all others kept"],
        ["one prediction for each digit: " + ", ".join(f"{v:.2f}" for v in found.outputs).replace("-", "−")],
        [f"{found.kind}: the largest of each column, over the digits"],
        [found.error],
        [f"one number for all {rows_} digits: " + ", ".join(f"{v:.2f}" for v in found.of_values).replace("-", "−")],
    ]
    code: list[dict] = [
        {"name": name, "code": line, "shapes": shape, "formula": formula}
        for (name, line), shape, formula in zip(CODE, shapes, said, strict=True)
    ]
    first = f"the first {COLUMNS} of {units} columns"
    rows = (
        Row(124, (digits, {**cells, "title": f"res, {first}", "array": "res", "weight": 2})),
        Row(124, ({**cells, "title": "res.max(tensor(0.0))", "array": "relu"},
                  {**cells, "title": "res.max(0).values: each column's largest", "array": "values", "axes": ["", "unit"], "stretch": False})),
        Row(236, ({"kind": "steps", "active": "active", "steps": code, "narrowHeight": "auto"},)),
    )  # fmt: skip
    return rows, [f"line {i + 1}: {line}" for i, (_, line) in enumerate(CODE)]


def _boundary(found: Boundary, arrays: Arrays) -> Drawn:
    arrays |= {
        "field": (np.nan_to_num(found.field) * 127).round().astype(np.int8),
        "px": found.points[:, 0], "py": found.points[:, 1], "class": found.classes.astype(np.uint8),
        "bends": found.bends, "kept": found.kept, "loss": found.losses, "accuracy": found.accuracy,
        "fresh": found.fresh, "dead": found.dead,
    }  # fmt: skip
    span = [-REACH, REACH]
    heat: Panel = {
        "kind": "heat", "title": "What the net says of every place (line: undecided)", "z": "field", "vmax": 254, "unit": 1 / 127,
        "xDomain": span, "yDomain": span, "level": True, "tell": "p(1) − p(0) =", "weight": 5,
        "points": {"x": "px", "y": "py", "group": "class", "labels": ["class 0", "class 1"]},
    }  # fmt: skip
    if found.plan.activation != "identity":
        heat["segments"] = "bends"
    accuracy: Panel = {
        "kind": "curve", "title": "Accuracy", "xLabel": "steps taken", "at": "kept", "yDomain": [0, 1.02], "weight": 4, "narrowHeight": 200,
        "series": [{"x": "kept", "y": "accuracy", "label": "these points", "color": "metric"},
                   {"x": "kept", "y": "fresh", "label": "new points", "color": "metric", "lane": "B"}],
    }  # fmt: skip
    loss: Panel = {
        "kind": "curve", "title": "Loss", "xLabel": "steps taken", "at": "kept", "weight": 5,
        "series": [{"x": "kept", "y": "loss", "label": "distance from the target", "color": "loss"}],
    }  # fmt: skip
    rows = (Row(356, (heat, accuracy)), Row(142, (loss, dead_panel(found.plan.hidden, 4))))
    if found.plan.activation != "relu":
        rows = (rows[0], Row(142, (loss,)))
    return rows, steps_taken(found.kept)


def dead_panel(units: int, weight: int) -> Panel:
    """How many units are dead, over the steps."""
    return {
        "kind": "curve", "title": f"Dead units, of {units}", "xLabel": "steps taken", "at": "kept", "yDomain": [0, units],
        "weight": weight, "series": [{"x": "kept", "y": "dead", "label": "dead", "color": "data", "step": True}],
    }  # fmt: skip


def _which(found: Which, arrays: Arrays) -> Drawn:
    kept = found.trained[0].kept
    arrays["kept"] = kept
    arrays["ends"] = np.stack([each.middle for each in found.trained], 1)
    keys, last = [each.key for each in found.trained], arrays["ends"][-1]
    chosen = keys.index(found.chosen) if found.chosen in keys else 0
    bars: Panel = {
        "kind": "bars", "labels": [NAMES[key] for key in keys], "heights": "ends", "color": "loss", "digits": 2,
        "title": f"Loss, the median of {len(found.plan.seeds)} starts", "highlight": chosen,
        "yDomain": [0, 1.16 * float(last[np.isfinite(last)].max(initial=1e-3))],
    }  # fmt: skip
    series = []
    for i, each in enumerate(found.trained):
        arrays[f"loss {each.key}"] = each.middle
        main = i == chosen
        series.append(
            {
                "x": "kept",
                "y": f"loss {each.key}",
                "label": NAMES[each.key] if main else "",
                "color": "loss",
                "faint": not main,
            }
        )
    series.append(series.pop(chosen))
    losses: Panel = {"kind": "curve", "title": "Loss, step by step (thin: the others)", "xLabel": "steps taken", "at": "kept",
                     "yScale": "log", "series": series}  # fmt: skip
    if found.task == SINE:
        return (Row(188, (bars,)), Row(264, (_fits(found, chosen, arrays), losses))), steps_taken(kept)
    arrays["accuracies"] = np.stack([each.accuracy.mean(1) for each in found.trained], 1)
    accuracy: Panel = {
        **bars, "title": "Accuracy on 200 validation digits, the mean of the starts", "heights": "accuracies",
        "color": "metric", "digits": 3, "yDomain": [0, 1.16],
    }  # fmt: skip
    return (Row(150, (bars,)), Row(150, (accuracy,)), Row(170, (losses,))), steps_taken(kept)


def _fits(found: Which, chosen: int, arrays: Arrays) -> Panel:
    from core.exhibits.relu.hinges import grid, target

    x = grid()
    arrays |= {"x": x[:, 0].numpy(), "y": target("sine", x)[:, 0].numpy(), "fit": found.trained[chosen].outputs}
    return {
        "kind": "lines", "title": f"What it makes of the sine, seed {found.plan.seeds[0]}", "points": ["x", "y"],
        "pointsLabel": "sine", "yDomain": [-1.5, 1.5],
        "lines": [{"x": "x", "y": "fit", "color": "activations", "label": NAMES[found.trained[chosen].key]}],
    }  # fmt: skip
