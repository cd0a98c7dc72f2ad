"""Plotly figures that several exhibits share: surfaces with their sections, and grids whose every cell can be read."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.arrays import Array
from core.charts.theme import INK, LOW_TO_HIGH, SIGNED, Chart
from core.words import format_any

MOST_WRITTEN = 16  # breeds whose numbers have room in their cells
PLACES = 41  # of a section's slider, at most


def grid_map(
    values: Array,
    *,
    title: str,
    x: str,
    y: str,
    value: str,
    x_names: Sequence[Any] | None = None,
    y_names: Sequence[Any] | None = None,
    kind: str = "heights",
    ink: str = "loss",
    square: bool = False,
    written: bool = False,
    said: Array | None = None,
) -> Chart:
    """A cell for each number, first row on top: `kind` is "heights", "signed" about 0, "counts" in `ink`, or "grey".

    `square` cells, as of a picture; `written` into them; `said` (rows, columns) adds words to what the pointer reads.
    """
    import plotly.graph_objects as go

    cells = np.asarray(values, np.float64)
    finite = cells[np.isfinite(cells)]
    most = float(np.abs(finite).max()) if len(finite) else 1.0
    lowest, highest = (-most, most) if kind == "signed" else (None, None)
    rows, columns = cells.shape
    words = "%{y}, %{x}" if x_names is not None or y_names is not None else f"{y} %{{y}}, {x} %{{x}}"
    more = "<br>%{customdata}" if said is not None else ""
    cell = go.Heatmap(
        z=cells,
        x=list(x_names) if x_names is not None else list(range(columns)),
        y=list(y_names) if y_names is not None else list(range(rows)),
        zmin=lowest,
        zmax=highest,
        colorscale=_color_scale(kind, ink),
        colorbar={"title": {"text": value, "side": "right"}, "thickness": 12},
        customdata=said,
        texttemplate="%{z:.3~g}" if written else None,
        hovertemplate=f"{words}<br>{value}: %{{z:,.6~g}}{more}<extra></extra>",
    )
    figure = go.Figure(cell)
    crowded = max(rows, columns) > 40
    figure.update_xaxes(title=x, showgrid=False, constrain="domain", tickmode="auto" if crowded else None)
    figure.update_yaxes(title=y, autorange="reversed", showgrid=False, constrain="domain")
    if square:
        figure.update_yaxes(scaleanchor="x")
    about = f"{title}. {rows} rows of {columns} cells, {value}"
    if len(finite):
        about += f" from {format_any(float(finite.min()))} to {format_any(float(finite.max()))}"
    return _titled(
        figure, title, f"{about}.{_not_finite(cells)}", 460 if square else min(640, max(300, 24 * rows + 140))
    )


def surface_chart(
    a: Array,
    b: Array,
    values: Array,
    *,
    title: str,
    z: str = "loss",
    labels: tuple[str, str] = ("direction 1", "direction 2"),
    paths: Sequence[tuple[str, Array]] = (),
    log: bool = False,
    lowest: bool = True,
    scale: str = "heights",
) -> Chart:
    """A surface, `values` (len(b), len(a)), with `paths` (F, 3) on it, and below it the sections along both directions.

    The sections go through the `lowest` point, or the highest, until the sliders choose another place. Signed heights
    are told apart from 0 on by the `scale` "signed".
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    heights = np.asarray(values, np.float64)
    most = float(np.nanmax(np.abs(np.where(np.isfinite(heights), heights, np.nan)), initial=0.0))
    ends = {"cmin": -most, "cmax": most} if scale == "signed" else {}
    row, column = _extreme(heights, lowest)
    figure = make_subplots(
        rows=2, cols=1, specs=[[{"type": "scene"}], [{"type": "xy"}]], row_heights=[0.68, 0.32], vertical_spacing=0.04
    )
    read = f"{labels[0]} %{{x:.4~g}}<br>{labels[1]} %{{y:.4~g}}<br>{z} %{{z:,.6~g}}<extra></extra>"
    figure.add_trace(
        go.Surface(
            x=a, y=b, z=heights, colorscale=_color_scale(scale), showscale=False, hovertemplate=read, name=z, **ends
        ),
        row=1,
        col=1,
    )
    through = [_section(a, b, heights, row, 0), _section(a, b, heights, column, 1)]
    for section, ink in zip(through, ("gradient", "metric"), strict=True):
        style = {"width": 5, "color": INK[ink]}
        trace = go.Scatter3d(**section, mode="lines", line=style, hoverinfo="skip", showlegend=False)
        figure.add_trace(trace, row=1, col=1)
    for label, section, at, ink in zip(labels, through, ("x", "y"), ("gradient", "metric"), strict=True):
        said = f"{label} %{{x:.4~g}}<br>{z} %{{y:,.6~g}}<extra></extra>"
        style = {"width": 2, "color": INK[ink]}
        trace = go.Scatter(x=section[at], y=section["z"], name=f"along {label}", line=style, hovertemplate=said)
        figure.add_trace(trace, row=2, col=1)
    for name, path in paths:
        x, y, height = np.asarray(path, np.float64).T
        style = {"color": INK["parameters"], "width": 5}
        dots = {"color": INK["parameters"], "size": 2.5}
        trace = go.Scatter3d(x=x, y=y, z=height, mode="lines+markers", line=style, marker=dots, name=name)
        figure.add_trace(trace.update(hovertemplate=read), row=1, col=1)
    axis = {"type": "log"} if log else {}
    figure.update_layout(
        scene={
            "xaxis": {"title": {"text": labels[0]}},
            "yaxis": {"title": {"text": labels[1]}},
            "zaxis": {"title": {"text": z}, **axis},
            "camera": {"eye": {"x": 1.5, "y": 1.5, "z": 0.9}, "center": {"x": 0, "y": 0, "z": -0.15}},
            "uirevision": "kept",
        },
        uirevision="kept",
        hovermode="x",  # a section is read wherever the pointer is above or below it
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom"},
        sliders=[_slider(a, b, heights, labels, row, along=0), _slider(a, b, heights, labels, column, along=1)],
    )
    figure.update_xaxes(title="place along the direction")
    figure.update_yaxes(title=z, **axis)
    about = (
        f"{title}. {z[:1].upper()}{z[1:]} over {labels[0]} and {labels[1]}, {'lowest' if lowest else 'highest'} at "
        f"{format_any(float(a[column]), 3)} and {format_any(float(b[row]), 3)} with "
        f"{format_any(float(heights[row, column]))}."
    )
    return _titled(figure, title, about + _not_finite(heights), 760)


def pixel_map(
    pixels: Array, *, title: str, value: str, kind: str = "signed", said: Sequence[str] | None = None
) -> Chart:
    """Pixels, or what belongs to each, at their places: a square picture (side, side) or its row of pixels (side²,);
    `said` adds words for each pixel, in the order of the row."""
    side = round(np.size(pixels) ** 0.5)
    grid = np.reshape(pixels, (side, side))
    words = None if said is None else np.reshape(np.array(said), (side, side))
    return grid_map(grid, title=title, x="column", y="row", value=value, kind=kind, square=True, said=words)


def confusion_grid(matrix: Array, names: Sequence[str], *, title: str, said: Array | None = None) -> Chart:
    """How many pictures of each breed (row) are taken for each breed (column), written where there is room."""
    return grid_map(
        matrix,
        title=title,
        x="taken for",
        y="breed",
        value="pictures",
        x_names=names,
        y_names=names,
        kind="counts",
        ink="metric",
        written=len(names) <= MOST_WRITTEN,
        said=said,
    )


def _extreme(heights: Array, lowest: bool) -> tuple[int, int]:
    """Row and column of the lowest or highest finite number; the first ones where there is none."""
    if not np.isfinite(heights).any():
        return 0, 0
    ranked = np.where(np.isfinite(heights), heights, np.inf if lowest else -np.inf)
    row, column = np.unravel_index(ranked.argmin() if lowest else ranked.argmax(), heights.shape)
    return int(row), int(column)


def _section(a: Array, b: Array, heights: Array, place: int, along: int) -> dict[str, Array]:
    """The line on the surface along direction `along`, 0 or 1, through row or column `place`."""
    if along == 0:
        return {"x": a, "y": np.full(len(a), b[place]), "z": heights[place]}
    return {"x": np.full(len(b), a[place]), "y": b, "z": heights[:, place]}


def _slider(a: Array, b: Array, heights: Array, labels: tuple[str, str], start: int, along: int) -> dict[str, Any]:
    """Where the section along one direction stands: moves the line on the surface, and the one below it."""
    count = len(b) if along == 0 else len(a)
    places = sorted({*range(0, count, -(-count // PLACES)), start})
    steps = []
    for place in places:
        section = _section(a, b, heights, place, along)
        flat = section["x"] if along == 0 else section["y"]
        change = {"x": [section["x"], flat], "y": [section["y"], section["z"]], "z": [section["z"], None]}
        label = format_any(float((b if along == 0 else a)[place]), 3)
        steps.append({"method": "restyle", "label": label, "args": [change, [1 + along, 3 + along]]})
    words = f"Section along {labels[along]}, at {labels[1 - along]} "
    return {
        "active": places.index(start),
        "steps": steps,
        "currentvalue": {"prefix": words, "font": {"size": 12, "color": INK["text"]}},
        "pad": {"t": 60 + 70 * along},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"color": "rgba(0,0,0,0)", "size": 1},
    }


def _color_scale(kind: str, ink: str = "loss") -> list[list[Any]]:
    """Stops of a map."""
    stops: Sequence[str] = {
        "signed": SIGNED,
        "counts": (INK["panel"], INK[ink]),
        "grey": ("#000000", "#ffffff"),
    }.get(kind, LOW_TO_HIGH)
    return [[i / (len(stops) - 1), color] for i, color in enumerate(stops)]


def _not_finite(cells: Array) -> str:
    """What is missing, in a sentence."""
    missing = int((~np.isfinite(cells)).sum())
    return f" Left out: {missing:,} that {'is' if missing == 1 else 'are'} no finite number." if missing else ""


def _titled(figure: Chart, title: str, words: str, height: int) -> Chart:
    """The figure with its title, and a description for who cannot see it."""
    return figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        meta={"description": words},
        height=height,
        margin={"l": 10, "r": 10, "t": 60, "b": 10},
    )
