"""Settings that depend on the machine or the session: which pictures are there, which devices.

Resolved before anything is cached.
"""

from dataclasses import replace
from typing import Any

from core import device
from core.app.private import uploaded
from core.data import digits, pets


def resolve(settings: Any) -> tuple[Any, list[str]]:
    """`settings` with what depends on the machine made definite where they have it, and a sentence for each change."""
    notes = []
    for name, choose in (("digits", digits.resolve), ("pets", _pets), ("device", device.resolve)):
        if hasattr(settings, name):
            value, note = choose(getattr(settings, name))
            settings = replace(settings, **{name: value})
            notes += [note] if note else []
    return settings, notes


def _pets(choice: str) -> tuple[str, str | None]:
    """As `core.data.pets.resolve`; one's own are first of all those that this session's visitor uploaded."""
    if choice == "own" and (own := uploaded()):
        return own.name, None
    return pets.resolve(choice)
