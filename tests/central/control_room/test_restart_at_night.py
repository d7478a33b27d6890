"""A restart asked on the page: noted by day, carried out by night when nobody is there, told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.web_accounts import WebRole
from kiosk.fleet.heartbeat import Heartbeat
from kiosk.fleet.restart_note import FILE, RestartNote
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer
from kiosk.visit.stages import Stage
from tests.central.control_room.test_terminal_requests import PAGE, OneKey, ask
from tests.central.standing import TERMINAL, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk
from tests.kiosk.session.conftest import scene
from tests.kiosk.session.scene import SessionScene
from tests.wiring.configured import ConfiguredLoop
from wiring.fleet.terminal_requests import NightRestart, TerminalActs, open_request_desk
from wiring.settings_rollout import RESTART_LOOK_SECONDS, SettingsRollout

__all__ = ["desk", "scene"]


@dataclass
class SignedLine:
    """What the terminal sends reaches the central service, signed, at the moment of the test."""

    central: Standing
    client: TestClient

    def call(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> CentralAnswer:
        said = self.central.headers(TERMINAL, content_type="application/json")
        answer = self.client.request(method, path, content=body, headers=said)
        assert answer.status_code == 200, answer.text
        return CentralAnswer(200, "application/json", None, answer.content)


class StartedTerminal:
    """One start of a terminal's program: a screen, heartbeats, and the look for a restart."""

    def __init__(self, central: Standing, line: SignedLine, scene: SessionScene, folder: Path):
        def now() -> datetime:
            return central.clock[0]

        self._clock, restart = central.clock, NightRestart(now)
        settings = SimpleNamespace(
            store=SimpleNamespace(path=str(folder / "kiosk.db")),
            terminal=SimpleNamespace(code=TERMINAL),
        )
        acts = TerminalActs(settings, line, lambda: None, restart, None)  # type: ignore[arg-type]
        room = SimpleNamespace(ring=OneKey(central.keys.signing.receipt_key))
        requests = open_request_desk(acts, room)  # type: ignore[arg-type]
        self.heart = Heartbeat(line, scene.store, dict, {"app": "0.3.0"}, now, lambda: 0.5)
        self.heart.request, self.heart.results = requests.take, requests.members
        self.loop = ConfiguredLoop()
        free = scene.runner.is_free
        self.loop.is_to_restart = lambda: restart.is_due(free=free())  # type: ignore[method-assign]
        site = SimpleNamespace(open=lambda: ())
        self.rollout = SettingsRollout(site, self.loop, self.loop, 120.0)  # type: ignore[arg-type]
        self.rollout.look_for_restart()

    def pass_time(self, **span: float) -> None:
        """Let time pass; at its end a heartbeat goes out and the main thread looks."""
        self._clock[0] += timedelta(**span)
        self.heart.beat_when_due()
        self.loop.turn(RESTART_LOOK_SECONDS)


def test_a_terminal_restarts_at_night_once_nobody_is_there(
    desk: WebDesk, central: Standing, client: TestClient, scene: SessionScene, tmp_path: Path
) -> None:
    line = SignedLine(central, client)
    terminal = StartedTerminal(central, line, scene, tmp_path)
    central.clock[0] = central.clock[0].replace(hour=15, minute=0)
    terminal.pass_time(minutes=1)
    page = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    assert ask(page, "restart") == 303
    terminal.pass_time(minutes=2)
    assert RestartNote(tmp_path / FILE).number() == 1
    assert "等它下次报平安" in page.get(PAGE).text
    terminal.pass_time(minutes=2)
    assert "记下了，夜里没人时重启" in page.get(PAGE).text
    assert ask(page, "restart") == 422  # it waits still
    scene.runner.press(Press.START_SELF)
    terminal.pass_time(hours=11)  # two at night, and somebody is there
    assert scene.stage is Stage.NOTICE
    assert not terminal.rollout.again
    scene.runner.press(Press.BACK)
    scene.until(Stage.IDLE)
    terminal.pass_time(minutes=1)
    assert (terminal.rollout.again, terminal.loop.stopped) == (True, True)
    assert "记下了" in desk.logged_in("T-0002", WebRole.TECHNICIAN).get(PAGE).text
    again = StartedTerminal(central, line, scene, tmp_path)
    again.pass_time(minutes=2)
    assert "做了" in desk.logged_in("T-0003", WebRole.TECHNICIAN).get(PAGE).text
    again.pass_time(minutes=2)
    assert not (tmp_path / FILE).exists()
    assert not again.rollout.again
    assert not StartedTerminal(central, line, scene, tmp_path).heart.results()


@pytest.mark.parametrize("hour", [0, 5, 12])
def test_it_never_restarts_by_day(hour: int, central: Standing, tmp_path: Path) -> None:
    restart = NightRestart(lambda: central.clock[0].replace(hour=hour, minute=59))
    assert restart.note()
    assert not restart.is_due(free=True)
