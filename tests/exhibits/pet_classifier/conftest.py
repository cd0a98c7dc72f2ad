"""A few pets for all tests of the room, and a head trained on them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.data.labelled import Pets
from core.data.pets import uploads
from core.exhibits.pet_classifier.settings import Recipe, Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead, trained_head
from core.nn.head import HeadSettings
from tests.few_pets import few_pets

NAME = "own:few"


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pets]:
    """The pets of that name, and an empty cache."""
    folder = tmp_path_factory.mktemp("pets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOWNHILL_CACHE", str(folder / "cache"))
        uploads[NAME] = few = replace(few_pets(folder / "pictures", each=12), name=NAME)
        yield few


@pytest.fixture
def small(pets: Pets) -> Settings:
    """Settings that are quick."""
    return Settings(size=96, epochs=10, pets=pets.name)


@pytest.fixture(scope="module")
def head(pets: Pets) -> TrainedHead:
    return trained_head(pets, Recipe(size=96, head=HeadSettings(epochs=10)))
