"""A digit as numbers on the stage: unrolled into a batch, as tensors of rank 0 to 4, compared, and multiplied."""

from typing import Any

import numpy as np

from core.exhibits.digits_as_numbers.digit_tensors import EPOCHS, SIDE, Product, Ranks, Similarity, Trial, Unrolled
from core.exhibits.digits_as_numbers.experiment import Result, Settings, findings
from core.nn.models import PIXELS
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Picture = tuple[tuple[Row, ...], list[str]]
"""Rows of panels, and the words for every frame."""

ROWS = np.arange(SIDE + 1)  # the frames: so many rows of pixels are done
STACK, COLOURED = 12, 6  # pictures shown of the stack, and of the batch in colour


def scene(result: Result) -> Scene:
    """The chosen view. Its time is the rows of pixels done, one after the other, or the rank."""
    place = np.arange(PIXELS)
    arrays: Arrays = {
        "place": place[None],
        "row": place[None] // SIDE,
        "column": place[None] % SIDE,
        "done": SIDE * ROWS,
    }
    found = result.found
    if isinstance(found, Ranks):
        rows, labels = _ranks(found, result.settings.index, arrays)
    elif isinstance(found, Similarity):
        rows, labels = _similarity(found, arrays)
    elif isinstance(found, Product):
        rows, labels = _product(found, result.settings, result.digits, arrays)
    else:
        rows, labels = _unrolled(found, arrays)
    alt = plain_text("A digit as numbers.", [sentence.replace(" * ", " × ") for sentence in findings(result)])
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels}, seconds=max(5.0, 0.24 * len(labels)))


def _value(name: str, color: str | None = None, digits: int = 3, at: int = 0) -> dict[str, Any]:
    """A number that lives, in a formula or at the pointer."""
    return {"value": name, "color": color, "digits": digits, "at": at}


def _picture(arrays: Arrays, name: str, image: np.ndarray, title: str, **options: Any) -> Panel:
    """A 28×28 picture that is linked with the others."""
    arrays[name] = image.reshape(1, 1, SIDE, SIDE)
    return {"kind": "pixels", "title": title, "array": name, "link": 0, **options}


def _boxes(row: np.ndarray | int, column: np.ndarray | int, width: int) -> np.ndarray:
    """Outlines of the row of pixels done last, for every frame; none before the first."""
    return np.stack(np.broadcast_arrays(0, row, column, ROWS > 0, width), 1)


def _unrolled(found: Unrolled, arrays: Arrays) -> Picture:
    n, last = len(found.batch), np.maximum(ROWS - 1, 0)
    arrays |= {
        "x": found.batch[-1].reshape(1, 1, 1, PIXELS),
        "batch": (found.batch * 255).round().astype(np.uint8).reshape(1, 1, n, PIXELS),
        "filled": PIXELS * (n - 1) + arrays["done"],
        "box": _boxes(last, 0, SIDE), "row box": _boxes(0, SIDE * last, SIDE), "batch box": _boxes(n - 1, SIDE * last, SIDE),
    }  # fmt: skip
    number = [_value("stored"), " / 255 = ", _value("x"), " = x[", _value("place"), "]"]
    picture = _picture(
        arrays, "stored", found.stored, "The picture", vmax=255, box="box", weight=3, axes=["row", "column"], hover=[]
    )
    numbers: Panel = {
        **picture, "title": "Its 28 × 28 numbers", "text": 3, "stretch": True, "cell": [17, 11], "hover": number,
        "weight": 8, "narrowHeight": 350,
    }  # fmt: skip
    row: Panel = {
        "kind": "pixels", "title": "Row after row, divided by 255: x, one row of 784", "array": "x", "stretch": True,
        "upTo": "done", "box": "row box", "link": 0, "axes": ["", ""], "narrowHeight": 36,
        "hover": ["x[", _value("place"), "] = ", _value("x"), ": row ", _value("row"), ", column ", _value("column")],
    }  # fmt: skip
    batch: Panel = {
        "kind": "pixels", "title": f"x is the last row of a batch ({n}, 784)", "array": "batch", "vmax": 255, "unit": 1 / 255,
        "stretch": True, "upTo": "filled", "box": "batch box", "link": PIXELS * (n - 1), "axes": ["image", "pixel"],
        "narrowHeight": 110,
    }  # fmt: skip
    labels = ["before the first row", *(f"row {r - 1}: {SIDE * r} of 784 numbers" for r in ROWS[1:])]
    return (Row(328, (picture, numbers)), Row(36, (row,)), Row(96, (batch,))), labels


def _ranks(found: Ranks, index: int, arrays: Arrays) -> Picture:
    row, column = found.pixel
    stack, colour = found.tensors[3][2], found.tensors[4][2]
    start = min(index, len(stack) - STACK)
    first = start if start + COLOURED <= len(colour) else 0
    channels = colour[first : first + COLOURED].transpose(0, 1)  # one below the other
    shown = (*(tensor for _, _, tensor in found.tensors[:3]), stack[start : start + STACK], channels)
    part = (
        (index - start, 0, 0, SIDE, SIDE),
        (index - first, 0, 0, SIDE, SIDE) if index - first < COLOURED else (0,) * 5,
    )
    outlines = ((0,) * 5, (0, 0, column, 1, 1), (0, row, 0, 1, SIDE), *part)  # where the rank before stands in this one
    titles = (
        "Rank 0",
        "Rank 1",
        "Rank 2",
        f"Rank 3: {STACK} of {len(stack):,}",
        f"Rank 4: {COLOURED} of {len(colour)}, red, green and blue",
    )
    layout: tuple[dict[str, Any], ...] = (
        {"weight": 2, "text": 2, "cell": [26, 22], "narrowHeight": 46},
        {"weight": 25, "text": 2, "cell": [22, 22], "stretch": True, "narrowHeight": 52},
        {"weight": 4, "narrowHeight": 200},
        {"weight": 6, "columns": 4, "narrowHeight": 250},
        {"weight": 8, "columns": COLOURED, "narrowHeight": 200},
    )
    panels, steps = [], []
    for rank, (name, code, tensor) in enumerate(found.tensors):
        image = shown[rank].numpy()
        size = image.shape[-2:] if image.ndim > 1 else (1, image.size)
        arrays[f"rank {rank}"] = image.reshape(1, -1, *size)
        arrays[f"up to {rank}"] = np.where(np.arange(5) >= rank, image.size, 0)
        arrays[f"box {rank}"] = np.where(np.arange(5)[:, None] >= rank, [outlines[rank]], 0)
        panels.append({
            "kind": "pixels", "title": titles[rank], "array": f"rank {rank}", "upTo": f"up to {rank}", "box": f"box {rank}",
            **layout[rank],
        })  # fmt: skip
        words = f"{name}: {tensor.numel():,} numbers" if rank else f"{name}: the number {tensor.item():.3g}"
        steps.append({"name": f"rank {rank}", "code": code, "shapes": f"{tuple(tensor.shape)}, ndim {tensor.ndim}",
                      "formula": [words]})  # fmt: skip
    arrays["at"] = np.arange(5)
    labels = [f"rank {tensor.ndim}: {name}, {tuple(tensor.shape)}" for name, _, tensor in found.tensors]
    return (Row(44, tuple(panels[:2])), Row(168, tuple(panels[2:])), Row(204, (_steps(steps, "at"),))), labels


def _steps(steps: list[dict[str, Any]], active: str) -> Panel:
    return {"kind": "steps", "active": active, "steps": steps, "narrowHeight": "auto"}


def _similarity(found: Similarity, arrays: Arrays) -> Picture:
    differences = np.abs(found.image - found.means)
    shares = 100 * differences / differences.sum(1, keepdims=True)
    own = _picture(arrays, "x", found.image, "The digit", hover=[_value("x")])
    averages, apart = [], []
    for digit, mean, difference, share in zip((3, 7), found.means, differences, shares, strict=True):
        arrays[f"share {digit}"] = share[None]
        averages.append(
            _picture(arrays, f"mean {digit}", mean, f"Average {digit}", axes=["", ""], hover=[_value(f"mean {digit}")])
        )
        hover = [_value(f"apart {digit}"), ", ", _value(f"share {digit}", digits=2), "% of L1"]
        apart.append(
            _picture(
                arrays,
                f"apart {digit}",
                difference,
                f"|digit − average {digit}|",
                upTo="done",
                axes=["", ""],
                hover=hover,
            )
        )
    arrays["distances"] = found.running
    bars: Panel = {
        "kind": "bars", "title": "Distance, adding up row by row", "labels": ["L1: 3", "L1: 7", "RMSE: 3", "RMSE: 7"],
        "heights": "distances", "color": "activations", "digits": 3, "yDomain": [0, 1.2 * float(found.running.max())], "weight": 4,
    }  # fmt: skip
    labels = [
        "before the first row",
        *(f"rows 0 to {r - 1}: L1 {a:.4f} to 3, {b:.4f} to 7" for r, (a, b, *_) in enumerate(found.running[1:], 1)),
    ]
    return (Row(152, (own, *averages, *apart)), Row(284, (bars, _scatter(found, arrays)))), labels


def _scatter(found: Similarity, arrays: Arrays) -> Panel:
    """Every validation digit by its two distances; what lies above the diagonal is nearer to the average three."""
    to_three, to_seven = found.distances[:, 0], found.distances[:, 1]
    right = (to_three < to_seven) == found.threes
    kinds = {"a 3": (found.threes & right, "data", 0), "a 7": (~found.threes & right, "data", 1),
             "a 3 taken for a 7": (found.threes & ~right, "loss", 0), "a 7 taken for a 3": (~found.threes & ~right, "loss", 1)}  # fmt: skip
    kinds["this digit"] = (np.arange(len(right)) == found.own, "activations", 3)
    series = []
    for label, (chosen, color, symbol) in kinds.items():
        if chosen.any():
            arrays[f"{label} x"], arrays[f"{label} y"] = to_three[chosen], to_seven[chosen]
            series.append({"x": f"{label} x", "y": f"{label} y", "label": label, "color": color, "symbol": symbol})
    low, high = float(found.distances[:, :2].min()), float(found.distances[:, :2].max())
    arrays["diagonal"] = np.array([low, high])
    series.insert(
        0, {"x": "diagonal", "y": "diagonal", "label": "equally far", "color": "data", "lane": "B", "faint": True}
    )
    return {"kind": "curve", "title": "Every validation digit by its L1 distances", "xLabel": "to the average 3",
            "yLabel": "to the average 7", "series": series, "weight": 6}  # fmt: skip


def _product(found: Product, settings: Settings, digits: str, arrays: Arrays) -> Picture:
    star = settings.operator == "*"
    trials = found.trials[1:] if star else found.trials
    steps = _star_steps(settings, digits) if star else _sum_steps(found, settings, digits, arrays)
    steps += map(_trial, trials)
    active = [0] + [1] * SIDE + list(range(2, len(steps)))
    frames = np.arange(len(active))
    total = found.running[-2]
    percent = 100 * found.products / total if total else 0 * found.products
    arrays |= {
        "active": np.array(active), "done": SIDE * np.minimum(frames, SIDE),
        "box": np.concatenate([_boxes(np.maximum(ROWS - 1, 0), 0, SIDE), np.zeros((len(frames) - SIDE - 1, 5), int)]),
        "share": percent[None], "rows": np.minimum(frames, SIDE + (not star)), "running": found.running[:, None],
        "products so far": SIDE * np.minimum(np.arange(len(found.running)), SIDE)[:, None],
        "sum so far": found.running[np.minimum(np.arange(len(found.running)), SIDE)][:, None], "outputs": found.outputs[None],
    }  # fmt: skip
    x = _picture(arrays, "x", found.image, "x: the digit", box="box", hover=["x ", _value("x")], weight=3)
    w = _picture(arrays, "w", found.weights, "w: the weights", box="box", axes=["", ""], signed=True,
                 vmax=float(np.abs(found.weights).max()), hover=["· w ", _value("w", "parameters")], weight=3)  # fmt: skip
    xw = _picture(arrays, "xw", found.products, "x · w", upTo="done", axes=["", ""], signed=True,
                  vmax=float(np.abs(found.products).max()) or 1.0, weight=3,
                  hover=["= ", _value("xw", "activations"), ", ", _value("share", digits=2), "% of the sum"])  # fmt: skip
    last = _starred(found, arrays) if star else _running(arrays)
    labels = ["before the first row", *(f"row {r - 1}: {SIDE * r} of 784 products" for r in ROWS[1:])]
    labels += [] if star else ["and the bias"]
    labels += [f"{trial.code}: {'error' if trial.shape is None else trial.shape}" for trial in trials]
    return (
        Row(186, (x, w, xw, {**last, "weight": 6})),
        Row(204 if star else 282, ({**_steps(steps, "active"), "rows": "rows"},)),
    ), labels


def _running(arrays: Arrays) -> Panel:
    """The sum of the products, row after row, and at last the bias."""
    arrays["steps"], arrays["zero"] = np.arange(SIDE + 2), np.zeros(SIDE + 2)
    return {
        "kind": "curve", "title": "Their sum, row after row", "xLabel": "rows added, then the bias", "at": "rows",
        "marks": [{"x": SIDE, "label": ""}],
        "series": [{"x": "steps", "y": "zero", "label": "", "color": "data", "lane": "B", "faint": True},
                   {"x": "steps", "y": "running", "label": "sum", "color": "activations", "step": True}],
    }  # fmt: skip


def _starred(found: Product, arrays: Arrays) -> Panel:
    """What `xb * weights.T + bias` leaves: as many numbers as went in."""
    products = found.batch * found.weights + found.bias
    n, most = len(products), float(np.abs(products).max()) or 1.0
    arrays["starred"] = (products / most * 127).round().astype(np.int8).reshape(1, 1, n, PIXELS)
    arrays["filled"] = PIXELS * (n - 1) + arrays["done"]
    return {"kind": "pixels", "title": f"What * leaves: {n} × 784 numbers", "array": "starred", "signed": True, "vmax": 127,
            "unit": most / 127, "stretch": True, "upTo": "filled", "axes": ["image", "pixel"], "link": PIXELS * (n - 1)}  # fmt: skip


def _sum_steps(found: Product, settings: Settings, digits: str, arrays: Arrays) -> list[dict[str, Any]]:
    arrays["parts"] = np.array([[found.running[-2], found.bias, found.logit]])
    side = "above 0: a 3" if found.logit > 0 else "not above 0: a 7" if found.logit < 0 else "exactly 0: neither"
    bias = (
        ["left out"]
        if not settings.bias
        else [
            _value("parts", "activations", 4),
            " + ",
            _value("parts", "parameters", 3, 1),
            " = ",
            _value("parts", "activations", 4, 2),
        ]
    )
    return [
        _init(settings, digits),
        {"name": "x @ w", "code": "(x * weights[:, 0]).sum()", "shapes": "(784,) * (784,) → (784,) → ()",
         "formula": [_value("products so far"), " products add up to ", _value("sum so far", "activations", 4)]},
        {"name": "+ bias", "code": "… + bias", "shapes": "() + (1,) → (1,)", "formula": [*bias, f", {side}"]},
    ]  # fmt: skip


def _init(settings: Settings, digits: str) -> dict[str, Any]:
    random = settings.weights == "random"
    code = (
        f'init_params("linear", "randn", {settings.seed})'
        if random
        else f'parameters_of("trained", "{digits}", {settings.seed})'
    )
    words = "random" if random else f"trained for {EPOCHS} epochs"
    return {"name": "init", "code": f"weights, bias = {code}", "shapes": "(784, 1) and (1,)",
            "formula": [f"784 weights and 1 bias, {words}"]}  # fmt: skip


def _star_steps(settings: Settings, digits: str) -> list[dict[str, Any]]:
    return [
        _init(settings, digits),
        {"name": "x * w", "code": "x * weights[:, 0]", "shapes": "(784,) * (784,) → (784,)",
         "formula": [_value("products so far"), " products, and no sum"]},
    ]  # fmt: skip


def _trial(trial: Trial) -> dict[str, Any]:
    """A line of code that was run, and what came of it."""
    name = "batch" if "@" in trial.code else "*"
    given: list[Any] = [{"text": f"RuntimeError: {trial.error}", "color": "loss"}]
    if trial.shape is not None:
        given = [f"{trial.shape}: {int(np.prod(trial.shape)):,} numbers, no sum"]
    if "@" in trial.code and trial.shape:
        given = [f"{trial.shape}: one sum an image, the last ", _value("outputs", "activations", 4, trial.shape[0] - 1)]
    return {"name": name, "code": trial.code, "shapes": trial.operands, "formula": given}
