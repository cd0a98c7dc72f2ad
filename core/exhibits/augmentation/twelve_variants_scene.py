"""Twelve variants on the stage: the pictures, and their borders on the original."""

import numpy as np

from core.exhibits.augmentation.settings import ALL, CROP, FLIP, LIGHTING, ROTATE, WARP, ZOOM
from core.exhibits.augmentation.staging import degrees, staged
from core.exhibits.augmentation.twelve_variants import Variants
from core.stage.panels import Outlines, Pictures
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene

FAR = 1.5  # sides of the original; a border that folds over its horizon goes to infinity


def scene(result: Variants) -> Scene:
    """Its time is the variant whose border is lit."""
    count = len(result.pictures)
    labels = [f"variant {i + 1} of {count}" for i in range(count)]
    return staged(result, [Row(436, [_outlines(result), _variants(result)])], labels, 1.2, autoplay=False)


def _outlines(result: Variants) -> Outlines:
    count = len(result.pictures)
    return Outlines(
        title="The picture; the variants' borders",
        files=pictures_together([encoded(result.picture)]),
        outlines=np.nan_to_num(result.draws.outlines).clip(-FAR, 1 + FAR),
        lit=np.arange(count),
        labels=[_described(result, i) for i in range(count)],
        weight=3,
        narrow_height=400,
    )


def _variants(result: Variants) -> Pictures:
    return Pictures(
        title="Variants for training",
        files=pictures_together([encoded(picture) for picture in result.pictures]),
        columns=4,
        captions=[f"{i + 1}{_short(result, i)}" for i in range(len(result.pictures))],
        weight=7,
        narrow_height=370,
    )


def _short(result: Variants, i: int) -> str:
    """A variant's caption: what its knob drew."""
    draws = result.draws
    words = {
        FLIP: "flipped" if draws.flipped[i] else "as it is",
        ROTATE: degrees(draws, i),
        ZOOM: f"×{draws.zoom[i]:.2f}",
        WARP: f"{draws.warp[i, 0]:+.2f}, {draws.warp[i, 1]:+.2f}",
        LIGHTING: f"{draws.brightness[i]:.2f}, ×{draws.contrast[i]:.2f}",
        CROP: f"{draws.boxes[i, 2] * draws.boxes[i, 3]:.0%} of the area",
        ALL: f"{'flipped, ' if draws.flipped[i] else ''}{degrees(draws, i)}",
    }
    return f": {words[result.settings.knob]}".replace("-", "−")


def _described(result: Variants, i: int) -> str:
    """Every draw of a variant in words, a line each."""
    draws = result.draws
    top, left, height, _ = draws.boxes[i]
    lines = [
        f"Variant {i + 1}: {'flipped' if draws.flipped[i] else 'not flipped'}, turned by {degrees(draws, i)}",
        f"zoom ×{draws.zoom[i]:.2f}, warp {draws.warp[i, 0]:+.2f} in x, {draws.warp[i, 1]:+.2f} in y",
        f"crop box: side {height:.0%}, left {left:.0%}, top {top:.0%}",
        f"brightness {draws.brightness[i]:.2f}, contrast ×{draws.contrast[i]:.2f}",
        f"shows {draws.shown[i].mean():.0%} of the picture; reflected {draws.reflected[i]:.1%}",
    ]
    return "\n".join(lines).replace("-", "−")
