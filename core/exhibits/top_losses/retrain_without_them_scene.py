"""What cleaning changed, on the stage: accuracies, how their change varies, the pictures cleaned and those turned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.pets import Pets, load
from core.exhibits.top_losses import staging
from core.exhibits.top_losses.retrain import Retrained, interval
from core.exhibits.top_losses.retrain_without_them import Retraining, points
from core.exhibits.top_losses.settings import FOLD
from core.exhibits.top_losses.staging import brief, seen_so_far, small_pictures
from core.exhibits.top_losses.suspects import top_losses
from core.exhibits.top_losses.waiting import Waiting
from core.stage.panels import Bars, Mark, Pictures
from core.stage.scene import Row, Scene
from core.stage.to_come import to_come

SHOWN = 6  # pictures cleaned, and pictures turned
BINS = 25


def scene(result: Retraining) -> Scene:
    """It has one frame."""
    retrained, pets = result.retrained, load(result.judged.pets)
    rows = [Row(200, (_accuracies(retrained), _changes(retrained)))]
    if retrained.changed:
        turned = _turned(result)
        cleaned = _picture_row(pets, _cleaned_title(result), _cleaned(result))
        title = "Turned by the first head: blue right, red wrong"
        rows.append(Row(290, (cleaned, _picture_row(pets, title, turned)) if turned else (cleaned,)))
    return Scene(rows=rows, alt=staging.alt_text(result.findings()))


def waiting_scene(result: Waiting) -> Scene:
    """What will stand in the panels, and the pictures as they are seen."""
    panels = (
        to_come(
            "Accuracy, same validation pictures",
            "Two bars: heads trained on the labels as they stand, and after cleaning.",
            weight=2,
        ),
        to_come(
            "Change of accuracy, pictures drawn anew",
            "How much of the change is chance: it is drawn two thousand times, as soon as all pictures have been seen.",
            weight=3,
        ),
    )
    rows = (Row(200, panels), Row(290, (seen_so_far(result),)))
    return Scene(rows=rows, alt=staging.alt_text(result.findings()))


def _accuracies(retrained: Retrained) -> Bars:
    heights = retrained.accuracies(retrained.truth)
    return Bars(
        title="Accuracy, same validation pictures",
        labels=["before", "after"],
        heights=np.array(heights, np.float32),
        color="metric",
        y_domain=(0, 1.12),
        digits=3,
        weight=2,
    )


def _changes(retrained: Retrained) -> Bars:
    """How the change of accuracy varies when the validation pictures are drawn anew."""
    means = 100 * retrained.drawn_gains if retrained.changed else np.zeros(1)
    reach = max(1.0, float(np.abs(means).max()) * 1.05)
    counts, edges = np.histogram(means, BINS, (-reach, reach))
    marks = [Mark(x=0.0, label="no change")]
    if retrained.changed:
        marks += [Mark(x=limit, label=points(limit / 100)) for limit in interval(means)]
    return Bars(
        title="Change of accuracy, pictures drawn anew",
        x_label="percentage points, with the 95% interval",
        edges=edges,
        heights=counts / len(means),
        color="metric",
        marks=marks,
        weight=3,
    )


@dataclass(frozen=True)
class _Tile:
    """A picture by its index, its caption, and the quantity that marks it."""

    index: int
    caption: str
    mark: staging.Mark


def _picture_row(pets: Pets, title: str, tiles: Sequence[_Tile]) -> Pictures:
    return Pictures(
        title=title,
        files=small_pictures(pets, [tile.index for tile in tiles]),
        captions=[tile.caption for tile in tiles],
        marks=[tile.mark for tile in tiles],
        narrow_height=420,
    )


def _cleaned_title(result: Retraining) -> str:
    changed = result.retrained.changed
    return f"Cleaned, {min(changed, SHOWN)} of {changed}" + ("; red: known wrong" if result.judged.wrong.any() else "")


def _cleaned(result: Retraining) -> list[_Tile]:
    """Training pictures that were left out or relabelled, those of the highest loss first."""
    judged, retrained = result.judged, result.retrained
    rows = np.concatenate([retrained.left_out, retrained.relabelled])
    rows = rows[top_losses(judged.losses(FOLD)[rows], SHOWN)]
    tiles = []
    for i in rows.tolist():
        new = "left out" if i in retrained.left_out else f"→ {brief(judged.vocab[retrained.labels[i]])}"
        caption = f"{brief(judged.vocab[judged.targets[i]])}\n{new}"
        tiles.append(_Tile(i, caption, "loss" if judged.wrong[i] else ""))
    return tiles


def _turned(result: Retraining) -> list[_Tile]:
    """Validation pictures that the first head turned: up to half of them right, and then wrong."""
    retrained, vocab = result.retrained, result.judged.vocab
    worse, better = retrained.flips(retrained.truth)
    better = better[: SHOWN // 2]
    worse = worse[: SHOWN - len(better)]
    right = [
        _Tile(
            int(retrained.valid[place]),
            f"{brief(vocab[retrained.truth[place]])}\nnot {brief(vocab[retrained.before[0, place]])}",
            "metric",
        )
        for place in better
    ]
    wrong = [
        _Tile(
            int(retrained.valid[place]),
            f"{brief(vocab[retrained.truth[place]])}\n→ {brief(vocab[retrained.after[0, place]])}",
            "loss",
        )
        for place in worse
    ]
    return right + wrong
