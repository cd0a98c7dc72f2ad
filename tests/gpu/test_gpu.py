"""`pytest -m gpu`: every path that may run on a GPU, on this machine's GPU, against the CPU."""

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from core.device import available
from tests.conftest import ROOT
from tests.gpu import paths

GPUS = [device for device in available() if device != "cpu"]

if not GPUS:
    pytest.skip("no GPU on this machine", allow_module_level=True)

pytestmark = [pytest.mark.gpu, pytest.mark.xdist_group("gpu")]
on_every_gpu = pytest.mark.parametrize("device", GPUS)
nvidia = pytest.mark.skipif("cuda" not in GPUS, reason="no NVIDIA GPU on this machine")


@on_every_gpu
@pytest.mark.parametrize("path", paths.PATHS.values(), ids=paths.PATHS)
def test_a_path_on_the_gpu_is_as_on_the_cpu(path: Callable[[str], None], device: str) -> None:
    path(device)


@on_every_gpu
def test_speeds_are_measured_on_it(device: str) -> None:
    paths.speeds(device)


@on_every_gpu
def test_fine_tuning_for_an_epoch(device: str, tmp_path: Path) -> None:
    paths.tuned(device, tmp_path / "pictures")


def held() -> int:
    """Bytes of tensors on the NVIDIA GPU."""
    gc.collect()
    torch.cuda.synchronize()
    return torch.cuda.memory_allocated()


@nvidia
def test_a_page_on_a_gpu_whose_memory_is_full() -> None:
    torch.ones(2, 2, device="cuda") @ torch.ones(2, 2, device="cuda")  # cuBLAS takes its workspace, for good
    paths.falls_back("cuda", paths.full, held)


@nvidia
def test_a_long_training_on_a_gpu_whose_memory_is_full() -> None:
    paths.job_falls_back("cuda", paths.full, held)


@nvidia
def test_work_on_the_cpu_does_not_begin_to_use_the_gpu() -> None:
    script = """
import torch
from core.data.digits import load
from core.nn.seeded import seeded
from core.nn.training import Recipe, train
with seeded(1):
    train(Recipe(epochs=1), load("built-in"))
assert torch.cuda.is_available() and not torch.cuda.is_initialized()
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=120)
