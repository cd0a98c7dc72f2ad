"""Presizing on the stage: two pictures under the loupe with what was measured, the pipeline's steps, boxes, speeds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

from core.arrays import Array
from core.device import DEVICES
from core.exhibits.presizing.compared import Compared, Measured
from core.exhibits.presizing.experiment import Result, findings
from core.exhibits.presizing.pipeline import Ran
from core.exhibits.presizing.resizing import Fits, Fitted
from core.exhibits.presizing.sharpness import frequencies
from core.exhibits.presizing.transforms_speed import Speeds
from core.stage.pictures import encoded, together
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

SIDES = ("presized", "standard")
THUMB = 180  # pixels of a picture that is only looked at
LEAST = 1e-9  # power that a logarithmic axis can show


def scene(result: Result) -> Scene:
    """The chosen view."""
    found = result.found
    if isinstance(found, Compared):
        return _compared(found, findings(result))
    if isinstance(found, Ran):
        return _ran(found, findings(result))
    if isinstance(found, Fits):
        return _fits(found, findings(result))
    return _speeds(found, findings(result))


def _compared(found: Compared, said: Sequence[str]) -> Scene:
    pair = found.pair
    arrays = together("pair", [encoded(side.picture, exact=True) for side in (pair.presized, pair.standard)])
    names = [
        f"{name}: {side.interpolations} interpolation{'s' * (side.interpolations != 1)}"
        for name, side in zip(SIDES, (pair.presized, pair.standard), strict=True)
    ]
    loupe: Panel = {
        "kind": "loupe", "title": "The same picture and the same draw, interpolated once and several times", "pictures": "pair",
        "ends": "pair_ends", "names": names, "weight": 3, "narrowHeight": 430,
    }  # fmt: skip
    arrays |= {"f": frequencies().numpy()}
    for name, side in zip(SIDES, (pair.presized, pair.standard), strict=True):
        arrays[f"power {name}"] = side.power.clamp(min=LEAST).numpy()
    power: Panel = {
        "kind": "curve", "title": "Detail that is left", "xLabel": "fineness, cycles a pixel", "yLabel": "power", "yScale": "log",
        "series": [{"x": "f", "y": f"power {name}", "label": name, "color": "data", "lane": lane} for name, lane in zip(SIDES, "AB", strict=True)],
        "weight": 2, "narrowHeight": 220,
    }  # fmt: skip
    strips = (
        _strip(arrays, found, "Sharpness", lambda m: m.sharpness, "{:.2g}"),
        _strip(arrays, found, "Fine detail lost, %", lambda m: (100 * m.lost,), "{:.0f}%", least=100),
        _strip(arrays, found, "Invented border, %", lambda m: (100 * m.invented[0], 100 * m.invented[1]), "{:.1f}%"),
    )
    return Scene(
        (Row(392, (loupe, power)), Row(124, strips)), arrays, plain_text("One picture on two ways to 224 pixels.", said)
    )


def _strip(arrays: dict[str, Array], found: Compared, title: str, values: Any, form: str, least: float = 0) -> Panel:
    """One mark a draw, in a line for each side; the draw in the picture is the large one. The axis starts at 0."""
    this = values(Measured.of(found.number, found.pair))
    rows = list(range(len(this)))[::-1]
    spread = [values(m) for m in found.spread]
    curves: list[dict[str, Any]] = []
    for i, row in enumerate(rows):
        arrays[f"{title} {i}"] = np.array([each[i] for each in spread], np.float32)
        arrays[f"{title} {i} row"] = row + 0.24 * np.sin(2.4 * np.arange(len(spread)))  # apart, so that all can be seen
        curves.append({"x": f"{title} {i}", "y": f"{title} {i} row", "color": "data", "symbol": 0, "faint": True})
    arrays |= {f"{title} this": np.array(this, np.float32), f"{title} this row": np.array(rows, np.float32)}
    names = SIDES if len(rows) == 2 else ("standard",)
    panel: Panel = {
        "kind": "plot", "title": f"{title}, {len(spread)} draws" if spread else title, "yDomain": [-0.5, len(rows) + 0.1 + 0.45 * len(rows)],
        "names": [{"y": row, "label": name} for row, name in zip(rows, names, strict=True)], "curves": curves,
        "moving": [{"x": f"{title} this", "y": f"{title} this row", "color": "activations", "dots": True}],
        "marks": [{"x": value, "label": form.format(value)} for value in this], "narrowHeight": 124,
    }  # fmt: skip
    every = np.array([*spread, this])
    low, high = float(min(every.min(), 0)), float(max(every.max(), least, 1e-6))
    return panel | {"xDomain": [low - 0.04 * (high - low), high + 0.06 * (high - low)]}


def _ran(found: Ran, said: Sequence[str]) -> Scene:
    table = found.table()
    arrays: dict[str, Array] = {}
    columns: list[dict[str, Any]] = []
    for title in ("resampled by", "on", "in", "out"):
        words = list(dict.fromkeys(table[title]))
        arrays[title] = np.array([words.index(word) for word in table[title]])
        color = {"color": "activations"} if title == "resampled by" else {}
        columns.append({"title": title, "array": title, "words": words, **color})
    rows: Panel = {
        "kind": "table", "title": "Every transform that was called, in its order", "head": "", "names": list(table["transform"]),
        "columns": columns, "narrowHeight": "auto",
    }  # fmt: skip
    shown = [(step.name, step.picture) for step in found.steps if step.picture is not None]
    arrays |= together("first", [_thumb(Image.fromarray(picture)) for _, picture in shown])
    captions = [
        f"{name.removesuffix(', composed').replace(' + ', ', ')}\n{picture.shape[1]}×{picture.shape[0]}"
        for name, picture in shown
    ]
    items: Panel = {
        "kind": "pictures", "title": "The first picture after each of them", "pictures": "first", "ends": "first_ends",
        "captions": captions, "narrowHeight": 420,
    }  # fmt: skip
    return Scene(
        (Row(238, (rows,)), Row(190, (items,))),
        arrays,
        plain_text("A batch on its way through fastai's transforms.", said),
    )


def _thumb(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMB, THUMB), Image.Resampling.BILINEAR)
    return encoded(small)


def _fits(found: Fits, said: Sequence[str]) -> Scene:
    methods = found.draws[0]
    taken: list[bytes] = []
    made: list[bytes] = []
    boxes: list[tuple[float, ...]] = []
    place: dict[tuple[str, tuple[int, ...]], int] = {}
    captions: tuple[list[str], list[str]] = ([], [])
    for fitted in (fitted for draw in found.draws for fitted in draw):
        if (fitted.method, fitted.box) in place:
            continue
        place[fitted.method, fitted.box] = len(taken)
        picture, box = _outlined(
            found.picture,
            [d[methods.index(m)] for m in methods for d in found.draws if m.method == fitted.method],
            fitted,
        )
        taken.append(picture)
        boxes.append(box)
        made.append(_thumb(fitted.made))
        captions[0].append(f"{fitted.method}\n{fitted.box[2]}×{fitted.box[3]} at {fitted.box[0]}, {fitted.box[1]}")
        captions[1].append(f"{fitted.made.width}×{fitted.made.height}\n{_changed(fitted, found.picture)}")
    arrays = together("taken", taken) | together("made", made)
    arrays["boxes"] = np.array(boxes, np.float32)
    arrays["show"] = np.array([[place[fitted.method, fitted.box] for fitted in draw] for draw in found.draws])
    common = {"kind": "pictures", "show": "show", "narrowHeight": 330}
    first: Panel = {
        **common,
        "title": "What is taken, outlined on the picture",
        "pictures": "taken",
        "ends": "taken_ends",
        "boxes": "boxes",
        "captions": captions[0],
    }
    second: Panel = {
        **common,
        "title": "What comes out",
        "pictures": "made",
        "ends": "made_ends",
        "captions": captions[1],
    }
    labels = [f"draw {i} of {len(found.draws)}" for i in range(1, len(found.draws) + 1)]
    alt = plain_text("What crop, pad, squish, CropPad and RandomCrop take of a picture.", said)
    return Scene(
        (Row(200, (first,)), Row(200, (second,))),
        arrays,
        alt,
        frames=len(found.draws),
        time={"labels": labels},
        seconds=5,
    )


def _changed(fitted: Fitted, picture: Image.Image) -> str:
    """How much larger or smaller it became, and what share of it was invented."""
    scales = dict.fromkeys(f"×{made / box:.2g}" for made, box in zip(fitted.made.size, fitted.box[2:], strict=True))
    invented = fitted.invented(picture)
    return ", ".join([*scales, *([f"{invented:.0%} invented"] if invented else [])])


def _outlined(picture: Image.Image, every: Sequence[Fitted], fitted: Fitted) -> tuple[bytes, tuple[float, ...]]:
    """The picture with room for every box of its method, and this one's place in shares of that."""
    left, top = (min(0, *(f.box[k] for f in every)) for k in (0, 1))
    right = max(picture.width, *(f.box[0] + f.box[2] for f in every))
    bottom = max(picture.height, *(f.box[1] + f.box[3] for f in every))
    width, height = right - left, bottom - top
    scale = THUMB / max(width, height)
    room = Image.new("RGBA", (max(1, round(width * scale)), max(1, round(height * scale))))
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    room.paste(small, (round(-left * scale), round(-top * scale)))
    x, y, across, down = fitted.box
    return encoded(room), ((y - top) / height, (x - left) / width, down / height, across / width)


def _speeds(found: Speeds, said: Sequence[str]) -> Scene:
    rates = found.rates
    arrays: dict[str, Array] = {"rates": np.array([rate.rate for rate in rates] or [0.0], np.float32)}
    names = [f"{rate.name}, {DEVICES[rate.device]}" for rate in rates] or ["nothing yet"]
    bars: Panel = {
        "kind": "columns", "names": names,
        "columns": [{"title": "pictures a second", "values": "rates", "domain": [0, float(arrays["rates"].max()) or 1.0], "color": "metric", "digits": 3}],
    }  # fmt: skip
    return Scene((Row(340, (bars,)),), arrays, plain_text("How many pictures a second each kind of work does.", said))
