"""The cache: bounded in entries and in bytes, one making for all who ask, errors not kept."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.kept import Kept
from core.jobs.sizes import MANY, nbytes


@dataclass(frozen=True)
class Result:
    name: str
    array: np.ndarray
    parts: tuple[Any, ...] = ()


def test_an_entry_is_made_once() -> None:
    kept, calls = Kept(4, 10_000), []
    for _ in range(3):
        assert kept.get("key", lambda: calls.append(1) or "value") == "value"
    assert calls == [1]


def test_all_who_ask_at_once_get_what_the_first_one_makes() -> None:
    kept, calls = Kept(4, 10_000), []
    making, go_on = threading.Event(), threading.Event()

    def make() -> object:
        calls.append(1)
        making.set()
        assert go_on.wait(10)
        return object()

    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(kept.get, "key", make)
        assert making.wait(10)
        others = [pool.submit(kept.get, "key", make) for _ in range(9)]
        go_on.set()
        assert {id(each.result()) for each in [first, *others]} == {id(first.result())}
    assert calls == [1]


def test_other_entries_do_not_wait_for_one_that_is_made() -> None:
    kept = Kept(4, 10_000)
    making, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        making.set()
        assert go_on.wait(10)
        return "slow"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.get, "slow", slow)
        assert making.wait(10)
        assert kept.get("quick", lambda: "quick") == "quick"
        go_on.set()
        assert first.result() == "slow"


def test_an_error_is_everybodys_and_not_kept() -> None:
    kept = Kept(4, 10_000)
    with pytest.raises(ZeroDivisionError):
        kept.get("key", lambda: 1 // 0)
    assert kept.get("key", lambda: 2) == 2


def test_who_waits_for_one_that_was_interrupted_makes_it() -> None:
    kept = Kept(4, 10_000)
    making, go_on = threading.Event(), threading.Event()

    def interrupted() -> None:
        making.set()
        assert go_on.wait(10)
        raise KeyboardInterrupt

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.get, "key", interrupted)
        assert making.wait(10)
        second = pool.submit(kept.get, "key", lambda: "made")
        go_on.set()
        assert second.result() == "made"
        assert isinstance(first.exception(), KeyboardInterrupt)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4000)), max_size=60))
def test_it_never_holds_more_than_it_may(asked: list[tuple[int, int]]) -> None:
    kept = Kept(entries=5, most=6000)
    for key, size in asked:
        kept.get(key, lambda size=size: np.zeros(size, np.uint8))
        held = [value.nbytes for value, _ in kept.values.values()]
        assert len(held) <= 5
        assert kept.bytes == sum(held)
        assert len(held) == 1 or kept.bytes <= 6000
        assert next(reversed(kept.values)) == key  # what was asked for last stays


def test_the_oldest_goes_first() -> None:
    kept = Kept(3, 10_000)
    for key in "abcabd":  # c was asked for longest ago
        kept.get(key, lambda: "value")
    assert list(kept.values) == ["a", "b", "d"]
    kept.clear()
    assert (list(kept.values), kept.bytes) == ([], 0)


def test_arrays_and_tensors_are_measured_wherever_they_are() -> None:
    array, tensor = np.zeros(250_000), torch.zeros(100_000)
    for value in (array, [array], {"a": array}, Result("name", array), ({"deep": [Result("name", array)]},)):
        assert nbytes(value) == pytest.approx(2_000_000, rel=0.01)
    assert nbytes(tensor) == 400_000
    assert nbytes(torch.nn.Linear(1000, 100)) == pytest.approx(400_400, rel=0.05)
    assert nbytes(b"x" * 50_000) == pytest.approx(50_000, rel=0.01)


def test_what_is_shared_counts_once_and_what_goes_in_circles_ends() -> None:
    array = np.zeros(250_000)
    circle: list[Any] = [array]
    circle.append(circle)
    assert nbytes([array, array, {"again": array}]) == pytest.approx(2_000_000, rel=0.01)
    assert nbytes(circle) == pytest.approx(2_000_000, rel=0.01)


def test_a_long_list_is_measured_by_its_beginning() -> None:
    several = [np.zeros(1000) for _ in range(3 * MANY)]
    assert nbytes(several) == pytest.approx(3 * MANY * 8000, rel=0.02)
