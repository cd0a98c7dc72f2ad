"""The net unit by unit: what each of them adds to the answer for one image."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.neural_net.moments import Moments, over_steps, training_in_moments
from core.exhibits.neural_net.net import format_probability, linear_recipe, net_recipe
from core.exhibits.neural_net.settings import Settings
from core.nn.models import HIDDEN
from core.words import format_number


@dataclass(frozen=True)
class Units:
    """Each hidden unit's part in the answer for one image, over the training."""

    moments: Moments
    shares: Array  # (F, 30): with b2 they add up to the logit

    @property
    def top(self) -> int:
        """The unit with the largest share after the training, in size."""
        return int(np.abs(self.shares[-1]).argmax())

    @property
    def silent(self) -> int:
        """How many units are 0 after the training."""
        return int((self.moments.hidden[-1] == 0).sum())

    def findings(self) -> list[str]:
        moments, shares, top = self.moments, self.shares[-1], self.top
        logit, bias = float(moments.logits[-1]), float(moments.parts["b2"][-1, 0])
        activation, weight = float(moments.hidden[-1, top]), float(moments.parts["w2"][-1, top])
        return [
            f"The logit is a sum: 30 shares and b2, {format_number(shares.sum(), 3)} {'−' if bias < 0 else '+'} "
            f"{format_number(abs(bias), 3)} = **{format_number(logit, 3)}**; the probability is "
            f"{format_probability(float(moments.probabilities[-1]))} that this {'3' if moments.threes[0] else '7'} "
            "is a 3.",
            f"Unit {top} says most: :orange[activation] {format_number(activation, 3)} × :green[weight] "
            f"{format_number(weight, 3)} = {format_number(shares[top], 3)}, towards a {'3' if shares[top] > 0 else '7'}"
            f". {self.silent} of {HIDDEN} units say nothing about this image: after the ReLU they are 0.",
        ]

    def numbers(self) -> Numbers:
        return {
            "sum of the shares": float(self.shares[-1].sum()),
            "b2": float(self.moments.parts["b2"][-1, 0]),
            "logit": float(self.moments.logits[-1]),
            "loudest unit": self.top,
            "silent units": self.silent,
        }

    def table(self) -> Table:
        parts = self.moments.parts
        return {
            "unit": np.arange(HIDDEN),
            "b1": parts["b1"][-1],
            "activation": self.moments.hidden[-1],
            "w2": parts["w2"][-1],
            "share": self.shares[-1],
        }


def unit_shares(moments: Moments) -> Array:
    """Each unit's activation times its outgoing weight, (F, 30)."""
    return moments.hidden * moments.parts["w2"]


def experiment(settings: Settings) -> Units:
    """One image's answer, share by share, over the whole training."""
    training = training_in_moments(net_recipe(settings), linear_recipe(settings), settings.digits)
    moments = over_steps(training, load(settings.digits), settings.digit, settings.index)
    return Units(moments, unit_shares(moments))
