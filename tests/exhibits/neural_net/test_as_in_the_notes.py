"""`simple_net` as the notes have it: its shapes, and what gets no gradient."""

import torch

from core.exhibits.neural_net.as_in_the_notes import lesson_lines
from core.exhibits.neural_net.settings import SUMMARY
from core.nn.models import init_params, simple_net
from tests.exhibits.neural_net.results import digits, result


def test_simple_net_as_the_notes_have_it() -> None:
    noted = result(view=SUMMARY, version="notes")
    assert noted.notes[-1][1] == (16, 30)
    assert noted.notes[1][1] == (30,)
    assert noted.lesson[-1][1] == (16, 1)
    assert noted.learning == {"w1": (True, True), "b1": (True, True), "w2": (True, False), "b2": (True, False)}
    parameters = init_params("relu", "uniform", 42)
    xb = digits().x_train[:4]
    *_, (_, output) = lesson_lines(xb, *parameters)
    assert torch.allclose(output, simple_net(xb, parameters))
