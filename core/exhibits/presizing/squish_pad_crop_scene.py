"""Squish, pad and crop on the stage: what each method takes, outlined on the picture, and what comes out."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from core.arrays import Array
from core.exhibits.presizing.squish_pad_crop import AllMethods, Fitted
from core.exhibits.presizing.thumbnails import THUMB, small
from core.stage.panels import Pictures
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene, Time
from core.words import plain_text


def scene(result: AllMethods) -> Scene:
    """Its time is the draws of chance."""
    fitted, show = _different(result)
    labels = [f"draw {i} of {len(result.draws)}" for i in range(1, len(result.draws) + 1)]
    return Scene(
        rows=[Row(200, [_taken(result, fitted, show)]), Row(200, [_made(result, fitted, show)])],
        alt=plain_text("What crop, pad, squish, CropPad and RandomCrop take of a picture.", result.findings()),
        time=Time(labels=labels),
        seconds=5,
    )


def _different(result: AllMethods) -> tuple[list[Fitted], Array]:
    """Every method with each different box once, and (draws, methods) which of them each draw gives."""
    place: dict[tuple[str, tuple[int, ...]], int] = {}
    different: list[Fitted] = []
    for fitted in (fitted for draw in result.draws for fitted in draw):
        if (fitted.method, fitted.box) not in place:
            place[fitted.method, fitted.box] = len(different)
            different.append(fitted)
    return different, np.array([[place[fitted.method, fitted.box] for fitted in draw] for draw in result.draws])


def _taken(result: AllMethods, different: Sequence[Fitted], show: Array) -> Pictures:
    outlined = [
        _outlined(result.picture, [other.box for other in different if other.method == fitted.method], fitted.box)
        for fitted in different
    ]
    return Pictures(
        title="What is taken, outlined on the picture",
        files=pictures_together([picture for picture, _ in outlined]),
        boxes=np.array([box for _, box in outlined], np.float32),
        show=show,
        captions=[
            f"{fitted.method}\n{fitted.box[2]}×{fitted.box[3]} at {fitted.box[0]}, {fitted.box[1]}"
            for fitted in different
        ],
        narrow_height=330,
    )


def _made(result: AllMethods, different: Sequence[Fitted], show: Array) -> Pictures:
    return Pictures(
        title="What comes out",
        files=pictures_together([small(fitted.made) for fitted in different]),
        show=show,
        captions=[
            f"{fitted.made.width}×{fitted.made.height}\n{_changed(fitted, result.picture)}" for fitted in different
        ],
        narrow_height=330,
    )


def _changed(fitted: Fitted, picture: Image.Image) -> str:
    """How much larger or smaller it became, and what share of it was invented."""
    scales = dict.fromkeys(f"×{made / box:.2g}" for made, box in zip(fitted.made.size, fitted.box[2:], strict=True))
    invented = fitted.invented(picture)
    return ", ".join([*scales, *([f"{invented:.0%} invented"] if invented else [])])


def _outlined(
    picture: Image.Image, boxes: Sequence[tuple[int, int, int, int]], box: tuple[int, int, int, int]
) -> tuple[bytes, tuple[float, ...]]:
    """The picture with room for all the boxes, and this one's place as shares of that: top, left, height, width."""
    left, top = (min(0, *(other[k] for other in boxes)) for k in (0, 1))
    right = max(picture.width, *(other[0] + other[2] for other in boxes))
    bottom = max(picture.height, *(other[1] + other[3] for other in boxes))
    width, height = right - left, bottom - top
    scale = THUMB / max(width, height)
    room = Image.new("RGBA", (max(1, round(width * scale)), max(1, round(height * scale))))
    reduced = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    room.paste(reduced, (round(-left * scale), round(-top * scale)))
    x, y, across, down = box
    return encoded(room), ((y - top) / height, (x - left) / width, down / height, across / width)
