"""The lesson's Learner on pets: its data block, its pretrained body, and the files that can be made of it."""

import tempfile
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core.data.labelled import PATTERN, breed
from core.data.pets import Pets, split
from core.data.shelf import Shelf
from core.device import exactly
from core.nn.backbone import TIMM, backbone, network_of
from core.nn.head import Head

PRESIZE = 460 / 224  # the book's: pictures are cut to this many times the size that is trained on
LEARNERS_KEPT = 2  # Learners of a set of pictures

_learners = Shelf(LEARNERS_KEPT)


def pet_learner(pets: Pets, body: str, size: int, device: str = "cpu") -> Any:
    """`vision_learner` with the lesson's split, presizing and augmentation; in mixed precision on an NVIDIA GPU.

    BackboneError where the body's weights are not available: they are random only where that was asked for.
    """
    import fastai.callback.schedule  # noqa: F401 - gives a Learner its fine_tune
    from fastai.callback.fp16 import MixedPrecision
    from fastai.metrics import accuracy
    from fastai.vision.learner import vision_learner

    pretrained = network_of(body)  # first, because it may not be available
    architecture: Any = TIMM
    if body.startswith("resnet"):
        from torchvision import models

        architecture = getattr(models, body)
    exactly(device)
    dls = loaders(pets, body, size, device)
    learn = vision_learner(dls, architecture, pretrained=False, normalize=False, metrics=accuracy, path=Path())
    fill(learn.model[0], pretrained)
    learn.model.to(memory_format=torch.channels_last)  # a quarter less time on a CPU
    if device == "cuda":
        learn.add_cb(MixedPrecision())
    return learn


def fill(model: Any, network: Any) -> int:
    """Copy the tensors of `network` into the body `model`, in order; returns how many. ValueError if shapes differ."""
    state, tensors = model.state_dict(), list(network.state_dict().values())
    if [tensor.shape for tensor in state.values()] != [tensor.shape for tensor in tensors[: len(state)]]:
        raise ValueError("the body and the pretrained network differ")
    model.load_state_dict(dict(zip(state, tensors, strict=False)))
    return len(state)


def loaders(pets: Pets, body: str, size: int, device: str) -> Any:
    """The lesson's DataLoaders: its split, `Resize`, `aug_transforms(min_scale=0.75)`, and the body's mean and std."""
    from fastai.data.block import CategoryBlock, DataBlock
    from fastai.data.transforms import IndexSplitter, Normalize, RegexLabeller
    from fastai.vision.augment import Resize, aug_transforms
    from fastai.vision.data import ImageBlock
    from fastcore.basics import using_attr

    paths = [pets.path(i) for i in range(len(pets))]
    labels = dict(zip(paths, pets.labels, strict=True))
    by_rule = all(breed(path.name) == label for path, label in labels.items())
    train, valid = split(pets)
    frozen = backbone(body)
    block = DataBlock(
        blocks=(ImageBlock, CategoryBlock),
        get_items=lambda source: source,
        get_y=using_attr(RegexLabeller(PATTERN), "name") if by_rule else labels.__getitem__,
        splitter=IndexSplitter(valid.tolist()),
        item_tfms=Resize(round(size * PRESIZE)),
        batch_tfms=[*aug_transforms(size=size, min_scale=0.75), Normalize.from_stats(frozen.mean, frozen.std)],
    )
    batch = 64 if len(train) >= 2000 else 16  # so that few pictures still give some steps an epoch
    return block.dataloaders(paths, bs=min(batch, len(train)), num_workers=0, device=torch.device(device))


def evaluated(learn: Any) -> tuple[int, int]:
    """How many held-out pictures are classified correctly, and how many there are."""
    bars = [callback for callback in learn.cbs if callback.name == "progress"]
    with learn.removed_cbs(bars), learn.no_logging():
        predicted, targets = learn.get_preds()
    return int((predicted.argmax(1) == targets).sum()), len(targets)


def at_rest(learn: Any) -> Any:
    """The Learner on the CPU, without its optimizer: kept for exports, it must not hold a GPU's memory."""
    learn.dls.cpu()
    learn.model.cpu()
    learn.opt = None
    return learn


def remember(pets: Pets, key: Hashable, learn: Any) -> None:
    """Keep a Learner with its pictures; of several, the last LEARNERS_KEPT."""
    _learners.keep(pets, key, learn)


def remembered(pets: Pets, key: Hashable) -> Any | None:
    """The Learner of that key, if it is still kept."""
    return _learners.find(pets, key)


def exported(learn: Any) -> bytes:
    """fastai's `export.pkl`, for `load_learner`."""
    with tempfile.TemporaryDirectory() as folder:
        before, learn.path = learn.path, Path(folder)
        try:
            learn.export("export.pkl")
        finally:
            learn.path = before
        return (Path(folder) / "export.pkl").read_bytes()


def safetensors(learn: Any) -> bytes:
    """The weights alone, in safetensors' format, with the breeds in its metadata."""
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in learn.model.state_dict().items()}
    return save(tensors, metadata={"vocab": "\n".join(learn.dls.vocab)})


def head_safetensors(head: Head, vocab: Sequence[str]) -> bytes:
    """A head's weights and biases, layer by layer in the shapes of torch's Linear, with the breeds in the metadata."""
    from safetensors.numpy import save

    layers = [np.ascontiguousarray(p.T) if p.ndim > 1 else p for p in head.parameters]
    tensors = {f"{i // 2}.{('weight', 'bias')[i % 2]}": layer for i, layer in enumerate(layers)}
    return save(tensors, metadata={"vocab": "\n".join(vocab)})
