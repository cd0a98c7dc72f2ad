"""Pictures of digits as tensors, and how well a classifier tells threes from sevens; what several views share."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.data.digits import Digits, load, resolve
from core.exhibits.digits_as_numbers.settings import LOWER, Settings
from core.nn.models import PIXELS

SIDE = 28


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


def digits_and_stack(settings: Settings) -> tuple[Digits, Tensor]:
    """The digits, and the validation threes or sevens (n, 28, 28), changed as the settings say."""
    digits = load(resolve(settings.digits)[0])
    return digits, changed(stack_of(digits, settings.digit), settings.picture)


def batch_with(image: Tensor, digits: Digits, items: int, picture: str, seed: int) -> Tensor:
    """`items` - 1 training digits drawn without replacement, changed alike, and `image` as the last row: (n, 784)."""
    order = torch.randperm(len(digits.x_train), generator=torch.Generator().manual_seed(seed))
    others = digits.x_train[order[: items - 1]].view(-1, SIDE, SIDE)
    return torch.cat([changed(others, picture), image[None]]).view(-1, PIXELS)


def changed_rows(images: Tensor, picture: str) -> Tensor:
    """As `changed`, for images (n, 784)."""
    return changed(images.view(-1, SIDE, SIDE), picture).reshape(-1, PIXELS)


@dataclass(frozen=True)
class Scores:
    """Share of the validation threes and of the sevens that a classifier gets right."""

    threes: float
    sevens: float

    @property
    def mean(self) -> float:
        """Mean of the two classes, as in the book."""
        return (self.threes + self.sevens) / 2


def scores(says_three: Tensor, threes: Tensor) -> Scores:
    """How often two (n,) bool tensors agree, for the threes and for the sevens."""
    right = (says_three == threes).float()
    return Scores(right[threes].mean().item(), right[~threes].mean().item())
