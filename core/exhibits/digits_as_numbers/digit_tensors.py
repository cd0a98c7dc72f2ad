"""A picture of a digit as tensors: changed, stacked, compared with the average digits, multiplied (fastbook chapter 4)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.data.digits import Digits, DigitsName, load
from core.fields import FIFTY, batch_size
from core.nn.models import PIXELS, init_params, linear1
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.nn.training import Recipe, train

SIDE = 28
EPOCHS = 5  # of the trained weights
LOWER = 2  # rows that a picture is moved down

CHANGES = {"plain": "as it is", "inverted": "inverted", "lower": f"{LOWER} pixels lower", "black": "all black"}


@dataclass(frozen=True)
class Unrolled:
    """One picture on its way into a batch; it is the batch's last row."""

    stored: np.ndarray  # (28, 28) uint8, as in the file
    batch: np.ndarray  # (n, 784), 0 to 1
    counts: tuple[int, ...]  # threes and sevens to train on, then to validate


@dataclass(frozen=True)
class Ranks:
    """Tensors of rank 0 to 4, each cut out of the next; `pixel` is the row and column of the scalar."""

    tensors: tuple[tuple[str, str, Tensor], ...]  # name, the code that makes it, the tensor
    pixel: tuple[int, int]
    flat: Tensor  # the rank-3 stack as rank 2


@dataclass(frozen=True)
class Scores:
    """Share of the validation threes and of the sevens that a classifier gets right."""

    threes: float
    sevens: float

    @property
    def mean(self) -> float:
        """Mean of the two classes, as in the book."""
        return (self.threes + self.sevens) / 2


@dataclass(frozen=True)
class Similarity:
    """Distances to the average three and the average seven, by mean absolute difference (L1) and by RMSE."""

    image: np.ndarray  # (784,)
    means: np.ndarray  # (2, 784): average three, average seven
    running: np.ndarray  # (29, 4): L1 to three and seven, RMSE to both, from the first r rows of pixels alone
    distances: np.ndarray  # (n, 4) of every validation digit
    threes: np.ndarray  # (n,) bool: whether it is a three
    own: int  # the row of this image
    l1: Scores
    rmse: Scores
    plain: tuple[Scores, Scores]  # L1 and RMSE on the unchanged digits


@dataclass(frozen=True)
class Trial:
    """What one line of code really gave: a shape, or the error's message."""

    code: str
    operands: str
    shape: tuple[int, ...] | None
    error: str = ""


@dataclass(frozen=True)
class Product:
    """One row of `xb @ weights + bias`, taken apart."""

    image: np.ndarray  # (784,)
    weights: np.ndarray  # (784,)
    bias: float
    running: np.ndarray  # (30,): the sum after so many rows of pixels; the last with the bias
    batch: np.ndarray  # (n, 784), this image last
    outputs: np.ndarray  # (n,) of the whole batch
    trials: tuple[Trial, ...]
    accuracy: Scores  # of this model

    @property
    def products(self) -> np.ndarray:
        """x·w of every pixel, (784,)."""
        return self.image * self.weights

    @property
    def logit(self) -> float:
        return float(self.running[-1])


def changed(images: Tensor, picture: str) -> Tensor:
    """`images` (…, 28, 28) as a key of CHANGES says; what moves in from the edge is black."""
    if picture == "inverted":
        return 1 - images
    if picture == "lower":
        return torch.nn.functional.pad(images[..., :-LOWER, :], (0, 0, LOWER, 0))
    return torch.zeros_like(images) if picture == "black" else images


def stack_of(digits: Digits, digit: int) -> Tensor:
    """The lesson's `valid_3_tens` or `valid_7_tens`: (n, 28, 28)."""
    return digits.x_valid[digits.y_valid[:, 0] == (digit == 3)].view(-1, SIDE, SIDE)


def batch_with(image: Tensor, digits: Digits, items: int, picture: str, seed: int) -> Tensor:
    """`items` - 1 training digits drawn without replacement, changed alike, and `image` as the last row: (n, 784)."""
    order = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(seed))
    others = digits.x_train[order[: items - 1]].view(-1, SIDE, SIDE)
    return torch.cat([changed(others, picture), image[None]]).view(-1, PIXELS)


def ranks(stack: Tensor, name: str, index: int) -> Ranks:
    """Tensors of rank 0 to 4 from a stack (n, 28, 28): its pixel, row, image, itself, and a colour batch of it."""
    row = SIDE // 2
    column = int(stack[index, row].argmax())
    return Ranks(
        (
            ("scalar", f"{name}[{index}, {row}, {column}]", stack[index, row, column]),
            ("vector", f"{name}[{index}, {row}]", stack[index, row]),
            ("matrix", f"{name}[{index}]", stack[index]),
            ("stack of pictures", name, stack),
            ("batch in colour", f"{name}[:64, None].expand(-1, 3, -1, -1)", stack[:64, None].expand(-1, 3, -1, -1)),
        ),
        (row, column),
        stack.view(-1, PIXELS),
    )


def rmse(a: Tensor, b: Tensor) -> Tensor:
    """Root of the mean squared difference, L2, over the last axis."""
    return ((a - b) ** 2).mean(-1).sqrt()


def scores(says_three: Tensor, threes: Tensor) -> Scores:
    """How often two (n,) bool tensors agree, for the threes and for the sevens."""
    right = (says_three == threes).float()
    return Scores(right[threes].mean().item(), right[~threes].mean().item())


def compare(digits: Digits, digit: int, index: int, picture: str) -> Similarity:
    """The pixel-similarity baseline: a digit is a three if it is nearer to the average three than to the average seven."""
    means, threes = average_digits(digits.name), digits.y_valid[:, 0] == 1

    def measure(images: Tensor) -> tuple[Tensor, Scores, Scores]:
        columns = [distance(images, mean) for distance in (mnist_distance, rmse) for mean in means]
        l1_3, l1_7, rmse_3, rmse_7 = columns
        return torch.stack(columns, 1), scores(l1_3 < l1_7, threes), scores(rmse_3 < rmse_7, threes)

    images = changed(digits.x_valid.view(-1, SIDE, SIDE), picture).reshape(-1, PIXELS)
    distances, l1, l2 = measure(images)
    plain = (l1, l2) if picture == "plain" else measure(digits.x_valid)[1:]
    own = int((threes == (digit == 3)).nonzero()[index])
    difference = (images[own] - means).view(2, SIDE, SIDE)
    sums = torch.cat([difference.abs(), difference**2]).sum(2).cumsum(1) / PIXELS  # (4, 28)
    running = torch.cat([torch.zeros(4, 1), torch.cat([sums[:2], sums[2:].sqrt()])], 1).T
    return Similarity(
        images[own].numpy(),
        means.numpy(),
        running.numpy(),
        distances.numpy(),
        threes.numpy(),
        own,
        l1,
        l2,
        plain,
    )


@lru_cache(maxsize=16)
def parameters_of(weights: str, name: DigitsName, seed: int) -> tuple[Tensor, Tensor]:
    """Weights (784, 1) and bias (1,): `randn`, or trained by the lesson's loop from nn.Linear's start."""
    if weights == "random":
        first, bias = init_params("linear", "randn", seed)
    else:
        recipe = Recipe(init="uniform", epochs=EPOCHS, batch_size=batch_size(FIFTY, name), seed=seed)
        first, bias = train(recipe, load(name)).tensors(-1)
    return first, bias


TRIES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "xb @ weights + bias": lambda xb, weights, bias: xb @ weights + bias,
    "xb * weights + bias": lambda xb, weights, bias: xb * weights + bias,
    "xb * weights.T + bias": lambda xb, weights, bias: xb * weights.T + bias,
    "xb * weights.flatten() + bias": lambda xb, weights, bias: xb * weights.flatten() + bias,
}


def attempt(code: str, xb: Tensor, weights: Tensor, bias: Tensor) -> Trial:
    """Run one of TRIES on a batch (n, 784), weights (784, 1) and a bias (1,): its shape, or what torch says is wrong."""
    turned = weights.T if ".T" in code else weights.flatten() if "flatten" in code else weights
    operands = f"{tuple(xb.shape)} {'@' if '@' in code else '*'} {tuple(turned.shape)} + {tuple(bias.shape)}"
    try:
        return Trial(code, operands, tuple(TRIES[code](xb, weights, bias).shape))
    except RuntimeError as error:
        return Trial(code, operands, None, str(error))


def multiply(xb: Tensor, weights: Tensor, bias: Tensor, digits: Digits, picture: str) -> Product:
    """`xb @ weights + bias` for the last row of `xb`, pixel by pixel; and what `*` does instead."""
    x = xb[-1]
    sums = (x.double() * weights[:, 0]).view(SIDE, SIDE).sum(1).cumsum(0)
    running = torch.cat([torch.zeros(1), sums, sums[-1:] + bias])
    valid = changed(digits.x_valid.view(-1, SIDE, SIDE), picture).reshape(-1, PIXELS)
    return Product(
        x.numpy(),
        weights[:, 0].numpy(),
        bias.item(),
        running.numpy(),
        xb.numpy(),
        linear1(xb, [weights, bias])[:, 0].numpy(),
        tuple(attempt(code, xb, weights, bias) for code in TRIES),
        scores(linear1(valid, [weights, bias])[:, 0] > 0, digits.y_valid[:, 0] == 1),
    )
