"""Every exhibit's charts, in all its views: they can be drawn, in the lesson's colours, and hold the right numbers."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from core.charts.theme import CHART_ROWS
from core.contents import CONTENTS, Exhibit
from core.palette import colors, theme
from core.settings import controls
from core.view import View
from tests.charts.reading import array, colours, is_plotly, numbers, rows, spec_of
from tests.conftest import chosen, declaration, every_exhibit, result_of

TEXTS = {"gradients session", "neural-net summary", "pets-data DataBlock doctor"}
"""Views of lines of code and their answers: there is nothing to draw but the table."""

Drawn = tuple[str, Any, dict[str, Any]]


@cache
def drawn(entry: Exhibit) -> list[tuple[str, View, Any, list[Drawn]]]:
    """Of every row of the exhibit's views its name, result, and charts, each with its name and specification."""
    page, found, seen = declaration(entry), [], set()
    for name, settings in states(entry):
        view = page.view(settings)
        if id(view) not in seen:
            seen.add(id(view))
            result = result_of(page, settings)
            charts = [(draw.__name__, draw(result)) for draw in view.charts]
            found.append((name, view, result, [(n, chart, spec_of(chart)) for n, chart in charts if chart is not None]))
    return found


def states(entry: Exhibit) -> Iterator[tuple[str, Any]]:
    """The default settings of every view, and beside them each choice and switch within it, which may choose a row."""
    page = declaration(entry)
    declared = controls(page.settings)
    quick = {name: value for name, value in (("tune", False), ("deep", False)) if name in declared}
    base = chosen(page, **quick)
    for view in declared["view"].options if "view" in declared else (None,):
        settings = base if view is None else replace(base, view=view)
        yield f"{entry.slug} {view}", settings
        for name, control in declared.items():
            if control.kind == "choice" and control.when and control.when[0] == "view" and control.when[1] == view:
                for option in control.options:
                    yield f"{entry.slug} {view}", replace(settings, **{name: option})


@every_exhibit
def test_every_view_has_charts(entry: Exhibit) -> None:
    without = {name for name, view, _, _ in drawn(entry) if not view.charts}
    assert without <= TEXTS
    assert any(charts for _, _, _, charts in drawn(entry))


@every_exhibit
def test_charts_have_titles_words_and_the_lessons_colours(entry: Exhibit) -> None:
    light = {*colors("light").values(), *theme("light")["chartSequentialColors"]}
    light |= {*theme("light")["chartDivergingColors"], "#000000", "#ffffff"}
    for name, _, _, charts in drawn(entry):
        assert len({title_of(spec) for _, _, spec in charts}) == len(charts), name
        for chart, _, spec in charts:
            words = spec["layout"]["meta"]["description"] if "layout" in spec else spec["description"]
            assert words.startswith(f"{title_of(spec)}. "), (name, chart)
            assert words.endswith("."), (name, chart)
            assert {colour.lower() for colour in colours(spec)} <= {colour.lower() for colour in light}, (name, chart)


def title_of(spec: dict[str, Any]) -> str:
    return spec["layout"]["title"]["text"] if "layout" in spec else spec["title"]["text"]


@every_exhibit
def test_charts_hold_finite_numbers_and_not_too_many(entry: Exhibit) -> None:
    for name, _, _, charts in drawn(entry):
        for chart, _, spec in charts:
            if "layout" not in spec:
                assert np.isfinite(numbers(spec)).all(), (name, chart)
                assert 0 < len(rows(spec)) <= CHART_ROWS, (name, chart)


@every_exhibit
def test_charts_say_what_the_table_says(entry: Exhibit) -> None:
    """Wherever a chart draws columns of the result's table, it draws their very numbers."""
    compared = 0
    for name, _, result, charts in drawn(entry):
        table = {column: np.asarray(values) for column, values in result.table().items()}
        for chart, _, spec in charts:
            if "layout" not in spec:
                compared += agree(rows(spec), table, f"{name} {chart}")
    assert compared or entry.slug in ("loss-surface", "pets-data")


def agree(drawn_rows: list[dict[str, Any]], table: dict[str, np.ndarray], where: str) -> int:
    """How many of a chart's rows were found in the table; AssertionError names one that differs."""
    if "line" in drawn_rows[0]:
        x = next(column for column in drawn_rows[0] if column not in ("line", "value"))
        if x not in table:
            return 0
        known = {
            (str(key), line): values
            for line in {row["line"] for row in drawn_rows} & set(table)
            for key, values in grouped(table[x], table[line]).items()
        }
        checked = [row for row in drawn_rows if (plain(row[x]), row["line"]) in known]
        for row in checked:
            near = known[plain(row[x]), row["line"]]
            assert np.isclose(near, row["value"], rtol=1e-6, atol=0).any(), (where, row)
        return len(checked)
    numeric = [
        c for c, v in drawn_rows[0].items() if c in table and table[c].dtype.kind in "fiu" and not isinstance(v, str)
    ]
    if len(numeric) < 2 or len(drawn_rows) > len(next(iter(table.values()))):
        return 0
    known_rows = np.column_stack([table[c].astype(float) for c in numeric])
    for row in drawn_rows:
        wanted = np.array([row[c] for c in numeric], float)
        assert np.isclose(known_rows, wanted, rtol=1e-6, atol=0).all(1).any(), (where, row)
    return len(drawn_rows)


def grouped(keys: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    found: dict[str, list[float]] = {}
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        found.setdefault(plain(key), []).append(value)
    return {key: np.array(each, float) for key, each in found.items()}


def plain(key: Any) -> str:
    """A place as text, whole numbers without a point, and no more digits than float32 has."""
    return f"{float(key):.7g}" if isinstance(key, int | float) and not isinstance(key, bool) else str(key)


GRIDS: dict[str, Callable[[Any], np.ndarray]] = {
    "slopes_map": lambda r: r.by_backward[:784].reshape(28, 28),
    "batch_gradient_map": lambda r: r.alone[:, :784].mean(0).reshape(28, 28),
    "pixels_map": lambda r: (r.batch[-1].reshape(28, 28) * 255).round(),
    "products_map": lambda r: (r.image * r.model.weights).reshape(28, 28),
    "weight_slopes_map": lambda r: r.gradient.reshape(28, 28),
    "plane_chart": lambda r: r.heights,
    "paths_terrain_chart": lambda r: r.surface,
    "loss_terrain_chart": lambda r: r.loss_change,
    "error_terrain_chart": lambda r: -r.correct_change / r.items,
    "picked_map": lambda r: np.exp(r.activations) / np.exp(r.activations).sum(1, keepdims=True),
    "batch_map": lambda r: np.exp(r.activations) / np.exp(r.activations).sum(1, keepdims=True),
    "strange_pictures_map": lambda r: r.softmax,
    "strange_sigmoids_map": lambda r: r.sigmoid,
    "field_map": lambda r: r.field[-1][::-1],
    "hidden_map": lambda r: r.res,
    "hidden_over_time_map": lambda r: r.moments.hidden.T,
    "lit_map": lambda r: np.stack([r.nets[0].lit[-1], r.nets[1].lit[-1]]),
    "judged_map": lambda r: r.prepared.placed.numpy(),
    "confusion_map": lambda r: counts(r.targets[r.valid], r.head.predicted[-1, r.valid], len(r.vocab)),
    "breeds_after_map": lambda r: counts(r.retrained.truth, r.retrained.after[0], len(r.judged.vocab)),
}
"""What each grid holds, worked out from the result another way where there is one."""

ELSEWHERE = {"reached_chart", "brightness_difference_map"}
"""Plotly figures that have tests of their own."""


def counts(rows_: np.ndarray, columns: np.ndarray, size: int) -> np.ndarray:
    found = np.zeros((size, size))
    for row, column in zip(rows_.tolist(), columns.tolist(), strict=True):
        found[row, column] += 1
    return found


@pytest.mark.parametrize("entry", CONTENTS, ids=lambda entry: entry.slug)
def test_grids_and_surfaces_hold_the_results_arrays(entry: Exhibit) -> None:
    for name, _, result, charts in drawn(entry):
        for chart, figure, spec in charts:
            if is_plotly(figure) and chart not in ELSEWHERE:
                z = array(spec["data"][0]["z"])
                np.testing.assert_allclose(z, GRIDS[chart](result), rtol=2e-6, atol=1e-9, err_msg=f"{name} {chart}")
