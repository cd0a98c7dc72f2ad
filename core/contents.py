"""The table of contents: every exhibit once, in reading order. Navigation, home page and tests are made from it."""

from dataclasses import dataclass

PARTS = {
    1: "Part 1: how a network learns",
    2: "Part 2: pets, softmax and cross-entropy",
}


@dataclass(frozen=True)
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
    Exhibit("seven-steps", "Seven steps", 1, "What are the seven steps that every network learns by?"),
    Exhibit("loss-vs-accuracy", "Loss or accuracy", 1, "Why not simply train on accuracy?"),
    Exhibit("loss-surface", "Loss surface", 1, "What does gradient descent walk down?"),
    Exhibit("training-loop", "Training loop", 1, "What do an optimizer and a Learner do that a loop does not?"),
    Exhibit("digits-as-numbers", "Digits as numbers", 1, "How does a picture become something to multiply?"),
    Exhibit("sigmoid", "Sigmoid", 1, "What does the sigmoid squash, and what does it cost?"),
    Exhibit("gradients", "Gradients", 1, "What exactly does backward() compute?"),
    Exhibit("mini-batches", "Mini-batches", 1, "Why not use all the data, or one item, for every step?"),
    Exhibit("relu", "ReLU", 1, "What makes a stack of linear layers more than one line?"),
    Exhibit("neural-net", "Neural net", 1, "What is learned, and what is only calculated?"),
    Exhibit("pets-data", "Pets as data", 2, "How does a folder of files become mini-batches?"),
    Exhibit("presizing", "Presizing", 2, "Why resize to 460 pixels first, when the model sees 224?"),
    Exhibit("augmentation", "Augmentation", 2, "Does augmentation make more data?"),
    Exhibit("softmax", "Softmax", 2, "How do activations become probabilities?"),
    Exhibit("cross-entropy", "Cross-entropy", 2, "What does a confident mistake cost?"),
    Exhibit("pet-classifier", "Pet classifier", 2, "What does a network know before it has seen a single pet?"),
    Exhibit("top-losses", "Top losses", 2, "Why not clean the data first?"),
)


def exhibit(slug: str) -> Exhibit:
    """The exhibit of that slug; KeyError where there is none."""
    return {entry.slug: entry for entry in CONTENTS}[slug]


def number(entry: Exhibit) -> int:
    """Its number in reading order, from 1."""
    return CONTENTS.index(entry) + 1
