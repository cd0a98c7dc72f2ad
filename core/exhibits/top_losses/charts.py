"""*Top losses* to explore: every picture's loss against the head's confidence, and what cleaning turned."""

from collections.abc import Sequence

import numpy as np

from core.charts.grids import confusion_grid
from core.charts.marks import histogram_chart, line_chart, point_chart
from core.charts.theme import Chart
from core.data.pets import load
from core.exhibits.top_losses.find_suspects import Suspects
from core.exhibits.top_losses.retrain_without_them import Retraining
from core.exhibits.top_losses.thumbnails import thumbnail
from core.nn.confusion import confusion_matrix
from core.words import format_breed

PIXELS = 112  # of a chosen picture's longer side


def confidence_chart(result: Suspects) -> Chart | None:
    """Each picture's loss by the head's confidence in its own answer; None while the features are being computed."""
    if not isinstance(result, Suspects):
        return None
    columns = result.table()
    known = result.known_wrong
    columns |= {"label is": np.where(columns["label known to be wrong"], "known to be wrong", "not known to be wrong")}
    kinds = ("label is", {"not known to be wrong": "data", "known to be wrong": "loss"})
    return point_chart(
        columns,
        "probability of the prediction",
        "loss",
        title="Every picture's loss against the head's confidence",
        ink="data",
        kinds=kinds if known else None,
        tips=["file", "label", "prediction", "probability of the label"],
    )


def found_chart(result: Suspects) -> Chart | None:
    """How many known wrong labels are among the first by loss, and what chance finds; None where none is known."""
    if not isinstance(result, Suspects) or not result.known_wrong:
        return None
    looked = np.arange(1, len(result.order) + 1)
    columns = {
        "pictures looked at": looked,
        "by loss": result.wrong_among_first,
        "by chance": looked * result.known_wrong / len(looked),
    }
    inks = {"by loss": "loss", "by chance": "data"}
    title = "Wrong labels found among the first by loss"
    return line_chart(columns, "pictures looked at", inks, title=title, y="wrong labels found")


def losses_by_rank_chart(result: Suspects) -> Chart | None:
    """The losses in their order."""
    if not isinstance(result, Suspects):
        return None
    columns = {"rank": np.arange(1, len(result.order) + 1), "loss": result.losses[result.order]}
    return line_chart(columns, "rank", {"loss": "loss"}, title="Losses by rank", y="loss", log_x=True)


def suspects_pictures(result: Suspects, rows: Sequence[int]) -> list[tuple[bytes, str]]:
    """Small pictures of the table's rows, with label, prediction and loss."""
    pets, logp = load(result.judged.pets), result.logp
    pictures = []
    for index in result.order[list(rows)].tolist():
        label, said = result.judged.targets[index], int(logp[index].argmax())
        words = f"{_breed(result, label)} → {_breed(result, said)}, loss {result.losses[index]:.2f}"
        pictures.append((thumbnail(pets, index, PIXELS), words))
    return pictures


def _breed(result: Suspects | Retraining, number: int) -> str:
    return format_breed(result.judged.vocab[number])


def gains_chart(result: Retraining) -> Chart | None:
    """How the change of accuracy varies when the validation pictures are drawn anew; None where nothing was cleaned."""
    if not isinstance(result, Retraining) or not result.retrained.changed:
        return None
    columns = {"change of accuracy, percentage points": 100 * result.retrained.drawn_gains}
    return histogram_chart(
        columns,
        "change of accuracy, percentage points",
        title="Change of accuracy, pictures drawn anew",
        counted="draws",
        ink="metric",
        bins=30,
        marked={"no change": 0.0},
    )


def breeds_after_map(result: Retraining) -> Chart | None:
    """Which breed is taken for which by the first head after cleaning, by the true labels."""
    if not isinstance(result, Retraining):
        return None
    retrained = result.retrained
    names = [format_breed(breed) for breed in result.judged.vocab]
    before = confusion_matrix(retrained.truth, retrained.before[0], len(names))
    said = np.array([[f"before cleaning {number}" for number in row] for row in before.tolist()])
    return confusion_grid(
        confusion_matrix(retrained.truth, retrained.after[0], len(names)),
        names,
        title="Breed (row) taken for breed (column), after cleaning",
        said=said,
    )


def retrained_pictures(result: Retraining, rows: Sequence[int]) -> list[tuple[bytes, str]]:
    """Small pictures of the table's rows, with what the first head says before and after."""
    pets, retrained = load(result.judged.pets), result.retrained
    return [
        (
            thumbnail(pets, int(retrained.valid[row]), PIXELS),
            f"{_breed(result, retrained.targets[row])} → {_breed(result, retrained.before[0, row])} → "
            f"{_breed(result, retrained.after[0, row])}",
        )
        for row in rows
    ]
