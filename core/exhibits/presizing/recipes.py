"""The batch transforms of chapter 5: those of the comparison figure, and those of the pets."""

from typing import Any

from core.exhibits.presizing.settings import ONCE, PETS, PRESIZED
from core.exhibits.presizing.two_ways import BOOK_DRAW, SIZE


def batch_transforms(recipe: str) -> list[Any]:
    """The book's: those of the comparison figure (chapter 5), composed or one by one, and those of the pets."""
    from fastai.vision.augment import AffineCoordTfm, Rotate, Warp, Zoom, aug_transforms, setup_aug_tfms

    if recipe in (PETS, ONCE):
        return list(aug_transforms(size=SIZE, min_scale=0.75 if recipe == PETS else 1.0))
    size = SIZE if recipe == PRESIZED else None
    three = [
        Rotate(draw=BOOK_DRAW.degrees, p=1.0, size=size),
        Zoom(draw=BOOK_DRAW.zoom, p=1.0, size=size),
        Warp(draw_x=BOOK_DRAW.warp_x, draw_y=BOOK_DRAW.warp_y, p=1.0, size=size),
    ]
    if recipe == PRESIZED:
        return list(setup_aug_tfms(three))
    return [AffineCoordTfm(size=SIZE, align_corners=True), *three]
