"""Presizing under the loupe (fastbook chapter 5): first larger than needed, then all geometry with one interpolation."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image
from torch import Tensor

from core.data.pets import PetsChoice, choice_of_pets
from core.data.pictures import read_upload
from core.device import DEVICES, available
from core.exhibits.presizing.cards import MOST_OF_PET, SUBJECTS, subject
from core.exhibits.presizing.compared import Compared, Measured
from core.exhibits.presizing.loupe import BOOK, PADDINGS, SAME, Pair, Ways, compare, draw_of, square
from core.exhibits.presizing.pipeline import PETS, RECIPES, Ran, run_batch
from core.exhibits.presizing.resizing import SHAPES, Fits, fits, shaped
from core.exhibits.presizing.transforms_speed import Speeds, measure
from core.settings import choice, integer, ladder

LOUPE, PIPELINE, FIT, SPEED = VIEWS = ("the loupe", "pipeline", "squish, pad, crop", "speed")
OWN = "own"
TRAIN, VALID = "train", "valid"
CHUNK = 4  # draws measured before they are shown

Found = Compared | Ran | Fits | Speeds


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(LOUPE, VIEWS, "What to look at")
    picture: str = choice("cat", SUBJECTS | {OWN: "your own"}, "Picture", when=("view", (LOUPE, FIT)))
    geometry: str = choice(
        SAME,
        (SAME, BOOK),
        "Comparison",
        "The book's two pictures differ in their geometry too; “same geometry” leaves interpolation alone.",
        when=("view", LOUPE),
    )
    degrees: int = integer(30, 0, 45, "Rotate, degrees", when=("view", LOUPE))
    zoom: float = ladder(1.2, (1.0, 1.1, 1.2, 1.5, 2.0, 3.0), "Zoom", when=("view", LOUPE))
    draw: int = integer(
        0, 0, 40, "Draw", "0 is the book's: every strength in full. Others are random up to them.", when=("view", LOUPE)
    )
    recipe: str = choice(PETS, RECIPES, "Batch transforms", when=("view", PIPELINE))
    shape: str = choice("as it is", tuple(SHAPES), "Its shape", when=("view", FIT))
    target: int = choice(460, (224, 460), "Target, pixels", when=("view", FIT))
    split: str = choice(TRAIN, {TRAIN: "training", VALID: "validation"}, "For", when=("view", (PIPELINE, FIT)))
    batch: int = choice(16, (4, 16, 64), "Pictures in a batch", when=("view", SPEED))
    warp: float = ladder(0.2, (0.0, 0.1, 0.2, 0.3, 0.4), "Warp", more=True, when=("view", LOUPE))
    extra: int = choice(
        0,
        {0: "4, as in the book", 2: "8", 4: "12"},
        "Interpolations of the standard way",
        "More by rotating 3° there and back again.",
        more=True,
        when=("view", LOUPE),
    )
    padding: str = choice("reflection", PADDINGS, "Beyond the edge", more=True, when=("view", LOUPE))
    presize: int = choice(
        460,
        (224, 300, 460, 640),
        "Presize to",
        "The item transform's size.",
        more=True,
        when=("view", (LOUPE, PIPELINE, SPEED)),
    )
    draws: int = choice(24, (8, 24, 40), "Draws measured", more=True, when=("view", LOUPE))
    which: int = integer(0, 0, 99, "Which pet", more=True, when=("picture", "pet"))
    pets: PetsChoice = choice_of_pets()
    device: str = choice("cpu", DEVICES, "The batch is on", more=True, when=("view", PIPELINE))
    seed: int = integer(42, 0, 999, "Seed", "Decides what fastai draws by itself, and the noise.", more=True)

    @property
    def ways(self) -> Ways:
        """What both ways have in common."""
        return Ways(self.geometry, self.padding, self.extra)


@dataclass(frozen=True, eq=False)
class Result:
    settings: Settings
    found: Found


def experiment(settings: Settings) -> Result:
    """The chosen view, without what a job brings: the other draws, the speeds."""
    if settings.view == PIPELINE:
        train = settings.split == TRAIN
        found: Found = run_batch(
            settings.recipe, train, settings.pets, settings.presize, settings.device, settings.seed
        )
    elif settings.view == SPEED:
        found = start(tuple(available()))
    else:
        found = look(settings, chosen(settings), settings.picture == OWN)
    return Result(settings, found)


def start(devices: tuple[str, ...]) -> Speeds:
    """Nothing timed yet."""
    import torch

    return Speeds(torch.get_num_threads(), devices)


def chosen(settings: Settings) -> Image.Image:
    """The picture of these settings; the cat until there is one of the visitor's own."""
    name = "cat" if settings.picture == OWN else settings.picture
    return subject(name, settings.pets if name == "pet" else "", settings.which, settings.seed)


def look(settings: Settings, image: Image.Image, waiting: bool = False) -> Found:
    """A picture through the loupe, or resized with every method."""
    what = (
        "This picture"
        if settings.picture == OWN and not waiting
        else f"This picture ({SUBJECTS.get(settings.picture, 'a cat')})"
    )
    if settings.view == FIT:
        return fits(
            what, shaped(image, settings.shape), settings.target, settings.split == TRAIN, settings.seed, waiting
        )
    pair = paired(settings, square(image, settings.presize), settings.draw)
    return Compared(what, image.size, settings.presize, settings.ways, settings.draw, pair, waiting=waiting)


def paired(settings: Settings, x: Tensor, number: int) -> Pair:
    """Both ways of one draw."""
    draw = draw_of(number, settings.degrees, settings.zoom, settings.warp)
    return compare(x, draw, settings.ways, settings.seed + number)


def wants_job(settings: Settings) -> bool:
    """Whether more is to be measured than one picture."""
    return settings.view == SPEED or (settings.view == LOUPE and settings.picture != OWN)


def work(settings: Settings, stop: Callable[[], bool]) -> Iterator[Any]:
    """The random draws, a few at a time, or each kind of work timed."""
    if settings.view == SPEED:
        yield from measure(settings.pets, settings.presize, settings.batch, stop)
        return
    x = square(chosen(settings), settings.presize)
    for first in range(1, settings.draws + 1, CHUNK):
        if stop():
            return
        numbers = range(first, min(first + CHUNK, settings.draws + 1))
        yield tuple(Measured.of(number, paired(settings, x, number)) for number in numbers)


def lane(settings: Settings) -> str:
    """Speeds are not measured two at a time."""
    return SPEED if settings.view == SPEED else ""


def doing(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Measuring, part by part…" if arrived else "Measuring…"


def join(result: Result, arrived: Sequence[Any]) -> Result:
    """The result with what a job has brought."""
    if isinstance(result.found, Speeds):
        return replace(result, found=replace(result.found, rates=tuple(arrived)))
    if isinstance(result.found, Compared):
        spread = tuple(measured for part in arrived for measured in part)
        return replace(result, found=replace(result.found, spread=spread))
    return result


def whole(settings: Settings) -> Result:
    """The experiment with all that a job brings, for the exports."""
    return join(experiment(settings), list(work(settings, lambda: False)))


def wants_own(settings: Settings) -> bool:
    """Whether the picture is the visitor's own."""
    return settings.picture == OWN and settings.view in (LOUPE, FIT)


def with_own(result: Result, picture: bytes | None) -> Result:
    """The result with the visitor's own picture; PictureError where it cannot be read."""
    if picture is None:
        return result
    return replace(result, found=look(result.settings, read_upload(picture, MOST_OF_PET)))


def findings(result: Result) -> list[str]:
    """What happened, in sentences made from the result."""
    return result.found.findings()


def numbers(result: Result) -> dict[str, Any]:
    """The page's numbers, for its export."""
    return result.found.numbers()


def table(result: Result) -> dict[str, Any]:
    """The result in columns."""
    return result.found.table()


def share_kept(result: Result) -> str:
    """The answer to the page's question: how much of the presized picture's sharpness the standard way keeps."""
    kept = result.found.pair.kept if isinstance(result.found, Compared) else 1.0
    return (
        "most of it"
        if kept > 0.66
        else "about half"
        if kept > 0.33
        else "less than a third"
        if kept > 0.1
        else "less than a tenth"
    )
