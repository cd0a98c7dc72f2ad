"""What is kept for everybody, within which limits."""

from dataclasses import dataclass

import numpy as np
import pytest

from core.app import results
from core.contents import Exhibit
from core.jobs.kept import Kept
from core.jobs.sizes import nbytes
from core.stage.scene import Row, Scene
from tests.conftest import chosen, declaration, every_exhibit, result_of


@dataclass(frozen=True)
class Settings:
    seed: int = 0


def scene(result: np.ndarray) -> Scene:
    return Scene((Row(100, ()),), {"x": result}, "Numbers.")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "RESULTS", Kept(entries=3, most=25_000))
    monkeypatch.setattr(results, "SCENES", Kept(entries=2, most=50_000))


def test_results_and_scenes_are_computed_once_by_exhibit_and_settings() -> None:
    calls: list[tuple[str, int]] = []

    def experiment(settings: Settings) -> np.ndarray:
        calls.append(("result", settings.seed))
        return np.full(1000, settings.seed)

    for slug, seed in (("a", 1), ("a", 1), ("a", 2), ("b", 1), ("a", 2)):
        result = results.kept_result(slug, Settings(seed), experiment)
        assert result[0] == seed
        first, again = (results.kept_scene(slug, Settings(seed), 0, scene, result) for _ in range(2))
        assert first is again
    assert calls == [("result", 1), ("result", 2), ("result", 1)]
    assert results.kept_scene("a", Settings(1), 1, scene, np.zeros(3)) != results.kept_scene(
        "a", Settings(1), 0, scene, np.full(1000, 1)
    )


def test_both_limits_hold() -> None:
    for seed in range(20):
        result = results.kept_result("a", Settings(seed), lambda settings: np.full(1000, settings.seed))
        results.kept_scene("a", Settings(seed), 0, scene, result)
    assert len(results.RESULTS.values) == 3
    assert results.RESULTS.bytes == 24_000
    assert len(results.SCENES.values) == 2
    results.kept_result("a", Settings(99), lambda _: np.zeros(2000))
    assert results.RESULTS.bytes <= 25_000


@every_exhibit
def test_an_exhibits_result_is_measured_and_leaves_room_for_others(entry: Exhibit) -> None:
    page = declaration(entry)
    result = result_of(page, chosen(page))
    assert 1000 < nbytes(result) < 64_000_000
    assert len(page.scene(result).pack()) < 16_000_000
