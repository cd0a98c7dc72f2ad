"""The three judges: their verdicts and records held against the models themselves."""

import numpy as np
import pytest

from core.exhibits.neural_net.judges import judge
from core.nn.models import linear1, simple_net
from core.nn.pixel_similarity import average_digits
from tests.exhibits.neural_net.results import by, digits


def test_a_verdict_is_what_the_models_say() -> None:
    x_valid = digits().x_valid
    unsure = simple_net(x_valid, by().net)[:, 0].abs().argmin()  # where a sigmoid still tells logits apart
    picture = x_valid[unsure].view(28, 28)
    verdict, x = judge(picture, by()), picture.reshape(1, -1)
    mean3, mean7 = average_digits("built-in")
    assert verdict.distances == pytest.approx(((x - mean3).abs().mean().item(), (x - mean7).abs().mean().item()))
    assert verdict.linear == pytest.approx(linear1(x, by().linear).sigmoid().item())
    assert verdict.net == pytest.approx(simple_net(x, by().net).sigmoid().item())
    _, _, w2, b2 = by().net
    logit = float(verdict.hidden @ w2[:, 0].numpy()) + b2.item()
    assert verdict.net == pytest.approx(1 / (1 + np.exp(-logit)), abs=1e-4)


def test_the_judges_records_are_counted_one_by_one() -> None:
    right = dict.fromkeys(by().accuracy, 0)
    for x, y in zip(digits().x_valid, digits().y_valid[:, 0].tolist(), strict=True):
        for name, vote in judge(x.view(28, 28), by()).votes.items():
            right[name] += vote == ("3" if y else "7")
    assert {name: count / 200 for name, count in right.items()} == pytest.approx(by().accuracy)
