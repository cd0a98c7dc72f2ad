"""A fine-tuning on the stage: lr_find's curve, the training's losses and learning rates, every epoch's accuracy."""

import numpy as np

from core.arrays import Array
from core.exhibits.pet_classifier.fine_tune import Tuning
from core.exhibits.pet_classifier.tuner import FIND, TRIES
from core.stage.panels import Bars, Curve, Domain, Mark, Panel, Series
from core.stage.scene import Row, Scene
from core.stage.to_come import to_come
from core.words import plain_text

NEAR = 8  # times as large: learning rates whose labels would overlap
RATES: Domain = (1e-6, 10.0)  # of lr_find


def scene(result: Tuning) -> Scene:
    """It has one frame."""
    return Scene(
        rows=(Row(240, (_search(result), _losses(result))), Row(220, (_rates(result), _accuracies(result)))),
        alt=plain_text("fine_tune, mini-batch by mini-batch.", result.findings()),
    )


def _search(result: Tuning) -> Panel:
    """lr_find's curve with its suggestions."""
    rates, losses = _tried(result)
    title = "lr_find: loss at ever larger rates"
    if not len(losses):
        return to_come(title, f"{TRIES} mini-batches, each at a larger learning rate, until the loss shoots up.")
    low, high = float(np.nanmin(losses)), min(float(np.nanmax(losses)), 1.5 * float(losses[0]))
    return Curve(
        title=title,
        x_label="learning rate of the head",
        x_scale="log",
        x_domain=RATES,
        y_domain=(0.95 * low, 1.05 * high),
        marks=_marks(result.search.suggestions) if result.search else [],
        series=[
            Series(
                x=rates,
                y=losses,
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
    last, taken = result.reports()[-1], len(result.losses)
    return np.arange(1, taken + 1), (0.0, float(max(taken + last.total - last.done, 2)))


def _losses(result: Tuning) -> Panel:
    title = "Loss of the mini-batches"
    if not len(result.losses):
        return to_come(title, "Then the training itself: the loss of every mini-batch, first with the body frozen.")
    steps, domain = _steps(result)
    return Curve(
        title=title,
        x_label="step",
        x_domain=domain,
        series=[Series(x=steps, y=result.losses, color="loss")],
    )


def _rates(result: Tuning) -> Panel:
    title = "Learning rates: body frozen, then small"
    rates = result.rates
    if not len(rates):
        return to_come(title, "How large the steps are, of the head and, once it is unfrozen, of the body.")
    steps, domain = _steps(result)
    of_body = np.where(rates[:, 0] > 0, rates[:, 0], np.nan)
    return Curve(
        title=title,
        x_label="step",
        x_domain=domain,
        y_scale="log",
        series=[
            Series(x=steps, y=rates[:, 1], label="head", color="parameters"),
            Series(x=steps, y=of_body, label="body", color="parameters", lane="B"),
        ],
    )


def _accuracies(result: Tuning) -> Panel:
    title = "Accuracy on the held-out pictures"
    epochs = 1 + result.settings.epochs
    reached = [accuracy for _, accuracy in result.epochs]
    if not reached:
        return to_come(title, "A bar for every epoch, as soon as it has ended.")
    return Bars(
        title=title,
        labels=["frozen", *[f"epoch {i}" for i in range(1, epochs)]],
        heights=np.array(reached + [0.0] * (epochs - len(reached)), np.float32),
        color="metric",
        y_domain=(0, 1.1),
        digits=3 if len(reached) == epochs else 0,
    )
