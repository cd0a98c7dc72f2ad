"""The book's table on the stage: it fills cell by cell, above the code of the step that is done."""

import numpy as np

from core.arrays import Array
from core.exhibits.softmax.staging import living, staged
from core.exhibits.softmax.table import BookTable
from core.stage.panels import LivingNumber, Step, Steps, Table, TableColumn
from core.stage.scene import Row, Scene

PHASES = ("exponents", "their sum", "probabilities", "their sum", "sigmoid")


def scene(result: BookTable) -> Scene:
    """Its time is the table's cells, in the order in which they are computed."""
    labels = [f"{phase}, row {i}" for phase in PHASES for i in range(len(result.sums))]
    return staged(result, (Row(178, [_table(result)]), Row(246, [_steps(result)])), ["activations", *labels])


def _table(result: BookTable) -> Table:
    (a3, a7), (e3, e7), (p3, p7) = result.activations.T, result.exponents.T, result.probabilities.T
    return Table(
        title="Six activations for 3 and for 7, step by step",
        head="row",
        names=[str(i) for i in range(len(result.sums))],
        columns=[
            _column("act 3", a3, "a", 0),
            _column("act 7", a7, "a", 0),
            _column("exp 3", e3, "a.exp()", 1, (0,)),
            _column("exp 7", e7, "a.exp()", 1, (1,)),
            _column("sum", result.sums, "e.sum(1)", 2, (2, 3)),
            _column("prob 3", p3, "e / sum", 3, (2, 4)),
            _column("prob 7", p7, "e / sum", 3, (3, 4)),
            _column("sum", result.totals, "p.sum(1)", 4, (5, 6)),
            _column("sigmoid", result.sigmoid, "of 3 − 7", 5, (0, 1)),
        ],
        narrow_height=196,
    )


def _column(title: str, array: Array, note: str, phase: int, of: tuple[int, ...] = ()) -> TableColumn:
    """A column (items,) that fills cell by cell in its phase, from 1; that of phase 0 is there from the start."""
    return TableColumn(
        title=title,
        note=note,
        array=array,
        decimals=4,
        color=None if title == "sum" else "activations",
        from_=0 if phase == 0 else 1 + (phase - 1) * len(array),
        each=phase > 0,
        of=of,
    )


def _steps(result: BookTable) -> Steps:
    """What is done, with the numbers of the row it is done to."""
    items = len(result.sums)
    return Steps(
        rows=np.array([0, *np.tile(np.arange(items), len(PHASES))]),
        active=np.array([0, *np.repeat(np.arange(1, 1 + len(PHASES)), items)]),
        steps=_lines(result),
        narrow_height="auto",
    )


def _lines(result: BookTable) -> list[Step]:
    """Every step's code and formula."""
    a, e, p = (
        [living(values, k) for k in range(2)] for values in (result.activations, result.exponents, result.probabilities)
    )
    total = living(result.sums)
    drawn = f"torch.random.manual_seed({result.seed}); acts = torch.randn((6,2))*2"
    both: list[str | LivingNumber] = [e[0], " ÷ ", total, " = ", p[0], " and ", e[1], " ÷ ", total, " = ", p[1]]
    check: list[str | LivingNumber] = [p[0], " + ", p[1], " = ", living(result.totals, digits=9)]
    compare: list[str | LivingNumber] = [a[0], " − (", a[1], ") gives ", living(result.sigmoid)]
    return [
        Step(name="acts", code=drawn, formula=[a[0], " and ", a[1]]),
        Step(name="raise", code="exps = acts.exp()", formula=[e[0], " and ", e[1]]),
        Step(name="add", code="sums = exps.sum(dim=1, keepdim=True)", formula=[e[0], " + ", e[1], " = ", total]),
        Step(name="divide", code="probs = exps / sums", formula=both),
        Step(name="check", code="probs.sum(dim=1)", formula=check),
        Step(name="compare", code="(acts[:,0] - acts[:,1]).sigmoid()", formula=compare),
    ]
