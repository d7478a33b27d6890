"""The central package starts filing on a phone and the public pages from the files that it lays down."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from central.keys.service_keys import PUBLIC_FILE
from drivers.device_key import read_credential
from kiosk.crypto.terminal_identity import write_key
from kiosk.crypto.terminal_key import TerminalKey
from script.packaging.lock import needed, read_lock
from tests.central.test_operator import OperatorShell
from tests.deploy.packages import CENTRAL, plan_of
from wiring import places

LIMIT = 60
LOADED = """
import sys
import main, wiring.phone.process, wiring.enrolment
import drivers.central.enrolment, drivers.central.opening, drivers.device_key
import drivers.devices.documents.form_painter, wiring.forms, kiosk.storage.open_store
import central.commands, central.web.commands, central.vault.vault_commands
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
DRAWN = """
from wiring.forms import read_forms
print(len(read_forms().contents.catalogue.services))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file of the package, without the wheels: those of the tests stand in."""
    root = tmp_path_factory.mktemp("machine")
    plan = plan_of(CENTRAL)
    for source, target in plan.contents(places.ROOT):
        (root / target).parent.mkdir(parents=True, exist_ok=True)
        (root / target).write_bytes(source.read_bytes())
    return root / plan.home


def environment(home: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(home), **more}


@contextmanager
def served(home: Path, cwd: Path, *words: str, **more: str) -> Iterator[str]:
    """Run `central …` of the package; yield its address."""
    command = [sys.executable, "-P", str(home / "main.py"), "central", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=cwd, stdout=pipe, text=True, env=environment(home, **more)
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "it did not start"
            yield json.loads(line)["url"]
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT) == 0
        finally:
            process.kill()


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=LIMIT) as answer:
        return bytes(answer.read())


def linked(page: str) -> set[str]:
    """Return what the page loads from its own host."""
    return set(re.findall(r'(?:src|href)="(/(?:static|drawings)/[^"]+)"', page))


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    shell = OperatorShell(tmp_path / "data", capsys)
    shell.run("init")
    return tmp_path / "data"


def test_filing_on_a_phone_starts_from_the_package(home: Path, made: Path, tmp_path: Path) -> None:
    (tmp_path / "device-key").write_bytes(os.urandom(32))
    (tmp_path / "state").mkdir()
    key = TerminalKey(os.urandom(32), datetime.now(UTC))
    write_key(tmp_path / "state/identity", read_credential(tmp_path, "device-key"), key, os.urandom)
    settings = tmp_path / "phone.toml"
    shipped = (places.ROOT / "deploy/etc/phone.toml").read_text("utf-8")
    state = "/var/lib/retirement-kiosk-central-phone"
    wanted = shipped.replace(f"{state}/central_keys.json", str(made / PUBLIC_FILE))
    wanted = wanted.replace(state, str(tmp_path / "state"))
    settings.write_text(wanted, "utf-8")
    platform = ("--authorize", "https://platform.example.invalid/authorize")
    words = ("phone", str(settings), *platform)
    with served(home, tmp_path, *words, CREDENTIALS_DIRECTORY=str(tmp_path)) as url:
        page = fetched(f"{url}/").decode()
        loads = linked(page)
        assert any("static" in one for one in loads), page
        assert any("drawings" in one for one in loads), page
        for path in loads:
            assert fetched(f"{url}{path}")
        assert "<svg" in page  # icons stand in the page


def test_the_public_pages_start_from_the_package(home: Path, made: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{made / 'central.db'}"
    with served(
        home, tmp_path, "web", "--public", KIOSK_WEB_DATABASE=database, KIOSK_CENTRAL_VAULT=""
    ) as url:
        for path in ("/", "/guide", "/needs", "/age", "/points", "/progress", "/check"):
            page = fetched(f"{url}{path}").decode()
            for file in linked(page):
                assert fetched(f"{url}{file}")


def test_forms_are_drawn_from_the_package(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", DRAWN],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert (done.stdout.strip(), done.stderr) == ("18", "")


def test_libraries_of_what_it_starts_are_vendored(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOADED],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    lock = read_lock(places.ROOT / "requirements.lock")
    vendored = {one.name for one in needed(lock, plan_of(CENTRAL).wheels, "amd64")}
    whose = packages_distributions()
    own = {"kiosk", "central", "phone", "wiring", "drivers", "main", "_distutils_hack", "coverage"}
    foreign = set(done.stdout.split()) - set(sys.stdlib_module_names) - own
    missing = {
        name: whose[name]
        for name in foreign & set(whose)
        if not {one.lower().replace("_", "-") for one in whose[name]} & vendored
    }
    assert missing == {}
