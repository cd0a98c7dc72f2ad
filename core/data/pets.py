"""Pictures of pets, wherever they come from: drawn ones that are built in, photographs, a person's own.

Every source is a folder of pictures named by the lesson's rule, `breed_number.jpg` with a capital for cats.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np

from core.data.cache import cache_folder
from core.data.download import DataError, Stop
from core.data.labelled import PATTERN, Pets, breed, is_cat
from core.data.own import load_own_folder, own_folder, own_lack
from core.data.photographs import SETS, load_photographs, why_not
from core.settings import choice

__all__ = ["CHOICES", "PATTERN", "Pets", "choice_of_pets", "describe", "drawn", "is_cat", "load", "resolve", "split"]

PetsChoice = Literal["auto", "drawn", "oxford", "imagewoof", "own"]
CHOICES: dict[str, str] = {
    "auto": "auto",
    "drawn": "drawn",
    "oxford": "Oxford-IIIT Pet",
    "imagewoof": "Imagewoof",
    "own": "your own",
}
UPLOADED = "own:"
"""Starts the name of pictures that a visitor uploaded; a token follows, which only that visitor's session knows."""

uploads: WeakValueDictionary[str, Pets] = WeakValueDictionary()
"""Uploaded pictures by name; each lives as long as its session holds it."""


def choice_of_pets(*, more: bool = True) -> Any:
    """The settings field that every exhibit with pets has, called `pets`."""
    return choice("auto", CHOICES, "Pictures", "Which pets are shown.", more=more)


def load(name: str) -> Pets:
    """The pets of a name that `resolve` gave; DataError where they are not there."""
    if name == "drawn":
        return drawn()
    if name in SETS:
        return load_photographs(SETS[name])
    if name == "own":
        return load_own_folder()
    if name.startswith(UPLOADED):
        if (pets := uploads.get(name)) is None:
            raise DataError("These pictures went with the session that brought them: bring them again.")
        return pets
    raise DataError(f"There are no pets called {name}: choose the drawn ones.")


def resolve(name: str) -> tuple[str, str | None]:
    """The pets to use for a choice, and one sentence where that is not what was asked for.

    "auto" is Oxford's photographs where they are, and the drawn pets elsewhere.
    """
    if name == "auto":
        return ("drawn" if why_not(SETS["oxford"]) else "oxford"), None
    if name == "drawn" or name.startswith(UPLOADED):
        return name, None
    if name == "own":
        lack = own_lack()
    elif name in SETS:
        lack = why_not(SETS[name])
    else:
        raise ValueError(f"no pets are called {name!r}")
    return ("drawn", f"{lack}, so drawn pets are used.") if lack else (name, None)


def carried(settings: Any) -> dict[str, Pets]:
    """The uploaded pictures that settings name, by name, for a process that does not know them."""
    pets = uploads.get(getattr(settings, "pets", ""))
    return {pets.name: pets} if pets else {}


def with_uploads(
    argument: tuple[Callable[[Any, Stop], Iterator[Any]], Any, dict[str, Pets]], stop: Stop
) -> Iterator[Any]:
    """Work in another process: the pictures are known there, and then the parts of `work(settings, stop)`."""
    work, settings, carried_pets = argument
    uploads.update(carried_pets)
    yield from work(settings, stop)


def describe(pets: Pets) -> str:
    """One sentence on what the pictures are and how many."""
    many, breeds = f"{len(pets):,}", f"{len(pets.vocab)} breeds"
    if pets.name == "drawn":
        return f"{many} pictures of {breeds}, drawn by this program: they are no photographs."
    if pets.name in SETS:
        whole = SETS[pets.name]
        part = many if len(pets) >= whole.count else f"{many} of the {whole.count:,}"
        return f"{part} photographs of {whole.title}, as they lie in fastai's folder: {breeds}."
    place = "this session only" if pets.name.startswith(UPLOADED) else f"the folder {own_folder().name}"
    return f"{many} pictures of your own of {breeds}, in {place}."


def split(pets: Pets) -> tuple[np.ndarray, np.ndarray]:
    """Indices to train on and to validate, as `RandomSplitter(valid_pct=0.2, seed=42)` draws them."""
    import torch

    order = torch.randperm(len(pets), generator=torch.Generator().manual_seed(42)).numpy()
    cut = int(0.2 * len(pets))
    return order[cut:], order[:cut]


@lru_cache(maxsize=1)
def drawn() -> Pets:
    """The pets that are drawn by the program, in the person's cache folder; each when it is first needed."""
    from core.data.drawn import PLANTED, VERSION, names, write

    folder = cache_folder(f"drawn-pets-{VERSION}")
    return Pets(
        name="drawn",
        folder=folder,
        names=names(),
        labels=tuple(breed(name) or name for name in names()),
        planted=PLANTED,
        make=write,
    )
