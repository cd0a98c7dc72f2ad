"""Packing a scene: whatever goes in comes out, aligned as the browser's typed arrays need it."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.stage.panels import Curve, Series
from core.stage.scene import TYPES, Row, Scene, Time, packed, unpack

INTEGERS = st.integers(-(2**31), 2**31 - 1)
SHAPES = hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=5)
ARRAYS = st.one_of(
    hnp.arrays(np.float32, SHAPES),
    hnp.arrays(np.float64, SHAPES),
    hnp.arrays(np.int64, SHAPES, elements=INTEGERS),
    hnp.arrays(np.int32, SHAPES),
    hnp.arrays(np.uint8, SHAPES),
    hnp.arrays(np.int8, SHAPES),
    hnp.arrays(np.bool_, SHAPES),
)
NAMED = st.dictionaries(st.text(max_size=20), ARRAYS, max_size=6)


def sent(arrays: dict[str, np.ndarray], alt: str = "A picture.") -> bytes:
    """These arrays under a small header."""
    return packed({"alt": alt}, arrays)


@given(NAMED, st.text())
def test_what_is_packed_comes_back(arrays: dict[str, np.ndarray], alt: str) -> None:
    header, found = unpack(sent(arrays, alt))
    assert header["alt"] == alt
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype.name in TYPES
        assert found[name].shape == array.shape
        with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinite
            np.testing.assert_array_equal(found[name], array.astype(found[name].dtype))


@given(NAMED)
def test_arrays_are_aligned_and_do_not_overlap(arrays: dict[str, np.ndarray]) -> None:
    data = sent(arrays)
    (length,) = struct.unpack_from("<I", data)
    end = 4 + length
    assert end % 8 == 0
    for entry in json.loads(data[4:end])["arrays"].values():
        assert entry["offset"] == end
        size = int(np.prod(entry["shape"])) * np.dtype(entry["type"]).itemsize
        end = entry["offset"] + size + -size % 8
    assert end == len(data)


@pytest.mark.parametrize(
    ("given_type", "sent_type"),
    [("float64", "float32"), ("float16", "float32"), ("int64", "int32"), ("uint16", "int32"), ("bool", "uint8")],
)
def test_numbers_travel_in_types_that_the_browser_has(given_type: str, sent_type: str) -> None:
    header, found = unpack(sent({"a": np.ones((2, 3), given_type)}))
    assert header["arrays"]["a"]["type"] == found["a"].dtype.name == sent_type


def test_strided_arrays_are_packed_in_c_order() -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    _, found = unpack(sent({"a": array.transpose(2, 0, 1)[::2]}))
    np.testing.assert_array_equal(found["a"], array.transpose(2, 0, 1)[::2])


def test_not_a_number_and_infinity_travel() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    _, found = unpack(sent({"a": values}))
    assert found["a"].tobytes() == values.tobytes()


@given(NAMED)
def test_the_key_names_the_content(arrays: dict[str, np.ndarray]) -> None:
    def key(more: dict[str, np.ndarray]) -> str:
        return unpack(sent(arrays | more))[0]["key"]

    assert key({}) == key({})
    assert key({"more": np.zeros(1)}) != key({"more": np.ones(1)})


def test_the_header_says_all_that_the_stage_needs() -> None:
    panel = Curve(title="Loss", series=[])
    time = Time(labels=["first", "second"])
    made = Scene(rows=[Row(200, [panel])], alt="é", time=time, seconds=3.0, autoplay=False)
    header, _ = unpack(made.pack())
    assert header["rows"] == [{"height": 200, "panels": [{"kind": "curve", "title": "Loss", "series": []}]}]
    assert (header["frames"], header["time"]) == (2, {"labels": ["first", "second"]})
    assert (header["alt"], header["seconds"], header["autoplay"]) == ("é", 3.0, False)
    assert not header["still"]
    assert unpack(Scene(rows=[], alt="Soon.", still=True).pack())[0]["still"]


def test_a_header_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Scene(rows=[], alt="Nothing.", seconds=float("nan")).pack()


@given(st.lists(ARRAYS, min_size=1, max_size=6), st.text(), st.floats(0.1, 100), st.booleans())
def test_what_panels_hold_comes_back(held: list[np.ndarray], alt: str, seconds: float, autoplay: bool) -> None:
    panels = [Curve(title="Loss", at=array, series=[]) for array in held]
    time = Time(labels=["first", "second"])
    header, found = unpack(
        Scene(rows=[Row(200, panels)], alt=alt, time=time, seconds=seconds, autoplay=autoplay).pack()
    )
    assert (header["frames"], header["time"]) == (2, {"labels": ["first", "second"]})
    assert (header["alt"], header["seconds"], header["autoplay"]) == (alt, seconds, autoplay)
    for panel, array in zip(header["rows"][0]["panels"], held, strict=True):
        got = found[panel["at"]]
        assert got.shape == array.shape
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(got, array.astype(got.dtype))
    assert set(found) == {panel["at"] for panel in header["rows"][0]["panels"]}


def test_without_a_time_there_is_one_frame() -> None:
    header, _ = unpack(Scene(rows=[Row(200, [Curve(series=[])])], alt="A picture.").pack())
    assert (header["frames"], header["time"]) == (1, None)


def test_the_key_names_the_panels_and_the_numbers_they_hold() -> None:
    def key(y: float, title: str = "Loss") -> str:
        series = Series(x=np.zeros(1), y=np.full(1, y), color="loss")
        return unpack(Scene(rows=[Row(200, [Curve(title=title, series=[series])])], alt="A picture.").pack())[0]["key"]

    assert key(1) == key(1)
    assert len({key(1), key(2), key(1, "Accuracy")}) == 3


def test_a_header_of_another_kind_can_be_packed_too() -> None:
    given_header = {"gallery": {"page": 2}}
    header, arrays = unpack(packed(given_header, {"pictures": np.arange(3, dtype=np.uint8)}))
    assert header["gallery"] == {"page": 2}
    assert header["key"]
    assert "key" not in given_header
    assert arrays["pictures"].tolist() == [0, 1, 2]
