"""The GPU's figures: in words where there is none, and whole, in small, on a GPU that is only pretended."""

import pytest
import torch

from core.exhibits.pet_classifier import tuner
from tests.bench import gpu
from tests.bench.__main__ import MODULES, measured, table
from tests.gpu.pretended import NAME, pretended_gpu

SMALL = {
    "PHOTOGRAPHS": 6,
    "SIDE": 64,
    "BLOCK": 4,
    "CPU_SHARE": 4,
    "TUNED": 12,
    "TUNED_SIZE": 96,
    "BREEDS": 3,
    "PRESIZED": 240,
    "ROUNDS": 1,
    "SIZE": 3,
}


@pytest.mark.skipif(torch.cuda.is_available() or torch.backends.mps.is_available(), reason="there is a GPU")
def test_without_a_gpu_each_figure_says_so() -> None:
    assert "gpu" in MODULES
    found = measured(["gpu"])
    assert tuple(found) == gpu.NAMES
    assert all(row["value"] is None and "no GPU on this machine" in row["peer"] for row in found.values())
    assert table(found).count("not measured") == len(gpu.NAMES)
    assert tuple(measured(["gpu_fine_tune_s"])) == ("gpu_fine_tune_s",)


def test_with_one_each_figure_has_the_cpus_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(gpu, name, value)
    monkeypatch.setattr(tuner, "TRIES", 4)
    few = torch.rand(40, 784), torch.ones(40, 1), "40 rows of noise"
    monkeypatch.setattr(gpu, "digits", lambda: few)
    with pretended_gpu():
        found = gpu.measure()
    assert tuple(found) == gpu.NAMES
    for row in found.values():
        assert row["value"] > 0
        assert "CPU" in row["peer"]
        assert NAME in row["peer"]
    assert "mixed precision" in found["gpu_fine_tune_s"]["peer"]
