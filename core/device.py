"""Where tensors live: the CPU always, a GPU where there is one."""

DEVICES = {"cpu": "CPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}


def available() -> list[str]:
    """The devices of this machine, the CPU first."""
    import torch

    found = ["cpu"]
    if torch.cuda.is_available():
        found.append("cuda")
    if torch.backends.mps.is_available():
        found.append("mps")
    return found


def resolve(device: str) -> tuple[str, str | None]:
    """`device` itself where it is there; otherwise the CPU, with a sentence that says so."""
    if device in available():
        return device, None
    return "cpu", f"There is no {DEVICES[device]} on this machine, so this ran on the CPU."


def wait_for(device: str) -> None:
    """Wait until the device has done all it was asked for: a GPU works on while Python goes ahead."""
    import torch

    if device != "cpu":
        getattr(torch, device).synchronize()


def exactly(device: str) -> None:
    """An NVIDIA GPU computes convolutions and products in float32, not in TF32, and in the same order again.

    That is asked of cuDNN and cuBLAS; a few of torch's own gradients, as that of max pooling, still add in any order.
    """
    import torch

    if device == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = False, True


def give_back(device: str) -> None:
    """What nobody holds any more on a GPU goes back to the machine: torch would keep it for the next time."""
    import gc

    import torch

    if device != "cpu":
        gc.collect()  # an error and the frames that it passed, or a Learner and its callbacks, hold each other
        getattr(torch, device).empty_cache()


def let_go(error: BaseException) -> None:
    """The error keeps its words and its places, but no longer the tensors of the functions that it passed."""
    from traceback import clear_frames

    passed: BaseException | None = error
    while passed is not None:
        clear_frames(passed.__traceback__)
        passed = passed.__context__


FULL = "The GPU's memory ran out, so this ran on the CPU."

NO_ROOM = (
    "MPS backend out of memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate",  # what a full GPU says to the first matrix product
)
"""Words by which a GPU without room is known, where there is no exception for it."""


def out_of_memory(error: BaseException) -> bool:
    """Whether a GPU had too little memory: torch has an exception for its own memory, CUDA's libraries only words."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and any(words in str(error) for words in NO_ROOM)
    )
