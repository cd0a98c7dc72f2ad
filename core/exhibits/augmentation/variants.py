"""Twelve variants of one picture: each knob of `aug_transforms` on its own, or all together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.arrays import Array
from core.exhibits.augmentation.draws import VALID, Draws, augment, difference, distinct, recipe, together
from core.nn.seeded import seeded

COUNT = 12
STILL = 1e-4  # a draw nearer to doing nothing than this did nothing


@dataclass(frozen=True)
class Variants:
    """One picture as validation sees it, and `COUNT` of its training variants. Pictures: (height, width, 3) uint8."""

    picture: Array
    plain: Array  # behind the validation set's transforms
    pictures: Array  # (COUNT, height, width, 3)
    draws: Draws
    knob: str
    knobs: dict[str, Any]
    batches: int

    def findings(self) -> list[str]:
        found = [self._how_different(), *SAY[self.knob](self)]
        if (most := float(self.draws.reflected.max())) > 0:
            found.append(
                f"**{self.draws.reflected.mean():.1%}** of the pixels lie outside the picture and show its reflection; "
                f"in variant {self.draws.reflected.argmax() + 1} it is {most:.1%}."
            )
        return found

    def _how_different(self) -> str:
        number, change = distinct(self.pictures), difference(self.pictures, self.plain)
        many = "1 picture" if number == 1 else f"{number} different pictures"
        return (
            f"**{many}** from one, compared pixel by pixel; the data set still holds **1**. Their pixels, from 0 to 1, are "
            f"{change:.3f} off the picture that validation sees, the same one every time."
        )

    def flips(self) -> list[str]:
        flipped = int(self.draws.flipped.sum())
        if self.knobs.get("flip_vert"):
            turned = int((np.abs(self.draws.angle) > 45).sum())
            return [
                f"`flip_vert` makes it `Dihedral`: {flipped} of {COUNT} are mirrored and {turned} turned by 90° or 180°."
            ]
        return [f"**{flipped} of {COUNT}** are flipped; {COUNT / 2:g} were to be expected."]

    def turns(self) -> list[str]:
        if not self.knobs["max_rotate"]:
            return ["With `max_rotate=0` nothing is turned."]
        low, high = (f"{angle:.0f}°".replace("-", "−") for angle in (self.draws.angle.min(), self.draws.angle.max()))
        return [f"Turned by {low} to {high}, {self._still(self.draws.angle)}."]

    def zooms(self) -> list[str]:
        if self.knobs["max_zoom"] <= 1:
            return ["With `max_zoom=1` nothing is enlarged."]
        still = self._still(self.draws.zoom - 1)
        return [f"Enlarged up to {self.draws.zoom.max():.2f} times, each around a centre of its own, {still}."]

    def warps(self) -> list[str]:
        if not self.knobs["max_warp"]:
            return ["With `max_warp=0` nothing is tilted."]
        size = np.abs(self.draws.warp).max(1)
        found = [f"Tilted by up to {size.max():.2f} in x or y, {self._still(size, 2)}."]
        if folded := int(self.draws.folded.sum()):
            found.append(
                f"**{folded} of {COUNT}** are tilted so far that their horizon runs through the picture: it folds over."
            )
        return found

    def lights(self) -> list[str]:
        if not self.knobs["max_lighting"]:
            return ["With `max_lighting=0` the light stays as it is."]
        light, contrast = self.draws.brightness, self.draws.contrast
        return [
            f"Brightness from {light.min():.2f} to {light.max():.2f} (0.5 leaves it as it is), contrast from "
            f"{contrast.min():.2f} to {contrast.max():.2f} times; both are drawn for each picture."
        ]

    def crops(self) -> list[str]:
        if self.knobs["min_scale"] >= 1:
            return ["With `min_scale=1` nothing is cropped."]
        boxes = len(np.unique(self.draws.boxes, axis=0))
        area = self.draws.boxes[:, 2] * self.draws.boxes[:, 3]
        shown, ever = self.draws.shown.mean((1, 2)), self.draws.shown.any(0).mean()
        if self.batches == 1:
            return [
                f"**One crop box for all {COUNT}**, {area[0]:.0%} of the area: fastai draws it once a batch, and these "
                f"are one batch."
            ]
        return [
            f"**{boxes} crop boxes** in {self.batches} batches, {area.min():.0%} to {area.max():.0%} of the area. A variant "
            f"shows {shown.mean():.0%} of the picture on average, the {COUNT} together {ever:.0%}."
        ]

    def everything(self) -> list[str]:
        crops = self.crops() if self.knobs["min_scale"] < 1 else []
        return [f"{self.flips()[0]} {self.turns()[0]}", *crops]

    def _still(self, change: Array, draws: int = 1) -> str:
        """How many of the draws did nothing, beside how many that p lets expect; `draws` of them must all do nothing."""
        expected = (1 - self.knobs["p_affine"]) ** draws * COUNT
        return f"{int((np.abs(change) < STILL).sum())} of {COUNT} not at all ({expected:.1f} to be expected)"

    def numbers(self) -> dict[str, Any]:
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
            "shown of the picture": float(draws.shown.mean()),
        }

    def table(self) -> dict[str, Any]:
        return {"variant": list(range(1, len(self.draws) + 1)), **columns(self.draws)}


SAY: dict[str, Callable[[Variants], list[str]]] = {
    "all": Variants.everything,
    "flip": Variants.flips,
    "rotate": Variants.turns,
    "zoom": Variants.zooms,
    "warp": Variants.warps,
    "lighting": Variants.lights,
    "crop": Variants.crops,
}


def vary(picture: Array, knob: str, knobs: dict[str, Any], size: int, batches: int, seed: int) -> Variants:
    """`COUNT` variants of a square picture, drawn as one batch or as batches of one picture each."""
    each = np.repeat(picture[None], COUNT // batches, 0)
    transforms = recipe(knobs, size)
    with seeded(seed):
        made = [augment(each, transforms) for _ in range(batches)]
        plain = augment(picture[None], transforms, VALID).pictures[0]
    pictures = np.concatenate([one.pictures for one in made])
    return Variants(picture, plain, pictures, together([one.draws for one in made]), knob, knobs, batches)


def columns(draws: Draws) -> dict[str, list[Any]]:
    """The draws in columns, a row a picture."""
    return {
        "flipped": draws.flipped.tolist(),
        "angle": draws.angle.round(2).tolist(),
        "zoom": draws.zoom.round(3).tolist(),
        "warp x": draws.warp[:, 0].round(3).tolist(),
        "warp y": draws.warp[:, 1].round(3).tolist(),
        "brightness": draws.brightness.round(3).tolist(),
        "contrast": draws.contrast.round(3).tolist(),
        "crop top": draws.boxes[:, 0].round(3).tolist(),
        "crop left": draws.boxes[:, 1].round(3).tolist(),
        "crop height": draws.boxes[:, 2].round(3).tolist(),
        "reflected": draws.reflected.round(4).tolist(),
        "shown": draws.shown.mean((1, 2)).round(3).tolist(),
    }
