"""Where the sigmoid's slope dies in numbers of limited precision, and which digits lie there (fastbook chapter 4)."""

from dataclasses import dataclass
from functools import lru_cache

import torch

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.sigmoid.settings import DTYPES, Settings
from core.nn.activations import values_and_slopes
from core.nn.models import init_params, linear1
from core.words import format_number

REACH = 110  # x goes so far both ways
WEAK = 0.0025  # a hundredth of the slope in the middle


@dataclass(frozen=True, kw_only=True)
class Saturation:
    """The sigmoid's slope far from 0 in one precision, and the activations of a random model's n digits."""

    precision: str
    scale: float
    alive: tuple[float, float]  # the outermost x whose slope is not 0
    x: Array  # (F,)
    p: Array  # (F,) in that precision
    rest: Array  # (F,): 1 - p, likewise
    slope: Array  # (F,) likewise, by autograd
    exact: Array  # (F,): the slope in float64
    logits: Array  # (n,) of the random model, times `scale`
    slopes: Array  # (n,): the sigmoid's there, in that precision

    @property
    def dead(self) -> int:
        """Digits whose slope is exactly 0."""
        return int((self.slopes == 0).sum())

    @property
    def weak(self) -> int:
        """Digits whose slope is less than a hundredth of the largest one, 0 included."""
        return int((self.slopes < WEAK).sum())

    def findings(self) -> list[str]:
        low, high = (format_number(x, 4) for x in self.alive)
        n, model = len(self.logits), "a random model" + (f" with weights × {self.scale:g}" if self.scale != 1 else "")
        return [
            f"In {self.precision} the :violet[slope] is exactly 0 beyond x = **{high}**, where p has become 1 and "
            f"1 − p is 0, and below x = **{low}**, where p itself is 0.",
            f"On {n:,} training digits, {model} has {self.weak:,} ({self.weak / n:.0%}) with less than a hundredth of "
            f"the largest slope, and **{self.dead:,}** with none at all: from those it learns nothing, right or wrong.",
        ]

    def numbers(self) -> Numbers:
        return {
            "slope 0 below": self.alive[0],
            "slope 0 above": self.alive[1],
            "digits without slope": self.dead,
            "digits with little slope": self.weak,
        }

    def table(self) -> Table:
        return {"x": self.x, "sigmoid": self.p, "slope": self.slope, "slope in float64": self.exact}


@lru_cache(maxsize=8)
def outermost(precision: str, sign: int) -> float:
    """The x farthest from 0 on the side of `sign` whose slope is not exactly 0 in that precision; by halving."""
    alive, dead = 0.0, sign * 1000.0
    for _ in range(64):
        middle = torch.tensor((alive + dead) / 2, dtype=DTYPES[precision])
        _, slope = values_and_slopes(torch.sigmoid, middle)
        if slope:
            alive = middle.item()
        else:
            dead = middle.item()
    return alive


def experiment(settings: Settings) -> Saturation:
    """Follow the slope far from 0, and see how many digits of a random model lie there."""
    precision, scale = settings.precision, settings.scale
    dtype = DTYPES[precision]
    x = (torch.arange(-2 * REACH, 2 * REACH + 1) / 2).to(dtype)
    p, slope = values_and_slopes(torch.sigmoid, x)
    _, exact = values_and_slopes(torch.sigmoid, x.double())
    weights, bias = init_params("linear", "randn", settings.seed)
    logits = linear1(load(settings.digits).x_train, [weights * scale, bias * scale])[:, 0].to(dtype)
    _, slopes = values_and_slopes(torch.sigmoid, logits)
    return Saturation(
        precision=precision,
        scale=scale,
        alive=(outermost(precision, -1), outermost(precision, 1)),
        x=x.double().numpy(),
        p=p.double().numpy(),
        rest=(1 - p).double().numpy(),
        slope=slope.double().numpy(),
        exact=exact.numpy(),
        logits=logits.double().numpy(),
        slopes=slopes.double().numpy(),
    )
