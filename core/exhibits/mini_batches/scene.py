"""Mini-batches on the stage: three paths down one surface, the gradient's noise, the loader at work, mean and median."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from core.exhibits.mini_batches.averages import Averages
from core.exhibits.mini_batches.batch_race import LANES, Race, lane_name, lane_rows
from core.exhibits.mini_batches.experiment import Result, findings
from core.exhibits.mini_batches.gradient_noise import SHOWN, Noise
from core.exhibits.mini_batches.loader import WORDS, Loading
from core.stage.scene import Panel, Row, Scene
from core.stage.surfaces import surface_panels
from core.words import plain_text

Arrays = dict[str, np.ndarray]
Drawn = tuple[tuple[Row, ...], list[str]]
WIDE = 40  # items in a row of the strip


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    draw: dict[type, Callable[[Any, Arrays], Drawn]] = {
        Race: _race,
        Noise: _noise,
        Loading: _loading,
        Averages: _averages,
    }
    rows, labels = draw[type(result.found)](result.found, arrays)
    seconds = 8.0 if isinstance(result.found, Noise | Averages) else 10.0
    alt = plain_text("Mini-batches.", findings(result))
    return Scene(rows, arrays, alt, frames=len(labels), time={"labels": labels}, seconds=seconds)


def _race(race: Race, arrays: Arrays) -> Drawn:
    unit, scale = ("ms", 1e3) if race.clock == "seconds" else (race.clock, 1.0)
    arrays["at"] = scale * race.frames
    paths: list[dict[str, Any]] = []
    names = [lane_name(lane, race.items) for lane in race.lanes]
    for lane, letter, name in zip(race.lanes, LANES, names, strict=True):
        arrays |= {
            f"at {letter}": scale * lane.at, f"loss {letter}": lane.loss, f"accuracy {letter}": lane.run.valid_accuracy,
            f"path {letter}": np.column_stack([lane.path, lane.loss]), f"rows {letter}": lane_rows(lane, race.frames),
        }  # fmt: skip
        paths.append(
            {"points": f"path {letter}", "rows": f"rows {letter}", "color": "parameters", "lane": letter, "label": name}
        )
    panels = surface_panels(
        arrays, "surface", race.a, race.b, race.surface, title="Three paths down one surface", paths=paths[::-1]
    )
    labels = {"steps": "steps", "items": "items seen", "seconds": "milliseconds, measured (logarithmic)"}
    curve: Panel = {"kind": "curve", "at": "at", "xLabel": labels[race.clock]}
    if race.clock == "seconds":
        curve |= {"xScale": "log", "xDomain": [float(arrays["at"][0]), float(arrays["at"][-1])]}

    def series(values: str, color: str) -> list[dict[str, Any]]:
        return [
            {"x": f"at {letter}", "y": f"{values} {letter}", "label": letter, "color": color, "lane": letter}
            for letter in LANES
        ]

    top = 1.08 * max(float(lane.loss.max()) for lane in race.lanes)
    losses = {**curve, "title": "Loss on all training digits", "yDomain": [0, top], "series": series("loss", "loss")}
    accuracy = {**curve, "title": "Accuracy on the validation digits", "series": series("accuracy", "metric")}
    rows = (Row(272, ({**panels[0], "weight": 3}, {**panels[1], "weight": 2})), Row(186, (losses, accuracy)))
    return rows, [f"{_number(value)} {unit}" for value in arrays["at"]]


def _decades(*values: np.ndarray) -> list[float]:
    """Whole powers of ten around all of these."""
    low, high = float(min(map(np.min, values))), float(max(map(np.max, values)))
    return [10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:.3g}"


def _noise(noise: Noise, arrays: Arrays) -> Drawn:
    frames = len(noise.sizes)
    reach = float(np.quantile(np.abs(noise.cloud[noise.at(4)]), 0.97))
    arrow = np.array([0.0, 1.0])
    arrays |= {
        "size": noise.sizes, "rms": noise.rms, "mean": noise.mean, "law": noise.law,
        "cloud x": noise.cloud[..., 0], "cloud y": noise.cloud[..., 1], "arrow x": arrow, "arrow y": 0 * arrow,
        "full": noise.full[None, :784].reshape(1, 1, 28, 28),
        "examples": noise.examples[..., :784].reshape(frames, SHOWN, 28, 28),
    }  # fmt: skip
    distances: Panel = {
        "kind": "curve", "title": "Distance from the full gradient, in its own lengths", "at": "size", "xLabel": "batch size",
        "xScale": "log", "yScale": "log", "weight": 5, "yDomain": _decades(noise.mean, noise.rms, noise.law),
        "series": [{"x": "size", "y": "law", "label": "1/√n", "color": "data", "faint": True},
                   {"x": "size", "y": "rms", "label": "root mean square", "color": "gradient"},
                   {"x": "size", "y": "mean", "label": "mean", "color": "gradient", "lane": "B"}],
    }  # fmt: skip
    cloud: Panel = {
        "kind": "plot", "title": f"{noise.cloud.shape[1]} random batches of this size", "weight": 4,
        "xLabel": "along the full gradient", "yLabel": "across it", "xDomain": [-reach, reach], "yDomain": [-reach, reach],
        "moving": [{"x": "cloud x", "y": "cloud y", "color": "gradient", "dots": True, "faint": True, "label": "one batch's gradient"},
                   {"x": "arrow x", "y": "arrow y", "color": "gradient", "label": "the full gradient"}],
    }  # fmt: skip
    common: Panel = {"kind": "pixels", "signed": True, "vmax": 1.5 * float(np.abs(noise.full).max())}
    full: Panel = {**common, "title": "Full gradient", "array": "full", "narrowHeight": 150}
    examples: Panel = {
        **common, "title": f"Gradients of {SHOWN} batches of this size, in 784 weights", "array": "examples", "weight": SHOWN,
        "columns": SHOWN, "narrowHeight": 100,
    }  # fmt: skip
    labels = [f"batches of {n}" if n > 1 else "single items" for n in noise.sizes]
    return (Row(290, (distances, cloud)), Row(136, (full, examples))), labels


def _loading(found: Loading, arrays: Arrays) -> Drawn:
    return _digits(found, arrays) if found.dataset == "digits" else _small(found, arrays)


def _labels(found: Loading) -> list[str]:
    """A word for each frame: before the first batch, then one for each batch."""
    epochs = found.loaded.epochs if found.loaded else ()
    labels = [
        f"epoch {epoch + 1}, batch {number + 1} of {len(batches)}"
        for epoch, batches in enumerate(epochs)
        for number in range(len(batches))
    ]
    return labels or ["nothing loaded yet"]


def _seen(found: Loading) -> np.ndarray:
    """How often each item has come in the running epoch, frame by frame: (frames, items)."""
    counts: list[np.ndarray] = []
    for batches in found.loaded.epochs if found.loaded else ():
        each = np.stack([np.bincount(batch, minlength=len(found.names)) for batch in batches])
        counts += list(each.cumsum(0))
    return np.stack(counts or [np.zeros(len(found.names), int)])


def _digits(found: Loading, arrays: Arrays) -> Drawn:
    batches, frames = found.batches, max(1, len(found.batches))
    pictures = np.zeros((frames, found.size, 784), np.uint8)
    light = np.array([40, 120, 160, 190, 205])[np.minimum(_seen(found), 4)]
    for frame, rows in enumerate(batches):
        pictures[frame, : len(rows)] = np.round(255 * found.images[rows])
        light[frame, rows] = 255
    arrays |= {
        "batch": pictures.reshape(frames, found.size, 28, 28),
        "light": light.astype(np.uint8).reshape(frames, 1, -1, WIDE), "step": np.arange(1, frames + 1), "after": np.arange(frames + 1),
        "threes": np.array([found.threes[rows].sum() for rows in batches]),
    }  # fmt: skip
    batch: Panel = {"kind": "pixels", "title": "This batch", "array": "batch", "vmax": 255, "weight": 2, "hover": []}
    strip: Panel = {
        "kind": "pixels", "title": f"All {len(found.names)} items: white in this batch, grey seen this epoch", "array": "light",
        "vmax": 255, "weight": 3, "hover": ["one item; threes above, sevens below"], "axes": ["", ""], "narrowHeight": 150,
    }  # fmt: skip
    common: Panel = {"kind": "curve", "at": "step", "xLabel": "batches so far", "xDomain": [0, frames]}
    accuracies = []
    for lane, accuracy, order in zip("AB", found.accuracy, (found.order, found.other_order), strict=False):
        arrays[f"accuracy {lane}"] = accuracy
        accuracies.append(
            {"x": "after", "y": f"accuracy {lane}", "label": WORDS[order], "color": "metric", "lane": lane}
        )
    threes: Panel = {
        **common, "title": "Threes in each batch", "yDomain": [0, 1.06 * found.size],
        "series": [{"x": "step", "y": "threes", "color": "data", "label": f"of {found.size}:"}] if found.loaded else [],
    }  # fmt: skip
    trained: Panel = {**common, "title": "Accuracy after a step on each", "yDomain": [0.35, 1.03], "series": accuracies}
    return (Row(246, (batch, strip)), Row(210, (threes, trained))), _labels(found)


def _small(found: Loading, arrays: Arrays) -> Drawn:
    shown = [text for epoch in found.loaded.shown for text in epoch] if found.loaded else []
    labels = _labels(found)
    seen = _seen(found)
    arrays |= {"active": np.arange(len(labels)), "counts": seen}
    words = [label.replace("epoch ", "").split(", batch ") for label in labels if shown]
    steps = [
        {"name": f"{epoch} · {number.split()[0]}", "code": text}
        for (epoch, number), text in zip(words, shown, strict=True)
    ]
    batches: Panel = {
        "kind": "steps", "title": "Epoch · batch, and what the loader gives", "active": "active", "steps": steps,
        "weight": 3, "narrowHeight": "auto",
    }  # fmt: skip
    most = max(1, int(seen.max()))
    counts: Panel = {
        "kind": "bars", "title": "How often each item has come in this epoch", "labels": list(found.names), "heights": "counts",
        "color": "data", "yDomain": [0, most + 0.1], "yLabel": "times", "weight": 3,
    }  # fmt: skip
    return (Row(200, (counts,)), Row(250, (batches,))), labels


def _averages(found: Averages, arrays: Arrays) -> Drawn:
    n = len(found.own)
    frames = len(found.losses)
    arrays |= {
        "images": found.images.reshape(1, n, 28, 28), "still": np.zeros(frames, int), "losses": found.losses,
        "moved": found.losses[:, -1], "mean": found.mean, "median": found.median,
        "mean slopes": found.mean_slopes, "median slopes": found.median_slopes, "steps": np.arange(len(found.loss[0])),
        "loss by mean": found.loss[0], "loss by median": found.loss[1],
    }  # fmt: skip
    average: Panel = {
        "kind": "curve", "title": "Move the last digit's loss (drag)", "at": "moved", "xLabel": "the last digit's loss", "weight": 4,
        "series": [{"x": "moved", "y": "mean", "label": "mean", "color": "loss"},
                   {"x": "moved", "y": "median", "label": "median", "color": "loss", "lane": "B"}],
    }  # fmt: skip
    bars: Panel = {
        "kind": "bars",
        "labels": [str(i + 1) for i in range(n)],
        "xLabel": "digit",
        "weight": 4,
        "narrowHeight": 190,
    }
    losses: Panel = {
        **bars,
        "title": "Loss of each",
        "heights": "losses",
        "color": "loss",
        "yDomain": [0, 1.1],
        "highlight": n - 1,
    }
    slope: Panel = {**bars, "color": "gradient", "yDomain": [0, 1.15], "digits": 2 if n <= 9 else 0}
    trained: Panel = {
        "kind": "curve", "title": "Trained by each: loss on other digits", "xLabel": "steps", "weight": 4,
        "series": [{"x": "steps", "y": "loss by mean", "label": "by the mean", "color": "loss"},
                   {"x": "steps", "y": "loss by median", "label": "by the median", "color": "loss", "lane": "B"}],
    }  # fmt: skip
    digits: Panel = {"kind": "pixels", "title": "One mini-batch", "array": "images", "rows": "still", "weight": 2, "hover": [],
                     "narrowHeight": 120, "tiles": {"text": "losses"}}  # fmt: skip
    rows = (
        Row(230, (digits, losses, average)),
        Row(230, (
            {**slope, "title": "Slope of the mean in each", "heights": "mean slopes", "weight": 3},
            {**slope, "title": "Slope of the median in each", "heights": "median slopes", "weight": 3},
            trained,
        )),
    )  # fmt: skip
    return rows, [f"the last digit's loss = {value:.2f}" for value in found.losses[:, -1]]
