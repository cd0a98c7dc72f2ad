"""A fine-tuning on the stage: lr_find's curve, the training's losses and learning rates, every epoch's accuracy."""

import numpy as np

from core.arrays import Array
from core.exhibits.pet_classifier.fine_tune import Tuning
from core.exhibits.pet_classifier.tuner import FIND
from core.stage.panels import Bars, Curve, Domain, Mark, Series
from core.stage.scene import Row, Scene
from core.words import plain_text

NEAR = 8  # times as large: learning rates whose labels would overlap
RATES: Domain = (1e-6, 10.0)  # of lr_find
NOTHING = np.full(2, np.nan)


def scene(result: Tuning) -> Scene:
    """It has one frame."""
    return Scene(
        rows=(Row(240, (_search(result), _losses(result))), Row(220, (_rates(result), _accuracies(result)))),
        alt=plain_text("fine_tune, mini-batch by mini-batch.", result.findings()),
    )


def _search(result: Tuning) -> Curve:
    """lr_find's curve with its suggestions."""
    rates, losses = _tried(result)
    low, high = 0.0, 4.0
    if len(losses):
        low, high = float(np.nanmin(losses)), min(float(np.nanmax(losses)), 1.5 * float(losses[0]))
    return Curve(
        title="lr_find: loss at ever larger rates",
        x_label="learning rate of the head",
        x_scale="log",
        x_domain=RATES,
        y_domain=(0.95 * low, 1.05 * high),
        marks=_marks(result.search.suggestions) if result.search else [],
        series=[
            Series(
                x=rates if len(rates) else np.array(RATES),
                y=losses if len(losses) else NOTHING,
                label="loss",
                color="loss",
            )
        ],
    )


def _tried(result: Tuning) -> tuple[Array, Array]:
    """Learning rates and losses of lr_find; until fastai has smoothed them, the losses themselves."""
    if search := result.search:
        return np.array(search.rates), np.array(search.losses)
    reports = result.reports(FIND)
    rates = np.array([rate for report in reports for _, rate in report.rates])
    return rates, np.array([loss for report in reports for loss in report.losses])


def _marks(suggestions: dict[str, float]) -> list[Mark]:
    """A line for each suggestion; names of lines that are close together stand in one label."""
    rates: list[float] = []
    labels: list[str] = []
    labelled = 0  # index of the last line with a label
    for name, rate in sorted(suggestions.items(), key=lambda item: item[1]):
        if rates and rate < NEAR * rates[labelled]:
            labels[labelled] += f", {name}"
            labels.append("")
        else:
            labelled = len(labels)
            labels.append(name)
        rates.append(rate)
    return [Mark(x=rate, label=label) for rate, label in zip(rates, labels, strict=True)]


def _steps(result: Tuning) -> tuple[Array, Domain]:
    """The steps so far, since lr_find, and the axis for all of them."""
    reports = result.reports()
    taken = len(result.losses)
    rest = reports[-1].total - reports[-1].done if reports else 0
    steps = np.arange(1, taken + 1) if taken else np.array([0.0, 1.0])
    return steps, (0.0, float(max(taken + rest, 2)))


def _losses(result: Tuning) -> Curve:
    steps, domain = _steps(result)
    losses = result.losses
    return Curve(
        title="Loss of the mini-batches",
        x_label="step",
        x_domain=domain,
        y_domain=None if len(losses) else (0, 4),
        series=[Series(x=steps, y=losses if len(losses) else NOTHING, color="loss")],
    )


def _rates(result: Tuning) -> Curve:
    steps, domain = _steps(result)
    rates = result.rates if len(result.rates) else np.full((2, 2), np.nan)
    of_body = np.where(rates[:, 0] > 0, rates[:, 0], np.nan)
    return Curve(
        title="Learning rates: body frozen, then small",
        x_label="step",
        x_domain=domain,
        y_scale="log",
        y_domain=None if np.isfinite(rates).any() else (1e-6, 1e-1),
        series=[
            Series(x=steps, y=rates[:, 1], label="head", color="parameters"),
            Series(x=steps, y=of_body, label="body", color="parameters", lane="B"),
        ],
    )


def _accuracies(result: Tuning) -> Bars:
    epochs = 1 + result.settings.epochs
    reached = [accuracy for _, accuracy in result.epochs]
    return Bars(
        title="Accuracy on the held-out pictures",
        labels=["frozen", *[f"epoch {i}" for i in range(1, epochs)]],
        heights=np.array(reached + [0.0] * (epochs - len(reached)), np.float32),
        color="metric",
        y_domain=(0, 1.1),
        digits=3 if len(reached) == epochs else 0,
    )
