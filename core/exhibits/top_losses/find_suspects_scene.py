"""The highest losses on the stage, ten at a time, beside what chance would find."""

import numpy as np

from core.arrays import Array
from core.data.pets import load
from core.exhibits.top_losses import staging
from core.exhibits.top_losses.find_suspects import Suspects
from core.exhibits.top_losses.settings import FIT, FOLD, VALID
from core.exhibits.top_losses.staging import brief, seen_so_far, small_pictures
from core.exhibits.top_losses.suspects import chance_band
from core.exhibits.top_losses.waiting import Waiting
from core.stage.panels import Curve, Mark, Pictures, Series
from core.stage.scene import Row, Scene, Time
from core.stage.to_come import to_come

PAGE = 10  # pictures in a frame
PAGES = 5
POINTS = 80  # of a curve
JUDGES = {FOLD: "never saw it", FIT: "trained on it"}
SECONDS = 1.8  # a frame
PICTURES, CURVES = 310, 190  # heights of the rows


def scene(result: Suspects) -> Scene:
    """Its time is a page of pictures."""
    frames = max(1, min(PAGES, -(-min(len(result.order), result.looked) // PAGE)))
    at = PAGE * np.arange(1, frames + 1)
    rows = (Row(PICTURES, (_pictures(result, frames),)), Row(CURVES, (_wrong_labels(result, at), _by_rank(result, at))))
    return _staged(rows, result.sentences(), frames)


def waiting_scene(result: Waiting) -> Scene:
    """What will stand in the panels, and the pictures as they are seen."""
    curves = (
        to_come(
            "Wrong labels found",
            "Looked at from the highest loss down, how many pictures does it take to find the wrong labels? "
            "A curve will tell, beside what chance would find.",
        ),
        to_come(
            "Loss of each picture",
            "And here every picture’s loss, from the highest to the lowest.",
        ),
    )
    return _staged((Row(PICTURES, (seen_so_far(result),)), Row(CURVES, curves)), result.findings(), 1)


def _staged(rows: tuple[Row, ...], sentences: list[str], frames: int) -> Scene:
    labels = [f"losses {PAGE * i + 1} to {PAGE * (i + 1)}" for i in range(frames)]
    return Scene(
        rows=rows,
        alt=staging.alt_text(sentences),
        time=Time(labels=labels),
        seconds=SECONDS * frames,
        autoplay=False,
    )


def _pictures(result: Suspects, frames: int) -> Pictures:
    """The pictures of all frames; each frame shows its own."""
    judged, first = result.judged, result.order[: frames * PAGE]
    places = np.full(frames * PAGE, -1)
    places[: len(first)] = np.arange(len(first))
    known = "; red: known wrong" if result.known_wrong else ""
    return Pictures(
        title=f"Highest losses first: label → prediction, its probability p{known}",
        files=small_pictures(load(judged.pets), first.tolist()),
        captions=_captions(result, first),
        marks=["loss" if judged.wrong[i] else "" for i in first],
        show=places.reshape(frames, PAGE),
        narrow_height=560,
    )


def _captions(result: Suspects, indices: Array) -> list[str]:
    judged = result.judged
    labels = [brief(judged.vocab[target]) for target in judged.targets[indices]]
    return [
        f"{label}\n→ {brief(judged.vocab[logp.argmax()])}\np {np.exp(logp.max()):.2f}, loss {loss:.2f}"
        for label, logp, loss in zip(labels, result.logp[indices], result.losses[indices], strict=True)
    ]


def _wrong_labels(result: Suspects, at: Array) -> Curve:
    """Known wrong labels among the first by loss against chance; or what the head contradicts, where none is known."""
    pictures, known = len(result.order), result.known_wrong
    looked = min(pictures, result.looked)
    most = min(pictures, max(6 * PAGE, 2 * known, looked + PAGE))
    k = np.union1d(np.linspace(1, most, POINTS).round().astype(np.int64), [looked])
    return Curve(
        title=f"Wrong labels found, of {known}" if known else "Labels that the head contradicts",
        x_label="pictures looked at",
        at=at,
        x_domain=(0, most),
        y_domain=(0, known * 1.05) if known else None,
        marks=[Mark(x=looked, label="")],
        series=[*_by_judges(result, k), *_chance(result, k)] if known else [_contradicted(result, k)],
    )


def _contradicted(result: Suspects, k: Array) -> Series:
    contradicted = result.logp[result.order].argmax(1) != result.judged.targets[result.order]
    return Series(x=k, y=contradicted.cumsum()[k - 1], label="the head contradicts", color="metric")


def _by_judges(result: Suspects, k: Array) -> list[Series]:
    """Wrong labels among the first k by the chosen judges and, where there are two, by the others."""
    curves = [Series(x=k, y=result.wrong_among_first[k - 1], label=JUDGES[result.judges], color="metric")]
    if result.part != VALID:
        others = FIT if result.judges == FOLD else FOLD
        wrong = result.judged.wrong_among_first(others, result.part)
        curves.append(Series(x=k, y=wrong[k - 1], label=JUDGES[others], color="metric", lane="B"))
    return curves


def _chance(result: Suspects, k: Array) -> list[Series]:
    """What chance finds among k pictures: the mean, and the ends of the 95% range."""
    bands = np.array([chance_band(len(result.order), result.known_wrong, int(looked)) for looked in k])
    return [
        Series(x=k, y=bands[:, 0], label="chance, 95%", color="data"),
        Series(x=k, y=bands[:, 1], color="data", faint=True),
        Series(x=k, y=bands[:, 2], color="data", faint=True),
    ]


def _by_rank(result: Suspects, at: Array) -> Curve:
    losses = result.losses[result.order]
    ranks = np.unique(np.geomspace(1, len(losses), 2 * POINTS).round().astype(np.int64))
    wrong = np.flatnonzero(result.judged.wrong[result.order])
    series = [Series(x=ranks, y=losses[ranks - 1], label="loss", color="loss")]
    if len(wrong):
        series.append(Series(x=wrong + 1, y=losses[wrong], label="known wrong", color="loss", symbol=0))
    return Curve(
        title="Loss of each picture, by rank",
        x_label="rank",
        x_scale="log",
        at=at,
        y_domain=(0, float(losses[0]) * 1.08),
        series=series,
    )
