"""Pets from every source: found, named and split by the lesson's rule;
what cannot be used is listed, the rest goes on.
"""

import os
import re
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.data import download, labelled, pets, photographs
from core.data.download import DataError, DownloadError, DownloadStopped
from core.data.labelled import PATTERN, Pets, as_written, breed, is_cat, plain_label
from core.data.photographs import IMAGEWOOF, OXFORD, SYNSETS
from tests.data.making import encoded, laid_out, many, noise
from tests.data.serving import tgz

pytestmark = pytest.mark.usefixtures("home")


OXFORDS = {
    **{f"images/{name}": content for name, content in many().items()},
    "images/._dog0_0.jpg": b"\0\5\x16\7",
    "images/Cat1_3.mat": b"MATLAB",
    "images/notes.txt": b"none",
    "annotations/list.txt": b"Cat1_3 1 1 1",
}


@pytest.fixture
def oxford(home):
    return laid_out(home / "fastai" / "data" / "oxford-iiit-pet", OXFORDS)


# the lesson's rule


def test_the_rule_is_the_books():
    assert breed("great_pyrenees_173.jpg") == "great_pyrenees"
    assert breed("Maine_Coon_12.jpg") == re.findall(PATTERN, "Maine_Coon_12.jpg")[0]
    assert [breed(name) for name in ("beagle.jpg", "beagle_x.jpg", "_1.jpg", "beagle_1.png")] == [None] * 4
    assert is_cat("Maine_Coon_12.jpg")
    assert not is_cat("great_pyrenees_173.jpg")


@given(text=st.text(max_size=80))
def test_labels_from_outside_are_harmless(text):
    label = plain_label(text)
    assert 0 < len(label) <= labelled.LONGEST_LABEL
    assert not set(label) & set('/\\<>&*`$#[]{}|~:;"?!\n\r\t\0\u202e')
    assert label not in (".", "..")
    assert plain_label(label) == label
    assert not re.search(r"www\.", label, re.IGNORECASE)
    assert not re.search(r"(^|[^\w])_|_([^\w]|$)|__", label)
    assert not label.startswith(("-", ".", "'"))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("american_bulldog", "american_bulldog"),
        ("St. Bernard (young)", "St. Bernard (young)"),
        ("Löwchen's", "Löwchen's"),
        ("[here](http://evil.example)", "here (http evil.example)"),
        ("WWW.evil.example", "www evil.example"),
        ("_so_ __very__ *wild*", "so very wild"),
        ("- a list", "a list"),
        ("![x](y)", "x (y)"),
        (":red[x] :material/delete: $x$ `x`", "red x material delete x x"),
        ("abc\u202edef\u3164\u200b", "abc def"),
        ("_", "unnamed"),
    ],
)
def test_labels_from_outside_are_text_in_markdown(text, label):
    assert plain_label(text) == label


@given(text=st.text(max_size=80))
def test_what_a_stranger_wrote_is_shown_as_code(text):
    shown = as_written(text, 40)
    assert shown[0] == shown[-1] == "`"
    assert 0 < len(shown[1:-1]) <= 40
    assert "`" not in shown[1:-1]
    assert shown.isprintable()


def test_what_a_stranger_wrote_is_shown_as_it_stands():
    assert as_written("[x](http://evil.example)") == "`[x](http://evil.example)`"
    assert as_written("  a`b\u202e ") == "`a'b`"
    assert as_written("") == "` `"


@pytest.mark.parametrize("size", [10, 37, 370])
def test_the_split_is_fastais_and_leaves_the_global_generator_alone(size, home):
    from fastai.data.transforms import RandomSplitter

    some = Pets(name="drawn", folder=home, names=tuple(map(str, range(size))), labels=("a",) * size)
    torch.manual_seed(7)
    before = torch.get_rng_state()
    train, valid = pets.split(some)
    assert torch.equal(torch.get_rng_state(), before)
    with torch.random.fork_rng():
        expected = RandomSplitter(valid_pct=0.2, seed=42)(some.names)
    assert [train.tolist(), valid.tolist()] == [list(part) for part in expected]


def test_choices_are_what_resolve_takes():
    for choice in pets.CHOICES:
        assert pets.resolve(choice)[0] == "drawn"
    for other in ("", "Oxford-IIIT Pet", "../drawn"):
        with pytest.raises(ValueError, match="no pets are called"):
            pets.resolve(other)
        with pytest.raises(DataError, match="choose the drawn ones"):
            pets.load(other)


# drawn pets


def test_drawn_pets_are_drawn_when_first_needed(home, monkeypatch):
    monkeypatch.setenv("DOWNHILL_CACHE", str(home / "cache"))
    pets.drawn.cache_clear()
    some = pets.load("drawn")
    assert list(some.folder.iterdir()) == []
    path = some.path(0)
    assert path.name == some.names[0]
    assert [file.name for file in some.folder.iterdir()] == [path.name]
    written = path.stat().st_mtime_ns
    assert some.path(0).stat().st_mtime_ns == written
    Image.open(path).load()
    pets.drawn.cache_clear()


def test_drawn_pets_follow_the_rule_and_say_that_they_are_drawn():
    some = pets.load("drawn")
    assert all(breed(name) == label for name, label in zip(some.names, some.labels, strict=True))
    assert any(map(is_cat, some.vocab))
    assert not all(map(is_cat, some.vocab))
    assert set(some.planted) <= set(some.names)
    assert set(some.planted.values()) <= set(some.vocab)
    assert "drawn by this program: they are no photographs" in pets.describe(some)


# photographs


@pytest.mark.usefixtures("oxford")
def test_what_lies_in_fastais_folder_is_used_as_it_is():
    assert pets.resolve("auto") == ("oxford", None)
    some = pets.load("oxford")
    assert some.names == tuple(sorted(many()))
    assert some.labels == ("Cat1",) * 6 + ("dog0",) * 6
    assert some.vocab == ("Cat1", "dog0")
    assert [some.path(i).read_bytes() for i in range(12)] == [many()[name] for name in some.names]
    assert pets.describe(some) == (
        "12 of the 7,390 photographs of Oxford-IIIT Pet, as they lie in fastai's folder: 2 breeds."
    )
    assert pets.load("oxford") is some


def test_oxfords_names_give_fastai_the_same_labels(oxford):
    from fastai.data.transforms import RegexLabeller, get_image_files

    some = pets.load("oxford")
    label = RegexLabeller(pat=PATTERN)
    files = [file for file in get_image_files(oxford / "images") if not file.name.startswith(".")]
    assert {file.name: label(file.name) for file in files} == dict(zip(some.names, some.labels, strict=True))


def test_the_whole_of_oxford_is_said_to_be(oxford, monkeypatch):
    monkeypatch.setitem(photographs.SETS, "oxford", replace(OXFORD, count=12))
    assert pets.describe(pets.load("oxford")).startswith("12 photographs of Oxford-IIIT Pet")
    assert oxford.is_dir()


def test_a_change_of_the_folder_is_noticed(oxford):
    assert len(pets.load("oxford")) == 12
    (oxford / "images" / "beagle_1.jpg").write_bytes(encoded(noise()))
    (oxford / "images" / "beagle_2.jpg").write_bytes(b"")
    os.utime(oxford / "images", ns=(0, 1))
    some = pets.load("oxford")
    assert len(some) == 13
    assert some.left_out == (("beagle_2.jpg", "This file is empty."),)


@pytest.mark.parametrize("kept", [0, 9])
def test_too_few_photographs_are_not_used(oxford, kept):
    for name in sorted(many())[kept:]:
        (oxford / "images" / name).unlink()
    assert pets.resolve("auto") == ("drawn", None)
    name, note = pets.resolve("oxford")
    assert name == "drawn"
    assert note.endswith("so drawn pets are used.")
    with pytest.raises(DataError, match=f"only {kept} photographs of .* download them, or choose the drawn ones"):
        pets.load("oxford")


def test_photographs_that_are_not_there_are_said_not_to_be():
    assert pets.resolve("auto") == ("drawn", None)
    for name, title in (("oxford", "Oxford-IIIT Pet"), ("imagewoof", "Imagewoof")):
        assert pets.resolve(name) == (
            "drawn",
            f"The photographs of {title} are not on this computer, so drawn pets are used.",
        )


def test_unreadable_settings_of_fastai_are_said_to_be(home):
    (home / "fastai").mkdir()
    (home / "fastai" / "config.ini").write_text("data = data")
    assert pets.resolve("auto") == ("drawn", None)
    assert "settings cannot be read" in pets.resolve("oxford")[1]


def woofs(each: int = 1) -> dict[str, bytes]:
    """Imagewoof's layout: two parts, ten folders, two ways to name a file."""
    files = {f"train/{synset}/{synset}_{n}.JPEG": encoded(noise()) for synset in SYNSETS for n in range(each)}
    files |= {f"val/{synset}/ILSVRC2012_val_0000{n}.JPEG": encoded(noise()) for synset in SYNSETS for n in range(each)}
    return files | {"noisy_imagewoof.csv": b"path", "train/n02086240/._x.JPEG": b""}


def test_imagewoof_has_names_by_the_rule(home):
    laid_out(home / "fastai" / "data" / "imagewoof2-160", woofs())
    assert pets.resolve("imagewoof") == ("imagewoof", None)
    some = pets.load("imagewoof")
    assert some.vocab == tuple(sorted(SYNSETS.values()))
    assert [breed(name) for name in some.names] == list(some.labels)
    assert len(set(some.names)) == len(some) == 20
    assert not any(map(is_cat, some.names))
    for i, label in enumerate(some.labels):
        assert SYNSETS[some.path(i).parent.name] == label
    assert (
        pets.describe(some) == "20 of the 12,954 photographs of Imagewoof, as they lie in fastai's folder: 10 breeds."
    )


# their download


@pytest.fixture
def served(server, monkeypatch):
    """A small Oxford on this machine's own server; what fastai expects of the real one is not asked of it."""
    from fastai.data.external import URLs

    small = replace(OXFORD, count=12, room=1_000_000)
    server.answer = server.send(tgz({f"oxford-iiit-pet/{name}": content for name, content in OXFORDS.items()}))
    monkeypatch.setattr(URLs, "PETS", server.url)
    return partial(photographs.download_photographs, small, lambda *_: None, lambda: False)


def test_a_download_is_used_at_once_and_only_once(served, server, home):
    assert pets.resolve("auto") == ("drawn", None)
    assert served() == served() == home / "fastai" / "data" / "oxford-iiit-pet"
    assert server.requests == 1
    assert pets.resolve("auto") == ("oxford", None)
    assert pets.load("oxford").names == tuple(sorted(many()))


def test_a_download_completes_what_was_there_in_part(served, oxford):
    (oxford / "images" / "dog0_1.jpg").unlink()
    served()
    assert len(pets.load("oxford")) == 12
    assert [path.name for path in sorted(oxford.parent.iterdir())] == ["oxford-iiit-pet", "oxford-iiit-pet.before-1"]


@pytest.mark.parametrize(
    ("taken", "words"), [("images/dog0_1.jpg", "11 pictures instead of 12"), ("images/", "missing")]
)
def test_a_download_that_lacks_pictures_leaves_nothing(served, server, home, taken, words):
    files = {f"oxford-iiit-pet/{name}": content for name, content in OXFORDS.items() if not name.startswith(taken)}
    server.answer = server.send(tgz(files))
    with pytest.raises(DownloadError, match=words):
        served()
    assert list((home / "fastai" / "data").iterdir()) == []


def test_a_download_can_be_stopped_and_leaves_nothing(server, served, home):
    stop = iter([False, False, True, True])
    with pytest.raises(DownloadStopped):
        photographs.download_photographs(OXFORD, lambda *_: None, lambda: next(stop))
    assert server.requests == 1
    assert list((home / "fastai" / "data").iterdir()) == []
    assert served().is_dir()


def test_room_is_checked_before_anything_is_fetched(server, served, monkeypatch):
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(DownloadError, match="has room for 0 MB, but 1 MB are needed"):
        served()
    assert server.requests == 0


def test_what_is_expected_of_the_real_archives_is_what_fastai_expects():
    import fastai.data
    from fastai.data.external import URLs
    from fastdownload import checks_module, read_checks

    expected = read_checks(checks_module(fastai.data))
    for each in (OXFORD, IMAGEWOOF):
        url = getattr(URLs, each.url_name)
        assert expected[url][0] == each.size
        assert url.rsplit("/", 1)[-1] == f"{each.folder_name}.tgz"
