"""Loss and accuracy of three items as one logit moves, each above its slope."""

from core.arrays import Array
from core.exhibits.sigmoid.metric_and_loss import OneLogit
from core.exhibits.sigmoid.staging import point, staged, values_of
from core.stage.panels import Domain, Mark, Plot, PlotCurve, Quantity
from core.stage.scene import Row, Scene

LOGIT = "the third item's logit; its target is 1"


def scene(result: OneLogit) -> Scene:
    """Its time is the third item's logit."""
    x, steepest = result.logit, float(-result.slope.min())
    down = (-1.1 * steepest, 0.15 * steepest)
    loss = _plot("Loss: smooth", (0, 0.55), x, result.loss, "loss")
    metric = _plot("Accuracy of the three: a jump", (0, 1.1), x, result.accuracy, "metric", step=True)
    slope = _plot("The loss's slope: something to follow", down, x, result.slope, "gradient", LOGIT)
    flat = _plot("The accuracy's slope: 0 beside the jump", down, x, 0 * x, "gradient", LOGIT)
    return staged(result, (Row(222, (loss, metric)), Row(232, (slope, flat))), values_of("third logit", x))


def _plot(
    title: str, domain: Domain, x: Array, y: Array, color: Quantity, x_label: str = "", step: bool = False
) -> Plot:
    """A curve over the logit, and the point on it."""
    return Plot(
        title=title,
        at=x,
        x_label=x_label,
        y_domain=domain,
        marks=[Mark(x=0, label="p = 0.5")],
        curves=[PlotCurve(x=x, y=y, color=color, step=step)],
        moving=[point(x, y, color, "here", y)],
    )
