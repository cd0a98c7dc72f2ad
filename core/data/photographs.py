"""Photographs that fastai knows where to fetch: Oxford's pets, and Imagewoof's ten breeds of dogs."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.data.download import DataError, DownloadError, Progress, Stop, download, fastai_path
from core.data.labelled import Pets, breed
from core.environment import NO_DOWNLOADS, public

SYNSETS = {
    "n02086240": "shih-tzu",
    "n02087394": "rhodesian_ridgeback",
    "n02088364": "beagle",
    "n02089973": "english_foxhound",
    "n02093754": "australian_terrier",
    "n02096294": "border_terrier",
    "n02099601": "golden_retriever",
    "n02105641": "old_english_sheepdog",
    "n02111889": "samoyed",
    "n02115641": "dingo",
}
"""Imagewoof's folders are called by WordNet's numbers; all ten are dogs, so their names are small."""

FEWEST, FEWEST_BREEDS = 10, 2  # with fewer pictures or breeds nothing can be learned and validated


@dataclass(frozen=True, kw_only=True)
class Photographs:
    """A data set of fastai's: its name, where it lies, how many pictures it has, and how large it is in bytes."""

    name: str
    title: str
    url_name: str  # of fastai's URLs
    folder_name: str
    count: int
    size: int  # of the archive
    room: int  # for the unpacked files on a disk with blocks of 4 KiB
    place: str  # of the pictures in its folder
    files: Callable[[Path], list[tuple[str, str]]]  # (path in that place, breed) of each picture

    @property
    def folder(self) -> Path:
        """Where `untar_data` puts it."""
        return fastai_path("data") / self.folder_name

    @property
    def pictures(self) -> Path:
        """Where its pictures lie."""
        return self.folder / self.place


def oxford_files(folder: Path) -> list[tuple[str, str]]:
    """The pictures of Oxford-IIIT Pet by the lesson's rule; what else lies among them is no picture."""
    found = [(name, breed(name)) for name in sorted(os.listdir(folder)) if not name.startswith(".")]
    return [(name, label) for name, label in found if label]


def imagewoof_files(folder: Path) -> list[tuple[str, str]]:
    """Imagewoof's pictures: their folders in `train` and `val` say the breed."""
    found = []
    for part in ("train", "val"):
        for synset, label in SYNSETS.items():
            inside = folder / part / synset
            names = sorted(os.listdir(inside)) if inside.is_dir() else []
            found += [(f"{part}/{synset}/{n}", label) for n in names if n.lower().endswith(".jpeg") and n[0] != "."]
    return found


OXFORD = Photographs(
    name="oxford",
    title="Oxford-IIIT Pet",
    url_name="PETS",
    folder_name="oxford-iiit-pet",
    count=7390,
    size=811_706_944,
    room=1_100_000_000,
    place="images",
    files=oxford_files,
)
IMAGEWOOF = Photographs(
    name="imagewoof",
    title="Imagewoof",
    url_name="IMAGEWOOF_160",
    folder_name="imagewoof2-160",
    count=12_954,
    size=92_612_825,
    room=160_000_000,
    place="",
    files=imagewoof_files,
)
SETS = {photographs.name: photographs for photographs in (OXFORD, IMAGEWOOF)}


def load_photographs(photographs: Photographs) -> Pets:
    """What lies in fastai's folder, whole or not; DataError where that is too little."""
    if lack := why_not(photographs):
        raise DataError(f"{lack}: download them, or choose the drawn ones.")
    return _listed(photographs, photographs.pictures, _stamp(photographs.pictures))


def why_not(photographs: Photographs) -> str | None:
    """The first half of a sentence on what keeps a data set from being used, or None."""
    title = photographs.title
    try:
        folder = photographs.pictures
        pets = _listed(photographs, folder, _stamp(folder))
    except DataError:
        return f"The photographs of {title} cannot be looked for, as fastai's settings cannot be read"
    except OSError:
        return f"The photographs of {title} are not on this computer"
    if len(pets) < FEWEST or len(pets.vocab) < FEWEST_BREEDS:
        return f"Of {title} only {len(pets)} photographs of {len(pets.vocab)} breeds are on this computer"
    return None


def whole(photographs: Photographs) -> bool:
    """Whether all of its pictures are there."""
    return why_not(photographs) is None and len(load_photographs(photographs)) >= photographs.count


def download_photographs(photographs: Photographs, progress: Progress, stop: Stop) -> Path:
    """Fetch a data set as `untar_data` does, unless all of it is there; its folder.

    See `core.data.download.download` for `progress`, `stop` and what is promised on failure, which is a DataError.
    """
    if whole(photographs):
        return photographs.folder
    if public():
        raise DownloadError(NO_DOWNLOADS)
    import fastai.data
    from fastai.data.external import URLs
    from fastdownload import checks_module, read_checks

    url = getattr(URLs, photographs.url_name)
    return download(
        url,
        photographs.folder,
        lock=fastai_path("archive") / f"{url.rsplit('/', 1)[-1]}.lock",
        room=photographs.room,
        check=lambda folder: _fault(photographs, folder),
        expected=read_checks(checks_module(fastai.data)).get(url),
        progress=progress,
        stop=stop,
    )


def _fault(photographs: Photographs, folder: Path) -> str | None:
    """What is wrong with a folder that should be the whole set, by the number of its pictures."""
    try:
        found = len(photographs.files(folder / photographs.place))
    except OSError:
        return "its folder of pictures is missing or cannot be read"
    return None if found >= photographs.count else f"it holds {found:,} pictures instead of {photographs.count:,}"


def _stamp(folder: Path) -> str:
    """What changes when a picture is added or taken away; OSError where the folder is not there."""
    return " ".join(str(os.stat(path).st_mtime_ns) for path in [folder, *sorted(folder.glob("*/*/"))])


@lru_cache(maxsize=4)
def _listed(photographs: Photographs, folder: Path, stamp: str) -> Pets:  # noqa: ARG001 (part of the cache's key)
    """The pictures that are there; the names of those that do not follow the rule are made by it."""
    names, labels, files, left_out = [], [], [], []
    counts = Counter[str]()
    for file, label in photographs.files(folder):
        if not (folder / file).stat().st_size:
            left_out.append((file, "This file is empty."))
            continue
        counts[label] += 1
        files.append(file)
        labels.append(label)
        names.append(file if breed(file) == label else f"{label}_{counts[label]}.jpg")
    return Pets(
        name=photographs.name,
        folder=folder,
        names=tuple(names),
        labels=tuple(labels),
        left_out=tuple(left_out),
        files=tuple(files),
    )
