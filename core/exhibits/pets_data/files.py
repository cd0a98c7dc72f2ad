"""A folder's files as fastai lists them: `path.ls()`, what an `L` prints today and printed in 2020, and cat or dog."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from core.arrays import Numbers, Table
from core.data.labelled import is_cat
from core.data.pets import load, split
from core.data.pictures import thumbnail
from core.exhibits.pets_data.settings import Settings

LISTED = 12  # files that are shown, one more in every frame
NUMBERED = 10  # elements that coll_repr(…, 10) shows, and from which on it writes their number


def repr_2020(items: Sequence[Any], most: int = NUMBERED) -> str:
    """What `repr` of an `L` was when the book was written: fastcore 1.0's `coll_repr`."""
    return f"(#{len(items)}) [" + ",".join(islice(map(repr, items), most)) + ("...]" if len(items) > most else "]")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The first files of a shuffled folder; the three texts have one entry for each length from 1 to `LISTED`."""

    names: tuple[str, ...]
    pictures: tuple[Image.Image, ...]
    today: tuple[str, ...]
    in_2020: tuple[str, ...]
    with_number: tuple[str, ...]
    files: int
    cats: int  # of the files
    cat_breeds: int
    dog_breeds: int

    @property
    def numbered_from(self) -> int | None:
        """The shortest list for which `coll_repr` writes the number of elements."""
        return next((n for n, text in enumerate(self.with_number, 1) if text.startswith("(#")), None)

    def findings(self) -> list[str]:
        dogs = self.files - self.cats
        return [
            "`L` is a class, fastcore's list: `path.ls()` gives one, and so do many functions of fastai. In 2020 its "
            f"`repr` told the number of elements, `{self.in_2020[-1][:5]}`; today it prints as a plain list, "
            f"`{self.today[-1][:6]}…`. `coll_repr(files, {NUMBERED})` still writes the number, "
            f"from **{self.numbered_from or NUMBERED}** elements on.",
            f"By the case of the first letter, {self.cats:,} of the {self.files:,} files are cats "
            f"(of {self.cat_breeds} breeds) and {dogs:,} are dogs (of {self.dog_breeds}).",
        ]

    def numbers(self) -> Numbers:
        return {
            "files": self.files,
            "cats": self.cats,
            "breeds of cats": self.cat_breeds,
            "breeds of dogs": self.dog_breeds,
            f"coll_repr(files, {NUMBERED}) tells the number from": self.numbered_from or 0,
        }

    def table(self) -> Table:
        return {"file": list(self.names), "is_cat": [is_cat(name) for name in self.names]}


def experiment(settings: Settings) -> Listing:
    """List the pets' files; in the order in which they are trained on, so that breeds are mixed."""
    # with it, paths print as fastai's users see them
    import fastcore.xtras  # noqa: F401
    from fastcore.foundation import L, coll_repr

    pets = load(settings.pets)
    first = [int(i) for i in split(pets)[0][:LISTED]]
    names = tuple(pets.names[i] for i in first)
    lists = [L(map(Path, names[:n])) for n in range(1, len(names) + 1)]
    cat_breeds = sum(map(is_cat, pets.vocab))
    return Listing(
        names=names,
        pictures=tuple(thumbnail(pets.path(i), 200) for i in first),
        today=tuple(map(repr, lists)),
        in_2020=tuple(map(repr_2020, lists)),
        with_number=tuple(coll_repr(files, NUMBERED) for files in lists),
        files=len(pets),
        cats=sum(map(is_cat, pets.names)),
        cat_breeds=cat_breeds,
        dog_breeds=len(pets.vocab) - cat_breeds,
    )
