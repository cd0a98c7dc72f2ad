"""Cross-entropy step by step on the stage: a table that fills cell by cell, and the code of the step that is done."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.exhibits.cross_entropy.settings import ROWS
from core.exhibits.cross_entropy.staging import cell_number, staged
from core.exhibits.cross_entropy.step_by_step import Picked
from core.stage.panels import CellNumber, LivingNumber, Step, Steps, Table, TableColumn, TableFoot, Words
from core.stage.scene import Row, Scene

CALLS = {
    "log_softmax, nll_loss": "F.nll_loss(F.log_softmax(acts, 1), targ)",
    "cross_entropy": "F.cross_entropy(acts, targ)",
    "nll_loss on softmax": "F.nll_loss(p, targ)",
}
"""How torch's own functions are called, by their names in the result."""


def scene(result: Picked) -> Scene:
    """Its time is the cells, in the order in which they are computed."""
    cells = [f"{name}, row {r + 1}" for name in _starts(result) for r in range(ROWS)]
    rows = Row(208, [_table(result)]), Row(262, [_steps(result)])
    return staged(result, rows, ["activations", *cells, "the mean"])


def _starts(result: Picked) -> dict[str, int]:
    """The frame of each step's first cell; frame 0 shows the activations."""
    names = ["softmax", "index", *(["log"] if result.log else []), *(["sign"] if result.sign else [])]
    return {name: 1 + i * ROWS for i, name in enumerate(names)}


def _table(result: Picked) -> Table:
    """The probabilities come behind the target, so that an index reads from left to right."""
    columns = [*_given(result), *_probabilities(result), _picked(result), *_log_and_sign(result)]
    columns[-1] = replace(columns[-1], foot=np.array([result.loss]))
    return Table(
        head="row",
        names=[str(i + 1) for i in range(ROWS)],
        columns=columns,
        foot=TableFoot(name="mean", from_=1 + ROWS * len(_starts(result))),
        narrow_height=220,
    )


def _decimals(result: Picked) -> int:
    """Decimals for which there is room."""
    return 4 if result.activations.shape[1] < 5 else 2


def _given(result: Picked) -> Iterator[TableColumn]:
    for c, activations in enumerate(result.activations.T):
        yield TableColumn(title=f"act {c}", array=activations, decimals=_decimals(result), color="activations")
    yield TableColumn(title="target", array=result.targets, color="data")


def _probabilities(result: Picked) -> Iterator[TableColumn]:
    classes = result.activations.shape[1]
    for c in range(classes):
        activations, p = result.activations[:, c], result.probabilities[:, c]
        yield TableColumn(
            title=f"p {c}",
            array=p,
            decimals=_decimals(result),
            color="activations",
            from_=_starts(result)["softmax"],
            each=True,
            of=list(range(classes)),
            tell=[
                "e^",
                cell_number(activations, "activations"),
                f" ÷ the sum of all {classes} = ",
                cell_number(p, "activations"),
            ],
        )


def _picked(result: Picked) -> TableColumn:
    return TableColumn(
        title="picked",
        array=result.picked,
        decimals=4,
        color="activations",
        from_=_starts(result)["index"],
        each=True,
        of=1 + result.activations.shape[1] + result.targets,
        tell=[
            "p of class ",
            CellNumber(value=result.targets, digits=1),
            " is ",
            cell_number(result.picked, "activations"),
        ],
    )


def _log_and_sign(result: Picked) -> Iterator[TableColumn]:
    """The columns of both steps, without those that are left out."""
    starts = _starts(result)
    before, number = 1 + 2 * result.activations.shape[1], cell_number(result.picked, "activations")
    if result.log:
        log = cell_number(result.logs, "loss")
        yield TableColumn(
            title="log",
            array=result.logs,
            decimals=4,
            color="loss",
            from_=starts["log"],
            each=True,
            of=[before],
            tell=["log ", number, " = ", log],
        )
        before, number = before + 1, log
    if result.sign:
        yield TableColumn(
            title="loss",
            array=result.losses,
            decimals=4,
            color="loss",
            from_=starts["sign"],
            each=True,
            of=[before],
            tell=["−(", number, ") = ", cell_number(result.losses, "loss")],
        )


def _steps(result: Picked) -> Steps:
    steps = [*_steps_taken(result), _mean(result)]
    active = np.repeat(np.arange(len(steps)), [1, *[ROWS] * (len(steps) - 2), 1])
    return Steps(active=active, narrow_height="auto", steps=steps)


def _steps_taken(result: Picked) -> Iterator[Step]:
    """Every step before the mean: its name, its code, the library's function that it is a part of, and words."""
    log_softmax = "in log_softmax" if result.log and result.sign else ""
    nll_loss = "in nll_loss" if result.sign else ""
    where = "the same as torch.where(targ == 0, p[:, 0], p[:, 1])"
    if wrong := result.wrongly_picked:
        where = f"torch.where knows only two columns: wrong in {wrong} of {ROWS} rows"
    yield Step(name="start", code=f"acts = torch.randn(({ROWS}, {result.activations.shape[1]})) * 2")
    yield Step(name="softmax", code="p = acts.softmax(1)", formula=["each row adds up to 1"], shapes=log_softmax)
    yield Step(name="index", code="pn = p[range(6), targ]", formula=[where], shapes=nll_loss)
    if result.log:
        yield Step(name="log", code="pl = pn.log()", formula=["never above 0"], shapes=log_softmax)
    if result.sign:
        bounds = "never below 0, and 0 for p = 1" if result.log else "between −1 and 0"
        yield Step(name="sign", code=f"loss = -{_last_taken(result)}", formula=[bounds], shapes=nll_loss)


def _last_taken(result: Picked) -> str:
    """The variable before the sign is turned."""
    return "pl" if result.log else "pn"


def _mean(result: Picked) -> Step:
    """The mean, and what torch's own functions make of the same numbers."""
    formula: list[str | LivingNumber | Words] = [LivingNumber(value=np.array([result.loss]), color="loss", digits=5)]
    names = list(CALLS) if result.sign else []
    library = np.array([[result.library[name] for name in CALLS]])
    for at, name in enumerate(names):
        if result.log == (name != "nll_loss on softmax"):
            formula += [f"; {CALLS[name]}: ", LivingNumber(value=library, color="loss", digits=5, at=at)]
    code = f"{'loss' if result.sign else _last_taken(result)}.mean()"
    return Step(name="mean", code=code, formula=formula, shapes="in nll_loss" if result.sign else "")
