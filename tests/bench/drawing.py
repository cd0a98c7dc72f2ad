"""How many drawn pets come out in a second, so that all of them are there soon after the first visit.

`python -m tests.bench.drawing` prints the figure.
"""

import io
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import torch
from PIL import Image

from core.data import drawn
from core.nn.features import cores

NAMES = ("draw_pets_per_s",)
SOME = range(0, drawn.SET.size, 7)  # a mixture of breeds and sizes
PER_SECOND = 80  # on two cores


def file_of(index: int) -> tuple[int, float]:
    """Bytes of a picture's JPEG file, drawn and compressed in memory, and the seconds of one core that it took."""
    held, started = io.BytesIO(), time.process_time()
    Image.fromarray(drawn.draw(index)).save(held, "JPEG", quality=drawn.JPEG_QUALITY)
    return held.tell(), time.process_time() - started


def measure() -> dict[str, dict[str, Any]]:
    """Pictures per second from drawing to the compressed file, in as many processes as there are cores."""
    with ProcessPoolExecutor(cores(), get_context("spawn"), torch.set_num_threads, (1,)) as pool:
        list(pool.map(file_of, range(4 * cores())))  # imports, first allocations
        started = time.perf_counter()
        made = list(pool.map(file_of, SOME, chunksize=2))
        taken = time.perf_counter() - started
    sizes, busy = zip(*made, strict=True)
    row = {
        "value": len(SOME) / taken,
        "unit": "pictures a second",
        "goal": PER_SECOND * cores() / 2,
        "peer": f"{PER_SECOND} a second on two cores; {len(SOME)} pictures in {cores()} processes, "
        f"{1e3 * sum(busy) / len(SOME):.0f} ms of one core and {sum(sizes) / len(sizes) / 1024:.0f} KiB each",
    }
    return {"draw_pets_per_s": row}


if __name__ == "__main__":
    for name, row in measure().items():
        print(f"{name}: {row['value']:.1f} {row['unit']} (goal {row['goal']:g}). {row['peer']}")
