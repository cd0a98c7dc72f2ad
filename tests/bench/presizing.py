"""How long one comparison takes with all that is measured on it, against fastai's own calls alone.

`python -m tests.bench --only presizing`. Both start from the same square of 460 pixels with the lesson's draw; ours is
the pair as the page computes it: both ways, every resampling recorded, geometry traced, sharpness and spectrum
measured, both pictures in uint8. The two take turns, so that a busy moment of the machine meets both.
"""

import gc
import time
from collections.abc import Callable
from typing import Any

import torch

from core.exhibits.presizing.pictures import subject
from core.exhibits.presizing.settings import SAME
from core.exhibits.presizing.two_ways import BOOK_DRAW, Ways, compare, presize, square, standard

NAMES = ("presize_vs_fastai",)
REPEATS = 60


def measure() -> dict[str, dict[str, Any]]:
    """`presize_vs_fastai`: the ratio of the two times."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the program does
    try:
        ours, fastai = compared()
    finally:
        torch.set_num_threads(threads)
    return {
        "presize_vs_fastai": {
            "value": ours / fastai,
            "unit": "ratio",
            "goal": 1.3,
            "peer": "fastai's own calls alone, presized and standard, from the same square: "
            f"{fastai * 1e3:.1f} ms; ours {ours * 1e3:.1f} ms",
            "better": "lower",
        }
    }


def compared() -> tuple[float, float]:
    """Seconds of our comparison and of fastai's calls, the least of all: a busy machine only adds."""
    x, ways = square(subject("cat", "", 0, 42), 460), Ways(SAME)

    def bare() -> None:
        presize(x, BOOK_DRAW, ways)
        standard(x, BOOK_DRAW, ways)

    def ours() -> None:
        compare(x, BOOK_DRAW, ways, 0)

    ours()
    gc.collect()
    gc.freeze()  # as the program does
    took: dict[Callable[[], None], list[float]] = {ours: [], bare: []}
    for _ in range(REPEATS):
        for run, times in took.items():
            start = time.perf_counter()
            run()
            times.append(time.perf_counter() - start)
    return min(took[ours]), min(took[bare])
