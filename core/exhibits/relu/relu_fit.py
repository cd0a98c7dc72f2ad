"""A curve made of ReLUs on the stage: every hinge as its own numbered piece, and their sum."""

import numpy as np

from core.exhibits.relu.hinges import MOST, ROUNDING, Learned, Placed
from core.stage.scene import Panel, Row
from core.words import format_number

Arrays = dict[str, np.ndarray]
Y_DOMAIN = [-1.6, 1.6]
LEAST = 1e-8  # smaller losses are drawn here


def placed(found: Placed, arrays: Arrays) -> tuple[tuple[Row, ...], list[str]]:
    """The exact ReLUs added one by one, from left to right; beside the sum, the loss of every number of them."""
    n = found.hinges
    w1, b1, w2, b2 = (p.numpy() for p in found.parameters)
    shown = np.arange(n)[None, :] < np.arange(n + 1)[:, None]  # (n + 1, n): the first k at frame k
    arrays |= {
        "x": found.x, "y": found.y, "sum": found.sums, "piece x": found.lines[0],
        "hinge x": np.where(shown, found.lines[0][..., 1], np.nan), "hinge y": np.zeros((1, n)), "piece y": np.where(shown[..., None], found.lines[1], np.nan), "w1": w1, "b1": b1[None], "w2": w2.T,
        "newest": np.maximum(np.arange(n + 1) - 1, 0), "counts": np.arange(1, MOST + 1),
        "by count": np.maximum(found.by_count, LEAST),
    }  # fmt: skip
    count: Panel = {
        "kind": "curve", "title": "Loss of 1 to 64 ReLUs", "xLabel": "ReLUs", "yLabel": "loss", "yScale": "log", "weight": 2,
        "series": [{"x": "counts", "y": "by count", "color": "loss"}], "marks": [{"x": n, "label": f"{n}"}],
    }  # fmt: skip
    formulas: list[dict] = [
        {"name": f"ReLU {i + 1}", "formula": [
            {"value": "w2", "at": i, "color": "parameters"}, " · relu(x" + (f" {'+' if b > 0 else '−'} {abs(b):.3g})" if b else ")"),
        ]} for i, b in enumerate(b1.tolist())
    ]  # fmt: skip
    start = f"{round(float(b2[0]), 12) + 0:.3g}".replace("-", "−")
    listed: Panel = {
        "kind": "steps",
        "title": f"The sum: {start} +",
        "active": "newest",
        "steps": formulas,
        "weight": 2,
    }
    rows = (Row(226, (_sum("The ReLUs so far"), count)), Row(246, (_pieces(arrays["piece y"]), listed)))
    labels = ["none yet"] + [f"{k} of {n} ReLUs" for k in range(1, n + 1)]
    return rows, labels


def learned(found: Learned, arrays: Arrays) -> tuple[tuple[Row, ...], list[str]]:
    """The first run as it learns, against what exists; beside it, where the other starts end."""
    until, plan, above_0 = found.lasting, found.plan, found.exists > ROUNDING
    kept, dead = found.kept[:until], found.dead[:until]
    w1, b1, w2, _ = (p[:until].numpy() for p in found.parameters)
    piece_x, piece_y = (values[:until] for values in found.lines)
    seeds = np.array(plan.seeds)
    arrays |= {
        "x": found.x, "y": found.y, "sum": found.outputs[:until], "piece x": piece_x, "piece y": piece_y,
        "hinge x": hinges(w1, b1), "hinge y": np.zeros((1, plan.hidden)), "dim": dead.astype(np.uint8),
        "w1": w1[:, 0], "b1": b1[:, 0], "w2": w2[:, :, 0], "kept": kept, "loss": found.losses[:until, 0],
        "seeds": seeds, "seed losses": found.losses[-1],
        "ends": kept[[0, -1]], "seed ends": seeds[[0, -1]], "exists": np.full(2, found.exists),
    }  # fmt: skip
    finite = found.losses[np.isfinite(found.losses)]
    least = min(float(finite.min()), found.exists if above_0 else np.inf)
    domain = [max(LEAST, least / 2), float(finite.max()) * 2]
    line: Panel = {"y": "exists", "color": "loss", "lane": "B"}
    own: list[Panel] = [{"x": "kept", "y": "loss", "label": "SGD", "color": "loss"}]
    others: list[Panel] = [{"x": "seeds", "y": "seed losses", "label": "SGD", "color": "loss", "symbol": 0}]
    if above_0:
        own.append({**line, "x": "ends", "label": "placed"})
        others.append({**line, "x": "seed ends", "label": f"placed: {format_number(found.exists)}"})
    common: Panel = {"kind": "curve", "yScale": "log", "yDomain": domain, "weight": 2}
    loss: Panel = {**common, "title": "Loss", "xLabel": "steps taken", "at": "kept", "series": own}
    title = f"Where {len(seeds)} starts end" + ("" if above_0 else " (placed: 0)")
    ends: Panel = {**common, "title": title, "xLabel": "seed", "xDomain": [int(seeds[0]) - 0.5, int(seeds[-1]) + 0.5],
                   "series": others}  # fmt: skip
    rows = (Row(226, (_sum(f"SGD, seed {seeds[0]}"), loss)), Row(246, (_pieces(piece_y, dim="dim"), ends)))
    names = [f", {d} dead" if d else "" for d in dead.sum(1).tolist()]
    return rows, [f"step {step:,} of {plan.steps:,}{n}" for step, n in zip(kept.tolist(), names, strict=True)]


def hinges(w1: np.ndarray, b1: np.ndarray) -> np.ndarray:
    """Where each unit bends, (F, h), from weights (F, 1, h) and biases (F, 1, h); NaN where that is out of sight."""
    with np.errstate(all="ignore"):
        at = -b1[:, 0] / w1[:, 0]
    return np.where(np.abs(at) <= 1, at, np.nan)


def _sum(title: str) -> Panel:
    return {
        "kind": "lines", "title": title, "points": ["x", "y"], "pointsLabel": "the curve to make", "xDomain": [-1.06, 1.06],
        "yDomain": Y_DOMAIN, "weight": 3,
        "lines": [{"x": "x", "y": "sum", "color": "activations", "label": "sum of the ReLUs"}],
    }  # fmt: skip


def _pieces(values: np.ndarray, **options: str) -> Panel:
    """Every unit's own line, with its number at the hinge; the axis fits the last frame, or the first of a run that diverged."""
    last = values[-1] if np.isfinite(values[-1]).all() else values[0]
    high = float(np.abs(last).max(initial=0.1)) * 1.08
    parameter = [{"value": name, "color": "parameters"} for name in ("w2", "w1", "b1")]
    return {
        "kind": "lines", "title": "Each ReLU by itself: w2·relu(w1·x + b1)", "xLabel": "x", "xDomain": [-1.06, 1.06],
        "yDomain": [min(float(last.min(initial=0.0)) * 1.08, -0.1 * high), max(float(last.max(initial=0.0)) * 1.08, 0.1 * high)], "weight": 3,
        "lines": [{"x": "piece x", "y": "piece y", "color": "activations", "mark": ["hinge x", "hinge y"], "faint": True,
                   "tell": [parameter[0], " · relu(", parameter[1], " · x + ", parameter[2], ")"], **options}],
    }  # fmt: skip
