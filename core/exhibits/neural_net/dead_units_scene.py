"""Dead units on the stage: the net with ReLU beside that with leaky ReLU, unit by unit."""

import numpy as np

from core.exhibits.neural_net.dead_units import DeadUnits, NetUnits
from core.exhibits.neural_net.staging import VMAX, staged, weight_pictures
from core.stage.panels import Curve, Lane, Pixels, Series, Tiles
from core.stage.scene import Row, Scene, Time

LANES: tuple[Lane, Lane] = ("A", "B")


def scene(result: DeadUnits) -> Scene:
    """Its time is the epochs."""
    rows = (Row(340, tuple(_units(net) for net in result.nets)), Row(146, (_dead(result), _accuracy(result))))
    return staged(result, rows, Time(at=result.epochs, total=result.recipe.epochs, unit="epoch"), 4.0)


def _units(net: NetUnits) -> Pixels:
    pictures, unit = weight_pictures(net.weights)
    return Pixels(
        title=f"{net.name}: % of training images that light it",
        array=pictures,
        signed=True,
        vmax=VMAX,
        unit=unit,
        tiles=Tiles(text=100 * net.lit, good=net.lit > 0),
        narrow_height=370,
    )


def _dead(result: DeadUnits) -> Curve:
    most = max(5.0, *(float(net.dead.max()) for net in result.nets))
    series = [
        Series(x=result.epochs, y=net.dead.astype(np.float32), label=net.name, color="activations", lane=lane)
        for lane, net in zip(LANES, result.nets, strict=True)
    ]
    return Curve(
        title="Units that no image lights",
        x_label="epochs",
        at=result.epochs,
        y_domain=(-0.04 * most, most),
        series=series,
    )


def _accuracy(result: DeadUnits) -> Curve:
    values = [net.accuracy.astype(np.float32) for net in result.nets]
    series = [
        Series(x=result.epochs, y=accuracy, label=net.name, color="metric", lane=lane)
        for lane, net, accuracy in zip(LANES, result.nets, values, strict=True)
    ]
    low = min(accuracy.min() for accuracy in values) - 0.05
    return Curve(title="Accuracy", x_label="epochs", at=result.epochs, y_domain=(float(low), 1.0), series=series)
