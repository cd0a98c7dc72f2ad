"""Pets as data on the stage: lists in words, names with what is captured, the block as a pipeline, a batch in pictures."""

from typing import Any

import numpy as np

from core.data.labelled import is_cat
from core.exhibits.pets_data.data_block import BATCH_RESIZE, ITEM_AUGMENT, written
from core.exhibits.pets_data.doctor import Doctor, WalkStep
from core.exhibits.pets_data.experiment import Result, findings
from core.exhibits.pets_data.listing import NUMBERED, Listing
from core.exhibits.pets_data.one_batch import OneBatch
from core.exhibits.pets_data.regex_lab import Lab
from core.exhibits.pets_data.shots import Shot
from core.stage.pictures import encoded, together
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
LONG = (ITEM_AUGMENT, BATCH_RESIZE)  # blocks whose pipelines take a line more

Drawing = tuple[tuple[Row, ...], dict[str, Any]]
"""The rows of panels, and what else the scene says of its frames."""

GROUPS = (
    ("get_items", (("get_items",),), "data"),
    ("splitter", (("splitter",),), "data"),
    ("blocks, get_y", (("x",), ("setup", "y")), "data"),
    ("item_tfms", (("item_tfms",),), "data"),
    ("one batch", (("more", "collate"),), "activations"),
    ("batch_tfms", (("batch_tfms",),), "activations"),
)
"""The groups of the pipeline: title, the parts of the walk in its lanes, colour."""

NOTES = {"item_tfms": "one by one", "batch_tfms": "all at once"}
CALLED = {"partial": "RegexLabeller", "PILBase.create": "PILImage.create", "Flip": "Flip + affine"}
"""Steps whose printed names hide what they are; Flip carries the other affine transforms with it."""


def scene(result: Result) -> Scene:
    """The picture of the chosen view."""
    arrays: Arrays = {}
    found = result.found
    if isinstance(found, Listing):
        rows, frames = _listing(found, arrays)
        lead = "The files of a folder, as a list."
    elif isinstance(found, Lab):
        rows, frames = _lab(found)
        lead = "File names, and what the pattern captures of each."
    elif isinstance(found, Doctor):
        rows, frames = _doctor(found, arrays)
        lead = "The steps of a DataBlock from files to a mini-batch, with what each gives."
    else:
        rows, frames = _batch(found, arrays)
        lead = "A mini-batch of pictures with their breeds."
    return Scene(rows, arrays, plain_text(lead, findings(result)), **frames)


def _listing(found: Listing, arrays: Arrays) -> Drawing:
    count = len(found.names)
    arrays |= together("files", [encoded(picture) for picture in found.pictures])
    arrays["shown"] = np.array([[i if i < n else -1 for i in range(count)] for n in range(1, count + 1)])
    lines = [
        {"code": "files = path.ls();  files", "answers": list(found.today), "note": "today: a plain list"},
        {"code": "files", "answers": list(found.then), "note": "in 2020: the number, then at most ten"},
        {
            "code": f"coll_repr(files, {NUMBERED})",
            "answers": list(found.with_number),
            "note": f"today, on request: the number, from {NUMBERED} on",
        },
    ]
    words: Panel = {"kind": "text", "title": "A list of files, and what it prints", "lines": lines, "narrowHeight": 430}
    pictures: Panel = {
        "kind": "pictures", "title": "Upper case: cat, lower case: dog", "pictures": "files", "ends": "files_ends",
        "show": "shown", "captions": [_cat_or_dog(name) for name in found.names],
        "narrowHeight": 420,
    }  # fmt: skip
    labels = [f"a list of {n} file{'s' if n > 1 else ''}" for n in range(1, count + 1)]
    return (Row(284, (words,)), Row(250, (pictures,))), {"frames": count, "time": {"labels": labels}, "seconds": 6.0}


def _cat_or_dog(name: str) -> str:
    """A name in two lines, so that a long one has room, and what its first letter says."""
    breed, line, number = name.rpartition("_")
    return f"{breed}\n{line}{number}: {'cat' if is_cat(name) else 'dog'}"


def _lab(found: Lab) -> Drawing:
    head: list[dict[str, Any]] = [{"code": f"RegexLabeller(r'{found.pattern}')"}]
    if found.says:
        head[0]["answer"] = found.says
    else:
        head[0]["answer"] = (
            f"{len(found.labels):,} names, {found.different} labels"
            if not found.found.ended
            else "stopped: the time was used up"
        )
    lines = [_marked(found, i) for i in found.shown()]
    asked: Panel = {"kind": "text", "title": "The labeller", "lines": head, "narrowHeight": "auto"}
    names: Panel = {
        "kind": "text", "title": "What the pattern matches, and what group 1 takes out of it", "lines": lines,
        "columns": 2, "least": 330, "narrowHeight": "auto",
    }  # fmt: skip
    return (Row(66, (asked,)), Row(330, (names,))), {}


def _marked(found: Lab, i: int) -> dict[str, Any]:
    """A name with its match and the captured part, and the label that comes of it."""
    name = found.names[i]
    if i >= len(found.found.spans):
        at_end = found.found.ended and i == len(found.found.spans)
        reason = "✗ stopped here" if at_end else "not reached" if found.found.ended else "not tried"
        return {"parts": [{"words": name, "faint": True}, f"  {reason}"]}
    span, group = found.found.spans[i], found.found.captured[i]
    if span is None:
        return {"parts": [{"words": name, "faint": True}, "  ✗ no match"]}
    start, end = group or (span[1], span[1])
    parts: list[Any] = [
        {"words": name[: span[0]], "faint": True},
        name[span[0] : start],
        {"words": name[start:end], "color": "data", "mark": True},
        name[end : span[1]],
        {"words": name[span[1] :], "faint": True},
    ]
    shown = [part for part in parts if (part["words"] if isinstance(part, dict) else part)]
    if not group:
        return {"parts": [*shown, "  ✗ no group 1"]}
    label = name[start:end]
    return {"parts": [*shown, "  ✓" if label == found.truth[i] else f"  → {label}"]}


def _doctor(found: Doctor, arrays: Arrays) -> Drawing:
    last = found.at
    frames = last + 1
    arrays["active"] = np.arange(frames)
    files, captions, show = _walk_pictures(found)
    arrays |= together("walk", files)
    arrays["shown"] = show
    pipeline: Panel = {
        "kind": "pipeline", "title": "From files to a batch", "active": "active", "groups": _groups(found), "narrowHeight": "auto",
    }  # fmt: skip
    pictures: Panel = {
        "kind": "pictures", "title": "What a step gives", "pictures": "walk", "ends": "walk_ends", "show": "shown",
        "captions": captions, "same": True, "columns": 2, "weight": 4, "narrowHeight": 330,
    }  # fmt: skip
    said = {"code": "this step:", "answers": [_says(found, i) for i in range(frames)]}
    words: Panel = {
        "kind": "text", "title": "The block, and what fastai says of this step",
        "lines": [*(_source_line(*line) for line in written(found.fault)), said], "weight": 7, "narrowHeight": 360,
    }  # fmt: skip
    labels = [f"step {i + 1} of {len(found.steps)}: {called(step)}" for i, step in enumerate(found.steps[:frames])]
    return (Row(288 if found.fault in LONG else 208, (pipeline,)), Row(290, (pictures, words))), {
        "frames": frames,
        "time": {"labels": labels},
        "seconds": 0.6 * frames,
    }


def _source_line(code: str, note: str) -> dict[str, Any]:
    """A line of the block's source; one with a fault is marked."""
    return {"parts": [{"words": f"{code}  ← {note}", "color": "data", "mark": True} if note else code]}


def _says(found: Doctor, i: int) -> str:
    """A step in fastai's words; the last one with what it raised."""
    step = found.steps[i]
    return f"✗ {found.error}".replace("\n\n", "\n") if step.state == "failed" else step.says


def called(step: WalkStep) -> str:
    """A step's name as people know it."""
    return CALLED.get(step.name, step.name)


def _groups(found: Doctor) -> list[dict[str, Any]]:
    return [
        {"title": title, "note": NOTES.get(title, ""), "lanes": [_lane(found, parts, color) for parts in lanes]}
        for title, lanes, color in GROUPS
        if any(step.part in parts for step in found.steps for parts in lanes)
    ]


def _lane(found: Doctor, parts: tuple[str, ...], color: str) -> list[dict[str, Any]]:
    return [
        {"at": i, "name": called(step), "gives": step.gives, "color": color, "state": step.state}
        for i, step in enumerate(found.steps)
        if step.part in parts
    ]


def _walk_pictures(found: Doctor) -> tuple[list[bytes], list[str], np.ndarray]:
    """Every different picture of the walk once, their captions, and which four each frame shows."""
    files: list[bytes] = []
    captions: list[str] = []

    def add(shot: Shot) -> int:
        files.append(b"no image" if shot.image is None else encoded(shot.image))
        captions.append("no image" if shot.image is None else "×".join(map(str, shot.size)))
        return len(files) - 1

    rows = [[add(shot) for shot in found.first]]
    seen: tuple[Shot, ...] = ()
    for step in found.steps[: found.at + 1]:
        shown = [-1] * len(found.first) if step.pictures else rows[-1][:]
        for i, shot in enumerate(step.pictures):
            shown[i] = rows[-1][i] if i < len(seen) and _same(shot, seen[i]) else add(shot)
        seen = step.pictures or seen
        rows.append(shown)
    return files, captions, np.array(rows[1:])


def _same(one: Shot, other: Shot) -> bool:
    if one.image is None or other.image is None:
        return False
    return one.size == other.size and np.array_equal(one.image, other.image)


def _batch(found: OneBatch, arrays: Arrays) -> Drawing:
    lines: list[dict[str, Any]] = [{"code": "x, y = dls.one_batch()"}]
    if b := found.batch:
        lines += [
            {"code": "type(x), x.shape, x.dtype", "answer": f"{b.kinds[0]}, {b.shape}, {b.dtype}"},
            {"code": "x.min(), x.max(), x.mean()", "answer": f"{b.low:.4g}, {b.high:.4g}, {b.mean:.4f}"},
            {"code": "type(y), y.shape, y.dtype", "answer": f"{b.kinds[1]}, ({len(b.targets)},), {b.target_dtype}"},
            {"code": "y", "answer": str(list(b.targets))},
            {"code": "show_image(x[0])", "note": "draws one, a tensor, an array or a PIL image"},
            {"code": "x[0].show(ctx=ax)", "note": "the same, asked of the TensorImage"},
            {"code": "PIL.Image.open(path)", "note": "is enough for a file in a notebook"},
        ]
    words: Panel = {"kind": "text", "title": "What one_batch gives", "lines": lines, "weight": 4, "narrowHeight": 330}
    panels: tuple[Panel, ...] = (words,)
    if found.pictures:
        arrays |= together("batch", [encoded(shot.image) for shot in found.pictures if shot.image is not None])
        pictures: Panel = {
            "kind": "pictures", "title": "dls.show_batch(max_n=9)" if found.batch else "Opened and resized so far",
            "pictures": "batch", "ends": "batch_ends", "captions": list(found.labels), "weight": 6, "narrowHeight": 420,
        }  # fmt: skip
        panels = (pictures, words)
    return (Row(470, panels),), {}
