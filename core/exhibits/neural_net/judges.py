"""Three judges of one picture: the average digits, the linear model and the net."""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits, DigitsName, load
from core.exhibits.neural_net.anatomy import chance, picked, standard_error, trained
from core.exhibits.neural_net.drawing import RASTER, Prepared, Stroke, prepare, rasterise, what_is_wrong
from core.nn.models import linear1, simple_net
from core.nn.pixel_similarity import average_digits, mnist_distance
from core.nn.training import Recipe


@dataclass(frozen=True)
class Judges:
    """The trained judges, and how they do on the validation digits."""

    means: Tensor  # (2, 784): average three, average seven
    linear: list[Tensor]
    net: list[Tensor]
    accuracy: dict[str, float]  # of each of the three
    valid: int  # images that was measured on


@dataclass(frozen=True)
class Verdict:
    """What the judges say of one picture."""

    distances: tuple[float, float]  # mean absolute difference from the average three and the average seven
    linear: float  # probability of a three
    net: float
    hidden: Array  # (30,): the net's activations

    @property
    def votes(self) -> dict[str, str]:
        """3 or 7, by judge."""
        three = {
            "pixel similarity": self.distances[0] < self.distances[1],
            "the linear model": self.linear > 0.5,
            "the net": self.net > 0.5,
        }
        return {judge: "3" if yes else "7" for judge, yes in three.items()}


@lru_cache(maxsize=4)
def judges(net: Recipe, linear: Recipe, name: DigitsName) -> Judges:
    """Average the digits, and train both models by their recipes."""
    digits, means = load(name), average_digits(name)
    models = trained(linear, name).tensors(-1), trained(net, name).tensors(-1)
    three = {
        "pixel similarity": mnist_distance(digits.x_valid, means[0]) < mnist_distance(digits.x_valid, means[1]),
        "the linear model": linear1(digits.x_valid, models[0])[:, 0] > 0,
        "the net": simple_net(digits.x_valid, models[1])[:, 0] > 0,
    }
    right = {judge: float((says == (digits.y_valid[:, 0] == 1)).float().mean()) for judge, says in three.items()}
    return Judges(means, *models, right, len(digits.y_valid))


def judge(picture: Tensor, by: Judges) -> Verdict:
    """The verdicts on a picture (28, 28), 0 to 1."""
    x = picture.reshape(1, -1)
    w1, b1, _, _ = by.net
    return Verdict(
        (mnist_distance(x, by.means[0]).item(), mnist_distance(x, by.means[1]).item()),
        linear1(x, by.linear).sigmoid().item(),
        simple_net(x, by.net).sigmoid().item(),
        (x @ w1 + b1).clamp_min(0.0)[0].numpy(),
    )


@dataclass(frozen=True)
class Drawn:
    """A drawing, or a real digit in its place, its preparation and its verdict; without these, what is wrong with it."""

    judges: Judges
    ink: Tensor  # (n, n)
    problem: str | None = None
    prepared: Prepared | None = None
    verdict: Verdict | None = None
    truth: str | None = None  # what it is, where that is known

    def findings(self) -> list[str]:
        shares = ", ".join(f"{judge} {share:.1%}" for judge, share in self.judges.accuracy.items())
        error = standard_error(max(self.judges.accuracy.values()), self.judges.valid)
        record = (
            f"On {self.judges.valid:,} digits of MNIST they have never seen, :blue[accuracy] is: {shares} (one standard error "
            f"is about {error * 100:.1f} points)."
        )
        if self.problem or self.verdict is None:
            return [self.problem or ""]
        return [self._verdict(self.verdict), record]

    def _verdict(self, verdict: Verdict) -> str:
        votes = verdict.votes
        three, seven = verdict.distances
        truth = f" It is a {self.truth}." if self.truth else ""
        if len(set(votes.values())) == 1:
            said = f"All three say **{votes['the net']}**."
        else:
            said = f"They disagree: {', '.join(f'{judge} says **{vote}**' for judge, vote in votes.items())}."
        return (
            f"{said}{truth} It is {three:.3f} away from the average 3 and {seven:.3f} from the average 7. The "
            f":orange[probability] of a 3 is {chance(verdict.linear)} for the linear model and {chance(verdict.net)} for the net."
        )

    def numbers(self) -> dict[str, float | str]:
        found: dict[str, float | str] = {f"accuracy, {judge}": share for judge, share in self.judges.accuracy.items()}
        if self.verdict and self.truth:
            found |= {f"{judge} says": vote for judge, vote in self.verdict.votes.items()}
            found |= {"probability of a 3, linear": self.verdict.linear, "probability of a 3, net": self.verdict.net}
        return found

    def table(self) -> dict[str, Array]:
        """The 28×28 pixels that the judges saw, one row a pixel; all 0 where there is nothing to judge."""
        picture = self.prepared.placed if self.prepared else torch.zeros(28, 28)
        rows, columns = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")
        flat = {"row": rows, "column": columns, "x": picture}
        return {name: values.flatten().numpy() for name, values in flat.items()}


def real_digit(digits: Digits, digit: int, index: int, by: Judges) -> Drawn:
    """A validation digit taken through the same steps."""
    ink = digits.x_valid[picked(digits, digit, index)].view(28, 28)
    prepared = prepare(ink)
    return Drawn(by, ink, None, prepared, judge(prepared.placed, by), str(digit))


def empty(by: Judges) -> Drawn:
    return drawn((), Drawn(by, torch.zeros(RASTER, RASTER)))


def drawn(strokes: tuple[Stroke, ...], on: Drawn) -> Drawn:
    """The strokes in place of what `on` holds."""
    ink = rasterise(strokes)
    problem = what_is_wrong(strokes, ink)
    if not strokes:
        return Drawn(on.judges, ink, problem)
    prepared = prepare(ink)
    return Drawn(on.judges, ink, problem, prepared, None if problem else judge(prepared.placed, on.judges))
