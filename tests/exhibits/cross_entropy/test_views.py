"""Every view of Cross-entropy has sentences, numbers and a table."""

import pytest

from core.exhibits.cross_entropy.settings import Settings
from core.exhibits.cross_entropy.views import VIEWS
from core.view import view_of


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_says_something_and_has_numbers_and_a_table(view):
    settings = Settings(view=view)
    result = view_of(VIEWS, settings).experiment(settings)
    assert 1 <= len(result.findings()) <= 4
    assert all(isinstance(value, int | float) for value in result.numbers().values())
    assert len({len(column) for column in result.table().values()}) == 1
