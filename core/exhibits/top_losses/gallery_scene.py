"""One page of the gallery of pictures by loss: which pictures it shows, and what is sent of them."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.arrays import Array
from core.data.pets import load
from core.exhibits.top_losses.by_loss import PicturesByLoss
from core.exhibits.top_losses.cleaning import MOST_STEPS, Log
from core.exhibits.top_losses.thumbnails import thumbnail
from core.nn.confusion import confusion_matrix
from core.stage.pictures import pictures_together
from core.stage.scene import packed
from core.words import format_breed

PAGE = 24
SMALL, LARGE = 160, 640  # pixels of a picture's longer side
PAIRS = 40  # cells of the confusion matrix that are offered
ANY = -1
SHOW = ("all", "contradicted", "marked")
ORDER = ("high", "low")


@dataclass(frozen=True, kw_only=True)
class GalleryView:
    """What the gallery shows: pictures with this label and that prediction, page by page."""

    page: int = 0
    actual: int = ANY  # index of a breed
    predicted: int = ANY  # index of a breed
    show: str = "all"
    order: str = "high"
    zoom: int | None = None  # index of the picture that is shown large


def read_view(sent: Any, pictures: int, classes: int) -> GalleryView:
    """The view that a browser sent; what is not valid in it is left at its default."""
    given = sent if isinstance(sent, dict) else {}

    def integer(name: str, low: int, end: int, default: Any) -> Any:
        value = given.get(name)
        return value if type(value) is int and low <= value < end else default

    def word(name: str, words: tuple[str, ...]) -> str:
        value = given.get(name)
        return value if isinstance(value, str) and value in words else words[0]

    return GalleryView(
        page=integer("page", 0, pictures, 0),
        actual=integer("actual", ANY, classes, ANY),
        predicted=integer("predicted", ANY, classes, ANY),
        show=word("show", SHOW),
        order=word("order", ORDER),
        zoom=integer("zoom", 0, pictures, None),
    )


def chosen(result: PicturesByLoss, view: GalleryView, log: Log) -> Array:
    """Indices of the pictures that pass the filters, in order. `marked` is what was ever marked: it keeps its place."""
    judged, order = result.judged, result.order
    predicted = result.logp.argmax(1)
    passes = np.full(len(judged), True)
    if view.actual != ANY:
        passes &= judged.targets == view.actual
    if view.predicted != ANY:
        passes &= predicted == view.predicted
    if view.show == "contradicted":
        passes &= predicted != judged.targets
    if view.show == "marked":
        passes &= np.isin(np.arange(len(judged)), [index for step in log for index in step[::2]])
    indices = order[passes[order]]
    return indices if view.order == "high" else indices[::-1]


def confused(result: PicturesByLoss) -> list[tuple[int, int, int]]:
    """Label, prediction and how often, for the pairs that are confused most among the pictures shown."""
    judged, order = result.judged, result.order
    predictions = result.logp.argmax(1)
    matrix = confusion_matrix(judged.targets[order], predictions[order], len(judged.vocab))
    np.fill_diagonal(matrix, 0)
    cells = np.argsort(-matrix, axis=None, kind="stable")[:PAIRS]
    pairs = [divmod(int(cell), len(matrix)) for cell in cells]
    return [
        (actual, predicted, int(matrix[actual, predicted])) for actual, predicted in pairs if matrix[actual, predicted]
    ]


def page(result: PicturesByLoss, view: GalleryView, log: Log, base: Log, epoch: int) -> bytes:
    """The page, packed: its pictures' files and what is written with them.

    `base` is the log that the browser takes over when `epoch` is new to it; its own is newer otherwise.
    """
    pets = load(result.judged.pets)
    indices = chosen(result, view, log)
    pages = max(1, -(-len(indices) // PAGE))
    number = min(view.page, pages - 1)
    shown = indices[number * PAGE : (number + 1) * PAGE]
    files = [thumbnail(pets, int(i), SMALL) for i in shown]
    if view.zoom is not None:
        files.append(thumbnail(pets, view.zoom, LARGE))
    gallery = {
        "epoch": epoch,
        "log": base,
        "most": MOST_STEPS,
        "breeds": [format_breed(breed) for breed in result.judged.vocab],
        "pairs": confused(result),
        "view": asdict(replace(view, page=number, zoom=None)),
        "pages": pages,
        "total": len(indices),
        "first": number * PAGE,
        "items": _items(result, shown),
        "large": view.zoom,
    }
    pictures = pictures_together(files)
    return packed({"gallery": gallery}, {"pictures": pictures.data, "pictures_ends": pictures.ends})


def _items(result: PicturesByLoss, indices: Array) -> list[dict[str, Any]]:
    """What is written with each of these pictures, by the names that the browser knows."""
    judged = result.judged
    logp, labels, truth = result.logp[indices], judged.targets[indices], judged.truth[indices]
    held_out = np.isin(indices, judged.valid)
    return [
        {
            "i": int(index),
            "name": judged.names[index],
            "label": int(label),
            "said": int(row.argmax()),
            "truth": int(true),
            "loss": round(float(-row[label]), 4),
            "p": round(float(np.exp(row.max())), 4),
            "q": float(f"{np.exp(row[label]):.3g}"),
            "part": "validation" if out else "training",
        }
        for index, row, label, true, out in zip(indices, logp, labels, truth, held_out, strict=True)
    ]
