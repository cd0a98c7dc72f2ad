"""Every view of Softmax has sentences, numbers and a table."""

import pytest

from core.exhibits.softmax.settings import Settings
from core.exhibits.softmax.views import VIEWS
from core.view import view_of


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_shows_and_exports_its_result(view):
    settings = Settings(view=view)
    result = view_of(VIEWS, settings).experiment(settings)
    assert 1 <= len(result.findings()) <= 4
    assert all(isinstance(value, float | int) for value in result.numbers().values())
    assert len({len(column) for column in result.table().values()}) == 1
