"""How many drawn pets come out in a second, so that all of them are there soon after the first visit.

`python -m tests.bench.drawing` prints the figure.
"""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PIL import Image

from core.data import drawn
from core.nn.features import cores

NAMES = ("draw_pets_per_s",)
SOME = range(0, drawn.SET.size, 7)  # a mixture of breeds and sizes
SECONDS = 30  # the time that all may take on two cores


def file_of(index: int) -> int:
    """Bytes of a picture's JPEG file, drawn and compressed in memory."""
    held = io.BytesIO()
    Image.fromarray(drawn.draw(index)).save(held, "JPEG", quality=drawn.JPEG_QUALITY)
    return held.tell()


def measure() -> dict[str, dict[str, Any]]:
    """Pictures per second from drawing to the compressed file, on as many threads as there are cores."""
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(file_of, range(cores())))  # imports, first allocations
        started, busy = time.perf_counter(), time.process_time()
        sizes = list(pool.map(file_of, SOME))
        taken, busy = time.perf_counter() - started, time.process_time() - busy
    row = {
        "value": len(SOME) / taken,
        "unit": "pictures a second",
        "goal": drawn.SET.size / SECONDS * cores() / 2,
        "peer": f"all {drawn.SET.size} in {SECONDS} s on two cores; {len(SOME)} pictures on {cores()} threads, "
        f"{1e3 * busy / len(SOME):.0f} ms of one core and {sum(sizes) / len(sizes) / 1024:.0f} KiB each",
    }
    return {"draw_pets_per_s": row}


if __name__ == "__main__":
    for name, row in measure().items():
        print(f"{name}: {row['value']:.1f} {row['unit']} (goal {row['goal']:g}). {row['peer']}")
