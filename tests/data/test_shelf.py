"""What is made from a set of pictures is kept within its bound, and goes with the pictures."""

import gc
from pathlib import Path

from core.data.labelled import Pets
from core.data.shelf import Shelf


def some() -> Pets:
    return Pets(name="some", folder=Path(), names=("pug_1.jpg",), labels=("pug",))


def test_the_things_asked_for_last_are_kept_for_each_set_of_pictures() -> None:
    shelf, pets, other = Shelf(2), some(), some()
    made: list[str] = []

    def make(key: str) -> list[str]:
        made.append(key)
        return [key]

    first = shelf.get(pets, "a", lambda: make("a"))
    assert shelf.get(pets, "a", lambda: make("a")) is first
    shelf.get(pets, "b", lambda: make("b"))
    assert shelf.find(pets, "a") is first  # now the newest
    shelf.keep(pets, "c", ["c"])
    assert [shelf.find(pets, key) is not None for key in "abc"] == [True, False, True]
    assert shelf.find(other, "a") is None
    assert made == ["a", "b"]


def test_it_goes_with_the_pictures() -> None:
    shelf, pets = Shelf(2), some()
    shelf.keep(pets, "a", object())
    del pets
    gc.collect()
    assert len(shelf.of) == 0
