"""The units' shares: they add up to the logit, and stand under the units' pictures."""

import numpy as np
import pytest

from core.exhibits.neural_net.settings import UNITS
from core.stage.panels import BarsBox, Flow, Pixels
from tests.exhibits.neural_net.results import result, scene
from tests.stage.panels import panels


def test_shares_add_up_to_the_logit() -> None:
    units = result(view=UNITS, digit=7, index=5)
    total = units.shares.sum(1) + units.moments.parts["b2"][:, 0]
    assert total == pytest.approx(units.moments.logits, abs=1e-4)
    top = int(np.abs(units.shares[-1]).argmax())
    assert f"Unit {top} says most" in units.findings()[1]
    assert f"{(units.moments.hidden[-1] == 0).sum()} of 30 units say" in units.findings()[1]


def test_shares_stand_under_the_units_pictures() -> None:
    one, units = scene(view=UNITS), result(view=UNITS)
    (pixels,), (flow,) = panels(one, Pixels), panels(one, Flow)
    assert pixels.tiles is not None
    assert pixels.tiles.text is units.shares
    assert units.shares.shape == (one.frames, 30)
    assert units.shares == pytest.approx(units.moments.hidden * units.moments.parts["w2"])
    bars = {box.title: box.bars for box in flow.boxes if isinstance(box, BarsBox)}
    assert bars["= share"] is units.shares
