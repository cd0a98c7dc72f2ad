"""Pictures from anywhere, read as RGB or refused in one sentence: what a file is called and claims is not believed."""

import importlib.util
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
from PIL import Image

from core.data.costs import (
    DAMAGED_PICTURE,
    TOO_MANY_PIXELS,
    RawFile,
    bytes_held,
    bytes_of_copy,
    fault_of_opened,
    look_at_file,
)
from core.data.download import DataError, Stop
from core.data.labelled import plain_label
from core.data.large import alone

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MOST_SIDE = 2048  # pixels of a picture's longer side, unless told otherwise
MOST_BYTES = 30_000_000  # of an uploaded picture
QUALITY = 92  # of JPEGs that are made from other pictures
STRIP_PIXELS = 1_000_000  # pixels that are brought to eight bits at once
ORIENTATION = 0x0112  # EXIF's tag
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture of each orientation upright."""

CHELSEA_CREDIT = "Chelsea, photographed by Stéfan van der Walt, CC0"


class PictureError(DataError):
    """One picture cannot be used; others may."""


def open_rgb(source: Path | bytes, most: int = MOST_SIDE) -> Image.Image:
    """The picture in RGB, turned as its EXIF says, on white where transparent, the first frame of several.

    One whose longer side exceeds `most` pixels is reduced to that. PictureError where it cannot be read or is too
    large.
    """
    return _read(source, most)[0]


def thumbnail(source: Path | bytes, size: int) -> Image.Image:
    """The whole picture in RGB with its longer side at most `size` pixels."""
    return open_rgb(source, size)


def read_upload(data: bytes, most: int = MOST_SIDE) -> Image.Image:
    """A visitor's picture, as `open_rgb` gives it; PictureError also for one of more than 30 MB."""
    if len(data) > MOST_BYTES:
        raise PictureError(
            f"This picture has {len(data) / 1e6:.0f} MB: choose one of at most {MOST_BYTES // 10**6} MB."
        )
    return open_rgb(data, most)


def normal(source: Path | bytes, most: int = MOST_SIDE) -> bytes:
    """The picture written anew, as an upright JPEG of at most `most` pixels a side and nothing besides."""
    return _jpeg(_read(source, most)[0])


def mended(path: Path, most: int = MOST_SIDE) -> bytes | None:
    """As `normal`; None where the file is such a JPEG as it lies there."""
    image, plain = _read(path, most)
    return None if plain else _jpeg(image)


def read_normal(data: bytes, stop: Stop) -> Iterator[bytes]:  # noqa: ARG001 (it is one part)
    """Work: a visitor's picture, which is one of at most 30 MB, as `normal` writes it."""
    yield _jpeg(read_upload(data))


def chelsea() -> Path:
    """A real photograph of a cat that comes with scikit-image; DataError without that package."""
    spec = importlib.util.find_spec("skimage")
    path = Path(spec.origin).parent / "data" / "chelsea.png" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise DataError("The photograph of a cat comes with scikit-image: install that package.")
    return path


def _read(source: Path | bytes, most: int) -> tuple[Image.Image, bool]:
    """The picture, and whether its file shows just that to whoever decodes it."""
    what = "This picture" if isinstance(source, bytes) else plain_label(source.name)
    try:
        with _raw(source) as data:
            look = look_at_file(data)
            _refuse(what, look.fault)
            with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
                size = image.size
                plain = image.format == "JPEG" and image.mode in ("RGB", "L") and max(size) <= most
                plain = plain and image.getexif().get(ORIENTATION, 1) == 1
                image.draft("RGB", _fitting(size, most))
                _refuse(what, fault_of_opened(image, look, size))
                with alone(bytes_held(image, look)):
                    turn, made = _decoded(image, most)
                return (made if turn is None else made.transpose(turn)).convert("RGB"), plain
    except PictureError:
        raise
    except (Image.UnidentifiedImageError, IsADirectoryError) as error:
        raise PictureError(f"{what} is not a JPEG, PNG, WebP, GIF, BMP or TIFF: choose a picture of these.") from error
    except (FileNotFoundError, PermissionError) as error:
        raise PictureError(f"{what} cannot be opened ({error.strerror}): choose another picture.") from error
    except Image.DecompressionBombError as error:
        raise PictureError(f"{what} {TOO_MANY_PIXELS}") from error
    except MemoryError:
        raise
    except Exception as error:  # decoders answer damaged files with many kinds
        raise PictureError(f"{what} {DAMAGED_PICTURE}") from error


@contextmanager
def _raw(source: Path | bytes) -> Iterator[RawFile]:
    """A file's bytes, which are not all read."""
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        if not source.stat().st_size:
            yield b""
            return
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            yield data


def _refuse(what: str, fault: str | None) -> None:
    if fault:
        raise PictureError(f"{what} {fault}")


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _decoded(image: Image.Image, most: int) -> tuple[Image.Transpose | None, Image.Image]:
    """An opened picture in eight bits, reduced, and what makes it upright."""
    image.load()
    turn, made = _turn(image), _eight_bits(image)
    if made is not image:
        image.close()  # which lets go of its pixels
    return turn, _reduced(made, most)


def _fitting(size: tuple[int, int], most: int) -> tuple[int, int]:
    """`size` with its longer side at most `most`, in the same proportions."""
    share = min(1.0, most / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes a picture upright by its EXIF; None where nothing is to be done, or the EXIF cannot be read."""
    try:
        return UPRIGHT.get(image.getexif().get(ORIENTATION, 1))
    except Exception:  # hostile EXIF: many kinds
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey or red, green and blue in eight bits each: 16 bits by their upper half, numbers by their range, white where
    transparent. It is made in strips, so that no third copy is held.
    """
    if not (bytes_each := bytes_of_copy(image)):
        return image
    made = Image.new("L" if bytes_each == 1 else "RGB", image.size)
    boxes = list(_strips(image.size))
    low, high = _ends(image.crop(box) for box in boxes) if image.mode == "F" else (0.0, 0.0)
    for box in boxes:
        made.paste(_eight_bits_of(image.crop(box), low, high), box)
    return made


def _eight_bits_of(strip: Image.Image, low: float, high: float) -> Image.Image:
    """A strip in eight bits; `low` and `high` are the range of all numbers."""
    if strip.mode.startswith("I"):
        grey = np.clip(np.asarray(strip).astype(np.int64), 0, 65535) // 256
        return Image.fromarray(grey.astype(np.uint8))
    if strip.mode == "F":
        span = max(high - low, np.finfo(np.float64).tiny)
        return Image.fromarray(((_finite(strip) - low) / span * 255).astype(np.uint8))
    if strip.has_transparency_data:
        strip = strip.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip).convert("RGB")
    return strip.convert("RGB")


def _ends(strips: Iterable[Image.Image]) -> tuple[float, float]:
    """The smallest and the largest number in all strips."""
    ends = [(float(numbers.min()), float(numbers.max())) for numbers in map(_finite, strips)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def _finite(strip: Image.Image) -> np.ndarray:
    return np.nan_to_num(np.asarray(strip, dtype=np.float64), posinf=0, neginf=0)


def _strips(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of all the width, each of about STRIP_PIXELS pixels."""
    width, height = size
    rows = max(1, STRIP_PIXELS // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def _reduced(image: Image.Image, most: int) -> Image.Image:
    if max(image.size) > most:
        image.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image
