"""What the tests of this room share: the views' results and scenes with the built-in digits."""

from functools import cache
from typing import Any

from core.exhibits.gradients.settings import Settings
from core.exhibits.gradients.views import VIEWS
from core.stage.scene import Scene
from core.view import view_of


@cache
def result(**change: Any) -> Any:
    """The result of the view that these settings choose."""
    settings = Settings(digits="built-in", **change)
    return view_of(VIEWS, settings).experiment(settings)


def findings(**change: Any) -> str:
    """What that result says, in one text."""
    return " ".join(result(**change).findings())


def scene(**change: Any) -> Scene:
    """The scene of that result."""
    return view_of(VIEWS, Settings(**change)).scene(result(**change))
