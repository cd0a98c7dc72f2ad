"""The table of all breeds that are drawn, in the order in which the pictures show them in turn."""

from core.data.drawn.cats import CATS
from core.data.drawn.dogs import DOGS
from core.data.drawn.traits import Breed

BREEDS: tuple[Breed, ...] = tuple(sorted((*CATS, *DOGS), key=lambda breed: breed.name.lower()))
