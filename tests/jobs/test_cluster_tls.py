"""Jobs on a Dask cluster over TLS: both sides have certificates of one authority, and no others are listened to."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core import environment
from core.errors import UserError
from core.jobs import cluster as module
from core.jobs.job import LostError
from tests.jobs.works import failing

if TYPE_CHECKING:
    from distributed import LocalCluster

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="there is no openssl to make certificates with")

NAMES = {environment.DASK_CA: "ca.pem", environment.DASK_CERT: "cert.pem", environment.DASK_KEY: "key.pem"}


def authority(folder: Path) -> Path:
    """A folder with the certificate of a new authority, and a certificate of its with the key."""
    folder.mkdir()
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    by = ["-CA", "ca.pem", "-CAkey", "ca.key"]
    for line in (
        ["req", "-x509", *key, "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"],
        ["req", *key, "-subj", "/CN=downhill", "-keyout", "key.pem", "-out", "cert.csr"],
        ["x509", "-req", "-in", "cert.csr", *by, "-CAcreateserial", "-out", "cert.pem", "-days", "2"],
    ):
        subprocess.run([str(OPENSSL), *line], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return authority(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture(scope="module")
def cluster(certificates: Path) -> "Iterator[LocalCluster]":
    from distributed import LocalCluster, Security

    ca, cert, key = (str(certificates / name) for name in NAMES.values())
    files = {"tls_ca_file": ca}
    for role in ("scheduler", "worker", "client"):
        files |= {f"tls_{role}_cert": cert, f"tls_{role}_key": key}
    security = Security(**files, require_encryption=True)
    place: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "protocol": "tls://"}
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, security=security, **place) as cluster:
        yield cluster


def name(monkeypatch: pytest.MonkeyPatch, address: str, folder: Path) -> str | None:
    """Have the environment name that cluster and these certificates; what the server makes of it."""
    monkeypatch.setenv(environment.DASK, address)
    for variable, file in NAMES.items():
        monkeypatch.setenv(variable, str(folder / file))
    monkeypatch.setattr(module, "_clients", {})
    named = environment.cluster()
    return named and named.address


def test_parts_come_back_over_tls(cluster: "LocalCluster", certificates: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = cluster.scheduler_address
    assert address.startswith("tls://")
    assert name(monkeypatch, address, certificates) == address
    assert environment.problems() == ()
    work = module.on_cluster(address, failing)("mistake", lambda: False)
    assert next(work) == 1
    with pytest.raises(UserError, match="Choose a smaller number"):
        next(work)
    (client,) = module._clients.values()
    assert client.scheduler.address.startswith("tls://")
    client.close()


def test_a_scheduler_of_another_authority_is_not_listened_to(
    cluster: "LocalCluster", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONNECT", 1.0)
    address = name(monkeypatch, cluster.scheduler_address, authority(tmp_path / "others"))
    assert address
    with pytest.raises(LostError, match="does not answer"):
        next(module.on_cluster(address, failing)("mistake", lambda: False))


def test_a_scheduler_that_speaks_plain_tcp_is_not_listened_to_over_tls(
    certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(module, "CONNECT", 1.0)
    place: dict[str, Any] = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=0, processes=False, protocol="tcp://", **place) as plain:
        address = name(monkeypatch, plain.scheduler_address.replace("tcp:", "tls:"), certificates)
        assert address
        with pytest.raises(LostError, match="does not answer"):
            next(module.on_cluster(address, failing)("mistake", lambda: False))


def test_without_its_certificates_a_cluster_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    address = "tls://127.0.0.1:9"
    for variable in (environment.DASK, *NAMES):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(UserError) as raised:
        next(module.on_cluster(address, failing)("mistake", lambda: False))
    assert all(variable in str(raised.value) for variable in NAMES)
