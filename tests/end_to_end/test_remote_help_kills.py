"""The control room is killed while a helper looks: the person goes on, is told, and nothing stays open.

Service and pages are processes, killed with SIGKILL; the terminal's session, line and signed calls
are the real ones.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread

import pytest
from httpx2 import Client, HTTPError

from central.policy import read_policy
from central.remote_help.room_socket import SOCKET_VARIABLE, RoomLine
from central.store.database import CentralDatabase
from central.store.web.events import WebEvents
from central.store.web.sessions import WebSessions
from central.web.page_table import SESSION_COOKIE, token_digest
from drivers.central.client import CentralClient
from drivers.central.remote_help import CentralRemoteHelper, RemoteLineEvents
from drivers.simulated.desk import free_port
from kiosk.civil_time import civil_now
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.fleet.remote_help import RemoteLook
from kiosk.pages.press import Press
from kiosk.storage.store import OutboxState
from kiosk.visit.stages import Stage
from tests.central.web.test_commands import certificate
from tests.kiosk.invented_people import handbook, persona
from tests.kiosk.session.conftest import scene
from tests.kiosk.session.scene import PORTRAIT, SessionScene, facts_answer
from wiring.places import CONFIG, ROOT

__all__ = ["scene"]
pytestmark = pytest.mark.slow
TERMINAL, HELPER, SECRET = "BZ-DEMO-0001", "B-0001", "a cookie of a test"
WORDS = handbook().words["remote_watch"]
CALL_SECONDS, END_SECONDS = 10.0, 30.0
# A helper who is gone is noticed as soon as a test wants it.
SOONER = {
    "unseen_seconds = 15.0": "unseen_seconds = 1.0",
    "poll_seconds = 20.0": "poll_seconds = 1.0",
}


@dataclass
class KilledRoom:
    """Service and pages over one folder; each can be killed and started again at its port."""

    folder: Path
    service_port: int = field(default_factory=free_port)
    pages_port: int = field(default_factory=free_port)
    running: dict[str, subprocess.Popen[str]] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return self.folder / "help.sock"

    @property
    def database(self) -> str:
        return f"sqlite:///{self.data / 'central.db'}"

    def prepare(self) -> None:
        config = self.folder / "config"
        shutil.copytree(CONFIG, config)
        said = (config / "central.toml").read_text("utf-8")
        for old, new in SOONER.items():
            assert said.count(old) == 1
            said = said.replace(old, new)
        (config / "central.toml").write_text(said, "utf-8")
        certificate(self.folder)

    def start_service(self) -> None:
        words = ("serve", "--create", "--terminal", TERMINAL, "--point", "BZ-DEMO")
        self._start("service", *words, "--data", str(self.data), "--port", str(self.service_port))

    def start_pages(self) -> None:
        tls = ("--certificate", "certificate.pem", "--certificate-key", "key.pem")
        pem = [one if one.startswith("--") else str(self.folder / one) for one in tls]
        words = ("central", "web", "--database", self.database, "--port", str(self.pages_port))
        self._start("pages", *words, *pem)

    def _start(self, name: str, *words: str) -> None:
        child = subprocess.Popen(
            [sys.executable, "main.py", *words, "--config", str(self.folder / "config")],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", SOCKET_VARIABLE: str(self.socket)},
        )
        self.running[name] = child
        assert child.stdout is not None
        assert json.loads(child.stdout.readline())["url"], name

    def kill(self, name: str) -> None:
        child = self.running.pop(name)
        child.kill()
        child.communicate(timeout=END_SECONDS)

    def end(self) -> None:
        for name in [*self.running]:
            self.kill(name)

    def line(self) -> CentralClient:
        key = TerminalKey((self.data / "terminals" / TERMINAL).read_bytes())
        url = f"http://127.0.0.1:{self.service_port}"
        return CentralClient(url, lambda: key, CALL_SECONDS, time.monotonic, civil_now)

    def audit(self) -> list[tuple[str, str]]:
        """What the pages' audit has of remote help: kind and session."""
        with ExitStack() as stack:
            database = CentralDatabase(self.database)
            stack.callback(database.close)
            found = WebEvents(database).all()
        helped = [one for one in found if one.kind.value.startswith("help-")]
        return [(one.kind.value, one.detail.partition(" ")[2]) for one in helped]

    def look(self, session: str) -> None:
        view = RoomLine(self.socket).look(session, HELPER)
        assert view is not None
        assert view.terminal == TERMINAL

    def waiting(self) -> str:
        """The session that waits or is looked at."""
        (found,) = RoomLine(self.socket).sessions()
        return found.session

    def logged_in(self) -> str:
        """Log the helper in as the pages would; return the cookie."""
        words = ("central", "accounts", "add", HELPER, "--role", "remote_helper")
        subprocess.run(
            [sys.executable, "main.py", *words, "--data", str(self.data)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        database = CentralDatabase(self.database)
        policy = read_policy(CONFIG / "central.toml").web
        WebSessions(database, policy).begin(token_digest(SECRET), HELPER, civil_now())
        database.close()
        return f"{SESSION_COOKIE}={SECRET}"


@pytest.fixture
def room(tmp_path: Path) -> Iterator[KilledRoom]:
    made = KilledRoom(tmp_path)
    made.prepare()
    made.start_service()
    yield made
    made.end()


@contextmanager
def helped(scene: SessionScene, room: KilledRoom) -> Iterator[list[str]]:
    """Give the scene the real line; yield what the terminal's audit gets."""
    kept: list[str] = []
    names = ("remote_agreed", "remote_watched", "remote_ended")
    events = RemoteLineEvents(*(lambda one=one: kept.append(one) for one in names))
    helper = CentralRemoteHelper(lambda _seconds: room.line(), CALL_SECONDS, events, 0.2)
    kit = replace(scene.runner.kit(), remote_helper=helper)
    scene.runner.performer.kit = scene.runner.kit = lambda: kit
    scene.runner.start()
    yield kept
    helper.end()
    helper.join()


def agree(scene: SessionScene) -> None:
    for act in (Press.HELP, Press.ASK_REMOTE, Press.AGREE_REMOTE):
        scene.runner.press(act)


def identify(scene: SessionScene) -> None:
    """Let the person who stands at the notice come to their facts."""
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)


def await_look(scene: SessionScene, look: RemoteLook | None) -> None:
    scene.loop.run_until(lambda: scene.runner.visit.help.remote is look)


def await_known(scene: SessionScene, room: KilledRoom) -> str:
    """Wait until the service has the session, which a turn of the line tells; return it."""
    await_look(scene, RemoteLook.WAITING)
    give_up = time.monotonic() + END_SECONDS
    while not (found := RoomLine(room.socket).sessions()) and time.monotonic() < give_up:
        pass
    return found[0].session


def shown(scene: SessionScene) -> str:
    return scene.loop.pages[-1].watch


def test_the_service_is_killed_while_somebody_looks(scene: SessionScene, room: KilledRoom) -> None:
    with helped(scene, room) as kept:
        scene.runner.press(Press.START_SELF)
        agree(scene)
        first = await_known(scene, room)
        room.look(first)
        await_look(scene, RemoteLook.WATCHED)

        room.kill("service")
        await_look(scene, RemoteLook.AWAY)
        assert shown(scene) == WORDS["away"]
        identify(scene)
        assert scene.stage is Stage.FACTS
        assert shown(scene) in (WORDS["away"], WORDS["hidden"])

        room.start_service()  # it knows no session: the terminal tells it again
        assert await_known(scene, room) == first
        room.look(first)
        await_look(scene, RemoteLook.WATCHED)
        scene.fill_in()
        scene.settle()
        assert scene.store.counts()[OutboxState.WAITING] == 1  # what the person filed is kept
        scene.runner.press(Press.END_REMOTE)
        await_look(scene, None)
        scene.settle("bell")
    assert kept == ["remote_agreed", "remote_watched", "remote_watched", "remote_ended"]
    ends = [("help-began", first), ("help-ended", first)]
    assert room.audit() == [*ends, *ends]


def test_a_new_session_begins_after_one_that_the_kill_ended(
    scene: SessionScene, room: KilledRoom
) -> None:
    with helped(scene, room) as kept:
        scene.runner.press(Press.START_SELF)
        agree(scene)
        first = await_known(scene, room)
        room.look(first)
        await_look(scene, RemoteLook.WATCHED)
        room.kill("service")
        await_look(scene, RemoteLook.AWAY)
        scene.runner.press(Press.END_REMOTE)  # nobody hears of it but the terminal's own audit
        await_look(scene, None)
        scene.settle("bell")
        assert kept == ["remote_agreed", "remote_watched", "remote_ended"]
        room.start_service()
        assert room.audit() == [("help-began", first), ("help-ended", first)]
        agree(scene)
        second = await_known(scene, room)
        assert second != first
        room.look(second)
        await_look(scene, RemoteLook.WATCHED)
        assert shown(scene).startswith(WORDS["watched"].partition("{")[0])


def test_the_pages_are_killed_while_somebody_looks(scene: SessionScene, room: KilledRoom) -> None:
    cookie = room.logged_in()
    room.start_pages()
    with helped(scene, room) as kept:
        scene.runner.press(Press.START_SELF)
        agree(scene)
        session = await_known(scene, room)
        address = f"https://127.0.0.1:{room.pages_port}/remote-help"
        with Client(verify=False, headers={"Cookie": cookie}) as browser:
            follower = Thread(target=follow, args=(browser, f"{address}/live?session={session}"))
            follower.start()
            await_look(scene, RemoteLook.WATCHED)
            room.kill("pages")
            follower.join(END_SECONDS)
            await_look(scene, RemoteLook.WAITING)
            assert shown(scene).startswith(WORDS["waiting"].partition("{")[0])
            assert room.audit() == [("help-began", session), ("help-ended", session)]
            scene.runner.press(Press.AGREE)
            assert scene.stage is Stage.CARD
            room.start_pages()
            assert browser.get(f"{address}?session={session}").status_code == 200
            await_look(scene, RemoteLook.WATCHED)
        scene.runner.press(Press.END_REMOTE)
        await_look(scene, None)
        scene.settle("bell")
    assert kept == ["remote_agreed", "remote_watched", "remote_watched", "remote_ended"]


def follow(browser: Client, url: str) -> None:
    """Read a stream as an open page does, until its server is gone."""
    try:
        with browser.stream("GET", url, timeout=END_SECONDS) as told:
            for _ in told.iter_lines():
                pass
    except HTTPError:
        return
