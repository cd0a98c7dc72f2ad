"""The book's table against the book's figures and torch's own softmax."""

import numpy as np
import torch

from core.exhibits.softmax.settings import Settings
from core.exhibits.softmax.table import experiment


def test_the_books_figures_come_out_digit_for_digit():
    torch_state = torch.get_rng_state()
    torch.random.manual_seed(42)
    acts = torch.randn((6, 2)) * 2
    torch.set_rng_state(torch_state)
    result = experiment(Settings(seed=42))
    np.testing.assert_array_equal(result.activations, acts.numpy())
    np.testing.assert_array_equal(result.probabilities, torch.softmax(acts, dim=1).numpy())
    expected = """0.6734 0.2576 0.6025 0.3975 | 0.4689 0.4607 0.5021 0.4979 | -2.2457 -0.3727 0.1332 0.8668
    4.4164 -1.2760 0.9966 0.0034 | 0.9233 0.5347 0.5959 0.4041 | 1.0698 1.6187 0.3661 0.6339""".replace("|", "")
    got = np.concatenate([result.activations, result.probabilities], 1)
    assert [f"{value:.4f}" for value in got.ravel()] == expected.split()
    np.testing.assert_allclose(result.sigmoid, result.probabilities[:, 0], atol=1e-7)
    assert "0.6734, 0.2576" in result.findings()[0]
    assert "0.6025, 0.3975" in result.findings()[0]
