"""Heads trained again without the suspects, or with their labels set right: what that changes on the same pictures."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.arrays import Numbers, Table
from core.data.download import Stop
from core.exhibits.top_losses.by_loss import PicturesByLoss, VisitorMarks
from core.exhibits.top_losses.cleaning import KEEP, Marks, guarded
from core.exhibits.top_losses.judging import judgement, retrained_by_rule, retrained_with
from core.exhibits.top_losses.retrain import Retrained
from core.exhibits.top_losses.settings import MINE, Labelling, Settings
from core.words import format_number


@dataclass(frozen=True, kw_only=True, eq=False)
class Retraining(PicturesByLoss):
    """Heads before and after cleaning, and the pictures that could be cleaned."""

    labelling: Labelling
    cleaning: str  # MINE, FIRST, RANDOM or WRONG
    retrained: Retrained

    def with_marks_of(self, visitor: VisitorMarks) -> "Retraining":
        """The same with a visitor's marks, and with heads that were trained with them once these are there."""
        marks = visitor.on(self.judged)
        if self.cleaning != MINE or not len(marks):
            return replace(self, marks=marks)
        again = visitor.later(train_with_marks, (self.labelling, marks))
        return replace(self, marks=marks, retrained=again or self.retrained, pending=again is None)

    def drawn_marks(self) -> Hashable:
        """The marks that the heads are trained with, if any, and whether that goes on."""
        return (self.marks, self.pending) if self.cleaning == MINE and len(self.marks) else None

    def findings(self) -> list[str]:
        retrained = self.retrained
        if self.pending:
            return ["Heads are being trained with your marks…"]
        if not retrained.changed:
            return [self._nothing_cleaned()]
        change = self._change()
        if not np.array_equal(retrained.truth, retrained.targets):
            change += " " + self._by_labels_as_they_stand()
        return [self._cleaned(), change, self._turned()]

    def _nothing_cleaned(self) -> str:
        retrained = self.retrained
        start = "You have marked no training picture yet" if self.cleaning == MINE else "Nothing was cleaned"
        accuracy = retrained.accuracies(retrained.truth)[0]
        return (
            f"{start}, so the heads are as before: accuracy :blue[{accuracy:.3f}] on "
            f"{len(retrained.valid)} validation pictures. Mark some below, or choose another way to clean."
        )

    def _cleaned(self) -> str:
        retrained = self.retrained
        sentence = (
            f"Of {retrained.trained:,} training pictures, {len(retrained.left_out)} left out and "
            f"{len(retrained.relabelled)} relabelled."
        )
        if retrained.wrong:
            sentence += (
                f" Known wrong labels mended: {retrained.mended} of {retrained.wrong}; "
                f"good ones lost: {retrained.spoilt}."
            )
        valid = set(self.judged.valid.tolist())
        held_out = sum(1 for index, action in self.marks.entries if action != KEEP and index in valid)
        if held_out and self.cleaning == MINE:
            sentence += (
                f" Marks on validation pictures ({held_out}) count for nothing here: the measure must stay the same."
            )
        return sentence

    def _change(self) -> str:
        retrained = self.retrained
        truth = retrained.truth
        (before, after), (mean, low, high) = retrained.accuracies(truth), retrained.change
        if not retrained.gains(truth).any():
            return (
                f"Accuracy on the same {len(truth)} validation pictures: :blue[{after:.3f}] before and after. "
                "So few show no change."
            )
        verdict = "It holds 0: on so few pictures this can be chance." if low <= 0 <= high else "It leaves out 0."
        return (
            f"Accuracy on the same {len(truth)} validation pictures, a mean of {len(retrained.before)} heads: "
            f":blue[{before:.3f}] before, :blue[{after:.3f}] after. "
            f"The change is **{points(mean)}** points, "
            f"with a 95% interval from {points(low)} to {points(high)}. {verdict}"
        )

    def _by_labels_as_they_stand(self) -> str:
        before, after = self.retrained.accuracies(self.retrained.targets)
        return f"That counts the true breeds; by the labels as they stand it is {before:.3f} and {after:.3f}."

    def _turned(self) -> str:
        worse, better = self.retrained.flips(self.retrained.truth)
        if not len(worse) + len(better):
            return "The first head is right and wrong about the same pictures as before."
        return (
            f"Pictures that the first head turned right: {len(better)}; wrong: {len(worse)}. "
            "If each was as likely to turn either way, so uneven a split has probability "
            f"{format_number(self.retrained.p_value)} (McNemar, exact)."
        )

    def numbers(self) -> Numbers:
        retrained = self.retrained
        (before, after), (mean, low, high) = retrained.accuracies(retrained.truth), retrained.change
        worse, better = retrained.flips(retrained.truth)
        return {
            "training pictures before": retrained.trained,
            "left out": len(retrained.left_out),
            "relabelled": len(retrained.relabelled),
            "validation pictures": len(retrained.valid),
            "accuracy before": before,
            "accuracy after": after,
            "change": mean,
            "95% interval, from": low,
            "95% interval, to": high,
            "turned right": len(better),
            "turned wrong": len(worse),
            "McNemar, exact": retrained.p_value,
        }

    def table(self) -> Table:
        """The validation pictures, before and after."""
        judged, retrained = self.judged, self.retrained
        breeds = np.array([guarded(breed) for breed in judged.vocab])
        return {
            "file": [guarded(judged.names[i]) for i in retrained.valid],
            "label": breeds[retrained.targets],
            "known breed": breeds[retrained.truth],
            "before": breeds[retrained.before[0]],
            "after": breeds[retrained.after[0]],
        }


def experiment(settings: Settings, stop: Stop = lambda: False) -> Retraining:
    """Heads trained after cleaning by the chosen rule; without a visitor's marks."""
    judged = judgement(settings.labelling, stop)
    return Retraining(
        judged=judged,
        judges=settings.judged,
        part=settings.split,
        order=judged.ranked(settings.judged, settings.split),
        labelling=settings.labelling,
        cleaning=settings.cleaning,
        retrained=retrained_by_rule(settings),
    )


def work(settings: Settings, stop: Stop) -> Iterator[Retraining]:
    """The work of a job, once the features are there."""
    if not stop():
        yield experiment(settings, stop)


def train_with_marks(asked: tuple[Labelling, Marks], stop: Stop) -> Iterator[Retrained]:
    """The work of a job: heads trained with a visitor's marks."""
    if not stop():
        yield retrained_with(*asked)


def points(share: float) -> str:
    """A change of accuracy in percentage points, with its sign."""
    rounded = round(100 * share, 1)
    return f"{rounded:+.1f}".replace("-", "−") if rounded else "0.0"
