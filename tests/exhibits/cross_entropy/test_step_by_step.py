"""The table's steps against the book's figures, torch's cross-entropy and plain loops; its cells appear in order."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.functional import cross_entropy, nll_loss

from core.exhibits.cross_entropy.settings import Settings
from core.exhibits.cross_entropy.step_by_step import Picked, experiment
from core.exhibits.cross_entropy.step_by_step_scene import scene
from core.stage.panels import Table
from tests.stage.panels import panels


def table_of(result: Picked) -> Table:
    (table,) = panels(scene(result), Table)
    return table


def test_the_book_s_table_to_its_last_digit():
    torch.manual_seed(42)
    acts = torch.randn((6, 2)) * 2
    result = experiment(Settings())
    assert np.array_equal(result.activations, acts.numpy())
    assert result.targets.tolist() == [0, 1, 0, 1, 1, 0]
    assert np.round(result.picked, 4).tolist() == pytest.approx([0.6025, 0.4979, 0.1332, 0.0034, 0.4041, 0.3661])
    assert np.round(result.losses, 4).tolist() == pytest.approx([0.5067, 0.6973, 2.0160, 5.6958, 0.9062, 1.0048])
    assert round(result.loss, 4) == 1.8045


@given(classes=st.sampled_from([2, 3, 5]), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_the_steps_are_torch_s_cross_entropy(classes, seed):
    result = experiment(Settings(classes=classes, seed=seed))
    acts, targ = torch.from_numpy(result.activations), torch.from_numpy(result.targets)
    assert torch.from_numpy(result.losses).allclose(cross_entropy(acts, targ, reduction="none"), rtol=1e-5, atol=1e-6)
    assert result.library["cross_entropy"] == pytest.approx(nn.CrossEntropyLoss()(acts, targ).item())
    assert result.library["log_softmax, nll_loss"] == pytest.approx(result.loss, rel=1e-5)
    assert result.probabilities.sum(1) == pytest.approx(np.ones(6), abs=1e-6)
    plain = [row[target] for row, target in zip(result.probabilities, result.targets, strict=True)]
    assert result.picked.tolist() == plain


def test_without_the_log_it_is_nll_loss_on_plain_softmax():
    result = experiment(Settings(log=False))
    expected = nll_loss(torch.from_numpy(result.activations).softmax(1), torch.from_numpy(result.targets)).item()
    assert result.loss == pytest.approx(expected)
    assert round(result.loss, 4) == -0.3345
    assert "−0.3345" in " ".join(result.findings())


def test_without_the_sign_the_loss_has_no_floor():
    result = experiment(Settings(sign=False))
    assert (result.losses <= 0).all()
    assert result.loss == pytest.approx(-experiment(Settings()).loss)
    assert "worse without end" in " ".join(result.findings())


@given(seed=st.integers(0, 999))
@settings(max_examples=30, deadline=None)
def test_where_is_the_index_for_two_classes_and_wrong_for_every_target_above_one(seed):
    two = experiment(Settings(classes=2, seed=seed))
    assert np.array_equal(two.picked, two.by_where)
    assert two.wrongly_picked == 0
    five = experiment(Settings(classes=5, seed=seed))
    differs = five.picked != five.by_where
    assert np.array_equal(differs, five.targets > 1)
    assert five.wrongly_picked == differs.sum()


@pytest.mark.parametrize("change", [{}, {"classes": 3}, {"log": False}, {"sign": False}])
def test_cells_appear_one_a_frame_and_after_what_they_are_made_of(change):
    result = experiment(Settings(**change))
    table = table_of(result)
    rows = len(table.names)
    for column in table.columns:
        for r in range(rows):
            sources = [int(column.of[r])] if isinstance(column.of, np.ndarray) else column.of
            shown = column.from_ + r * column.each
            assert all(shown > table.columns[i].from_ + r * table.columns[i].each for i in sources)
    last = max(column.from_ for column in table.columns) + rows
    assert table.foot.from_ == last == scene(result).frames - 1


def test_the_index_lights_the_probability_that_it_picks():
    table = table_of(experiment(Settings(classes=5)))
    (picked,) = (column for column in table.columns if column.title == "picked")
    for r, source in enumerate(picked.of):
        assert table.columns[source].array[r] == picked.array[r]
