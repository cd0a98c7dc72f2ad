"""A small set of pets with some wrong labels, for all tests of the room."""

from collections.abc import Iterator

import numpy as np
import pytest

from core.data.labelled import Pets
from core.exhibits.top_losses import judging
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.suspects import Judged
from tests.suspects import install, judged_by, some_features, some_pets


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Pets:
    return some_pets(tmp_path_factory.mktemp("pets"))


@pytest.fixture(scope="module")
def x(pets: Pets) -> np.ndarray:
    """Their features."""
    return some_features(pets)


@pytest.fixture(scope="module")
def judged(pets: Pets, x: np.ndarray) -> Judged:
    return judged_by(pets, x)[0]


@pytest.fixture
def settings(pets: Pets, x: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Settings that show them, with their features ready."""
    yield install(pets, x, monkeypatch)
    judging._shelf.of.pop(pets, None)
