"""The highest losses on the stage, ten at a time beside what chance would find; and what cleaning changed."""

from typing import Any

import numpy as np

from core.arrays import Array
from core.data.pets import Pets, load
from core.exhibits.top_losses.experiment import findings, points
from core.exhibits.top_losses.judging import FIND, Result
from core.exhibits.top_losses.retrain import Retrained, interval
from core.exhibits.top_losses.suspects import FIT, FOLD, VALID, Judged, chance_band, top_losses
from core.exhibits.top_losses.thumbnails import thumbnail
from core.stage.pictures import together
from core.stage.scene import Panel, Row, Scene
from core.words import format_breed, plain_text

Arrays = dict[str, Array]

PAGE = 10  # pictures in a frame
PAGES = 5
SIZE = 150  # pixels of a picture's longer side
SHOWN = 6  # pictures cleaned, and pictures turned
BINS = 25
POINTS = 80  # of a curve
JUDGES = {FOLD: "never saw it", FIT: "trained on it"}
LETTERS = 15  # of a breed under a picture


def scene(result: Result) -> Scene:
    """The chosen view, or its empty panels until it is there."""
    arrays: Arrays = {}
    more: dict[str, Any] = {}
    if result.settings.view == FIND:
        rows, frames = _find(result, arrays)
        labels = [f"losses {PAGE * i + 1} to {PAGE * (i + 1)}" for i in range(frames)]
        more = {"frames": frames, "time": {"labels": labels}, "seconds": 1.8 * frames, "autoplay": False}
    else:
        rows = _retrained(result, arrays)
    return Scene(rows, arrays, plain_text("Pictures by loss.", findings(result)), **more)


def _find(result: Result, arrays: Arrays) -> tuple[tuple[Row, ...], int]:
    judged = result.judged
    if judged is None:
        arrays |= together("pictures", []) | {"none": np.zeros(2)}
        empty: Panel = {
            "kind": "curve",
            "xDomain": [0, 1],
            "yDomain": [0, 1],
            "series": [{"x": "none", "y": "none", "color": "data"}],
        }
        panels = tuple({**empty, "title": title} for title in ("Wrong labels found", "Loss of each picture"))
        return (Row(310, (_pictures("Highest losses first"),)), Row(190, panels)), 1
    order = result.order
    frames = max(1, min(PAGES, -(-min(len(order), result.settings.looked) // PAGE)))
    shown = np.full(frames * PAGE, -1)
    shown[: len(order[: frames * PAGE])] = np.arange(len(order[: frames * PAGE]))
    arrays |= {"show": shown.reshape(frames, PAGE), "looked": PAGE * np.arange(1, frames + 1)}
    row = _pictures("Highest losses first: label → prediction, its probability p")
    if judged.wrong[order].any():
        row["title"] += "; red: known wrong"
    row |= _tiles(result, judged, order[: frames * PAGE], arrays)
    return (Row(310, (row,)), Row(190, (_finds(result, judged, arrays), _ranks(result, judged, arrays)))), frames


def _pictures(title: str) -> Panel:
    return {"kind": "pictures", "title": title, "pictures": "pictures", "ends": "pictures_ends", "narrowHeight": 560}


def _tiles(result: Result, judged: Judged, chosen: Array, arrays: Arrays) -> Panel:
    pets = load(result.settings.pets)
    arrays |= together("pictures", [thumbnail(pets, int(i), SIZE) for i in chosen])
    logp = judged.logp(result.settings.judged)[chosen]
    losses = judged.losses(result.settings.judged)[chosen]
    captions = [
        f"{brief(judged.vocab[judged.targets[i]])}\n→ {brief(judged.vocab[row.argmax()])}\np {np.exp(row.max()):.2f}, loss {loss:.2f}"
        for i, row, loss in zip(chosen, logp, losses, strict=True)
    ]
    return {"captions": captions, "marks": ["loss" if judged.wrong[i] else "" for i in chosen], "show": "show"}


def brief(breed: str) -> str:
    """A breed's name, cut short where a line under a picture has no room for more."""
    name = format_breed(breed)
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"


def _finds(result: Result, judged: Judged, arrays: Arrays) -> Panel:
    """Known wrong labels among the first by loss against chance; or what the head contradicts, where none is known."""
    by, part = result.settings.judged, result.settings.split
    order = result.order
    n, marked = len(order), int(judged.wrong[order].sum())
    looked = min(n, result.settings.looked)
    most = min(n, max(6 * PAGE, 2 * marked, looked + PAGE))
    k = np.union1d(np.linspace(1, most, POINTS).round().astype(np.int64), [looked])
    arrays["k"] = k
    panel: Panel = {"kind": "curve", "xLabel": "pictures looked at", "at": "looked", "xDomain": [0, most]}
    panel["marks"] = [{"x": looked, "label": ""}]
    if not marked:
        contradicted = judged.logp(by)[order].argmax(1) != judged.targets[order]
        arrays["contradicted"] = contradicted.cumsum()[k - 1]
        line = {"x": "k", "y": "contradicted", "label": "the head contradicts", "color": "metric"}
        return {**panel, "title": "Labels that the head contradicts", "series": [line]}
    bands = np.array([chance_band(n, marked, int(each)) for each in k])
    arrays |= {"chance": bands[:, 0], "low": bands[:, 1], "high": bands[:, 2], "found": judged.found(by, part)[k - 1]}
    series: list[dict[str, Any]] = [{"x": "k", "y": "found", "label": JUDGES[by], "color": "metric"}]
    if part != VALID:
        other = FIT if by == FOLD else FOLD
        arrays["other"] = judged.found(other, part)[k - 1]
        series.append({"x": "k", "y": "other", "label": JUDGES[other], "color": "metric", "lane": "B"})
    series += [
        {"x": "k", "y": "chance", "label": "chance, 95%", "color": "data"},
        {"x": "k", "y": "low", "color": "data", "faint": True},
        {"x": "k", "y": "high", "color": "data", "faint": True},
    ]
    return {**panel, "title": f"Wrong labels found, of {marked}", "series": series, "yDomain": [0, marked * 1.05]}


def _ranks(result: Result, judged: Judged, arrays: Arrays) -> Panel:
    order = result.order
    losses = judged.losses(result.settings.judged)[order]
    ranks = np.unique(np.geomspace(1, len(order), 2 * POINTS).round().astype(np.int64))
    wrong = np.flatnonzero(judged.wrong[order])
    arrays |= {"ranks": ranks, "losses": losses[ranks - 1], "wrong ranks": wrong + 1, "wrong losses": losses[wrong]}
    series: list[dict[str, Any]] = [{"x": "ranks", "y": "losses", "label": "loss", "color": "loss"}]
    if len(wrong):
        series.append({"x": "wrong ranks", "y": "wrong losses", "label": "known wrong", "color": "loss", "symbol": 0})
    return {
        "kind": "curve", "title": "Loss of each picture, by rank", "xLabel": "rank", "xScale": "log", "at": "looked",
        "series": series, "yDomain": [0, float(losses[0]) * 1.08],
    }  # fmt: skip


def _retrained(result: Result, arrays: Arrays) -> tuple[Row, ...]:
    again = result.retrained
    accuracies = again.accuracies(again.truth) if again else (0.0, 0.0)
    arrays["accuracy"] = np.array(accuracies, np.float32)
    bars: Panel = {
        "kind": "bars", "title": "Accuracy, same validation pictures", "labels": ["before", "after"], "heights": "accuracy",
        "color": "metric", "yDomain": [0, 1.12], "weight": 2, **({"digits": 3} if again else {}),
    }  # fmt: skip
    rows = (Row(200, (bars, _drawn(again, arrays))),)
    if again is None or result.judged is None or not again.changed:
        return rows
    pets = load(result.settings.pets)
    panels = _cleaned(pets, result.judged, again, arrays), _turned(pets, result.judged, again, arrays)
    return (*rows, Row(290, tuple(panel for panel in panels if panel)))


def _drawn(again: Retrained | None, arrays: Arrays) -> Panel:
    """How the change of accuracy varies when the validation pictures are drawn anew."""
    means = 100 * again.drawn_gains if again and again.changed else np.zeros(1)
    reach = max(1.0, float(np.abs(means).max()) * 1.05)
    counts, edges = np.histogram(means, BINS, (-reach, reach))
    arrays |= {"draws": counts / len(means) if again else np.zeros(len(counts)), "edges": edges}
    low, high = interval(means)
    marks = [{"x": 0.0, "label": "no change"}]
    if again and again.changed:
        marks += [{"x": low, "label": points(low / 100)}, {"x": high, "label": points(high / 100)}]
    return {
        "kind": "bars", "title": "Change of accuracy, pictures drawn anew", "xLabel": "percentage points, with the 95% interval",
        "edges": "edges", "heights": "draws", "color": "metric", "marks": marks, "weight": 3,
    }  # fmt: skip


def _tile_panel(pets: Pets, title: str, name: str, tiles: list[tuple[int, str, str]], arrays: Arrays) -> Panel:
    """Pictures by index, each with its caption and the quantity that marks it."""
    arrays |= together(name, [thumbnail(pets, index, SIZE) for index, _, _ in tiles])
    return {
        "kind": "pictures", "title": title, "pictures": name, "ends": f"{name}_ends", "narrowHeight": 420,
        "captions": [caption for _, caption, _ in tiles], "marks": [mark for *_, mark in tiles],
    }  # fmt: skip


def _cleaned(pets: Pets, judged: Judged, again: Retrained, arrays: Arrays) -> Panel:
    """Training pictures that were left out or relabelled, those of the highest loss first."""
    rows = np.concatenate([again.left_out, again.relabelled])
    rows = rows[top_losses(judged.losses(FOLD)[rows], SHOWN)]
    tiles = []
    for i in rows:
        new = "left out" if i in again.left_out else f"→ {brief(judged.vocab[again.labels[i]])}"
        tiles.append((int(i), f"{brief(judged.vocab[judged.targets[i]])}\n{new}", "loss" if judged.wrong[i] else ""))
    title = f"Cleaned, {len(tiles)} of {again.changed}" + ("; red: known wrong" if judged.wrong.any() else "")
    return _tile_panel(pets, title, "cleaned", tiles, arrays)


def _turned(pets: Pets, judged: Judged, again: Retrained, arrays: Arrays) -> Panel | None:
    """Validation pictures that the first head turned; None where it turned none."""
    worse, better = again.flips(again.truth)
    tiles = []
    for places, mark in ((better[: SHOWN // 2], "metric"), (worse[: SHOWN - min(len(better), SHOWN // 2)], "loss")):
        for place in places:
            truth, before, after = (
                brief(judged.vocab[breed])
                for breed in (again.truth[place], again.before[0, place], again.after[0, place])
            )
            turned = f"not {before}" if mark == "metric" else f"→ {after}"
            tiles.append((int(again.valid[place]), f"{truth}\n{turned}", mark))
    if not tiles:
        return None
    return _tile_panel(pets, "Turned by the first head: blue right, red wrong", "turned", tiles, arrays)
