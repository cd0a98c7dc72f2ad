"""A batch's way through fastai's transforms on the stage: a table of the calls, and the first picture after each."""

import numpy as np
from PIL import Image

from core.exhibits.presizing.pipeline import BatchRun
from core.exhibits.presizing.thumbnails import small
from core.stage.panels import Pictures, Table, TableColumn
from core.stage.pictures import pictures_together
from core.stage.scene import Row, Scene
from core.words import plain_text


def scene(result: BatchRun) -> Scene:
    """Nothing in it moves."""
    return Scene(
        rows=[Row(238, [_calls(result)]), Row(190, [_pictures(result)])],
        alt=plain_text("A batch on its way through fastai's transforms.", result.findings()),
    )


def _calls(result: BatchRun) -> Table:
    table = result.table()
    return Table(
        title="Every transform that was called, in its order",
        names=table["transform"],
        columns=[_column(title, table[title]) for title in ("resampled by", "on", "in", "out")],
        narrow_height="auto",
    )


def _column(title: str, cells: list[str]) -> TableColumn:
    """A column of words."""
    words = list(dict.fromkeys(cells))
    return TableColumn(
        title=title,
        array=np.array([words.index(word) for word in cells]),
        words=words,
        color="activations" if title == "resampled by" else None,
    )


def _pictures(result: BatchRun) -> Pictures:
    shown = [(call.name, call.picture) for call in result.calls if call.picture is not None]
    captions = [
        f"{name.removesuffix(', composed').replace(' + ', ', ')}\n{picture.shape[1]}×{picture.shape[0]}"
        for name, picture in shown
    ]
    return Pictures(
        title="The first picture after each of them",
        files=pictures_together([small(Image.fromarray(picture)) for _, picture in shown]),
        captions=captions,
        narrow_height=420,
    )
