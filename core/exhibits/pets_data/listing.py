"""A folder's files as fastai lists them: `path.ls()`, what an `L` prints today and printed in 2020, and cat or dog."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from core.data.labelled import Pets, is_cat
from core.data.pets import split
from core.data.pictures import thumbnail

LISTED = 12  # files that are shown, one more in every frame
NUMBERED = 10  # elements that coll_repr(…, 10) shows, and from which on it tells their number


def repr_2020(items: Sequence[Any], most: int = NUMBERED) -> str:
    """What `repr` of an `L` was when the book was written: fastcore 1.0's `coll_repr`."""
    return f"(#{len(items)}) [" + ",".join(islice(map(repr, items), most)) + ("...]" if len(items) > most else "]")


@dataclass(frozen=True, eq=False)
class Listing:
    """The first files of a shuffled folder; the three texts have one entry for each length from 1 to `LISTED`."""

    names: tuple[str, ...]
    pictures: tuple[Image.Image, ...]
    today: tuple[str, ...]
    then: tuple[str, ...]
    with_number: tuple[str, ...]
    files: int
    cats: int
    breeds: tuple[int, int]  # of cats, of dogs

    @property
    def numbered_from(self) -> int | None:
        """The shortest list of which `coll_repr` tells the number of elements."""
        return next((n for n, text in enumerate(self.with_number, 1) if text.startswith("(#")), None)

    def findings(self) -> list[str]:
        dogs = self.files - self.cats
        return [
            "`L` is a class, fastcore's list: `path.ls()` gives one, and so do many functions of fastai. In 2020 its `repr` "
            f"told the number of elements, `{self.then[-1][:5]}`; today it prints as a plain list, "
            f"`{self.today[-1][:6]}…`. `coll_repr(files, {NUMBERED})` still writes the number, from **{self.numbered_from or NUMBERED}** elements on.",
            f"By the case of the first letter, {self.cats:,} of the {self.files:,} files are cats (of {self.breeds[0]} breeds) "
            f"and {dogs:,} are dogs (of {self.breeds[1]}).",
        ]

    def numbers(self) -> dict[str, Any]:
        found: dict[str, Any] = {"files": self.files, "cats": self.cats}
        found |= {"breeds of cats": self.breeds[0], "breeds of dogs": self.breeds[1]}
        return found | {f"coll_repr(files, {NUMBERED}) tells the number from": self.numbered_from or 0}

    def table(self) -> dict[str, list[Any]]:
        return {"file": list(self.names), "is_cat": [is_cat(name) for name in self.names]}


def listing(pets: Pets) -> Listing:
    """List the pets' files; in the order in which they are trained on, so that breeds are mixed."""
    import fastcore.xtras  # noqa: F401 - with it, paths print as fastai's users see them
    from fastcore.foundation import L, coll_repr

    chosen = [int(i) for i in split(pets)[0][:LISTED]]
    names = tuple(pets.names[i] for i in chosen)
    lists = [L(map(Path, names[:n])) for n in range(1, len(names) + 1)]
    cats = {label for label in pets.vocab if is_cat(label)}
    return Listing(
        names,
        tuple(thumbnail(pets.path(i), 200) for i in chosen),
        tuple(map(repr, lists)),
        tuple(map(repr_2020, lists)),
        tuple(coll_repr(files, NUMBERED) for files in lists),
        len(pets),
        sum(map(is_cat, pets.names)),
        (len(cats), len(pets.vocab) - len(cats)),
    )
