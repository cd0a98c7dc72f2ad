"""The layers, counted as torch counts them, and fastai's own words."""

import torch

from core.exhibits.neural_net.settings import SUMMARY
from core.exhibits.neural_net.summary import Text, begin, join, lesson_model
from tests.exhibits.neural_net.results import begun, result, settings_of


def test_layers_are_counted_as_torch_counts_them() -> None:
    summary = begun(view=SUMMARY)
    counted = [sum(p.numel() for p in layer.parameters()) for layer in lesson_model()]
    assert [layer.parameters for layer in summary.layers] == counted == [23_550, 0, 31]
    assert [layer.shape for layer in summary.layers] == [(16, 30), (16, 30), (16, 1)]
    assert summary.linear.parameters == 785
    assert "**23,581**" in summary.findings()[0]


def test_making_a_model_does_not_move_torchs_generator() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    begin(settings_of(view=SUMMARY))
    assert torch.equal(torch.rand(1), expected)


def test_fastai_says_what_the_page_says() -> None:
    texts = result(view=SUMMARY).texts
    assert [text.code for text in texts] == ["learn.model", "learn.summary()"]
    assert texts[0].answer == repr(lesson_model())
    assert "Total params: 23,581" in texts[1].answer
    assert "23550" in texts[1].answer


def test_what_a_job_brings_is_joined() -> None:
    start = begun(view=SUMMARY)
    joined = join(start, [Text("learn.model", "Sequential()")])
    assert joined.texts[0].answer == "Sequential()"
    assert start.texts == ()
