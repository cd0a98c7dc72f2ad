"""The scenes of the bend between two linear layers: they pack, their arrays are there, and they share one time."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from core.exhibits.relu.experiment import Settings, experiment
from core.exhibits.relu.hinges import MOST
from core.exhibits.relu.scene import COLUMNS, scene
from core.exhibits.relu.which import SINE, trained
from core.nn.activations import ACTIVATIONS
from core.stage.scene import unpack

NAMES = (
    "array", "at", "active", "heights", "x", "y", "z", "points", "rows", "value", "text", "dim", "mark", "group", "segments",
)  # fmt: skip
"""Keys of a panel whose texts are names of arrays, but for "text" where it is a number of digits."""

SHORT = {"method": "sgd", "steps": 100}
CASES: list[dict[str, Any]] = [
    {"view": "curve"}, {"view": "curve", "activation": "sigmoid"},
    {"view": "collapse"}, {"view": "collapse", "between": "relu"}, {"view": "collapse", "between": "axis"},
    {}, {"hidden": 1}, {"hidden": MOST}, {"target": "abs", "spacing": "worst"}, {"target": "own"},
    SHORT, {**SHORT, "rate": 1e9}, {**SHORT, "hidden": MOST}, {**SHORT, "target": "abs", "hidden": 2},
    {"view": "boundary", "boundary_steps": 100}, {"view": "boundary", "boundary_steps": 100, "activation": "identity"},
    {"view": "boundary", "boundary_steps": 100, "boundary_rate": 1e9},
    {"view": "which"}, {"view": "which", "relative_rate": 1e9},
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """As in the program: these nets are small, and more threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@cache
def packed(**change: Any) -> tuple[dict[str, Any], dict[str, np.ndarray], int]:
    data = scene(experiment(Settings(**change))).pack()
    return *unpack(data), len(data)


def panels(header: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for row in header["rows"] for panel in row["panels"]]


def named(part: Any) -> set[str]:
    """Every array that a panel names, wherever it names one."""
    found = set()
    for key, value in part.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                found |= named(item)
            elif isinstance(item, list):
                found |= set().union(*(named(each) for each in item if isinstance(each, dict)))
            elif key in NAMES and isinstance(item, str):
                found.add(item)
    return found


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_every_array_it_names_is_there(change: dict[str, Any]) -> None:
    header, arrays, size = packed(**change)
    assert set().union(*map(named, panels(header))) <= set(arrays)
    assert header["frames"] == len(header["time"]["labels"]) > 1
    assert size < 800_000
    assert header["alt"].startswith("What a non-linearity does.")
    assert not set("*`") & set(header["alt"])


@pytest.mark.parametrize("change", CASES, ids=str)
def test_panels_share_one_time(change: dict[str, Any]) -> None:
    header, arrays, _ = packed(**change)
    for panel in panels(header):
        if isinstance(panel.get("at"), str):
            assert len(arrays[panel["at"]]) == header["frames"]
            assert (np.diff(arrays[panel["at"]]) > 0).all()
        if panel["kind"] == "heat":
            assert len(arrays[panel["z"]]) == len(arrays["bends"]) == header["frames"]
        for line in panel.get("lines", []):
            shape = arrays[line["y"]].shape
            assert shape[0] in (1, header["frames"])
            assert shape[-1] == arrays[line["x"]].shape[-1]


def test_stage_is_neither_too_high_nor_too_low() -> None:
    for change in CASES:
        rows = packed(**change)[0]["rows"]
        assert 420 <= sum(row["height"] + 22 for row in rows) <= 570


def test_exact_relus_come_one_by_one() -> None:
    header, arrays, _ = packed()
    assert header["frames"] == 9
    there = np.isfinite(arrays["piece y"]).all(-1)
    assert there.sum(1).tolist() == list(range(9))
    np.testing.assert_allclose(arrays["sum"][-1, [0, 64, 128]], 0, atol=1e-6)
    assert (arrays["newest"] == [0, 0, 1, 2, 3, 4, 5, 6, 7]).all()


def test_a_diverged_run_ends_where_its_loss_is_no_number() -> None:
    header, arrays, _ = packed(**SHORT, rate=1e9)
    assert header["frames"] < 10
    assert np.isfinite(arrays["loss"][:-1]).all()
    assert not np.isfinite(arrays["loss"][-1])


def test_a_loss_of_0_is_not_drawn_on_a_logarithmic_axis() -> None:
    header, _, _ = packed(**SHORT, target="abs", hidden=2)
    curves = [panel for panel in panels(header) if panel["kind"] == "curve"]
    assert all(series["y"] != "exists" for panel in curves for series in panel["series"])
    assert any("placed: 0" in panel["title"] for panel in curves)


def test_units_that_are_off_are_blank() -> None:
    _, arrays, _ = packed(view="collapse", between="relu")
    off = arrays["hidden"] == 0
    assert 0 < off.mean() < 1
    assert (arrays["units"][off] == 0).all()
    assert len(np.unique(arrays["own"].reshape(24, -1), axis=0)) > 5
    _, linear, _ = packed(view="collapse")
    assert len(np.unique(linear["own"].reshape(24, -1), axis=0)) == 1


def test_code_that_fails_is_shown_with_its_error() -> None:
    header, arrays, _ = packed(view="collapse", between="axis")
    steps = next(panel for panel in panels(header) if panel["kind"] == "steps")["steps"]
    assert "TypeError" in steps[4]["formula"][0]
    assert arrays["res"].shape == (1, 1, 6, COLUMNS)
    assert (arrays["relu"] >= 0).all()


def test_every_activation_has_its_bar_once_all_are_there() -> None:
    settings = Settings(view="which", activation="tanh")
    result = experiment(settings)
    plan = replace(result.found.plan, steps=20)
    runs = tuple(trained(SINE, replace(plan, activation=key)) for key in ACTIVATIONS)
    header, arrays = unpack(scene(replace(result, found=replace(result.found, plan=plan, trained=runs))).pack())
    bars = panels(header)[0]
    assert len(bars["labels"]) == arrays["ends"].shape[1] == len(ACTIVATIONS)
    assert bars["labels"][bars["highlight"]] == "tanh"
