"""The scenes of loss against accuracy: they pack, every array they name is there, and they show the result."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.loss_vs_accuracy.experiment import ANOTHER, CORNER, LIT, ZOOMS, Result, Settings, experiment
from core.exhibits.loss_vs_accuracy.scene import BINS, scene
from core.stage.scene import unpack

NAMES = ("array", "at", "box", "edges", "heights", "highlight", "x", "y", "z", "points", "rows")
"""Keys of a panel whose texts are names of arrays."""

CASES = [
    *({"view": "weight", "pixel": pixel, "zoom": zoom} for pixel in (CORNER, LIT) for zoom in ZOOMS),
    *({"view": "surfaces", "pixel": pixel, "zoom": zoom} for pixel in (CORNER, LIT, ANOTHER) for zoom in ZOOMS[::3]),
    {"view": "models"},
    {"view": "models", "seed": 999},
]


@cache
def result(**change: Any) -> Result:
    return experiment(Settings(digits="built-in", **change))


def packed(**change: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    return unpack(scene(result(**change)).pack())


def panels(header: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for row in header["rows"] for panel in row["panels"]]


def named(part: Any) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(named, part))
    if not isinstance(part, dict):
        return set()
    own = {value for key, value in part.items() if key in NAMES and isinstance(value, str)}
    return own.union(*map(named, part.values()))


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_names_its_arrays(change: dict[str, Any]) -> None:
    header, arrays = packed(**change)
    assert named(panels(header)) == set(arrays)
    assert header["frames"] == len(header["time"]["labels"]) > 1
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert header["alt"].startswith("Loss beside accuracy.")
    assert not any(mark in header["alt"] for mark in (":red[", "**", "`"))


@pytest.mark.parametrize("zoom", ZOOMS)
def test_cursor_and_curves_share_the_frames(zoom: float) -> None:
    header, arrays = packed(zoom=zoom)
    assert len(arrays["at"]) == len(arrays["loss"]) == len(arrays["tangent"]) == header["frames"]
    assert (np.diff(arrays["at"]) > 0).all()
    assert (np.diff(arrays["places"]) >= 0).all()
    low, high = panels(header)[0]["xDomain"]
    assert low < arrays["at"][0] < arrays["at"][-1] < high
    for panel in panels(header):
        for series in panel.get("series", ()):
            assert len(arrays[series["x"]]) == len(arrays[series["y"]])


@pytest.mark.parametrize("zoom", [0.1, 1.0, 100.0])
def test_stairs_under_the_cursor_are_the_accuracy(zoom: float) -> None:
    """What the curve panel reads off at each frame: the last place that is not beyond the cursor."""
    _, arrays = packed(zoom=zoom)
    read = arrays["stairs"][np.searchsorted(arrays["places"], arrays["at"], side="right") - 1]
    found = result(zoom=zoom).found
    np.testing.assert_allclose(read[:-1], found.correct_change[:-1] / 800, atol=1e-7)
    steps = np.flatnonzero(np.diff(arrays["stairs"]))
    jumps = found.stairs[0][1:-1][np.diff(found.stairs[1])[:-1] != 0]
    np.testing.assert_allclose(arrays["places"][steps + 1], 100 * jumps, rtol=1e-6)


def test_slopes_are_pictures_on_one_scale() -> None:
    header, arrays = packed()
    loss, accuracy = [panel for panel in panels(header) if panel["kind"] == "pixels"]
    assert loss["vmax"] == accuracy["vmax"] == pytest.approx(np.abs(arrays["loss slopes"]).max())
    assert arrays["loss slopes"].shape == arrays["accuracy slopes"].shape == (1, 1, 28, 28)
    assert not arrays["accuracy slopes"].any()


def test_first_jumps_are_marked_where_they_are_in_sight() -> None:
    def marks(zoom: float) -> list[dict[str, Any]]:
        return panels(packed(zoom=zoom)[0])[2]["marks"]

    below, above = result().found.nearest
    assert marks(0.0001) == []
    assert [mark["x"] for mark in marks(1.0)] == [100 * below, 100 * above]
    assert [mark["label"] for mark in marks(1.0)] == ["", "first jump"]


def test_histogram_grows_to_all_models() -> None:
    header, arrays = packed(view="models")
    values = result(view="models").found.accuracies
    counts = arrays["counts"]
    assert (counts.sum(1) == np.arange(1, header["frames"] + 1)).all()
    assert (counts[-1] == np.histogram(values, BINS)[0]).all()
    grown = np.diff(counts, axis=0, prepend=0).argmax(1)
    assert (grown == arrays["newest"]).all()
    assert arrays["weights"].shape == (200, 1, 28, 28)
    mean, own = panels(header)[0]["marks"]
    assert (mean["x"], own["x"]) == (values.mean(), values[42])


def test_the_ball_lies_on_both_surfaces() -> None:
    header, arrays = packed(view="surfaces", zoom=10.0)
    middle = arrays["error rate z"][len(arrays["error rate b"]) // 2]
    np.testing.assert_allclose(arrays["error rate path"][:, 2], middle, atol=1e-7)
    np.testing.assert_allclose(arrays["loss path"][::2, 2], arrays["loss z"][len(arrays["loss b"]) // 2], atol=1e-7)
    assert (arrays["loss path"][:, 0] == arrays["error rate path"][:, 0]).all()
    surfaces = panels(header)
    assert [panel["terraces"] for panel in surfaces] == [False, True]
    assert len({panel["camera"] for panel in surfaces}) == 1
