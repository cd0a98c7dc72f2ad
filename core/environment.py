"""What the environment says to this server: every variable of ours is read here, and a bad value never stops it.

A value that cannot be used gives the default and one sentence, which `problems` has for the log at the start.
"""

import ipaddress
import math
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

FORGOTTEN, CACHE_FOLDER, PETS_FOLDER, PUBLIC = (
    "DOWNHILL_FORGOTTEN",
    "DOWNHILL_CACHE",
    "DOWNHILL_PETS",
    "DOWNHILL_PUBLIC",
)
WORKERS = "DOWNHILL_WORKERS"
DASK, DASK_CA = "DOWNHILL_DASK", "DOWNHILL_DASK_CA"
DASK_CERT, DASK_KEY = "DOWNHILL_DASK_CERT", "DOWNHILL_DASK_KEY"
VARIABLES = (FORGOTTEN, CACHE_FOLDER, PETS_FOLDER, PUBLIC, WORKERS, DASK, DASK_CA, DASK_CERT, DASK_KEY)
OF_THE_TESTS = ("DOWNHILL_REQUIRE_BROWSER",)

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")
LONGEST_SHOWN = 60  # characters of a value that a sentence repeats

NO_DOWNLOADS = "This server is open to everybody, so it downloads nothing: run Downhill on your own computer for that."
NO_LONG_TRAININGS = (
    "This server is open to everybody, so it runs no long trainings: run Downhill on your own computer for that."
)

_problems: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A Dask scheduler: its address, and for tls:// the files of the authority, the certificate and its key."""

    address: str
    ca: str = ""
    cert: str = ""
    key: str = ""

    @property
    def encrypted(self) -> bool:
        """Whether both sides prove who they are, and nobody else can read or answer."""
        return self.address.startswith("tls://")


def seconds(name: str, default: float, low: float, high: float) -> float:
    """The seconds that the variable of that name gives; `default` where it is not a number from `low` to `high`."""
    given = _given(name)
    try:
        value = float(given) if given else default
    except ValueError:
        value = math.nan
    if low <= value <= high:
        return value
    _wrong(name, given, f"must be a number of seconds from {low:g} to {high:g}, so {default:g} is used")
    return default


def forgotten() -> float:
    """Seconds after which a job that nobody looks at is stopped."""
    return seconds(FORGOTTEN, 90.0, 2.0, 86_400.0)


def public() -> bool:
    """Whether this server is open to everybody: no downloads, small uploads, no long trainings.

    A value that says neither yes nor no counts as yes, which is the safe side.
    """
    given = _given(PUBLIC)
    if given.lower() not in (*YES, *NO):
        _wrong(PUBLIC, given, "must be 1 or 0, so this server counts as open to everybody")
    return given.lower() not in NO


def workers() -> str:
    """Where work runs, "processes" or "threads" as the environment wants it; "" where the program decides."""
    given = _given(WORKERS)
    if given not in ("", "processes", "threads"):
        _wrong(WORKERS, given, "must be processes or threads, so the program decides")
        return ""
    return given


def folder(name: str) -> Path | None:
    """The folder that the variable of that name gives; None where it gives none that can be understood."""
    given = _given(name)
    try:
        return Path(given).expanduser() if given else None
    except RuntimeError:
        _wrong(name, given, "is in the home folder of nobody, so the usual folder is used")
        return None


def cluster() -> Cluster | None:
    """The Dask cluster for trainings; None where none is named, or it cannot be used as it is named."""
    given = _given(DASK)
    if not given:
        return None
    if not given.startswith(("tcp://", "tls://")) or not _host(given):
        _wrong(DASK, given, "must be an address as tls://10.0.0.5:8786, so trainings run on this server")
        return None
    if given.startswith("tcp://"):
        if not _loopback(_host(given)):
            _wrong(DASK, given, "is not encrypted: whoever reaches that address can run code here, so use tls://")
        return Cluster(address=given)
    files = {name: _given(name) for name in (DASK_CA, DASK_CERT, DASK_KEY)}
    for name, file in files.items():
        if not os.access(file, os.R_OK):
            _wrong(name, file, "must name a file in PEM format that can be read, so trainings run on this server")
            return None
    return Cluster(address=given, ca=files[DASK_CA], cert=files[DASK_CERT], key=files[DASK_KEY])


def problems() -> tuple[str, ...]:
    """One sentence for each variable that cannot be used as it is, or that is none of ours."""
    _problems.clear()
    for read in (forgotten, public, workers, lambda: folder(CACHE_FOLDER), lambda: folder(PETS_FOLDER), cluster):
        read()
    unknown = sorted(n for n in os.environ if n.startswith("DOWNHILL_") and n not in (*VARIABLES, *OF_THE_TESTS))
    return (*_problems.values(), *(f"{name[:LONGEST_SHOWN]} is no variable that Downhill knows." for name in unknown))


def _given(name: str) -> str:
    """The variable's text, with what was wrong with it before forgotten."""
    _problems.pop(name, None)
    return os.environ.get(name, "").strip()


def _wrong(name: str, given: str, reason: str) -> None:
    shown = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}…"
    _problems[name] = f"{name}={shown!r} {reason}."


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _loopback(host: str) -> bool:
    """Whether only this computer reaches that host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
