"""Marks on pictures: keep, delete, relabel. They are kept in memory and in a CSV file; no picture is ever touched.

A log is the list of steps that were made, so that one can be undone; a step is a flat sequence index, action, index,
action, … of marks that were made together. fastai's `ImageClassifierCleaner` forgets such marks as soon as another
class is selected.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.data.labelled import as_written
from core.errors import UserError

NONE, KEEP, DELETE = -1, -2, -3
"""Actions; from 0 on an action is the new label's place in the vocab."""

Log = tuple[tuple[int, ...], ...]

MOST_STEPS = 20_000
MOST_MARKS = 50_000  # in all steps of a log together
MOST_BYTES = 2_000_000  # of an imported file
LISTED = 5  # names in a sentence

COLUMNS = ("file", "action", "label")
WORDS = {KEEP: "keep", DELETE: "delete"}
RELABEL = "relabel"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet may take for a formula at the start of a cell, and the apostrophe that guards against it."""

BROKEN = "These marks do not belong to these pictures: clear them, or import a file that was exported here."
LARGE = f"These are too many marks: at most {MOST_MARKS:,} are kept."


@dataclass(frozen=True)
class Marks:
    """The last action on each marked picture, (index, action) in the order of the pictures."""

    entries: tuple[tuple[int, int], ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def deleted(self) -> Array:
        """Indices marked to be left out, as ImageClassifierCleaner.delete() lists them."""
        return np.array([index for index, action in self.entries if action == DELETE], dtype=np.int64)

    @property
    def relabelled(self) -> dict[int, int]:
        """New labels by index, as ImageClassifierCleaner.change() pairs them."""
        return {index: action for index, action in self.entries if action >= 0}

    @property
    def kept(self) -> Array:
        """Indices that were looked at and found right."""
        return np.array([index for index, action in self.entries if action == KEEP], dtype=np.int64)

    def actions(self, pictures: int) -> Array:
        """(pictures,) each picture's action."""
        actions = np.full(pictures, NONE, dtype=np.int64)
        for index, action in self.entries:
            actions[index] = action
        return actions


def read_log(sent: Any, pictures: int, classes: int) -> Log:
    """The log that a browser sent, checked against that many pictures and classes; UserError where it is not valid."""
    if sent is None:
        return ()
    if not isinstance(sent, list | tuple) or not all(isinstance(step, list | tuple) for step in sent):
        raise UserError(BROKEN)
    if len(sent) > MOST_STEPS or sum(map(len, sent)) > 2 * MOST_MARKS:
        raise UserError(LARGE)
    for step in sent:
        if not step or len(step) % 2 or not all(type(number) is int for number in step):
            raise UserError(BROKEN)
        if not all(0 <= i < pictures for i in step[::2]) or not all(DELETE <= a < classes for a in step[1::2]):
            raise UserError(BROKEN)
    return tuple(tuple(step) for step in sent)


def marks_of(log: Log) -> Marks:
    """The marks after all steps of the log: the last action on each picture counts."""
    last: dict[int, int] = {}
    for step in log:
        last.update(zip(step[::2], step[1::2], strict=True))
    return Marks(tuple(sorted((index, action) for index, action in last.items() if action != NONE)))


def step_of(entries: Mapping[int, int]) -> tuple[int, ...]:
    """Marks as one step of a log."""
    return tuple(number for pair in entries.items() for number in pair)


def cleaned(targets: Array, train: Array, marks: Marks) -> tuple[Array, Array]:
    """Labels (N,) and training indices with the marks applied, as copies.

    Only marks on training pictures count: what is measured on the validation pictures must stay the same.
    """
    labels, training_pictures = targets.copy(), set(train.tolist())
    for index, label in marks.relabelled.items():
        if index in training_pictures:
            labels[index] = label
    return labels, train[~np.isin(train, marks.deleted)]


def to_csv(marks: Marks, names: Sequence[str], vocab: Sequence[str]) -> str:
    """The marks as a CSV file with the columns file, action, label; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for index, action in marks.entries:
        label = vocab[action] if action >= 0 else ""
        writer.writerow([guarded(names[index]), WORDS.get(action, RELABEL), guarded(label)])
    return text.getvalue()


def guarded(cell: str) -> str:
    """The cell, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def unguarded(cell: str) -> str:
    """The inverse of `guarded`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def from_csv(data: bytes, names: Sequence[str], vocab: Sequence[str]) -> tuple[dict[int, int], str | None]:
    """The actions in a CSV file by picture, and a sentence if it names pictures that are not here.

    UserError where it is not such a file.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"This file is too large for a list of marks: at most {MOST_BYTES // 1_000_000} MB.")
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise UserError("This is no CSV file in UTF-8: export one here to see how it looks.") from problem
    places = {name: i for i, name in enumerate(names)}
    labels = {breed: i for i, breed in enumerate(vocab)}
    actions: dict[int, int] = {}
    unknown: list[str] = []
    for line, row in enumerate(rows, 2):
        if not set(COLUMNS) <= set(row) or None in row or None in row.values():
            raise UserError(
                f"Line {line} does not have the columns {', '.join(COLUMNS)}: export a file here to see them."
            )
        file, action = unguarded(row["file"]), _action(line, row["action"], unguarded(row["label"]), labels)
        if file in places:
            actions[places[file]] = action
        else:
            unknown.append(file)
    if not rows:
        raise UserError(
            "This file holds no marks: it needs a first line with file,action,label and one line a picture."
        )
    return actions, _missing(unknown)


def _action(line: int, word: str, label: str, labels: Mapping[str, int]) -> int:
    """The action in a row; UserError where it is not valid."""
    actions = {name: action for action, name in WORDS.items()}
    if word in actions:
        return actions[word]
    if word != RELABEL:
        raise UserError(f"Line {line} says {as_written(word)}: an action is keep, delete or relabel.")
    if label not in labels:
        raise UserError(f"Line {line} gives the label {as_written(label)}, which none of these pictures has.")
    return labels[label]


def _missing(names: Sequence[str]) -> str | None:
    if not names:
        return None
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    listed = ", ".join(map(as_written, names[:LISTED]))
    return f"{len(names)} of the files named are not among these pictures and were left out: {listed}{more}."
