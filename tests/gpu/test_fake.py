"""Where torch itself says that an operation's tensors must lie: its fake tensors carry a device and shapes, no numbers.

Fake tensors know the rules of torch's own kernels, and need no card. What asks them for a number ends there, and
fastai's kinds of tensor cannot be fake, so these are the steps alone; tests/gpu/test_pretended.py runs whole paths.
"""

from collections.abc import Iterator
from typing import get_args

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from core.nn import head
from core.nn.backbone import backbone
from core.nn.kernels import DeviceKernel
from core.nn.models import ModelName, init_params
from core.nn.surfaces import first_layer, linear_rows, sums_over_images

pytestmark = pytest.mark.skipif(not torch.backends.cuda.is_built(), reason="this PyTorch is built without CUDA")


@pytest.fixture
def fake() -> Iterator[FakeTensorMode]:
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        yield mode


@pytest.mark.parametrize("model", get_args(ModelName))
@pytest.mark.usefixtures("fake")
def test_a_step_of_training(model: ModelName) -> None:
    kernel = DeviceKernel("cuda", init_params(model, "uniform", 1), torch.empty(50, 784))
    rows, out = kernel.place(torch.randperm(50))[:16], kernel.place(torch.empty(16))
    for batch in (rows, slice(0, 16)):
        assert kernel.gradient(batch, kernel.place(torch.ones(16)), out).device.type == "cuda"
        kernel.descend(0.1)
    assert kernel.parameters.device.type == "cuda"


@pytest.mark.usefixtures("fake")
def test_rows_of_a_surface() -> None:
    x, threes = torch.empty(50, 784, device="cuda"), torch.empty(50, device="cuda")
    bottom = first_layer(x, torch.empty(3, 784, 1, device="cuda"), torch.empty(3, 1, device="cuda"))
    a = torch.empty(5, device="cuda")
    sums = sums_over_images(linear_rows(bottom[:, 0], a, a), threes, 5, ("loss", "accuracy"))
    assert (sums.device.type, sums.dtype) == ("cpu", torch.float64)


@pytest.mark.usefixtures("fake")
def test_a_step_of_a_head() -> None:
    settings = head.HeadSettings(hidden=8, weight_decay=0.1)
    parameters = [p.to("cuda") for p in head.first_parameters(20, 3, settings)]
    x, y = torch.empty(16, 20, device="cuda"), torch.zeros(16, dtype=torch.int64, device="cuda")
    assert head.sgd_step(x, y, parameters, settings).device.type == "cuda"
    assert head.frame(x, y, parameters).predicted.device.type == "cuda"


def test_a_body() -> None:
    body = backbone("untrained").body
    with FakeTensorMode(allow_non_fake_inputs=True) as fake:
        parameters = {name: fake.from_tensor(tensor).to("cuda") for name, tensor in body.state_dict().items()}
        there = torch.func.functional_call(body, parameters, (torch.empty(2, 3, 64, 64, device="cuda"),))
    assert (there.shape, there.device.type) == ((2, 1280), "cuda")


@pytest.mark.usefixtures("fake")
def test_a_mix_is_found() -> None:
    with pytest.raises(RuntimeError, match="device"):
        torch.empty(3, 4, device="cuda") @ torch.empty(4, 3)
