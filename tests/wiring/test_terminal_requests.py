"""What a terminal does when it is asked: the sheet, the log, the settings, a restart at night."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.fleet.terminal_requests import RequestKind
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from kiosk.ports import CentralAnswer
from tests.kiosk.invented_people import handbook
from tests.wiring.configured import ConfiguredLoop
from wiring import logs
from wiring.fleet.terminal_requests import NightRestart, TerminalActs, open_request_desk
from wiring.settings_rollout import SettingsRollout
from wiring.settings_sync import SettingsSync

NIGHT = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)  # half past two in Bozhou
NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)


@dataclass
class OneAnswer:
    status: int = 200
    heard: list[tuple[str, str, Any]] = field(default_factory=list)

    def call(self, method: str, path: str, body: bytes = b"", headers: Any = None) -> CentralAnswer:
        self.heard.append((method, path, json.loads(body)))
        return CentralAnswer(self.status)


def examined() -> Sheet:
    line = SheetLine("printer", "打印机", LineState.RED, "没" * 600, "放一卷纸")
    return Sheet("BZ-0007", "BZ-QC-01", "production", "0.1.0", NOON, (line,))


def acts_of(central: OneAnswer, sync: SettingsSync | None = None) -> TerminalActs:
    return TerminalActs(handbook().settings, central, examined, NightRestart(), sync)


@pytest.mark.parametrize(("status", "worked"), [(200, True), (503, False)])
def test_the_sheet_is_sent(status: int, worked: bool) -> None:
    central = OneAnswer(status)
    assert acts_of(central).send_sheet() is worked
    ((method, path, said),) = central.heard
    assert (method, path, said["state"]) == ("PUT", "/v1/readiness", "red")
    ((line),) = said["lines"]
    assert (line["subject"], len(line["evidence"]), line["cure"]) == ("打印机", 500, "放一卷纸")


@pytest.mark.parametrize(("sent", "worked"), [(3, True), (None, False), (OSError(), False)])
def test_the_log_is_sent(sent: object, worked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def send(*_: object) -> object:
        if isinstance(sent, OSError):
            raise sent
        return sent

    monkeypatch.setattr(logs, "send_logs", send)
    assert acts_of(OneAnswer()).send_log() is worked


def test_settings_are_fetched_at_the_next_look() -> None:
    assert not acts_of(OneAnswer()).take_settings()
    sync = SettingsSync(*[SimpleNamespace()] * 4, 6.0, lambda _: None)  # type: ignore[arg-type]
    sync._asked, sync._seen = 1.0, "version"
    assert acts_of(OneAnswer(), sync).take_settings()
    assert (sync._asked, sync._seen) == (None, "")


@pytest.mark.parametrize(
    ("now", "free", "due"), [(NIGHT, True, True), (NIGHT, False, False), (NOON, True, False)]
)
def test_a_restart_waits_for_the_night_and_for_nobody(now: datetime, free: bool, due: bool) -> None:
    restart = NightRestart(lambda: now)
    assert not restart.is_due(free=free)
    assert restart.note()
    assert restart.is_due(free=free) is due


def test_the_main_thread_begins_anew_when_it_is_due() -> None:
    loop = ConfiguredLoop()
    trial = SettingsRollout(SimpleNamespace(), loop, loop, 120.0, lambda: loop.now)  # type: ignore[arg-type]
    trial.look_for_restart()
    loop.turn(60.0)
    assert (loop.stopped, trial.again) == (False, False)
    loop.restart_due = True
    loop.turn(60.0)
    assert (loop.stopped, trial.again) == (True, True)
    assert loop.calls == []


def test_every_kind_of_the_list_has_its_act() -> None:
    acts = acts_of(OneAnswer())
    desk = open_request_desk(acts, SimpleNamespace(ring=None))  # type: ignore[arg-type]
    assert desk.acts.keys() == set(RequestKind)
