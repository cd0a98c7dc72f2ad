"""Two recorded runs on the same digits, each with its own settings; the same start where their models are the same."""

from dataclasses import dataclass

import numpy as np

from core.arrays import Numbers, Table
from core.data.digits import load
from core.exhibits.training_loop.recorded import (
    FirstEpoch,
    first_epoch,
    one_class_sentence,
    recorded_numbers,
    recorded_table,
    rounding_decides,
)
from core.exhibits.training_loop.settings import Settings
from core.nn.training import Run, train
from core.words import join_words


@dataclass(frozen=True, kw_only=True)
class Race:
    runs: tuple[Run, Run]  # A and B
    firsts: tuple[FirstEpoch, FirstEpoch]
    valid_items: int  # images that the accuracies are measured on

    def findings(self) -> list[str]:
        a, b = (float(run.valid_accuracy[-1]) for run in self.runs)
        sentences = [f"At the end the :blue[accuracy] is {a:.1%} for A and {b:.1%} for B."]
        collapsed = [
            one_class_sentence(run, first, f"{lane}, ")
            for run, first, lane in zip(self.runs, self.firsts, "AB", strict=True)
        ]
        sentences += [sentence for sentence in collapsed if sentence]
        gap, error = abs(a - b), self.standard_error
        if 0 < gap < 2 * error:
            sentences.append(
                f"That difference of {gap * 100:.1f} points is within chance: one standard error on "
                f"{self.valid_items:,} validation images is {error * 100:.1f} points."
            )
        long = [lane for run, lane in zip(self.runs, "AB", strict=True) if rounding_decides(run)]
        if long:
            sentences.append(
                f"The steps of {join_words(long)} are so long that rounding can decide where a run ends: "
                "on another computer it may be some points away."
            )
        return sentences

    @property
    def standard_error(self) -> float:
        """Of an accuracy that lies between both, measured on so many images."""
        mean = np.mean([float(run.valid_accuracy[-1]) for run in self.runs])
        return float(np.sqrt(mean * (1 - mean) / self.valid_items))

    def numbers(self) -> Numbers:
        return recorded_numbers(self.runs, self.firsts) | {
            "validation digits": self.valid_items,
            "one standard error": self.standard_error,
        }

    def table(self) -> Table:
        return recorded_table(self.runs)


def experiment(settings: Settings) -> Race:
    """Both runs, A first."""
    digits = load(settings.digits)
    a, b = settings.recipe(), settings.other()
    return Race(
        runs=(train(a, digits), train(b, digits)),
        firsts=(first_epoch(a, digits), first_epoch(b, digits)),
        valid_items=len(digits.y_valid),
    )
