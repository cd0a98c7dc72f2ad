"""What was made from a set of pets, kept for a while: it goes when the pictures do."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from core.data.labelled import Pets

Made = TypeVar("Made")


class Shelf:
    """Of every set of pictures the `most` things asked for last, by key."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.of: WeakKeyDictionary[Pets, OrderedDict[Hashable, Any]] = WeakKeyDictionary()
        self.lock = threading.Lock()

    def find(self, pets: Pets, key: Hashable) -> Any | None:
        """What is kept under this key, now the newest; None where nothing is."""
        with self.lock:
            kept = self.of.get(pets, OrderedDict())
            if key in kept:
                kept.move_to_end(key)
            return kept.get(key)

    def keep(self, pets: Pets, key: Hashable, made: Made) -> Made:
        """Put something there, and forget the oldest beyond the bound."""
        with self.lock:
            kept = self.of.setdefault(pets, OrderedDict())
            kept[key] = made
            kept.move_to_end(key)
            while len(kept) > self.most:
                kept.popitem(last=False)
        return made

    def get(self, pets: Pets, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under this key, or what `make` makes."""
        found = self.find(pets, key)
        return self.keep(pets, key, make()) if found is None else found
