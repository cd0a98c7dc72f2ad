"""Settings that depend on the machine: which digits are there, which devices. Resolved before anything is cached."""

from dataclasses import replace
from typing import Any

from core import device
from core.data import digits, pets


def resolve(settings: Any) -> tuple[Any, list[str]]:
    """`settings` with `digits` and `device` made definite where they have them, and a sentence for each change."""
    notes = []
    for name, choose in (("digits", digits.resolve), ("pets", pets.resolve), ("device", device.resolve)):
        if hasattr(settings, name):
            value, note = choose(getattr(settings, name))
            settings = replace(settings, **{name: value})
            notes += [note] if note else []
    return settings, notes
