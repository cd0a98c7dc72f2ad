"""The scenes of mini-batches: they pack, every array they name is there, and they show the result."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from core.exhibits.mini_batches.batch_race import CLOCKS, LANES, Race, lane_rows
from core.exhibits.mini_batches.experiment import Result, Settings, experiment, wants_loader, whole
from core.exhibits.mini_batches.gradient_noise import DRAWS, SHOWN, SIZES
from core.exhibits.mini_batches.loader import DATASETS, ORDERS, Loading
from core.exhibits.mini_batches.scene import scene
from core.stage.scene import unpack

NAMES = ("array", "at", "active", "heights", "x", "y", "z", "points", "rows", "text")
"""Keys of a panel whose texts are names of arrays."""

CASES = [
    *({"view": "paths", "clock": clock, "epochs": 2} for clock in CLOCKS),
    {"view": "paths", "epochs": 2, "learning_rate": 10.0, "batch_size": 256},
    *({"view": "noise", "point": point} for point in (0, 1)),
    *({"view": "loader", "dataset": dataset, "order": order} for dataset in DATASETS for order in ORDERS),
    {"view": "loader", "bs": 256, "passes": 1},
    *({"view": "average", "items": n} for n in (3, 5, 16)),
]


@cache
def result(**change: Any) -> Result:
    chosen = Settings(**change)
    return whole(chosen) if wants_loader(chosen) else experiment(chosen)


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


def check(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    assert named(panels(header)) == set(arrays)
    assert header["frames"] == len(header["time"]["labels"])
    assert all(np.isfinite(array).all() for array in arrays.values())
    for panel in panels(header):
        for key in ("at", "active", "rows"):
            if key in panel:
                assert len(arrays[panel[key]]) == header["frames"]
        for series in panel.get("series", []):
            assert arrays[series["x"]].shape == arrays[series["y"]].shape
        if panel["kind"] == "bars":
            assert arrays[panel["heights"]].shape == (header["frames"], len(panel["labels"]))


@pytest.mark.parametrize("change", CASES, ids=str)
def test_scene_packs_and_names_its_arrays(change: dict[str, Any]) -> None:
    header, arrays = packed(**change)
    check(header, arrays)
    assert header["frames"] > 1
    assert header["alt"].startswith("Mini-batches.")
    assert not any(mark in header["alt"] for mark in (":red[", "**", "`"))


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_loader_that_has_not_answered_has_a_picture_too(dataset: str) -> None:
    header, arrays = unpack(scene(experiment(Settings(view="loader", dataset=dataset))).pack())
    assert header["frames"] == 1
    assert named(panels(header)) <= set(arrays)
    full = packed(view="loader", dataset=dataset)[0]
    assert [panel["kind"] for panel in panels(header)] == [panel["kind"] for panel in panels(full)]
    assert [panel["title"] for panel in panels(header)] == [panel["title"] for panel in panels(full)]  # no rebuilding


@pytest.mark.parametrize("clock", CLOCKS)
def test_three_paths_move_by_the_clock(clock: str) -> None:
    header, arrays = packed(view="paths", clock=clock, epochs=2)
    race = result(view="paths", clock=clock, epochs=2).found
    assert isinstance(race, Race)
    surface, contour, *_ = panels(header)
    for panel in (surface, contour):
        assert sorted(path["lane"] for path in panel["paths"]) == list(LANES)
        assert len({path["label"] for path in panel["paths"]}) == 3
    assert surface["camera"] == contour["camera"]
    for lane, letter in zip(race.lanes, LANES, strict=True):
        assert arrays[f"rows {letter}"].tolist() == lane_rows(lane, race.frames).tolist()
        assert arrays[f"rows {letter}"].max() == len(arrays[f"path {letter}"]) - 1
        np.testing.assert_allclose(arrays[f"path {letter}"][:, 2], lane.loss)
        assert arrays["surface a"][0] < arrays[f"path {letter}"][:, 0].min()
        assert arrays[f"path {letter}"][:, 1].max() < arrays["surface b"][-1]


def test_seconds_are_drawn_by_their_logarithm() -> None:
    header, arrays = packed(view="paths", clock="seconds", epochs=2)
    curve = panels(header)[2]
    assert curve["xScale"] == "log"
    assert 0 < curve["xDomain"][0] < curve["xDomain"][1]
    np.testing.assert_allclose(
        np.diff(np.log(arrays["at"])), np.log(arrays["at"][-1] / arrays["at"][0]) / 240, rtol=1e-2
    )


def test_noise_walks_through_the_batch_sizes() -> None:
    header, arrays = packed(view="noise", point=0)
    assert header["frames"] == len(SIZES)
    assert arrays["cloud x"].shape == arrays["cloud y"].shape == (len(SIZES), DRAWS)
    assert arrays["examples"].shape == (len(SIZES), SHOWN, 28, 28)
    low, high = panels(header)[0]["yDomain"]
    assert low <= min(arrays["rms"].min(), arrays["mean"].min(), arrays["law"].min())
    assert max(arrays["rms"].max(), arrays["law"].max()) <= high
    assert (np.log10([low, high]) % 1 == 0).all()


@pytest.mark.parametrize("order", ORDERS)
def test_lit_items_are_those_of_the_batch(order: str) -> None:
    _, arrays = packed(view="loader", dataset="digits", order=order)
    found = result(view="loader", dataset="digits", order=order).found
    assert isinstance(found, Loading)
    light = arrays["light"].reshape(len(found.batches), 800)
    for frame in (0, 1, 49, 50, 99):
        batch = found.batches[frame]
        assert set(np.flatnonzero(light[frame] == 255)) == set(batch)
        np.testing.assert_array_equal(arrays["batch"][frame, 3].ravel(), np.round(255 * found.images[batch[3]]))
        before = np.concatenate(found.batches[50 * (frame // 50) : frame + 1])
        assert set(np.flatnonzero(light[frame] > 40)) == set(before)  # an epoch begins in the dark
        assert arrays["threes"][frame] == found.threes[batch].sum()


def test_counts_start_anew_in_each_epoch() -> None:
    _, arrays = packed(view="loader", dataset="letters", order="shuffled")
    assert arrays["counts"].sum(1).tolist() == [6, 12, 18, 24, 26] * 2
    assert (arrays["counts"][[4, 9]] == 1).all()


def test_batches_stand_as_the_loader_gave_them() -> None:
    header, _ = packed(view="loader", dataset="numbers", order="in order")
    steps = panels(header)[1]["steps"]
    assert [step["name"] for step in steps] == ["1 · 1", "1 · 2", "1 · 3", "2 · 1", "2 · 2", "2 · 3"]
    assert steps[0]["code"] == "tensor([0, 1, 2, 3, 4])"


def test_the_last_digit_is_the_one_that_is_dragged() -> None:
    header, arrays = packed(view="average", items=5)
    assert arrays["moved"].tolist() == arrays["losses"][:, -1].tolist()
    digits, losses, average, *_ = panels(header)
    assert losses["highlight"] == 4
    assert average["at"] == "moved"
    assert digits["tiles"] == {"text": "losses"}
