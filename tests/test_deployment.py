"""What is deployed: every file the container copies is there, the cloud's front door opens the same program, and the
numbers that the page about it names are the program's."""

import os
import re
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement
from streamlit import config
from streamlit.testing.v1 import AppTest

from core import environment
from core.app import messages, private, results, uploads
from core.contents import CONTENTS
from core.data import costs, large, own, room
from core.exhibits.pets_data import regex_lab
from core.exhibits.pets_data.settings import LONGEST_PATTERN
from core.jobs import pool
from core.nn.head import HeadSettings, train_head
from tests.conftest import ROOT, TIMEOUT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = re.findall(r"^([A-Z]+) (.*)$", re.sub(r"\\\n\s*", "", DOCKERFILE), re.MULTILINE)
DEPLOYMENT = (ROOT / "docs/deployment.md").read_text(encoding="utf-8")
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


def rows(heading: str) -> dict[str, str]:
    """The second column of the tables below a heading, by the first."""
    (part,) = re.findall(rf"^## {heading}$(.*?)(?=^## |\Z)", DEPLOYMENT, re.MULTILINE | re.DOTALL)
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]*?) ?\|", part, re.MULTILINE))


def mb(size: int) -> str:
    return f"{size / 10**6:,.0f} MB"


def test_the_bounds_on_the_open_internet_are_those_of_the_program() -> None:
    bounds = rows("On the open internet")
    assert bounds == bounds | {
        "an upload": f"{uploads.MOST_MB} MB, public {uploads.PUBLIC_MB} MB",
        "uploads of a session": f"{mb(uploads.SESSION_BYTES)}, {uploads.ADDRESSES} files",
        "uploads of all sessions, arriving ones included": (
            f"{mb(uploads.ALL_BYTES)}, those of {mb(uploads.ON_DISK)} and more on the disk"
        ),
        "an upload's time": f"{uploads.BEGINNING:.0f} s and 1 s for every {uploads.PACE / 1000:.0f} kB",
        "a message from a page": (
            f"{messages.MESSAGE_BYTES / 1e6:g} MB, {messages.MOST_WIDGETS} controls, {messages.PACE:g} a second"
        ),
        "a picture that takes much": f"from {mb(large.LARGE)} on one at a time, in all processes",
        "a picture": f"{costs.MOST_PIXELS // 10**6} million pixels, {mb(costs.MOST_HELD)} while it is decoded",
        "a set of one's own": f"{own.MOST_LABELS} labels, {mb(room.MOST_SET)}, {own.MOST_SECONDS:.0f} s",
        "all such sets together": mb(room.MOST_SETS),
        "a pattern in the regex lab": (
            f"{LONGEST_PATTERN} characters, {regex_lab.SECONDS} s of computing, {mb(regex_lab.MEMORY)}"
        ),
        "patterns at the same time": f"{regex_lab.TURNS}; others wait {regex_lab.TURN:.0f} s",
        "jobs at the same time": f"{pool.WORKERS}; a visitor's {pool.EACH}, and {pool.MOST_WAITING} that wait",
        "a job in a process of its own": f"{mb(pool.LIMITS.memory)} and {pool.LIMITS.seconds:,.0f} s",
        "results kept for everybody": f"{mb(results.RESULTS.most)}, scenes {mb(results.SCENES.most)}",
        "results kept for a session": mb(private.KEPT_BYTES),
    }
    assert f"those older than {uploads.AGED:.0f} s make room" in DEPLOYMENT
    assert f"leave {mb(2 * uploads.ALL_BYTES)} there" in DEPLOYMENT


def test_a_frame_of_a_heads_training_is_as_small_as_it_says() -> None:
    pictures = 8
    features, labels, every = np.eye(pictures, dtype=np.float32), np.arange(pictures), np.arange(pictures)
    head = train_head(features, labels, every, every[:0], HeadSettings(epochs=3, batch_size=2))
    assert head.predicted.itemsize + 4 == int(rows("On the open internet")["a frame of a head's training"][0])
    assert head.predicted.shape == (len(head.kept), pictures)


def test_the_variables_that_are_described_are_those_that_are_read() -> None:
    described = rows("Settings worth knowing")
    ours = {name for names in described for name in re.findall(r"`(DOWNHILL_\w+)`", names)}
    assert ours == set(environment.VARIABLES)
    assert described["`server.maxUploadSize`"] == str(uploads.MOST_MB) == str(config.get_option("server.maxUploadSize"))
    with patch.dict(os.environ, clear=True):
        assert environment.forgotten() == float(described["`DOWNHILL_FORGOTTEN`"])
        assert environment.public() == bool(int(described["`DOWNHILL_PUBLIC`"]))


def test_only_the_environment_reads_our_variables() -> None:
    reading = {
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
        if re.search(r"[\"']DOWNHILL_", path.read_text(encoding="utf-8"))
    }
    assert reading == {"core/environment.py"}
