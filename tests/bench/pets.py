"""How fast pictures become features, against a plain loop of timm's forward; and how long a head's training takes.

`python -m tests.bench.pets` prints one line a figure.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from statistics import median
from typing import Any

import numpy as np
import torch

from core.nn.backbone import backbone, network_of
from core.nn.features import TOGETHER, cores
from core.nn.head import HeadSettings, train_head

NAMES = ("features_vs_timm", "head_train_s")
PICTURES, SIZE, ROUNDS = 32, 224, 3
HEAD = HeadSettings(epochs=300)
LEARNED, HELD_OUT, CLASSES = 480, 120, 37


def measure() -> dict[str, dict[str, Any]]:
    """Both figures by name: value, unit, goal, and what it is compared with."""
    return {"features_vs_timm": features_vs_timm(), "head_train_s": head_train()}


def features_vs_timm() -> dict[str, Any]:
    """Pictures a second, from the same 224-pixel pictures in memory; rounds in turns, so that load meets both."""
    pixels = np.random.default_rng(0).integers(0, 256, (PICTURES, SIZE, SIZE, 3), dtype=np.uint8)
    body, network = backbone("lite0"), network_of("lite0").eval()
    mean = torch.tensor(body.mean)[:, None, None]
    threads = torch.get_num_threads()

    def ours() -> None:
        with ThreadPoolExecutor(cores()) as pool:
            list(pool.map(lambda i: body.features(pixels[i : i + TOGETHER]), range(0, PICTURES, TOGETHER)))

    @torch.inference_mode()
    def timm(together: int) -> None:
        for i in range(0, PICTURES, together):
            x = torch.tensor(pixels[i : i + together]).permute(0, 3, 1, 2).contiguous() / 255
            network.forward_head(network.forward_features((x - mean) / mean), pre_logits=True)  # type: ignore[operator]

    took: dict[str, list[float]] = {"ours": [], "one by one": [], "in batches of 32": []}
    for _ in range(ROUNDS + 1):
        torch.set_num_threads(1)  # as the server has it: the threads are the pool's
        took["ours"].append(seconds(ours))
        torch.set_num_threads(threads)
        took["one by one"].append(seconds(lambda: timm(1)))
        took["in batches of 32"].append(seconds(lambda: timm(32)))
    pace = {name: PICTURES / median(times[1:]) for name, times in took.items()}
    own = pace.pop("ours")
    peer = max(pace, key=lambda name: pace[name])
    return {
        "value": own / pace[peer],
        "unit": "times as fast",
        "goal": 1.0,
        "peer": f"timm's forward in a plain loop, {peer}: {pace[peer]:.0f} pictures a second on {threads} threads, to "
        f"our {own:.0f} on {cores()} (" + ", ".join(f"{name} {p:.0f}" for name, p in pace.items()) + ")",
    }


def head_train() -> dict[str, Any]:
    """Seconds of a whole training on as many features as 600 pictures give, recording and judging included."""
    draw = np.random.default_rng(0)
    targets = np.arange(LEARNED + HELD_OUT) % CLASSES
    features = np.abs(draw.normal(0, 1, (CLASSES, 1280))[targets] + draw.normal(0, 1, (len(targets), 1280)))
    rows = np.arange(len(targets))
    features = features.astype(np.float32)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    took = [
        seconds(lambda: train_head(features, targets, rows[:LEARNED], rows[LEARNED:], HEAD)) for _ in range(ROUNDS + 1)
    ]
    torch.set_num_threads(threads)
    return {
        "value": median(took[1:]),
        "unit": "s",
        "goal": 1.0,
        "better": "lower",
        "peer": f"a blink: {HEAD.epochs} epochs of {LEARNED} pictures' 1,280 features, {CLASSES} classes, "
        f"mini-batches of {HEAD.batch_size}, on one thread of {cpu_count()}",
    }


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    for name, figure in measure().items():
        print(f"{name}: {figure['value']:.2f} {figure['unit']} (goal {figure['goal']:g}). {figure['peer']}")
