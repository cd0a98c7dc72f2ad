"""Devices: what is there, and what happens where a GPU's memory runs out."""

import traceback
import weakref
from dataclasses import dataclass

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import device


def test_the_cpu_is_always_there() -> None:
    assert device.available()[0] == "cpu"
    assert device.resolve("cpu") == ("cpu", None)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is an NVIDIA GPU")
def test_a_missing_gpu_is_said() -> None:
    used, sentence = device.resolve("cuda")
    assert used == "cpu"
    assert sentence is not None
    assert "NVIDIA GPU" in sentence


def test_what_counts_as_too_little_memory() -> None:
    assert device.out_of_memory(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"))
    assert device.out_of_memory(RuntimeError("MPS backend out of memory (MPS allocated: 9.05 GB)"))
    assert device.out_of_memory(RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be reported later."))
    assert device.out_of_memory(
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")
    )
    assert device.out_of_memory(RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"))
    assert not device.out_of_memory(RuntimeError("CUDA error: device-side assert triggered"))
    assert not device.out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not device.out_of_memory(MemoryError())


def test_an_error_that_is_kept_holds_nothing_of_what_failed() -> None:
    class Large:
        pass

    seen: list[weakref.ref[Large]] = []

    def inner() -> None:
        one = Large()
        seen.append(weakref.ref(one))
        raise ZeroDivisionError("first")

    def outer() -> None:
        other = Large()
        seen.append(weakref.ref(other))
        try:
            inner()
        except ZeroDivisionError as first:
            raise RuntimeError("second") from first

    with pytest.raises(RuntimeError, match="second") as caught:
        outer()
    assert all(ref() is not None for ref in seen)
    device.let_go(caught.value)
    assert [ref() for ref in seen] == [None, None]
    assert "inner" in "".join(traceback.format_exception(caught.value))  # its places are still known


@dataclass(frozen=True)
class Wanted:
    device: str


def test_a_full_gpu_falls_back_to_the_cpu_and_says_so() -> None:
    def page() -> None:
        import streamlit as st
        import torch

        from core.app.private import on_any_device
        from core.stage.scene import Scene
        from core.view import View
        from tests.test_device import Wanted

        def experiment(settings: Wanted) -> str:
            if settings.device != "cpu":
                raise torch.OutOfMemoryError("CUDA out of memory.")
            return f"ran on {settings.device}"

        view = View(experiment=experiment, scene=lambda _: Scene(rows=(), alt=""), code=())
        for wanted in "cuda", "cpu":
            settings, shown, notes = on_any_device("test-device", Wanted(wanted), lambda _: view)
            st.text(f"{wanted}: {settings.device}, {shown.result}, {notes}")

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    assert [text.value for text in app.text] == [
        f"cuda: cpu, ran on cpu, {[device.FULL]}",
        "cpu: cpu, ran on cpu, []",
    ]


def test_other_faults_are_not_hidden() -> None:
    def page() -> None:
        from core.app.private import on_any_device
        from core.stage.scene import Scene
        from core.view import View
        from tests.test_device import Wanted

        def broken(_: Wanted) -> None:
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

        view = View(experiment=broken, scene=lambda _: Scene(rows=(), alt=""), code=())
        on_any_device("test-device", Wanted("cuda"), lambda _: view)

    app = AppTest.from_function(page, default_timeout=60).run()
    assert len(app.exception) == 1
