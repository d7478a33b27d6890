"""Two real accounts of the machine: one has the keys, the other talks to terminals."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

import main
from drivers.central.signing import sign
from kiosk.crypto.envelope import (
    MEDIA_TYPE,
    Envelope,
    SealingKey,
    canonical,
    digest,
    parse_sealing_key,
    seal,
)
from kiosk.crypto.receipt import ReceiptKey, parse_receipt_key, verify_receipt
from kiosk.crypto.terminal_key import TerminalKey
from tests.central.standing import content, numbered

ROOT = Path(main.__file__).parent
LIMIT = 60
TERMINAL = "A-1"
VAULT, SERVICE, STRANGER = "daemon", "nobody", "games"
SETPRIV = shutil.which("setpriv")


def _has(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as two accounts"),
    pytest.mark.skipif(SETPRIV is None, reason="no setpriv here"),
    pytest.mark.skipif(
        not all(map(_has, (VAULT, SERVICE, STRANGER))), reason="not the accounts of Debian"
    ),
]


def without_network() -> list[str]:
    """The words before a command that gives it no network, as its unit does; none if not allowed."""
    words = [str(shutil.which("unshare")), "--net"]
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return words


def become(name: str, *words: str) -> list[str]:
    """The command, as this account of the machine."""
    account = pwd.getpwnam(name)
    who = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return [str(SETPRIV), *who, sys.executable, *words]


@contextmanager
def running(name: str, *words: str, before: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """The program as this account, until the block ends; yields the JSON that it says, if it is."""
    command = [*before, *become(name, str(ROOT / "main.py"), *words, "--with-parent")]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said, process.wait(LIMIT)
        yield json.loads(said) if said.startswith("{") else {}
    finally:
        process.communicate(timeout=LIMIT)


@dataclass(frozen=True)
class SplitMachine:
    """Folders of vault and service, each of its own account."""

    keys: Path
    data: Path
    socket: Path

    @contextmanager
    def vault(self) -> Iterator[None]:
        words = ("--data", self.keys, "--socket", self.socket, "--service", SERVICE)
        asked = ("central", "vault", *map(str, words))
        with running(VAULT, *asked, before=without_network()):
            os.chown(self.socket, -1, pwd.getpwnam(SERVICE).pw_gid)  # what the unit of systemd does
            yield

    @contextmanager
    def service(self) -> Iterator[str]:
        words = ("--data", str(self.data), "--vault", str(self.socket), "--terminal", TERMINAL)
        with running(SERVICE, "serve", *words) as said:
            yield said["url"]


@pytest.fixture
def machine() -> Iterator[SplitMachine]:
    base = Path(tempfile.mkdtemp(prefix="kiosk-accounts-"))
    base.chmod(0o755)
    made = SplitMachine(base / "vault", base / "data", base / "run" / "socket")
    for folder, name in ((made.keys, VAULT), (made.data, SERVICE)):
        folder.mkdir(mode=0o700)
        shutil.chown(folder, name, pwd.getpwnam(name).pw_gid)
    made.socket.parent.mkdir()
    shutil.chown(made.socket.parent, VAULT)
    yield made
    shutil.rmtree(base)


def operate(*words: object) -> None:
    """Run an operator's command as root."""
    assert main.main(["central", *map(str, words)]) == 0


def put(machine: SplitMachine, url: str, number: int) -> httpx2.Response:
    """Hand in an application as the terminal does."""
    public = json.loads((machine.data / "keys.json").read_bytes())
    sealing = parse_sealing_key(public["sealing"])
    assert isinstance(sealing, SealingKey)
    said = content(numbered(number), f"person {number}")
    plain = canonical(said)
    sealed = seal(plain, sealing, said["id"], digest(plain))
    envelope = Envelope(said["id"], digest(plain), sealing.id, TERMINAL, number, sealed)
    key = TerminalKey((machine.data / "terminals" / TERMINAL).read_bytes())
    request = httpx2.Request(
        "PUT",
        f"{url}/v1/applications/{said['id']}",
        content=envelope.encode(),
        headers={"Content-Type": MEDIA_TYPE},
    )
    sign(request, key, datetime.now(UTC), os.urandom)
    with httpx2.Client(timeout=LIMIT) as client:
        answer = client.send(request)
    receipt = parse_receipt_key(public["receipt"])
    assert isinstance(receipt, ReceiptKey)
    if answer.is_success:
        assert verify_receipt(answer.content, receipt, envelope.id, envelope.digest)
    return answer


def test_the_account_of_the_service_opens_nothing(machine: SplitMachine) -> None:
    operate("vault-keys", "--data", machine.keys)
    with machine.vault():
        operate("init", "--data", machine.data, "--vault", machine.socket)
        owners = {path.owner() for path in machine.data.rglob("*")}
        assert owners == {SERVICE}
        assert {path.owner() for path in machine.keys.rglob("*")} == {VAULT}
        with machine.service() as url:
            assert put(machine, url, 1).status_code == 201
            for path in (machine.keys / "sealing.key", machine.keys / "person.key"):
                look = become(SERVICE, "-c", f"open({str(path)!r}, 'rb')")
                done = subprocess.run(look, capture_output=True, text=True, check=False)
                assert "PermissionError" in done.stderr
            assert not list(machine.data.rglob("sealing*.key"))
            # Its memory is not open to the other account either.
            assert "PermissionError" in _look_into_memory(machine)
            machine.socket.chmod(0o666)  # and the kernel still names who connects
            words = f"import socket; s = socket.socket(socket.AF_UNIX); s.connect({str(machine.socket)!r}); print(s.recv(1))"
            done = subprocess.run(
                become(STRANGER, "-c", words), capture_output=True, text=True, check=False
            )
            assert done.stdout == "b''\n", done.stderr


def _look_into_memory(machine: SplitMachine) -> str:
    """Try to read the memory of the vault's process as the service's account."""
    told = subprocess.run(
        ["pgrep", "-f", f"central vault --data {machine.keys}"],
        capture_output=True,
        text=True,
        check=False,
    )
    number = told.stdout.split()[0]
    done = subprocess.run(
        become(SERVICE, "-c", f"open('/proc/{number}/mem', 'rb')"),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


def test_a_vault_that_was_killed_loses_nothing(machine: SplitMachine) -> None:
    operate("vault-keys", "--data", machine.keys)
    with machine.vault():
        operate("init", "--data", machine.data, "--vault", machine.socket)
    with machine.service() as url:
        away = put(machine, url, 1)
        assert (away.status_code, away.json()["type"]) == (503, "vault-away")
        assert int(away.headers["Retry-After"]) > 0
        with machine.vault():
            assert put(machine, url, 1).status_code == 201
        assert put(machine, url, 2).status_code == 503
        with machine.vault():
            assert put(machine, url, 2).status_code == 201
            assert put(machine, url, 1).status_code == 200
