"""Every resampling that a thread does, recorded from the calls themselves while fastai runs.

On tensors the recorder is a `TorchFunctionMode`, which sees `grid_sample` and `interpolate` of its own thread only; on
Pillow's pictures a method is watched for as long as it takes.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torch.overrides import TorchFunctionMode

_watching = threading.RLock()

ROUNDING = 1e-5  # of places, in float32

WORDS = {"grid_sample": "grid_sample", "interpolate": "interpolate (area)", "resize": "Pillow's resize"}


@dataclass(frozen=True, kw_only=True)
class Resampling:
    """One call that made new pixels out of old ones."""

    name: str  # a key of WORDS
    before: tuple[int, int]  # height and width
    after: tuple[int, int]
    device: str
    grid: Tensor | None = None  # (n, height, width, 2), on the CPU: where in the input, -1 to 1, each pixel comes from


class Recorder(TorchFunctionMode):
    """Used with `with`: `calls` are the resamplings of tensors inside."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Resampling] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        if func is F.grid_sample or func is F.interpolate:
            grid = args[1].as_subclass(Tensor).cpu() if func is F.grid_sample else None
            self.calls.append(
                Resampling(
                    name=func.__name__,
                    before=_size(args[0]),
                    after=_size(made),
                    device=made.device.type,
                    grid=grid,
                )
            )
        return made

    def count(self, name: str = "grid_sample") -> int:
        """How often it was called."""
        return sum(call.name == name for call in self.calls)


def _size(x: Tensor) -> tuple[int, int]:
    return int(x.shape[-2]), int(x.shape[-1])


@contextmanager
def watched(name: str, see: Callable[..., None]) -> Iterator[None]:
    """`see(result, picture, *args, **kwargs)` after every call of that method of Pillow's pictures in this thread."""
    me, real = threading.get_ident(), getattr(Image.Image, name)

    @wraps(real)
    def method(picture: Image.Image, *args: Any, **kwargs: Any) -> Any:
        made = real(picture, *args, **kwargs)
        if threading.get_ident() == me:
            see(made, picture, *args, **kwargs)
        return made

    with _watching:
        setattr(Image.Image, name, method)
        try:
            yield
        finally:
            setattr(Image.Image, name, real)


@contextmanager
def recorded() -> Iterator[list[Resampling]]:
    """All resamplings of this thread inside, of tensors and of Pillow's pictures, in their order."""
    recorder = Recorder()

    def see(made: Image.Image, picture: Image.Image, *_: Any, **__: Any) -> None:
        before, after = (picture.height, picture.width), (made.height, made.width)
        if before != after:  # Pillow copies where the size stays
            recorder.calls.append(Resampling(name="resize", before=before, after=after, device="cpu"))

    with watched("resize", see), recorder:
        yield recorder.calls


def traced(grids: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Where every pixel that a chain of `grid_sample` calls makes comes from.

    First the places in the chain's input, (n, height, width, 2) from -1 to 1, the middles of its outermost pixels;
    then which pixels were looked up outside a picture on the way, so that they were invented, (n, height, width).
    """
    *earlier, at = [grid.detach().cpu() for grid in grids]
    outside = _beyond(at)
    for grid in reversed(earlier):
        at = F.grid_sample(grid.permute(0, 3, 1, 2), at, padding_mode="border", align_corners=True).permute(0, 2, 3, 1)
        outside |= _beyond(at)
    return at, outside


def _beyond(places: Tensor) -> Tensor:
    """Which of the places (…, 2) lie outside the picture; float32 may put its edge a little beyond 1."""
    return (places.abs() > 1 + ROUNDING).any(-1)
