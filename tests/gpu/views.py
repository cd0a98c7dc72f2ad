"""Whole views on a device, and what happens where its memory is full."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor

from core import device as devices
from core.data.digits import load
from core.exhibits.loss_surface import experiment as loss_surface_page
from core.exhibits.neural_net import net, resnet18
from core.exhibits.neural_net.settings import Settings as NetSettings
from core.exhibits.training_loop import race_a_against_b
from core.exhibits.training_loop.settings import RACE
from core.exhibits.training_loop.settings import Settings as LoopSettings
from core.nn.models import ModelName
from core.nn.surfaces import loss_surface
from tests.few_digits import few_digits
from tests.gpu.comparing import close, on_cpu_only


def loss_surface_view(device: str) -> None:
    """The page of the loss surface: heights and path are the CPU's to 1e-4."""
    settings = loss_surface_page.Settings(
        digits="built-in", init="uniform", learning_rate=0.5, epochs=2, size=31, device=device
    )
    for model in ("linear", "relu"):
        chosen = replace(settings, model=model)
        seen: list[str] = []

        def spied(name: ModelName, plane: Any, x: Tensor, *rest: Any, seen: list[str] = seen) -> Any:
            seen.append(x.device.type)
            return loss_surface(name, plane, x, *rest)

        with patch.object(loss_surface_page, "loss_surface", spied):
            there = loss_surface_page.experiment(chosen)
        assert seen == [device]  # the surface itself is computed there
        here = loss_surface_page.experiment(replace(chosen, device="cpu"))
        close(there.true_loss, here.true_loss, 1e-4, "true loss")
        close(there.heights, loss_surface(model, there.plane, *train_set(), 31, ("loss",)).loss, 1e-5, "heights")
        close(there.variance, here.variance, 1e-2, "variance")
        on_cpu_only(there)


def train_set() -> tuple[Tensor, Tensor]:
    digits = load("built-in")
    return digits.x_train, digits.y_train


def race_view(device: str) -> None:
    """Both runs of a race end as on the CPU."""
    settings = LoopSettings(
        view=RACE, digits="built-in", epochs=2, other_model="relu", learning_rate=0.5, device=device
    )
    there, here = (race_a_against_b.experiment(s) for s in (settings, replace(settings, device="cpu")))
    for one, other in zip(there.runs, here.runs, strict=True):
        assert one.recipe.device == device
        close(one.losses, other.losses, 1e-4)
    on_cpu_only(there)


def net_view(device: str) -> None:
    """The neural net's recorded training, first steps and whole."""
    settings = NetSettings(digits="built-in", moves="steps", device=device)
    there, here = (net.trained(net.net_recipe(s), "built-in") for s in (settings, replace(settings, device="cpu")))
    close(there.losses, here.losses, 1e-4)
    close(there.parameters, here.parameters, 1e-4)


@contextmanager
def full() -> Iterator[None]:
    """An NVIDIA GPU without room for anything of a megabyte."""
    torch.cuda.empty_cache()
    blocks, size = [], 1 << 32
    while size >= 1 << 18:
        try:
            blocks.append(torch.empty(size, dtype=torch.uint8, device="cuda"))
        except torch.OutOfMemoryError:
            size //= 2
    yield
    blocks.clear()
    torch.cuda.empty_cache()


def falls_back(device: str, filled: Callable[[], Any], held: Callable[[], int]) -> None:
    """A page on a full GPU comes from the CPU and says so; nothing is held afterwards; then the GPU serves."""
    from core.app.private import on_any_device
    from core.contents import exhibit
    from tests.conftest import declaration

    view_of = declaration(exhibit("loss-surface")).view
    chosen = loss_surface_page.Settings(digits="built-in", epochs=1, size=31, init="uniform", seed=7, device=device)
    before = held()
    with filled():
        during = held()
        used, shown, notes = on_any_device("gpu-test", chosen, view_of)
        assert held() == during
    assert (used.device, notes) == ("cpu", [devices.FULL])
    assert np.isfinite(shown.result.heights).all()
    assert held() == before
    used, _, notes = on_any_device("gpu-test", chosen, view_of)
    assert (used.device, notes) == (device, [])


def job_falls_back(device: str, filled: Callable[[], Any], held: Callable[[], int]) -> None:
    """A training of minutes that finds the GPU full is done again on the CPU, and says so."""
    from core.jobs.job import Job

    def work(settings: Any, stop: Callable[[], bool]) -> Iterator[Any]:
        if settings.device == "cpu":
            beside.append(held())
        return resnet18.train_deep(few_digits(), 1, settings.device, 4, stop)

    before, job = held(), Job()
    beside: list[int] = []  # bytes that the failed training still holds while it is done again
    with filled():
        during = held()
        job.run(work, NetSettings(device=device))
        assert (beside, held()) == ([during], during)
    assert (job.complete, job.note, job.problem) == (True, devices.FULL, None)
    assert "CPU" in job.parts[-1].device
    assert held() == before
