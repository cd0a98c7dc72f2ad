"""No path that may run on a GPU is forgotten: what has a device is listed here, with the test that runs it there."""

import ast
from dataclasses import fields

import pytest
import torch

from core import device as devices
from core.contents import Exhibit
from core.settings import controls
from tests.conftest import ROOT, declaration, every_exhibit
from tests.gpu import paths
from tests.gpu.pretended import pretended_gpu

OF_EXHIBITS = {
    "loss-surface": paths.loss_surface_view,
    "neural-net": paths.net_view,
    "pet-classifier": paths.tuned,
    "presizing": paths.batch_pipeline,
    "training-loop": paths.race_view,
}
"""The exhibits with a choice of device."""

CHOSEN = {
    "core.exhibits.pet_classifier.settings.TuneSettings": paths.tuned,
    "core.nn.training.Recipe": paths.training,
    "core.sweep.runs.Portion": paths.race_view,
}
"""Other classes whose `device` decides where something runs."""

SAID = {
    "core.exhibits.neural_net.resnet18.Report",
    "core.exhibits.presizing.resamplings.Resampling",
    "core.exhibits.presizing.speed.Rate",
    "core.exhibits.presizing.transform_calls.TransformCall",
}
"""Classes whose `device` says where something ran."""

TAKEN = {
    "core.exhibits.neural_net.resnet18": paths.deep_net,
    "core.exhibits.pet_classifier.tuned_learner": paths.tuned,
    "core.exhibits.presizing.speed": paths.speeds,
    "core.nn.kernels": paths.training,
}
"""Modules whose functions take a device."""


def classes_with_a_device() -> set[str]:
    found = set()
    for file in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(
                isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name) and part.target.id == "device"
                for part in node.body
            ):
                found.add(f"{'.'.join(file.relative_to(ROOT).with_suffix('').parts)}.{node.name}")
    return found


def modules_that_take_a_device() -> set[str]:
    found = set()
    for file in (ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and "device" in {argument.arg for argument in node.args.args}:
                found.add(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return found - {"core.device"}


def test_every_class_with_a_device_has_its_test() -> None:
    settings = {f"core.exhibits.{slug.replace('-', '_')}.settings.Settings" for slug in OF_EXHIBITS}
    settings = {name.replace("loss_surface.settings", "loss_surface.experiment") for name in settings}
    assert classes_with_a_device() == settings | set(CHOSEN) | SAID


def test_every_module_that_takes_a_device_has_its_test() -> None:
    assert modules_that_take_a_device() - set(TAKEN) <= {"core.exhibits.training_loop.views"}  # it only shows code
    assert set(TAKEN) <= modules_that_take_a_device()


@every_exhibit
def test_every_exhibit_that_may_choose_offers_each_device_and_is_heeded(entry: Exhibit) -> None:
    from core.app.resolve import resolve

    settings = declaration(entry).settings
    assert ("device" in {field.name for field in fields(settings)}) == (entry.slug in OF_EXHIBITS)
    if entry.slug not in OF_EXHIBITS:
        return
    control = controls(settings)["device"]
    assert dict(zip(control.options, control.names, strict=True)) == devices.DEVICES
    with pretended_gpu():
        there, notes = resolve(settings(device="cuda"))
        assert (there.device, [note for note in notes if "GPU" in note]) == ("cuda", [])
    if not torch.cuda.is_available():
        here, notes = resolve(settings(device="cuda"))
        assert here.device == "cpu"
        assert [note for note in notes if "NVIDIA GPU" in note]


@pytest.mark.parametrize("device", [name for name in devices.DEVICES if name != "cpu"])
def test_work_on_a_gpu_stays_in_this_process(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was forked cannot use a GPU."""
    from core.app import aside
    from core.exhibits.neural_net.resnet18 import training_reports
    from core.exhibits.neural_net.settings import Settings
    from core.jobs.pool import Jobs, _Elsewhere

    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")
    elsewhere = _Elsewhere((), None, None)
    for chosen, stays in ((device, True), ("cpu", False)):
        settings = Settings(device=chosen)
        place, work = Jobs()._placed(training_reports, settings, elsewhere, "lane")
        assert place == "lane"
        assert (work is training_reports) == stays
        place, work = Jobs("tcp://127.0.0.1:8786")._placed(training_reports, settings, elsewhere, "lane")
        assert (place == "lane") == (work is training_reports) == stays
        monkeypatch.setitem(aside._seconds, "slow", 99.0)
        assert aside._leaves("slow", Settings(device=chosen)) != stays
