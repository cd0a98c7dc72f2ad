"""What can be taken along from the pet classifier: weights in safetensors' format, and fastai's own export."""

from typing import Any

import streamlit as st

from core.data.pets import load
from core.exhibits.pet_classifier.experiment import Result, Settings
from core.exhibits.pet_classifier.tuned_learner import exported, head_safetensors, remembered, safetensors
from core.exhibits.pet_classifier.tuning import Tuning
from core.nn.pet_heads import Trained


def take_along(settings: Settings, result: Result) -> None:
    """Buttons for what has been trained; each file is made when it is asked for."""
    found = result.found
    if isinstance(found, Trained):
        with st.container(horizontal=True):
            _file("Head (safetensors)", lambda: head_safetensors(found.head, found.vocab), "pet-head.safetensors")
    elif isinstance(found, Tuning) and found.epochs:
        learn = remembered(load(settings.pets), settings.tuned)
        if learn is not None:
            _of_learner(learn)


def _of_learner(learn: Any) -> None:
    st.caption("The best weights so far. A pickle runs code when it is opened: open only those that you trust.")
    with st.container(horizontal=True):
        _file("Learner (fastai, export.pkl)", lambda: exported(learn), "export.pkl")
        _file("Weights (safetensors)", lambda: safetensors(learn), "pets.safetensors")


def _file(label: str, data: Any, name: str) -> None:
    st.download_button(label, data, name, on_click="ignore", icon=":material/download:", key=name)
