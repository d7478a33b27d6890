"""A technician asks a terminal on the page: it does what the closed list names, and tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.web_accounts import WebRole
from kiosk.fleet.restart_note import RestartNote
from kiosk.fleet.terminal_requests import RequestDesk, RequestKind
from kiosk.maintenance.readiness_report import LineState, Sheet, SheetLine
from tests.central.fleet.test_fleet import BEAT
from tests.central.standing import NOON, OTHER_TERMINAL, TERMINAL, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk
from wiring.fleet.terminal_requests import encode_sheet

__all__ = ["desk"]
PAGE = f"/fleet/terminals/{TERMINAL}"
LINES = (
    SheetLine("printer", "打印机", LineState.RED, "没纸", "放一卷纸"),
    SheetLine("idcard", "读卡器", LineState.GREEN, "好的"),
)


@dataclass
class AskedTerminal:
    """A terminal that sends heartbeats and carries out what their answers ask for."""

    central: Standing
    client: TestClient
    folder: Path
    name: str = TERMINAL
    works: bool = True
    done: list[RequestKind] = field(default_factory=list)

    def __post_init__(self) -> None:
        acts = {kind: lambda kind=kind: self._do(kind) for kind in RequestKind}
        trust = self.central.keys.signing
        self.desk = RequestDesk(
            OneKey(trust.receipt_key),
            self.name,
            acts,
            lambda: self.central.clock[0],
            RestartNote(self.folder / self.name),
        )

    def _do(self, kind: RequestKind) -> bool:
        self.done.append(kind)
        if kind is RequestKind.READINESS:
            sheet = Sheet(self.name, "BZ", "production", "0.1.0", NOON, LINES)
            assert self.send_sheet(encode_sheet(sheet)) == 200
        return self.works

    def send_sheet(self, body: bytes) -> int:
        headers = self.central.headers(self.name, content_type="application/json")
        return self.client.put("/v1/readiness", content=body, headers=headers).status_code

    def beat(self) -> dict[str, Any]:
        self.central.clock[0] += timedelta(minutes=1)
        said = BEAT | {"at": self.central.clock[0].isoformat()} | self.desk.members()
        headers = self.central.headers(self.name, content_type="application/json")
        answer = self.client.post("/v1/heartbeat", json=said, headers=headers)
        assert answer.status_code == 200, answer.text
        self.desk.take(answer.content)
        return dict(answer.json())


@dataclass
class OneKey:
    """Trusts one key of the service."""

    key: Any

    def named(self, name: str) -> Any:
        return self.key if self.key.id == name else None


@pytest.fixture
def terminal(central: Standing, client: TestClient, tmp_path: Path) -> AskedTerminal:
    return AskedTerminal(central, client, tmp_path)


def ask(browser: Browser, kind: str) -> int:
    return browser.post(f"{PAGE}/ask", {"kind": kind}, PAGE).status_code


@pytest.mark.parametrize("kind", list(RequestKind))
def test_a_request_is_told_by_a_heartbeat_and_its_result_by_the_next(
    desk: WebDesk, terminal: AskedTerminal, kind: RequestKind
) -> None:
    assert "request" not in terminal.beat()
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    assert ask(browser, kind) == 303
    assert ("T-0001", "requested", f"{kind} of {TERMINAL}") in desk.events()
    assert ask(browser, kind) == 422  # it waits already
    assert "等它下次报平安" in browser.get(PAGE).text
    terminal.beat()
    assert terminal.done == [kind]
    assert "request" not in terminal.beat()
    told = "记下了，夜里没人时重启" if kind is RequestKind.RESTART else "做了"
    assert told in browser.get(PAGE).text
    terminal.beat()
    assert terminal.done == [kind]


def test_what_did_not_work_is_shown(desk: WebDesk, terminal: AskedTerminal) -> None:
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    terminal.works = False
    terminal.beat()
    assert ask(browser, "log") == 303
    terminal.beat()
    terminal.beat()
    assert "没做成" in browser.get(PAGE).text


def test_the_sheet_is_shown(desk: WebDesk, terminal: AskedTerminal) -> None:
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    terminal.beat()
    assert "还没有。请它自己查一遍" in browser.get(PAGE).text
    assert ask(browser, "readiness") == 303
    terminal.beat()
    page = browser.get(PAGE).text
    for words in ("打印机", "没纸", "放一卷纸", "不能办事"):
        assert words in page


def test_a_request_is_for_one_terminal_and_ends(desk: WebDesk, terminal: AskedTerminal) -> None:
    other = AskedTerminal(terminal.central, terminal.client, terminal.folder, OTHER_TERMINAL)
    terminal.beat()
    assert ask(desk.logged_in("T-0001", WebRole.TECHNICIAN), "restart") == 303
    assert "request" not in other.beat()
    terminal.central.clock[0] += timedelta(hours=24)
    assert "request" not in terminal.beat()
    assert "过了时间，没有回音" in desk.logged_in("T-0002", WebRole.TECHNICIAN).get(PAGE).text


def test_nobody_answers_for_another_terminal(desk: WebDesk, terminal: AskedTerminal) -> None:
    other = AskedTerminal(terminal.central, terminal.client, terminal.folder, OTHER_TERMINAL)
    terminal.beat()
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    assert ask(browser, "restart") == 303
    said = BEAT | {"request": {"number": 1, "outcome": "done"}}
    said |= {"at": terminal.central.clock[0].isoformat()}
    headers = terminal.central.headers(OTHER_TERMINAL, content_type="application/json")
    assert other.client.post("/v1/heartbeat", json=said, headers=headers).status_code == 200
    assert "等它下次报平安" in browser.get(PAGE).text


def test_what_is_not_on_the_list_can_not_be_asked(desk: WebDesk, terminal: AskedTerminal) -> None:
    terminal.beat()
    browser = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    for kind in ("", "reboot", "readiness; rm"):
        assert ask(browser, kind) == 422
    for path in ("/fleet/terminals/BZ-NONE", "/fleet/terminals/%00"):
        assert browser.get(path).status_code == 404
    form = {"kind": "log"}
    assert browser.post("/fleet/terminals/BZ-NONE/ask", form, PAGE).status_code == 404
    assert "request" not in terminal.beat()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (b'{"version": 1, "at": "", "state": "blue", "lines": []}', 422),
        (json.dumps({"version": 1, "at": "x", "state": "red", "lines": []}).encode(), 200),
        (b'{"version": 1, "at": "", "state": "red", "lines": []}' + b" " * 65536, 413),
    ],
)
def test_a_sheet_has_its_form_and_length(terminal: AskedTerminal, body: bytes, status: int) -> None:
    assert terminal.send_sheet(body) == status
