"""The scene of a digit as numbers: it packs, every panel finds its arrays, and they agree with the frames."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from core.exhibits.digits_as_numbers.experiment import Settings, experiment
from core.exhibits.digits_as_numbers.scene import scene
from core.stage.scene import Panel, unpack

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"items": 1, "digit": 7},
    {"view": "ranks"},
    {"view": "ranks", "index": 99},
    {"view": "similarity", "digit": 7, "index": 40},
    {"view": "similarity", "picture": "inverted"},
    {"view": "multiply"},
    {"view": "multiply", "weights": "random", "bias": False, "picture": "black"},
    {"view": "multiply", "operator": "*", "items": 256},
)
every_variant = pytest.mark.parametrize("change", VARIANTS, ids=str)
Unpacked = tuple[dict[str, Any], dict[str, np.ndarray]]


def unpacked(change: dict[str, Any]) -> Unpacked:
    return unpack(scene(experiment(Settings(digits="built-in", **change))).pack())


def panels(header: dict[str, Any], kind: str) -> Iterator[Panel]:
    return (panel for row in header["rows"] for panel in row["panels"] if panel["kind"] == kind)


def row(array: np.ndarray, frame: int) -> np.ndarray:
    """What the stage shows of an array at a frame."""
    return array[min(frame, len(array) - 1)]


@every_variant
def test_pictures_agree_with_the_frames(change: dict[str, Any]) -> None:
    header, arrays = unpacked(change)
    last = header["frames"] - 1
    assert len(header["time"]["labels"]) == header["frames"]
    pictures = list(panels(header, "pixels"))
    assert len(pictures) >= 3
    for panel in pictures:
        values = arrays[panel["array"]]
        _, tiles, height, width = values.shape
        for name in ("upTo", "box"):
            assert name not in panel or len(arrays[panel[name]]) == header["frames"]
        if "upTo" in panel:
            shown = arrays[panel["upTo"]]
            assert (np.diff(shown) >= 0).all()
            assert shown[last] >= values[0].size
        if "box" in panel:
            for tile, top, left, high, wide in arrays[panel["box"]]:
                assert 0 <= tile < tiles
                assert 0 <= top <= top + high <= height
                assert 0 <= left <= left + wide <= width
        for token in panel.get("hover", []):
            assert isinstance(token, str) or arrays[token["value"]][0].size == values[0].size


@every_variant
def test_linked_pictures_mean_the_same_pixel(change: dict[str, Any]) -> None:
    header, arrays = unpacked(change)
    linked = [panel for panel in panels(header, "pixels") if "link" in panel]
    assert all(panel["link"] + 784 <= arrays[panel["array"]][0].size for panel in linked)
    assert (change.get("view") == "ranks") == (not linked)


@every_variant
def test_steps_and_curves_find_their_numbers(change: dict[str, Any]) -> None:
    header, arrays = unpacked(change)
    for panel in panels(header, "steps"):
        active = arrays[panel["active"]]
        assert len(active) == header["frames"]
        assert set(active.tolist()) == set(range(len(panel["steps"])))
        rows = arrays[panel["rows"]] if "rows" in panel else np.arange(header["frames"])
        for token in (token for step in panel["steps"] for token in step["formula"] if "value" in token):
            assert token["at"] < row(arrays[token["value"]], int(rows[-1])).size
    for panel in panels(header, "curve"):
        assert all(len(arrays[s["x"]]) == len(arrays[s["y"]]) > 0 for s in panel["series"])
        assert "at" not in panel or len(arrays[panel["at"]]) == header["frames"]
    for panel in panels(header, "bars"):
        assert arrays[panel["heights"]].shape == (header["frames"], len(panel["labels"]))


def test_unrolling_shows_the_digit_in_the_last_row() -> None:
    header, arrays = unpacked({"index": 9})
    n = arrays["batch"].shape[2]
    np.testing.assert_array_equal(arrays["batch"][0, 0, n - 1], arrays["stored"].ravel())
    np.testing.assert_allclose(arrays["x"].ravel(), arrays["stored"].ravel() / 255, atol=1e-6)
    assert arrays["done"].tolist() == [28 * r for r in range(29)]
    assert (arrays["filled"] - arrays["done"] == 784 * (n - 1)).all()
    assert header["frames"] == 29


def test_readout_multiplies_and_shares() -> None:
    _, arrays = unpacked({"view": "multiply"})
    x, w, xw = (arrays[name].ravel() for name in ("x", "w", "xw"))
    np.testing.assert_allclose(xw, x * w, rtol=1e-6)
    np.testing.assert_allclose(arrays["share"].sum(), 100, rtol=1e-4)
    assert arrays["running"][28, 0] == pytest.approx(xw.sum(), rel=1e-4)
    assert arrays["parts"][0, 2] == pytest.approx(arrays["parts"][0, 0] + arrays["parts"][0, 1], rel=1e-5)
    assert arrays["outputs"][0, -1] == pytest.approx(arrays["parts"][0, 2], rel=1e-4)


def test_shares_of_the_distances_are_whole() -> None:
    _, arrays = unpacked({"view": "similarity"})
    for digit in (3, 7):
        np.testing.assert_allclose(arrays[f"share {digit}"].sum(), 100, rtol=1e-4)
        apart = np.abs(arrays["x"] - arrays[f"mean {digit}"])
        np.testing.assert_allclose(arrays[f"apart {digit}"], apart, atol=1e-6)


def test_alt_text_is_plain() -> None:
    header, _ = unpacked({"view": "multiply", "operator": "*"})
    assert "`" not in header["alt"]
    assert "xb × weights + bias: RuntimeError" in header["alt"]
