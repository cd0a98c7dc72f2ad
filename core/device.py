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


FULL = "The GPU's memory ran out, so this ran on the CPU."


def out_of_memory(error: BaseException) -> bool:
    """Whether a GPU had too little memory: CUDA has an exception for it, Apple's GPU only words."""
    import torch

    return isinstance(error, torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "MPS backend out of memory" in str(error)
    )
