"""fastai draws from three global generators: one visitor at a time, each from a seed of its own.

Whatever draws from them anywhere in the program does it in here; a draw beside it would change a visitor's numbers.
"""

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np
import torch

_drawing = threading.RLock()


def gpus_in_use() -> Sequence[int]:
    """The NVIDIA GPUs whose generators there are; none before this process uses one, which asking them would begin."""
    return range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Python's, NumPy's and torch's global generators start from `seed` inside and go on afterwards as if untouched.

    Sessions share the process, so others that enter wait until the first is through. An Apple GPU's generator starts
    from `seed` as well, and is left where it got to.
    """
    with _drawing:
        python, numpy = random.getstate(), np.random.get_state()
        with torch.random.fork_rng(devices=gpus_in_use(), device_type="cuda"):
            random.seed(seed)
            np.random.seed(seed % 2**32)
            torch.manual_seed(seed)
            try:
                yield
            finally:
                random.setstate(python)
                np.random.set_state(numpy)


class SeededSteps:
    """`seeded` for a training that calls back: each step draws from a seed of its own.

    Between two steps others who wait for the generators have them, so nobody waits for more than one step.
    """

    def __init__(self) -> None:
        self._step: AbstractContextManager[None] | None = None

    def begin(self, seed: int) -> None:
        """The next step begins, in the same thread as the last."""
        self.end()
        time.sleep(0.001)  # who waits takes them now
        self._step = seeded(seed)
        self._step.__enter__()

    def end(self) -> None:
        """No step any more."""
        if self._step is not None:
            self._step.__exit__(None, None, None)
            self._step = None


def data_loader(dataset: Any, rng: random.Random, **options: Any) -> Any:
    """fastai's `DataLoader` with generators of its own: its order is `rng`'s.

    Else it would seed itself from Python's global generator, and each pass over it would move torch's.
    """
    from fastai.data.load import DataLoader

    with seeded(0):
        loader = DataLoader(dataset, **options)
    loader.rng = rng
    loader.fake_l.generator = torch.Generator()  # fastai has no public place for it
    return loader
