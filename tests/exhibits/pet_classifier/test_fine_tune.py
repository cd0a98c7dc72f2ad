"""Fine-tuning with fastai: pretrained tensors in the body, the lesson's phases and rates, stops that keep the best."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load as load_safetensors

from core.data.labelled import Pets
from core.data.pets import split, uploads
from core.exhibits.pet_classifier import tuner
from core.exhibits.pet_classifier.fine_tune import Tuning, begin, experiment, join
from core.exhibits.pet_classifier.settings import Settings, TuneSettings
from core.exhibits.pet_classifier.tuned_learner import exported, fill, pet_learner, remembered, safetensors
from core.exhibits.pet_classifier.tuner import FROZEN, PHASES, UNFROZEN, Finished, RateSearch, Report, tune
from core.nn.backbone import network_of
from core.nn.seeded import seeded
from tests.few_pets import few_pets

NAME = "own:tiny"
CHOSEN = Settings(view="tune", tune=True, tune_size=32, tune_rate=0.01, pets=NAME)
SETTINGS = CHOSEN.tuned


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Pets:
    """Fewer and smaller than the room's."""
    folder = tmp_path_factory.mktemp("pets") / "pictures"
    uploads[NAME] = tiny = replace(few_pets(folder, each=8, size=(40, 36)), name=NAME)
    return tiny


@pytest.fixture(scope="module")
def run(pets: Pets) -> Tuning:
    """One whole fine-tuning, with a short lr_find."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuner, "TRIES", 20)
        patch.setattr(tuner, "EVERY", 0.0)
        patch.chdir(pets.folder.parent)
        torch.manual_seed(3)
        before = torch.random.get_rng_state()
        result = experiment(CHOSEN)
        assert torch.equal(torch.random.get_rng_state(), before)  # others' random numbers stay theirs
        assert list(pets.folder.parent.iterdir()) == [pets.folder]  # nothing is left where the program was started
        return result


def test_the_body_holds_the_pretrained_tensors(pets: Pets) -> None:
    learn = pet_learner(pets, "lite0", 32)
    own, given = learn.model[0].state_dict(), network_of("lite0").state_dict()
    assert len(own) == 294
    for tensor, expected in zip(own.values(), given.values(), strict=False):
        assert torch.equal(tensor, expected)
    assert list(learn.dls.vocab) == list(pets.vocab)
    assert sorted(path.name for path in learn.dls.valid_ds.items) == sorted(pets.names[i] for i in split(pets)[1])
    with pytest.raises(ValueError, match="differ"):
        fill(learn.model[0], torch.nn.Linear(2, 2))


def test_phases_come_in_order_and_count_all_steps(run: Tuning, pets: Pets) -> None:
    reports = run.reports()
    phases = [report.phase for report in reports]
    assert [p for p in PHASES if p in phases] == list(PHASES)
    assert phases == sorted(phases, key=PHASES.index)
    assert isinstance(run.parts[-1], Finished)
    steps = len(run.losses)
    assert steps == (1 + SETTINGS.epochs) * (len(split(pets)[0]) // 16)
    assert reports[-1].done == reports[-1].total == 20 + steps
    assert all(a.seconds <= b.seconds for a, b in pairwise(reports))


def test_frozen_trains_the_head_alone_then_smaller_rates_below(run: Tuning) -> None:
    frozen, unfrozen = ([x for report in run.reports(phase) for x in report.rates] for phase in (FROZEN, UNFROZEN))
    assert all(body == 0 for body, _ in frozen)
    assert max(head for _, head in frozen) <= SETTINGS.rate * 1.001
    for body, head in unfrozen:
        assert body == pytest.approx(head / 100, rel=1e-3)
        assert head <= SETTINGS.rate / 2 * 1.001


def test_lr_find_suggests_by_fastais_rules(run: Tuning) -> None:
    found = run.search
    assert found is not None
    assert found.used == SETTINGS.rate
    assert np.all(np.diff(found.rates) > 0)
    assert len(found.rates) == len(found.losses)
    if found.suggestions:
        assert set(found.suggestions) == {"valley", "minimum", "steep"}
        assert all(min(found.rates) / 10 <= rate <= max(found.rates) for rate in found.suggestions.values())


def test_the_end_is_the_epoch_with_the_lowest_loss(run: Tuning, pets: Pets) -> None:
    end = run.finished
    assert end is not None
    assert len(run.epochs) == 1 + SETTINGS.epochs
    best = min(run.epochs)
    assert end.right / end.items == pytest.approx(best[1])
    assert end.items == len(split(pets)[1])
    said = " ".join(run.findings())
    assert f"{end.right} of {end.items}" in said
    assert run.numbers()["accuracy after epoch 1"] == run.epochs[0][1]
    assert len(run.table()["loss"]) == len(run.losses)


@pytest.mark.usefixtures("run")
def test_what_is_taken_along_opens_elsewhere(pets: Pets, tmp_path: Path) -> None:
    from fastai.learner import load_learner

    learn = remembered(pets, SETTINGS)
    (tmp_path / "export.pkl").write_bytes(exported(learn))
    with pytest.warns(UserWarning, match="load_learner"):
        other = load_learner(tmp_path / "export.pkl")
    tensors = load_safetensors(safetensors(learn))
    own = other.model.state_dict()
    assert set(tensors) == set(own)
    assert all(torch.equal(tensors[name], own[name]) for name in own)
    with other.no_bar(), other.no_logging():
        breed, _, p = other.predict(pets.path(0))
    assert breed in pets.vocab
    assert float(p.sum()) == pytest.approx(1, abs=1e-4)


def test_stopped_it_keeps_the_best_so_far(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuner, "TRIES", 8)
    chosen = replace(CHOSEN, tune_epochs=5)
    settings = chosen.tuned
    parts: list[Any] = []

    def stop() -> bool:
        return any(isinstance(part, Report) and part.epochs for part in parts)

    for part in tune(settings, pets, stop):
        parts.append(part)
    run = join(begin(chosen), parts)
    assert len(run.epochs) < 6
    assert run.finished is not None
    assert remembered(pets, settings) is not None


def test_stopped_at_once_nothing_is_kept(pets: Pets) -> None:
    settings = TuneSettings(size=32, seed=9)
    parts = list(tune(settings, pets, lambda: True))
    assert not any(isinstance(part, RateSearch | Finished) for part in parts)
    assert remembered(pets, settings) is None


def test_others_may_draw_between_two_mini_batches(pets: Pets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuner, "TRIES", 8)
    monkeypatch.setattr(tuner, "EVERY", 0.0)
    parts = tune(TuneSettings(size=32, rate=0.01, seed=5), pets, lambda: False)
    next(parts)
    with seeded(1):  # the lock that fastai's random numbers are under
        assert torch.rand(1).item() == pytest.approx(0.7576, abs=1e-4)
    assert isinstance(list(parts)[-1], Finished)


def test_before_anything_arrives_it_says_what_to_do(pets: Pets) -> None:
    assert "switch on **Train it**" in experiment(replace(CHOSEN, tune=False)).findings()[0]
    waiting = begin(CHOSEN)
    assert "Importing fastai" in waiting.findings()[0]
    report = Report(phase="lr_find", losses=(4.0,), rates=((0.0, 1e-6),), epochs=(), done=10, total=50, seconds=20.0)
    half = join(waiting, [report])
    assert "mini-batch 10 of 50, about 80 s left" in half.findings()[0]
    assert waiting.numbers() == {"pictures": len(split(pets)[0])}
