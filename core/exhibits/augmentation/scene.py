"""Augmentation on the stage: twelve variants with their borders on the original, epochs, and one batch's crop box."""

from typing import Any

import numpy as np

from core.exhibits.augmentation.augmented_epochs import Epochs
from core.exhibits.augmentation.crop_box import BATCHES, Batches
from core.exhibits.augmentation.draws import Draws
from core.exhibits.augmentation.experiment import Result, findings
from core.exhibits.augmentation.variants import Variants
from core.stage.pictures import encoded, together
from core.stage.scene import Panel, Row, Scene
from core.words import plain_text

Arrays = dict[str, np.ndarray]
FAR = 1.5  # sides of the original; a border that folds over its horizon goes to infinity


def scene(result: Result) -> Scene:
    """The chosen view."""
    arrays: Arrays = {}
    found = result.found
    if isinstance(found, Variants):
        rows, frames = _variants(found, arrays)
    elif isinstance(found, Epochs):
        rows, frames = _epochs(found, arrays)
    else:
        rows, frames = _batches(found, arrays)
    return Scene(rows, arrays, plain_text("Pictures under aug_transforms.", findings(result)), **frames)


def _variants(found: Variants, arrays: Arrays) -> tuple[tuple[Row, ...], dict[str, Any]]:
    count = len(found.pictures)
    arrays |= together("original", [encoded(found.picture)])
    arrays |= together("variants", [encoded(picture) for picture in found.pictures])
    arrays["outlines"] = np.nan_to_num(found.draws.outlines).clip(-FAR, 1 + FAR)
    arrays["lit"] = np.arange(count)
    outlines: Panel = {
        "kind": "outlines", "title": "The picture; the variants' borders", "pictures": "original",
        "ends": "original_ends", "outlines": "outlines", "lit": "lit", "labels": _described(found), "weight": 3,
        "narrowHeight": 400,
    }  # fmt: skip
    variants: Panel = {
        "kind": "pictures", "title": "Variants for training", "pictures": "variants", "ends": "variants_ends",
        "columns": 4, "captions": [f"{i + 1}{_short(found, i)}" for i in range(count)], "weight": 7, "narrowHeight": 370,
    }  # fmt: skip
    labels = [f"variant {i + 1} of {count}" for i in range(count)]
    return (Row(436, (outlines, variants)),), {
        "frames": count, "time": {"labels": labels}, "seconds": 1.2 * count, "autoplay": False,
    }  # fmt: skip


def _short(found: Variants, i: int) -> str:
    """A variant's caption: what its knob drew."""
    draws = found.draws
    words = {
        "flip": "flipped" if draws.flipped[i] else "as it is",
        "rotate": f"{_degrees(draws, i)}",
        "zoom": f"×{draws.zoom[i]:.2f}",
        "warp": f"{draws.warp[i, 0]:+.2f}, {draws.warp[i, 1]:+.2f}",
        "lighting": f"{draws.brightness[i]:.2f}, ×{draws.contrast[i]:.2f}",
        "crop": f"{draws.boxes[i, 2] * draws.boxes[i, 3]:.0%} of the area",
        "all": f"{'flipped, ' if draws.flipped[i] else ''}{_degrees(draws, i)}",
    }
    return f": {words[found.knob]}".replace("-", "−")


def _degrees(draws: Draws, i: int) -> str:
    return f"{round(float(draws.angle[i])):d}°".replace("-", "−")


def _described(found: Variants) -> list[str]:
    """Every draw of a variant in words, a line each."""
    draws, size = found.draws, len(found.pictures)
    texts = []
    for i in range(size):
        top, left, height, _ = draws.boxes[i]
        lines = [
            f"Variant {i + 1}: {'flipped' if draws.flipped[i] else 'not flipped'}, turned by {_degrees(draws, i)}",
            f"zoom ×{draws.zoom[i]:.2f}, warp {draws.warp[i, 0]:+.2f} in x, {draws.warp[i, 1]:+.2f} in y",
            f"crop box: side {height:.0%}, left {left:.0%}, top {top:.0%}",
            f"brightness {draws.brightness[i]:.2f}, contrast ×{draws.contrast[i]:.2f}",
            f"shows {draws.shown[i].mean():.0%} of the picture; reflected {draws.reflected[i]:.1%}",
        ]
        texts.append("\n".join(lines).replace("-", "−"))
    return texts


def _epochs(found: Epochs, arrays: Arrays) -> tuple[tuple[Row, ...], dict[str, Any]]:
    epochs, size = found.train.shape[:2]
    arrays |= together("train", [encoded(picture) for picture in found.train.reshape(-1, *found.train.shape[2:])])
    arrays |= together("valid", [encoded(picture) for picture in found.valid[0]])
    seen, valid = found.seen(found.train), found.seen(found.valid)
    arrays |= {
        "shown": np.arange(epochs * size).reshape(epochs, size),
        "epoch": np.arange(1, epochs + 1),
        "seen": np.array(seen),
        "seen of validation": np.array(valid),
        "size": np.full(epochs, size),
    }
    train: Panel = {
        "kind": "pictures", "title": f"The {size} pictures of the training set, as this epoch sees them", "pictures": "train",
        "ends": "train_ends", "show": "shown", "captions": list(found.labels) * epochs, "weight": size, "narrowHeight": 340,
    }  # fmt: skip
    same: Panel = {
        "kind": "pictures", "title": "Validation", "pictures": "valid", "ends": "valid_ends",
        "captions": ["centre square"], "weight": 1, "narrowHeight": 180,
    }  # fmt: skip
    series = [
        {"x": "epoch", "y": "seen", "label": "different training pictures seen", "color": "activations"},
        {"x": "epoch", "y": "size", "label": "pictures in the data set", "color": "data", "lane": "B"},
        {"x": "epoch", "y": "seen of validation", "label": "different validation pictures seen", "color": "data"},
    ]
    curve: Panel = {
        "kind": "curve", "title": "Counted, pixel by pixel", "xLabel": "epochs", "at": "epoch", "series": series,
        "yDomain": [0, 1.06 * max(seen)], "narrowHeight": 240,
    }  # fmt: skip
    labels = [f"epoch {epoch} of {epochs}" for epoch in range(1, epochs + 1)]
    return (Row(190, (train, same)), Row(240, (curve,))), {
        "frames": epochs, "time": {"labels": labels}, "seconds": 1.2 * epochs,
    }  # fmt: skip


def _batches(found: Batches, arrays: Arrays) -> tuple[tuple[Row, ...], dict[str, Any]]:
    draws, size = found.draws, found.size
    arrays |= together("uncropped", [encoded(picture) for picture in found.uncropped])
    arrays |= together("pictures", [encoded(picture) for picture in found.pictures])
    arrays |= {"shown": np.arange(BATCHES * size).reshape(BATCHES, size), "boxes": draws.boxes}
    captions = [
        f"{found.labels[i % size]}\n{'flipped, ' if draws.flipped[i] else ''}{_degrees(draws, i)}"
        for i in range(BATCHES * size)
    ]
    before: Panel = {
        "kind": "pictures", "title": "Flipped, turned, zoomed and warped, each its own way; and the batch's one crop box",
        "pictures": "uncropped", "ends": "uncropped_ends", "show": "shown", "boxes": "boxes", "captions": captions,
        "narrowHeight": 340,
    }  # fmt: skip
    after: Panel = {
        "kind": "pictures", "title": "Cropped, then each lit its own way: the batch that the model sees",
        "pictures": "pictures", "ends": "pictures_ends", "show": "shown", "narrowHeight": 240,
    }  # fmt: skip
    labels = [f"batch {i + 1} of {BATCHES}" for i in range(BATCHES)]
    return (Row(214, (before,)), Row(184, (after,))), {
        "frames": BATCHES, "time": {"labels": labels}, "seconds": 2.0 * BATCHES,
    }  # fmt: skip
