"""A whole control room as its own processes: service, pages, repository, and two technicians.

Everything is done by the program's own commands and, where people act, by the pages that they see.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from httpx2 import Client, Response

from kiosk.civil_time import civil_now
from kiosk.staff.code import SECONDS, code_of, read_key, step_of
from script.benches.machine.workshop import ROOT
from tests.central.web.test_commands import certificate

HOST_NAME = "central.example.invalid"
POINT = "BZ-QC-01"
POINTS = f"code,name,kind,division\n{POINT},花戏楼社区便民服务点,community,341602001001\n"
PEOPLE = ("T-0001", "T-0002")
PASSWORD = "three plain words"  # noqa: S105 - of people who are invented
TOKEN = re.compile(r'name="token" value="([0-9a-f]{64})"')
WAITS = re.compile(
    r'<h3>([A-Z0-9-]+)</h3>(?:(?!</li>).)*?/fleet/enrolments/([^/"]+)/confirm', re.DOTALL
)
STOP = re.compile(r"/fleet/rings/([0-9]+)/stop")
END_SECONDS, CALL_SECONDS = 30.0, 120.0


def command(*words: str, said: str = "") -> str:
    """Run a command of the program; return what it printed. Raises RuntimeError when it failed."""
    done = subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}\nended with {done.returncode}: {done.stderr}")
    return done.stdout


@dataclass
class Technician:
    """Somebody of the control room at the pages; `pages` and `forms` count what was done."""

    name: str
    client: Client
    key: str
    pages: int = 0
    forms: int = 0
    keys: int = 0
    used: str = ""

    def log_in(self) -> None:
        """Log in with a code that was not used before; what that costs a person is not counted."""
        counted = self.pages, self.forms, self.keys
        while (code := self.code()) == self.used:  # each code counts once
            time.sleep(SECONDS / 10)
        self.used = code
        form = {"account": self.name, "password": PASSWORD, "code": code}
        answer = self.send("/login", "/login", **form)
        if answer.headers.get("location") != "/":
            raise RuntimeError(f"{self.name} can't log in: {answer.status_code}")
        self.pages, self.forms, self.keys = counted

    def see(self, path: str = "/fleet") -> str:
        """Open a page and return its text.

        After half an hour without a request the session is over, and its owner logs in anew.
        """
        self.pages += 1
        answer = self.client.get(path)
        if answer.headers.get("location", "").startswith("/login"):
            self.log_in()
            answer = self.client.get(path)
        return answer.text

    def send(self, page: str, path: str, **form: str) -> Response:
        """Fill in a form of a page and send it, with the token that the page has."""
        found = TOKEN.search(self.client.get(page).text)
        if found is None:
            raise RuntimeError(f"{page}: no form for {self.name}")
        self.forms += 1
        self.keys += sum(map(len, form.values()))
        headers = {"Origin": str(self.client.base_url).rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data={"token": found[1]} | form, headers=headers)

    def code(self) -> str:
        """Return the code on the telephone."""
        key = read_key(self.key)
        assert key is not None
        return code_of(key, step_of(civil_now()))


@dataclass
class RoomProcesses:
    """The running control room; `data`: the service's folder, `people` are logged in."""

    folder: Path
    url: str = ""
    repository_url: str = ""
    people: list[Technician] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """Return the folder of the service."""
        return self.folder / "data"

    @property
    def authority(self) -> Path:
        """Return the certificate that terminals trust."""
        return self.data / "authority.crt"

    def publish(self, packages: Path) -> None:
        """Add the packages of a folder to the signed repository."""
        where = ("--to", str(self.folder / "repository"), "--keys", str(self.folder / "keys"))
        words = ("central", "releases", "repository", str(packages))
        command(*words, *where, "--url", self.repository_url)

    def publish_package(self, package: Path) -> None:
        """Add one package to the signed repository."""
        one = self.folder / package.stem
        one.mkdir()
        (one / package.name).symlink_to(package.resolve())
        self.publish(one)

    def release(self, version: str, percent: float) -> None:
        """Set the ring of a version."""
        words = ("--version", version, "--percent", f"{percent:g}")
        command("central", "release", "--data", str(self.data), *words)

    def cards(self, terminals: Sequence[str]) -> Path:
        """Print cards for terminals of the one point; return the page."""
        plan, sheet = self.folder / "plan.csv", self.folder / "cards.html"
        rows = "".join(f"{one},{POINT},upright\n" for one in terminals)
        plan.write_text("terminal,point,profile\n" + rows)
        words = ("central", "enrol", "cards", str(plan), "--to", str(sheet))
        command(*words, "--data", str(self.data))
        return sheet

    def confirm(self, terminal: str, digits: str) -> list[bool]:
        """Let both technicians type the digits at the terminal's entry on the fleet page."""
        told = []
        for one in self.people:
            waiting = dict(WAITS.findall(one.see()))
            path = f"/fleet/enrolments/{waiting.get(terminal, 'none')}/confirm"
            told.append(one.send("/fleet", path, digits=digits).status_code == 303)  # noqa: PLR2004
        return told

    def stop_ring(self, reason: str) -> bool:
        """Let a technician stop the newest ring on the fleet page."""
        one = self.people[0]
        found = STOP.search(one.see())
        path = f"/fleet/rings/{found[1] if found else 0}/stop"
        return one.send("/fleet", path, reason=reason).status_code == 303  # noqa: PLR2004

    def log_in(self, pages: str) -> None:
        """Make an account for each technician, set it up, and log in with the code after it."""
        for name in PEOPLE:
            words = ("central", "accounts", "add", name, "--role", "technician")
            said = command(*words, "--data", str(self.data))
            self.people.append(_set_up(name, said, _browser(pages)))
        for one in self.people:
            one.used = one.code()
        for one in self.people:
            one.log_in()


@contextmanager
def room_processes(folder: Path) -> Iterator[RoomProcesses]:
    """Open a control room below `folder`, with its two technicians logged in; end it."""
    room = RoomProcesses(folder)
    folder.mkdir(parents=True)
    (folder / "repository").mkdir()
    (folder / "points.csv").write_text(POINTS)
    command("central", "init", "--data", str(room.data))
    command("central", "points", "import", str(folder / "points.csv"), "--data", str(room.data))
    with ExitStack() as opened:
        room.repository_url = opened.enter_context(_files(folder / "repository"))
        serve = ("serve", "--tls", "--name", HOST_NAME, "--data", str(room.data))
        said = opened.enter_context(_process(folder / "serve.log", *serve, says=True))
        port = said["url"].rsplit(":", 1)[1]
        room.url = f"https://{HOST_NAME}:{port}"
        admit = ("central", "enrol", "admit", "--watch", "--data", str(room.data))
        opened.enter_context(_process(folder / "admit.log", *admit))
        database = f"sqlite:///{next(room.data.glob('*.db'))}"
        chain, key = certificate(folder)
        web = ("central", "web", "--database", database, "--points", str(folder / "points.csv"))
        tls = ("--certificate", str(chain), "--certificate-key", str(key))
        pages = opened.enter_context(_process(folder / "web.log", *web, *tls, says=True))["url"]
        room.log_in(pages)
        yield room


@contextmanager
def _process(log: Path, *words: str, says: bool = False) -> Iterator[dict[str, str]]:
    """Start a command that runs on; yield the line of JSON that it says when it is ready."""
    with log.open("wb") as errors:
        child = subprocess.Popen(
            [sys.executable, "main.py", *words],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if says else errors,
            stderr=errors,
            text=True,
        )
    try:
        line = child.stdout.readline() if child.stdout else "{}"
        if not line:
            raise RuntimeError(f"{' '.join(words)} did not start: {log.read_text()}")
        yield json.loads(line)
    finally:
        child.terminate()
        child.communicate(timeout=END_SECONDS)


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Say nothing of each file."""


@contextmanager
def _files(folder: Path) -> Iterator[str]:
    """Serve a folder as any web server does; yield its address."""
    handler = partial(_QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _browser(pages: str) -> Client:
    """Return a browser whose owner takes the pages' own certificate for good."""
    return Client(base_url=pages, timeout=CALL_SECONDS, verify=False)


def _set_up(name: str, said: str, client: Client) -> Technician:
    """Set an account up on its page, with what the operator handed over; return its owner."""
    told = dict(line.split("\t", 1) for line in said.splitlines())
    key = parse_qs(urlsplit(told["codes"]).query)["secret"][0]
    key += "=" * (-len(key) % 8)
    found = Technician(name, client, key)
    form = {"account": name, "secret": told["secret"], "password": PASSWORD, "again": PASSWORD}
    answer = found.send("/setup", "/setup", **form, code=found.code())
    if not answer.headers.get("location", "").startswith("/login"):
        raise RuntimeError(f"{name} can't set the account up: {answer.status_code}")
    return found
