"""The typed panels: what they are in the browser, which of them there are, and what they refuse."""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.stage import declarations
from core.stage.panels import (
    KINDS,
    Bars,
    Box,
    Column,
    Columns,
    Confusion,
    Curve,
    Domain,
    LivingNumber,
    Mark,
    Moving,
    Panel,
    Path,
    Pictures,
    Pixels,
    Plot,
    Series,
    Step,
    Steps,
    Surface,
    Table,
    TableColumn,
    TableFoot,
    Tiles,
    Words,
    json_name,
)
from core.stage.pictures import pictures_together
from core.stage.scene import Row, Scene, Time, unpack
from core.stage.surfaces import surface_pair

Json = dict[str, Any]
STAGE = declarations.FILE.parent
SCRIPT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STAGE.glob("*.js")))


def packed(*panels: Panel, **more: Any) -> tuple[list[Json], dict[str, np.ndarray]]:
    """Panels as the browser gets them, and their arrays."""
    header, arrays = unpack(Scene(rows=[Row(100, panels)], alt="A picture.", **more).pack())
    return header["rows"][0]["panels"], arrays


def series(y: np.ndarray, **more: Any) -> Series:
    return Series(x=np.arange(len(y)), y=y, color="loss", **more)


def drawn() -> list[str]:
    """The kinds that the stage can draw: the table in its script."""
    (table,) = re.findall(r"\bKINDS = \{(.*?)\}", SCRIPT, re.DOTALL)
    return re.findall(r"(\w+):", table)


def test_every_kind_of_the_stage_has_one_class() -> None:
    assert Counter(kind.kind for kind in KINDS) == Counter(drawn())


def test_a_kind_is_a_panel_that_says_so() -> None:
    def below(cls: type[Panel]) -> set[type[Panel]]:
        return {cls}.union(*(below(each) for each in cls.__subclasses__()))

    assert {cls for cls in below(Panel) if "kind" in vars(cls)} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_stage_reads_every_field(kind: type[Panel]) -> None:
    for field in dataclasses.fields(kind):
        if not field.metadata.get("inline"):
            assert re.search(rf"\b{json_name(field)}\b", SCRIPT), field.name


def test_the_stage_reads_no_other_field() -> None:
    known = {json_name(field) for kind in KINDS for field in dataclasses.fields(kind)} | {"kind", "pictures", "ends"}
    assert set(re.findall(r"\bspec\??\.(\w+)", SCRIPT)) <= known


def test_fields_have_the_names_that_the_stage_reads() -> None:
    y_domain: Domain = (0, 1)
    curve = Curve(
        title="Loss", x_label="steps", y_domain=y_domain, narrow_height=200, series=[], marks=(Mark(x=2, label="here"),)
    )
    assert packed(curve)[0] == [
        {
            "kind": "curve", "title": "Loss", "xLabel": "steps", "yDomain": [0, 1], "narrowHeight": 200, "series": [],
            "marks": [{"x": 2, "label": "here"}],
        }
    ]  # fmt: skip


def test_what_has_its_default_is_left_out() -> None:
    plain = Curve(series=[Series(x=np.zeros(2), y=np.ones(2), color="loss")])
    same = Curve(
        title="", weight=1, narrow_height=None, x_scale="linear", x_domain=None, marks=[],
        series=[Series(x=np.zeros(2), y=np.ones(2), color="loss", label="", lane=None, faint=False, symbol=None)],
    )  # fmt: skip
    expected = [{"kind": "curve", "series": [{"x": "a0", "y": "a1", "color": "loss"}]}]
    assert packed(plain)[0] == packed(same)[0] == expected


def test_zero_and_nothing_are_not_unset() -> None:
    (pixels, bars, scatter), _ = packed(
        Pixels(array=np.zeros((1, 1, 2, 2)), link=0, hover=[]),
        Bars(heights=np.ones(2), labels=["a", "b"], color="loss", highlight=0),
        Curve(series=[series(np.zeros(1), symbol=0)]),
    )
    assert (pixels["link"], pixels["hover"]) == (0, [])
    assert bars["highlight"] == 0
    assert scatter["series"][0]["symbol"] == 0


def test_a_name_that_python_keeps_for_itself() -> None:
    column = TableColumn(title="p", array=np.zeros(1), from_=3, of=[0])
    (table,), _ = packed(Table(names=["1"], columns=[column], foot=TableFoot(name="mean", from_=4)))
    assert table["columns"] == [{"title": "p", "array": "a0", "from": 3, "of": [0]}]
    assert table["foot"] == {"name": "mean", "from": 4}


def test_an_array_stands_where_a_number_or_a_list_may() -> None:
    bin_of_frame, source = np.array([1, 0]), np.array([2, 1])
    column = TableColumn(title="p", array=np.zeros(2), of=source)
    (bars, table), arrays = packed(
        Bars(heights=np.ones((2, 2)), labels=["a", "b"], color="loss", highlight=bin_of_frame),
        Table(names=["1", "2"], columns=[column]),
    )
    np.testing.assert_array_equal(arrays[bars["highlight"]], bin_of_frame)
    np.testing.assert_array_equal(arrays[table["columns"][0]["of"]], source)


def test_numbers_that_live_within_words() -> None:
    slope = LivingNumber(value=np.zeros((4, 3)), at=1, color="gradient")
    formula = ["slope ", slope, Words(text=", flat", color="data"), LivingNumber(value=np.arange(4))]
    (steps,), arrays = packed(Steps(active=np.zeros(4), steps=[Step(name="gradient", formula=formula)]))
    assert steps["steps"][0]["formula"] == [
        "slope ", {"value": "a0", "at": 1, "color": "gradient"}, {"text": ", flat", "color": "data"}, {"value": "a1"},
    ]  # fmt: skip
    assert arrays["a0"].shape == (4, 3)


def test_pictures_lie_beside_the_other_fields() -> None:
    files = [b"first", b"", b"the third"]
    (panel,), arrays = packed(Pictures(files=pictures_together(files), captions=["1", "2", "3"]))
    assert panel == {"kind": "pictures", "pictures": "a0", "ends": "a1", "captions": ["1", "2", "3"]}
    ends = arrays["a1"].tolist()
    cut = [arrays["a0"].tobytes()[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert cut == files


def test_a_surface_and_its_map_hold_the_same_grid() -> None:
    path = Path(points=np.zeros((5, 3)), color="parameters", lane="B", shadow=True)
    pair = surface_pair(
        np.arange(3), np.arange(2), np.ones((2, 3)), title="Loss", paths=[path], weights=(3, 2), log=True
    )
    (surface, contour), arrays = packed(*pair)
    assert (surface.pop("kind"), contour.pop("kind")) == ("surface", "contour")
    assert (surface.pop("title"), contour.pop("title")) == ("Loss", "Loss, from above")
    assert (surface.pop("weight"), contour.pop("weight")) == (3, 2)
    assert surface == contour
    assert surface["paths"] == [{"points": "a3", "color": "parameters", "lane": "B", "shadow": True}]
    assert (surface["zScale"], surface["camera"]) == ("log", "linked")
    assert len(arrays) == 4


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_arrays_are_named_in_the_order_of_their_first_use_and_equal_ones_once(values: list[int]) -> None:
    shown = [Series(x=np.full(2, v), y=np.full(2, 10 + v), color="loss") for v in values]
    (curve,), arrays = packed(Curve(series=shown))
    assert list(arrays) == [f"a{i}" for i in range(2 * len(set(values)))]
    for one, value in zip(curve["series"], values, strict=True):
        assert arrays[one["x"]].tolist() == [value] * 2
        assert arrays[one["y"]].tolist() == [10 + value] * 2
    first = list(dict.fromkeys(name for one in curve["series"] for name in (one["x"], one["y"])))
    assert first == list(arrays)


@pytest.mark.parametrize(
    ("one", "other", "names"),
    [
        (np.zeros(2, np.float64), np.zeros(2, np.float32), 1),  # the same once they are packed
        (np.array([np.nan, 1]), np.array([np.nan, 1]), 1),
        (np.zeros(2, np.float32), np.zeros(2, np.int32), 2),
        (np.zeros(2, np.float32), np.array([0, -0.0], np.float32), 2),
        (np.zeros((2, 1)), np.zeros((1, 2)), 2),
    ],
    ids=["precision", "nan", "type", "sign", "shape"],
)
def test_arrays_are_equal_where_all_of_their_bytes_are(one: np.ndarray, other: np.ndarray, names: int) -> None:
    assert len(packed(Curve(series=[Series(x=one, y=other, color="loss")]))[1]) == names


def test_the_time_names_the_panels_array() -> None:
    at = np.array([0.0, 2.5, 5.0])
    scene = Scene(
        rows=[Row(100, [Curve(at=at, series=[series(np.zeros(3))])])], alt="A picture.",
        time=Time(at=at, total=5, unit="step", per_epoch=2),
    )  # fmt: skip
    header, arrays = unpack(scene.pack())
    name = header["rows"][0]["panels"][0]["at"]
    assert header["time"] == {"at": name, "total": 5, "unit": "step", "perEpoch": 2}
    assert header["frames"] == scene.frames == 3
    np.testing.assert_array_equal(arrays[name], at)


def test_numpy_numbers_are_numbers() -> None:
    (curve,), _ = packed(Curve(weight=np.float32(0.5), series=[series(np.zeros(1), symbol=np.int64(2))]))
    assert (curve["weight"], curve["series"][0]["symbol"]) == (0.5, 2)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float64("nan")])
def test_numbers_that_json_does_not_have_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        packed(Curve(series=[], y_domain=(0, number)))


@pytest.mark.parametrize("value", [{"x": 1}, {1, 2}, object()])
def test_what_is_no_panels_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        packed(Curve(series=[value]))


REFUSED: list[Callable[[], Any]] = [
    lambda: Series(x=np.zeros(2), y=np.zeros(3), color="loss"),
    lambda: Moving(color="loss", x=np.zeros(2)),
    lambda: Moving(color="loss", x=np.zeros(2), y=np.zeros((4, 3))),
    lambda: Bars(heights=np.ones(2), color="loss"),
    lambda: Bars(heights=np.ones(2), color="loss", labels=["a"]),
    lambda: Bars(heights=np.ones((5, 2)), color="loss", edges=np.arange(2)),
    lambda: Columns(names=["a"], columns=[], pick=True),
    lambda: Columns(names=["a"], columns=[Column(values=np.zeros((4, 2)), color="loss")]),
    lambda: Table(names=["a"], columns=[TableColumn(title="x", array=np.zeros((4, 2)))]),
    lambda: TableColumn(title="x", array=np.zeros(2), foot=np.zeros(4)),
    lambda: Pictures(files=pictures_together([b"1", b"2"]), captions=["only one"]),
    lambda: Confusion(names=["a"], targets=np.zeros(1), predicted=np.zeros((1, 1)), selection="cell"),
    lambda: Box(title="w", color="parameters", changed=np.zeros(2)),
    lambda: Surface(x=np.zeros(2), y=np.zeros(3), z=np.zeros((2, 3)), x_label="a", y_label="b", z_label="loss"),
    lambda: Time(),
    lambda: Time(at=np.zeros(2)),
    lambda: Time(labels=["a"], at=np.zeros(1), total=1, unit="step"),
]


@pytest.mark.parametrize("make", REFUSED)
def test_what_would_go_wrong_silently_in_the_browser_is_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_what_goes_well_is_not() -> None:
    Moving(color="text", x=np.zeros(3), y=np.zeros((4, 3)))
    Moving(color="metric", label="accuracy", value=np.zeros(4))
    Bars(heights=np.ones((5, 2)), color="loss", edges=np.arange(3))
    Plot(curves=[], moving=[])
    Pixels(array=np.zeros((1, 2, 3, 4)), tiles=Tiles(text=np.zeros((5, 2))))
    TableColumn(title="x", array=np.zeros(2), foot=np.zeros((4, 1)))
