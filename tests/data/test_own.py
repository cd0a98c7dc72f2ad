"""A person's own pictures: labelled rightly, mended where needed; what is useless is listed,
what is dangerous refused.
"""

import gc
from itertools import islice

import numpy as np
import pytest
from PIL import Image

from core.data import own, pets, room
from core.data.download import DataError
from core.data.labelled import breed
from core.data.own import MOST_LABELS, ZipOnDisk, read_zip
from core.data.pictures import open_rgb
from tests.data.making import brought, encoded, laid_out, many, noise, rotated, zipped

pytestmark = pytest.mark.usefixtures("home")


def left_behind(home) -> list[str]:
    return sorted(path.name for path in (home / "temporary").iterdir() if path.suffix != ".lock")


def own_names(files: dict[str, bytes]) -> dict[str, str]:
    some = brought(zipped(files))
    return dict(zip(some.names, some.labels, strict=True))


def test_pictures_are_labelled_by_their_names():
    assert own_names(many()) == {name: breed(name) for name in sorted(many())}
    assert own_names({f"pets/{name}": content for name, content in many().items()}) == own_names(many())


def test_pictures_in_several_folders_are_labelled_by_these():
    files = {f"all/{kind}/IMG_{n}.png": encoded(noise(), "PNG") for kind in ("Bella", "max*") for n in range(40, 46)}
    assert own_names(files) == {f"{kind}_{n}.jpg": kind for kind in ("Bella", "max") for n in range(1, 7)}
    split = {f"{part}/{name}": content for part in ("train", "valid") for name, content in many().items()}
    assert (
        own_names({k: v for k, v in split.items() if k.startswith("train") or "Cat" not in k}).keys() == many().keys()
    )


DISGUISED = {
    "dog9_1.jpg": encoded(noise(), "GIF"),
    "dog9_2.jpg": encoded(noise(), "PNG"),
    "dog9_3.jpg": encoded(noise().convert("CMYK"), quality=95),
    "dog9_4.jpg": encoded(Image.fromarray(np.full((3, 3), 40000, np.uint16)), "PNG"),
    "dog9_5.jpg": encoded(Image.new("RGB", (1, 1)), "PNG"),
    "dog9_6.jpg": rotated(noise(), 6),
    "dog9_7.jpg": encoded(Image.new("RGB", (20_000, 100))),
    "dog9_8.TIFF": encoded(noise(), "TIFF"),
}
SIZES = [(40, 30), (40, 30), (40, 30), (3, 3), (1, 1), (30, 40), (1024, 5), (40, 30)]
USELESS = {
    "dog9_9.jpg": (b"", "is not a JPEG"),
    "dog9_10.jpg": (b"PK\3\4", "is not a JPEG"),
    "inner.zip": (zipped(many()), "is not a JPEG"),
    "notes.txt": (b"hello", "is not a JPEG"),
    "dog9_11.jpg": (encoded(noise(300, 300))[:900], "damaged or cut short"),
    "dog9_12.jpg": (encoded(Image.new("1", (9000, 9000)), "PNG"), "more than 40 million"),
    "picture.jpg": (encoded(noise()), "Nothing tells its breed"),
    "DOG9_1.JPG": (encoded(noise()), "Another picture has the same name"),
    "x" * 1000 + "_1.jpg": (encoded(noise()), "more than 300 characters"),
}


def test_disguised_pictures_are_read_rightly_and_useless_files_listed():
    files = many() | DISGUISED | {name: content for name, (content, _) in USELESS.items()}
    some = brought(zipped(files))
    assert len(some) == len(many()) + len(DISGUISED)
    for i, (label, name) in enumerate(zip(some.labels, some.names, strict=True)):
        with Image.open(some.path(i)) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert image.getexif().get(0x0112, 1) == 1
            if label == "dog9":
                assert image.size == SIZES[int(breed(name) and name[5:-4]) - 1]
    assert len(some.left_out) == len(USELESS)
    for (shown, reason), (name, (_, words)) in zip(some.left_out, USELESS.items(), strict=True):
        assert name.startswith(shown)
        assert words in reason


def test_no_file_of_a_zip_is_kept_as_it_came():
    behind = 100_000
    some = brought(zipped({name: content + bytes(behind) for name, content in many().items()}))
    assert len(some) == len(many())
    for i, name in enumerate(some.names):
        kept = some.path(i).read_bytes()
        assert kept.endswith(b"\xff\xd9")
        assert len(kept) < 5000
        assert np.abs(np.asarray(open_rgb(kept)) - np.asarray(open_rgb(many()[name])).astype(float)).mean() < 3


def test_a_set_has_a_bound_of_bytes(home, monkeypatch):
    some = brought(zipped(many()))
    size = sum(path.stat().st_size for path in some.folder.iterdir())
    del some
    monkeypatch.setattr(room, "MOST_SETS", size - 1)
    with pytest.raises(DataError, match="fill the 600 MB that there are for them: try again later"):
        brought(zipped(many()))
    monkeypatch.setattr(own, "MOST_SET", size - 1)
    with pytest.raises(DataError, match="take more than 250 MB even when they are made smaller: bring fewer"):
        brought(zipped(many()))
    gc.collect()
    assert left_behind(home) == []


@pytest.mark.parametrize("many_more", [0, 1, 40])
def test_a_set_has_a_bound_of_labels(many_more, home):
    dot = encoded(Image.new("RGB", (2, 2)), "PNG")
    labels = MOST_LABELS + many_more
    files = zipped({f"breed{'x' * (n % 7)}{n}_1.png": dot for n in range(labels)})
    if not many_more:
        assert len(brought(files).vocab) == MOST_LABELS
        return
    with pytest.raises(DataError, match=f"have {labels} different labels, and at most 200 are taken: put them into"):
        brought(files)
    gc.collect()
    assert left_behind(home) == []


def test_files_that_are_no_pictures_count_no_labels():
    some = brought(zipped(many() | {f"other{n}_1.jpg": b"" for n in range(MOST_LABELS + 1)}))
    assert len(some.vocab) == 2


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "Only 0 pictures of 0 breeds"),
        (dict(islice(many().items(), 9)), "Only 9 pictures of 2 breeds"),
        (many(1, 20), "Only 20 pictures of 1 breeds"),
        ({f"{n}.txt": b"x" for n in range(30)}, "first that was left out, 0.txt: This picture is not a JPEG"),
    ],
)
def test_too_few_are_refused(files, words, home):
    with pytest.raises(DataError, match=words):
        brought(zipped(files))
    gc.collect()
    assert left_behind(home) == []


def test_names_from_a_zip_touch_no_page_and_no_file_system(home):
    files = {f"<script>alert({n})</script>_{n}.jpg": encoded(noise()) for n in range(6)}
    files |= {f"![x](y)*`$ \u202egpj_{n}.jpg": encoded(noise()) for n in range(6)}
    some = brought(zipped(files))
    assert sorted(path.name for path in some.folder.iterdir()) == sorted(some.names)
    assert not set("".join(some.names)) & set("<>/*`$![]\u202e")
    assert left_behind(home) == [some.folder.name]


def test_pictures_of_ones_own_go_when_nobody_holds_them(home):
    some = brought(zipped(many()), "own:abc")
    pets.uploads[some.name] = some
    assert pets.resolve(some.name) == (some.name, None)
    assert pets.load(some.name) is some
    assert some.kept == "session"
    assert pets.describe(some) == "12 pictures of your own of 2 breeds, in this session only."
    assert left_behind(home) == [some.folder.name]
    del some
    gc.collect()
    assert left_behind(home) == []
    with pytest.raises(DataError, match="went with the session that brought them"):
        pets.load("own:abc")


def test_reading_tells_how_far_it_is(home):
    (home / "zip").write_bytes(zipped(many()))
    *steps, taken = read_zip(ZipOnDisk(home / "zip", home / "temporary", 10**6), lambda: False)
    assert steps == [(n, 12) for n in range(12)]
    assert taken.names == tuple(sorted(many()))
    assert taken.size == sum(path.stat().st_size for path in (home / "temporary").iterdir())


def test_a_bomb_among_pictures_condemns_all_of_them(home, monkeypatch):
    monkeypatch.setattr("core.data.zips.MOST_ALL", 1_000_000)
    with pytest.raises(DataError, match="unpacks to more than 1 MB"):
        brought(zipped(many() | {"bomb_1.jpg": bytes(2_000_000)}))
    gc.collect()
    assert left_behind(home) == []


def test_reading_ends_in_time(monkeypatch):
    monkeypatch.setattr(own, "MOST_SECONDS", -1.0)
    with pytest.raises(DataError, match=r"Only 0 pictures.*took too long"):
        brought(zipped(many()))


def test_a_full_disk_is_said(monkeypatch, home):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(DataError, match=r"could not be kept.*No space left"):
        brought(zipped(many()))
    gc.collect()
    assert left_behind(home) == []


def test_a_folder_of_ones_own_is_read_where_it_lies(home):
    name, note = pets.resolve("own")
    assert name == "drawn"
    assert note.startswith("There are no pictures of your own yet")
    with pytest.raises(DataError, match="There are no pictures of your own yet"):
        pets.load("own")
    folder = laid_out(home / "my_pets", many() | DISGUISED | {"dog9_9.jpg": b"", ".hidden_1.jpg": encoded(noise())})
    assert pets.resolve("own") == ("own", None)
    some = pets.load("own")
    assert pets.load("own") is some
    assert some.kept is None
    assert len(some) == len(many()) + len(DISGUISED)
    assert [name for name, _ in some.left_out] == ["dog9_9.jpg"]
    assert pets.describe(some) == "20 pictures of your own of 3 breeds, in the folder my_pets."
    own_files = [some.path(i) for i in range(len(some)) if some.labels[i] != "dog9"]
    assert {path.parent for path in own_files} == {folder}
    made = [some.path(i) for i in range(len(some)) if some.labels[i] == "dog9"]
    assert {path.parent for path in made} == {some.folder}
    assert folder not in {path.parent for path in made}


def test_a_folder_and_a_zip_of_the_same_pictures_are_the_same_pets(home):
    files = many() | DISGUISED
    laid_out(home / "my_pets", files)
    folder, uploaded = pets.load("own"), brought(zipped(files))
    assert (folder.names, folder.labels) == (uploaded.names, uploaded.labels)
    for i in range(len(folder)):
        one, other = open_rgb(folder.path(i)), open_rgb(uploaded.path(i))
        assert one.size == other.size
        assert np.abs(np.asarray(one) - np.asarray(other).astype(float)).mean() < 3


def test_a_folder_with_too_many_files_is_refused(home, monkeypatch):
    monkeypatch.setattr(own, "MOST_PICTURES", 11)
    laid_out(home / "my_pets", many())
    with pytest.raises(DataError, match="holds 12 files: keep at most 11"):
        pets.load("own")


def test_ones_own_folder_is_beside_the_program_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("DOWNHILL_PETS")
    assert (own.own_folder().parent / "app.py").is_file()
    assert own.own_folder().name == "my_pets"


def test_a_folder_of_nobody_is_no_folder(monkeypatch):
    monkeypatch.setenv("DOWNHILL_PETS", "~nobody-of-that-name/pets")
    assert own.own_folder().name == "my_pets"
