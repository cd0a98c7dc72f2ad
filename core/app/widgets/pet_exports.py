"""Files to take away from the pet classifier: weights in safetensors' format, and fastai's own export."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.data.pets import load
from core.exhibits.pet_classifier.fine_tune import Tuning
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.train_the_head import TrainedHead
from core.exhibits.pet_classifier.tuned_learner import exported, head_safetensors, remembered, safetensors
from core.view import Result


def take_along(settings: Settings, result: Result) -> None:
    """Buttons for what has been trained; each file is made when it is asked for."""
    if isinstance(result, TrainedHead):
        _head_button(result)
    elif isinstance(result, Tuning) and result.epochs:
        learner = remembered(load(settings.pets), settings.tuned)
        if learner is not None:
            _learner_buttons(learner)


def _head_button(trained: TrainedHead) -> None:
    with st.container(horizontal=True):
        _button("Head (safetensors)", lambda: head_safetensors(trained.head, trained.vocab), "pet-head.safetensors")


def _learner_buttons(learner: Any) -> None:
    st.caption("The best weights so far. A pickle runs code when it is opened: open only those that you trust.")
    with st.container(horizontal=True):
        _button("Learner (fastai, export.pkl)", lambda: exported(learner), "export.pkl")
        _button("Weights (safetensors)", lambda: safetensors(learner), "pets.safetensors")


def _button(label: str, data: Callable[[], bytes], name: str) -> None:
    st.download_button(label, data, name, on_click="ignore", icon=":material/download:", key=name)
