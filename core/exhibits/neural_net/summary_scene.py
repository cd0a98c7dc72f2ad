"""What is inside a model, on the stage: layer by layer, with the shapes and the number of parameters."""

import numpy as np

from core.arrays import Array
from core.exhibits.neural_net.staging import staged
from core.exhibits.neural_net.summary import Layer, Summary
from core.stage.panels import Bars, LivingNumber, Step, Steps
from core.stage.scene import Row, Scene


def scene(result: Summary) -> Scene:
    """It stands still."""
    counts = result.counts.astype(np.float32)[None]
    return staged(result, (Row(150, (_layers(result, counts),)), Row(200, (_bars(result, counts),))))


def _layers(result: Summary, counts: Array) -> Steps:
    return Steps(
        title="nn.Sequential, with a mini-batch of 16 on its way through",
        active=np.array([-1]),
        steps=[
            Step(
                name=f"layer {i}",
                code=layer.code,
                shapes=f"→ {layer.shape}",
                formula=_formula(layer, LivingNumber(value=counts, at=i, color="parameters", digits=5)),
            )
            for i, layer in enumerate(result.layers)
        ],
        narrow_height="auto",
    )


def _formula(layer: Layer, total: LivingNumber) -> list[str | LivingNumber]:
    if not layer.parameters:
        return ["no parameters: it only calculates"]
    biases = f"{layer.biases:,} {'bias' if layer.biases == 1 else 'biases'}"
    return [f"{layer.weights:,} weights + {biases} = ", total, " parameters"]


def _bars(result: Summary, counts: Array) -> Bars:
    return Bars(
        title="Parameters of each layer, and of the linear model",
        labels=[f"layer {i}" for i in range(len(result.layers))] + ["linear model"],
        heights=counts,
        color="parameters",
        digits=5,
    )
