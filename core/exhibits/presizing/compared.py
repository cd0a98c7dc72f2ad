"""The loupe's comparison as a result: one pair to look at, and many draws measured, since one picture may be luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from core.exhibits.presizing.loupe import BOOK, Pair, Ways

NOTHING = 1e-6  # variance of a Laplacian below which a picture has no detail to speak of


@dataclass(frozen=True)
class Measured:
    """What one draw showed, both ways."""

    number: int
    sharpness: tuple[float, float]  # presized, standard
    kept: float
    lost: float
    invented: tuple[float, float]
    apart: float

    @classmethod
    def of(cls, number: int, pair: Pair) -> "Measured":
        both = (pair.presized, pair.standard)
        sharpness = (both[0].sharpness, both[1].sharpness)
        return cls(number, sharpness, pair.kept, pair.lost, (both[0].invented, both[1].invented), pair.apart)


@dataclass(frozen=True, eq=False)
class Compared:
    """The pair of one draw, and what the other draws showed so far."""

    what: str  # the picture in words
    size: tuple[int, int]  # its width and height
    presize: int  # pixels a side of the square
    ways: Ways
    number: int  # of the draw
    pair: Pair
    spread: tuple[Measured, ...] = ()
    waiting: bool = False  # for a picture of the visitor's own

    def findings(self) -> list[str]:
        """What the calls and the pixels say."""
        sentences = [self._calls(), self._detail(), self._geometry(), self._small()]
        if self.waiting:
            sentences.insert(0, "This is the cat: bring a picture of your own with the button beside the settings.")
        return [sentence for sentence in sentences if sentence]

    def _calls(self) -> str:
        one, many = self.pair.presized, self.pair.standard
        averaged = [[call for call in side.calls if call.name == "interpolate"] for side in (one, many)]
        also = ""
        if averaged[1]:
            before, after = averaged[1][0].before[0], averaged[1][0].after[0]
            who = "On both sides fastai also" if averaged[0] else "On the standard side fastai also"
            also = f" {who} shrank the picture from {before} to {after} by averaging, before it looked anything up."
        return (
            f"Counted from the calls: **{one.interpolations}** interpolation for the presized picture, "
            f"**{many.interpolations}** for the standard one.{also}"
        )

    def _detail(self) -> str:
        pair = self.pair
        if pair.presized.sharpness < NOTHING:
            return "This picture has no detail that could be lost."
        first = (
            f"Sharpness, the variance of the Laplacian: {pair.presized.sharpness:.2g} presized, "
            f"{pair.standard.sharpness:.2g} the standard way, {pair.kept:.0%} of it. "
        )
        if pair.lost < 0.005:
            return f"{first}Nothing that is finer than four pixels was lost here."
        lost = f"The standard way adds no noise: {pair.lost:.0%} of the power in detail finer than four pixels is gone"
        if not self.spread:
            return f"{first}{lost}."
        shares = [m.lost for m in self.spread]
        return (
            f"{first}{lost}; over {len(shares)} random draws between {min(shares):.0%} and {max(shares):.0%}, "
            f"half of them more than {median(shares):.0%}."
        )

    def _geometry(self) -> str:
        pair = self.pair
        if self.ways.geometry == BOOK:
            apart = [m.apart for m in self.spread]
            over = f", {min(apart):.0f} to {max(apart):.0f} over {len(apart)} draws" if apart else ""
            first = (
                f"The two centres come from places {pair.apart:.0f} of {self.presize} pixels apart{over}: each side draws its "
                "own centre to zoom at, and they warp at different times. The book's two pictures do not show the same thing."
            )
        elif pair.apart < 0.02:
            first = (
                f"The centres of both come from the same place, to {pair.apart:.1g} of {self.presize} pixels: what differs is "
                "interpolation alone."
            )
        else:
            first = f"The centres of both come from places {pair.apart:.2g} of {self.presize} pixels apart."
        one, many = pair.presized.invented, pair.standard.invented
        words = {"reflection": "reflected", "zeros": "black", "border": "repeated from the edge"}[self.ways.padding]
        return (
            f"{first} Invented, {words}: {one:.1%} of the presized picture's pixels, {many:.1%} of the standard one's."
        )

    def _small(self) -> str:
        short = min(self.size)
        if short >= self.presize:
            return ""
        return (
            f"{self.what} has {self.size[0]}×{self.size[1]} pixels, fewer than {self.presize}: `Resize` enlarged it "
            f"×{self.presize / short:.2g} without a word, and gained no detail."
        )

    def numbers(self) -> dict[str, Any]:
        """The page's numbers, for its export."""
        found: dict[str, Any] = {}
        for name, side in (("presized", self.pair.presized), ("standard", self.pair.standard)):
            found[f"{name}: interpolations"] = side.interpolations
            found[f"{name}: sharpness"] = side.sharpness
            found[f"{name}: share invented"] = side.invented
        found |= {"share of fine detail lost": self.pair.lost, "centres apart, pixels": self.pair.apart}
        if self.spread:
            found[f"median lost over {len(self.spread)} draws"] = median(m.lost for m in self.spread)
        return found

    def table(self) -> dict[str, Sequence[Any]]:
        """Every draw that was measured, the one in the picture first."""
        rows = [Measured.of(self.number, self.pair), *self.spread]
        return {
            "draw": [m.number for m in rows],
            "sharpness, presized": [m.sharpness[0] for m in rows],
            "sharpness, standard": [m.sharpness[1] for m in rows],
            "share of fine detail lost": [m.lost for m in rows],
            "share invented, presized": [m.invented[0] for m in rows],
            "share invented, standard": [m.invented[1] for m in rows],
            "centres apart, pixels": [m.apart for m in rows],
        }
