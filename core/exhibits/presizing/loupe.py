"""Presizing under the loupe: the two ways to 224 pixels for one draw, and for many, since one picture may be luck."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from PIL import Image
from torch import Tensor

from core.arrays import Numbers, Table
from core.exhibits.presizing.pictures import WAITING, chosen_picture, description
from core.exhibits.presizing.settings import BOOK, OWN, Settings
from core.exhibits.presizing.two_ways import Pair, Ways, compare, draw_of, square

NOTHING = 1e-6  # variance of a Laplacian below which a picture has no detail to speak of
SAME_PLACE = 0.02  # pixels that two centres may be apart and still be called the same: it is rounding
CHUNK = 4  # draws measured before they are shown
PADDED = {"reflection": "reflected", "zeros": "black", "border": "repeated from the edge"}

KEPT = ((0.66, "most of it"), (0.33, "about half"), (0.1, "less than a third"), (-1.0, "less than a tenth"))
"""What is said of a share above each number."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one draw showed; pairs are of the presized and the standard picture."""

    number: int  # of the draw
    sharpness: tuple[float, float]
    kept: float  # share of the sharpness
    lost: float  # share of fine detail's power
    invented: tuple[float, float]  # shares of the pixels
    apart: float  # of the two centres, in the square's pixels


def measured(number: int, pair: Pair) -> Measured:
    """What is measured on a pair."""
    both = (pair.presized, pair.standard)
    return Measured(
        number=number,
        sharpness=(both[0].sharpness, both[1].sharpness),
        kept=pair.kept,
        lost=pair.lost,
        invented=(both[0].invented, both[1].invented),
        apart=pair.apart,
    )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The pair of one draw, and what the other draws have shown so far."""

    settings: Settings
    description: str  # the picture in words
    size: tuple[int, int]  # its width and height
    pair: Pair
    spread: tuple[Measured, ...] = ()
    waiting: bool = False  # for a picture of the visitor's own

    def with_picture(self, image: Image.Image) -> "Comparison":
        """The same for a visitor's own picture; other draws are not measured."""
        return compared(image, self.settings)

    def shown(self) -> Measured:
        """What the draw in the picture showed."""
        return measured(self.settings.draw, self.pair)

    def findings(self) -> list[str]:
        sentences = [self._calls(), self._detail(), self._geometry(), self._small()]
        return [sentence for sentence in (WAITING if self.waiting else "", *sentences) if sentence]

    def _calls(self) -> str:
        one, many = self.pair.presized, self.pair.standard
        also = ""
        if many.averagings:
            before, after = many.averagings[0].before[0], many.averagings[0].after[0]
            who = "On both sides fastai also" if one.averagings else "On the standard side fastai also"
            also = f" {who} shrank the picture from {before} to {after} by averaging, before it looked anything up."
        return (
            f"Counted from the calls: **{one.interpolations}** interpolation for the presized picture, "
            f"**{many.interpolations}** for the standard one.{also}"
        )

    def _detail(self) -> str:
        pair = self.pair
        if pair.presized.sharpness < NOTHING:
            return "This picture has no detail that could be lost."
        sharpness = (
            f"Sharpness, the variance of the Laplacian: {pair.presized.sharpness:.2g} presized, "
            f"{pair.standard.sharpness:.2g} the standard way, {pair.kept:.0%} of it. "
        )
        if pair.lost < 0.005:
            return f"{sharpness}Nothing that is finer than four pixels was lost here."
        lost = f"The standard way adds no noise: {pair.lost:.0%} of the power in detail finer than four pixels is gone"
        if not self.spread:
            return f"{sharpness}{lost}."
        shares = [draw.lost for draw in self.spread]
        return (
            f"{sharpness}{lost}; over {len(shares)} random draws between {min(shares):.0%} and {max(shares):.0%}, "
            f"half of them more than {median(shares):.0%}."
        )

    def _geometry(self) -> str:
        one, many = self.pair.presized.invented, self.pair.standard.invented
        return (
            f"{self._centres()} Invented, {PADDED[self.settings.padding]}: {one:.1%} of the presized picture's pixels, "
            f"{many:.1%} of the standard one's."
        )

    def _centres(self) -> str:
        side, apart = self.settings.presize, self.pair.apart
        if self.settings.geometry == BOOK:
            others = [draw.apart for draw in self.spread]
            over = f", {min(others):.0f} to {max(others):.0f} over {len(others)} draws" if others else ""
            return (
                f"The two centres come from places {apart:.0f} of {side} pixels apart{over}: each side draws its own "
                "centre to zoom at, and they warp at different times. The book's two pictures do not show the same "
                "thing."
            )
        if apart < SAME_PLACE:
            return (
                f"The centres of both come from the same place, to less than {SAME_PLACE:g} of {side} pixels: what "
                "differs is interpolation alone."
            )
        return f"The centres of both come from places {apart:.2g} of {side} pixels apart."

    def _small(self) -> str:
        short, side = min(self.size), self.settings.presize
        if short >= side:
            return ""
        return (
            f"{self.description} has {self.size[0]}×{self.size[1]} pixels, fewer than {side}: `Resize` enlarged it "
            f"×{side / short:.2g} without a word, and gained no detail."
        )

    def numbers(self) -> Numbers:
        values: Numbers = {}
        for name, side in (("presized", self.pair.presized), ("standard", self.pair.standard)):
            values[f"{name}: interpolations"] = side.interpolations
            values[f"{name}: averagings"] = len(side.averagings)
            if side.averagings:
                values[f"{name}: averaged to"] = side.averagings[0].after[0]
            values[f"{name}: sharpness"] = side.sharpness
            values[f"{name}: share invented"] = side.invented
        values |= {"share of fine detail lost": self.pair.lost, "centres apart, pixels": self.pair.apart}
        if self.spread:
            values[f"median lost over {len(self.spread)} draws"] = median(draw.lost for draw in self.spread)
        return values

    def table(self) -> Table:
        rows = [self.shown(), *self.spread]
        return {
            "draw": [row.number for row in rows],
            "sharpness, presized": [row.sharpness[0] for row in rows],
            "sharpness, standard": [row.sharpness[1] for row in rows],
            "share of fine detail lost": [row.lost for row in rows],
            "share invented, presized": [row.invented[0] for row in rows],
            "share invented, standard": [row.invented[1] for row in rows],
            "centres apart, pixels": [row.apart for row in rows],
        }


def share_kept(result: Comparison) -> str:
    """The answer to the page's question: how much of the presized picture's sharpness the standard way keeps."""
    return next(words for least, words in KEPT if result.pair.kept > least)


def paired(settings: Settings, x: Tensor, number: int) -> Pair:
    """Both ways from a square (1, 3, side, side) with one draw."""
    draw = draw_of(number, settings.degrees, settings.zoom, settings.warp)
    ways = Ways(settings.geometry, settings.padding, settings.extra)
    return compare(x, draw, ways, settings.seed + number)


def compared(image: Image.Image, settings: Settings, waiting: bool = False) -> Comparison:
    """The chosen draw on an RGB picture; no other draw yet."""
    return Comparison(
        settings=settings,
        description=description(settings, waiting),
        size=image.size,
        pair=paired(settings, square(image, settings.presize), settings.draw),
        waiting=waiting,
    )


def begin(settings: Settings) -> Comparison:
    """The chosen draw on the chosen picture; the cat stands for one of the visitor's own."""
    return compared(chosen_picture(settings), settings, waiting=settings.picture == OWN)


def measures_draws(settings: Settings) -> bool:
    """Whether other draws are measured as well: not while a visitor's own picture is awaited."""
    return settings.picture != OWN


def other_draws(settings: Settings, stop: Callable[[], bool]) -> Iterator[tuple[Measured, ...]]:
    """The random draws, a few at a time."""
    x = square(chosen_picture(settings), settings.presize)
    for first in range(1, settings.draws + 1, CHUNK):
        if stop():
            return
        numbers = range(first, min(first + CHUNK, settings.draws + 1))
        yield tuple(measured(number, paired(settings, x, number)) for number in numbers)


def join(result: Comparison, arrived: Sequence[tuple[Measured, ...]]) -> Comparison:
    """The comparison with the draws that have been measured meanwhile."""
    return replace(result, spread=tuple(draw for part in arrived for draw in part))


def experiment(settings: Settings) -> Comparison:
    """The chosen draw, and all others measured."""
    parts = list(other_draws(settings, lambda: False)) if measures_draws(settings) else []
    return join(begin(settings), parts)


def progress(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Measuring, part by part…" if arrived else "Measuring…"
