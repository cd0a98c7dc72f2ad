"""Pictures of pets, wherever they come from: drawn ones that are built in, Oxford's photographs, a person's own.

Every source is a folder of files named by the lesson's rule, `breed_number.jpg` with a capital for cats.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core import settings
from core.data.cache import cache_folder
from core.data.download import DataError, fastai_path

PetsChoice = Literal["auto", "drawn", "oxford", "imagewoof", "own"]
CHOICES: dict[str, str] = {
    "auto": "auto",
    "drawn": "drawn",
    "oxford": "Oxford-IIIT Pet",
    "imagewoof": "Imagewoof",
    "own": "your own",
}
PATTERN = r"(.+)_\d+.jpg$"
"""The book's pattern for the breed in a file's name (chapter 5)."""

SEED = 42  # of the lesson's RandomSplitter


@dataclass(frozen=True, eq=False)
class Pets:
    """A folder of pictures and what they show; shared, so nobody changes it.

    `planted` says of names with a wrong label which breed they truly show; `left_out` names files that could not be
    used, with the reason.
    """

    name: str
    folder: Path
    names: tuple[str, ...]
    labels: tuple[str, ...]
    planted: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()
    make: Callable[[int, Path], None] | None = None  # draws a picture that is not there yet
    kept: Any = None  # what keeps the folder alive, for one that goes with its session

    def __len__(self) -> int:
        return len(self.names)

    @property
    def vocab(self) -> tuple[str, ...]:
        """The breeds, sorted as fastai's Categorize sorts them."""
        return tuple(sorted(set(self.labels)))

    def path(self, index: int) -> Path:
        """The file of a picture, which is there."""
        path = self.folder / self.names[index]
        if self.make and not path.exists():
            self.make(index, path)
        return path


def choice_of_pets(*, more: bool = True) -> Any:
    """The settings field that every exhibit with pets has, called `pets`."""
    return settings.choice("auto", CHOICES, "Pictures", "Which pets are shown.", more=more)


def load(name: str) -> Pets:
    """The pets of a name that `resolve` gave; DataError where they are not there."""
    if name == "drawn":
        return drawn()
    if name == "oxford":
        return _folder(name, _oxford())
    raise DataError(f"There are no pets called {name}: choose the drawn ones.")


def resolve(choice: str) -> tuple[str, str | None]:
    """The pets to use for a choice, and one sentence where that is not what was asked for."""
    if choice in ("auto", "oxford") and _oxford().is_dir():
        return "oxford", None
    if choice in ("auto", "drawn"):
        return "drawn", None
    return "drawn", f"{CHOICES[choice]}: these pictures are not on this computer, so drawn pets are used."


def describe(pets: Pets) -> str:
    """One sentence on what the pictures are and how many."""
    what = {"drawn": "drawn by this program, not photographs", "oxford": "photographs of Oxford-IIIT Pet"}[pets.name]
    return f"{len(pets):,} pictures of {len(pets.vocab)} breeds, {what}."


def is_cat(name: str) -> bool:
    """Chapter 1's rule: the names of cats start with a capital."""
    return name[0].isupper()


def split(pets: Pets) -> tuple[np.ndarray, np.ndarray]:
    """Indices to train on and to validate, as `RandomSplitter(valid_pct=0.2, seed=42)` draws them."""
    import torch

    order = torch.randperm(len(pets), generator=torch.Generator().manual_seed(SEED)).numpy()
    cut = int(0.2 * len(pets))
    return order[cut:], order[:cut]


@lru_cache(maxsize=1)
def drawn() -> Pets:
    """The pets that are drawn by the program, in the person's cache folder; each when it is first needed."""
    from core.data import drawn as artist

    names = artist.names()
    return Pets(
        "drawn",
        cache_folder(f"drawn-pets-{artist.VERSION}"),
        names,
        tuple(_label(name) for name in names),
        artist.PLANTED,
        make=artist.write,
    )


def _oxford() -> Path:
    return fastai_path("data") / "oxford-iiit-pet" / "images"


@lru_cache(maxsize=4)
def _folder(name: str, folder: Path) -> Pets:
    names = tuple(sorted(path.name for path in folder.iterdir() if re.search(PATTERN, path.name)))
    return Pets(name, folder, names, tuple(_label(item) for item in names))


def _label(name: str) -> str:
    found = re.search(PATTERN, name)
    if not found:
        raise DataError(f"{name} is not named by the rule breed_number.jpg.")
    return found[1]
