"""The network of our own is timm's: the same bits from the same pictures, at every size, however they are cut."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from core.nn.backbone import backbone, network_of


@pytest.mark.parametrize("size", [96, 101, 224])
def test_it_gives_what_timms_network_gives(size: int) -> None:
    pixels = np.random.default_rng(size).integers(0, 256, (2, size, size, 3), dtype=np.uint8)
    network = network_of("lite0").eval()
    x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
    with torch.inference_mode():
        deep = network.forward_features(x)
        expected = network.forward_head(deep, pre_logits=True).numpy()
        logits = network(x)
    body = backbone("lite0")
    found = body.features(pixels)
    assert found.shape == (2, 1280)
    np.testing.assert_allclose(found, expected, atol=1e-5 * float(expected.max()))
    np.testing.assert_allclose(found @ body.weight.numpy().T + body.bias.numpy(), logits, atol=1e-4)


def test_it_needs_no_timm() -> None:
    code = "import sys; from core.nn.backbone import backbone; backbone('lite0'); assert 'timm' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
