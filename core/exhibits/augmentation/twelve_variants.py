"""Twelve variants of one picture: each knob of `aug_transforms` on its own, or all together."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.arrays import Array, Numbers, Table
from core.exhibits.augmentation.draws import (
    VALID,
    Draws,
    augment,
    difference,
    distinct,
    draw_columns,
    joined_draws,
    recipe,
)
from core.exhibits.augmentation.settings import ALL, COUNT, CROP, FLIP, LIGHTING, ROTATE, WARP, ZOOM, Settings
from core.exhibits.augmentation.squares import BATCH_SIDE, LabelledSquare, first_square
from core.nn.seeded import seeded

STILL = 1e-4  # a draw nearer to doing nothing than this did nothing


@dataclass(frozen=True, kw_only=True)
class Variants:
    """One picture as validation sees it, and `COUNT` of its training variants. Pictures: (height, width, 3) uint8."""

    settings: Settings
    picture: Array
    plain: Array  # behind the validation set's transforms
    pictures: Array  # (COUNT, height, width, 3)
    draws: Draws

    def with_first(self, first: LabelledSquare) -> "Variants":
        """The same draws on another picture."""
        return vary(first, self.settings)

    def findings(self) -> list[str]:
        sentences = [self._how_different(), *BY_KNOB[self.settings.knob](self)]
        if (most := float(self.draws.reflected.max())) > 0:
            sentences.append(
                f"**{self.draws.reflected.mean():.1%}** of the pixels lie outside the picture and show its reflection; "
                f"in variant {self.draws.reflected.argmax() + 1} it is {most:.1%}."
            )
        return sentences

    def _how_different(self) -> str:
        number, change = distinct(self.pictures), difference(self.pictures, self.plain)
        many = "1 picture" if number == 1 else f"{number} different pictures"
        return (
            f"**{many}** from one, compared pixel by pixel; the data set still holds **1**. Their pixels, from 0 to 1, "
            f"are {change:.3f} off the picture that validation sees, the same one every time."
        )

    def flips(self) -> list[str]:
        """How many are flipped, or turned by right angles."""
        flipped = int(self.draws.flipped.sum())
        if self.settings.flip_vert:
            turned = int((np.abs(self.draws.angle) > 45).sum())
            return [
                f"`flip_vert` makes it `Dihedral`: {flipped} of {COUNT} are mirrored and "
                f"{turned} turned by 90° or 180°."
            ]
        return [f"**{flipped} of {COUNT}** are flipped; {COUNT / 2:g} were to be expected."]

    def turns(self) -> list[str]:
        """By how much they are turned."""
        if not self.settings.max_rotate:
            return ["With `max_rotate=0` nothing is turned."]
        low, high = (f"{angle:.0f}°".replace("-", "−") for angle in (self.draws.angle.min(), self.draws.angle.max()))
        return [f"Turned by {low} to {high}, {self._still(self.draws.angle)}."]

    def zooms(self) -> list[str]:
        """By how much they are enlarged."""
        if self.settings.max_zoom <= 1:
            return ["With `max_zoom=1` nothing is enlarged."]
        still = self._still(self.draws.zoom - 1)
        return [f"Enlarged up to {self.draws.zoom.max():.2f} times, each around a centre of its own, {still}."]

    def warps(self) -> list[str]:
        """How far they are tilted."""
        if not self.settings.max_warp:
            return ["With `max_warp=0` nothing is tilted."]
        size = np.abs(self.draws.warp).max(1)
        sentences = [f"Tilted by up to {size.max():.2f} in x or y, {self._still(size, 2)}."]
        if folded := int(self.draws.folded.sum()):
            sentences.append(
                f"**{folded} of {COUNT}** are tilted so far that their horizon runs through the picture: it folds over."
            )
        return sentences

    def lights(self) -> list[str]:
        """How their light was changed."""
        if not self.settings.max_lighting:
            return ["With `max_lighting=0` the light stays as it is."]
        light, contrast = self.draws.brightness, self.draws.contrast
        return [
            f"Brightness from {light.min():.2f} to {light.max():.2f} (0.5 leaves it as it is), contrast from "
            f"{contrast.min():.2f} to {contrast.max():.2f} times; both are drawn for each picture."
        ]

    def crops(self) -> list[str]:
        """How many crop boxes there are, and how much they leave."""
        if self.settings.min_scale >= 1:
            return ["With `min_scale=1` nothing is cropped."]
        area = self.draws.boxes[:, 2] * self.draws.boxes[:, 3]
        if not self.settings.apart:
            return [
                f"**One crop box for all {COUNT}**, {area[0]:.0%} of the area: fastai draws it once a batch, and these "
                "are one batch."
            ]
        boxes = len(np.unique(self.draws.boxes, axis=0))
        on_average, together = self.draws.shown.mean((1, 2)).mean(), self.draws.shown.any(0).mean()
        return [
            f"**{boxes} crop boxes** in {COUNT} batches, {area.min():.0%} to {area.max():.0%} of the area. A variant "
            f"shows {on_average:.0%} of the picture on average, the {COUNT} together {together:.0%}."
        ]

    def everything(self) -> list[str]:
        """Flip and turn, and the crop where there is one."""
        crops = self.crops() if self.settings.min_scale < 1 else []
        return [f"{self.flips()[0]} {self.turns()[0]}", *crops]

    def _still(self, change: Array, draws: int = 1) -> str:
        """How many of the draws did nothing, beside how many p lets expect; `draws` of them must all do nothing."""
        expected = (1 - self.settings.p_affine) ** draws * COUNT
        return f"{int((np.abs(change) < STILL).sum())} of {COUNT} not at all ({expected:.1f} to be expected)"

    def numbers(self) -> Numbers:
        draws = self.draws
        return {
            "pictures in the data set": 1,
            "different variants": distinct(self.pictures),
            "mean difference from validation": difference(self.pictures, self.plain),
            "flipped": int(draws.flipped.sum()),
            "largest angle": float(np.abs(draws.angle).max()),
            "largest zoom": float(draws.zoom.max()),
            "crop boxes": len(np.unique(draws.boxes, axis=0)),
            "reflected": float(draws.reflected.mean()),
            "most reflected": float(draws.reflected.max()),
            "shown of the picture": float(draws.shown.mean()),
        }

    def table(self) -> Table:
        return {"variant": list(range(1, len(self.draws) + 1)), **draw_columns(self.draws)}


BY_KNOB: dict[str, Callable[[Variants], list[str]]] = {
    ALL: Variants.everything,
    FLIP: Variants.flips,
    ROTATE: Variants.turns,
    ZOOM: Variants.zooms,
    WARP: Variants.warps,
    LIGHTING: Variants.lights,
    CROP: Variants.crops,
}
"""What is said of the draws."""


def vary(first: LabelledSquare, settings: Settings) -> Variants:
    """`COUNT` variants of a square picture, drawn as one batch or as batches of one picture each."""
    batches = COUNT if settings.apart else 1
    transforms = recipe(settings.knobs, BATCH_SIDE)
    batch = np.repeat(first.pixels[None], COUNT // batches, 0)
    with seeded(settings.seed):
        augmented = [augment(batch, transforms) for _ in range(batches)]
        plain = augment(first.pixels[None], transforms, VALID).pictures[0]
    return Variants(
        settings=settings,
        picture=first.pixels,
        plain=plain,
        pictures=np.concatenate([one.pictures for one in augmented]),
        draws=joined_draws([one.draws for one in augmented]),
    )


def experiment(settings: Settings) -> Variants:
    """Variants of the chosen picture."""
    return vary(first_square(settings), settings)
