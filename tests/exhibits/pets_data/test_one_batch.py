"""One batch of pets: it is what fastai's loader gives, and it fills up while its items arrive."""

import pytest
import torch
from fastai.torch_core import TensorImage

from core.data.labelled import Pets
from core.exhibits.pets_data.data_block import data_block
from core.exhibits.pets_data.one_batch import (
    Batch,
    Items,
    begin,
    experiment,
    join,
    make_batch,
    progress,
    training_loaders,
)
from core.exhibits.pets_data.one_batch_scene import scene
from core.exhibits.pets_data.settings import ONE_BATCH, Settings
from core.exhibits.pets_data.training_files import pick_files
from core.nn.seeded import seeded
from core.stage.panels import Panel, Text
from tests.stage.panels import panels

pytestmark = pytest.mark.usefixtures("pets")


def batch_of(size: int) -> Settings:
    return Settings(view=ONE_BATCH, pets="drawn", size=size)


def parts_of(size: int) -> list[Items | Batch]:
    return list(make_batch(batch_of(size), lambda: False))


def only(parts: list[Items | Batch]) -> Batch:
    *items, batch = parts
    assert isinstance(batch, Batch)
    assert all(isinstance(part, Items) for part in items)
    return batch


def test_a_batch_is_what_the_loader_gives(pets: Pets) -> None:
    batch = only(parts_of(4))
    block = data_block(pick_files(pets), dict(zip((pets.folder / n for n in pets.names), pets.names, strict=True)))
    with seeded(0):
        dls = block.dataloaders(pets.folder, bs=4, num_workers=0, device=torch.device("cpu"))
        x, y = dls.one_batch()
    assert batch.shape == tuple(x.shape) == (4, 3, 224, 224)
    assert (batch.dtype, batch.target_dtype) == ("float32", "int64") == (str(x.dtype)[6:], str(y.dtype)[6:])
    assert batch.kinds == (type(x).__name__, type(y).__name__)
    assert batch.labels == tuple(dls.vocab[i] for i in batch.targets)
    assert 0 <= batch.low < batch.mean < batch.high <= 1


def test_the_light_is_changed_as_in_training(pets: Pets) -> None:
    dls, _ = training_loaders(pets, 4)
    plain = torch.full((4, 3, 460, 460), 128, dtype=torch.uint8)
    with seeded(1):
        x = dls.train.after_batch(TensorImage(plain)).as_subclass(torch.Tensor)
    assert x.std((1, 2, 3)).max() < 1e-6  # nothing else changes a grey picture
    assert (x.mean((1, 2, 3)) - 128 / 255).abs().max() > 0.01


def test_items_arrive_before_the_batch_and_can_be_stopped() -> None:
    parts = parts_of(9)
    assert [part.done for part in parts[:-1] if isinstance(part, Items)] == [8]
    assert only(parts).shape[0] == 9
    calls = iter([False] * 8 + [True] * 9)
    stopped = make_batch(batch_of(9), lambda: next(calls))
    assert [part.done for part in stopped if isinstance(part, Items)] == [8]


def test_a_batch_fills_up() -> None:
    empty = begin(batch_of(9))
    assert (empty.pictures, empty.numbers()) == ((), {"batch size": 9})
    items, batch = parts_of(9)
    half = join(empty, [items])
    assert len(half.pictures) == len(half.labels) == 8
    assert half.findings()[0].startswith("8 of 9")
    full = join(half, [batch])
    assert len(full.pictures) == 9
    assert isinstance(batch, Batch)
    assert full.table()["y"] == list(batch.targets)


def test_more_than_there_are_is_all_there_are() -> None:
    assert only(parts_of(64)).shape[0] == begin(batch_of(64)).size == 10


def test_the_job_gives_what_the_experiment_gives() -> None:
    begun = begin(batch_of(64))
    assert begun.batch is None
    joined = join(begun, parts_of(64))
    assert joined.batch is not None
    assert joined.batch.shape == (10, 3, 224, 224)
    assert joined.numbers() == experiment(batch_of(64)).numbers()
    assert progress(0) != progress(1)


def test_a_batch_without_pictures_yet_is_words_alone() -> None:
    drawn = scene(begin(batch_of(64)))
    assert [type(panel) for panel in panels(drawn, Panel)] == [Text]
