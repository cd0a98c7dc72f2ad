"""How the paths are compared."""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from torch import Tensor


def close(found: Any, expected: Any, atol: float, what: str = "") -> None:
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=0, atol=atol, err_msg=what)


def on_cpu_only(result: Any, path: str = "result") -> None:
    """Nothing in a result, which is kept for everybody, lies on a GPU."""
    if isinstance(result, Tensor):
        assert result.device.type == "cpu", f"{path} lies on {result.device}"
    elif is_dataclass(result) and not isinstance(result, type):
        for each in fields(result):
            on_cpu_only(getattr(result, each.name), f"{path}.{each.name}")
    elif isinstance(result, dict):
        for key, value in result.items():
            on_cpu_only(value, f"{path}[{key!r}]")
    elif isinstance(result, list | tuple):
        for number, value in enumerate(result):
            on_cpu_only(value, f"{path}[{number}]")
