"""fastai draws from three global generators: one visitor at a time, each from a seed of its own."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

_drawing = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Python's, NumPy's and torch's global generators start from `seed` inside and go on afterwards as if untouched.

    Sessions share the process, so others that enter wait until the first is through.
    """
    with _drawing:
        python, numpy = random.getstate(), np.random.get_state()
        with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
            random.seed(seed)
            np.random.seed(seed % 2**32)
            torch.manual_seed(seed)
            try:
                yield
            finally:
                random.setstate(python)
                np.random.set_state(numpy)
