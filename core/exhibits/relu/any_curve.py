"""Any curve from ReLUs: each is a hinge, a line that bends once; placed exactly, or left to SGD to find."""

from dataclasses import dataclass
from math import pi

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.errors import UserError
from core.exhibits.relu.settings import MOST_HINGES, Settings
from core.exhibits.relu.small_nets import Plan, forward, losses, net_gradients, never_on, record
from core.words import format_number

RUNS = 10  # starts of SGD
POINTS = 129  # on [-1, 1]: where the loss is measured, and what SGD trains on
FINDS = 0.001  # a run whose loss comes this close to the placed one's has found it
ROUNDING = 1e-25  # a loss below this is nothing but float64's rounding


def grid() -> Tensor:
    """The places of the points, ascending: (129, 1), float64."""
    return torch.linspace(-1, 1, POINTS, dtype=torch.float64)[:, None]


def interpolant(xs: Tensor, ys: Tensor) -> list[Tensor]:
    """A 1→n→1 ReLU net that passes exactly through n + 1 points, straight between them; xs and ys are (n + 1,).

    One ReLU a piece: its hinge is where the piece begins, its weight is by how much the slope changes there.
    Returns w1 (1, n), b1 (n,), w2 (n, 1), b2 (1,). UserError unless there are two points at least, from left to right.
    """
    if len(xs) < 2:
        raise UserError("A curve needs at least two points: add another one.")
    if not bool((xs.diff() > 0).all()):
        raise UserError("A curve's points must go from left to right: give each an x of its own, in ascending order.")
    slopes = ys.diff() / xs.diff()
    bends = slopes.diff(prepend=torch.zeros_like(slopes[:1]))
    return [torch.ones_like(bends)[None], -xs[:-1], bends[:, None], ys[:1].clone()]


def target(name: str, x: Tensor, heights: tuple[float, ...] = ()) -> Tensor:
    """The curve `name` at every x, of the shape of `x` (n, 1); "own" goes through `heights`, evenly spaced."""
    if name == "own":
        ys = torch.tensor(heights, dtype=x.dtype)
        return forward(x, interpolant(even_knots(len(ys) - 1).to(x.dtype), ys))
    curves = {
        "sine": lambda: torch.sin(pi * x),
        "step": lambda: torch.where(x > 0, 1.0, -1.0).to(x.dtype),
        "bump": lambda: 2 * torch.exp(-((x / 0.3) ** 2)) - 1,
        "sawtooth": lambda: 2 * (1.25 * (x + 1) % 1) - 1,
        "abs": lambda: 2 * x.abs() - 1,
    }
    return curves[name]()


def even_knots(hinges: int) -> Tensor:
    """Where the pieces of `hinges` evenly spaced ReLUs meet, both ends included and 0 exact: (hinges + 1,)."""
    return (2 * torch.arange(hinges + 1, dtype=torch.float64) - hinges) / hinges


def worst_knots(x: Tensor, y: Tensor, most: int = MOST_HINGES) -> Tensor:
    """Both ends, then again and again the point (of (n, 1) x and y) that the curve so far misses by most.

    In the order in which they were chosen; fewer than most + 1 where nothing is missed any more.
    """
    chosen = [0, len(x) - 1]
    while len(chosen) <= most:
        knots = torch.tensor(sorted(chosen))
        missed = (forward(x, interpolant(x[knots, 0], y[knots, 0])) - y).abs()
        if missed.max() < 1e-12:
            break
        chosen.append(int(missed.argmax()))
    return x[chosen, 0]


def placed(name: str, hinges: int, spacing: str, heights: tuple[float, ...] = ()) -> list[Tensor]:
    """The interpolant of a target with at most `hinges` ReLUs, knots "even" or where it is "worst"."""
    x = grid()
    knots = even_knots(hinges)
    if spacing == "worst":
        knots = worst_knots(x, target(name, x, heights), hinges).sort().values
    return interpolant(knots, target(name, knots[:, None], heights)[:, 0])


def polylines(parameters: list[Tensor]) -> tuple[Array, Array]:
    """Each unit's share w2·relu(w1·x + b1) on [-1, 1], exactly: left end, hinge, right end.

    From stacked parameters w1 (F, 1, h), b1 (F, 1, h), w2 (F, h, 1): x and y, both (F, h, 3). A hinge outside the
    range is drawn at its nearer end.
    """
    w1, b1, w2 = (parameters[0][:, 0], parameters[1][:, 0], parameters[2][:, :, 0])
    at = torch.nan_to_num(-b1 / w1, nan=-1.0).clamp(-1, 1)
    x = torch.stack([-torch.ones_like(at), at, torch.ones_like(at)], -1)
    return x.numpy(), (w2[..., None] * torch.relu(w1[..., None] * x + b1[..., None])).numpy()


@dataclass(frozen=True, kw_only=True)
class Placed:
    """ReLUs placed exactly. Frame k shows the first k of them, from left to right."""

    name: str
    asked: int  # ReLUs that were asked for
    parameters: list[Tensor]
    x: Array  # (129,)
    y: Array
    sums: Array  # (n + 1, 129): of the first k ReLUs
    lines: tuple[Array, Array]  # (1, n, 3): each ReLU's share
    loss: float
    by_count: Array  # (64,): the loss of 1 to 64 ReLUs

    @property
    def hinges(self) -> int:
        return len(self.parameters[1])

    def findings(self) -> list[str]:
        n = self.hinges
        few, pieces = _count(n, "ReLU"), _count(n, "straight piece")
        words = f"{few} add up to {pieces} through {n + 1} points of the curve, with a hinge where two pieces meet."
        if n < self.asked:
            words = (
                f"{few} of the {self.asked} asked for {'is' if n == 1 else 'are'} enough here: the sum meets "
                "every point."
            )
        sentences = [f"{words} The :red[loss] (mean squared error) is **{_exactly(self.loss)}**."]
        if self.loss > ROUNDING and self.asked < MOST_HINGES:
            sentences.append(
                f"With {MOST_HINGES} it would be {_exactly(float(self.by_count[-1]))}. That is universal "
                "approximation: enough hinges come "
                "as close as you like to any continuous curve. Nothing was learned here, the :green[parameters] "
                "were computed."
            )
        return sentences

    def numbers(self) -> Numbers:
        return {"ReLUs": self.hinges, "loss": self.loss}

    def table(self) -> Table:
        w1, b1, w2, _ = self.parameters
        return {"ReLU": np.arange(1, self.hinges + 1), "w1": w1[0].numpy(), "b1": b1.numpy(), "w2": w2[:, 0].numpy()}


def place_exactly(settings: Settings) -> Placed:
    """Build the net, and the loss that every other number of ReLUs would have."""
    name, hinges, spacing, heights = settings.target, settings.hidden, settings.spacing, settings.heights
    x = grid()
    y = target(name, x, heights)
    net = placed(name, hinges, spacing, heights)
    w1, b1, w2, b2 = net
    shares = torch.relu(x @ w1 + b1) * w2[:, 0]
    sums = torch.cat([torch.zeros_like(x), shares.cumsum(1)], 1) + b2
    order = worst_knots(x, y) if spacing == "worst" else None
    by_count = [_loss_of(name, n, order, x, y, heights) for n in range(1, MOST_HINGES + 1)]
    lines = polylines([w1[None], b1[None, None], w2[None]])
    loss = float(((forward(x, net) - y) ** 2).mean())
    return Placed(
        name=name,
        asked=hinges,
        parameters=net,
        x=x[:, 0].numpy(),
        y=y[:, 0].numpy(),
        sums=sums.T.numpy(),
        lines=lines,
        loss=loss,
        by_count=np.array(by_count),
    )


def _loss_of(name: str, hinges: int, order: Tensor | None, x: Tensor, y: Tensor, heights: tuple[float, ...]) -> float:
    knots = even_knots(hinges) if order is None else order[: hinges + 1].sort().values
    net = interpolant(knots, target(name, knots[:, None], heights)[:, 0])
    return float(((forward(x, net) - y) ** 2).mean())


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What SGD found, run by run; the first run is recorded whole. F frames, S runs, h units."""

    plan: Plan
    x: Array  # (129,)
    y: Array
    kept: Array  # (F,): steps taken
    parameters: list[Tensor]  # of the first run: w1 (F, 1, h), b1 (F, 1, h), w2 (F, h, 1), b2 (F, 1, 1)
    outputs: Array  # (F, 129), of the first run
    lines: tuple[Array, Array]  # (F, h, 3), of the first run
    losses: Array  # (F, S): on all points
    dead: Array  # (F, h) booleans: units of the first run whose input is above 0 at none of the points
    dead_slope: float  # the largest gradient of a unit that is dead in the end, 0 if none is
    exists: float  # the loss of as many ReLUs, placed exactly

    @property
    def successes(self) -> int:
        """How many runs came within 0.001 of the placed loss."""
        return int((self.losses[-1] <= self.exists + FINDS).sum())

    @property
    def lasting(self) -> int:
        """How many frames of the first run there are until its loss is no number any more, that one included."""
        finite = np.isfinite(self.losses[:, 0])
        return len(finite) if finite.all() else int(finite.argmin()) + 1

    def findings(self) -> list[str]:
        plan, first, ends = self.plan, self.losses[:, 0], self.losses[-1]
        if not np.isfinite(first[-1]):
            gone = int(self.kept[self.lasting - 1])
            return [
                f"After {gone} step{'s' if gone > 1 else ''} with learning rate {plan.learning_rate:g} the "
                ":red[loss] is no "
                f"longer a number: it began at {format_number(first[0], 3)} and grew beyond what float32 can hold. "
                f"A solution exists all the same, with loss {_exactly(self.exists)}."
            ]
        went = "fell" if first[-1] < first[0] else "rose"
        finite, successes = ends[np.isfinite(ends)], self.successes
        spread = f"they end between {format_number(finite.min(), 2)} and {format_number(finite.max(), 2)}"
        sentences = [
            f"In {plan.steps:,} steps of SGD the :red[loss] {went} from {format_number(first[0], 3)} to "
            f"**{format_number(first[-1], 3)}**. "
            f"{_count(plan.hidden, 'ReLU')} placed exactly {'reach' if plan.hidden > 1 else 'reaches'} "
            f"**{_exactly(self.exists)}**.",
            f"All {len(ends)} starts come within {FINDS:g} of that, or below; {spread}."
            if successes == len(ends)
            else f"Of {len(ends)} starts, {successes or 'none'} {'comes' if successes == 1 else 'come'} "
            f"within {FINDS:g} of that; {spread}. "
            "That good :green[parameters] exist does not mean that SGD finds them.",
        ]
        if died := int(self.dead[-1].sum()):
            who = "All" if died == plan.hidden else f"{died} of"
            none = "exactly 0" if self.dead_slope == 0 else format_number(self.dead_slope)
            sentences.append(
                f"{who} {_count(plan.hidden, 'unit')} {'is' if died == 1 else 'are'} dead in the end "
                f"({int(self.dead[0].sum())} at the "
                f"start): the input is negative at every point, the largest :violet[gradient] is {none}, and no "
                "step can wake them."
            )
        return sentences

    def numbers(self) -> Numbers:
        losses = {f"loss of seed {s}": float(v) for s, v in zip(self.plan.seeds, self.losses[-1], strict=True)}
        return losses | {
            "loss of the placed ReLUs": self.exists,
            "runs that found it": self.successes,
            "dead units at the end": int(self.dead[-1].sum()),
        }

    def table(self) -> Table:
        runs = {f"loss of seed {seed}": self.losses[:, i] for i, seed in enumerate(self.plan.seeds)}
        return {"steps taken": self.kept, **runs, "dead units": self.dead.sum(1)}


def _exactly(loss: float) -> str:
    return "exactly 0" if loss == 0 else "0 but for rounding" if loss < ROUNDING else format_number(loss, 3)


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def plan_of(settings: Settings) -> Plan:
    """Ten runs of SGD, with seeds from the chosen one on."""
    return Plan(
        seeds=tuple(range(settings.seed, settings.seed + RUNS)),
        hidden=settings.hidden,
        learning_rate=settings.rate,
        steps=settings.steps,
        batch_size=settings.batch_size,
        momentum=settings.momentum,
        shift=settings.shift,
    )


def learn(settings: Settings) -> Learned:
    """Let SGD fit the target on the 129 points, from ten starts, and record it."""
    name, plan, spacing, heights = settings.target, plan_of(settings), settings.spacing, settings.heights
    exact = grid()
    x, y = exact.float(), target(name, exact, heights).float()
    kept, runs = record(x, y, plan)
    first = [p[:, 0] for p in runs]
    dead = never_on(x @ first[0] + first[1])
    slopes = net_gradients(x, y, [p[-1:] for p in first], "relu", plan.loss)
    of_dead = [slopes[0][0, 0][dead[-1]], slopes[1][0, 0][dead[-1]], slopes[2][0, :, 0][dead[-1]]]
    exists = ((forward(exact, placed(name, plan.hidden, spacing, heights)) - target(name, exact, heights)) ** 2).mean()
    return Learned(
        plan=plan,
        x=x[:, 0].numpy(),
        y=y[:, 0].numpy(),
        kept=kept,
        parameters=first,
        outputs=forward(x, first)[..., 0].numpy(),
        lines=polylines(first),
        losses=losses(forward(x, runs), y, plan.loss).numpy(),
        dead=dead.numpy(),
        dead_slope=float(torch.cat(of_dead).abs().max()) if dead[-1].any() else 0.0,
        exists=float(exists),
    )


def how_many_find(result: Learned | Placed) -> str:
    """The answer to the page's question: how many of the ten starts end where they could."""
    successes = result.successes if isinstance(result, Learned) else 0
    return "all ten" if successes == RUNS else "some of them" if successes else "none"
