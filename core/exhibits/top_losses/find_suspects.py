"""The highest losses, and how many known wrong labels are among them: why not clean the data first (chapter 2)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.download import Stop
from core.exhibits.top_losses.by_loss import PicturesByLoss, VisitorMarks
from core.exhibits.top_losses.cleaning import guarded
from core.exhibits.top_losses.judging import early_judgement, judgement
from core.exhibits.top_losses.settings import ALL, FIT, FOLD, VALID, Settings
from core.exhibits.top_losses.suspects import Judged, at_least, chance_band
from core.nn.features import Progress
from core.words import format_breed, format_number, format_seconds, join_words

LOOKS = (10, 20, 50)  # pictures looked at
ANSWERS = ("less than a quarter", "about half", "more than three quarters")


@dataclass(frozen=True, kw_only=True)
class Look:
    """The first `pictures` by loss, and the known wrong labels among them."""

    pictures: int
    wrong: int
    by_chance: float  # the mean of what chance finds
    probability: float  # that chance finds as many or more


@dataclass(frozen=True, kw_only=True, eq=False)
class Suspects(PicturesByLoss):
    """Pictures by loss, and what is found among the first of them."""

    looked: int  # pictures that the visitor looks at
    looks: tuple[Look, ...]
    looks_by_others: tuple[Look, ...]  # by the other judges; none for validation pictures, which have only one
    progress: Progress | None = None  # of the features, while they are computed

    @property
    def known_wrong(self) -> int:
        """How many labels are known to be wrong among the pictures shown."""
        return int(self.judged.wrong[self.order].sum())

    @property
    def wrong_among_first(self) -> Array:
        """(n,) how many of them are among the first 1, 2, … n."""
        return self.judged.wrong[self.order].cumsum()

    def with_marks_of(self, visitor: VisitorMarks) -> "Suspects":
        """The same with a visitor's marks."""
        return replace(self, marks=visitor.on(self.judged))

    def findings(self) -> list[str]:
        return [*self._so_far(), *self.sentences()]

    def _so_far(self) -> list[str]:
        """How far the body is, while it looks."""
        far = self.progress
        if far is None or len(self.judged.seen) == len(self.judged):
            return []
        left = f", about {format_seconds(far.left)} left" if far.per_second else ""
        return [
            f"**{far.done:,} of {far.total:,} pictures** have been looked at{left}. "
            f"What is shown are losses of the first **{len(self.judged.seen)}**, by heads that know no others; "
            "they are trained again as more arrive."
        ]

    def sentences(self) -> list[str]:
        """What is found, without how far the body is."""
        if not self.known_wrong:
            return [self._highest_loss(), self._contradicted()]
        return [self._highest_loss(), self._against_chance(), *self._by_other_judges()]

    def _highest_loss(self) -> str:
        judged, first = self.judged, int(self.order[0])
        logp = self.logp[first]
        label, predicted = judged.targets[first], int(logp.argmax())
        p = np.exp(logp)
        return (
            f"The highest :red[loss] has *{judged.names[first]}*: labelled **{format_breed(judged.vocab[label])}**, "
            f"taken for **{format_breed(judged.vocab[predicted])}** with probability :orange[{p[predicted]:.3f}]. "
            f"Its label got :orange[{format_number(float(p[label]))}], and −log of that is :red[{-logp[label]:.2f}]."
        )

    def _contradicted(self) -> str:
        first = self.order[:50]
        misses = self.logp[first].argmax(1) != self.judged.targets[first]
        return (
            f"Nobody has said which of these {len(self.order):,} labels are wrong: of the first "
            f"{len(misses)} by loss the head contradicts {misses.sum()}. Look at them, and mark."
        )

    def _against_chance(self) -> str:
        pictures = join_words([f"{look.pictures}" for look in self.looks])
        wrong = join_words([f"**{look.wrong}**" for look in self.looks])
        by_chance = join_words([f"{look.by_chance:.1f}" for look in self.looks])
        sentence = (
            f"**{self.known_wrong}** of these {len(self.order):,} labels are known to be wrong. "
            f"Among the first {pictures} by loss stand {wrong} of them; chance finds {by_chance}"
        )
        if not self.looks:
            return f"{sentence}."
        last = self.looks[-1]
        return f"{sentence}, and as many among {last.pictures} with probability {format_number(last.probability, 1)}."

    def _by_other_judges(self) -> list[str]:
        """How the other judges would have done, where they differ most."""
        pairs = list(zip(self.looks, self.looks_by_others, strict=False))
        if not pairs:
            return []
        ours, theirs = max(pairs, key=lambda pair: abs(pair[0].wrong - pair[1].wrong))
        by_fit = self.judges == FOLD  # the others are the head that was trained on all
        judges = (
            "Judged by the head that was trained on these very labels, as in fastai"
            if by_fit
            else "Judged by heads that never saw the label"
        )
        start = f"{judges}, the first {ours.pictures} hold"
        if theirs.wrong == ours.wrong:
            return [f"{start} as many."]
        if (theirs.wrong < ours.wrong) != by_fit:
            return [f"{start} **{theirs.wrong}** instead of {ours.wrong}."]
        learnt = "the losses of what a head has learnt are low, so wrong labels hide behind pictures that it never saw"
        why = learnt if self.part == ALL else "a head learns some of the wrong labels by heart"
        return [f"{start} **{theirs.wrong}** instead of {ours.wrong}: {why}."]

    def numbers(self) -> Numbers:
        numbers: Numbers = {
            "pictures": len(self.order),
            "known wrong labels": self.known_wrong,
            "highest loss": float(self.losses[self.order[0]]),
        }
        for look in self.looks if self.known_wrong else ():
            numbers |= {
                f"wrong labels in the first {look.pictures}": look.wrong,
                f"by chance in {look.pictures}": look.by_chance,
                f"chance of as many in {look.pictures}": look.probability,
            }
        return numbers

    def table(self) -> Table:
        """The pictures by loss."""
        judged, order, logp = self.judged, self.order, self.logp[self.order]
        breeds = np.array([guarded(breed) for breed in judged.vocab])
        p = np.exp(logp)
        return {
            "file": [guarded(judged.names[i]) for i in order],
            "part": np.where(np.isin(order, judged.valid), "validation", "training"),
            "label": breeds[judged.targets[order]],
            "prediction": breeds[logp.argmax(1)],
            "loss": self.losses[order],
            "probability of the prediction": p.max(1),
            "probability of the label": p[np.arange(len(order)), judged.targets[order]],
            "label known to be wrong": judged.wrong[order],
        }


def experiment(settings: Settings, stop: Stop = lambda: False) -> Suspects:
    """All pictures judged, those of the chosen part ranked, and the first of them compared with chance."""
    return suspects(settings, judgement(settings.labelling, stop))


def early(settings: Settings, first: int) -> Suspects:
    """The same with so many of the first pictures, as soon as these have been seen."""
    return suspects(settings, early_judgement(settings.labelling, first))


def suspects(settings: Settings, judged: Judged) -> Suspects:
    """What the judges' losses show."""
    judges, part = settings.judged, settings.split
    others = FIT if judges == FOLD else FOLD
    return Suspects(
        judged=judged,
        judges=judges,
        part=part,
        order=judged.ranked(judges, part),
        looked=settings.looked,
        looks=looks_at(judged, judges, part, settings.looked),
        looks_by_others=() if part == VALID else looks_at(judged, others, part, settings.looked),
    )


def work(settings: Settings, stop: Stop) -> Iterator[Suspects]:
    """The work of a job, once the features are there."""
    if not stop():
        yield experiment(settings, stop)


def looks_at(judged: Judged, judges: str, part: str, looked: int) -> tuple[Look, ...]:
    """What the first pictures by loss hold, for so many of them that are looked at."""
    wrong = judged.wrong_among_first(judges, part)
    pictures, known = len(wrong), int(wrong[-1])
    return tuple(
        Look(
            pictures=k,
            wrong=int(wrong[k - 1]),
            by_chance=chance_band(pictures, known, k)[0],
            probability=at_least(int(wrong[k - 1]), pictures, known, k),
        )
        for k in sorted({*LOOKS, looked})
        if k <= pictures
    )


def how_many_found(result: Suspects) -> str:
    """The answer to the page's question: how many of the wrong labels are among as many pictures by loss."""
    wrong = result.wrong_among_first
    share = wrong[wrong[-1] - 1] / wrong[-1]
    return ANSWERS[0] if share < 0.25 else ANSWERS[1] if share < 0.75 else ANSWERS[2]


def why_found(result: Suspects) -> str:
    """What the answer rests on."""
    wrong = result.wrong_among_first
    pictures, known = len(wrong), int(wrong[-1])
    by_chance = chance_band(pictures, known, known)[0]
    return (
        f"Of {pictures:,} labels {known} are wrong. Among the first {known} by loss stand "
        f"**{wrong[known - 1]}** of them; chance would find {by_chance:.1f}."
    )
