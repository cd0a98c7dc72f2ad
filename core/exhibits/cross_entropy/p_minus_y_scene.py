"""p − y on the stage: one row's classes in a table, and the gradient while the activation of its target is dragged."""

import numpy as np

from core.arrays import Array
from core.exhibits.cross_entropy.p_minus_y import RowGradient
from core.exhibits.cross_entropy.staging import cell_number, one_column, staged
from core.stage.panels import CellNumber, Domain, Mark, Moving, Plot, PlotCurve, Quantity, Table, TableColumn, TableFoot
from core.stage.scene import Row, Scene


def scene(result: RowGradient) -> Scene:
    """Its time is the activation of the target."""
    labels = [f"activation = {x:.1f}".replace("-", "−") for x in result.moving]
    rows = Row(262, [_gradient(result), _loss(result)]), Row(84 + 23 * len(result.one_hot), [_table(result)])
    return staged(result, rows, labels)


def _gradient(result: RowGradient) -> Plot:
    t, slopes = result.target, result.autograd
    label = f"class {t}, the target"
    curves = [PlotCurve(x=result.moving, y=slopes[:, t], color="gradient", label=label, value=slopes[:, t])]
    curves += [
        PlotCurve(x=result.moving, y=slopes[:, c], color="gradient", lane="B", label=f"class {c}")
        for c in range(len(result.one_hot))
        if c != t
    ]
    title = "The row's gradient, class by class"
    return _plot(result, title, curves, slopes[:, t], "gradient", y_domain=(-1.08, 1.08))


def _loss(result: RowGradient) -> Plot:
    losses = result.losses
    curve = PlotCurve(x=result.moving, y=losses, color="loss", label="−log p", value=losses)
    return _plot(result, "Its loss", [curve], losses, "loss")


def _plot(
    result: RowGradient,
    title: str,
    curves: list[PlotCurve],
    point: Array,
    color: Quantity,
    y_domain: Domain | None = None,
) -> Plot:
    """Curves over the target's activation, with one point (F,) that moves."""
    return Plot(
        title=title,
        at=result.moving,
        x_domain=(-8, 8),
        x_label=f"activation of class {result.target}, the target",
        y_domain=y_domain,
        curves=curves,
        moving=[Moving(x=one_column(result.moving), y=one_column(point), color=color, dots=True)],
        marks=[Mark(x=float(result.moving[result.drawn]), label="as drawn")],
    )


def _table(result: RowGradient) -> Table:
    p, y, formula, autograd = result.probabilities, result.one_hot, result.formula, result.autograd
    difference: list[str | CellNumber] = [
        "p − y = ",
        cell_number(p, "activations"),
        " − ",
        CellNumber(value=y, digits=1),
        " = ",
        cell_number(formula, "gradient"),
    ]
    return Table(
        head="class",
        names=[f"{c}, the target" if c == result.target else str(c) for c in range(len(y))],
        columns=[
            TableColumn(title="activation", array=result.activations, decimals=4, color="activations"),
            TableColumn(title="p", array=p, decimals=4, color="activations", of=[0]),
            TableColumn(title="y", array=y, color="data"),
            TableColumn(title="p − y", array=formula, decimals=4, color="gradient", of=[1, 2], tell=difference),
            TableColumn(
                title="backward()",
                array=autograd,
                decimals=4,
                color="gradient",
                foot=autograd.sum(1, keepdims=True),
            ),
            TableColumn(title="difference", array=np.abs(autograd - formula), digits=3, of=[3, 4]),
        ],
        foot=TableFoot(name="sum"),
    )
