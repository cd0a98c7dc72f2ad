"""Two trainings on the stage: their loss and accuracy, and below them what has become of their numbers."""

import numpy as np

from core.exhibits.cross_entropy.staging import staged
from core.exhibits.cross_entropy.training import TwoLosses, Watched
from core.stage.panels import Curve, Lane, Mark, Series, Table, TableColumn
from core.stage.scene import Row, Scene


def scene(result: TwoLosses) -> Scene:
    """Its time is the steps of both trainings."""
    kept = result.safe.run.kept
    rows = Row(330, [_losses(result), _accuracies(result)]), Row(100, [_table(result)])
    return staged(result, rows, [f"step {step} of {kept[-1]}" for step in kept])


def _trainings(result: TwoLosses) -> tuple[tuple[str, Watched, Lane], ...]:
    """Their names, their runs and how they are drawn."""
    return ("safe", result.safe, "A"), ("naive", result.naive, "B")


def _marks(result: TwoLosses) -> list[Mark]:
    at = result.naive.run.diverged_at
    return [] if at is None else [Mark(x=at, label="naive breaks")]


def _losses(result: TwoLosses) -> Curve:
    steps = np.arange(result.safe.run.steps)
    return Curve(
        title="Loss of each mini-batch",
        x_label="steps",
        at=result.safe.run.kept,
        weight=3,
        marks=_marks(result),
        series=[
            Series(x=steps, y=watched.run.losses, color="loss", label=name, lane=lane)
            for name, watched, lane in _trainings(result)
        ],
    )


def _accuracies(result: TwoLosses) -> Curve:
    kept = result.safe.run.kept
    return Curve(
        title="Accuracy, validation digits",
        x_label="steps",
        at=kept,
        weight=2,
        y_domain=(0, 1),
        marks=_marks(result),
        series=[
            Series(x=kept, y=watched.run.valid_accuracy, color="metric", label=name, lane=lane)
            for name, watched, lane in _trainings(result)
        ],
    )


def _table(result: TwoLosses) -> Table:
    """Both trainings' numbers at each kept step, (F, 2); what is no number is marked as broken."""
    both = result.safe, result.naive
    loss = np.stack([watched.run.valid_loss for watched in both], 1)
    accuracy = np.stack([watched.run.valid_accuracy for watched in both], 1)
    largest = np.stack([watched.largest for watched in both], 1)
    lost = np.stack([watched.lost for watched in both], 1)
    broken = [~np.isfinite(loss), np.zeros(loss.shape, bool), ~np.isfinite(largest), lost > 0]
    return Table(
        head="loss",
        names=["safe", "naive"],
        marks=np.stack(broken, 2) * 2,
        columns=[
            TableColumn(title="loss", array=loss, color="loss"),
            TableColumn(title="accuracy", array=accuracy, decimals=3, color="metric"),
            TableColumn(title="activation", note="the largest", array=largest, color="activations"),
            TableColumn(
                title="parameters lost",
                note=f"of {result.parameters:,}",
                array=lost,
                digits=5,
                color="parameters",
            ),
        ],
    )
