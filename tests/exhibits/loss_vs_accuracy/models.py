"""Random models as the lesson measures them, moved weight by weight: what the views are held against."""

from functools import cache

from hypothesis import strategies as st
from torch import Tensor

from core.data.digits import Digits, load
from core.exhibits.loss_vs_accuracy.one_weight import Sweep, one_weight
from core.exhibits.loss_vs_accuracy.settings import LIT, ZOOMS
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.models import init_params, linear1

SEEDS = st.integers(0, 999)
LIT_PIXELS = st.sampled_from([LIT, 378, 405, 437, 211, 183])
ZOOM = st.sampled_from(ZOOMS)


@cache
def digits() -> Digits:
    return load("built-in")


def model(seed: int) -> list[Tensor]:
    return init_params("linear", "randn", seed)


def sweep(seed: int, pixel: int, zoom: float) -> Sweep:
    return one_weight(model(seed), pixel, zoom, digits())


def moved(seed: int, moves: dict[int, float]) -> Tensor:
    """Logits (800, 1) in float64, from the lesson's float32 ones, when weights move by these shares of themselves."""
    parameters = model(seed)
    logits = linear1(digits().x_train, parameters).double()
    for pixel, share in moves.items():
        logits += share * parameters[0][pixel].double() * digits().x_train[:, [pixel]].double()
    return logits


def loss_of(logits: Tensor) -> float:
    return mnist_loss(logits, digits().y_train.double()).item()


def correct(logits: Tensor) -> int:
    return round(batch_accuracy(logits, digits().y_train).item() * len(logits))
