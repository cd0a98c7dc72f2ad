"""A visitor's marks are counted, and what is known of them is said."""

from core.exhibits.top_losses.by_loss import VisitorMarks
from core.exhibits.top_losses.cleaning import DELETE, KEEP
from core.exhibits.top_losses.find_suspects import experiment
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.staging import LETTERS, brief
from tests.suspects import NAME


def no_work(*_: object) -> None:
    """As if a job had not got there yet."""


def test_marks_are_counted(settings: Settings) -> None:
    result = experiment(settings)
    assert "Nothing" in result.with_marks_of(VisitorMarks({}, no_work)).marked()
    log = ((0, DELETE, 9, DELETE), (1, 2), (2, KEEP))
    marked = result.with_marks_of(VisitorMarks({f"{NAME} 60": log}, no_work)).marked()
    assert marked == (
        "4 marked: 1 to keep, 2 to delete, 1 to relabel. "
        "Labels known to be wrong among those to delete or relabel: 2 of 3."
    )


def test_names_are_cut_to_a_line() -> None:
    assert brief("american_pit_bull_terrier") == "american pit b…"
    assert len(brief("x" * 60)) == LETTERS
    assert brief("pug") == "pug"
