"""One picture from outside: what the trained head says of it, what the untouched network does, and what it resembles."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from core.arrays import Array
from core.data.pictures import chelsea, open_rgb
from core.nn.backbone import CROPPED, backbone, pixels_of
from core.nn.features import features_of
from core.nn.pet_heads import Trained, softmax
from core.words import format_breed

TOP = 5
NEAREST = 6
SHOWN = 320  # pixels of the longer side as it is shown


@dataclass(frozen=True, eq=False)
class OwnPet:
    """A picture and what is made of it; `image` is None while there is none."""

    trained: Trained
    subject: str  # what it is, in words
    image: Image.Image | None = None  # as it came, reduced
    seen: Array | None = None  # (size, size, 3) uint8: the middle square that the body sees
    box: tuple[float, float, float, float] = (0, 0, 0, 0)  # of that square: top, left, height, width, as shares
    probabilities: Array | None = None  # (C,) of the breeds
    words: tuple[tuple[str, float], ...] = ()  # what the untouched network calls it, with probabilities
    nearest: tuple[tuple[int, float], ...] = ()  # training pictures and their cosine similarity, nearest first
    closer: float = 0.0  # share of the held-out pictures whose own nearest picture is less similar

    def top(self) -> list[tuple[str, float]]:
        """The most probable breeds."""
        if self.probabilities is None:
            return []
        order = np.argsort(-self.probabilities, kind="stable")[:TOP]
        return [(self.trained.vocab[i], float(self.probabilities[i])) for i in order]

    def findings(self) -> list[str]:
        if self.image is None:
            return ["Bring a picture of a pet, from a file or the camera: it stays in this session."]
        (first, share), *_ = self.top()
        alike = self.nearest[0][1]
        called = " or ".join(f"{word} ({p:.0%})" for word, p in self.words[:2])
        found = [
            f"{self.subject}: **{format_breed(first)}** with a probability of {share:.0%}, says the head. "
            f"It knows {len(self.trained.vocab)} breeds and no other answer: softmax shares 100% among them, whatever it is shown.",
            f"The network as it came, with ImageNet’s own 1,000 classes, calls it {called}.",
        ]
        if self.closer < 0.05:
            found.append(
                f"Its nearest training picture has a cosine similarity of {alike:.2f}: {1 - self.closer:.0%} of the held-out "
                "pictures have a nearer one. It is unlike what the head learned from, so its answer is worth little."
            )
        else:
            found.append(
                f"Its nearest training picture has a cosine similarity of {alike:.2f}; {self.closer:.0%} of the held-out pictures "
                "have none so near."
            )
        return found

    def numbers(self) -> dict[str, float]:
        return {f"probability of {breed}": p for breed, p in self.top()}

    def table(self) -> dict[str, Any]:
        order = np.argsort(-(self.probabilities if self.probabilities is not None else np.zeros(0)), kind="stable")
        vocab, p = self.trained.vocab, self.probabilities
        return {"breed": [vocab[i] for i in order], "probability": p[order] if p is not None else []}


def own_pet(source: bytes | None, trained: Trained) -> OwnPet:
    """What is made of a visitor's picture; PictureError where it cannot be read."""
    if source is None:
        return OwnPet(trained, "Your picture")
    return judged(open_rgb(source), "Your picture", trained)


def chelsea_judged(trained: Trained) -> OwnPet:
    """The same for a real cat that comes with scikit-image."""
    return judged(open_rgb(chelsea()), "Chelsea, a real cat", trained)


def judged(image: Image.Image, subject: str, trained: Trained) -> OwnPet:
    """What head and network say of `image`, and its nearest training pictures."""
    body = backbone(trained.choice.body)
    seen = pixels_of(image, trained.choice.size)
    own = features_of([seen], body.name)
    probabilities = softmax(trained.head.logits_of(own))[0]
    of_imagenet = body.imagenet(own)[0]
    words = tuple((imagenet_word(int(i)), float(of_imagenet[i])) for i in np.argsort(-of_imagenet)[:3])
    towards, usual = similarities(own, trained)
    order = np.argsort(-towards, kind="stable")[:NEAREST]
    nearest = tuple((int(trained.train[i]), float(towards[i])) for i in order)
    closer = float((usual < towards[order[0]]).mean()) if len(usual) else 1.0
    small = image.copy()
    small.thumbnail((SHOWN, SHOWN), Image.Resampling.LANCZOS)
    return OwnPet(trained, subject, small, seen, square(image), probabilities, words, nearest, closer)


def similarities(own: Array, trained: Trained) -> tuple[Array, Array]:
    """Cosines of one picture's features (1, width) with each training picture's, less their mean; and the largest such
    cosine of every held-out picture."""
    known = trained.features.array[trained.train]
    mean = known.mean(0)
    towards = _unit(known - mean)
    others = _unit(trained.features.array[trained.valid] - mean)
    return towards @ _unit(own - mean)[0], (others @ towards.T).max(1, initial=-1.0)


def _unit(rows: Array) -> Array:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def square(image: Image.Image) -> tuple[float, float, float, float]:
    """Where the body's middle square lies: top, left, height and width as shares of the picture."""
    width, height = image.size
    side = CROPPED * min(width, height)
    return (1 - side / height) / 2, (1 - side / width) / 2, side / height, side / width


def imagenet_word(index: int) -> str:
    """ImageNet's own name of a class, the first of several."""
    return _names()[index].split(",")[0]


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    from timm.data import ImageNetInfo

    info = ImageNetInfo("imagenet-1k")
    return tuple(info.index_to_description(i) for i in range(info.num_classes()))
