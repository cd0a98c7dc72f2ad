"""A single picture from outside: what the trained head and the whole network say of it, and what it is most like."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.arrays import Array, Numbers, Table
from core.data.pets import load
from core.data.pictures import chelsea, open_rgb
from core.exhibits.pet_classifier.settings import MINE, Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead, softmax, trained_head
from core.exhibits.pet_classifier.waiting import Waiting
from core.nn.backbone import CROPPED, backbone, imagenet_word, pixels_of
from core.nn.features import features_of
from core.words import format_breed

TOP = 5
NEAREST = 6
SHOWN = 320  # pixels of the longer side as it is shown
UNLIKE = 0.05  # a smaller share of less similar pictures means that it is unlike all that the head learned from


@dataclass(frozen=True, kw_only=True, eq=False)
class Judgement:
    """A picture and what is made of it."""

    image: Image.Image  # reduced to SHOWN
    seen: Array  # (size, size, 3) uint8: the middle square that the body sees
    box: tuple[float, float, float, float]  # of that square: top, left, height, width, as shares of the picture
    probabilities: Array  # (C,) of the breeds
    imagenet: tuple[tuple[str, float], ...]  # the classes most probable to the whole network, with probabilities
    nearest: tuple[tuple[int, float], ...]  # training pictures and their cosine similarity, nearest first
    less_similar: float  # share of the held-out pictures whose own nearest training picture is less similar

    @property
    def order(self) -> Array:
        """(C,) indices of the breeds, the most probable first."""
        return np.argsort(-self.probabilities, kind="stable")


@dataclass(frozen=True, eq=False)
class YourPicture:
    """A trained head, and what it says of a picture, once there is one."""

    trained: TrainedHead
    subject: str  # what the picture is, in words
    judgement: Judgement | None = None

    def top(self) -> list[tuple[str, float]]:
        """The most probable breeds."""
        judgement = self.judgement
        if judgement is None:
            return []
        return [(self.trained.vocab[i], float(judgement.probabilities[i])) for i in judgement.order[:TOP]]

    def findings(self) -> list[str]:
        judgement = self.judgement
        if judgement is None:
            return ["Bring a picture of a pet, from a file or the camera: it stays in this session."]
        classes = " or ".join(f"{word} ({p:.0%})" for word, p in judgement.imagenet[:2])
        return [
            self._answer(),
            f"The network as it came, with ImageNet’s own 1,000 classes, calls it {classes}.",
            _how_similar(judgement),
        ]

    def _answer(self) -> str:
        """What the head says, if it can still say anything."""
        (breed, share), *_ = self.top()
        if math.isnan(share):
            return (
                f"{self.subject}: the head has no answer. Its learning rate is too high: what it learned is no number."
            )
        return (
            f"{self.subject}: **{format_breed(breed)}** with a probability of {share:.0%}, says the head. "
            f"It knows {len(self.trained.vocab)} breeds and no other answer: "
            "softmax shares 100% among them, whatever it is shown."
        )

    def numbers(self) -> Numbers:
        judgement = self.judgement
        if judgement is None:
            return {}
        return {
            **{f"probability of {breed}": p for breed, p in self.top()},
            "cosine similarity of the nearest": judgement.nearest[0][1],
            "held-out pictures less near": judgement.less_similar,
        }

    def table(self) -> Table:
        judgement = self.judgement
        if judgement is None:
            return {"breed": [], "probability": []}
        breeds = [self.trained.vocab[i] for i in judgement.order]
        return {"breed": breeds, "probability": judgement.probabilities[judgement.order]}


def _how_similar(judgement: Judgement) -> str:
    """How much the picture is like those that the head learned from."""
    start = f"Its nearest training picture has a cosine similarity of {judgement.nearest[0][1]:.2f}"
    if judgement.less_similar < UNLIKE:
        return (
            f"{start}: {1 - judgement.less_similar:.0%} of the held-out pictures have a nearer one. "
            "It is unlike what the head learned from, so its answer is worth little."
        )
    return f"{start}; {judgement.less_similar:.0%} of the held-out pictures have none so near."


def experiment(settings: Settings) -> YourPicture:
    """Chelsea, a real cat that comes with scikit-image; or the place for a visitor's picture, which is no setting."""
    trained = trained_head(load(settings.pets), settings.recipe)
    if settings.subject == MINE:
        return judge_yours(None, trained)
    return judge(open_rgb(chelsea()), "Chelsea, a real cat", trained)


def asks_picture(settings: Settings) -> bool:
    """Whether a visitor's picture is judged."""
    return settings.view == "own" and settings.subject == MINE


def with_picture(result: YourPicture | Waiting, source: bytes | None) -> YourPicture | Waiting:
    """The result with a visitor's picture; PictureError where it cannot be read."""
    return result if isinstance(result, Waiting) else judge_yours(source, result.trained)


def judge_yours(source: bytes | None, trained: TrainedHead) -> YourPicture:
    """What is made of a visitor's picture, if there is one; PictureError where it cannot be read."""
    if source is None:
        return YourPicture(trained, "Your picture")
    return judge(open_rgb(source), "Your picture", trained)


def judge(image: Image.Image, subject: str, trained: TrainedHead) -> YourPicture:
    """What the head and the whole network say of an RGB picture, and its nearest training pictures."""
    body = backbone(trained.recipe.body)
    seen = pixels_of(image, trained.recipe.size)
    features = features_of([seen], body.name)
    of_imagenet = body.imagenet(features)[0]
    best = np.argsort(-of_imagenet)[:3]
    cosines, usual = similarities(features, trained)
    nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
    small = image.copy()
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS)
    judgement = Judgement(
        image=small,
        seen=seen,
        box=middle_square(image),
        probabilities=softmax(trained.head.logits_of(features))[0],
        imagenet=tuple((imagenet_word(int(i)), float(of_imagenet[i])) for i in best),
        nearest=tuple((int(trained.train[i]), float(cosines[i])) for i in nearest),
        less_similar=float((usual < cosines[nearest[0]]).mean()) if len(usual) else 1.0,
    )
    return YourPicture(trained, subject, judgement)


def similarities(features: Array, trained: TrainedHead) -> tuple[Array, Array]:
    """Cosine similarity to the training pictures, after their mean is subtracted.

    That of one picture's features (1, width) to each of them, and of every held-out picture to its nearest one.
    """
    known = trained.features.array[trained.train]
    mean = known.mean(0)
    training = _unit(known - mean)
    held_out = _unit(trained.features.array[trained.valid] - mean)
    return training @ _unit(features - mean)[0], (held_out @ training.T).max(1, initial=-1.0)


def _unit(rows: Array) -> Array:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def middle_square(image: Image.Image) -> tuple[float, float, float, float]:
    """Where the body's middle square lies: top, left, height and width as shares of the picture."""
    width, height = image.size
    side = CROPPED * min(width, height)
    return (1 - side / height) / 2, (1 - side / width) / 2, side / height, side / width
