"""Packing a scene: whatever goes in comes out, aligned as the browser's typed arrays need it."""

import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.stage.scene import TYPES, Row, Scene, unpack

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


def scene(arrays: dict[str, np.ndarray], alt: str = "A picture.", **more: object) -> Scene:
    return Scene((Row(200, ({"kind": "curve", "title": "Loss"},)),), arrays, alt, **more)


@given(NAMED, st.text())
def test_what_is_packed_comes_back(arrays: dict[str, np.ndarray], alt: str) -> None:
    header, found = unpack(scene(arrays, alt).pack())
    assert header["alt"] == alt
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype.name in TYPES
        assert found[name].shape == array.shape
        with np.errstate(over="ignore"):  # float64 beyond float32 becomes infinite
            np.testing.assert_array_equal(found[name], array.astype(found[name].dtype))


@given(NAMED)
def test_arrays_are_aligned_and_do_not_overlap(arrays: dict[str, np.ndarray]) -> None:
    packed = scene(arrays).pack()
    (length,) = struct.unpack_from("<I", packed)
    end = 4 + length
    assert end % 8 == 0
    for entry in json.loads(packed[4:end])["arrays"].values():
        assert entry["offset"] == end
        size = int(np.prod(entry["shape"])) * np.dtype(entry["type"]).itemsize
        end = entry["offset"] + size + -size % 8
    assert end == len(packed)


@pytest.mark.parametrize(
    ("given_type", "sent_type"),
    [("float64", "float32"), ("float16", "float32"), ("int64", "int32"), ("uint16", "int32"), ("bool", "uint8")],
)
def test_numbers_travel_in_types_that_the_browser_has(given_type: str, sent_type: str) -> None:
    header, found = unpack(scene({"a": np.ones((2, 3), given_type)}).pack())
    assert header["arrays"]["a"]["type"] == found["a"].dtype.name == sent_type


def test_strided_arrays_are_packed_in_c_order() -> None:
    array = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    _, found = unpack(scene({"a": array.transpose(2, 0, 1)[::2]}).pack())
    np.testing.assert_array_equal(found["a"], array.transpose(2, 0, 1)[::2])


def test_not_a_number_and_infinity_travel() -> None:
    values = np.array([np.nan, np.inf, -np.inf, -0.0], np.float32)
    _, found = unpack(scene({"a": values}).pack())
    assert found["a"].tobytes() == values.tobytes()


@given(NAMED)
def test_the_key_names_the_content(arrays: dict[str, np.ndarray]) -> None:
    def key(more: dict[str, np.ndarray]) -> str:
        return unpack(scene(arrays | more).pack())[0]["key"]

    assert key({}) == key({})
    assert key({"more": np.zeros(1)}) != key({"more": np.ones(1)})


def test_the_header_says_all_that_the_stage_needs() -> None:
    time = {"labels": ["first", "second"]}
    packed = scene({"a": np.zeros(2)}, frames=2, time=time, seconds=3.0, autoplay=False, extra={"note": "é"}).pack()
    header, _ = unpack(packed)
    assert header["rows"] == [{"height": 200, "panels": [{"kind": "curve", "title": "Loss"}]}]
    assert (header["frames"], header["time"], header["seconds"], header["autoplay"]) == (2, time, 3.0, False)
    assert header["note"] == "é"


def test_a_header_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        scene({}, seconds=float("nan")).pack()
