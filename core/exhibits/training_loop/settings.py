"""What *Training loop* lets you choose: a training written four times, and two runs raced (fastbook chapter 4)."""

from dataclasses import dataclass, replace

from core.data.digits import DigitsName
from core.fields import BATCHES, FIFTY, batch_field, batch_size, device_field, digits_field, seed_field
from core.nn.models import InitName, ModelName
from core.nn.training import Recipe
from core.settings import When, choice, integer, ladder, toggle

RATES = (0.001, 0.01, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0, 1000.0)
FOUR, RACE = "four ways", "race"
RACING: When = ("view", RACE)
MODELS = {"linear": "linear", "relu": "linear, ReLU, linear"}


@dataclass(frozen=True)
class Settings:
    """What the page lets you choose; `other_…` are those of run B in a race."""

    view: str = choice(FOUR, {FOUR: "four ways", RACE: "race A against B"}, "What to look at")
    learning_rate: float = ladder(1.0, RATES, "Learning rate")
    epochs: int = integer(10, 1, 40, "Epochs")
    shuffle: bool = toggle(
        True, "Shuffle the items every epoch", "The book's notebook does not: all threes, then all sevens."
    )
    other_rate: float = ladder(1.0, RATES, "B: learning rate", when=RACING)
    other_shuffle: bool = toggle(False, "B: shuffle", when=RACING)
    init: InitName = choice(
        "uniform",
        {"uniform": "small uniform, as nn.Linear", "randn": "randn, as init_params"},
        "First parameters",
        more=True,
    )
    batch_size: int = batch_field()
    model: ModelName = choice("linear", MODELS, "A: model", more=True, when=RACING)
    other_model: ModelName = choice("linear", MODELS, "B: model", more=True, when=RACING)
    other_batch: int = choice(FIFTY, BATCHES, "B: batch size", more=True, when=RACING)
    digits: DigitsName = digits_field()
    seed: int = seed_field()
    device: str = device_field()

    def recipe(self) -> Recipe:
        """The run of the four ways, and A of a race."""
        return Recipe(
            model=self.model,
            init=self.init,
            learning_rate=self.learning_rate,
            epochs=self.epochs,
            batch_size=batch_size(self.batch_size, self.digits),
            shuffle=self.shuffle,
            seed=self.seed,
            device=self.device,
        )

    def other(self) -> Recipe:
        """B of a race: the same start where the models are the same."""
        return replace(
            self.recipe(),
            model=self.other_model,
            learning_rate=self.other_rate,
            shuffle=self.other_shuffle,
            batch_size=batch_size(self.other_batch, self.digits),
        )
