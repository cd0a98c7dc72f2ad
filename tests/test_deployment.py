"""What is deployed: every file the container copies is there, and the cloud's front door opens the same program."""

import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
import yaml
from packaging.requirements import Requirement
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.contents import CONTENTS
from tests.conftest import ROOT, TIMEOUT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*)$", re.sub(r"\\\n\s*", "", DOCKERFILE), re.MULTILINE)
KEPT = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}


def step(name: str) -> str:
    """What the only instruction of that name says."""
    (found,) = [text for instruction, text in STEPS if instruction == name]
    return found


def required() -> dict[str, Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines())
    return {need.name: need for need in map(Requirement, (line for line in lines if line and line[0] != "-"))}


def test_the_container_copies_what_is_there_and_what_is_needed() -> None:
    copied = {name for instruction, text in STEPS if instruction == "COPY" for name in text.split()[:-1]}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert copied == KEPT  # all of it is sent to the builder, and nothing else
    assert {"app.py", "core", "pages", "assets", ".streamlit", "requirements.txt"} <= copied


def test_the_container_runs_without_rights_and_is_asked_how_it_does() -> None:
    order = [instruction for instruction, _ in STEPS]
    assert step("USER") not in ("root", "0")
    assert order.index("USER") > max(i for i, name in enumerate(order) if name in ("COPY", "RUN"))
    assert f"useradd --create-home --uid 10001 {step('USER')}" in DOCKERFILE
    port = step("EXPOSE")
    assert f":{port}/_stcore/health" in step("HEALTHCHECK")
    assert f"--server.port={port}" in step("CMD")


def test_the_container_starts_streamlit_with_options_that_exist() -> None:
    options = re.findall(r'"--([\w.]+)=', step("CMD"))
    assert options
    assert [name for name in options if name not in config._config_options_template] == []


def test_the_container_takes_pytorch_alone_from_an_index_that_is_given() -> None:
    pattern = re.search(r'grep -E "([^"]+)"', DOCKERFILE)
    assert pattern is not None
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert [Requirement(line).name for line in lines if re.search(pattern[1], line)] == ["torch", "torchvision"]
    assert step("ARG") == "TORCH_INDEX="
    assert DOCKERFILE.count("TORCH_INDEX:+--index-url") == 1


def test_the_cloud_takes_pytorch_for_the_cpu_and_all_else_from_the_requirements() -> None:
    wanted = yaml.safe_load((ROOT / "cloud/environment.yml").read_text("utf-8"))
    conda, (pip,) = ([d for d in wanted["dependencies"] if isinstance(d, kind)] for kind in (str, dict))
    assert pip == {"pip": ["-r ../requirements.txt"]}
    ours = {need.name: need.specifier for need in map(Requirement, (d for d in conda if "torch" in d))}
    assert ours == {"pytorch-cpu": required()["torch"].specifier, "torchvision": required()["torchvision"].specifier}


@pytest.mark.parametrize("page", [None, *(entry.page for entry in CONTENTS[:1])])
def test_the_clouds_front_door_opens_the_same_pages(page: str | None, open_page: Callable[..., AppTest]) -> None:
    for name in ("app.py", "core", "pages", "assets", ".streamlit"):
        assert (ROOT / "cloud" / name).resolve() == ROOT / name
    with patch("streamlit.components.v2.component_manager.BidiComponentManager.discover_and_register_components"):
        cloud = AppTest.from_file(str(ROOT / "cloud/app.py"), default_timeout=TIMEOUT)
        app = (cloud.switch_page(page) if page else cloud).run()
    ours = open_page(CONTENTS[0] if page else None)
    assert not app.exception
    assert [text.value for text in app.header] == [text.value for text in ours.header]
    assert [link.proto.page for link in app.get("page_link")] == [link.proto.page for link in ours.get("page_link")]
