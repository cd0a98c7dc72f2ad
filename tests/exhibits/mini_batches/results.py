"""What the tests of mini-batches share: the digits, and each view's result and scene, made once."""

from functools import cache
from typing import Any

from hypothesis import strategies as st

from core.data.digits import Digits, load
from core.exhibits.mini_batches.settings import Settings
from core.exhibits.mini_batches.views import VIEWS
from core.stage.scene import Scene
from core.view import view_of

SEEDS = st.integers(0, 999)


@cache
def digits() -> Digits:
    return load("built-in")


@cache
def result(**change: Any) -> Any:
    """The complete result of the view that these settings choose."""
    settings = Settings(**change)
    return view_of(VIEWS, settings).experiment(settings)


def scene(**change: Any) -> Scene:
    """The scene of that result."""
    return view_of(VIEWS, Settings(**change)).scene(result(**change))
