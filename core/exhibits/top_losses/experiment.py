"""Exhibit: why not clean first? Train, look at the highest losses, mark what is wrong, train again without it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.exhibits.top_losses.cleaning import KEEP, guarded
from core.exhibits.top_losses.judging import (
    FIND,
    MINE,
    Mine,
    Result,
    Settings,
    complete,
    doing,
    experiment,
    join,
    wants_job,
    whole,
    with_mine,
    work,
)
from core.exhibits.top_losses.retrain import Retrained, interval, mcnemar
from core.exhibits.top_losses.suspects import ALL, FIT, FOLD, VALID, Judged, at_least, chance_band
from core.words import format_breed, format_number, format_seconds, join_words

__all__ = [
    "Mine", "Result", "Settings", "complete", "doing", "experiment", "findings", "how_many_found", "join", "marked", "numbers",
    "table", "wants_job", "whole", "why_found", "with_mine", "work",
]  # fmt: skip

LOOKS = (10, 20, 50)  # pictures looked at


def found_among(result: Result, judged: str) -> list[tuple[int, int, float, float]]:
    """For so many pictures looked at: how many known wrong labels are among them, how many by chance, and how likely."""
    assert result.judged
    found = result.judged.found(judged, result.settings.split)
    n, marked = len(found), int(found[-1])
    tried = [k for k in sorted({*LOOKS, result.settings.looked}) if k <= n]
    return [
        (k, int(found[k - 1]), chance_band(n, marked, k)[0], at_least(int(found[k - 1]), n, marked, k)) for k in tried
    ]


def gain(retrained: Retrained) -> tuple[float, float, float]:
    """The mean change of accuracy, and the limits of its interval."""
    return float(retrained.gains(retrained.truth).mean()), *interval(retrained.drawn_gains)


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    if result.judged is None:
        return [_waiting(result)]
    if result.settings.view == FIND:
        return _found_suspects(result, result.judged)
    return _retrained(result, result.judged)


def _waiting(result: Result) -> str:
    far = result.progress
    start = "EfficientNet-Lite0 looks at every picture, once: what it sees in them is kept."
    if far is None or not far.per_second:
        return f"{start} Then heads are trained in a few seconds."
    if far.done == far.total:
        return f"All {far.total:,} pictures have been looked at. Now heads are trained."
    return f"{start} {far.done:,} of {far.total:,} are done, {far.per_second:.0f} a second, about {format_seconds(far.left)} left."


def _found_suspects(result: Result, judged: Judged) -> list[str]:
    by, first = result.settings.judged, int(result.order[0])
    logp = judged.logp(by)[first]
    label, said = judged.targets[first], int(logp.argmax())
    p = np.exp(logp)
    head = (
        f"The highest :red[loss] has *{judged.names[first]}*: labelled **{format_breed(judged.vocab[label])}**, "
        f"taken for **{format_breed(judged.vocab[said])}** with probability :orange[{p[said]:.3f}]. Its label got "
        f":orange[{format_number(float(p[label]))}], and −log of that is :red[{-logp[label]:.2f}]."
    )
    known = found_among(result, by)
    marked = int(judged.wrong[result.order].sum())
    if not marked:
        misses = judged.logp(by)[result.order[:50]].argmax(1) != judged.targets[result.order[:50]]
        return [head, f"Nobody has said which of these {len(result.order):,} labels are wrong: of the first "
                f"{len(misses)} by loss the head contradicts {misses.sum()}. Look at them, and mark."]  # fmt: skip
    looks, finds = join_words([f"{k}" for k, *_ in known]), join_words([f"**{found}**" for _, found, *_ in known])
    chance = join_words([f"{mean:.1f}" for *_, mean, _ in known])
    said_known = (
        f"**{marked}** of these {len(result.order):,} labels are known to be wrong. Among the first {looks} by loss stand "
        f"{finds} of them; chance finds {chance}"
        + (f", and as many among {known[-1][0]} with probability {format_number(known[-1][3], 1)}." if known else ".")
    )
    return [head, said_known, *_other_judge(result, known)]


def _other_judge(result: Result, known: list[tuple[int, int, float, float]]) -> list[str]:
    """How the other judges would have done; validation pictures have only one."""
    if result.settings.split == VALID or not known:
        return []
    other = FIT if result.settings.judged == FOLD else FOLD
    pairs = [(k, ours, theirs[1]) for (k, ours, *_), theirs in zip(known, found_among(result, other), strict=True)]
    k, ours, theirs = max(pairs, key=lambda pair: abs(pair[1] - pair[2]))
    names = (
        "Judged by the head that was trained on these very labels, as in fastai"
        if other == FIT
        else "Judged by heads that never saw the label"
    )
    if theirs == ours:
        return [f"{names}, the first {k} hold as many."]
    if (theirs < ours) != (other == FIT):
        return [f"{names}, the first {k} hold **{theirs}** instead of {ours}."]
    learnt = "the losses of what a head has learnt are low, so wrong labels hide behind pictures that it never saw"
    why = learnt if result.settings.split == ALL else "a head learns some of the wrong labels by heart"
    return [f"{names}, the first {k} hold **{theirs}** instead of {ours}: {why}."]


def marked(result: Result) -> str:
    """What a visitor has marked, and how much of it was right where that is known."""
    marks, judged = result.marks, result.judged
    if not len(marks) or judged is None:
        return "Nothing is marked yet."
    out, new = marks.deleted, marks.relabelled
    line = f"{len(marks)} marked: {len(marks.kept)} to keep, {len(out)} to delete, {len(new)} to relabel."
    if judged.wrong.any() and len(out) + len(new):
        hits = int(judged.wrong[out].sum()) + sum(bool(judged.wrong[i]) for i in new)
        line += f" Labels known to be wrong among those to delete or relabel: {hits} of {len(out) + len(new)}."
    return line


def _retrained(result: Result, judged: Judged) -> list[str]:
    retrained = result.retrained
    if retrained is None or result.pending:
        return ["Heads are being trained with your marks…"]
    if not retrained.changed:
        none = "You have marked no training picture yet" if result.settings.cleaning == MINE else "Nothing was cleaned"
        return [f"{none}, so the heads are as before: accuracy :blue[{retrained.accuracies(retrained.truth)[0]:.3f}] on "
                f"{len(retrained.valid)} validation pictures. Mark some below, or choose another way to clean."]  # fmt: skip
    said = [_cleaned(result, judged, retrained), _changed(retrained)]
    if not np.array_equal(retrained.truth, retrained.targets):
        said[1] += " " + _by_given(retrained)
    return [*said, _turned(retrained)]


def _turned(retrained: Retrained) -> str:
    worse, better = retrained.flips(retrained.truth)
    if not len(worse) + len(better):
        return "The first head is right and wrong about the same pictures as before."
    return (
        f"Pictures that the first head turned right: {len(better)}; wrong: {len(worse)}. If each was as likely to turn either "
        f"way, so uneven a split has probability {format_number(mcnemar(len(worse), len(better)))} (McNemar, exact)."
    )


def _cleaned(result: Result, judged: Judged, retrained: Retrained) -> str:
    line = (
        f"Of {retrained.trained:,} training pictures, {len(retrained.left_out)} left out and {len(retrained.relabelled)} "
        "relabelled."
    )
    if retrained.wrong:
        line += (
            f" Known wrong labels mended: {retrained.mended} of {retrained.wrong}; good ones lost: {retrained.spoilt}."
        )
    held = sum(1 for index, action in result.marks.entries if action != KEEP and index in set(judged.valid.tolist()))
    if held and result.settings.cleaning == MINE:
        line += f" Marks on validation pictures ({held}) count for nothing here: the measure must stay the same."
    return line


def _changed(retrained: Retrained) -> str:
    by = retrained.truth
    (before, after), (mean, low, high) = retrained.accuracies(by), gain(retrained)
    if not retrained.gains(by).any():
        return f"Accuracy on the same {len(by)} validation pictures: :blue[{after:.3f}] before and after. So few show no change."
    verdict = "It holds 0: on so few pictures this can be chance." if low <= 0 <= high else "It leaves out 0."
    return (
        f"Accuracy on the same {len(by)} validation pictures, a mean of {len(retrained.before)} heads: :blue[{before:.3f}] "
        f"before, :blue[{after:.3f}] after. The change is **{points(mean)}** points, with a 95% interval from {points(low)} to "
        f"{points(high)}. {verdict}"
    )


def _by_given(retrained: Retrained) -> str:
    before, after = retrained.accuracies(retrained.targets)
    return f"That counts the true breeds; by the labels as they stand it is {before:.3f} and {after:.3f}."


def points(share: float) -> str:
    """A change of accuracy in percentage points, with its sign."""
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    result = complete(result)
    assert result.judged
    if result.retrained is not None:
        return _numbers_retrained(result.retrained)
    judged, order = result.judged, result.order
    found: dict[str, Any] = {
        "pictures": len(order),
        "known wrong labels": int(judged.wrong[order].sum()),
        "highest loss": float(judged.losses(result.settings.judged)[order[0]]),
    }
    for k, hits, mean, tail in found_among(result, result.settings.judged) if judged.wrong[order].any() else ():
        found |= {f"wrong labels in the first {k}": hits, f"by chance in {k}": mean, f"chance of as many in {k}": tail}
    return found


def _numbers_retrained(retrained: Retrained) -> dict[str, Any]:
    (before, after), (mean, low, high) = retrained.accuracies(retrained.truth), gain(retrained)
    worse, better = retrained.flips(retrained.truth)
    return {
        "training pictures before": retrained.trained, "left out": len(retrained.left_out),
        "relabelled": len(retrained.relabelled), "validation pictures": len(retrained.valid),
        "accuracy before": before, "accuracy after": after, "change": mean, "95% interval, from": low,
        "95% interval, to": high, "turned right": len(better), "turned wrong": len(worse),
        "McNemar, exact": mcnemar(len(worse), len(better)),
    }  # fmt: skip


def table(result: Result) -> dict[str, Sequence[Any]]:
    """Every picture with its loss, or every validation picture before and after."""
    result = complete(result)
    judged = result.judged
    assert judged
    breeds = np.array([guarded(breed) for breed in judged.vocab])
    if result.retrained is not None:
        again = result.retrained
        return {
            "file": [guarded(judged.names[i]) for i in again.valid],
            "label": breeds[again.targets], "known breed": breeds[again.truth],
            "before": breeds[again.before[0]], "after": breeds[again.after[0]],
        }  # fmt: skip
    order, logp = result.order, judged.logp(result.settings.judged)[result.order]
    p = np.exp(logp)
    return {
        "file": [guarded(judged.names[i]) for i in order],
        "part": np.where(np.isin(order, judged.valid), "validation", "training"),
        "label": breeds[judged.targets[order]], "prediction": breeds[logp.argmax(1)],
        "loss": judged.losses(result.settings.judged)[order], "probability of the prediction": p.max(1),
        "probability of the label": p[np.arange(len(order)), judged.targets[order]],
        "label known to be wrong": judged.wrong[order],
    }  # fmt: skip


def how_many_found(result: Result) -> str:
    """The answer to the page's question: how many of the wrong labels stand among as many pictures by loss."""
    result = complete(result)
    assert result.judged
    found = result.judged.found(result.settings.judged, result.settings.split)
    share = found[found[-1] - 1] / found[-1]
    return ANSWERS[0] if share < 0.25 else ANSWERS[1] if share < 0.75 else ANSWERS[2]


ANSWERS = ("less than a quarter", "about half", "more than three quarters")


def why_found(result: Result) -> str:
    """What the answer rests on."""
    result = complete(result)
    assert result.judged
    found = result.judged.found(result.settings.judged, result.settings.split)
    n, marked = len(found), int(found[-1])
    return (
        f"Of {n:,} labels {marked} are wrong. Among the first {marked} by loss stand **{found[marked - 1]}** of them; chance "
        f"would find {chance_band(n, marked, marked)[0]:.1f}."
    )
