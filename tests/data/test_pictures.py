"""Pictures of every kind are read rightly or refused in one sentence, never with anything else."""

import io
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.data import pictures
from core.data.pictures import PictureError, mended, normal, open_rgb, read_normal, read_upload, thumbnail
from tests.data.making import encoded, noise, rotated


def far(a: Image.Image, b: Image.Image) -> float:
    """The mean difference of two pictures' pixels, from 0 to 255."""
    assert a.size == b.size
    return float(np.abs(np.asarray(a, dtype=float) - np.asarray(b, dtype=float)).mean())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("called", [None, "disguised.jpg"])
def test_the_content_decides_not_the_name(kind, called, tmp_path):
    source = encoded(noise(), kind)
    if called:
        (tmp_path / called).write_bytes(source)
        source = tmp_path / called
    image = open_rgb(source)
    assert image.mode == "RGB"
    assert far(image, noise()) < 6


SIDES = {1: "tl", 2: "tr", 3: "br", 4: "bl", 5: "lt", 6: "rt", 7: "rb", 8: "lb"}
"""EXIF's orientations: which side of the picture the first row and the first column that are stored belong to."""


@pytest.mark.parametrize("orientation", SIDES)
def test_a_picture_stands_as_its_exif_says(orientation):
    shown, (row, column) = np.asarray(noise()), SIDES[orientation]
    stored = shown if row in "tb" else shown.swapaxes(0, 1)
    stored = stored[::-1] if row in "br" else stored
    stored = stored[:, ::-1] if column in "br" else stored
    read = open_rgb(rotated(Image.fromarray(np.ascontiguousarray(stored)), orientation))
    assert far(read, noise()) < 3


def test_transparency_is_white():
    image = noise().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    alpha = np.asarray(image)[..., 3:] / 255
    expected = np.asarray(image)[..., :3] * alpha + 255 * (1 - alpha)
    assert np.abs(np.asarray(open_rgb(encoded(image, "PNG"))) - expected).max() < 1.5


def test_a_transparent_colour_of_a_palette_is_white():
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 20, 30] * 256)
    assert np.unique(open_rgb(encoded(image, "GIF", transparency=0))).tolist() == [255]
    assert np.asarray(open_rgb(encoded(image, "GIF")))[0, 0].tolist() == [10, 20, 30]


def test_cmyk_has_its_colours():
    assert far(open_rgb(encoded(noise().convert("CMYK"), quality=95)), noise()) < 4


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_keep_their_upper_half(kind):
    values = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    read = np.asarray(open_rgb(encoded(Image.fromarray(values), kind)))
    assert np.array_equal(read[..., 0], values >> 8)
    assert np.array_equal(read[..., 0], read[..., 2])


def test_numbers_are_shown_by_their_range():
    values = np.linspace(-3, 5, 256, dtype=np.float32).reshape(16, 16)
    values[0, 1] = np.nan
    read = np.asarray(open_rgb(encoded(Image.fromarray(values), "TIFF")))[..., 0]
    assert (read[0, 0], read[-1, -1]) == (0, 255)


def test_of_several_frames_the_first_is_read():
    film = [Image.new("RGB", (8, 8), color) for color in ("#ff0000", "#00ff00")]
    read = open_rgb(encoded(film[0], "GIF", save_all=True, append_images=film[1:]))
    assert np.asarray(read)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 3000)])
def test_odd_sizes_are_read(size):
    read = open_rgb(encoded(Image.new("RGB", size, "#204060"), "PNG"))
    assert max(read.size) == min(max(size), pictures.MOST_SIDE)
    assert min(read.size) == 1
    assert np.asarray(read)[0, 0].tolist() == [0x20, 0x40, 0x60]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_20000_pixels_wide_is_reduced(kind):
    read = open_rgb(encoded(noise(20_000, 1000), kind))
    assert read.size == (2048, 102)
    assert far(read, noise(2048, 102)) < 4


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes with a large size in its header."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


GOOD = encoded(noise(200, 100), quality=95)
REFUSED = {
    "nothing": (b"", "is not a JPEG"),
    "text": (b"<html>404</html>", "is not a JPEG"),
    "vectors": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "is not a JPEG"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "is not a JPEG"),
    "another format": (encoded(noise(), "PPM"), "is not a JPEG"),
    "cut short": (GOOD[: len(GOOD) // 2], "damaged or cut short"),
    "a cut PNG": (encoded(noise(200, 100), "PNG")[:300], "damaged or cut short"),
    "a bomb": (png_that_claims(60_000, 60_000), "more than 40 million pixels"),
    "a smaller bomb": (png_that_claims(7000, 7000), "more than 40 million pixels"),
    "a progressive bomb": (encoded(Image.new("L", (7000, 7000)), progressive=True), "more than 40 million pixels"),
    "a claim": (png_that_claims(1000, 1000), "damaged or cut short"),
}


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("read", [open_rgb, read_upload, normal, lambda data: thumbnail(data, 64)])
def test_what_is_no_good_picture_is_refused_in_one_sentence(kind, read):
    data, words = REFUSED[kind]
    with pytest.raises(PictureError, match=words) as caught:
        read(data)
    sentence = str(caught.value)
    assert sentence.startswith("This picture ")
    assert "\n" not in sentence
    assert sentence.count(". ") == 0


def test_a_baseline_jpeg_may_be_larger_as_it_is_read_reduced():
    assert open_rgb(encoded(Image.new("L", (9000, 5000), 77)), 512).size == (512, 284)


def test_a_file_is_named_in_the_sentence(tmp_path):
    (tmp_path / "Bengal_1.jpg").write_bytes(GOOD[:500])
    with pytest.raises(PictureError, match=r"^Bengal_1\.jpg is damaged"):
        open_rgb(tmp_path / "Bengal_1.jpg")
    with pytest.raises(PictureError, match=r"^Bengal_2\.jpg cannot be opened"):
        open_rgb(tmp_path / "Bengal_2.jpg")
    with pytest.raises(PictureError, match="is not a JPEG"):
        open_rgb(tmp_path)
    hostile = tmp_path / "[a](b) ![c](d) <b>$x$\u202e_1.jpg"
    if sys.platform != "win32":
        hostile.write_bytes(b"")
        with pytest.raises(PictureError, match=r"^a \(b\) c \(d\) b x 1\.jpg is not a JPEG"):
            open_rgb(hostile)


def test_an_upload_of_too_many_bytes_is_refused_unread(monkeypatch):
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    with pytest.raises(PictureError, match="at most 0 MB"):
        read_upload(GOOD)
    assert read_upload(encoded(Image.new("RGB", (1, 1)), "PNG")).size == (1, 1)


def test_a_broken_exif_does_not_keep_a_picture_out():
    data = rotated(noise(), 6).replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\xff*")
    assert data != rotated(noise(), 6)
    assert far(open_rgb(data), noise()) < 3


@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"", GOOD[:20], b"GIF89a", b"\x89PNG\r\n\x1a\n", b"BM", b"II*\0"]),
)
def test_random_bytes_are_refused_and_nothing_worse(data, start):
    try:
        image = open_rgb(start + data)
    except PictureError:
        return
    assert image.mode == "RGB"


@given(at=st.integers(0, len(GOOD) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_read_or_refused(at, bit):
    data = bytearray(GOOD)
    data[at] ^= 1 << bit
    try:
        image = open_rgb(bytes(data), 100)
    except PictureError:
        return
    assert image.mode == "RGB"
    assert max(image.size) <= 100


MENDED = {
    "plain": GOOD,
    "plain, grey": encoded(noise(200, 100).convert("L")),
    "turned": rotated(noise(200, 100), 6),
    "a PNG": encoded(noise(200, 100), "PNG"),
    "CMYK": encoded(noise().convert("CMYK")),
    "with a tail": GOOD + bytes(50_000),
    "with a tail in its EXIF": rotated(noise(), 1),
}


@pytest.mark.parametrize("kind", MENDED)
@pytest.mark.parametrize("most", [199, 300])
def test_normal_writes_every_picture_anew(kind, most):
    made = normal(MENDED[kind], most)
    with Image.open(io.BytesIO(made)) as plain:
        assert (plain.format, plain.mode, dict(plain.getexif())) == ("JPEG", "RGB", {})
        assert far(plain, open_rgb(MENDED[kind], most)) < 4
    assert made.endswith(b"\xff\xd9")
    assert len(made) < 20_000


def test_a_plain_picture_may_lie_where_it_is(tmp_path):
    for kind, data in MENDED.items():
        (tmp_path / "a_1.jpg").write_bytes(data)
        made = mended(tmp_path / "a_1.jpg", 300)
        assert (made is None) == (kind.startswith(("plain", "with a tail")))
        assert made is None or made == normal(data, 300)
    assert mended(tmp_path / "a_1.jpg", 39) == normal(data, 39)


def test_the_work_of_reading_an_upload_is_one_part(monkeypatch):
    assert list(read_normal(GOOD, lambda: False)) == [normal(GOOD)]
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    with pytest.raises(PictureError, match="at most 0 MB"):
        list(read_normal(GOOD, lambda: False))


@pytest.mark.parametrize("orientation", SIDES)
def test_a_tiff_stands_as_it_says_and_not_twice(orientation):
    shown, (row, column) = np.asarray(noise()), SIDES[orientation]
    stored = shown if row in "tb" else shown.swapaxes(0, 1)
    stored = stored[::-1] if row in "br" else stored
    stored = stored[:, ::-1] if column in "br" else stored
    data = encoded(Image.fromarray(np.ascontiguousarray(stored)), "TIFF", tiffinfo={0x0112: orientation})
    assert far(open_rgb(data), noise()) < 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "CMYK", "I;16", "I", "F", "1"])
def test_strips_make_the_same_picture(mode, monkeypatch):
    image = noise(50, 40)
    if mode[0] in "IF":
        image = image.convert("L").convert("I").point(lambda value: value * 200)
    image = image.convert(mode)
    data = encoded(image, "TIFF")
    whole = np.asarray(open_rgb(data))
    monkeypatch.setattr(pictures, "STRIP_PIXELS", 333)
    assert np.array_equal(np.asarray(open_rgb(data)), whole)
    assert len(np.unique(whole)) > 1


def test_thumbnails_keep_their_proportions():
    assert thumbnail(GOOD, 50).size == (50, 25)
    assert thumbnail(GOOD, 5000).size == (200, 100)


def test_the_real_cat_is_in_the_package_and_read_without_importing_it():
    path = pictures.chelsea()
    assert isinstance(path, Path)
    assert open_rgb(path).size == (451, 300)


def test_without_the_package_of_the_real_cat_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(pictures.DataError, match="install that package"):
        pictures.chelsea()
