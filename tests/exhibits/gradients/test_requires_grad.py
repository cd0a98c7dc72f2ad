"""Lines of Python with what PyTorch answers, each held against what it really does; and their scene."""

import pytest
import torch

from core.exhibits.gradients.requires_grad import session
from core.stage.panels import Steps
from tests.exhibits.gradients.results import result, scene
from tests.stage.panels import panels


def test_grad_is_none_before_backward_and_a_function_cannot_be_marked() -> None:
    lines = {line.code: line for line in session("in place").lines}
    grads = [line.answer for line in session("in place").lines if line.code == "w.grad"]
    assert grads == ["None", "tensor(6.)"]
    assert lines["f.requires_grad_()"].failed
    assert lines["f.requires_grad_()"].answer.startswith("AttributeError: 'function' object")


def test_a_step_on_a_leaf_raises_what_pytorch_raises() -> None:
    w = torch.tensor(3.0).requires_grad_()
    with pytest.raises(RuntimeError) as caught:
        w -= 0.1
    step = session("in place").lines[7]
    assert step.failed
    assert step.answer == f"RuntimeError: {str(caught.value).rstrip('.')}."
    assert session("in place").lines[8].answer == "tensor(3., requires_grad=True)"


def test_no_grad_mends_it_and_rebinding_loses_the_gradient() -> None:
    mended = [line for line in session("no_grad").lines if line.failed]
    assert [line.code for line in mended] == ["f.requires_grad_()"]
    assert session("no_grad").lines[-1].answer == "tensor(4.8000)"
    assert session("rebind").lines[-1].answer == "None"
    assert [line.answer for line in session("rebind").lines if line.code == "w.is_leaf"] == ["False"]
    again = session("again").lines
    assert again[7].failed
    assert "second time" in again[7].answer
    assert again[-1].answer == "tensor(12.)"


def test_the_lit_line_is_the_one_that_runs() -> None:
    (panel,) = panels(scene(view="session", how="no_grad"), Steps)
    assert panel.active.tolist() == list(range(len(panel.steps)))
    assert [step.code for step in panel.steps] == [line.code for line in result(view="session", how="no_grad").lines]
