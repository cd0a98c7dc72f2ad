"""Three runs on the stage: their paths down one loss surface, and what they reach, by the clock."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.mini_batches.paths import Paths
from core.exhibits.mini_batches.staging import staged
from core.stage.panels import Contour, Curve, Lane, Path, Series, Surface
from core.stage.scene import Row, Scene
from core.stage.surfaces import surface_pair

LANES: tuple[Lane, Lane, Lane] = ("A", "B", "C")
LABELS = {"steps": "steps", "items": "items seen", "seconds": "milliseconds, measured (logarithmic)"}


def scene(result: Paths) -> Scene:
    """Its time is the clock."""
    unit = "ms" if result.clock == "seconds" else result.clock
    rows = (Row(272, _surfaces(result)), Row(186, (_losses(result), _accuracies(result))))
    return staged(result, rows, [f"{_clock_number(value)} {unit}" for value in _at(result)], 10.0)


def _scale(result: Paths) -> float:
    """What the clock's numbers are multiplied by: seconds are drawn as milliseconds."""
    return 1e3 if result.clock == "seconds" else 1.0


def _at(result: Paths) -> Array:
    return _scale(result) * result.instants


def _clock_number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.3g}"


def _surfaces(result: Paths) -> tuple[Surface, Contour]:
    paths = [
        Path(
            points=np.column_stack([walk.path, walk.loss]),
            rows=walk.rows(result.instants),
            color="parameters",
            lane=lane,
            label=name,
        )
        for walk, lane, name in zip(result.walks, LANES, result.names, strict=True)
    ]
    return surface_pair(
        result.a, result.b, result.surface, title="Three paths down one surface", paths=paths[::-1], weights=(3, 2)
    )


def _by_clock(result: Paths) -> dict[str, Any]:
    """What both curves have in common."""
    at = _at(result)
    common: dict[str, Any] = {"at": at, "x_label": LABELS[result.clock]}
    if result.clock == "seconds":
        common |= {"x_scale": "log", "x_domain": (float(at[0]), float(at[-1]))}
    return common


def _losses(result: Paths) -> Curve:
    series = [
        Series(x=_scale(result) * walk.at, y=walk.loss, label=lane, color="loss", lane=lane)
        for walk, lane in zip(result.walks, LANES, strict=True)
    ]
    top = 1.08 * max(float(walk.loss.max()) for walk in result.walks)
    return Curve(title="Loss on all training digits", y_domain=(0, top), series=series, **_by_clock(result))


def _accuracies(result: Paths) -> Curve:
    series = [
        Series(x=_scale(result) * walk.at, y=walk.run.valid_accuracy, label=lane, color="metric", lane=lane)
        for walk, lane in zip(result.walks, LANES, strict=True)
    ]
    return Curve(title="Accuracy on the validation digits", series=series, **_by_clock(result))
