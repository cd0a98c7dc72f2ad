"""A head on a few pictures of plain colours: everything that it says is recounted."""

import gc
import weakref
from dataclasses import replace

import numpy as np
from safetensors.numpy import load as load_safetensors

from core.data.labelled import Pets
from core.data.pets import split
from core.exhibits.pet_classifier.settings import Recipe, Settings
from core.exhibits.pet_classifier.train_the_head import (
    TrainedHead,
    experiment,
    first_of_each_class,
    how_many_with_one_each,
    trained_head,
    why_so_many,
)
from core.exhibits.pet_classifier.tuned_learner import head_safetensors
from core.nn.head import HeadSettings
from tests.few_pets import BREEDS


def test_findings_say_what_was_counted(pets: Pets, head: TrainedHead, small: Settings) -> None:
    valid = split(pets)[1]
    right = sum(pets.vocab[head.head.logits[i].argmax()] == pets.labels[i] for i in valid)
    assert head.right == right == len(valid)  # plain colours are easy
    assert f"**100.0%**, {right} of {len(valid)}" in experiment(small).findings()[0]
    assert f"{1280 * 3 + 3:,} :green[parameters]" in head.findings()[0]
    assert "= log 3 (all breeds equally likely)" in head.findings()[2]
    assert head.numbers()["accuracy, held out"] == 1


def test_the_table_has_the_held_out_pictures_the_worst_first(pets: Pets, head: TrainedHead, small: Settings) -> None:
    rows = head.table()
    assert sorted(rows["picture"]) == sorted(pets.names[i] for i in split(pets)[1])
    assert (np.diff(rows["probability of the breed"]) >= 0).all()
    assert rows["breed"] == [pets.labels[pets.names.index(name)] for name in rows["picture"]]
    assert list(experiment(small).table()) == list(rows)


def test_matrix_and_breeds_agree(head: TrainedHead) -> None:
    assert head.matrix.sum() == len(head.valid)
    assert [breed for breed, *_ in head.breeds()] == sorted(BREEDS)
    for i, (_, share, items) in enumerate(head.breeds()):
        assert items == (head.targets[head.valid] == i).sum()
        assert np.isnan(share) if not items else share == head.matrix[i, i] / items


def test_so_many_of_each_breed_are_learned_from() -> None:
    rows, targets = np.array([5, 3, 4, 0, 1, 2]), np.array([0, 0, 1, 1, 0, 1])
    assert first_of_each_class(rows, targets, 0) is rows
    assert first_of_each_class(rows, targets, 1).tolist() == [5, 4]
    assert first_of_each_class(rows, targets, 2).tolist() == [5, 3, 4, 0]


def test_one_of_each_is_learned_from(pets: Pets, small: Settings) -> None:
    found = trained_head(pets, Recipe(size=96, per_breed=1, head=HeadSettings(epochs=10)))
    assert sorted(found.targets[found.train]) == [0, 1, 2]
    assert len(found.valid) == len(split(pets)[1])
    result = experiment(replace(small, each=1))
    assert how_many_with_one_each(result) == "more than half"
    assert f"{found.right} of {len(found.valid)}" in why_so_many(result)


def test_random_weights_are_only_used_where_asked_for_and_said(pets: Pets) -> None:
    found = trained_head(pets, Recipe(body="untrained", size=96, head=HeadSettings(epochs=3)))
    assert any("**random, on purpose**" in sentence for sentence in found.findings())
    assert found.features.backbone == "untrained"


def test_a_learning_rate_far_too_high_is_named(pets: Pets) -> None:
    recipe = Recipe(size=96, head=HeadSettings(learning_rate=1e20, weight_decay=1.0, epochs=30))
    said = " ".join(trained_head(pets, recipe).findings())
    assert "the learning rate is too high" in said
    assert "Most confused" not in said  # what is no number any more confuses nothing


def test_a_heads_file_is_what_torch_would_take(head: TrainedHead) -> None:
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
    gone = weakref.ref(trained_head(own, Recipe(size=96, head=HeadSettings(epochs=1))))
    del own
    gc.collect()
    assert gone() is None
