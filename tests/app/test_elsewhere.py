"""Work that may leave the server's process gives there what it gives here, number for number."""

import os
from typing import Any

import pytest

from core.contents import CONTENTS, exhibit
from core.jobs.apart import WITH_TORCH, apart
from core.jobs.pool import LIMITS
from core.settings import controls
from core.view import View
from tests.conftest import chosen, declaration

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

QUICK: dict[str, dict[str, Any]] = {
    "training-loop": {"epochs": 1},
    "mini-batches": {"epochs": 1},
    "presizing": {"draws": 4},
    "pets-data": {"size": 16},
}
"""Settings with which a page's work takes a few seconds at most."""


def jobs_of(slug: str) -> list[tuple[View, Any]]:
    """The views of a page whose work may leave, each with settings."""
    page = declaration(exhibit(slug))
    views = controls(page.settings)["view"].options if "view" in controls(page.settings) else [None]
    states = [chosen(page, **QUICK.get(slug, {}), **({"view": view} if view else {})) for view in views]
    rows = [(page.view(settings), settings) for settings in states]
    return [
        (view, settings) for view, settings in rows if view.job and view.job.leaves(settings) and here(view, settings)
    ]


def here(view: View, settings: Any) -> bool:
    """Whether the view's work is done with these settings; that of pets, also where it has been done before."""
    return view.waits(settings) or hasattr(settings, "pets")


LEAVING = [(slug, i) for slug in (entry.slug for entry in CONTENTS) for i in range(len(jobs_of(slug)))]


@pytest.mark.parametrize(("slug", "number"), LEAVING)
def test_the_parts_from_another_process_are_those_of_this_one(
    slug: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOWNHILL_WORKERS", "processes")
    view, settings = jobs_of(slug)[number]
    job = view.job
    assert job is not None
    about = job.of(settings) if job.of else settings
    parts = list(apart(job.work, about, LIMITS, nursery=WITH_TORCH, needs=job.needs))
    if job.keep:
        parts = [job.keep(about, part) for part in parts]
    joined, whole = job.join(job.begin(settings), parts), view.experiment(settings)
    assert parts
    if type(joined) is type(whole):
        expected = {name: value for name, value in whole.numbers().items() if "seconds" not in name}
        for name, value in expected.items():
            same = pytest.approx(value, rel=1e-6, nan_ok=True) if isinstance(value, float) else value
            assert joined.numbers()[name] == same, name
    else:
        assert not job.wanted(settings)  # it made what the experiment needs
