"""What both scenes share: accuracy and loss of the recorded runs, on the time of the longest."""

from collections.abc import Iterator, Sequence

from core.nn.training import Run
from core.stage.panels import Curve, Lane, Series
from core.stage.scene import Row, Scene, Time
from core.words import plain_text

LANES: tuple[Lane, Lane] = ("A", "B")


def staged(runs: Sequence[Run], findings: Sequence[str], rows: Sequence[Row]) -> Scene:
    """The rows on the time of the longest run, in epochs."""
    longest = longest_of(runs)
    return Scene(
        rows=rows,
        alt=plain_text("Training, epoch by epoch.", findings),
        time=Time(at=longest.epochs, total=longest.recipe.epochs, unit="epoch"),
    )


def longest_of(runs: Sequence[Run]) -> Run:
    """The run of which most frames are kept."""
    return max(runs, key=lambda run: len(run.kept))


def lanes(runs: Sequence[Run]) -> Iterator[tuple[Lane, Run]]:
    """A and B with their runs, or A alone."""
    return zip(LANES, runs, strict=False)


def accuracy(runs: Sequence[Run], names: Sequence[str], dots: Sequence[Series] = ()) -> Curve:
    """The runs' accuracies, under these names, and what else lies on them."""
    lines = [
        Series(x=run.epochs, y=run.valid_accuracy, color="metric", lane=lane, label=f"accuracy, {name}")
        for name, (lane, run) in zip(names, lanes(runs), strict=True)
    ]
    return Curve(
        title="Accuracy on the validation digits",
        x_label="epochs",
        y_domain=(0, 1),
        at=longest_of(runs).epochs,
        series=[*lines, *dots],
    )


def loss(runs: Sequence[Run], names: Sequence[str], dots: Sequence[Series] = ()) -> Curve:
    """As `accuracy`, for their losses."""
    lines = [
        Series(x=run.epochs, y=run.valid_loss, color="loss", lane=lane, label=f"loss, {name}")
        for name, (lane, run) in zip(names, lanes(runs), strict=True)
    ]
    return Curve(
        title="Loss on the validation digits",
        x_label="epochs",
        at=longest_of(runs).epochs,
        series=[*lines, *dots],
    )
