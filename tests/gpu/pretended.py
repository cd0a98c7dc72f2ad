"""A GPU that is not there: tensors that say that they lie on one, computed on the CPU, refused wherever CUDA refuses.

Whatever moves a tensor with `.to("cuda")`, makes one with `device="cuda"` or computes with such a one is seen by a
`TorchFunctionMode`, in every thread. So whole trainings run here as on a card, but for its speed and its rounding: two
tensors on different devices, a NumPy view of a GPU's tensor and the CPU's generator for a draw on the GPU are errors.
"""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

NAME = "a pretended GPU"
HERE = torch.device("cpu")

PLACES = {Tensor.device.__get__, Tensor.is_cuda.__get__, Tensor.is_cpu.__get__}  # type: ignore[attr-defined]
AS_ARRAY = {Tensor.numpy, Tensor.__array__}
ACROSS = {Tensor.copy_, Tensor.data.__set__, Tensor.grad.__set__, torch._has_compatible_shallow_copy_type}  # type: ignore
"""What may have tensors of both devices; the result stays where the first one lies."""
INDEXING = {Tensor.__getitem__, Tensor.__setitem__}
JOINING = {torch.cat, torch.stack, torch.hstack, torch.vstack}
"""Of these also a tensor without dimensions must lie where the others do."""

ANSWERS: dict[str, dict[str, Any]] = {
    "cuda": {
        "cuda.is_available": True,
        "cuda.device_count": 1,
        "cuda.current_device": 0,
        "cuda.get_device_name": NAME,
        "cuda.synchronize": None,
        "cuda.empty_cache": None,
    },
    "mps": {
        "backends.mps.is_available": True,
        "mps.synchronize": None,
        "mps.empty_cache": None,
        "mps.manual_seed": None,
    },
}
"""What torch says of the GPU."""


class MixedError(RuntimeError):
    """Tensors of two devices met."""


class PretendedGpu(TorchFunctionMode):
    """Used with `with`: `kind`, cuda or mps, is a place for tensors inside.

    None of them may take more than `room` bytes; an Apple GPU knows no float64.
    """

    def __init__(self, kind: str = "cuda") -> None:
        super().__init__()
        self.kind, self.there, self.room = kind, torch.device(kind, 0), float("inf")
        self.held: dict[int, Any] = {}  # storages on the GPU, kept so that none has another's number
        self.calls = 0  # that computed there

    def holds(self, tensor: Tensor) -> bool:
        """Whether the tensor is said to lie on the GPU."""
        return tensor.untyped_storage()._cdata in self.held

    def in_use(self) -> int:
        """Bytes that somebody besides this object still holds."""
        gc.collect()
        return sum(s.nbytes() for place, s in self.held.items() if torch._C._storage_Use_Count(place) > 1)

    def put(self, made: Any) -> Any:
        """All tensors in `made` lie on the GPU from now on."""
        for tensor in tensors_in(made):
            storage = tensor.untyped_storage()
            if storage._cdata not in self.held and storage.nbytes() > self.room:
                raise torch.OutOfMemoryError(f"CUDA out of memory. Tried to allocate {storage.nbytes()} bytes.")
            if self.kind == "mps" and tensor.dtype == torch.float64:
                raise TypeError("Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support it.")
            self.held[storage._cdata] = storage
        return made

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in PLACES:
            there = self.holds(args[0])
            answers = {"device": self.there, "is_cuda": self.kind == "cuda", "is_cpu": False}
            return answers[name_of(func)] if there else func(*args)
        if func is torch._C._nn._parse_to:  # it reads what `.to` is given
            return func(*args, **kwargs)
        if func in AS_ARRAY and self.holds(args[0]):
            raise TypeError(f"can't convert {self.there} device type tensor to numpy.")
        if func in (Tensor.to, Tensor.cpu, Tensor.cuda):
            return self.moved(func, args, kwargs)
        return self.computed(func, args, kwargs)

    def moved(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Tensor:
        """`tensor.to(...)` in all its forms, `.cpu()` and `.cuda()`."""
        tensor, *rest = args
        place = kwargs.pop("device", None)
        dtype = kwargs.pop("dtype", None) or tensor.dtype
        place = {Tensor.cpu: HERE, Tensor.cuda: self.there}.get(func, place)
        for each in [*rest, *([kwargs.pop("other")] if "other" in kwargs else [])]:
            if isinstance(each, torch.dtype):
                dtype = each
            elif isinstance(each, Tensor):
                place, dtype = (self.there if self.holds(each) else HERE), each.dtype
            elif isinstance(each, str | torch.device):
                place = each
        there = self.holds(tensor) if place is None else torch.device(place).type == self.kind
        kwargs.pop("non_blocking", None)
        made = tensor.to(dtype=dtype, **kwargs)
        if there != self.holds(tensor) and shares(made, tensor):
            made = made.clone()
        return self.put(made) if there else made

    def computed(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        """Any other function, with the rules of where its tensors lie."""
        given = list(tensors_in((args, kwargs)))
        there = [self.holds(tensor) for tensor in given]
        place = None
        if isinstance(kwargs.get("device"), str | torch.device):
            place = torch.device(kwargs["device"]).type
            kwargs["device"] = HERE
        on_gpu = any(there) if place is None else place == self.kind
        if func in ACROSS:
            return func(*args, **kwargs)
        self.refuse_mixed(func, given, there)
        if kwargs.get("generator") is not None and on_gpu:
            raise MixedError(f"Expected a '{self.kind}' device type for generator but found 'cpu'")
        made = func(*args, **kwargs)
        self.calls += on_gpu
        return self.put(made) if on_gpu else made

    def refuse_mixed(self, func: Any, given: list[Tensor], there: list[bool]) -> None:
        """As CUDA: numbers without dimensions may come from the CPU, and so may the rows that are picked."""
        if func in INDEXING and there and there[0]:
            return
        counts = [on for on, tensor in zip(there, given, strict=True) if on or tensor.dim() or func in JOINING]
        if len(set(counts)) > 1:
            raise MixedError(f"{name_of(func)}: expected all tensors to be on the same device, {self.there} and cpu")

    def loaded(self, load: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """`torch.load` with a GPU as its `map_location`."""
        place = kwargs.get("map_location")
        if place is None or torch.device(place).type != self.kind:
            return load(*args, **kwargs)
        return self.put(load(*args, **{**kwargs, "map_location": "cpu"}))


def name_of(func: Any) -> str:
    """`device` for the getter of that property, else the function's own name."""
    owner = getattr(func, "__self__", None)
    return str(getattr(owner, "__name__", None) or func.__name__)


def tensors_in(things: Any) -> Iterator[Tensor]:
    """All tensors in nested lists, tuples and dictionaries."""
    if isinstance(things, Tensor):
        yield things
    elif isinstance(things, dict):
        for thing in things.values():
            yield from tensors_in(thing)
    elif isinstance(things, list | tuple):
        for thing in things:
            yield from tensors_in(thing)


def shares(one: Tensor, other: Tensor) -> bool:
    return one.untyped_storage()._cdata == other.untyped_storage()._cdata


@contextmanager
def pretended_gpu(kind: str = "cuda") -> Iterator[PretendedGpu]:
    """This machine has one GPU of that kind inside, for all threads that begin there."""
    gpu, run, load = PretendedGpu(kind), threading.Thread.run, torch.load
    flags = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    chosen = torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic

    def run_with_it(thread: threading.Thread) -> None:
        with gpu:
            run(thread)

    with ExitStack() as stack:
        for name, answer in ANSWERS[kind].items():
            stack.enter_context(patch(f"torch.{name}", lambda *_, answer=answer: answer))
        stack.enter_context(patch("threading.Thread.run", run_with_it))
        stack.enter_context(patch("torch.load", lambda *args, **kwargs: gpu.loaded(load, *args, **kwargs)))
        stack.enter_context(gpu)
        try:
            yield gpu
        finally:
            torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = flags
            torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = chosen
