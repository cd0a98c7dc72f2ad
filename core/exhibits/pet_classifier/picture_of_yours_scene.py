"""A single picture on the stage: what the body sees of it, the breeds' probabilities, the nearest training pictures."""

import numpy as np
from PIL import Image

from core.data.pets import load
from core.exhibits.pet_classifier.picture_of_yours import TOP, YourPicture
from core.exhibits.pet_classifier.staging import small_picture
from core.stage.panels import Column, Columns, Pictures
from core.stage.pictures import encoded, pictures_together
from core.stage.scene import Row, Scene
from core.words import format_breed, plain_text

GREY = Image.new("RGB", (64, 64), (128, 128, 128))  # in place of a picture that is still to come
BLANK = Image.new("RGB", (8, 8))


def scene(result: YourPicture) -> Scene:
    """It has one frame."""
    return Scene(
        rows=(Row(250, (_picture(result), _probabilities(result))), Row(210, (_nearest(result),))),
        alt=plain_text("A picture judged by the head.", result.findings()),
    )


def _picture(result: YourPicture) -> Pictures:
    """The picture with the square that the body sees, and that square alone."""
    judgement = result.judgement
    if judgement is None:
        files, captions = [encoded(GREY)], ["bring a picture"]
        boxes = np.zeros((1, 4), np.float32)
    else:
        files = [encoded(judgement.image), encoded(Image.fromarray(judgement.seen), exact=True)]
        captions = ["as it came", f"what the body sees, {len(judgement.seen)}×{len(judgement.seen)}"]
        boxes = np.array([judgement.box, (0, 0, 0, 0)], np.float32)
    return Pictures(
        title=result.subject,
        files=pictures_together(files),
        boxes=boxes,
        captions=captions,
        weight=3,
        narrow_height=240,
    )


def _probabilities(result: YourPicture) -> Columns:
    top = result.top()
    probabilities = np.array([p for _, p in top] or [0.0] * TOP, np.float32)
    return Columns(
        title="The head’s most probable breeds",
        names=[format_breed(breed) for breed, _ in top] or ["–"] * TOP,
        columns=[Column(title="probability", values=probabilities, domain=(0, 1), color="activations", digits=3)],
        weight=2,
        narrow_height=220,
    )


def _nearest(result: YourPicture) -> Pictures:
    trained, pets = result.trained, load(result.trained.pets)
    nearest = result.judgement.nearest if result.judgement else ()
    breeds = [format_breed(trained.vocab[trained.targets[i]]) for i, _ in nearest]
    captions = [f"{breed}\ncosine {cosine:.2f}" for breed, (_, cosine) in zip(breeds, nearest, strict=True)]
    return Pictures(
        title="The training pictures whose features are nearest",
        files=pictures_together([small_picture(pets, i) for i, _ in nearest] or [encoded(BLANK)]),
        captions=captions or [""],
        narrow_height=330,
    )
