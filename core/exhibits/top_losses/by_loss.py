"""What both views have: pictures by descending loss, and a visitor's marks on them."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.arrays import Array
from core.data.download import Stop
from core.exhibits.top_losses.cleaning import Log, Marks, marks_of
from core.exhibits.top_losses.settings import Labelling
from core.exhibits.top_losses.suspects import Judged

Later = Callable[[Callable[[Any, Stop], Iterator[Any]], tuple[Labelling, Marks]], Any]
"""Has a job do a piece of work, once for the same argument; gives its last part, or None until that is there."""


@dataclass(frozen=True)
class VisitorMarks:
    """What a visitor brings: logs of marks by set of pictures, and a way to have a job work with them."""

    logs: Mapping[str, Log]
    later: Later

    def on(self, judged: Judged) -> Marks:
        """The marks on this set of pictures."""
        return marks_of(self.logs.get(judged.key, ()))


@dataclass(frozen=True, kw_only=True, eq=False)
class PicturesByLoss:
    """Pictures, their losses by the chosen heads, and those of the chosen part by descending loss."""

    judged: Judged
    judges: str  # FOLD or FIT
    part: str  # ALL, TRAIN or VALID
    order: Array  # indices of that part's pictures, the highest loss first
    marks: Marks = Marks()
    pending: bool = False  # heads are being trained with a visitor's marks

    @property
    def logp(self) -> Array:
        """(N, C) log-probabilities of all pictures by the chosen heads."""
        return self.judged.logp(self.judges)

    @property
    def losses(self) -> Array:
        """(N,) losses of all pictures by the chosen heads."""
        return self.judged.losses(self.judges)

    def drawn_marks(self) -> Hashable:
        """Of a visitor's marks, what the stage shows: nothing; they stand in the gallery below."""
        return None

    def marked(self) -> str:
        """What a visitor has marked, and how much of it was right where that is known."""
        marks, judged = self.marks, self.judged
        if not len(marks):
            return "Nothing is marked yet."
        deleted, relabelled = marks.deleted, marks.relabelled
        sentence = (
            f"{len(marks)} marked: {len(marks.kept)} to keep, {len(deleted)} to delete, {len(relabelled)} to relabel."
        )
        if judged.wrong.any() and len(deleted) + len(relabelled):
            hits = int(judged.wrong[deleted].sum()) + sum(bool(judged.wrong[i]) for i in relabelled)
            sentence += (
                " Labels known to be wrong among those to delete or relabel: "
                f"{hits} of {len(deleted) + len(relabelled)}."
            )
        return sentence
