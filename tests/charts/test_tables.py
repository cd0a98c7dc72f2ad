"""Columns as charts take them."""

import re

import pytest

from core.charts.tables import field_of


@pytest.mark.parametrize("name", ["plain", "a.b", "a[0]", "pixel's row", 'said "so"'])
def test_every_character_of_a_columns_name_means_itself(name: str) -> None:
    """To Vega, what follows a backslash means itself; these characters mean something else alone."""
    escaped = field_of(name)
    assert re.sub(r"\\(.)", r"\1", escaped) == name
    assert not re.search(r"""(?<!\\)[.\[\]'"]""", escaped)
