"""Pictures from anywhere, read as RGB or refused in one sentence: what a file is called and claims is not believed."""

import importlib.util
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.data.download import DataError

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MOST_SIDE = 2048  # pixels of a picture's longer side, unless told otherwise
MOST_PIXELS = 40_000_000  # decoded in full
MOST_REDUCED = 89_000_000  # a baseline JPEG, which can be decoded at a fraction of its size
MOST_BYTES = 30_000_000  # of an uploaded picture
QUALITY = 92  # of JPEGs that are made from other pictures
ORIENTATION = 0x0112  # EXIF's tag

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


def normal(source: Path | bytes, most: int = MOST_SIDE) -> bytes | None:
    """The picture as an upright JPEG of at most `most` pixels a side; None where it is such a one as it stands."""
    image, plain = _read(source, most)
    if plain:
        return None
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def chelsea() -> Path:
    """A real photograph of a cat that comes with scikit-image; DataError without that package."""
    spec = importlib.util.find_spec("skimage")
    path = Path(spec.origin).parent / "data" / "chelsea.png" if spec and spec.origin else None
    if path is None or not path.is_file():
        raise DataError("The photograph of a cat comes with scikit-image: install that package.")
    return path


def _read(source: Path | bytes, most: int) -> tuple[Image.Image, bool]:
    """The picture, and whether its file shows just that to whoever decodes it."""
    what = "This picture" if isinstance(source, bytes) else source.name
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
            _check_size(image, what)
            plain = image.format == "JPEG" and image.mode in ("RGB", "L") and max(image.size) <= most
            plain = plain and image.getexif().get(ORIENTATION, 1) == 1
            image.draft("RGB", _fitting(image.size, most))
            image.load()
            return _reduced(_rgb(_upright(image)), most), plain
    except PictureError:
        raise
    except (Image.UnidentifiedImageError, IsADirectoryError) as error:
        raise PictureError(f"{what} is not a JPEG, PNG, WebP, GIF, BMP or TIFF: choose a picture of these.") from error
    except (FileNotFoundError, PermissionError) as error:
        raise PictureError(f"{what} cannot be opened ({error.strerror}): choose another picture.") from error
    except Image.DecompressionBombError as error:
        raise PictureError(_too_large(what)) from error
    except Exception as error:  # decoders answer damaged files with many kinds
        raise PictureError(f"{what} is damaged or cut short: choose another picture.") from error


def _check_size(image: Image.Image, what: str) -> None:
    """PictureError for more pixels than memory should be spent on; a progressive JPEG holds all of them at once."""
    width, height = image.size
    reduces = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    if width * height > (MOST_REDUCED if reduces else MOST_PIXELS):
        raise PictureError(_too_large(what))


def _too_large(what: str) -> str:
    return f"{what} has more than {MOST_PIXELS // 10**6} million pixels: choose a smaller one."


def _fitting(size: tuple[int, int], most: int) -> tuple[int, int]:
    """`size` with its longer side at most `most`, in the same proportions."""
    share = min(1.0, most / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _upright(image: Image.Image) -> Image.Image:
    """Turned as EXIF says; as it stands where the EXIF cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # hostile EXIF: many kinds
        return image


def _rgb(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue: 16 bits by their upper half,
    numbers by their range, white where transparent.
    """
    if image.mode.startswith("I"):
        grey = np.clip(np.asarray(image).astype(np.int64), 0, 65535) // 256
        return Image.fromarray(grey.astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        numbers = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0, neginf=0)
        span = max(float(np.ptp(numbers)), np.finfo(np.float64).tiny)
        return Image.fromarray(((numbers - numbers.min()) / span * 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _reduced(image: Image.Image, most: int) -> Image.Image:
    if max(image.size) > most:
        image.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image
