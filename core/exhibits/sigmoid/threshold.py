"""Where to part threes from sevens: 0 before the sigmoid, 0.5 after it, and the trap in between (chapter 4)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import load
from core.exhibits.sigmoid.settings import Settings
from core.fields import FIFTY, batch_size
from core.nn.models import linear1
from core.nn.training import Recipe, train
from core.words import format_number


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """A trained model's validation logits, and its accuracy for F thresholds before and after the sigmoid."""

    marks: dict[str, float]  # accuracy of the four thresholds that people write
    logits: Array  # (n,)
    targets: Array  # (n,)
    before: Array  # (F,): thresholds on the logits
    after: Array  # (F,): their sigmoids, thresholds on the predictions
    accuracy_before: Array  # (F,)
    accuracy_after: Array  # (F,)

    def findings(self) -> list[str]:
        n, marks = len(self.logits), {name: format_number(value, 4) for name, value in self.marks.items()}
        lost = round((self.marks["0 before"] - self.marks["0.5 before"]) * n)
        between = int(((self.logits > 0) & (self.logits <= 0.5)).sum())
        change = f"{abs(lost)} fewer right" if lost > 0 else f"{abs(lost)} more right" if lost else "as many right"
        return [
            f"0 before the sigmoid and 0.5 after it are the same question: :blue[accuracy] **{marks['0 before']}** and "
            f"**{marks['0.5 after']}** on {n:,} validation digits.",
            f"The trap is 0.5 *before* the sigmoid: **{marks['0.5 before']}**, {change}. {between} digits have an "
            "activation between 0 and 0.5; they change sides, and no error says so.",
            "The other trap is 0 *after* it: every prediction is above 0, so everything is a three, and the accuracy "
            f"is **{marks['0 after']}**.",
        ]

    def numbers(self) -> Numbers:
        return {f"accuracy, threshold {name} the sigmoid": value for name, value in self.marks.items()}

    def table(self) -> Table:
        return {
            "threshold before": self.before,
            "accuracy before": self.accuracy_before,
            "threshold after": self.after,
            "accuracy after": self.accuracy_after,
        }


def share_right(values: Tensor, thresholds: Tensor, targets: Tensor) -> Tensor:
    """Accuracy of "a three if above" for every threshold, (F,); `values` and `targets` are (n,)."""
    return ((values[:, None] > thresholds) == (targets[:, None] == 1)).double().mean(0)


def recipe_of(settings: Settings) -> Recipe:
    """A short training from the small start of `nn.Linear`."""
    return Recipe(
        init="uniform",
        learning_rate=settings.rate,
        epochs=settings.epochs,
        batch_size=batch_size(FIFTY, settings.digits),
        seed=settings.seed,
    )


def experiment(settings: Settings) -> Thresholds:
    """Train a little, then judge the validation digits with every threshold."""
    digits = load(settings.digits)
    run = train(recipe_of(settings), digits)
    logits = linear1(digits.x_valid, run.tensors(-1))[:, 0]
    targets = digits.y_valid[:, 0]
    reach = max(0.7, 1.05 * logits.abs().max().item())
    before = torch.linspace(-reach, reach, 161)
    p, after = logits.sigmoid(), before.sigmoid()
    written = {"0 before": (logits, 0.0), "0.5 before": (logits, 0.5), "0.5 after": (p, 0.5), "0 after": (p, 0.0)}
    return Thresholds(
        marks={name: share_right(v, torch.tensor([t]), targets).item() for name, (v, t) in written.items()},
        logits=logits.numpy(),
        targets=targets.numpy(),
        before=before.numpy(),
        after=after.numpy(),
        accuracy_before=share_right(logits, before, targets).numpy(),
        accuracy_after=share_right(p, after, targets).numpy(),
    )
