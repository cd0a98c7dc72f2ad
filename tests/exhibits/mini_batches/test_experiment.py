"""The exhibit of mini-batches as a whole: every view has its numbers and its table."""

from functools import cache

import numpy as np
import pytest

from core.exhibits.mini_batches.experiment import (
    VIEWS,
    Result,
    Settings,
    experiment,
    numbers,
    table,
    wants_loader,
    whole,
)
from core.exhibits.mini_batches.loader import ORDERS


@cache
def found(**change: object) -> Result:
    chosen = Settings(**change)  # type: ignore[arg-type]
    return whole(chosen) if wants_loader(chosen) else experiment(chosen)


@pytest.mark.parametrize("view", VIEWS)
def test_numbers_and_table_are_whole(view: str) -> None:
    result = found(view=view)
    assert numbers(result)
    assert all(np.isfinite(value) for value in numbers(result).values())
    columns = table(result)
    assert len({len(column) for column in columns.values()}) == 1
    assert result.digits == "built-in"


def test_numbers_hold_no_seconds() -> None:
    again = experiment(Settings(clock="seconds", epochs=2))
    assert numbers(again) == numbers(found(clock="seconds", epochs=2))


@pytest.mark.parametrize("order", ORDERS)
def test_table_of_the_loader_lists_every_item(order: str) -> None:
    columns = table(found(view="loader", dataset="letters", order=order))
    assert len(columns["item"]) == 52
    assert set(columns["epoch"]) == {1, 2}
    assert set(columns["item"]) <= set("abcdefghijklmnopqrstuvwxyz")
