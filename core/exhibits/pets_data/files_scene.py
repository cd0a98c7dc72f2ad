"""A list of files on the stage: what it prints as it grows, and its pictures."""

import numpy as np

from core.data.labelled import is_cat
from core.exhibits.pets_data.files import NUMBERED, Listing
from core.stage.panels import Pictures, Text, TextLine
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene, Time
from core.words import plain_text


def scene(result: Listing) -> Scene:
    """Its time is the length of the list."""
    labels = [f"a list of {n} file{'s' if n > 1 else ''}" for n in range(1, len(result.names) + 1)]
    return Scene(
        rows=[Row(284, [_printed(result)]), Row(250, [_pictures(result)])],
        alt=plain_text("The files of a folder, as a list.", result.findings()),
        time=Time(labels=labels),
        seconds=6.0,
    )


def _printed(result: Listing) -> Text:
    """What the list prints, today and in 2020."""
    lines = [
        TextLine(code="files = path.ls();  files", answers=result.today, note="today: a plain list"),
        TextLine(code="files", answers=result.in_2020, note="in 2020: the number, then at most ten"),
        TextLine(
            code=f"coll_repr(files, {NUMBERED})",
            answers=result.with_number,
            note=f"today, on request: the number, from {NUMBERED} on",
        ),
    ]
    return Text(title="A list of files, and what it prints", lines=lines, narrow_height=430)


def _pictures(result: Listing) -> Pictures:
    """As many as the list has."""
    count = len(result.names)
    return Pictures(
        title="Upper case: cat, lower case: dog",
        files=pictures_together([encoded(picture) for picture in result.pictures]),
        show=np.array([[i if i < n else -1 for i in range(count)] for n in range(1, count + 1)]),
        captions=[_cat_or_dog(name) for name in result.names],
        narrow_height=420,
    )


def _cat_or_dog(name: str) -> str:
    """A name in two lines, so that a long one has room, and what its first letter says."""
    breed, line, number = name.rpartition("_")
    return f"{breed}\n{line}{number}: {'cat' if is_cat(name) else 'dog'}"
