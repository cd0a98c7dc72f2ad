"""What *Pets as data* lets you choose: a view, a pattern, a fault in the DataBlock, the size of a batch."""

from dataclasses import dataclass

from core.data.labelled import PATTERN
from core.data.pets import choice_of_pets
from core.settings import choice, text

FILES, REGEX_LAB, DOCTOR, ONE_BATCH = VIEW_NAMES = ("files", "regex lab", "DataBlock doctor", "one batch")

OWN = "my own"
PATTERNS = {
    "the book's": PATTERN,
    "first word": r"([^_]+)_",
    "lower case": r"^([a-z_]+)_\d+.jpg$",
    "no group": r".+_\d+.jpg$",
    "no underscore": r"(.+)\d+.jpg$",
    "png": r"(.+)_\d+.png$",
    "unclosed": r"(.+_\d+.jpg$",
    "never ends": r"^(\w+_?)+!$",
}
"""The book's pattern, and typical mistakes."""

CATASTROPHIC = "never ends"
"""The one of them that is not through any list of names in no time."""

LONGEST_PATTERN = 60  # characters of a visitor's pattern

NONE = "none"
NO_RESIZE, BATCH_RESIZE, ITEM_AUGMENT = "no Resize", "Resize on the batch", "augment the item"
WRONG_REGEX, NOT_IMAGE, NO_LABEL = "wrong regex", "not an image", "no get_y"
FAULTS = (NO_RESIZE, BATCH_RESIZE, ITEM_AUGMENT, WRONG_REGEX, NOT_IMAGE, NO_LABEL)

FIRST, THIRD, LAST = "first", "third", "last"
PLACES = {FIRST: 0, THIRD: 2, LAST: -1}
"""Where the file that is no image stands among the training items."""


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; most settings belong to one view."""

    view: str = choice(FILES, VIEW_NAMES, "What to look at")
    pattern: str = choice(
        "the book's",
        (*PATTERNS, OWN),
        "Pattern",
        "The label is what stands in the first parentheses.",
        when=("view", REGEX_LAB),
    )
    own: str = text(PATTERN, LONGEST_PATTERN, "Your pattern", "Python's regular expressions.", when=("pattern", OWN))
    fault: str = choice(NONE, (NONE, *FAULTS), "Fault", when=("view", DOCTOR))
    place: str = choice(
        FIRST, {name: f"the {name}" for name in PLACES}, "Which training file is no image", when=("fault", NOT_IMAGE)
    )
    size: int = choice(
        16,
        (4, 16, 64),
        "Batch size",
        "The lesson's is 64, which takes half a gigabyte for a moment.",
        when=("view", ONE_BATCH),
    )
    pets: str = choice_of_pets()
