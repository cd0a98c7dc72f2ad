"""A few pets in the place of the drawn ones, with files and a cache of this test alone."""

from pathlib import Path

import pytest

from core.data import pets as sources
from core.data.labelled import Pets
from tests.few import few_pets


@pytest.fixture
def pets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pets:
    """Twelve pictures of three breeds, which the settings call `drawn`."""
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    made = few_pets(tmp_path / "pets")
    monkeypatch.setattr(sources, "drawn", lambda: made)
    return made
