"""What 200 random models score, none of which has learned anything."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from core.arrays import Array, Numbers, Table
from core.data.digits import Digits, load
from core.exhibits.loss_vs_accuracy.precise import logits_and_targets
from core.exhibits.loss_vs_accuracy.settings import Settings
from core.nn.models import init_params, linear1

COUNT = 200


@dataclass(frozen=True, kw_only=True)
class RandomModels:
    """The accuracies of 200 random models, seeds 0 to 199, and of the chosen one."""

    seed: int  # of the chosen model
    items: int  # images measured on
    accuracies: Array  # (200,) float64
    weights: Array  # (200, 784) float32
    chosen: float  # accuracy of the chosen model

    def findings(self) -> list[str]:
        values = self.accuracies
        mean, spread = values.mean(), values.std()
        return [
            f"{len(values)} random models on {self.items:,} digits: :blue[accuracy] **{mean:.2f}** on average, "
            f"standard deviation **{spread:.2f}**, from {values.min():.2f} to {values.max():.2f}. "
            "What one random model scores is luck.",
            f"The model of seed {self.seed} scores {self.chosen:.4f}, "
            f"more than {(values < self.chosen).mean():.0%} of them.",
            "Were every digit a coin toss of its own, the standard deviation would be "
            f"{np.sqrt(mean * (1 - mean) / self.items):.3f}. "
            "But digits look alike: what a random model says of one three it says of most.",
        ]

    def numbers(self) -> Numbers:
        values = self.accuracies
        return {
            "models": len(values),
            "last seed": len(values) - 1,
            "digits": self.items,
            "mean": values.mean(),
            "sd": values.std(),
            "min": values.min(),
            "max": values.max(),
            "this model": self.chosen,
        }

    def table(self) -> Table:
        """Every model."""
        return {"seed": np.arange(len(self.accuracies)), "accuracy": self.accuracies}


def experiment(settings: Settings) -> RandomModels:
    """200 random models and the one of the settings' seed, measured on the training digits."""
    return random_models(settings.seed, load(settings.digits))


@lru_cache(maxsize=1)
def many_models() -> tuple[Tensor, Tensor]:
    """Weights (784, 200) and biases (200,) of the random models with seeds 0 to 199."""
    weights, bias = zip(*(init_params("linear", "randn", seed) for seed in range(COUNT)), strict=True)
    return torch.cat(weights, 1), torch.cat(bias)


def random_models(seed: int, digits: Digits) -> RandomModels:
    """Accuracies of 200 random models with one matrix product, and of the one with this seed."""
    weights, bias = many_models()
    right = (linear1(digits.x_train, [weights, bias]) > 0) == (digits.y_train == 1)
    logits, targets = logits_and_targets(init_params("linear", "randn", seed), digits)
    return RandomModels(
        seed=seed,
        items=len(digits.x_train),
        accuracies=right.double().mean(0).numpy(),
        weights=weights.T.contiguous().numpy(),
        chosen=float(((logits > 0) == (targets == 1)).mean()),
    )
