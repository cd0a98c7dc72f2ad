"""Products on the stage: they fall to where each type ends, while the sums of their logs go on."""

import numpy as np

from core.arrays import Array
from core.exhibits.cross_entropy.products import Products
from core.exhibits.cross_entropy.settings import DTYPES
from core.exhibits.cross_entropy.staging import staged, words_column
from core.stage.panels import Lane, Plot, PlotCurve, Table, TableColumn
from core.stage.scene import Row, Scene

LANES: tuple[Lane, ...] = ("A", "B", "C", "A")
FAINT = "float64"


def scene(result: Products) -> Scene:
    """Its time is the number of factors."""
    rows = Row(320, [_products(result), _sums(result)]), Row(128, [_table(result)])
    return staged(result, rows, [f"N = {n:,}" for n in result.count])


def _products(result: Products) -> Plot:
    """The products on a scale of powers of ten, with a mark where each type ends."""
    powers = np.full(result.products.shape, np.nan)
    np.log10(result.products, out=powers, where=result.products > 0)
    lines = [
        PlotCurve(x=result.count, y=powers[:, i], color="activations", lane=lane, faint=kind == FAINT)
        for i, (kind, lane) in enumerate(zip(DTYPES, LANES, strict=True))
    ]
    end = "last before 0" if any(value == 0 for _, value in result.ends.values()) else "where it sticks"
    return Plot(
        title=f"Product of N × {result.chance:g} (marks: {end})",
        at=result.count,
        x_label="N",
        y_label="power of ten",
        curves=[*lines, *(_end(result, powers, i) for i in range(len(DTYPES)))],
    )


def _end(result: Products, powers: Array, i: int) -> PlotCurve:
    """The last product of a type that is not 0."""
    kind = list(DTYPES)[i]
    n, value = result.ends[kind]
    last = n - 1 if value == 0 else n
    power = powers[[int(np.searchsorted(result.count, last))], i]
    return PlotCurve(x=np.array([last]), y=power, color="activations", symbol=i, label=kind)


def _sums(result: Products) -> Plot:
    curves = [
        PlotCurve(x=result.count, y=result.sums[:, i], color="loss", label=kind, lane=lane, faint=kind == FAINT)
        for i, (kind, lane) in enumerate(zip(DTYPES, LANES, strict=True))
    ]
    return Plot(title="Sum of their logs", at=result.count, x_label="N", curves=curves)


def _table(result: Products) -> Table:
    """Both numbers in each type; a product that is 0, or no longer falls, is marked as broken."""
    ends = np.array([n for n, _ in result.ends.values()])
    gone = (result.products == 0) | (result.count[:, None] > ends)
    return Table(
        head="type",
        names=list(DTYPES),
        columns=[
            words_column("product", result.products, "activations"),
            words_column("sum of logs", result.sums, "loss"),
            words_column("ends at", np.array([value for _, value in result.ends.values()]), "activations"),
            TableColumn(title="N", array=ends, digits=5),
        ],
        marks=np.stack([gone, *[np.zeros_like(gone)] * 3], 2) * 2,
    )
