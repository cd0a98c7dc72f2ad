"""How fast pictures become features, against a plain loop of timm's forward; and how long a head's training takes.

How long the first visitors of the pages that need all pictures wait, with an empty cache folder: until the first result
stands there, which is of the first pictures, and until that of all 600 does.

`python -m tests.bench.pets` prints one line a figure.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from os import cpu_count
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from playwright.sync_api import sync_playwright

from core.environment import CACHE_FOLDER
from core.nn.backbone import backbone, network_of
from core.nn.features import TOGETHER, cores
from core.nn.head import HeadSettings, train_head
from tests.bench.pages import DRAWN, new_page, rest
from tests.browser.serving import Server, launch

NAMES = ("features_vs_timm", "features_per_s", "head_train_s", "pets_first_result_s", "pets_all_s")
PER_SECOND = 60  # features, on two cores
PAGES = ("pet-classifier", "top-losses")
FIRST, ALL = 5.0, 20.0  # seconds until the first result, and until that of all pictures
LONGEST = 300.0  # seconds that is waited for that
SAID = "(document.querySelector('[data-testid=stMain]')?.innerText ?? '')"
SOME_SEEN = f"{SAID}.includes('of 600 pictures have been')"
ALL_SEEN = f"/looked at 600 pictures once,|highest loss has/.test({SAID}) && !{SOME_SEEN}"
PICTURES, SIZE, ROUNDS = 32, 224, 3
HEAD = HeadSettings(epochs=300)
LEARNED, HELD_OUT, CLASSES = 480, 120, 37


def measure() -> dict[str, dict[str, Any]]:
    """All figures by name: value, unit, goal, and what it is compared with."""
    return features_vs_timm() | {"head_train_s": head_train()} | first_visits()


def first_visits() -> dict[str, dict[str, Any]]:
    """Seconds from the first request for a page that needs all pictures, each on a server of its own; the worst page.

    The server is up, as its home page says, and its cache folder is empty.
    """
    waits = {slug: first_visit(slug) for slug in PAGES}
    rows = {}
    for number, (name, goal) in enumerate((("pets_first_result_s", FIRST), ("pets_all_s", ALL))):
        said = ", ".join(f"{slug} {waits[slug][number]:.1f} s" for slug in PAGES)
        rows[name] = {
            "value": max(wait[number] for wait in waits.values()),
            "unit": "s",
            "goal": goal,
            "better": "lower",
            "peer": f"from the request to the result, with the browser on the same {cores()} cores: {said}",
        }
    return rows


def first_visit(slug: str) -> tuple[float, float]:
    """Seconds until a page shows its first result, and until it shows that of all 600 pictures."""
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        stack.enter_context(patch.dict(os.environ, {CACHE_FOLDER: folder}))
        server = stack.enter_context(Server())
        page = new_page(launch(stack.enter_context(sync_playwright())), server)
        page.goto("/")
        page.locator(DRAWN["stage"]).first.wait_for(state="attached")
        rest(page)
        started = time.monotonic()
        page.goto(f"/{slug}?pets=drawn", wait_until="commit")
        page.wait_for_function(SOME_SEEN, polling=50, timeout=1000 * LONGEST)
        first = time.monotonic() - started
        page.wait_for_function(ALL_SEEN, polling=50, timeout=1000 * LONGEST)
        return first, time.monotonic() - started


def features_vs_timm() -> dict[str, dict[str, Any]]:
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
    per_second = {
        "value": own,
        "unit": "pictures a second",
        "goal": PER_SECOND * cores() / 2,
        "peer": f"on {cores()} cores; {PER_SECOND} on two are all 600 drawn ones in ten seconds",
    }
    return {"features_per_s": per_second} | {
        "features_vs_timm": {
            "value": own / pace[peer],
            "unit": "times as fast",
            "goal": 1.0,
            "peer": f"timm's forward in a plain loop, {peer}: {pace[peer]:.0f} pictures a second on {threads} threads, "
            f"to our {own:.0f} on {cores()} (" + ", ".join(f"{name} {p:.0f}" for name, p in pace.items()) + ")",
        }
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
