"""The environment: a bad value is a sentence and the default, never a crash; only one module reads our variables."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core import environment
from tests.conftest import ROOT

HOSTILE = ("abc", "nan", "inf", "-inf", "-1", "0", "1e400", "90s", "1,5", "0x10", "9" * 5000, "1e9", "\u0663\u0660 s")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in environment.VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("value", HOSTILE)
def test_bad_seconds_are_the_default_and_one_sentence(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.FORGOTTEN, value)
    assert environment.forgotten() == 90
    assert math.isfinite(environment.seconds(environment.FORGOTTEN, 7.0, 2.0, 100.0))
    (sentence,) = environment.problems()
    assert sentence.startswith(f"{environment.FORGOTTEN}=")
    assert sentence.endswith("90 is used.")
    assert len(sentence) < 200


@pytest.mark.parametrize(("value", "meant"), [("5", 5), (" 120.5 ", 120.5), ("", 90), ("   ", 90)])
def test_good_seconds_are_used(value: str, meant: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.FORGOTTEN, value)
    assert environment.forgotten() == meant
    assert environment.problems() == ()


def test_a_mended_value_is_no_problem_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.FORGOTTEN, "abc")
    assert len(environment.problems()) == 1
    monkeypatch.setenv(environment.FORGOTTEN, "30")
    assert environment.problems() == ()


@pytest.mark.parametrize("value", ["1", "true", "Yes", "ON", "maybe"])
def test_whatever_does_not_say_no_is_public(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.PUBLIC, value)
    assert environment.public()
    assert len(environment.problems()) == (value == "maybe")


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_a_server_is_private_where_nothing_or_no_is_said(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.PUBLIC, value)
    assert not environment.public()
    assert environment.problems() == ()


@pytest.mark.parametrize(("value", "meant"), [("", ""), ("threads", "threads"), ("processes", "processes"), ("8", "")])
def test_where_work_runs_is_one_of_two_words(value: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.WORKERS, value)
    assert environment.workers() == meant
    assert len(environment.problems()) == (value == "8")


def test_folders_are_those_that_are_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert environment.folder(environment.PETS_FOLDER) is None
    monkeypatch.setenv(environment.PETS_FOLDER, str(tmp_path))
    assert environment.folder(environment.PETS_FOLDER) == tmp_path
    monkeypatch.setenv(environment.PETS_FOLDER, "~nobody-of-that-name/pets")
    assert environment.folder(environment.PETS_FOLDER) is None
    assert "home folder of nobody" in environment.problems()[0]


@pytest.mark.parametrize("address", ["10.0.0.5:8786", "http://10.0.0.5", "tcp://", "tls://[", "tcp:/x", "ucx://a:1"])
def test_what_is_no_address_gives_no_cluster(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DASK, address)
    assert environment.cluster() is None
    assert "so trainings run on this server." in environment.problems()[0]


@pytest.mark.parametrize(
    ("address", "warned"),
    [("tcp://127.0.0.1:8786", 0), ("tcp://localhost:1", 0), ("tcp://[::1]:1", 0), ("tcp://10.0.0.5:8786", 1)],
)
def test_plain_tcp_beyond_this_computer_is_warned_of(
    address: str, warned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(environment.DASK, address)
    assert environment.cluster() == environment.Cluster(address=address)
    assert [("can run code here" in sentence) for sentence in environment.problems()] == [True] * warned


def test_tls_needs_its_three_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(environment.DASK, "tls://10.0.0.5:8786")
    for name in (environment.DASK_CA, environment.DASK_CERT, environment.DASK_KEY):
        assert environment.cluster() is None
        assert environment.problems()[0].startswith(f"{name}=")
        (tmp_path / name).write_text("PEM")
        monkeypatch.setenv(name, str(tmp_path / name))
    cluster = environment.cluster()
    assert cluster is not None
    assert cluster.encrypted
    assert Path(cluster.key).name == environment.DASK_KEY
    assert environment.problems() == ()


def test_a_misspelt_variable_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOWNHILL_PUBIC", "1")
    assert environment.problems() == ("DOWNHILL_PUBIC is no variable that Downhill knows.",)


def test_it_imports_nothing_heavy() -> None:
    code = "import sys; own = set(sys.modules); import core.environment; print(*(set(sys.modules) - own))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    imported = {name.partition(".")[0] for name in done.stdout.split()}
    assert imported <= {"core", *sys.stdlib_module_names}


def test_the_jobs_can_be_imported_whatever_the_environment_says() -> None:
    given = {**os.environ, environment.FORGOTTEN: "abc", environment.DASK: "://", environment.PUBLIC: "?"}
    code = "import core.jobs.cluster, core.environment; print(len(core.environment.problems()))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=given, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "3"), done.stderr
