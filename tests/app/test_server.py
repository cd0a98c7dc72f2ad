"""What a stranger on the network may ask of the running server: pages, and nothing of the program's folder."""

import http.client
import tomllib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.serving import ROOT, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def ask(server: Server, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and content; the path goes out as it stands, without a client's tidying."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/requirements.txt",
        "/app.py",
        "/core/app/frame.py",
        "/.streamlit/config.toml",
        "/../app.py",
        "/..%2fapp.py",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../../../../etc/passwd",
        "/app/static/app.py",
        "/media/../app.py",
        "/component/downhill_stage/../../../app.py",
        "/_stcore/bidi-components/downhill_stage/../../../../app.py",
    ],
)
def test_no_file_of_the_program_or_the_machine_is_served(server: Server, path: str) -> None:
    _, _, content = ask(server, "GET", path)
    for secret in (ROOT / "app.py").read_bytes(), b"postScriptGC", b"root:x:", b"streamlit>=", b"import streamlit":
        assert secret not in content


def test_no_folder_is_listed(server: Server) -> None:
    for path in "/pages/", "/assets/", "/media/", "/static/":
        _, _, content = ask(server, "GET", path)
        for name in b"seven-steps.py", b"claims.toml", b"Index of", b"Directory listing":
            assert name not in content


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_uploads_need_a_token_of_the_session(server: Server, method: str) -> None:
    status, _, _ = ask(server, method, "/_stcore/upload_file/some-session/some-file", b"anything")
    assert 400 <= status < 500


def test_another_site_is_not_let_in(server: Server) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request("GET", "/_stcore/health", headers={"Origin": "https://elsewhere.example"})
        answer = connection.getresponse()
        answer.read()
        assert answer.getheader("Access-Control-Allow-Origin") in (None, "")
    finally:
        connection.close()


def test_settings_of_the_server() -> None:
    """What Community Cloud forces as well, and what this program needs besides."""
    with open(ROOT / ".streamlit" / "config.toml", "rb") as file:
        config = tomllib.load(file)
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"].get("enableCORS", True) is True
    assert config["server"]["enableStaticServing"] is False
    assert 0 < config["server"]["maxUploadSize"] <= 200  # MB
    assert config["client"]["showErrorDetails"] == "none"
    assert config["browser"]["gatherUsageStats"] is False
