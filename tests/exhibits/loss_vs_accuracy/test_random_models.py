"""200 random models: each held against the lesson's own functions, and all against what the notes found."""

from functools import cache

import numpy as np
import pytest

from core.exhibits.loss_vs_accuracy.random_models import RandomModels, experiment, many_models
from core.exhibits.loss_vs_accuracy.settings import CORNER, LIT, Settings
from core.nn.losses import batch_accuracy
from core.nn.models import linear1
from tests.exhibits.loss_vs_accuracy.models import digits, model


@cache
def result(**change: object) -> RandomModels:
    return experiment(Settings(digits="built-in", view="models", **change))  # type: ignore[arg-type]


def test_random_models_are_measured_one_by_one() -> None:
    models = result(seed=900)
    x, y = digits().x_train, digits().y_train
    for seed in (0, 1, 42, 199):
        assert models.accuracies[seed] == pytest.approx(batch_accuracy(linear1(x, model(seed)), y).item(), abs=1e-6)
        assert (models.weights[seed] == model(seed)[0][:, 0].numpy()).all()
    assert models.chosen == pytest.approx(batch_accuracy(linear1(x, model(900)), y).item(), abs=1e-6)
    assert len(models.accuracies) == 200
    assert many_models()[1][7] == model(7)[1]


def test_a_random_model_is_luck_as_the_notes_found() -> None:
    """Claim 13: about one half on average, but spread far more widely than coin tosses are."""
    a = result().accuracies
    assert a.mean() == pytest.approx(0.5, abs=4 * a.std() / np.sqrt(200))
    assert a.std() > 5 * np.sqrt(0.25 / 800)
    assert result().numbers()["sd"] == pytest.approx(np.sqrt(((a - a.mean()) ** 2).mean()))


@pytest.mark.parametrize("pixel", [CORNER, LIT])
def test_numbers_and_table_are_whole(pixel: int) -> None:
    assert all(np.isfinite(value) for value in result(pixel=pixel).numbers().values())
    columns = result(pixel=pixel).table()
    assert len({len(column) for column in columns.values()}) == 1
    assert all(np.isfinite(column).all() for column in columns.values())
