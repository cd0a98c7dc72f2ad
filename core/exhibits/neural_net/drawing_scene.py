"""A drawing on its way to 28×28, and what three judges say of it."""

import numpy as np
import torch
from torch.nn.functional import interpolate

from core.exhibits.neural_net.drawing import BOX, FIELD, MIDDLE, Prepared
from core.exhibits.neural_net.judges import Drawn
from core.nn.models import HIDDEN
from core.stage.scene import Panel, Row

SHOWN = 140  # pixels of the drawing as it is shown


def drawn_rows(found: Drawn, arrays: dict[str, np.ndarray]) -> tuple[Row, ...]:
    """Three steps from ink to MNIST's format, then the verdicts; all black and empty where there is nothing to judge."""
    return Row(206, _steps(found, arrays)), Row(200, _verdicts(found, arrays))


def _steps(found: Drawn, arrays: dict[str, np.ndarray]) -> tuple[Panel, ...]:
    side = min(SHOWN, found.ink.shape[0])
    ink = interpolate(found.ink[None, None], side, mode="area") if side < found.ink.shape[0] else found.ink[None, None]
    prepared = found.prepared or Prepared(
        found.ink, (0, 0, 0, 0), torch.zeros(BOX, BOX), torch.zeros(FIELD, FIELD), (MIDDLE, MIDDLE)
    )
    scale = side / found.ink.shape[0]
    arrays |= {
        "ink": ink.numpy(),
        "box": np.array([[0, *(v * scale for v in prepared.box)]], np.float32),
        "fitted": prepared.fitted.numpy()[None, None],
        "placed": prepared.placed.numpy()[None, None],
        "middle": np.array([[0, MIDDLE, MIDDLE, 1, 1]] if found.prepared else [[0] * 5], np.float32),
    }
    pictures: tuple[tuple[str, str, Panel], ...] = (
        ("1 Ink, and its bounding box", "ink", {"box": "box"}),
        ("2 Fitted into 20 × 20", "fitted", {}),
        ("3 Centre of mass in the middle", "placed", {"box": "middle"}),
    )
    return tuple(
        {"kind": "pixels", "title": title, "array": name, "narrowHeight": 190, **extra}
        for title, name, extra in pictures
    )


def _verdicts(found: Drawn, arrays: dict[str, np.ndarray]) -> tuple[Panel, ...]:
    verdict = found.verdict
    arrays |= {
        "distances": np.array(verdict.distances if verdict else [0, 0], np.float32),
        "probabilities": np.array([verdict.linear, verdict.net] if verdict else [0, 0], np.float32),
        "hidden": verdict.hidden if verdict else np.zeros(HIDDEN, np.float32),
        "edges": np.arange(HIDDEN + 1) - 0.5,
    }
    digits = {"digits": 3} if verdict else {}
    return (
        {"kind": "bars", "title": "Distance: the nearer wins", "labels": ["average 3", "average 7"], "heights": "distances",
         "color": "data", "weight": 2, "narrowHeight": 170, **digits},
        {"kind": "bars", "title": "Probability of a 3", "labels": ["linear", "net"], "heights": "probabilities",
         "color": "activations", "yDomain": [0, 1.15], "weight": 2, "narrowHeight": 170, **digits},
        {"kind": "bars", "title": "Calculated for it: the net's 30 units", "edges": "edges", "xLabel": "unit",
         "heights": "hidden", "color": "activations", "weight": 3, "narrowHeight": 190},
    )  # fmt: skip
