"""The paths that may run on a GPU, each as a function of the device that holds it against the CPU or an own oracle.

They raise AssertionError where the two differ. tests/gpu/test_gpu.py calls them on this machine's GPU;
tests/gpu/test_pretended.py with the CPU itself, and with a GPU that is only pretended.
"""

from collections.abc import Callable

from tests.gpu.pictures import (
    augmentation,
    batch_pipeline,
    both_ways,
    deep_net,
    random_recipe,
    speeds,
    tiny_pets,
    tuned,
)
from tests.gpu.trainings import (
    feature_rows,
    float32_products,
    generators,
    head_training,
    odd_batches,
    surface,
    ten_digit_training,
    training,
)
from tests.gpu.views import falls_back, full, job_falls_back, loss_surface_view, net_view, race_view

__all__ = [
    "PATHS",
    "augmentation",
    "batch_pipeline",
    "both_ways",
    "deep_net",
    "falls_back",
    "feature_rows",
    "float32_products",
    "full",
    "generators",
    "head_training",
    "job_falls_back",
    "loss_surface_view",
    "net_view",
    "odd_batches",
    "race_view",
    "random_recipe",
    "speeds",
    "surface",
    "ten_digit_training",
    "tiny_pets",
    "training",
    "tuned",
]

PATHS: dict[str, Callable[..., None]] = {
    "training, linear": lambda device: training(device, "linear"),
    "training, linear, unshuffled": lambda device: training(device, "linear", shuffle=False),
    "training, relu": lambda device: training(device, "relu"),
    "odd batches": odd_batches,
    "ten digits": ten_digit_training,
    "head": head_training,
    "surface, linear": lambda device: surface(device, "linear"),
    "surface, relu": lambda device: surface(device, "relu"),
    "features": feature_rows,
    "presizing, both ways": both_ways,
    "augmentation": augmentation,
    "presizing, random": random_recipe,
    "presizing, pipeline": batch_pipeline,
    "loss surface": loss_surface_view,
    "training loop": race_view,
    "neural net": net_view,
    "resnet18": deep_net,
    "float32": float32_products,
    "generators": generators,
}
"""The paths that need nothing but the device, by name."""
