"""A result's columns as a table that a chart can draw: what is no number left out, long ones thinned, and both said."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.charts.theme import CHART_ROWS

if TYPE_CHECKING:
    import pandas as pd


def field_of(column: str) -> str:
    """A column's name as Vega-Lite reads it: full stops, brackets and quotes mean themselves."""
    return re.sub(r"([.\[\]'\"])", r"\\\1", column)


def thinned(columns: Mapping[str, Any], per_row: int = 1) -> tuple["pd.DataFrame", list[str]]:
    """The columns as a table of at most `CHART_ROWS` marks, `per_row` for each row; and what is left out, in words."""
    import pandas as pd

    table = pd.DataFrame({name: _plain(values) for name, values in columns.items()})
    step = -(-len(table) // max(1, CHART_ROWS // per_row))
    if step <= 1:
        return table, []
    return table.iloc[::step].reset_index(drop=True), [f"Drawn is every {step}th of {len(table):,} rows."]


def countable(
    table: "pd.DataFrame", columns: Sequence[str], logs: Sequence[str] = ()
) -> tuple["pd.DataFrame", list[str]]:
    """The rows whose `columns` are all finite, and above 0 in `logs`; and what was left out."""
    finite = np.ones(len(table), bool)
    for column in columns:
        finite &= np.isfinite(table[column].to_numpy(float))
    above = finite.copy()
    for column in logs:
        above &= table[column].to_numpy(float) > 0
    said = []
    if missing := int((~finite).sum()):
        said.append(f"Left out: {missing:,} {'value that is' if missing == 1 else 'values that are'} no finite number.")
    if low := int((finite & ~above).sum()):
        said.append(f"Left out: {low:,} {'value' if low == 1 else 'values'} of 0 or below, which has no logarithm.")
    return table[above].reset_index(drop=True), said


def folded(table: "pd.DataFrame", x: str, columns: Sequence[str]) -> "pd.DataFrame":
    """One row for each number: `x`, `line` (the column it comes from) and `value`."""
    return table.melt(id_vars=[x], value_vars=list(columns), var_name="line", value_name="value")


def _plain(values: Any) -> Any:
    """Numbers as float64 or whole ones, so that a specification can hold them; all else as it is."""
    values = np.asarray(values)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    return values.astype(np.int64) if values.dtype.kind in "iu" else values
