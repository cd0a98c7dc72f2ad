"""What can be taken along from the pet classifier is offered once it is there, and not before."""

from collections.abc import Callable

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.app.widgets import pet_exports
from core.contents import exhibit
from core.exhibits.pet_classifier.fine_tune import begin, join
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.tuner import Report
from tests.conftest import chosen, declaration, finish_jobs, result_of

OpenPage = Callable[..., AppTest]


def labels(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_a_trained_head_can_be_taken_along(open_page: OpenPage) -> None:
    page = declaration(exhibit("pet-classifier"))
    result_of(page, chosen(page))  # its features are there now
    app = finish_jobs(open_page(exhibit("pet-classifier")))
    assert not app.exception
    assert labels(app) == ["Head (safetensors)"]


def test_nothing_is_offered_before_anything_is_trained(open_page: OpenPage) -> None:
    app = open_page(exhibit("pet-classifier"), view="fine_tune")
    assert not app.exception
    assert labels(app) == []


def test_a_fine_tuning_offers_its_best_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, object] = {}
    monkeypatch.setattr(st, "download_button", lambda label, data, *_, **__: made.setdefault(label, data))
    monkeypatch.setattr(pet_exports, "remembered", lambda *_: "a Learner")
    monkeypatch.setattr(pet_exports, "exported", lambda learn: f"pickle of {learn}".encode())
    settings = Settings(view="tune", tune=True, pets="drawn")
    result = begin(settings)
    pet_exports.take_along(settings, result)
    assert made == {}
    report = Report(
        phase="frozen", losses=(1.0,), rates=((0.0, 0.1),), epochs=((0.5, 0.6),), done=1, total=2, seconds=3.0
    )
    pet_exports.take_along(settings, join(result, [report]))
    assert list(made) == ["Learner (fastai, export.pkl)", "Weights (safetensors)"]
    assert made["Learner (fastai, export.pkl)"]() == b"pickle of a Learner"
