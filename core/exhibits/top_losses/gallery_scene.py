"""One page of the gallery of pictures by loss: which pictures it shows, and all that is sent of them."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.data.pets import load
from core.exhibits.top_losses.cleaning import MOST_STEPS, Log
from core.exhibits.top_losses.judging import Result
from core.exhibits.top_losses.suspects import Judged
from core.exhibits.top_losses.thumbnails import thumbnail
from core.nn.confusion import confusion_matrix
from core.stage.pictures import together
from core.stage.scene import Scene
from core.words import format_breed

PAGE = 24
SMALL, LARGE = 160, 640  # pixels of a picture's longer side
PAIRS = 40  # cells of the confusion matrix that are offered
ANY = -1
SHOW = ("all", "contradicted", "marked")
ORDER = ("high", "low")


@dataclass(frozen=True)
class View:
    """What the gallery shows: labelled so, taken for that, page by page; `zoom` is a picture's index."""

    page: int = 0
    actual: int = ANY
    predicted: int = ANY
    show: str = "all"
    order: str = "high"
    zoom: int | None = None


def read_view(sent: Any, pictures: int, classes: int) -> View:
    """The view that a browser sent; what is not valid in it is left at its default."""
    given = sent if isinstance(sent, dict) else {}

    def whole(name: str, low: int, end: int, default: Any) -> Any:
        value = given.get(name)
        return value if type(value) is int and low <= value < end else default

    def word(name: str, words: tuple[str, ...]) -> str:
        value = given.get(name)
        return value if isinstance(value, str) and value in words else words[0]

    return View(
        whole("page", 0, pictures, 0),
        whole("actual", ANY, classes, ANY),
        whole("predicted", ANY, classes, ANY),
        word("show", SHOW),
        word("order", ORDER),
        whole("zoom", 0, pictures, None),
    )


def chosen(result: Result, view: View, log: Log) -> Array:
    """Indices of the pictures that pass the filters, in order. `marked` is what was ever marked: it stays in its place."""
    judged, order = result.judged, result.order
    assert judged
    said = judged.logp(result.settings.judged).argmax(1)
    passes = np.full(len(judged), True)
    if view.actual != ANY:
        passes &= judged.targets == view.actual
    if view.predicted != ANY:
        passes &= said == view.predicted
    if view.show == "contradicted":
        passes &= said != judged.targets
    if view.show == "marked":
        passes &= np.isin(np.arange(len(judged)), [index for step in log for index in step[::2]])
    found = order[passes[order]]
    return found if view.order == "high" else found[::-1]


def confused(result: Result) -> list[tuple[int, int, int]]:
    """Label, prediction and how often, for the pairs that are confused most among the pictures shown."""
    judged, order = result.judged, result.order
    assert judged
    said = judged.logp(result.settings.judged).argmax(1)
    matrix = confusion_matrix(judged.targets[order], said[order], len(judged.vocab))
    np.fill_diagonal(matrix, 0)
    cells = np.argsort(-matrix, axis=None, kind="stable")[:PAIRS]
    pairs = [divmod(int(cell), len(matrix)) for cell in cells]
    return [(actual, said, int(matrix[actual, said])) for actual, said in pairs if matrix[actual, said]]


def page(result: Result, view: View, log: Log, base: Log, epoch: int) -> bytes:
    """The page, packed: its pictures' files and what is said of them.

    `base` is the log that the browser takes over when `epoch` is new to it; its own is newer otherwise.
    """
    judged = result.judged
    assert judged
    pets = load(result.settings.pets)
    found = chosen(result, view, log)
    pages = max(1, -(-len(found) // PAGE))
    number = min(view.page, pages - 1)
    rows = found[number * PAGE : (number + 1) * PAGE]
    files = [thumbnail(pets, int(i), SMALL) for i in rows]
    if view.zoom is not None:
        files.append(thumbnail(pets, view.zoom, LARGE))
    gallery = {
        "epoch": epoch, "log": base, "most": MOST_STEPS, "breeds": [format_breed(breed) for breed in judged.vocab],
        "pairs": confused(result), "view": asdict(View(number, view.actual, view.predicted, view.show, view.order)),
        "pages": pages, "total": len(found), "first": number * PAGE, "items": _items(result, judged, rows), "large": view.zoom,
    }  # fmt: skip
    return Scene((), together("pictures", files), "", extra={"gallery": gallery}).pack()


def _items(result: Result, judged: Judged, rows: Array) -> list[dict[str, Any]]:
    logp = judged.logp(result.settings.judged)[rows]
    held = np.isin(rows, judged.valid)
    return [
        {
            "i": int(i), "name": judged.names[i], "label": int(label), "said": int(line.argmax()), "truth": int(truth),
            "loss": round(float(-line[label]), 4), "p": round(float(np.exp(line.max())), 4),
            "q": float(f"{np.exp(line[label]):.3g}"), "part": "validation" if out else "training",
        }
        for i, line, label, truth, out in zip(rows, logp, judged.targets[rows], judged.truth[rows], held, strict=True)
    ]  # fmt: skip
