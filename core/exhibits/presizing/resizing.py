"""Squish, pad and crop: what fastai's item transforms take of a picture, and what they make of one that is too small."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from core.exhibits.presizing.resamplings import watched
from core.nn.seeded import seeded

RESIZES = ("crop", "pad", "squish")
FIXED = ("squish", "CropPad")  # chance has no part in them
METHODS = (*RESIZES, "CropPad", "RandomCrop")
SHAPES: dict[str, tuple[int, int] | None] = {
    "as it is": None,
    "large": (800, 600),
    "small": (150, 100),
    "wide": (600, 150),
    "tall": (150, 600),
}
DRAWS = 4  # of chance, for training


@dataclass(frozen=True, eq=False)
class Fitted:
    """What one method took and made."""

    method: str
    box: tuple[int, int, int, int]  # left, top, width, height in the picture's pixels; it may reach beyond the picture
    made: Image.Image

    def invented(self, picture: Image.Image) -> float:
        """The share of the box that lies outside the picture."""
        left, top, width, height = self.box
        inside = [
            max(0, min(at + n, most) - max(at, 0))
            for at, n, most in ((left, width, picture.width), (top, height, picture.height))
        ]
        return 1 - inside[0] * inside[1] / (width * height)


@dataclass(frozen=True, eq=False)
class Fits:
    """Every method on one picture, for every draw of chance (for validation there is none)."""

    what: str
    picture: Image.Image
    target: int
    train: bool
    draws: tuple[tuple[Fitted, ...], ...]
    waiting: bool = False

    def findings(self) -> list[str]:
        """What was taken, what was enlarged and what invented."""
        crop, pad, squish, croppad, random_crop = self.draws[0]
        width, height = self.picture.size
        sentences = [
            f"From {width}×{height} to {self.target}×{self.target}. **Crop** takes {crop.box[2]}×{crop.box[3]}, the largest "
            f"box of the target's proportions, {1 - crop.box[2] * crop.box[3] / (width * height):.0%} of the picture is left out; "
            f"**pad** keeps all and invents {pad.invented(self.picture):.0%}, a reflection; **squish** keeps all and stretches one "
            f"side {max(width, height) / min(width, height):.2g} times as much as the other."
        ]
        scales = {fitted.method: self.target / min(fitted.box[2:]) for fitted in (crop, pad, squish)}
        larger = ", ".join(f"{method} ×{scale:.2g}" for method, scale in scales.items() if scale > 1)
        if larger:
            sentences.append(
                f"The picture is smaller than the target, so `Resize` enlarges it without a word: {larger}. No detail is gained."
            )
        if (black := croppad.invented(self.picture)) > 0:
            other = random_crop.invented(self.picture)
            also = "" if abs(other - black) < 0.005 else f" ({other:.0%} with `RandomCrop`)"
            sentences.append(f"`CropPad` and `RandomCrop` never enlarge: {black:.0%} of what they give is black{also}.")
        else:
            sentences.append(f"`CropPad` and `RandomCrop` resize nothing: they cut {self.target}×{self.target} out.")
        sentences.append(
            f"In training chance decides where: {len({d[0].box for d in self.draws})} boxes of crop in {len(self.draws)} draws."
            if self.train
            else "In validation there is no chance: the box is always in the centre."
        )
        if self.waiting:
            sentences.insert(0, "This is the cat: bring a picture of your own with the button beside the settings.")
        return sentences

    def numbers(self) -> dict[str, Any]:
        """The first draw's numbers, for the page's export."""
        found: dict[str, Any] = {}
        for fitted in self.draws[0]:
            found[f"{fitted.method}: box"] = "{2}x{3} at {0}, {1}".format(*fitted.box)
            found[f"{fitted.method}: comes out as"] = "{}x{}".format(*fitted.made.size)
            found[f"{fitted.method}: share invented"] = fitted.invented(self.picture)
        return found

    def table(self) -> dict[str, Sequence[Any]]:
        """Every box of every draw."""
        rows = [(number, fitted) for number, draw in enumerate(self.draws, 1) for fitted in draw]
        columns: dict[str, Sequence[Any]] = {"draw": [n for n, _ in rows], "method": [f.method for _, f in rows]}
        for i, name in enumerate(("left", "top", "width", "height")):
            columns[name] = [f.box[i] for _, f in rows]
        return columns | {
            "width, made": [f.made.width for _, f in rows],
            "height, made": [f.made.height for _, f in rows],
            "share invented": [f.invented(self.picture) for _, f in rows],
        }


def shaped(picture: Image.Image, shape: str) -> Image.Image:
    """The middle of the picture in that shape's proportions, scaled to its size."""
    size = SHAPES[shape]
    return picture if size is None else ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def fit(picture: Image.Image, method: str, target: int, train: bool) -> Fitted:
    """One of METHODS, as fastai runs it; the box is read from its own call of `crop_pad`."""
    from fastai.vision.augment import CropPad, RandomCrop, Resize
    from fastai.vision.core import PILImage

    tfm = (
        Resize(target, method=method)
        if method in RESIZES
        else {"CropPad": CropPad, "RandomCrop": RandomCrop}[method](target)
    )
    boxes: list[tuple[int, int, int, int]] = []

    def see(_made: Image.Image, _picture: Image.Image, sz: Any, tl: Any, **_kwargs: Any) -> None:
        boxes.append((int(tl[0]), int(tl[1]), int(sz[0]), int(sz[1])))

    with watched("crop_pad", see):
        made = tfm(PILImage(picture), split_idx=0 if train else 1)
    return Fitted(method, boxes[0], made)


def fits(what: str, picture: Image.Image, target: int, train: bool, seed: int, waiting: bool = False) -> Fits:
    """Every method, for training with DRAWS draws of chance."""
    draws: list[tuple[Fitted, ...]] = []
    for number in range(DRAWS if train else 1):
        with seeded(seed + number):
            draws.append(
                tuple(
                    draws[0][i] if draws and method in FIXED else fit(picture, method, target, train)
                    for i, method in enumerate(METHODS)
                )
            )
    return Fits(what, picture, target, train, tuple(draws), waiting)
