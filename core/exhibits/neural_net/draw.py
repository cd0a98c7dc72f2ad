"""A drawing, or a real digit in its place, made into MNIST's format and judged three times."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from core.arrays import Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.neural_net.judges import NET, Judges, Verdict, judge, judges_of
from core.exhibits.neural_net.net import format_probability, picked, standard_error
from core.exhibits.neural_net.settings import DRAW, Settings
from core.exhibits.neural_net.strokes import Prepared, Stroke, prepare, rasterise, read_strokes, what_is_wrong

DRAWING = "drawing"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawing, or a real digit in its place: its preparation and its verdict, or what is wrong with it."""

    judges: Judges
    ink: Tensor  # (n, n)
    problem: str | None = None
    prepared: Prepared | None = None
    verdict: Verdict | None = None
    truth: str | None = None  # what it is, where that is known
    unchanged: tuple[int, int] | None = None  # of real digits: how many the steps leave as they are, of how many

    def findings(self) -> list[str]:
        if self.problem or self.verdict is None:
            return [self.problem or ""]
        shares = ", ".join(f"{name} {share:.1%}" for name, share in self.judges.accuracy.items())
        error = standard_error(max(self.judges.accuracy.values()), self.judges.valid)
        record = (
            f"On {self.judges.valid:,} digits of MNIST they have never seen, :blue[accuracy] is: {shares} (one "
            f"standard error is about {error * 100:.1f} points)."
        )
        return [self._verdict(self.verdict), record, *self._unchanged()]

    def _unchanged(self) -> list[str]:
        if not self.unchanged:
            return []
        same, of = self.unchanged
        return [f"Taken through the same steps, {same:,} of the {of:,} built-in digits come out exactly as they are."]

    def _verdict(self, verdict: Verdict) -> str:
        votes = verdict.votes
        three, seven = verdict.distances
        truth = f" It is a {self.truth}." if self.truth else ""
        if len(set(votes.values())) == 1:
            judged = f"All three say **{votes[NET]}**."
        else:
            judged = f"They disagree: {', '.join(f'{name} says **{vote}**' for name, vote in votes.items())}."
        return (
            f"{judged}{truth} It is {three:.3f} away from the average 3 and {seven:.3f} from the average 7. The "
            f":orange[probability] of a 3 is {format_probability(verdict.linear)} for the linear model and "
            f"{format_probability(verdict.net)} for the net."
        )

    def numbers(self) -> Numbers:
        numbers: Numbers = {f"accuracy, {name}": share for name, share in self.judges.accuracy.items()}
        if self.verdict and self.truth:
            numbers |= {f"{name} says": vote for name, vote in self.verdict.votes.items()}
            numbers |= {"probability of a 3, linear": self.verdict.linear, "probability of a 3, net": self.verdict.net}
            numbers |= {
                "distance from the average 3": self.verdict.distances[0],
                "distance from the average 7": self.verdict.distances[1],
            }
        if self.unchanged:
            numbers |= {"built-in digits": self.unchanged[1], "built-in digits left as they are": self.unchanged[0]}
        return numbers

    def table(self) -> Table:
        """The 28×28 pixels that the judges saw, one row a pixel; all 0 where there is nothing to judge."""
        picture = self.prepared.placed if self.prepared else torch.zeros(28, 28)
        rows, columns = torch.meshgrid(torch.arange(28), torch.arange(28), indexing="ij")
        flat = {"row": rows, "column": columns, "x": picture}
        return {name: values.flatten().numpy() for name, values in flat.items()}


@lru_cache(maxsize=1)
def unchanged() -> tuple[int, int]:
    """How many of the built-in digits the steps leave exactly as they are, and how many digits that is of."""
    digits = load("built-in")
    pictures = torch.cat([digits.x_train, digits.x_valid]).view(-1, 28, 28)
    return sum(torch.equal(prepare(picture).placed, picture) for picture in pictures), len(pictures)


def real_digit(digits: Digits, digit: int, index: int, by: Judges) -> Drawn:
    """A validation digit taken through the same steps."""
    ink = digits.x_valid[picked(digits, digit, index)].view(28, 28)
    prepared = prepare(ink)
    return Drawn(
        judges=by,
        ink=ink,
        prepared=prepared,
        verdict=judge(prepared.placed, by),
        truth=str(digit),
        unchanged=unchanged(),
    )


def drawn(strokes: tuple[Stroke, ...], by: Judges) -> Drawn:
    """A drawing, judged unless something is wrong with it."""
    ink = rasterise(strokes)
    problem = what_is_wrong(strokes, ink)
    if not strokes:
        return Drawn(judges=by, ink=ink, problem=problem)
    prepared = prepare(ink)
    verdict = None if problem else judge(prepared.placed, by)
    return Drawn(judges=by, ink=ink, problem=problem, prepared=prepared, verdict=verdict)


def experiment(settings: Settings) -> Drawn:
    """A real digit, or the empty canvas: a visitor's drawing is no setting."""
    by = judges_of(settings)
    if settings.subject == DRAWING:
        return drawn((), by)
    return real_digit(load(settings.digits), int(settings.subject), 0, by)


def wants_drawing(settings: Settings) -> bool:
    """Whether a visitor's drawing is judged."""
    return settings.view == DRAW and settings.subject == DRAWING


def with_drawing(result: Drawn, sent: Any) -> Drawn:
    """The result with what a browser sent as a drawing; UserError where that is no drawing."""
    return drawn(read_strokes(sent), result.judges)
