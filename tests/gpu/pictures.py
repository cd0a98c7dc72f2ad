"""Batch transforms and fastai's networks, each on a device against the CPU."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor

from core import device as devices
from core.data.labelled import Pets
from core.data.pets import uploads
from core.exhibits.neural_net import resnet18
from core.exhibits.pet_classifier import fine_tune, tuner
from core.exhibits.pet_classifier.settings import Settings as PetSettings
from core.exhibits.pet_classifier.tuned_learner import exported, remembered, safetensors
from core.exhibits.presizing import pipeline, speed, two_ways
from core.exhibits.presizing.settings import PIPELINE, PRESIZED, SPEED, STANDARD
from core.exhibits.presizing.settings import Settings as PresizeSettings
from core.nn.seeded import seeded
from tests.few_digits import few_digits
from tests.few_pets import few_pets
from tests.gpu.comparing import close, on_cpu_only

PETS = "own:for-the-gpu"


def pictures(device: str, n: int = 4, size: int = 300) -> tuple[Any, Any]:
    """Smooth pictures (n, 3, size, size) in 0 to 1, on the CPU and on the device."""
    from fastai.torch_core import TensorImage

    across = torch.linspace(0, 9, size)
    waves = torch.stack(
        [torch.sin(across[:, None] * (1 + i / 5) + across * (1 + c / 3)) for i in range(n) for c in range(3)]
    )
    batch = (waves.view(n, 3, size, size) + 1) / 2
    return TensorImage(batch), TensorImage(batch.to(device))


def both_ways(device: str) -> None:
    """The book's comparison figure, in one interpolation and in four."""
    here, there = pictures(device)
    for way in (two_ways.presize, two_ways.standard):
        made, expected = (way(x, two_ways.BOOK_DRAW, two_ways.Ways()) for x in (there, here))
        assert made.device.type == device
        close(made.cpu().as_subclass(Tensor), expected.as_subclass(Tensor), 1e-3, way.__name__)


def augmentation(device: str) -> None:
    """Flip, rotation, zoom, warp, brightness and contrast with the same draws, in one composed pass."""
    from fastai.vision.augment import Brightness, Contrast, Flip, Rotate, Warp, Zoom, setup_aug_tfms
    from fasttransform import Pipeline

    here, there = pictures(device)

    def through(x: Any) -> Any:
        tfms: list[Any] = [
            Flip(p=1.0, draw=1, size=224),
            Rotate(p=1.0, draw=8, size=224),
            Zoom(p=1.0, draw=1.08, draw_x=0.4, draw_y=0.6, size=224),
            Warp(p=1.0, draw_x=0.1, draw_y=-0.15, size=224),
            Brightness(p=1.0, draw=0.6),
            Contrast(p=1.0, draw=1.15),
        ]
        return Pipeline(setup_aug_tfms(tfms), split_idx=0)(x)

    made, expected = through(there), through(here)
    assert made.device.type == device
    close(made.cpu().as_subclass(Tensor), expected.as_subclass(Tensor), 2e-3)
    assert float((expected - here[..., :224, :224]).abs().mean()) > 0.01  # something happened


def random_recipe(device: str) -> None:
    """The pets' random transforms: from one seed the same pictures again, from another one others."""
    _, x = pictures(device)

    def drawn(seed: int) -> Tensor:
        with seeded(seed):
            return speed.batch_work(x)[speed.RECIPE].args[0](x).as_subclass(Tensor)

    first, again, other = drawn(1), drawn(1), drawn(2)
    assert first.device.type == device
    assert first.shape == (4, 3, 224, 224)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def batch_pipeline(device: str) -> None:
    """A batch through fastai's loader: its transforms run on the device, and are counted as on the CPU."""
    for recipe in (PRESIZED, STANDARD):
        settings = PresizeSettings(view=PIPELINE, recipe=recipe, pets="drawn", device=device)
        run, here = pipeline.experiment(settings), pipeline.experiment(replace(settings, device="cpu"))
        assert run.numbers() == here.numbers()
        assert {call.device for call in run.calls if call.on_batch} == {device}
        assert {call.device for call in run.calls if not call.on_batch} == {"cpu"}
        assert f"the batch's ran on the {devices.DEVICES[device]}," in run.findings()[-1]
        last, expected = run.calls[-1].picture, here.calls[-1].picture
        assert last is not None
        assert expected is not None
        assert np.abs(last.astype(int) - expected).mean() < 1
        on_cpu_only(run)


def speeds(device: str) -> None:
    """Each kind of work on a batch is timed on the device too."""
    with patch.object(speed, "SECONDS", 0.01):
        result = speed.experiment(PresizeSettings(view=SPEED, pets="drawn", batch=4))
    on = [rate.name for rate in result.rates if rate.device == device]
    assert set(on) >= {speed.ONE, speed.FOUR, speed.RECIPE}
    assert devices.DEVICES[device] in " ".join(result.findings())


def deep_net(device: str) -> None:
    """resnet18: the untrained network's logits to a thousandth, one cycle that ends, and the same losses again."""
    digits = few_digits()
    logits = []
    for at in ("cpu", device):
        with seeded(4):
            learn = resnet18.deep_learner(digits, at, 4)
        model = learn.model.to(at).eval()
        with torch.no_grad():
            logits.append(model(resnet18.coloured(digits.x_valid[:16]).to(at)).cpu())
    close(logits[1], logits[0], 1e-3 * float(logits[0].abs().max()), "logits")
    first, again = (list(resnet18.train_deep(digits, 1, device, 4, lambda: False)) for _ in range(2))
    losses, same = ([loss for report in reports for loss in report.losses] for reports in (first, again))
    assert len(losses) == first[-1].steps == len(digits.x_train) // 16
    assert np.isfinite(losses).all()
    assert first[-1].accuracy is not None
    assert first[-1].device == resnet18.device_name(device)
    close(same[:2], losses[:2], 1e-3, "the first losses, from the same seed")
    close(same, losses, 0.2, "all losses, from the same seed")


@cache
def tiny_pets(folder: Path) -> Pets:
    """24 pictures of three made-up breeds."""
    uploads[PETS] = pets = replace(few_pets(folder, each=8, size=(40, 36)), name=PETS)
    return pets


def tuned(device: str, folder: Path) -> None:
    """fine_tune for one epoch: it ends, says its precision, and what is kept of it lies on the CPU."""
    pets = tiny_pets(folder)
    settings = PetSettings(view="tune", tune=True, tune_size=32, tune_rate=0.01, pets=PETS, device=device)
    with patch.object(tuner, "TRIES", 8), patch.object(tuner, "EVERY", 0.0):
        result = fine_tune.experiment(settings)
    end = result.finished
    assert end is not None
    assert np.isfinite(result.losses).all()
    assert len(result.epochs) == 2
    precision = "mixed precision" if device == "cuda" else "full precision"
    assert end.precision == precision
    assert precision in " ".join(result.findings())
    kept = remembered(pets, settings.tuned)
    assert {p.device.type for p in kept.model.parameters()} == {"cpu"}
    assert kept.dls.device.type == "cpu"
    assert len(safetensors(kept)) > 10_000
    assert len(exported(kept)) > 10_000
    on_cpu_only(result)
