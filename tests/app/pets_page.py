"""A page with pets and nothing else, and what tests do on it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from core.data.pets import choice_of_pets
from tests.conftest import finish_jobs


@dataclass(frozen=True)
class Settings:
    pets: str = choice_of_pets()


made: list[Any] = []
"""Every result that the page below had to make."""


def page() -> None:
    """A page as the frame makes it, with pets and nothing else."""
    import streamlit as st

    from core.app.controls import widget
    from core.app.frame import _pets
    from core.app.private import complete_result, public
    from core.app.resolve import resolve
    from core.data.pets import load
    from core.settings import controls, to_params
    from core.stage.scene import Scene
    from core.view import View
    from tests.app.pets_page import Settings, made

    def experiment(settings: Settings) -> str:
        made.append(settings)
        return f"{len(load(settings.pets))} pets"

    settings, notes = resolve(Settings(widget("pets", controls(Settings)["pets"], "auto")))
    for note in notes:
        st.info(note)
    view = View(experiment=experiment, scene=lambda _: Scene(rows=(), alt=""), code=())
    st.text(complete_result("a page", settings, view))
    st.code(str(to_params(public(settings))))
    _pets(settings)


def bring(app: AppTest, content: bytes) -> AppTest:
    """Upload a zip and wait until it has been read."""
    uploader = app.get("file_uploader")[0]
    finish_jobs(uploader.upload("pets.zip", content, "application/zip").run())
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return " ".join(e.value for kind in (app.caption, app.success, app.error, app.info, app.text) for e in kind)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def left_behind(home: Path) -> list[str]:
    return [path.name for path in (home / "temporary").iterdir() if path.suffix != ".lock"]
