"""How fast the recorded training run is, against fastai's Learner and against the memory it reads.

`python -m tests.bench.training` prints one line a figure. The sizes are the full sample's: 12,396 × 784 float32,
mini-batches of 256 in their own order, as the lesson's notebook walks them, ten epochs of the linear model.
"""

import time
import warnings
from collections.abc import Callable, Iterable
from statistics import median

import torch
from torch import Tensor, nn

from core.data.digits import COUNTS, Digits, load
from core.nn.losses import mnist_loss
from core.nn.training import Recipe, train

NAMES = ("train_vs_fastai", "train_roofline")
RECIPE = Recipe(init="uniform", epochs=10, batch_size=256, shuffle=False)
REPEATS = 9
STREAM = 1 << 26  # float32 numbers that are summed to measure the memory: 268 MB


def measure() -> dict[str, dict]:
    """Every figure of this file by name: its value, unit, goal, and what it is compared with."""
    digits = as_many_as_the_full_sample()
    batches = list(zip(digits.x_train.split(256), digits.y_train.split(256), strict=True))
    stream = torch.ones(STREAM)
    repeated = {
        "ours": lambda: train(RECIPE, digits).seconds,
        "sum": lambda: seconds(stream.sum),
        "bare": lambda: fit(batches, bare=True),
        "usual": lambda: fit(batches),
    }
    took = interleaved(repeated, REPEATS)
    book = fit(book_loader(digits))
    ours, peer = took["ours"], min(took["bare"], took["usual"])
    images = digits.x_train.numel() * digits.x_train.element_size() * RECIPE.epochs
    bandwidth = stream.numel() * stream.element_size() / took["sum"]
    return {
        "train_vs_fastai": {
            "value": peer / ours,
            "unit": "times as fast",
            "goal": 8.0,
            "peer": f"fastai's Learner.fit on mini-batches made beforehand, without validation, metrics or the "
            f"callbacks it can do without: {1e3 * peer:.0f} ms to our {1e3 * ours:.1f}, which record the run "
            f"(with its usual callbacks {1e3 * took['usual']:.0f} ms; with the book's own DataLoader {1e3 * book:.0f})",
        },
        "train_roofline": {
            "value": images / bandwidth / ours,
            "unit": "share of the memory's speed",
            "goal": 0.5,
            "peer": f"{images / 1e6:.0f} MB of images, each read once an epoch, at the {bandwidth / 1e9:.0f} GB/s "
            f"with which torch.sum reads {stream.numel() * 4 / 1e6:.0f} MB on {torch.get_num_threads()} threads",
        },
    }


def as_many_as_the_full_sample() -> Digits:
    """The built-in digits, repeated until they are as many as the full sample's: the clock sees no difference."""
    few = load("built-in")
    rows = [torch.arange(COUNTS["train/3"]) % 400, 400 + torch.arange(COUNTS["train/7"]) % 400]
    return Digits(
        name="full",
        x_train=few.x_train[torch.cat(rows)],
        y_train=few.y_train[torch.cat(rows)],
        x_valid=few.x_valid,
        y_valid=few.y_valid,
    )


def fit(loader: Iterable[tuple[Tensor, Tensor]], bare: bool = False) -> float:
    """Seconds of `Learner.fit` alone; `bare` leaves it one callback, without which it does not train."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of torch, on how fastai uses it
        from fastai.callback.core import TrainEvalCallback
        from fastai.data.core import DataLoaders
        from fastai.learner import Learner
        from fastai.optimizer import SGD

    callbacks = {"default_cbs": False, "cbs": TrainEvalCallback} if bare else {}
    learn = Learner(DataLoaders(loader, []), nn.Linear(784, 1), loss_func=mnist_loss, opt_func=SGD, **callbacks)
    with learn.no_logging():
        return seconds(lambda: learn.fit(RECIPE.epochs, lr=RECIPE.learning_rate))


def book_loader(digits: Digits) -> Iterable[tuple[Tensor, Tensor]]:
    """As chapter 4 writes it: a list of pairs, collated image by image."""
    from fastai.data.load import DataLoader

    return DataLoader(list(zip(digits.x_train, digits.y_train, strict=True)), batch_size=RECIPE.batch_size)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def interleaved(timed: dict[str, Callable[[], float]], repeats: int) -> dict[str, float]:
    """The median of each, taken in turns, so that a busy moment of the machine meets all; one round warms up."""
    rounds = [{name: once() for name, once in timed.items()} for _ in range(repeats + 1)][1:]
    return {name: median(each[name] for each in rounds) for name in timed}


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure['value']:.2f} {figure['unit']} (goal {figure['goal']:g}). {figure['peer']}")
