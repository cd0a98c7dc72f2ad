"""The table of contents: every exhibit once, in reading order. Navigation, home page and tests are made from it."""

from dataclasses import dataclass

PARTS = {
    1: "Part 1: how a network learns",
    2: "Part 2: pets, softmax and cross-entropy",
}


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One page. `slug` is its URL path and names its prose, its page file and the claims it settles."""

    slug: str
    title: str
    part: int
    question: str

    @property
    def page(self) -> str:
        """The page's file, from the entry script."""
        return f"pages/{self.slug}.py"

    @property
    def prose(self) -> str:
        return f"{self.slug}.md"


CONTENTS = (
    Exhibit(
        slug="seven-steps",
        title="Seven steps",
        part=1,
        question="What are the seven steps that every network learns by?",
    ),
    Exhibit(slug="loss-vs-accuracy", title="Loss or accuracy", part=1, question="Why not simply train on accuracy?"),
    Exhibit(slug="loss-surface", title="Loss surface", part=1, question="What does gradient descent walk down?"),
    Exhibit(
        slug="training-loop",
        title="Training loop",
        part=1,
        question="What do an optimizer and a Learner do that a loop does not?",
    ),
    Exhibit(
        slug="digits-as-numbers",
        title="Digits as numbers",
        part=1,
        question="How does a picture become something to multiply?",
    ),
    Exhibit(slug="sigmoid", title="Sigmoid", part=1, question="What does the sigmoid squash, and what does it cost?"),
    Exhibit(slug="gradients", title="Gradients", part=1, question="What exactly does backward() compute?"),
    Exhibit(
        slug="mini-batches",
        title="Mini-batches",
        part=1,
        question="Why not use all the data, or one item, for every step?",
    ),
    Exhibit(slug="relu", title="ReLU", part=1, question="What makes a stack of linear layers more than one line?"),
    Exhibit(slug="neural-net", title="Neural net", part=1, question="What is learned, and what is only calculated?"),
    Exhibit(slug="pets-data", title="Pets as data", part=2, question="How does a folder of files become mini-batches?"),
    Exhibit(
        slug="presizing", title="Presizing", part=2, question="Why resize to 460 pixels first, when the model sees 224?"
    ),
    Exhibit(slug="augmentation", title="Augmentation", part=2, question="Does augmentation make more data?"),
    Exhibit(slug="softmax", title="Softmax", part=2, question="How do activations become probabilities?"),
    Exhibit(slug="cross-entropy", title="Cross-entropy", part=2, question="What does a confident mistake cost?"),
    Exhibit(
        slug="pet-classifier",
        title="Pet classifier",
        part=2,
        question="What does a network know before it has seen a single pet?",
    ),
    Exhibit(slug="top-losses", title="Top losses", part=2, question="Why not clean the data first?"),
)


def exhibit(slug: str) -> Exhibit:
    """The exhibit of that slug; KeyError where there is none."""
    return {entry.slug: entry for entry in CONTENTS}[slug]


def number(entry: Exhibit) -> int:
    """Its number in reading order, from 1."""
    return CONTENTS.index(entry) + 1
