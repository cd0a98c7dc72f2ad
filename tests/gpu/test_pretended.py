"""The GPU's tests themselves, without a GPU: each path with the CPU against itself, and with a GPU that is pretended.

What only a card can tell, its rounding, its speed and its libraries, is left to `pytest -m gpu`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from core import device as devices
from core.exhibits.pet_classifier.tuned_learner import loaders
from core.exhibits.presizing import pipeline
from core.exhibits.presizing.settings import PIPELINE, Settings
from core.nn import kernels
from tests.gpu import paths
from tests.gpu.pretended import NAME, MixedError, pretended_gpu

each_path = pytest.mark.parametrize("path", paths.PATHS.values(), ids=paths.PATHS)


@each_path
def test_a_path_of_the_cpu_against_itself(path: Callable[[str], None]) -> None:
    path("cpu")


@pytest.mark.parametrize("kind", ["cuda", "mps"])
@each_path
def test_a_path_on_a_pretended_gpu(path: Callable[[str], None], kind: str) -> None:
    with pretended_gpu(kind) as gpu:
        path(kind)
        assert gpu.calls > 0
        assert gpu.in_use() == 0  # nothing is kept there


@pytest.mark.parametrize("device", ["cpu", "cuda", "mps"])
def test_fine_tuning_for_an_epoch(device: str, tmp_path: Path) -> None:
    with pretended_gpu("mps" if device == "mps" else "cuda") as gpu:
        paths.tuned(device, tmp_path / "pictures")
        assert gpu.in_use() < 1000  # the Learner that is kept for exports has its last draws there, no more


def test_speeds_of_a_pretended_gpu() -> None:
    with pretended_gpu():
        paths.speeds("cuda")


def test_its_name_is_said() -> None:
    from core.exhibits.neural_net.resnet18 import device_name

    with pretended_gpu():
        assert device_name("cuda") == NAME
        assert devices.available()[:2] == ["cpu", "cuda"]
        assert devices.resolve("cuda") == ("cuda", None)


@pytest.mark.parametrize("path", [paths.falls_back, paths.job_falls_back], ids=["a page", "a long training"])
def test_where_its_memory_is_full(path: Callable[..., None]) -> None:
    with pretended_gpu() as gpu:

        @contextmanager
        def full() -> Iterator[None]:
            gpu.room = 200_000
            yield
            gpu.room = float("inf")

        path("cuda", full, gpu.in_use)


def test_a_card_is_filled_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    capacity = free = 10_003_000_005

    class Block:
        """Bytes of the card, until it is let go."""

        def __init__(self, size: int, **_: object) -> None:
            nonlocal free
            self.size = 0
            if size > free:
                raise torch.OutOfMemoryError
            self.size = size
            free -= size

        def __del__(self) -> None:
            nonlocal free
            free += self.size

    monkeypatch.setattr(torch, "empty", Block)
    with paths.full():
        assert 0 <= free < 1 << 18
    assert free == capacity


def test_a_gpu_in_the_machine_is_left_alone_where_the_cpu_was_chosen(tmp_path: Path) -> None:
    with pretended_gpu() as gpu:
        batch, _ = loaders(paths.tiny_pets(tmp_path / "pictures"), "lite0", 32, "cpu").one_batch()
        assert batch.device.type == "cpu"
        pipeline.experiment(Settings(view=PIPELINE, pets="drawn"))
    assert gpu.calls == 0


# The pretence itself


def test_what_cuda_refuses_is_refused() -> None:
    with pretended_gpu():
        there, here = torch.ones(3, 4).to("cuda"), torch.ones(3, 4)
        for mix in (
            lambda: there + here,
            lambda: here @ there.T,
            lambda: torch.cat([there, here]),
            lambda: torch.stack([there.sum(), here.sum()]),
            lambda: torch.add(there, there, out=here),
            lambda: here[torch.tensor([0], device="cuda")],
            lambda: torch.nn.functional.linear(there, here),
            lambda: torch.rand(3, device="cuda", generator=torch.Generator()),
        ):
            with pytest.raises(MixedError):
                mix()
        for as_array in (lambda: there.numpy(), lambda: np.asarray(there)):
            with pytest.raises(TypeError, match="can't convert cuda"):
                as_array()


def test_what_cuda_allows_is_allowed() -> None:
    with pretended_gpu() as gpu:
        there = torch.arange(12.0).view(3, 4).to("cuda")
        rows = torch.tensor([2, 0])
        for made in (there * 2, there + torch.tensor(1.0), there[rows], there.T[0], there.new_zeros(2), there.detach()):
            assert made.device.type == "cuda"
            assert gpu.holds(made)
        assert there[rows].cpu().tolist() == [[8, 9, 10, 11], [0, 1, 2, 3]]
        assert torch.empty(3, 4).copy_(there).device.type == "cpu"
        assert there.tolist()[1] == [4, 5, 6, 7]
        layer = torch.nn.Linear(4, 2)
        own = layer.weight
        assert layer.to("cuda").weight is own
        layer(there).sum().backward()
        assert own.grad is not None
        assert own.grad.device.type == own.device.type == "cuda"
        assert layer.cpu().weight.device.type == "cpu"
        del made, layer, own
        kept = gpu.in_use()
        there = there.cpu()
        assert kept - gpu.in_use() == 12 * 4
        gpu.room = 10
        with pytest.raises(torch.OutOfMemoryError):
            torch.zeros(100, device="cuda")


@pytest.mark.parametrize(
    ("kind", "fault", "words"),
    [
        ("cuda", lambda _, tensor: tensor, "same device"),
        ("mps", lambda self, tensor: tensor.to(self.device).double(), "float64"),
    ],
    ids=["left on the CPU", "in float64"],
)
def test_a_fault_is_found(
    kind: str, fault: Callable[..., torch.Tensor], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels.DeviceKernel, "place", fault)
    with pretended_gpu(kind), pytest.raises((MixedError, TypeError), match=words):
        paths.training(kind, "linear")
