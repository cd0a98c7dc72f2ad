"""Labelled pictures: files in a folder, what each shows, and the lesson's rule that names them."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATTERN = r"(.+)_\d+.jpg$"
"""The book's pattern for the breed in a file's name (chapter 5)."""

LONGEST_LABEL = 50  # characters
LETTERS = frozenset("LMN")  # what Unicode calls letters, their marks, and numbers


@dataclass(frozen=True, eq=False, kw_only=True)
class Pets:
    """A folder of pictures and what they show; shared, so nobody changes it.

    `names` follow the lesson's rule whatever the files are called, `labels` are the breeds. `planted` says of names
    with a wrong label which breed they truly show; `left_out` names files that could not be used, with the reason.
    """

    name: str
    folder: Path
    names: tuple[str, ...]
    labels: tuple[str, ...]
    planted: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    make: Callable[[int, Path], None] | None = None  # draws a picture that is not there yet, whole or not at all
    files: tuple[str, ...] = ()  # paths in the folder, where they are not the names
    kept: str | None = None  # "session" for pictures that go with it: nothing made from them is kept longer

    def __len__(self) -> int:
        return len(self.names)

    @property
    def vocab(self) -> tuple[str, ...]:
        """The breeds, sorted as fastai's Categorize sorts them."""
        return tuple(sorted(set(self.labels)))

    def path(self, index: int) -> Path:
        """The file of a picture, which is there."""
        path = self.folder / (self.files or self.names)[index]
        if self.make and not path.exists():
            self.make(index, path)
        return path


def breed(name: str) -> str | None:
    """The breed in a file's name by the lesson's rule, or None where it does not follow it."""
    found = re.search(PATTERN, name)
    return found[1] if found else None


def is_cat(name: str) -> bool:
    """Chapter 1's rule: the names of cats start with a capital."""
    return name[0].isupper()


def plain_label(text: str) -> str:
    """A breed's name without what could mislead a page or a file system: letters, digits, blanks and ``_-'.()``."""
    kept = (
        c if unicodedata.category(c)[0] in LETTERS or c in "_-'.()" else " " for c in unicodedata.normalize("NFC", text)
    )
    return " ".join("".join(kept).split())[:LONGEST_LABEL].strip(" .") or "unnamed"
