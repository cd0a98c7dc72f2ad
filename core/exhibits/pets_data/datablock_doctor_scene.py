"""A walk through a DataBlock on the stage: a pipeline, what each step gives in pictures and in fastai's words."""

import numpy as np

from core.arrays import Array
from core.exhibits.pets_data.data_block import source_lines
from core.exhibits.pets_data.datablock_doctor import Diagnosis
from core.exhibits.pets_data.settings import BATCH_RESIZE, ITEM_AUGMENT
from core.exhibits.pets_data.shots import Shot
from core.exhibits.pets_data.walk import WalkStep
from core.stage.panels import Pictures, Pipeline, PipelineGroup, PipelineStep, Quantity, Text, TextLine, TextPart
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene, Time
from core.words import plain_text

LONG = (ITEM_AUGMENT, BATCH_RESIZE)  # faults whose pipelines take a line more

GROUPS: tuple[tuple[str, tuple[tuple[str, ...], ...], Quantity], ...] = (
    ("get_items", (("get_items",),), "data"),
    ("splitter", (("splitter",),), "data"),
    ("blocks, get_y", (("x",), ("setup", "y")), "data"),
    ("item_tfms", (("item_tfms",),), "data"),
    ("one batch", (("more", "collate"),), "activations"),
    ("batch_tfms", (("batch_tfms",),), "activations"),
)
"""The groups of the pipeline: title, the parts of the walk in its lanes, colour."""

NOTES = {"item_tfms": "one by one", "batch_tfms": "all at once"}
KNOWN_AS = {"partial": "RegexLabeller", "PILBase.create": "PILImage.create", "Flip": "Flip + affine"}
"""Steps whose printed names hide what they are; Flip carries the other affine transforms with it."""


def scene(result: Diagnosis) -> Scene:
    """Its time is the steps, up to the one where it ended."""
    steps = result.steps[: result.at + 1]
    labels = [f"step {i} of {len(result.steps)}: {known_as(step)}" for i, step in enumerate(steps, 1)]
    return Scene(
        rows=[
            Row(288 if result.fault in LONG else 208, [_pipeline(result)]),
            Row(290, [_pictures(result), _words(result)]),
        ],
        alt=plain_text("The steps of a DataBlock from files to a mini-batch, with what each gives.", result.findings()),
        time=Time(labels=labels),
        seconds=0.6 * len(steps),
    )


def known_as(step: WalkStep) -> str:
    """A step's name as people know it."""
    return KNOWN_AS.get(step.name, step.name)


def _pipeline(result: Diagnosis) -> Pipeline:
    groups = [
        PipelineGroup(
            title=title, note=NOTES.get(title, ""), lanes=[_lane(result, parts, color) for parts in parts_by_lane]
        )
        for title, parts_by_lane, color in GROUPS
        if any(step.part in parts for step in result.steps for parts in parts_by_lane)
    ]
    return Pipeline(title="From files to a batch", active=np.arange(result.at + 1), groups=groups, narrow_height="auto")


def _lane(result: Diagnosis, parts: tuple[str, ...], color: Quantity) -> list[PipelineStep]:
    return [
        PipelineStep(at=i, name=known_as(step), gives=step.gives, color=color, state=step.state)
        for i, step in enumerate(result.steps)
        if step.part in parts
    ]


def _words(result: Diagnosis) -> Text:
    """The block's source, and what fastai says of the step."""
    answers = [_message(result, step) for step in result.steps[: result.at + 1]]
    source = [_source_line(code, note) for code, note in source_lines(result.fault)]
    return Text(
        title="The block, and what fastai says of this step",
        lines=[*source, TextLine(code="this step:", answers=answers)],
        weight=7,
        narrow_height=360,
    )


def _source_line(code: str, note: str) -> TextLine:
    """A line of the block's source; one with a fault is marked."""
    return TextLine(parts=[TextPart(words=f"{code}  ← {note}", color="data", mark=True) if note else code])


def _message(result: Diagnosis, step: WalkStep) -> str:
    """A step in fastai's words; one that failed with what it raised."""
    return f"✗ {result.error}".replace("\n\n", "\n") if step.state == "failed" else step.message


def _pictures(result: Diagnosis) -> Pictures:
    """Every different picture of the walk once, and of them the four that each step gives."""
    shots, show = _walk_shots(result)
    return Pictures(
        title="What a step gives",
        files=pictures_together([b"no image" if shot.image is None else encoded(shot.image) for shot in shots]),
        show=show,
        captions=["no image" if shot.image is None else "×".join(map(str, shot.size)) for shot in shots],
        same=True,
        columns=2,
        weight=4,
        narrow_height=330,
    )


def _walk_shots(result: Diagnosis) -> tuple[list[Shot], Array]:
    """Every different picture of the walk once, and (frames, 4) which of them each step shows."""
    shots = list(result.first)
    before = list(range(len(shots)))  # what the step before shows
    pictures_before: tuple[Shot, ...] = ()
    show = []
    for step in result.steps[: result.at + 1]:
        now = [-1] * len(before) if step.pictures else before
        for i, shot in enumerate(step.pictures):
            if i < len(pictures_before) and _same(shot, pictures_before[i]):
                now[i] = before[i]
            else:
                now[i] = len(shots)
                shots.append(shot)
        pictures_before = step.pictures or pictures_before
        before = now
        show.append(now)
    return shots, np.array(show)


def _same(one: Shot, other: Shot) -> bool:
    if one.image is None or other.image is None:
        return False
    return one.size == other.size and np.array_equal(one.image, other.image)
