"""The pet classifier on the stage: a head's training and its confusions, one picture judged, a fine-tuning."""

from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from core.data.pets import Pets, load
from core.data.pictures import thumbnail
from core.exhibits.pet_classifier.experiment import Result, Waiting, findings
from core.exhibits.pet_classifier.own_pet import TOP, OwnPet
from core.exhibits.pet_classifier.tuning import FIND, Tuning
from core.nn.pet_heads import Trained
from core.stage.pictures import encoded, together
from core.stage.scene import Panel, Row, Scene
from core.words import format_breed, plain_text

Arrays = dict[str, np.ndarray]
SHOWN = 130  # pixels of a picture's longer side
MOST = 160  # pictures that are sent: all wrong ones first
TILES = 12  # that are shown of a cell
SAMPLE = 8  # pictures while the features are being computed
CURVES, BELOW = 190, 330
NEAR = 8  # times as large: learning rates whose labels would lie on each other


def scene(result: Result) -> Scene:
    """The chosen view."""
    found = result.found
    if isinstance(found, Trained):
        return _head(result, found)
    if isinstance(found, OwnPet):
        return _own(result, found)
    if isinstance(found, Tuning):
        return _tuning(result, found)
    return _waiting(result, found)


def _small(pets: Pets, index: int) -> bytes:
    """A picture, small; kept for the next time, unless it goes with its session."""
    return _kept_small(pets, index) if pets.kept is None else encoded(thumbnail(pets.path(index), SHOWN))


@lru_cache(maxsize=2048)
def _kept_small(pets: Pets, index: int) -> bytes:
    return encoded(thumbnail(pets.path(index), SHOWN))


def _curve(title: str, name: str, color: str, **more: Any) -> Panel:
    series = [
        {"x": "epochs", "y": f"train {name}", "label": "learned from", "color": color, "lane": "B"},
        {"x": "epochs", "y": f"valid {name}", "label": "held out", "color": color},
    ]
    return {"kind": "curve", "title": title, "xLabel": "epochs", "at": "epochs", "series": series, **more}


def _accuracy() -> Panel:
    return _curve("Accuracy", "accuracy", "metric", yDomain=[0, 1])


def _head(result: Result, found: Trained) -> Scene:
    head, pets = found.head, load(result.settings.pets)
    arrays: Arrays = {
        "epochs": head.epochs,
        "train accuracy": head.train_accuracy,
        "valid accuracy": head.valid_accuracy,
        "train loss": head.train_loss,
        "valid loss": head.valid_loss,
    }
    finite = np.concatenate([head.train_loss, head.valid_loss])
    finite = finite[np.isfinite(finite)]
    high = float(min(finite.max(initial=1.0), 4 * head.train_loss[0])) if len(finite) else 1.0
    loss = _curve("Loss (cross-entropy)", "loss", "loss", yDomain=[0, 1.06 * high])
    matrix, pictures = _confusions(found, pets, arrays)
    time = {"at": "epochs", "total": head.settings.epochs, "unit": "epoch"}
    rows = Row(CURVES, (_accuracy(), loss)), Row(BELOW, (matrix, pictures))
    words = plain_text("A head on a frozen body, epoch by epoch.", findings(result))
    return Scene(rows, arrays, words, frames=len(head.kept), time=time, seconds=4.0)


def _confusions(found: Trained, pets: Pets, arrays: Arrays) -> tuple[Panel, Panel]:
    """The confusion matrix of the held-out pictures at every frame, and the pictures of its cells."""
    valid = found.valid
    predicted = found.head.predicted[:, valid]
    wrong = predicted[-1] != found.targets[valid]
    order = np.argsort(~wrong, kind="stable")  # those that are wrong at the end are sent in any case
    sent = order[:MOST]
    items = np.full(len(valid), -1, np.int32)
    items[sent] = np.arange(len(sent))
    arrays |= {
        "targets": found.targets[valid],
        "predicted": predicted.astype(np.uint8 if len(found.vocab) < 256 else np.int32),
    }
    arrays |= {"items": items, "said": arrays["predicted"][:, sent]}
    arrays |= together("files", [_small(pets, int(valid[i])) for i in sent])
    names = [format_breed(breed) for breed in found.vocab]
    matrix: Panel = {
        "kind": "confusion", "title": "Held-out pictures: what they are, what they were taken for", "names": names,
        "targets": "targets", "predicted": "predicted", "items": "items", "selection": "cell", "weight": 6, "narrowHeight": 360,
    }  # fmt: skip
    pictures: Panel = {
        "kind": "pictures", "title": "The chosen cell’s pictures, or all wrong ones", "pictures": "files", "ends": "files_ends",
        "captions": [names[found.targets[valid[i]]] for i in sent], "said": "said", "words": [f"→ {name}" for name in names],
        "chosen": "cell", "most": TILES, "weight": 5, "narrowHeight": 330,
    }  # fmt: skip
    return matrix, pictures


def _waiting(result: Result, found: Waiting) -> Scene:
    """While the features are being computed: the same picture, still empty, and some of the pictures that are looked at."""
    pets = load(result.settings.pets)
    sample = np.linspace(0, len(pets) - 1, min(SAMPLE, len(pets))).astype(int)
    names = [format_breed(breed) for breed in pets.vocab]
    arrays: Arrays = {
        "epochs": np.array([0.0, result.settings.epochs]),
        "none": np.zeros(0, np.int32),
        "nothing": np.zeros((1, 0), np.uint8),
        **{f"{part} {name}": np.full(2, np.nan) for part in ("train", "valid") for name in ("accuracy", "loss")},
        **together("files", [_small(pets, int(i)) for i in sample]),
    }
    curves = _accuracy(), _curve("Loss (cross-entropy)", "loss", "loss", yDomain=[0, 4])
    for curve in curves:
        curve.pop("at")
    matrix: Panel = {
        "kind": "confusion", "title": "Held-out pictures: what they are, what they were taken for", "names": names,
        "targets": "none", "predicted": "nothing", "items": "none", "selection": "cell", "weight": 6, "narrowHeight": 360,
    }  # fmt: skip
    pictures: Panel = {
        "kind": "pictures", "title": "Some of the pictures", "pictures": "files", "ends": "files_ends",
        "captions": [format_breed(pets.labels[int(i)]) for i in sample], "weight": 5, "narrowHeight": 330,
    }  # fmt: skip
    words = plain_text("The body looks at the pictures.", [f"{found.total} pictures of {len(names)} breeds."])
    return Scene((Row(CURVES, curves), Row(BELOW, (matrix, pictures))), arrays, words)


def _own(result: Result, found: OwnPet) -> Scene:
    """A picture and what the body sees of it, the breeds' probabilities, and the nearest training pictures."""
    pets = load(result.settings.pets)
    if found.image is None or found.seen is None:
        empty = Image.new("RGB", (64, 64), (128, 128, 128))
        shown, boxes = [encoded(empty)], np.zeros((1, 4), np.float32)
        captions = ["bring a picture"]
    else:
        shown = [encoded(found.image), encoded(Image.fromarray(found.seen), exact=True)]
        boxes = np.array([found.box, (0, 0, 0, 0)], np.float32)
        captions = ["as it came", f"what the body sees, {len(found.seen)}×{len(found.seen)}"]
    top = found.top()
    arrays: Arrays = {
        "boxes": boxes,
        "probabilities": np.array([p for _, p in top] or [0.0] * TOP, np.float32),
        **together("own", shown),
        **together("near", [_small(pets, index) for index, _ in found.nearest] or [encoded(Image.new("RGB", (8, 8)))]),
    }
    names = found.trained.vocab
    nearest = [f"{format_breed(names[found.trained.targets[i]])}\ncosine {cosine:.2f}" for i, cosine in found.nearest]
    pictures: Panel = {
        "kind": "pictures", "title": found.subject, "pictures": "own", "ends": "own_ends", "boxes": "boxes", "captions": captions,
        "weight": 3, "narrowHeight": 240,
    }  # fmt: skip
    bars: Panel = {
        "kind": "columns", "title": "The head’s most probable breeds", "names": [format_breed(breed) for breed, _ in top] or ["–"] * TOP,
        "columns": [{"title": "probability", "values": "probabilities", "domain": [0, 1], "color": "activations", "digits": 3}],
        "weight": 2, "narrowHeight": 220,
    }  # fmt: skip
    near: Panel = {
        "kind": "pictures", "title": "The training pictures whose features are nearest", "pictures": "near", "ends": "near_ends",
        "captions": nearest or [""], "narrowHeight": 330,
    }  # fmt: skip
    words = plain_text("A picture judged by the head.", findings(result))
    return Scene((Row(250, (pictures, bars)), Row(210, (near,))), arrays, words)


def _tuning(result: Result, found: Tuning) -> Scene:
    """lr_find's curve with its suggestions, the losses and rates of the training, the accuracy after every epoch."""
    arrays: Arrays = {}
    rows = (
        Row(240, (_finder(found, arrays), _losses(found, arrays))),
        Row(220, (_rates(found, arrays), _epochs(found, arrays))),
    )
    return Scene(rows, arrays, plain_text("fine_tune, mini-batch by mini-batch.", findings(result)))


def _finder(found: Tuning, arrays: Arrays) -> Panel:
    if find := found.find:
        rates, losses = np.array(find.rates), np.array(find.losses)
    else:  # the losses themselves, until fastai has smoothed them
        reports = found.reports(FIND)
        rates = np.array([rate for report in reports for _, rate in report.rates])
        losses = np.array([loss for report in reports for loss in report.losses])
    arrays |= {
        "tried": rates if len(rates) else np.array([1e-6, 10.0]),
        "found": losses if len(losses) else np.full(2, np.nan),
    }
    marks = _marks(find.suggestions) if find else []
    low = float(np.nanmin(arrays["found"])) if len(losses) else 0.0
    high = min(float(np.nanmax(arrays["found"])), 1.5 * float(losses[0])) if len(losses) else 4.0
    return {
        "kind": "curve", "title": "lr_find: loss at ever larger rates", "xLabel": "learning rate of the head", "xScale": "log",
        "xDomain": [1e-6, 10.0], "yDomain": [0.95 * low, 1.05 * high], "marks": marks,
        "series": [{"x": "tried", "y": "found", "label": "loss", "color": "loss"}],
    }  # fmt: skip


def _marks(suggestions: dict[str, float]) -> list[dict[str, Any]]:
    """A line for each suggestion; names of lines that are close together stand in one label."""
    marks: list[dict[str, Any]] = []
    labelled: dict[str, Any] = {"x": 0.0}
    for name, rate in sorted(suggestions.items(), key=lambda item: item[1]):
        mark = {"x": rate, "label": name}
        if rate < NEAR * labelled["x"]:
            labelled["label"] += f", {name}"
            mark["label"] = ""
        else:
            labelled = mark
        marks.append(mark)
    return marks


def _steps(found: Tuning, arrays: Arrays) -> list[float]:
    """The steps so far, as an array, and the domain of all."""
    reports = found.reports()
    taken = len(found.losses)
    arrays["step"] = np.arange(1, taken + 1) if taken else np.array([0.0, 1.0])
    rest = reports[-1].total - reports[-1].done if reports else 0
    return [0.0, float(max(taken + rest, 2))]


def _losses(found: Tuning, arrays: Arrays) -> Panel:
    domain = _steps(found, arrays)
    arrays["loss"] = found.losses if len(found.losses) else np.full(2, np.nan)
    return {
        "kind": "curve", "title": "Loss of the mini-batches", "xLabel": "step", "xDomain": domain,
        "series": [{"x": "step", "y": "loss", "label": "", "color": "loss"}], "yDomain": None if len(found.losses) else [0, 4],
    }  # fmt: skip


def _rates(found: Tuning, arrays: Arrays) -> Panel:
    domain = _steps(found, arrays)
    taken = found.rates if len(found.rates) else np.full((2, 2), np.nan)
    arrays |= {"body rate": np.where(taken[:, 0] > 0, taken[:, 0], np.nan), "head rate": taken[:, 1]}
    return {
        "kind": "curve", "title": "Learning rates: body frozen, then small", "xLabel": "step", "xDomain": domain, "yScale": "log",
        "yDomain": None if np.isfinite(taken).any() else [1e-6, 1e-1],
        "series": [{"x": "step", "y": "head rate", "label": "head", "color": "parameters"},
                   {"x": "step", "y": "body rate", "label": "body", "color": "parameters", "lane": "B"}],
    }  # fmt: skip


def _epochs(found: Tuning, arrays: Arrays) -> Panel:
    many = 1 + found.settings.epochs
    reached = [accuracy for _, accuracy in found.epochs]
    arrays["accuracy"] = np.array(reached + [0.0] * (many - len(reached)), np.float32)
    named = ["frozen", *[f"epoch {i}" for i in range(1, many)]]
    return {
        "kind": "bars", "title": "Accuracy on the held-out pictures", "labels": named, "heights": "accuracy",
        "color": "metric", "yDomain": [0, 1.1], "digits": 3 if len(reached) == many else 0,
    }  # fmt: skip
