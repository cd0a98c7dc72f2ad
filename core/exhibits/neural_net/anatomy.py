"""A net taken apart into what is learned and what is calculated: which of its numbers change, and when (chapter 4).

The parameters of `simple_net` are w1 (784, 30), b1 (30), w2 (30, 1) and b2 (1): 23,581 numbers. Its activations are 30
outputs of the ReLU and the logit: 31 numbers for every image.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array
from core.data.digits import Digits, DigitsName, load
from core.nn.models import HIDDEN, PIXELS, simple_net
from core.nn.training import Recipe, Run, train
from core.words import format_number

SHOWN = 61  # moments of the whole training
SWEEP = 40  # images that are shown one after the other

SIZES = {"w1": PIXELS * HIDDEN, "b1": HIDDEN, "w2": HIDDEN, "b2": 1}
"""How many numbers each parameter of `simple_net` has, in the order of `flatten`."""
PARAMETERS = sum(SIZES.values())
ACTIVATIONS_OF_NET = HIDDEN + 1
CORNERS = np.cumsum([0, *SIZES.values()])


@lru_cache(maxsize=4)
def trained(recipe: Recipe, digits: DigitsName) -> Run:
    """A recorded run, trained once: another image asks for no training."""
    return train(recipe, load(digits))


def standard_error(share: float, items: int) -> float:
    """Of a share that was counted on so many items."""
    return float(np.sqrt(share * (1 - share) / items))


def chance(probability: float) -> str:
    """A probability in words that do not round it to certainty."""
    if probability > 0.999:
        return "above 0.999"
    return "below 0.001" if probability < 0.001 else f"{probability:.3f}"


def counted(items: float, thing: str) -> str:
    """1 epoch, 40 epochs, 0.4 epochs."""
    return f"{items:.3g} {thing}{'' if items == 1 else 's'}"


def shown_frames(frames: int) -> Array:
    """Which of a run's frames are shown: all at the start, where most happens, and fewer later."""
    if frames <= SHOWN:
        return np.arange(frames)
    return np.unique((np.linspace(0, 1, SHOWN) ** 1.6 * (frames - 1)).round().astype(int))


def split(parameters: Array) -> dict[str, Array]:
    """Rows of parameters (F, 23581) by tensor, each (F, numbers); a row of w1 goes unit by unit, (F, 30 · 784)."""
    parts = {name: parameters[:, a:b] for name, (a, b) in zip(SIZES, pairwise(CORNERS), strict=True)}
    by_unit = parts["w1"].reshape(-1, PIXELS, HIDDEN).transpose(0, 2, 1)
    return parts | {"w1": np.ascontiguousarray(by_unit).reshape(len(parameters), -1)}


def activations(image: Array, parts: dict[str, Array]) -> tuple[Array, Array]:
    """What one image (784,) comes to with every row of parameters: (F, 30) after the ReLU, and logits (F,)."""
    w1 = parts["w1"].reshape(-1, HIDDEN, PIXELS)
    hidden = np.maximum(w1 @ image + parts["b1"], 0)
    return hidden, (hidden * parts["w2"]).sum(1) + parts["b2"][:, 0]


def changes(rows: Array) -> Array:
    """How many numbers of each row differ from the row before: (F, n) → (F,), -1 for the first, which has none."""
    return np.array([-1, *((after != before).sum() for before, after in pairwise(rows))], np.int32)


@dataclass(frozen=True, eq=False)
class Walk:
    """The training of `simple_net` in F moments, and the linear model's accuracy beside it. One for each recipe."""

    recipe: Recipe
    per_epoch: int  # steps
    steps: Array  # (F,) taken so far
    parts: dict[str, Array]  # parameters by tensor, (F, numbers)
    changed: dict[str, Array]  # numbers that differ from the moment before, by tensor, (F,)
    accuracy: Array  # (F,) on the validation digits
    linear: Array  # (F,) the linear model's, after as many steps
    valid: int  # images that the accuracies were measured on
    one_step: tuple[int, int]  # parameters that the first step and the last one recorded change
    never: int  # parameters that have the same value at every moment of the run
    black: int  # of these, weights of pixels that are black in every training image


@lru_cache(maxsize=4)
def walk(recipe: Recipe, linear: Recipe, name: DigitsName) -> Walk:
    """Train by `recipe` and take the run apart; `linear` is the linear model's recipe."""
    digits, run, beside = load(name), trained(recipe, name), trained(linear, name)
    frames = shown_frames(len(run.kept))
    parts = split(run.parameters[frames])
    same = (run.parameters == run.parameters[0]).all(0)
    dark = (digits.x_train == 0).all(0).numpy()
    return Walk(
        recipe,
        run.steps_per_epoch,
        run.kept[frames],
        parts,
        {key: changes(rows) for key, rows in parts.items()},
        run.valid_accuracy[frames],
        np.interp(run.kept[frames], beside.kept, beside.valid_accuracy),
        len(digits.y_valid),
        (_moved(run, 0), _moved(run, len(run.kept) - 2)),
        int(same.sum()),
        int(same[: SIZES["w1"]].reshape(PIXELS, HIDDEN)[dark].sum()),
    )


def _moved(run: Run, frame: int) -> int:
    """How many parameters the one step after `frame` changes."""
    before = run.parameters[frame]
    return int((before - np.float32(run.recipe.learning_rate) * run.gradients[frame] != before).sum())


@dataclass(frozen=True)
class Moves:
    """F moments between which one thing changes: a training step is taken, or another image is shown.

    What does not change with the moments has one row instead of F.
    """

    walk: Walk
    sweeping: bool  # over images; else over training steps
    epoch: float  # epochs passed when the images are shown
    images: Array  # (1 or F, 784)
    threes: Array  # (1 or F,) bool
    parts: dict[str, Array]  # (1 or F, numbers)
    hidden: Array  # (F, 30)
    logits: Array  # (F,)
    changed: dict[str, Array]  # (F,) by tensor: "x", "w1", "b1", "w2", "b2", "hidden", "logit"; -1 at first

    @property
    def frames(self) -> int:
        return len(self.logits)

    @property
    def probabilities(self) -> Array:
        """Of a three, (F,)."""
        return torch.from_numpy(self.logits).sigmoid().numpy()

    def total(self, *names: str) -> Array:
        """Changes of several tensors together at every moment after the first, (F-1,)."""
        return np.sum([self.changed[name][1:] for name in names], axis=0)

    @property
    def parameter_changes(self) -> Array:
        return self.total(*SIZES)

    @property
    def activation_changes(self) -> Array:
        return self.total("hidden", "logit")

    def findings(self) -> list[str]:
        learned, calculated = self.parameter_changes, self.activation_changes
        if self.sweeping:
            return [
                f"From one image to the next, **{_range(learned)} of {PARAMETERS:,} :green[parameters] changed**, and "
                f"**{_range(calculated)} of {ACTIVATIONS_OF_NET} :orange[activations]**. {self.frames} images were shown "
                f"to the net as it stood after {counted(self.epoch, 'epoch')}.",
                "Parameters are *learned* and stay in the model; activations are *calculated*, anew for every image.",
            ]
        first, last = self.walk.one_step
        return [
            f"The image stands still: {_range(self.changed['x'][1:])} of 784 pixels changed. A training step changes "
            f":green[parameters], the first one **{first:,} of {PARAMETERS:,}**, the last {last:,}; and so this image's "
            f":orange[activations] are calculated anew: {_range(calculated)} of {ACTIVATIONS_OF_NET} changed.",
            f"{self.walk.never:,} parameters never moved; {self.walk.black:,} of them belong to pixels that are black in "
            "every training image, so their :violet[gradient] is always exactly 0.",
            self._accuracy(),
        ]

    def _accuracy(self) -> str:
        net, linear = float(self.walk.accuracy[-1]), float(self.walk.linear[-1])
        error = standard_error(max(net, linear), self.walk.valid)
        words = f"one standard error on {self.walk.valid:,} images is {error * 100:.1f} points"
        close = abs(net - linear) < 2 * error
        return (
            f"After {counted(self.walk.steps[-1] / self.walk.per_epoch, 'epoch')} the net's :blue[accuracy] is {net:.1%}, the linear "
            f"model's {linear:.1%}: {words}, {'so they cannot be told apart' if close else 'so the difference is real'}."
        )

    def numbers(self) -> dict[str, float]:
        learned, calculated = self.parameter_changes, self.activation_changes
        return {
            "most parameters changed at once": int(learned.max()),
            "most activations changed at once": int(calculated.max()),
            "parameters": PARAMETERS,
            "activations": ACTIVATIONS_OF_NET,
            "last logit": float(self.logits[-1]),
            "accuracy of the net": float(self.walk.accuracy[-1]),
            "accuracy of the linear model": float(self.walk.linear[-1]),
        }

    def table(self) -> dict[str, Array]:
        at = {"image": np.arange(self.frames)} if self.sweeping else {"steps taken": self.walk.steps}
        changed = {f"changed in {name}": counts for name, counts in self.changed.items()}
        hidden = {f"activation {unit}": values for unit, values in enumerate(self.hidden.T)}
        return at | changed | {"logit": self.logits, "probability of a 3": self.probabilities} | hidden


def _range(counts: Array) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def picked(digits: Digits, digit: int, index: int) -> int:
    """The row of the validation set where the `index`-th picture of `digit` stands; they are counted round."""
    rows = (digits.y_valid[:, 0] == (digit == 3)).nonzero()[:, 0]
    return int(rows[index % len(rows)])


def over_steps(found: Walk, digits: Digits, digit: int, index: int) -> Moves:
    """One image, while the training steps are taken."""
    row = picked(digits, digit, index)
    image = digits.x_valid[row].numpy()
    hidden, logits = activations(image, found.parts)
    images = image[None]
    changed = found.changed | {
        "x": changes(np.broadcast_to(images, (len(logits), PIXELS))),
        "hidden": changes(hidden),
        "logit": changes(logits[:, None]),
    }
    threes = np.array([digit == 3])
    return Moves(
        found, False, float(found.steps[-1] / found.per_epoch), images, threes, found.parts, hidden, logits, changed
    )


def over_images(found: Walk, run: Run, digits: Digits, digit: int, index: int, epoch: int) -> Moves:
    """A three, a seven, a three, …, shown to the net as it stood after `epoch` epochs; its numbers counted each time."""
    frame = run.frame_of_epoch(epoch)
    order = (digit, 10 - digit)
    rows = [picked(digits, order[i % 2], index + i // 2) for i in range(SWEEP)]
    images = digits.x_valid[rows].numpy()
    parts = split(run.parameters[[frame]])
    before = {name: numbers.copy() for name, numbers in parts.items()}
    moved: dict[str, list[int]] = {name: [] for name in SIZES}
    answers = []
    for image in images:
        answers.append(activations(image, parts))
        for name, numbers in parts.items():
            moved[name].append(int((numbers != before[name]).sum()) if len(answers) > 1 else -1)
    hidden, logits = (np.concatenate(values) for values in zip(*answers, strict=True))
    changed = {name: np.array(counts) for name, counts in moved.items()}
    changed |= {"x": changes(images), "hidden": changes(hidden), "logit": changes(logits[:, None])}
    threes = digits.y_valid[rows][:, 0].numpy() == 1
    return Moves(found, True, float(run.epochs[frame]), images, threes, parts, hidden, logits, changed)


@dataclass(frozen=True)
class Units:
    """Each hidden unit's part in the answer for one image, over the training."""

    moves: Moves

    @property
    def shares(self) -> Array:
        """Activation times outgoing weight, (F, 30): with b2 they add up to the logit."""
        return self.moves.hidden * self.moves.parts["w2"]

    def findings(self) -> list[str]:
        shares, logit = self.shares[-1], float(self.moves.logits[-1])
        silent = int((self.moves.hidden[-1] == 0).sum())
        top = int(np.abs(shares).argmax())
        toward = "3" if shares[top] > 0 else "7"
        bias = float(self.moves.parts["b2"][-1, 0])
        weight = float(self.moves.parts["w2"][-1, top])
        return [
            f"The logit is a sum: 30 shares and b2, {format_number(shares.sum(), 3)} {'−' if bias < 0 else '+'} {format_number(abs(bias), 3)} = "
            f"**{format_number(logit, 3)}**; the probability is {chance(float(self.moves.probabilities[-1]))} that this "
            f"{'3' if self.moves.threes[0] else '7'} is a 3.",
            f"Unit {top} says most: :orange[activation] {format_number(self.moves.hidden[-1, top], 3)} × :green[weight] "
            f"{format_number(weight, 3)} = {format_number(shares[top], 3)}, towards a {toward}. {silent} of {HIDDEN} units say "
            "nothing about this image: after the ReLU they are 0.",
        ]

    def numbers(self) -> dict[str, float]:
        shares = self.shares[-1]
        return {
            "sum of the shares": float(shares.sum()),
            "b2": float(self.moves.parts["b2"][-1, 0]),
            "logit": float(self.moves.logits[-1]),
            "loudest unit": int(np.abs(shares).argmax()),
            "silent units": int((self.moves.hidden[-1] == 0).sum()),
        }

    def table(self) -> dict[str, Array]:
        last = {"activation": self.moves.hidden[-1], "w2": self.moves.parts["w2"][-1], "share": self.shares[-1]}
        return {"unit": np.arange(HIDDEN), "b1": self.moves.parts["b1"][-1], **last}


def logits_of(images: Tensor, recipe: Recipe, name: DigitsName) -> Tensor:
    """The trained net's logits (n, 1) of images (n, 784)."""
    return simple_net(images, trained(recipe, name).tensors(-1))
