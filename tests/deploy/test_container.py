"""The containers of the central service run what its units run, and hold no secret and no registry."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest
import yaml

from wiring import places

FOLDER = places.ROOT / "deploy" / "container"
SYSTEMD = places.ROOT / "deploy" / "systemd"
UNITS = {
    "vault": "kiosk-vault.service",
    "central-1": "kiosk-central.service",
    "central-2": "kiosk-central.service",
    "web": "kiosk-central-web.service",
}
PROGRAM = "/usr/bin/retirement-kiosk-central"
MIB = {"50m": 50, "500M": 500, "500m": 500, "1500M": 1500, "1500m": 1500, "1000m": 1000}
SECRET = re.compile(
    r"(?i)password\s*[:=]|secret\s*[:=]|token\s*[:=]|BEGIN [A-Z ]*PRIVATE|://[^/@\s]+:[^/@\s]+@"
)
HOST = re.compile(r"\b(?:[a-z0-9-]+\.)+(?:io|com|org|net|cn|dev)\b")


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def command_of(unit: str) -> list[str]:
    (line,) = re.findall("^ExecStart=(.*)$", (SYSTEMD / unit).read_text("utf-8"), re.MULTILINE)
    return shlex.split(line)


def run_by(name: str) -> list[str]:
    """Return the command of a container without what differs by design from its unit's.

    Ports and addresses inside the shared network; the socket that systemd would pass.
    """
    said = [PROGRAM, *services()[name]["command"]]
    values = ("--host", "--port", "--metrics-port")
    for place, word in enumerate(said):
        if word in values:
            said[place + 1] = "*"
    if name == "vault":
        assert said[-2:] == ["--socket", "/run/retirement-kiosk-vault/socket"]
        del said[-2:]
    return said


def meant_by(unit: str) -> list[str]:
    """Return the command of a unit with its variables as `*`, without TLS, which the edge ends."""
    said = [re.sub(r"^\$\{.*\}$", "*", word) for word in command_of(unit)]
    if unit == "kiosk-central.service":
        start = said.index("--tls")
        assert said[start : start + 3] == ["--tls", "--name", "*"]
        del said[start : start + 3]
    return said


@pytest.mark.parametrize(("name", "unit"), [*UNITS.items()])
def test_a_container_runs_what_the_unit_runs(name: str, unit: str) -> None:
    assert run_by(name) == meant_by(unit)


@pytest.mark.parametrize(("name", "unit"), [*UNITS.items()])
def test_it_runs_as_the_same_account_with_the_same_limits(name: str, unit: str) -> None:
    said, one = (SYSTEMD / unit).read_text("utf-8"), services()[name]
    values = dict(line.split("=", 1) for line in said.splitlines() if re.match("[A-Z]", line))
    assert one["user"] == values["User"]
    # The socket's group is the folder's there; the vault's own keys are nobody else's.
    assert sorted(one["group_add"]) == sorted(values["SupplementaryGroups"].split())
    assert MIB[one["mem_limit"]] == MIB[values["MemoryMax"]]
    assert one["ulimits"]["nofile"] == int(values["LimitNOFILE"])
    assert one["ulimits"]["core"] == 0
    named = dict(re.findall(r"(KIOSK_CENTRAL_(?:VAULT|HELP))=(\S+)", said))
    if name == "central-2":  # the pages look for sessions at the first
        del named["KIOSK_CENTRAL_HELP"]
    for variable, value in named.items():
        assert one["environment"][variable] == value


@pytest.mark.parametrize("name", [*services()])
def test_a_container_may_do_no_more_than_it_has_to(name: str) -> None:
    one = services()[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges"]
    assert "privileged" not in one
    if name == "operator":  # what it writes becomes the service's
        assert (one["user"], one["cap_add"]) == ("root", ["CHOWN", "DAC_OVERRIDE", "FOWNER"])
    else:
        assert "cap_add" not in one
        assert one["user"] != "root"


def test_the_keys_that_open_are_in_one_container_and_it_has_no_network() -> None:
    found = services()
    mounts = {
        name: [one.split(":")[0] for one in each.get("volumes", ())] for name, each in found.items()
    }
    assert [name for name, each in mounts.items() if "vault-data" in each] == ["vault"]
    assert [name for name, each in mounts.items() if "database-data" in each] == ["database"]
    assert sorted(name for name, each in mounts.items() if "data" in each) == [
        "central-1",
        "central-2",
        "operator",
    ]
    assert {name for name, each in found.items() if each.get("network_mode") == "none"} == {
        "vault",
        "database",
        "operator",
    }
    # Nothing but the line has an address of its own; what is served without TLS stays on loopback.
    assert [name for name, each in found.items() if "ports" in each] == ["line"]
    for name in ("central-1", "central-2"):
        command = found[name]["command"]
        assert command[command.index("--host") + 1] == "127.0.0.1"


def test_the_edge_finds_both_services() -> None:
    found = services()
    edge = found["edge"]["environment"]
    configuration = (places.ROOT / "deploy/edge/haproxy.cfg").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w+)\}|^#   (KIOSK_EDGE_\w+) ", configuration)) >= {
        (name, "") for name in edge
    }
    for number in (1, 2):
        command = found[f"central-{number}"]["command"]
        port = command[command.index("--port") + 1]
        assert edge[f"KIOSK_EDGE_SERVER_{number}"] == f"127.0.0.1:{port}"
        assert found[f"central-{number}"]["healthcheck"]["test"][-2:] == [port, "/healthz"]
    assert found["line"]["ports"][0].endswith(f":{edge['KIOSK_EDGE_BIND'].lstrip(':')}")


def copied() -> Iterator[str]:
    for line in re.findall(
        "^COPY (.*)$", (FOLDER / "Containerfile").read_text("utf-8"), re.MULTILINE
    ):
        yield from (word for word in line.split()[:-1] if not word.startswith(("--", "${")))


def test_every_file_that_they_name_is_there() -> None:
    assert [name for name in copied() if not (places.ROOT / name).is_file()] == []
    assert "deploy/edge/haproxy.cfg" in [*copied()]
    for name, one in services().items():
        if "build" in one:
            build = one["build"]
            assert (FOLDER / build["context"]).resolve() == places.ROOT, name
            assert (places.ROOT / build["dockerfile"]) == FOLDER / "Containerfile"
            stages = re.findall(r" AS (\w+)$", (FOLDER / "Containerfile").read_text(), re.MULTILINE)
            assert build["target"] in stages
    for name in ("health", "start-database"):
        assert (FOLDER / name).stat().st_mode & 0o111


def test_accounts_are_those_of_the_package() -> None:
    """With numbers: the kernel tells the vault and the database by number who asks."""
    shipped = (places.ROOT / "deploy/sysusers/retirement-kiosk-central.conf").read_text("utf-8")
    here = (FOLDER / "accounts.conf").read_text("utf-8")
    wanted = re.findall(r"^([ug]) (\S+) -", shipped, re.MULTILINE)
    found = re.findall(r"^([ug]) (\S+) ([0-9]+) ", here, re.MULTILINE)
    assert {(kind, name) for kind, name, _ in found} == {
        *wanted,
        ("u", "postgres"),
        ("u", "haproxy"),
    }
    assert len({number for _, _, number in found}) == len(found)
    mapped = re.findall(r"^kiosk (\S+) ", (FOLDER / "pg_ident.conf").read_text(), re.MULTILINE)
    assert set(mapped) <= {name for _, name, _ in found} | {"root"}


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_secret_and_no_registry_stands_in_a_file(path: Path) -> None:
    said = path.read_text("utf-8")
    assert SECRET.findall(said) == []
    assert HOST.findall(said) == []
    for image in re.findall(r"^\s*image: (\S+)$|^FROM (\S+)", said, re.MULTILINE):
        assert "".join(image).startswith(("localhost/retirement-kiosk-", "${BASE}", "accounts"))


def test_a_secret_and_a_registry_would_be_found() -> None:
    """The control."""
    assert SECRET.search("postgresql+psycopg://kiosk:abc@host/name")
    assert SECRET.search("POSTGRES_PASSWORD: x")
    assert HOST.search("image: docker.io/library/debian")


@pytest.fixture(scope="module")
def health() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("health", str(FOLDER / "health"))
    spec = importlib.util.spec_from_loader("health", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Serve one answer to whatever is asked; yield the port."""

    class OneAnswerHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), OneAnswerHandler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(("status", "well"), [(200, True), (303, True), (503, False), (404, False)])
def test_health_is_what_the_service_says(health: ModuleType, status: int, *, well: bool) -> None:
    """/healthz says 503 while its database takes nothing (tests/central/store)."""
    with answering(status) as port:
        assert health.asks_page("http", port, "/healthz") is well
    assert not health.asks_page("http", port, "/healthz")
