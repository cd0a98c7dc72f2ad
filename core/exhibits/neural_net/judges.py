"""Three judges of one picture: the average digits, the linear model and the net."""

from dataclasses import dataclass
from functools import lru_cache

from torch import Tensor

from core.arrays import Array
from core.data.digits import DigitsName, load
from core.exhibits.neural_net.net import linear_recipe, net_recipe, trained
from core.exhibits.neural_net.settings import Settings
from core.nn.models import linear1, simple_net
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.nn.training import Recipe

PIXELS_ALONE, LINEAR, NET = "pixel similarity", "the linear model", "the net"


@dataclass(frozen=True, kw_only=True)
class Judges:
    """The trained judges, and how they do on the validation digits."""

    means: Tensor  # (2, 784): average three, average seven
    linear: list[Tensor]
    net: list[Tensor]
    accuracy: dict[str, float]  # of each of the three
    valid: int  # images that this was measured on


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the judges take one picture for."""

    distances: tuple[float, float]  # mean absolute difference from the average three and the average seven
    linear: float  # probability of a three
    net: float
    hidden: Array  # (30,): the net's activations

    @property
    def votes(self) -> dict[str, str]:
        """3 or 7, by judge."""
        three = {
            PIXELS_ALONE: self.distances[0] < self.distances[1],
            LINEAR: self.linear > 0.5,
            NET: self.net > 0.5,
        }
        return {judge: "3" if yes else "7" for judge, yes in three.items()}


@lru_cache(maxsize=4)
def judges(net: Recipe, linear: Recipe, name: DigitsName) -> Judges:
    """Average the digits, and train both models by their recipes."""
    digits, means = load(name), average_digits(name)
    linear_model, net_model = trained(linear, name).tensors(-1), trained(net, name).tensors(-1)
    x, threes = digits.x_valid, digits.y_valid[:, 0] == 1
    votes = {
        PIXELS_ALONE: mnist_distance(x, means[0]) < mnist_distance(x, means[1]),
        LINEAR: linear1(x, linear_model)[:, 0] > 0,
        NET: simple_net(x, net_model)[:, 0] > 0,
    }
    right = {judge: float((vote == threes).float().mean()) for judge, vote in votes.items()}
    return Judges(means=means, linear=linear_model, net=net_model, accuracy=right, valid=len(digits.y_valid))


def judge(picture: Tensor, by: Judges) -> Verdict:
    """What the judges `by` take a picture (28, 28), 0 to 1, for."""
    x = picture.reshape(1, -1)
    w1, b1, _, _ = by.net
    return Verdict(
        distances=(mnist_distance(x, by.means[0]).item(), mnist_distance(x, by.means[1]).item()),
        linear=linear1(x, by.linear).sigmoid().item(),
        net=simple_net(x, by.net).sigmoid().item(),
        hidden=(x @ w1 + b1).clamp_min(0.0)[0].numpy(),
    )


def judges_of(settings: Settings) -> Judges:
    """The judges whose models are trained by these settings."""
    return judges(net_recipe(settings), linear_recipe(settings), settings.digits)
