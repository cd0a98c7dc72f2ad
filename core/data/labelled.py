"""Labelled pictures: files in a folder, what each shows, and the lesson's rule that names them."""

import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATTERN = r"(.+)_\d+.jpg$"
"""The book's pattern for the breed in a file's name (chapter 5)."""

JPEG_ENDS = b"\xff\xd8\xff\xd9"
LONGEST_LABEL = 50  # characters
LETTERS = frozenset("LMN")  # what Unicode calls letters, their marks, and numbers
INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")  # letters that show nothing
NO_WORDS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
"""Underscores that are not within a word, which Markdown may take for emphasis."""

WEB = re.compile(r"\bwww\.", re.IGNORECASE)
"""What Markdown makes a link of, though nothing says that it is one."""


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
        if self.make and not is_whole(path):
            self.make(index, path)
        return path


def is_whole(path: Path) -> bool:
    """Whether a JPEG is there, from its first two bytes to its last two: one that was cut short is drawn again."""
    try:
        with open(path, "rb") as file:
            start = file.read(2)
            file.seek(-2, os.SEEK_END)
            return start + file.read(2) == JPEG_ENDS
    except OSError:  # not there, or shorter than that
        return False


def breed(name: str) -> str | None:
    """The breed in a file's name by the lesson's rule, or None where it does not follow it."""
    found = re.search(PATTERN, name)
    return found[1] if found else None


def is_cat(name: str) -> bool:
    """Chapter 1's rule: the names of cats start with a capital."""
    return name[0].isupper()


def plain_label(text: str) -> str:
    """A breed's name without what could mislead a page, Markdown or a file system.

    Letters, digits, blanks and ``-'.()`` are left, and ``_`` within a word.
    """
    kept = (c if _harmless(c) else " " for c in unicodedata.normalize("NFC", text))
    plain = NO_WORDS.sub(" ", " ".join("".join(kept).split())[:LONGEST_LABEL])
    return " ".join(WEB.sub("www ", plain).split()).lstrip(" .-'").rstrip(" .") or "unnamed"


def _harmless(character: str) -> bool:
    letter = unicodedata.category(character)[0] in LETTERS and character not in INVISIBLE
    return letter or character in "_-'.()"


def as_written(text: str, most: int = LONGEST_LABEL) -> str:
    """At most `most` characters of a text from outside, as code, so that Markdown reads nothing into it."""
    shown = "".join(c if c.isprintable() else " " for c in text[:most]).replace("`", "'").strip()
    return f"`{shown or ' '}`"
