"""Speeds on the stage: a bar for each kind of work."""

import numpy as np

from core.device import DEVICES
from core.exhibits.presizing.speed import Speeds
from core.stage.panels import Column, Columns
from core.stage.scene import Row, Scene
from core.words import plain_text


def scene(result: Speeds) -> Scene:
    """Nothing in it moves."""
    rates = np.array([rate.rate for rate in result.rates] or [0.0], np.float32)
    names = [f"{rate.name}, {DEVICES[rate.device]}" for rate in result.rates] or ["nothing yet"]
    column = Column(
        title="pictures a second", values=rates, domain=(0, float(rates.max()) or 1.0), color="metric", digits=3
    )
    return Scene(
        rows=[Row(340, [Columns(names=names, columns=[column])])],
        alt=plain_text("How many pictures a second each kind of work does.", result.findings()),
    )
