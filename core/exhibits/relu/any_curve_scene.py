"""A curve made of ReLUs on the stage: every hinge as its own numbered piece, and their sum."""

import numpy as np

from core.arrays import Array
from core.exhibits.relu.any_curve import ROUNDING, Learned, Placed
from core.exhibits.relu.settings import MOST_HINGES
from core.exhibits.relu.staging import staged
from core.stage.panels import Curve, Line, Lines, LivingNumber, Mark, PointedNumber, Series, Step, Steps
from core.stage.scene import Row, Scene
from core.words import format_number

X_DOMAIN = (-1.06, 1.06)
Y_DOMAIN = (-1.6, 1.6)
LEAST = 1e-8  # smaller losses are drawn here


def placed_scene(result: Placed) -> Scene:
    """The exact ReLUs added one by one, from left to right; beside the sum, the loss of every number of them."""
    n = result.hinges
    x, y = result.lines
    added = np.arange(n)[None, :] < np.arange(n + 1)[:, None]  # (n + 1, n): the first k at frame k
    marks = np.where(added, x[..., 1], np.nan), np.zeros((1, n))
    heights = np.where(added[..., None], y, np.nan)
    total = _sum("The ReLUs so far", result.x, result.y, result.sums)
    w1, b1, w2, _ = (p.numpy() for p in result.parameters)
    pieces = _pieces(x, heights, marks, (w1, b1[None], w2.T))
    labels = ["none yet"] + [f"{k} of {n} ReLUs" for k in range(1, n + 1)]
    return staged(result, (Row(226, (total, _loss_by_count(result))), Row(246, (pieces, _formulas(result)))), labels)


def _loss_by_count(result: Placed) -> Curve:
    counts = np.arange(1, MOST_HINGES + 1)
    return Curve(
        title=f"Loss of 1 to {MOST_HINGES} ReLUs",
        x_label="ReLUs",
        y_label="loss",
        y_scale="log",
        weight=2,
        series=[Series(x=counts, y=np.maximum(result.by_count, LEAST), color="loss")],
        marks=[Mark(x=result.hinges, label=f"{result.hinges}")],
    )


def _formulas(result: Placed) -> Steps:
    """The sum, term by term."""
    n = result.hinges
    _, b1, w2, b2 = (p.numpy() for p in result.parameters)
    steps = [
        Step(
            name=f"ReLU {i + 1}",
            formula=[
                LivingNumber(value=w2.T, at=i, color="parameters"),
                " · relu(x" + (f" {'+' if b > 0 else '−'} {abs(b):.3g})" if b else ")"),
            ],
        )
        for i, b in enumerate(b1.tolist())
    ]
    start = f"{round(float(b2[0]), 12) + 0:.3g}".replace("-", "−")
    newest = np.maximum(np.arange(n + 1) - 1, 0)
    return Steps(title=f"The sum: {start} +", active=newest, steps=steps, weight=2)


def learned_scene(result: Learned) -> Scene:
    """The first run as it learns, against what exists; beside it, where the other starts end."""
    until, plan = result.lasting, result.plan
    kept, dead = result.kept[:until], result.dead[:until]
    w1, b1, w2, _ = (p[:until].numpy() for p in result.parameters)
    x, y = (values[:until] for values in result.lines)
    total = _sum(f"SGD, seed {plan.seeds[0]}", result.x, result.y, result.outputs[:until])
    marks = hinges(w1, b1), np.zeros((1, plan.hidden))
    pieces = _pieces(x, y, marks, (w1[:, 0], b1[:, 0], w2[:, :, 0]), dim=dead.astype(np.uint8))
    rows = (Row(226, (total, _loss(result))), Row(246, (pieces, _where_starts_end(result))))
    names = [f", {d} dead" if d else "" for d in dead.sum(1).tolist()]
    labels = [f"step {step:,} of {plan.steps:,}{n}" for step, n in zip(kept.tolist(), names, strict=True)]
    return staged(result, rows, labels)


def _loss_domain(result: Learned) -> tuple[float, float]:
    finite = result.losses[np.isfinite(result.losses)]
    least = min(float(finite.min()), result.exists if result.exists > ROUNDING else np.inf)
    return max(LEAST, least / 2), float(finite.max()) * 2


def _placed_line(result: Learned, ends: Array, label: str) -> list[Series]:
    """The loss of as many ReLUs placed exactly, where it is above 0: on a logarithmic scale there is no 0."""
    if result.exists <= ROUNDING:
        return []
    return [Series(x=ends, y=np.full(2, result.exists), label=label, color="loss", lane="B")]


def _loss(result: Learned) -> Curve:
    kept = result.kept[: result.lasting]
    own = Series(x=kept, y=result.losses[: result.lasting, 0], label="SGD", color="loss")
    return Curve(
        title="Loss",
        x_label="steps taken",
        at=kept,
        y_scale="log",
        y_domain=_loss_domain(result),
        weight=2,
        series=[own, *_placed_line(result, kept[[0, -1]], "placed")],
    )


def _where_starts_end(result: Learned) -> Curve:
    seeds = np.array(result.plan.seeds)
    starts = Series(x=seeds, y=result.losses[-1], label="SGD", color="loss", symbol=0)
    label = f"placed: {format_number(result.exists)}"
    return Curve(
        title=f"Where {len(seeds)} starts end" + ("" if result.exists > ROUNDING else " (placed: 0)"),
        x_label="seed",
        x_domain=(int(seeds[0]) - 0.5, int(seeds[-1]) + 0.5),
        y_scale="log",
        y_domain=_loss_domain(result),
        weight=2,
        series=[starts, *_placed_line(result, seeds[[0, -1]], label)],
    )


def hinges(w1: Array, b1: Array) -> Array:
    """Where each unit bends, (F, h), from weights (F, 1, h) and biases (F, 1, h); NaN where that is out of sight."""
    with np.errstate(all="ignore"):
        at = -b1[:, 0] / w1[:, 0]
    return np.where(np.abs(at) <= 1, at, np.nan)


def _sum(title: str, x: Array, y: Array, sums: Array) -> Lines:
    """The curve to make (x and y), and what the ReLUs add up to, (frames, points)."""
    return Lines(
        title=title,
        points=(x, y),
        points_label="the curve to make",
        x_domain=X_DOMAIN,
        y_domain=Y_DOMAIN,
        weight=3,
        lines=[Line(x=x, y=sums, color="activations", label="sum of the ReLUs")],
    )


def _pieces(
    x: Array, y: Array, marks: tuple[Array, Array], parameters: tuple[Array, Array, Array], dim: Array | None = None
) -> Lines:
    """Every unit's own line, with its number at the hinge; `parameters` are w1, b1, w2, each (frames or 1, units).

    The axis fits the last frame, or the first of a run that diverged.
    """
    last = y[-1] if np.isfinite(y[-1]).all() else y[0]
    high = float(np.abs(last).max(initial=0.1)) * 1.08
    w1, b1, w2 = (PointedNumber(value=value, color="parameters") for value in parameters)
    return Lines(
        title="Each ReLU by itself: w2·relu(w1·x + b1)",
        x_label="x",
        x_domain=X_DOMAIN,
        y_domain=(
            min(float(last.min(initial=0.0)) * 1.08, -0.1 * high),
            max(float(last.max(initial=0.0)) * 1.08, 0.1 * high),
        ),
        weight=3,
        lines=[
            Line(
                x=x,
                y=y,
                color="activations",
                mark=marks,
                faint=True,
                dim=dim,
                tell=[w2, " · relu(", w1, " · x + ", b1, ")"],
            )
        ],
    )
