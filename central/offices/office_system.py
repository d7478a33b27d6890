"""Settings of one office's own system: its address, how its API names things, its limits.

config/offices/systems/ has one TOML file for each office, named after its code in
config/offices.toml. Credentials stand in no such file: it names the environment variable or the
file that holds them.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from central.offices.circuit import CircuitPolicy
from central.policy import RetryPolicy
from central.tasks import TaskState
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

_PLACEHOLDER = "{key}"
_LARGEST = 1e9
_HEADER = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class OfficeCredentials:
    """Where the secret is that the office gave: an environment variable, or a file.

    It is sent in `header` after `scheme` and a space. `certificate` and `certificate_key`: PEM
    files of a client certificate; `authority`: PEM file of the office's own authority, "" for those
    of the machine.
    """

    environment: str = ""
    file: str = ""
    header: str = "Authorization"
    scheme: str = "Bearer"
    certificate: str = ""
    certificate_key: str = ""
    authority: str = ""


@dataclass(frozen=True)
class RequestNames:
    """How the office's API names what it is told of a task."""

    case: str = "case"
    service: str = "service"
    round: str = "round"
    due_on: str = "due_on"
    view: str = "view"


@dataclass(frozen=True)
class AnswerNames:
    """How the office's API names what it says of a task.

    `result`: the object with the content of a result, "" for an API that has none; then an end is
    taken without content.
    """

    case: str = "case"
    service: str = "service"
    state: str = "state"
    reason: str = "reason"
    due_on: str = "due_on"
    result: str = ""


@dataclass(frozen=True)
class OfficeSystem:
    """The system of one office.

    `path` holds {key}, the idempotency key of a task. `method` is that of the one idempotent call
    which hands a task over and returns how it stands. A task under way is asked about every
    `poll_seconds`. `concurrency`: calls at once, of all workers together. `states`: this project's
    state for each of the office's.
    """

    address: str
    timeout_seconds: float
    longest_bytes: int
    poll_seconds: float
    concurrency: int
    states: Mapping[str, TaskState]
    retry: RetryPolicy
    circuit: CircuitPolicy
    path: str = "/tasks/{key}"
    method: str = "PUT"
    credentials: OfficeCredentials = field(default_factory=OfficeCredentials)
    request: RequestNames = field(default_factory=RequestNames)
    answer: AnswerNames = field(default_factory=AnswerNames)


def read_office_system(path: Path) -> OfficeSystem:
    """Return the settings in the file `path`; raises ConfigError for what can't be used."""
    found = load(OfficeSystem, path)
    problems = [Problem(str(path), line_of(path, key), key, words) for key, words in _faults(found)]
    if problems:
        raise ConfigError(tuple(problems))
    return found


def read_office_systems(folder: Path) -> Mapping[str, OfficeSystem]:
    """Return the settings of every office in a folder, by the office's code."""
    return {path.stem: read_office_system(path) for path in sorted(folder.glob("*.toml"))}


def _faults(system: OfficeSystem) -> list[tuple[str, str]]:
    found = []
    if not is_safe_address(system.address):
        found.append(("address", text_of("central.office_address")))
    if _PLACEHOLDER not in system.path or not system.path.startswith("/"):
        found.append(("path", text_of("central.office_path")))
    if not _HEADER.fullmatch(system.credentials.header):
        found.append(("credentials.header", text_of("central.office_header")))
    if TaskState.DONE not in system.states.values():
        found.append(("states", text_of("central.office_states")))
    positive = {
        "timeout_seconds": system.timeout_seconds,
        "longest_bytes": system.longest_bytes,
        "poll_seconds": system.poll_seconds,
        "concurrency": system.concurrency,
        "retry.first_seconds": system.retry.first_seconds,
        "retry.longest_seconds": system.retry.longest_seconds,
        "retry.tries": system.retry.tries,
        "circuit.failures": system.circuit.failures,
        "circuit.open_seconds": system.circuit.open_seconds,
        "circuit.longest_open_seconds": system.circuit.longest_open_seconds,
    }
    words = text_of("central.office_positive")
    # TOML has inf and nan, too, and no timer takes them.
    wrong = [name for name, value in positive.items() if not 0 < value <= _LARGEST]
    return found + [(name, words) for name in wrong]


def is_safe_address(url: str) -> bool:
    """Return whether personal data may be sent to `url`: https, or http on this machine."""
    where = urlsplit(url)
    plain = where.scheme == "http" and not _is_own_machine(where.hostname or "")
    return where.scheme in ("http", "https") and bool(where.hostname) and not plain


def _is_own_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_secret(path: Path, credentials: OfficeCredentials) -> str:
    """Return the secret that the settings in `path` name, "" where they name none.

    Raises ConfigError when the variable or the file is not there, or holds more than one line of
    ASCII.
    """
    if not (credentials.environment or credentials.file):
        return ""
    if credentials.environment:
        key, said = "environment", os.environ.get(credentials.environment, "")
    else:
        key, said = "file", _content_of(path.parent / credentials.file)
    said = said.strip()
    if not said or not said.isascii() or not said.isprintable():
        words = text_of("central.office_secret")
        raise ConfigError((Problem(str(path), line_of(path, key), key, words),))
    return said


def _content_of(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def client_tls(path: Path, system: OfficeSystem) -> ssl.SSLContext | None:
    """Return the TLS of calls to an https address, with the client certificate; None for http.

    File names are relative to the folder of the settings in `path`. Raises ConfigError for
    certificates that can't be used.
    """
    if urlsplit(system.address).scheme != "https":
        return None
    said = system.credentials
    try:
        context = ssl.create_default_context(
            cafile=str(path.parent / said.authority) if said.authority else None
        )
        if said.certificate:
            key = path.parent / said.certificate_key if said.certificate_key else None
            context.load_cert_chain(path.parent / said.certificate, key)
    except OSError:
        words = text_of("central.office_certificate")
        problem = Problem(str(path), line_of(path, "certificate"), "certificate", words)
        raise ConfigError((problem,)) from None
    return context
