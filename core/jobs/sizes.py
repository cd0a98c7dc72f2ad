"""How much memory a result holds, near enough to bound a cache by."""

import sys
from collections.abc import Mapping
from itertools import islice
from types import FunctionType, ModuleType
from typing import Any

MANY = 1000  # of a longer container so many are looked at, and the rest taken to be like them


def nbytes(value: Any) -> int:
    """Bytes of the arrays, tensors, text, containers and objects in `value`; what is met twice counts once."""
    return round(_nbytes(value, set()))


def _nbytes(value: Any, seen: set[int]) -> float:
    if id(value) in seen or isinstance(value, type | FunctionType | ModuleType):
        return 0
    seen.add(id(value))
    own = getattr(value, "nbytes", None)  # of NumPy's arrays and torch's tensors
    if isinstance(own, int):
        return own
    size = float(sys.getsizeof(value, 64))
    if isinstance(value, Mapping):
        inside = [each for pair in islice(value.items(), MANY) for each in pair]
        scale = len(value) / min(len(value) or 1, MANY)
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(islice(value, MANY))
        scale = len(value) / min(len(value) or 1, MANY)
    else:
        inside, scale = list(getattr(value, "__dict__", {}).values()), 1.0
    return size + scale * sum(_nbytes(each, seen) for each in inside)
