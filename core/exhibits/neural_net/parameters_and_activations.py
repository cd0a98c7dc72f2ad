"""A net taken apart into what is learned and what is calculated: which of its numbers change, and when (chapter 4)."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.neural_net.moments import Moments, Training, changes, over_steps, training_in_moments
from core.exhibits.neural_net.net import (
    ACTIVATIONS_OF_NET,
    PARAMETERS,
    SIZES,
    activations,
    counted,
    linear_recipe,
    net_recipe,
    picked,
    split,
    standard_error,
    trained,
)
from core.exhibits.neural_net.settings import IMAGES, Settings
from core.nn.training import Run

SWEEP = 40  # images that are shown one after the other


@dataclass(frozen=True)
class Changes:
    """What changes from moment to moment."""

    moments: Moments

    def findings(self) -> list[str]:
        moments, training = self.moments, self.moments.training
        learned, calculated = moments.parameter_changes, moments.activation_changes
        if moments.sweeping:
            return [
                f"From one image to the next, **{_range(learned)} of {PARAMETERS:,} :green[parameters] changed**, and "
                f"**{_range(calculated)} of {ACTIVATIONS_OF_NET} :orange[activations]**. {moments.frames} images were "
                f"shown to the net as it stood after {counted(moments.epoch, 'epoch')}.",
                "Parameters are *learned* and stay in the model; activations are *calculated*, anew for every image.",
            ]
        return [
            f"The image stands still: {_range(moments.changed['x'][1:])} of 784 pixels changed. A training step "
            f"changes :green[parameters], the first one **{training.first_step:,} of {PARAMETERS:,}**, the last "
            f"{training.last_step:,}; and so this image's :orange[activations] are calculated anew: "
            f"{_range(calculated)} of {ACTIVATIONS_OF_NET} changed.",
            f"{training.never:,} parameters never moved; {training.black:,} of them belong to pixels that are black in "
            "every training image, so their :violet[gradient] is always exactly 0.",
            self._accuracy(),
        ]

    def _accuracy(self) -> str:
        training = self.moments.training
        net, linear = float(training.accuracy[-1]), float(training.linear_accuracy[-1])
        error = standard_error(max(net, linear), training.valid)
        close = abs(net - linear) < 2 * error
        epochs = counted(training.steps[-1] / training.per_epoch, "epoch")
        return (
            f"After {epochs} the net's :blue[accuracy] is {net:.1%}, the linear model's {linear:.1%}: one standard "
            f"error on {training.valid:,} images is {error * 100:.1f} points, "
            f"{'so they cannot be told apart' if close else 'so the difference is real'}."
        )

    def numbers(self) -> Numbers:
        moments, training = self.moments, self.moments.training
        return {
            "most parameters changed at once": int(moments.parameter_changes.max()),
            "most activations changed at once": int(moments.activation_changes.max()),
            "parameters": PARAMETERS,
            "activations": ACTIVATIONS_OF_NET,
            "last logit": float(moments.logits[-1]),
            "parameters changed by the first step": training.first_step,
            "parameters that never moved": training.never,
            "of these, weights of pixels that are always black": training.black,
            "steps in an epoch": training.per_epoch,
            "most steps between two moments": int(np.diff(training.steps).max()),
            "epochs of training": float(training.steps[-1] / training.per_epoch),
            "accuracy of the net": float(training.accuracy[-1]),
            "accuracy of the linear model": float(training.linear_accuracy[-1]),
        }

    def table(self) -> Table:
        moments = self.moments
        at = {"image": np.arange(moments.frames)} if moments.sweeping else {"steps taken": moments.training.steps}
        changed = {f"changed in {name}": counts for name, counts in moments.changed.items()}
        hidden = {f"activation {unit}": values for unit, values in enumerate(moments.hidden.T)}
        return at | changed | {"logit": moments.logits, "probability of a 3": moments.probabilities} | hidden


def _range(counts: Array) -> str:
    low, high = int(counts.min()), int(counts.max())
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def over_images(training: Training, run: Run, digits: Digits, *, digit: int, index: int, epoch: int) -> Moments:
    """A three, a seven, a three, …, shown to the net as it stood after `epoch` epochs, its numbers counted anew."""
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
    return Moments(
        training=training,
        sweeping=True,
        epoch=float(run.epochs[frame]),
        images=images,
        threes=digits.y_valid[rows][:, 0].numpy() == 1,
        parts=parts,
        hidden=hidden,
        logits=logits,
        changed=changed,
    )


def experiment(settings: Settings) -> Changes:
    """One image over the training steps, or many images shown to one net."""
    digits, recipe = load(settings.digits), net_recipe(settings)
    training = training_in_moments(recipe, linear_recipe(settings), settings.digits)
    if settings.moves != IMAGES:
        return Changes(over_steps(training, digits, settings.digit, settings.index))
    run = trained(recipe, settings.digits)
    moments = over_images(training, run, digits, digit=settings.digit, index=settings.index, epoch=settings.epoch)
    return Changes(moments)


def how_many_change(result: Changes) -> str:
    """The answer to the page's question: how many parameters another image changes."""
    most = int(result.moments.parameter_changes.max())
    return "none" if most == 0 else "all of them" if most == PARAMETERS else "some of them"
