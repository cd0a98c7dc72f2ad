"""fastai's DataLoader, recorded: every item once an epoch, and the training on its batches is the recorded run."""

import ast
import inspect
import math
from functools import cache

import numpy as np
import pytest

from core.exhibits.mini_batches import loader
from core.exhibits.mini_batches.loader import (
    USUAL,
    Loaded,
    begin,
    load_digits,
    load_small,
    loaders,
    progress,
    train_on,
)
from core.exhibits.mini_batches.settings import ORDERS, Settings
from core.nn.training import Recipe, train
from tests.exhibits.mini_batches.results import digits, result


@cache
def loaded(order: str, size: int = 16, epochs: int = 2, seed: int = 42) -> Loaded:
    return load_digits(digits(), order, size, epochs, seed)


def flat(answer: Loaded, epoch: int) -> list[int]:
    return np.concatenate(answer.epochs[epoch]).tolist()


def test_pixels_tell_the_items_apart() -> None:
    assert len({image.tobytes() for image in digits().x_train.numpy()}) == 800


@pytest.mark.parametrize("size", [16, 256])
@pytest.mark.parametrize("order", ["shuffled", "in order"])
def test_each_item_comes_once_an_epoch(order: str, size: int) -> None:
    answer = loaded(order, size)
    for epoch in range(2):
        assert sorted(flat(answer, epoch)) == list(range(800))
        assert [len(batch) for batch in answer.epochs[epoch][:-1]] == [size] * (math.ceil(800 / size) - 1)
    assert (flat(answer, 0) == list(range(800))) == (order == "in order")
    assert (flat(answer, 0) == flat(answer, 1)) == (order == "in order")
    assert answer.first == f"{size}×784 and {size}×1"
    assert answer.same_first == (order == "in order")


def test_with_replacement_some_never_come() -> None:
    again = result(view="loader", order="again")
    counts = again.counts(0)
    assert counts.sum() == 800
    assert (counts == 0).mean() == pytest.approx(1 / math.e, abs=0.06)
    assert f"**{(counts == 0).sum()}** of the 800 items" in again.findings()[0]
    assert f"one came {counts.max()} times" in again.findings()[0]
    assert "**exactly once**" in result(view="loader").findings()[0]


def test_a_seed_decides_the_order() -> None:
    assert flat(loaded("shuffled"), 0) == flat(load_digits(digits(), "shuffled", 16, 1, 42), 0)
    assert flat(loaded("shuffled"), 0) != flat(load_digits(digits(), "shuffled", 16, 1, 43), 0)
    assert flat(load_digits(digits(), "again", 16, 1, 1), 0) == flat(load_digits(digits(), "again", 16, 1, 1), 0)


def test_the_lessons_small_examples() -> None:
    numbers_dealt = load_small("numbers", "shuffled", USUAL["numbers"], 1, 42)
    assert [len(batch) for batch in numbers_dealt.epochs[0]] == [5, 5, 5]
    assert numbers_dealt.first == numbers_dealt.shown[0][0]  # first(dl) is the first mini-batch
    letters = load_small("letters", "in order", USUAL["letters"], 1, 42)
    assert [len(batch) for batch in letters.epochs[0]] == [6, 6, 6, 6, 2]
    assert letters.first == "(tensor([0, 1, 2, 3, 4, 5]), ('a', 'b', 'c', 'd', 'e', 'f'))"
    assert letters.shown[0][-1] == "(tensor([24, 25]), ('y', 'z'))"


def test_the_last_batch_is_what_is_left() -> None:
    assert "An epoch is 5 batches of 6, the last of 2." in result(view="loader", dataset="letters").findings()[0]
    assert "An epoch is 4 batches of 256, the last of 32." in result(view="loader", bs=256).findings()[0]
    assert "An epoch is 1 batch of 15." in result(view="loader", dataset="numbers", bs=64).findings()[0]
    assert "batches of 256 make 49 steps an epoch" in result(view="loader").findings()[1]


def test_training_on_the_loaders_batches_is_the_recorded_run() -> None:
    accuracy = train_on([batch for epoch in loaded("in order").epochs for batch in epoch], digits(), 42)
    run = train(Recipe(init="uniform", shuffle=False, epochs=2), digits())
    np.testing.assert_allclose(accuracy, run.valid_accuracy, atol=1e-6)


def test_unshuffled_the_first_epoch_ends_in_one_class() -> None:
    """Claim 27: all threes, then all sevens."""
    unshuffled = result(view="loader", order="in order")
    ordered, shuffled = (float(accuracy[50]) for accuracy in unshuffled.accuracy)
    assert ordered == 0.5
    assert shuffled > 0.9
    assert f"**{ordered:.1%}** in order, {shuffled:.1%} shuffled" in unshuffled.findings()[-1]
    assert unshuffled.findings()[-1].startswith("A batch of 16 has 0 to 16 threes.")
    assert all(result(view="loader").threes == (digits().y_train[:, 0] == 1).numpy())


def test_before_the_loader_has_answered_there_is_the_data_set() -> None:
    waiting = begin(Settings(view="loader"))
    assert waiting.loaded is None
    assert waiting.batches == []
    assert "800 items" in waiting.findings()[0]
    assert waiting.numbers() == {}
    assert waiting.table() == {"epoch": [], "batch": [], "item": []}


def test_fastai_is_imported_only_where_it_is_used() -> None:
    top = ast.parse(inspect.getsource(loader)).body
    imported = [ast.unparse(node) for node in top if isinstance(node, ast.Import | ast.ImportFrom)]
    assert imported
    assert not [line for line in imported if "fast" in line]


@pytest.mark.parametrize("dataset", ["digits", "numbers", "letters"])
def test_the_job_has_one_part(dataset: str) -> None:
    parts = list(loaders(Settings(view="loader", dataset=dataset), lambda: False))
    assert len(parts) == 1
    assert len(parts[0].accuracy) == (2 if dataset == "digits" else 0)
    assert progress(0) != progress(1)


@pytest.mark.parametrize("order", ORDERS)
def test_table_of_the_loader_lists_every_item(order: str) -> None:
    columns = result(view="loader", dataset="letters", order=order).table()
    assert len(columns["item"]) == 52
    assert set(columns["epoch"]) == {1, 2}
    assert set(columns["item"]) <= set("abcdefghijklmnopqrstuvwxyz")
