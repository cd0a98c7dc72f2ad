"""What is kept for everybody, within which limits."""

import numpy as np
import pytest

from core.app import results
from core.contents import Exhibit
from core.jobs.kept import Kept
from core.jobs.sizes import nbytes
from tests.conftest import chosen, declaration, every_exhibit, result_of, scene_of


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "RESULTS", Kept(entries=3, most=25_000))
    monkeypatch.setattr(results, "SCENES", Kept(entries=2, most=50_000))


def test_results_and_scenes_are_computed_once_by_their_key() -> None:
    calls: list[tuple[str, int]] = []

    def result_of_key(key: tuple[str, int]) -> np.ndarray:
        def experiment() -> np.ndarray:
            calls.append(key)
            return np.full(1000, key[1])

        return results.kept_result(key, experiment)

    for key in (("a", 1), ("a", 1), ("a", 2), ("b", 1), ("a", 2)):
        result = result_of_key(key)
        assert result[0] == key[1]
        first, again = (results.kept_scene(key, lambda result=result: result.tobytes()) for _ in range(2))
        assert first is again
    assert calls == [("a", 1), ("a", 2), ("b", 1)]
    assert results.kept_scene(("a", 1, "another"), lambda: b"x") != results.kept_scene(("a", 1), lambda: b"y")


def test_both_limits_hold() -> None:
    for seed in range(20):
        results.kept_result(seed, lambda seed=seed: np.full(1000, seed))
        results.kept_scene(seed, lambda seed=seed: bytes([seed]) * 1000)
    assert len(results.RESULTS.values) == 3
    assert results.RESULTS.bytes == 24_000
    assert len(results.SCENES.values) == 2
    results.kept_result(99, lambda: np.zeros(2000))
    assert results.RESULTS.bytes <= 25_000


@every_exhibit
def test_an_exhibits_result_is_measured_and_leaves_room_for_others(entry: Exhibit) -> None:
    page = declaration(entry)
    result = result_of(page, chosen(page))
    assert 500 < nbytes(result) < 64_000_000
    assert len(scene_of(page, chosen(page)).pack()) < 16_000_000
