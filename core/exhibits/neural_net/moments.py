"""The net at F moments, and what each moment changes in its numbers: a training step is taken, or an image is shown."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch

from core.arrays import Array
from core.data.digits import Digits, DigitsName, load
from core.exhibits.neural_net.net import SIZES, activations, picked, split, trained
from core.nn.models import HIDDEN, PIXELS
from core.nn.training import Recipe, Run

SHOWN = 61  # moments of the whole training


@dataclass(frozen=True, kw_only=True, eq=False)
class Training:
    """The training of `simple_net` in F moments, and the linear model's accuracy beside it. One for each recipe."""

    recipe: Recipe
    per_epoch: int  # steps
    steps: Array  # (F,) taken so far
    parts: dict[str, Array]  # parameters by tensor, (F, numbers)
    changed: dict[str, Array]  # numbers that differ from the moment before, by tensor, (F,)
    accuracy: Array  # (F,) on the validation digits
    linear_accuracy: Array  # (F,) the linear model's, after as many steps
    valid: int  # images that the accuracies were measured on
    first_step: int  # parameters that the first step changes
    last_step: int  # parameters that the last step recorded changes
    never: int  # parameters that have the same value at every moment of the run
    black: int  # of these, weights of pixels that are black in every training image


@dataclass(frozen=True, kw_only=True)
class Moments:
    """F moments between which one thing changes: a training step is taken, or another image is shown.

    What does not change with the moments has one row instead of F.
    """

    training: Training
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
        """Parameters that change at every moment after the first, (F-1,)."""
        return self.total(*SIZES)

    @property
    def activation_changes(self) -> Array:
        """Activations that change at every moment after the first, (F-1,)."""
        return self.total("hidden", "logit")


def shown_frames(frames: int) -> Array:
    """Which of a run's frames are shown: all at the start, where most happens, and fewer later."""
    if frames <= SHOWN:
        return np.arange(frames)
    return np.unique((np.linspace(0, 1, SHOWN) ** 1.6 * (frames - 1)).round().astype(int))


def changes(rows: Array) -> Array:
    """How many numbers of each row differ from the row before: (F, n) → (F,), -1 for the first, which has none."""
    return np.array([-1, *((after != before).sum() for before, after in pairwise(rows))], np.int32)


@lru_cache(maxsize=4)
def training_in_moments(recipe: Recipe, linear: Recipe, name: DigitsName) -> Training:
    """Train by `recipe` and take the run apart; `linear` is the linear model's recipe."""
    digits, run, linear_run = load(name), trained(recipe, name), trained(linear, name)
    frames = shown_frames(len(run.kept))
    parts = split(run.parameters[frames])
    same = (run.parameters == run.parameters[0]).all(0)
    dark = (digits.x_train == 0).all(0).numpy()
    return Training(
        recipe=recipe,
        per_epoch=run.steps_per_epoch,
        steps=run.kept[frames],
        parts=parts,
        changed={key: changes(rows) for key, rows in parts.items()},
        accuracy=run.valid_accuracy[frames],
        linear_accuracy=np.interp(run.kept[frames], linear_run.kept, linear_run.valid_accuracy),
        valid=len(digits.y_valid),
        first_step=_moved(run, 0),
        last_step=_moved(run, len(run.kept) - 2),
        never=int(same.sum()),
        black=int(same[: SIZES["w1"]].reshape(PIXELS, HIDDEN)[dark].sum()),
    )


def _moved(run: Run, frame: int) -> int:
    """How many parameters the one step after `frame` changes."""
    before = run.parameters[frame]
    return int((before - np.float32(run.recipe.learning_rate) * run.gradients[frame] != before).sum())


def over_steps(training: Training, digits: Digits, digit: int, index: int) -> Moments:
    """One image, while the training steps are taken."""
    image = digits.x_valid[picked(digits, digit, index)].numpy()
    hidden, logits = activations(image, training.parts)
    images = image[None]
    changed = training.changed | {
        "x": changes(np.broadcast_to(images, (len(logits), PIXELS))),
        "hidden": changes(hidden),
        "logit": changes(logits[:, None]),
    }
    return Moments(
        training=training,
        sweeping=False,
        epoch=float(training.steps[-1] / training.per_epoch),
        images=images,
        threes=np.array([digit == 3]),
        parts=training.parts,
        hidden=hidden,
        logits=logits,
        changed=changed,
    )
