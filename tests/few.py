"""A few pets of three breeds, made in the tests: their pictures differ in size and colour."""

from pathlib import Path

from core.data.labelled import Pets, breed
from tests.data.making import encoded, laid_out, noise

BREEDS = ("Maine_Coon", "Birman", "great_pyrenees")
EACH = 4


def few_pets(folder: Path) -> Pets:
    """Twelve pictures below `folder`, named by the lesson's rule."""
    names = tuple(sorted(f"{name}_{10 + n}.jpg" for name in BREEDS for n in range(EACH)))
    files = {name: encoded(noise(60 + 10 * i, 90 - 4 * i, seed=i)) for i, name in enumerate(names)}
    labels = tuple(breed(name) or "" for name in names)
    return Pets(name="own", folder=laid_out(folder, files), names=names, labels=labels)
