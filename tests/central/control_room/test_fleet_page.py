"""The control room: each terminal with its state, its alarms, and taking note of them."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from central.store.web.fleet_desk import TerminalBeat
from central.web.fleet.states import TerminalState, line_of
from central.web.fleet.town_map import draw_map
from central.web.fleet_policy import read_fleet_policy
from central.web_accounts import WebRole
from kiosk.retirement.divisions import read_divisions
from tests.central.fleet.test_health import beat
from tests.central.standing import CONFIG, NOON, OTHER_TERMINAL, TERMINAL, Standing
from tests.central.web.conftest import desk
from tests.central.web.desk import Browser, WebDesk

__all__ = ["desk"]
SICK = {"states": {"idcard": "gone", "camera": "ready", "printer": "ready"}}


def technician(desk: WebDesk) -> Browser:
    return desk.logged_in("T-0001", WebRole.TECHNICIAN)


@pytest.mark.parametrize("device", ["idcard", "camera", "printer"])
def test_an_ill_device_is_an_alarm_within_two_heartbeats(
    desk: WebDesk, central: Standing, client: TestClient, device: str
) -> None:
    states = {"idcard": "ready", "camera": "ready", "printer": "ready", device: "gone"}
    for _ in range(2):
        central.clock[0] += timedelta(minutes=1)
        assert beat(central, client, states=states) == 200
    assert [kind for kind, _ in central.alarms()] == ["device-unusable"]
    page = technician(desk).get("/fleet").text
    assert "读卡器、镜头或打印机用不了" in page
    assert TERMINAL in page


def test_a_terminal_is_late_then_down(desk: WebDesk, central: Standing, client: TestClient) -> None:
    beat(central, client)
    beat(central, client, OTHER_TERMINAL, **SICK)

    def shown(state: str) -> list[str]:
        rows = csv.DictReader(io.StringIO(browser.get("/fleet.csv").content.decode("utf-8-sig")))
        return sorted(one["终端"] for one in rows if one["情况"] == state)

    browser = technician(desk)
    assert (shown("好的"), shown("有毛病")) == ([TERMINAL], [OTHER_TERMINAL])
    desk.pass_time(minutes=3)
    beat(central, client)
    assert shown("迟了") == [OTHER_TERMINAL]
    assert f">{TERMINAL}</th>" not in browser.get("/fleet?show=late").text
    desk.pass_time(minutes=8)
    assert shown("没声音") == [OTHER_TERMINAL]
    assert ("T-0001", "exported", "fleet") in desk.events()


def test_an_alarm_is_taken_note_of_once_with_words(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    for _ in range(2):
        beat(central, client, **SICK)
    browser = technician(desk)
    path = "/fleet/alarms/1/acknowledge"
    for words in ("", "长" * 201, "打 13900001234"):
        assert browser.post(path, {"reason": words}, "/fleet").status_code == 422
    assert browser.post(path, {"reason": "换了线"}, "/fleet").status_code == 303
    twice = browser.post(path, {"reason": "我来"}, "/fleet")
    assert "刚才有人看过了" in twice.text
    assert (
        browser.post("/fleet/alarms/99/acknowledge", {"reason": "x"}, "/fleet").status_code == 404
    )
    assert "没人看过的警报" in browser.get("/fleet").text


def test_a_terminal_that_was_never_heard_is_down() -> None:
    policy = read_fleet_policy(CONFIG)
    line = line_of(TerminalBeat("T", "P", ""), ("点", "341602001001"), NOON, policy, {})
    assert (line.state, line.version, line.said("paper")) == (TerminalState.DOWN, "", "")


def test_the_map_shows_the_worst_of_each_town() -> None:
    policy = read_fleet_policy(CONFIG)
    heard = NOON.isoformat()
    lines = [
        line_of(TerminalBeat(name, "P", at), ("点", "341602001001"), NOON, policy, {})
        for name, at in (("A", heard), ("B", ""), ("C", heard))
    ]
    counties = draw_map(lines, read_divisions(CONFIG / "divisions.csv"))
    assert [one.code for one in counties] == ["341602", "341621", "341622", "341623"]
    cell = counties[0].cells[0]
    assert (cell.state, cell.count, cell.unwell) == ("down", 3, 1)
    assert counties[1].cells[0].state == ""
