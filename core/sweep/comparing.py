"""Kept runs beside each other: in what they differ, what they are called, and what they have in common to draw."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.arrays import Table
from core.settings import Control, controls
from core.sweep.link import Kept
from core.sweep.plan import SEED

POINTS = 400  # of a curve: more are not seen
NAMED = 2  # settings that a run without a name is called by
X_WORDS = ("epoch", "steps taken", "step", "items seen")
Y_WORDS = ("accuracy", "loss")


def written(control: Control, value: Any) -> str:
    """A setting's value as a person reads it."""
    return ("yes" if value else "no") if control.kind == "toggle" else control.text(value)


def differing(runs: Sequence[Any]) -> dict[str, Control]:
    """The settings in which these differ, by name; one that a run does not show does not count there."""
    known = controls(runs[0]) if runs else {}
    return {name: control for name, control in known.items() if _different(runs, name, control) > 1}


def _different(runs: Sequence[Any], name: str, control: Control) -> int:
    """How many values the setting has among the runs that show it."""
    return len({getattr(run, name) for run in runs if in_view(run, control)})


def in_view(run: Any, control: Control) -> bool:
    """Whether that control is shown beside these settings."""
    return control.shown(type(run)(), {name: getattr(run, name) for name in controls(run)})


def names(runs: Sequence[Kept]) -> list[str]:
    """What each run is called: its name, or what differs; all different. Runs that differ by the seed alone are called
    by it."""
    settings = [run.settings for run in runs]
    differ = differing(settings)
    apart = dict(sorted(differ.items(), key=lambda item: -_different(settings, *item)))  # what tells most apart first
    found: list[str] = []
    for number, run in enumerate(runs, 1):
        name = run.name or _by_settings(run.settings, apart) or f"run {number}"
        found.append(name if name not in found else f"{name} ({number})")
    return found


def _by_settings(settings: Any, apart: Mapping[str, Control]) -> str:
    shown = {name: control for name, control in apart.items() if in_view(settings, control)}
    words = [_in_words(name, control, getattr(settings, name)) for name, control in shown.items()]
    return ", ".join(words[:NAMED]) + ("…" if len(words) > NAMED else "")


def _in_words(name: str, control: Control, value: Any) -> str:
    """A setting as part of a name: the view by its own words, the others with their labels."""
    text = written(control, value)
    return text if name == "view" else f"seed {text}" if name == SEED else f"{control.label} {text}"


def only_seeds(runs: Sequence[Any]) -> bool:
    """Whether they differ in their seeds alone: the same settings, other draws."""
    return len(runs) > 1 and set(differing(runs)) == {SEED}


def columns(table: Table) -> dict[str, np.ndarray]:
    """Those columns of a result's table that hold numbers, as float64."""
    arrays = {name: np.asarray(column) for name, column in table.items()}
    return {name: column.astype(np.float64) for name, column in arrays.items() if column.dtype.kind in "iufb"}


def usual_axes(names: Sequence[str]) -> tuple[str, str]:
    """Which column is drawn against which at first: a loss or an accuracy against time, or the second against the
    first."""
    across = next((name for word in X_WORDS for name in names if name == word), names[0])
    rest = [name for name in names if name != across] or [across]
    up = next((name for word in Y_WORDS for name in rest if name.startswith(word)), None)
    up = up or next((name for word in Y_WORDS for name in rest if word in name), rest[0])
    return across, up


def curve(table: Mapping[str, np.ndarray], across: str, up: str, *, late: bool = False) -> list[tuple[float, float]]:
    """The points of one run's curve, or `late` those of its second half: at most `POINTS` of them with both ends; what
    is not finite is left out."""
    x, y = table[across], table[up]
    if late:
        kept = x >= (np.nanmin(x) + np.nanmax(x)) / 2
        x, y = x[kept], y[kept]
    at = np.unique(np.linspace(0, len(x) - 1, min(len(x), POINTS)).round().astype(int))
    pairs = zip(x[at].tolist(), y[at].tolist(), strict=True)
    return [(one, other) for one, other in pairs if math.isfinite(one) and math.isfinite(other)]
