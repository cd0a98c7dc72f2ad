"""The files of a folder: the lists are fastcore's, then and now, and a list grows by one file a frame."""

from pathlib import Path

import pytest
from fastcore.foundation import L, coll_repr

from core.data.labelled import Pets
from core.exhibits.pets_data.files import LISTED, Listing, experiment, repr_2020
from core.exhibits.pets_data.files_scene import scene
from core.exhibits.pets_data.settings import Settings
from core.stage.panels import Pictures
from tests.stage.panels import panels


@pytest.fixture
def listing(pets: Pets) -> Listing:
    assert len(pets) == 12
    return experiment(Settings(pets="drawn"))


def test_an_l_prints_as_a_plain_list_today(listing: Listing) -> None:
    for n, text in enumerate(listing.today, 1):
        assert text == repr([Path(name) for name in listing.names[:n]]) == repr(L(map(Path, listing.names[:n])))


def test_in_2020_its_number_stood_first() -> None:
    """The book's examples: `(#3) [1,2,3]`, and a folder of 7,390."""
    assert repr_2020([1, 2, 3]) == "(#3) [1,2,3]"
    assert repr_2020(range(7390)) == "(#7390) [0,1,2,3,4,5,6,7,8,9...]"


def test_the_number_comes_back_from_ten_elements_on(listing: Listing) -> None:
    numbered = [text.startswith(f"(#{n})") for n, text in enumerate(listing.with_number, 1)]
    assert numbered == [n >= 10 for n in range(1, len(numbered) + 1)]
    many = L(range(11))
    assert coll_repr(many, 10).startswith("(#11)")
    assert not coll_repr(L(range(9)), 10).startswith("(#9)")


def test_cats_are_those_with_a_capital(listing: Listing) -> None:
    assert (listing.files, listing.cats, listing.cat_breeds, listing.dog_breeds) == (12, 8, 2, 1)
    assert len(listing.names) <= LISTED
    assert listing.table()["is_cat"] == [not name.startswith("great") for name in listing.names]


def test_a_list_grows_by_one_file_a_frame(listing: Listing) -> None:
    drawn = scene(listing)
    (pictures,) = panels(drawn, Pictures)
    assert drawn.frames == 10  # the training files there are
    assert pictures.show is not None
    assert [(row >= 0).sum() for row in pictures.show] == list(range(1, 11))
    assert all(text.endswith("dog" if text.startswith("great") else "cat") for text in pictures.captions)
