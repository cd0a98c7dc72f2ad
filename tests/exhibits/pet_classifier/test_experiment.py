"""The pet classifier from pictures to findings: few pictures of plain colours, tiny settings, everything recounted."""

import gc
import io
import weakref
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load as load_safetensors

from core.data import pets as pets_module
from core.data.labelled import Pets
from core.data.pets import split
from core.data.pictures import PictureError
from core.exhibits.pet_classifier import experiment as classifier
from core.exhibits.pet_classifier.experiment import (
    HEAD,
    MINE,
    OWN,
    TUNE,
    Settings,
    experiment,
    findings,
    numbers,
    table,
)
from core.exhibits.pet_classifier.own_pet import NEAREST, TOP, OwnPet, judged, own_pet
from core.exhibits.pet_classifier.tuned_learner import head_safetensors
from core.nn.head import HeadSettings
from core.nn.pet_heads import Choice, Trained, first_of_each, trained
from tests.few_pets import BREEDS, few_pets

SMALL = {"size": 96, "epochs": 10, "pets": "few"}


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pets]:
    folder = tmp_path_factory.mktemp("pets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOWNHILL_CACHE", str(folder / "cache"))
        found = few_pets(folder / "pictures", each=12)
        load = pets_module.load
        patch.setattr(classifier, "load", lambda name: found if name == "few" else load(name))
        yield found


@pytest.fixture(scope="module")
def head(pets: Pets) -> Trained:
    return trained(pets, Choice(size=96, head=HeadSettings(epochs=10)))


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (90, 70), colour).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.usefixtures("pets")
def test_first_there_are_no_features_then_everything_at_once() -> None:
    settings = Settings(**SMALL).prepared()
    assert not settings.ready
    assert classifier.wants_job(settings)
    waiting = experiment(settings)
    assert "36 pictures" in findings(waiting)[0]
    parts = list(classifier.work(settings, lambda: False))
    half = classifier.join(waiting, parts[:2])
    assert "24 are done" in findings(half)[0]
    ready = Settings(**SMALL).prepared()
    assert ready.ready
    assert not classifier.wants_job(ready)
    result = experiment(ready)
    assert isinstance(result.found, Trained)
    assert numbers(classifier.whole(settings)) == numbers(result)
    assert experiment(ready).found is result.found  # trained once


def test_findings_say_what_was_counted(pets: Pets, head: Trained) -> None:
    valid = split(pets)[1]
    right = sum(pets.vocab[head.head.logits[i].argmax()] == pets.labels[i] for i in valid)
    assert head.right == right == len(valid)  # plain colours are easy
    assert f"**100.0%**, {right} of {len(valid)}" in findings(experiment(Settings(**SMALL, ready=True)))[0]
    assert f"{1280 * 3 + 3:,} :green[parameters]" in head.findings()[0]
    assert "= log 3 (all breeds equally likely)" in head.findings()[2]
    assert head.numbers()["accuracy, held out"] == 1


def test_the_table_has_the_held_out_pictures_the_worst_first(pets: Pets, head: Trained) -> None:
    rows = head.table()
    assert sorted(rows["picture"]) == sorted(pets.names[i] for i in split(pets)[1])
    assert (np.diff(rows["probability of the breed"]) >= 0).all()
    assert rows["breed"] == [pets.labels[pets.names.index(name)] for name in rows["picture"]]
    assert list(table(experiment(Settings(**SMALL, ready=True)))) == list(rows)


def test_matrix_and_breeds_agree(head: Trained) -> None:
    assert head.matrix.sum() == len(head.valid)
    assert [breed for breed, *_ in head.breeds()] == sorted(BREEDS)
    for i, (_, share, items) in enumerate(head.breeds()):
        assert items == (head.targets[head.valid] == i).sum()
        assert np.isnan(share) if not items else share == head.matrix[i, i] / items


def test_so_many_of_each_breed_are_learned_from() -> None:
    rows, targets = np.array([5, 3, 4, 0, 1, 2]), np.array([0, 0, 1, 1, 0, 1])
    assert first_of_each(rows, targets, 0) is rows
    assert first_of_each(rows, targets, 1).tolist() == [5, 4]
    assert first_of_each(rows, targets, 2).tolist() == [5, 3, 4, 0]


def test_one_of_each_is_learned_from(pets: Pets) -> None:
    found = trained(pets, Choice(size=96, each=1, head=HeadSettings(epochs=10)))
    assert sorted(found.targets[found.train]) == [0, 1, 2]
    assert len(found.valid) == len(split(pets)[1])
    result = experiment(Settings(**SMALL, each=1, ready=True))
    assert classifier.with_one_each(result) == "more than half"
    assert f"{found.right} of {len(found.valid)}" in classifier.because(result)


def test_random_weights_are_only_used_where_asked_for_and_said(pets: Pets) -> None:
    found = trained(pets, Choice(body="untrained", size=96, head=HeadSettings(epochs=3)))
    assert any("**random, on purpose**" in sentence for sentence in found.findings())
    assert found.features.backbone == "untrained"


def test_a_learning_rate_far_too_high_is_named(pets: Pets) -> None:
    choice = Choice(size=96, head=HeadSettings(learning_rate=1e20, weight_decay=1.0, epochs=30))
    assert "the learning rate is too high" in " ".join(trained(pets, choice).findings())


def test_a_picture_of_ones_own_is_judged(pets: Pets, head: Trained) -> None:
    found = own_pet(jpeg(BREEDS["Blue"]), head)
    (first, share), *_ = found.top()
    assert first == "Blue"
    assert share == max(found.probabilities)
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert len(found.top()) == min(TOP, 3)
    assert {pets.labels[i] for i, _ in found.nearest} == {"Blue"}
    assert len(found.nearest) == NEAREST
    assert all(i in set(head.train) for i, _ in found.nearest)
    assert [c for _, c in found.nearest] == sorted((c for _, c in found.nearest), reverse=True)
    top, left, height, width = found.box
    assert (height * 70, width * 90) == pytest.approx((61.25, 61.25))
    assert (top, left) == pytest.approx(((1 - height) / 2, (1 - width) / 2))
    assert "**Blue** with a probability of" in found.findings()[0]
    assert found.numbers()["probability of Blue"] == share


def test_a_picture_from_the_set_is_nearest_to_itself(pets: Pets, head: Trained) -> None:
    index = int(head.train[4])
    found = judged(Image.open(pets.path(index)).convert("RGB"), "One of them", head)
    assert found.nearest[0][0] == index
    assert found.nearest[0][1] == pytest.approx(1, abs=1e-4)
    assert found.closer == 1
    assert found.probabilities == pytest.approx(head.probabilities[index], abs=1e-3)


@pytest.mark.usefixtures("pets")
def test_without_a_picture_it_is_asked_for() -> None:
    settings = Settings(**SMALL, view=OWN, subject=MINE, ready=True)
    assert classifier.asks_picture(settings)
    empty = classifier.with_picture(experiment(settings), None)
    assert isinstance(empty.found, OwnPet)
    assert "Bring a picture" in findings(empty)[0]
    assert numbers(empty) == {}
    assert table(empty) == {"breed": [], "probability": []}
    with pytest.raises(PictureError):
        classifier.with_picture(experiment(settings), b"no picture")


@pytest.mark.usefixtures("pets")
def test_chelsea_is_judged_without_being_asked_for() -> None:
    result = experiment(Settings(**SMALL, view=OWN, ready=True))
    assert not classifier.asks_picture(result.settings)
    assert "cat" in findings(result)[1].lower()
    assert classifier.with_picture(experiment(Settings(**SMALL, ready=True)), None).settings.view == HEAD


def test_a_heads_file_is_what_torch_would_take(head: Trained) -> None:
    import torch

    tensors = {
        name: torch.tensor(array) for name, array in load_safetensors(head_safetensors(head.head, head.vocab)).items()
    }
    layer = torch.nn.Linear(1280, 3)
    layer.load_state_dict({name.removeprefix("0."): tensor for name, tensor in tensors.items()})
    logits = layer(torch.tensor(head.features.array)).detach().numpy()
    assert np.allclose(logits, head.head.logits, atol=2e-3)


def test_a_session_takes_its_heads_with_it(pets: Pets) -> None:
    own = replace(pets, name="own:token", kept=object())
    gone = weakref.ref(trained(own, Choice(size=96, head=HeadSettings(epochs=1))))
    del own
    gc.collect()
    assert gone() is None


def test_fine_tuning_is_only_asked_for_by_its_switch() -> None:
    assert not classifier.wants_job(Settings(view=TUNE).prepared())
    assert classifier.wants_job(Settings(view=TUNE, tune=True).prepared())
    assert classifier.lane(Settings(view=TUNE)) != classifier.lane(Settings())
