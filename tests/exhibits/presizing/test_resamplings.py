"""What is recorded is what happened in this thread."""

import threading

import torch
import torch.nn.functional as F
from fastai.torch_core import TensorImage
from fastai.vision.augment import aug_transforms
from fasttransform import Pipeline
from PIL import Image

from core.exhibits.presizing.resamplings import Recorder, recorded
from core.nn.seeded import seeded


def test_the_recorder_sees_its_own_thread_only() -> None:
    x, grid = torch.rand(1, 1, 4, 4), torch.zeros(1, 2, 2, 2)
    with Recorder() as here:
        other = threading.Thread(target=F.grid_sample, args=(x, grid), kwargs={"align_corners": True})
        other.start()
        other.join()
        assert here.count() == 0
        F.grid_sample(x, grid, align_corners=True)
    assert here.count() == 1
    assert (here.calls[0].before, here.calls[0].after) == ((4, 4), (2, 2))


def test_pillow_is_watched_while_it_is_asked_for_and_only_where_the_size_changes() -> None:
    image, real = Image.new("RGB", (6, 4)), Image.Image.resize
    with recorded() as calls:
        image.resize((3, 2))
        image.resize((6, 4))
    assert [(c.name, c.before, c.after) for c in calls] == [("resize", (4, 6), (2, 3))]
    assert Image.Image.resize is real


def test_the_pets_recipe_interpolates_as_often_when_called_by_hand() -> None:
    x = TensorImage(torch.rand(2, 3, 460, 460))
    for min_scale, times in ((0.75, 2), (1.0, 1)):
        with seeded(1), Recorder() as calls:
            Pipeline(aug_transforms(size=224, min_scale=min_scale), split_idx=0)(x.clone())
        assert calls.count() == times
