"""A batch on the stage: its pictures with their breeds, and what `one_batch` gives in words."""

from core.exhibits.pets_data.one_batch import Batch, OneBatch
from core.stage.panels import Panel, Pictures, Text, TextLine
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene
from core.words import plain_text


def scene(result: OneBatch) -> Scene:
    """Nothing in it moves; before there are pictures, it is words alone."""
    panels: list[Panel] = [_pictures(result)] if result.pictures else []
    return Scene(
        rows=[Row(470, [*panels, _words(result)])],
        alt=plain_text("A mini-batch of pictures with their breeds.", result.findings()),
    )


def _pictures(result: OneBatch) -> Pictures:
    return Pictures(
        title="dls.show_batch(max_n=9)" if result.batch else "Opened and resized so far",
        files=pictures_together([encoded(shot.image) for shot in result.pictures if shot.image is not None]),
        captions=result.labels,
        weight=6,
        narrow_height=420,
    )


def _words(result: OneBatch) -> Text:
    lines = [TextLine(code="x, y = dls.one_batch()"), *(_lines(result.batch) if result.batch else [])]
    return Text(title="What one_batch gives", lines=lines, weight=4, narrow_height=330)


def _lines(batch: Batch) -> list[TextLine]:
    """What can be asked of the batch, with the answers."""
    kind_x, kind_y = batch.kinds
    return [
        TextLine(code="type(x), x.shape, x.dtype", answer=f"{kind_x}, {batch.shape}, {batch.dtype}"),
        TextLine(code="x.min(), x.max(), x.mean()", answer=f"{batch.low:.4g}, {batch.high:.4g}, {batch.mean:.4f}"),
        TextLine(code="type(y), y.shape, y.dtype", answer=f"{kind_y}, ({len(batch.targets)},), {batch.target_dtype}"),
        TextLine(code="y", answer=str(list(batch.targets))),
        TextLine(code="show_image(x[0])", note="draws one, a tensor, an array or a PIL image"),
        TextLine(code="x[0].show(ctx=ax)", note="the same, asked of the TensorImage"),
        TextLine(code="PIL.Image.open(path)", note="is enough for a file in a notebook"),
    ]
