"""What the pet classifier lets you choose: a pretrained body, and a head on it or all of it to train."""

from dataclasses import dataclass

from core.data.pets import choice_of_pets
from core.fields import device_field, seed_field
from core.nn.backbone import BACKBONES, SIZES
from core.nn.head import HeadSettings
from core.settings import When, choice, ladder, toggle

RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0)
CHELSEA, MINE = "chelsea", "mine"
EPOCHS_TUNED = (1, 2, 3, 5)
SIZES_TUNED = (96, 128, 160, 224)
VALLEY = 0.0  # in place of a learning rate: the one that lr_find suggests

YOURS: When = ("view", "own")
HEADS: When = ("view", ("head", "own"))
TUNING: When = ("view", "tune")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What a head is trained on: a body at a size, so many pictures of each breed (0: all), and the head's settings."""

    body: str = "lite0"
    size: int = 224  # pixels
    per_breed: int = 0
    head: HeadSettings = HeadSettings()


@dataclass(frozen=True, kw_only=True)
class TuneSettings:
    """Everything that decides a fine-tuning, besides the pictures; `rate` VALLEY takes what lr_find suggests."""

    body: str = "lite0"
    size: int = 160  # pixels
    epochs: int = 1  # unfrozen
    rate: float = VALLEY
    seed: int = 42
    device: str = "cpu"


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose."""

    view: str = choice(
        "head",
        {"head": "train the head", "own": "a picture of yours", "tune": "fine_tune"},
        "What to look at",
    )
    subject: str = choice(CHELSEA, {CHELSEA: "Chelsea, a real cat", MINE: "my picture"}, "What is judged", when=YOURS)
    learning_rate: float = ladder(0.03, RATES, "Learning rate", when=HEADS)
    epochs: int = ladder(30, (1, 3, 10, 30, 60, 100, 300), "Epochs", when=HEADS)
    each: int = choice(
        0, {1: "1", 2: "2", 5: "5", 20: "20", 0: "all"}, "Pictures of each breed to learn from", when=HEADS
    )
    body: str = choice(
        "lite0", BACKBONES, "Body", "Trained on ImageNet; or with random weights, to see what that is worth."
    )
    tune: bool = toggle(False, "Train it", "It takes minutes on a CPU, and can be stopped.", when=TUNING)
    tune_epochs: int = choice(1, EPOCHS_TUNED, "Epochs unfrozen", "After one epoch with the body frozen.", when=TUNING)
    hidden: int = choice(
        0, {0: "none", 64: "64 units", 256: "256 units"}, "Hidden layer of the head", more=True, when=HEADS
    )
    batch_size: int = choice(64, {16: "16", 64: "64", 256: "256", 0: "all"}, "Batch size", more=True, when=HEADS)
    weight_decay: float = ladder(0.0, (0.0, 0.001, 0.01, 0.1, 1.0), "Weight decay", more=True, when=HEADS)
    size: int = choice(224, SIZES, "Pixels that the body sees", more=True, when=HEADS)
    tune_size: int = choice(160, SIZES_TUNED, "Pixels", "Fewer are faster.", more=True, when=TUNING)
    tune_rate: float = choice(
        VALLEY,
        {VALLEY: "lr_find’s valley", 0.0005: "0.0005", 0.002: "0.002", 0.01: "0.01", 0.1: "0.1"},
        "Learning rate of the head",
        "The body's layers get smaller ones.",
        more=True,
        when=TUNING,
    )
    seed: int = seed_field()
    pets: str = choice_of_pets()
    device: str = device_field(when=TUNING)

    @property
    def recipe(self) -> Recipe:
        """What a head is trained on, and how."""
        head = HeadSettings(
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=self.batch_size,
            weight_decay=self.weight_decay,
            hidden=self.hidden,
            seed=self.seed,
        )
        return Recipe(body=self.body, size=self.size, per_breed=self.each, head=head)

    @property
    def tuned(self) -> TuneSettings:
        """What is fine-tuned, and how."""
        return TuneSettings(
            body=self.body,
            size=self.tune_size,
            epochs=self.tune_epochs,
            rate=self.tune_rate,
            seed=self.seed,
            device=self.device,
        )
