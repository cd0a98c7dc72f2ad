"""Squish, pad and crop: what fastai's item transforms take of a picture, and make of one that is too small."""

from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from core.arrays import Numbers, Table
from core.exhibits.presizing.pictures import WAITING, chosen_picture
from core.exhibits.presizing.resamplings import watched
from core.exhibits.presizing.settings import OWN, SHAPES, TRAIN, Settings
from core.nn.seeded import seeded

RESIZES = ("crop", "pad", "squish")
FIXED = ("squish", "CropPad")  # chance has no part in them
METHODS = (*RESIZES, "CropPad", "RandomCrop")
DRAWS = 4  # of chance, for training


@dataclass(frozen=True)
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


@dataclass(frozen=True, kw_only=True)
class AllMethods:
    """Every method on one picture, for every draw of chance (for validation there is none)."""

    settings: Settings
    picture: Image.Image
    draws: tuple[tuple[Fitted, ...], ...]
    waiting: bool = False  # for a picture of the visitor's own

    def with_picture(self, image: Image.Image) -> "AllMethods":
        """The same with a visitor's own picture."""
        return every_method(image, self.settings)

    def findings(self) -> list[str]:
        sentences = [self._boxes(), self._enlarged(), self._cut(), self._chance()]
        return [sentence for sentence in (WAITING if self.waiting else "", *sentences) if sentence]

    def _boxes(self) -> str:
        crop, pad, *_ = self.draws[0]
        (width, height), target = self.picture.size, self.settings.target
        return (
            f"From {width}×{height} to {target}×{target}. **Crop** takes {crop.box[2]}×{crop.box[3]}, the largest "
            f"box of the target's proportions, {1 - crop.box[2] * crop.box[3] / (width * height):.0%} of the picture "
            f"is left out; **pad** keeps all and invents {pad.invented(self.picture):.0%}, a reflection; **squish** "
            f"keeps all and stretches one side {max(width, height) / min(width, height):.2g} times as much as the "
            "other."
        )

    def _enlarged(self) -> str:
        scales = {fitted.method: self.settings.target / min(fitted.box[2:]) for fitted in self.draws[0][: len(RESIZES)]}
        larger = ", ".join(f"{method} ×{scale:.2g}" for method, scale in scales.items() if scale > 1)
        if not larger:
            return ""
        return (
            f"The picture is smaller than the target, so `Resize` enlarges it without a word: {larger}. No detail is "
            "gained."
        )

    def _cut(self) -> str:
        *_, crop_pad, random_crop = self.draws[0]
        target = self.settings.target
        black, other = crop_pad.invented(self.picture), random_crop.invented(self.picture)
        if black <= 0:
            return f"`CropPad` and `RandomCrop` resize nothing: they cut {target}×{target} out."
        also = "" if abs(other - black) < 0.005 else f" ({other:.0%} with `RandomCrop`)"
        return f"`CropPad` and `RandomCrop` never enlarge: {black:.0%} of what they give is black{also}."

    def _chance(self) -> str:
        if self.settings.split != TRAIN:
            return "In validation there is no chance: the box is always in the centre."
        boxes = len({draw[0].box for draw in self.draws})
        return f"In training chance decides where: {boxes} boxes of crop in {len(self.draws)} draws."

    def numbers(self) -> Numbers:
        values: Numbers = {"picture": f"{self.picture.width}×{self.picture.height}"}
        for fitted in self.draws[0]:
            left, top, width, height = fitted.box
            values[f"{fitted.method}: box"] = f"{width}×{height} at {left}, {top}"
            values[f"{fitted.method}: comes out as"] = f"{fitted.made.width}×{fitted.made.height}"
            values[f"{fitted.method}: share invented"] = fitted.invented(self.picture)
        return values

    def table(self) -> Table:
        rows = [(number, fitted) for number, draw in enumerate(self.draws, 1) for fitted in draw]
        return {
            "draw": [number for number, _ in rows],
            "method": [fitted.method for _, fitted in rows],
            "left": [fitted.box[0] for _, fitted in rows],
            "top": [fitted.box[1] for _, fitted in rows],
            "width": [fitted.box[2] for _, fitted in rows],
            "height": [fitted.box[3] for _, fitted in rows],
            "width, made": [fitted.made.width for _, fitted in rows],
            "height, made": [fitted.made.height for _, fitted in rows],
            "share invented": [fitted.invented(self.picture) for _, fitted in rows],
        }


def shaped(picture: Image.Image, shape: str) -> Image.Image:
    """The middle of the picture in that shape's proportions, scaled to its size."""
    size = SHAPES[shape]
    return picture if size is None else ImageOps.fit(picture, size, Image.Resampling.LANCZOS)


def fit(picture: Image.Image, method: str, target: int, train: bool) -> Fitted:
    """One of METHODS, as fastai runs it; the box is read from its own call of `crop_pad`."""
    from fastai.vision.augment import CropPad, RandomCrop, Resize
    from fastai.vision.core import PILImage

    if method in RESIZES:
        tfm = Resize(target, method=method)
    else:
        tfm = {"CropPad": CropPad, "RandomCrop": RandomCrop}[method](target)
    boxes: list[tuple[int, int, int, int]] = []

    def see(_made: Image.Image, _picture: Image.Image, sz: Any, tl: Any, **_kwargs: Any) -> None:
        boxes.append((int(tl[0]), int(tl[1]), int(sz[0]), int(sz[1])))

    with watched("crop_pad", see):
        made = tfm(PILImage(picture), split_idx=0 if train else 1)
    return Fitted(method, boxes[0], made)


def every_method(image: Image.Image, settings: Settings, waiting: bool = False) -> AllMethods:
    """Every method on an RGB picture, for training with DRAWS draws of chance.

    fastai is imported before the seed is set: its import draws as well.
    """
    import fastai.vision.augment  # noqa: F401

    train, picture = settings.split == TRAIN, shaped(image, settings.shape)
    draws: list[tuple[Fitted, ...]] = []
    for number in range(DRAWS if train else 1):
        with seeded(settings.seed + number):
            draw = tuple(
                draws[0][i] if draws and method in FIXED else fit(picture, method, settings.target, train)
                for i, method in enumerate(METHODS)
            )
        draws.append(draw)
    return AllMethods(settings=settings, picture=picture, draws=tuple(draws), waiting=waiting)


def experiment(settings: Settings) -> AllMethods:
    """Every method on the chosen picture; the cat stands for one of the visitor's own."""
    return every_method(chosen_picture(settings), settings, waiting=settings.picture == OWN)
