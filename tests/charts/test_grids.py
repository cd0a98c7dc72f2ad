"""Surfaces with their sections, and grids of cells: exact values, and sliders that move the right lines."""

import numpy as np
import pytest

from core.charts.grids import PLACES, grid_map, surface_chart
from core.charts.theme import INK, SIGNED
from tests.charts.reading import array, spec_of

A, B = np.linspace(-2, 3, 11), np.linspace(-1, 1, 7)
BOWL = (A[None, :] - 1) ** 2 + 2 * (B[:, None]) ** 2


def test_the_surface_and_its_sections_are_exact() -> None:
    path = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    spec = spec_of(surface_chart(A, B, BOWL, title="Bowl", paths=[("down", path)]))
    surface, along_a, along_b, flat_a, flat_b, down = spec["data"]
    np.testing.assert_array_equal(array(surface["z"]), BOWL)
    np.testing.assert_array_equal(array(flat_a["x"]), A)
    np.testing.assert_array_equal(array(flat_a["y"]), BOWL[3])
    np.testing.assert_array_equal(array(flat_b["x"]), B)
    np.testing.assert_array_equal(array(flat_b["y"]), BOWL[:, 6])
    np.testing.assert_array_equal(array(along_a["z"]), BOWL[3])
    np.testing.assert_array_equal(array(along_a["y"]), np.full(11, B[3]))
    np.testing.assert_array_equal(array(along_b["x"]), np.full(7, A[6]))
    np.testing.assert_array_equal(np.column_stack([array(down[n]) for n in "xyz"]), path)
    assert spec["layout"]["uirevision"] == spec["layout"]["scene"]["uirevision"] == "kept"
    assert spec["layout"]["meta"]["description"].startswith(
        "Bowl. Loss over direction 1 and direction 2, lowest at 1 and"
    )


def test_the_sliders_move_a_section_and_its_line_on_the_surface() -> None:
    rows, columns = spec_of(surface_chart(A, B, BOWL, title="Bowl"))["layout"]["sliders"]
    assert rows["active"], columns["active"] == (3, 6)
    change, traces = rows["steps"][5]["args"]
    assert list(traces) == [1, 3]
    np.testing.assert_array_equal(array(change["y"][1]), BOWL[5])
    np.testing.assert_array_equal(array(change["z"][0]), BOWL[5])
    np.testing.assert_array_equal(array(change["y"][0]), np.full(11, B[5]))
    change, traces = columns["steps"][2]["args"]
    assert list(traces) == [2, 4]
    np.testing.assert_array_equal(array(change["y"][1]), BOWL[:, 2])
    np.testing.assert_array_equal(array(change["x"][0]), np.full(7, A[2]))


def test_sliders_of_large_grids_have_few_places_and_the_lowest_among_them() -> None:
    line = np.linspace(-1, 1, 129)
    heights = (line[None] - line[100]) ** 2 + (line[:, None] - line[51]) ** 2
    for slider, place in zip(
        spec_of(surface_chart(line, line, heights, title="T"))["layout"]["sliders"], (51, 100), strict=True
    ):
        assert len(slider["steps"]) <= PLACES + 1
        assert float(slider["steps"][slider["active"]]["label"].replace("−", "-")) == pytest.approx(
            line[place], abs=5e-3
        )


def test_surfaces_with_holes_are_drawn_and_say_so() -> None:
    heights = BOWL.copy()
    heights[0, 0] = np.nan
    assert spec_of(surface_chart(A, B, heights, title="T"))["layout"]["meta"]["description"].endswith(
        "Left out: 1 that is no finite number."
    )
    nowhere = spec_of(surface_chart(A, B, np.full_like(BOWL, np.inf), title="T"))
    assert "Left out: 77 that are no finite number." in nowhere["layout"]["meta"]["description"]


@pytest.mark.parametrize(("kind", "first"), [("signed", SIGNED[0]), ("counts", INK["panel"]), ("grey", "#000000")])
def test_grids_hold_their_cells_in_the_lessons_colours(kind: str, first: str) -> None:
    cells = np.array([[1.0, -4.0], [2.0, 3.0]])
    (cell,) = spec_of(grid_map(cells, title="T", x="column", y="row", value="v", kind=kind))["data"]
    np.testing.assert_array_equal(array(cell["z"]), cells)
    assert cell["colorscale"][0][1] == first
    assert (cell.get("zmin"), cell.get("zmax")) == ((-4.0, 4.0) if kind == "signed" else (None, None))


def test_the_first_row_is_on_top_and_names_are_those_given() -> None:
    figure = spec_of(
        grid_map(np.eye(2), title="T", x="to", y="from", value="v", x_names=["p", "q"], y_names=["r", "s"])
    )
    assert figure["layout"]["yaxis"]["autorange"] == "reversed"
    assert (list(figure["data"][0]["x"]), list(figure["data"][0]["y"])) == (["p", "q"], ["r", "s"])
