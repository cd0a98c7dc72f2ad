"""All activations on one task, on the stage: where each stands, step by step."""

import numpy as np

from core.exhibits.relu.any_curve import grid, target
from core.exhibits.relu.settings import SINE
from core.exhibits.relu.staging import staged, steps_taken
from core.exhibits.relu.which_one import Comparison
from core.nn.activations import NAMES
from core.stage.panels import Bars, Curve, Line, Lines, Series
from core.stage.scene import Row, Scene


def scene(result: Comparison) -> Scene:
    """Its time is the steps taken."""
    rows: tuple[Row, ...]
    if result.task == SINE:
        rows = (Row(188, (_losses(result),)), Row(264, (_fit(result), _loss_curves(result))))
    else:
        rows = (Row(150, (_losses(result),)), Row(150, (_accuracies(result),)), Row(170, (_loss_curves(result),)))
    return staged(result, rows, steps_taken(result.trained[0].kept))


def _names(result: Comparison) -> list[str]:
    return [NAMES[each.key] for each in result.trained]


def _chosen(result: Comparison) -> int:
    """The place of the activation to look at, ReLU's while that one is not trained yet."""
    keys = [each.key for each in result.trained]
    return keys.index(result.chosen) if result.chosen in keys else 0


def _losses(result: Comparison) -> Bars:
    heights = np.stack([each.middle for each in result.trained], 1)
    last = heights[-1]
    return Bars(
        title=f"Loss, the median of {len(result.plan.seeds)} starts",
        labels=_names(result),
        heights=heights,
        color="loss",
        digits=2,
        highlight=_chosen(result),
        y_domain=(0, 1.16 * float(last[np.isfinite(last)].max(initial=1e-3))),
    )


def _accuracies(result: Comparison) -> Bars:
    return Bars(
        title="Accuracy on 200 validation digits, the mean of the starts",
        labels=_names(result),
        heights=np.stack([each.accuracy.mean(1) for each in result.trained], 1),
        color="metric",
        digits=3,
        highlight=_chosen(result),
        y_domain=(0, 1.16),
    )


def _loss_curves(result: Comparison) -> Curve:
    """The chosen one last, so that it lies on top."""
    kept, chosen = result.trained[0].kept, _chosen(result)
    series = [
        Series(
            x=kept,
            y=each.middle,
            label=NAMES[each.key] if i == chosen else "",
            color="loss",
            faint=i != chosen,
        )
        for i, each in enumerate(result.trained)
    ]
    return Curve(
        title="Loss, step by step (thin: the others)",
        x_label="steps taken",
        at=kept,
        y_scale="log",
        series=[*series[:chosen], *series[chosen + 1 :], series[chosen]],
    )


def _fit(result: Comparison) -> Lines:
    x = grid()
    chosen = result.trained[_chosen(result)]
    places = x[:, 0].numpy()
    line = Line(x=places, y=chosen.outputs, color="activations", label=NAMES[chosen.key])
    return Lines(
        title=f"What it makes of the sine, seed {result.plan.seeds[0]}",
        points=(places, target("sine", x)[:, 0].numpy()),
        points_label="sine",
        y_domain=(-1.5, 1.5),
        lines=[line],
    )
