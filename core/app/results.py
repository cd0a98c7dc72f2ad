"""Results and packed scenes, kept for everybody by exhibit and settings; what starts with an underscore is no key."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.charts.scene import Scene


@st.cache_resource(max_entries=48, show_spinner=False)
def kept_result(slug: str, settings: Any, _experiment: Callable[[Any], Any]) -> Any:
    """The experiment's result, computed once for all sessions; it is shared, so nobody changes it."""
    return _experiment(settings)


@st.cache_resource(max_entries=24, show_spinner=False)
def kept_scene(slug: str, settings: Any, parts: int, _scene: Callable[[Any], Scene], _result: Any) -> bytes:
    """The packed scene of a result into which `parts` parts of a job have come."""
    return _scene(_result).pack()
