"""Pictures, folders and zips made in the tests, hostile ones too."""

import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from core.data.labelled import Pets
from core.data.own import TakenIn, ZipOnDisk, pets_of, read_zip
from core.data.room import PicturesFolder


def noise(width: int = 40, height: int = 30, seed: int = 0) -> Image.Image:
    """Smooth random colours, which JPEG keeps nearly as they are."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    """The file of a picture."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def rotated(image: Image.Image, orientation: int) -> bytes:
    """A JPEG whose EXIF says how to turn it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, exif=exif, quality=95)


def many(breeds: int = 2, each: int = 6) -> dict[str, bytes]:
    """Files named by the lesson's rule."""
    return {
        f"{'Cat' if b % 2 else 'dog'}{b}_{n}.jpg": encoded(noise(seed=b)) for b in range(breeds) for n in range(each)
    }


def zipped(files: dict[str, bytes], *more: tuple[zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of `files`, and of members given as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for member, content in more:
            archive.writestr(member, content)
    return buffer.getvalue()


def brought(content: bytes, name: str = "own:test") -> Pets:
    """The pets of a zip, as the server makes them of an upload."""
    folder = PicturesFolder()
    with tempfile.NamedTemporaryFile(dir=folder.path.parents[1]) as file:
        file.write(content)
        file.flush()
        *_, taken = read_zip(ZipOnDisk(Path(file.name), folder.path, folder.claim()), lambda: False)
    assert isinstance(taken, TakenIn)
    return pets_of(taken, name, folder)


def laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    """`files` below `folder`."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder
