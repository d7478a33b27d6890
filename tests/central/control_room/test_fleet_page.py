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
from kiosk.fleet.update import Reason
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


def test_an_alarm_is_assigned_and_muted_with_a_reason(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    for _ in range(2):
        beat(central, client, **SICK)
    browser = technician(desk)
    desk.logged_in("T-0002", WebRole.TECHNICIAN)
    desk.logged_in("S-0001", WebRole.SUPERVISOR)

    def post(act: str, **form: str) -> int:
        return browser.post(f"/fleet/alarms/1/{act}", form, "/fleet").status_code

    assert post("assign", colleague="S-0001") == 422
    assert post("assign", colleague="T-0002") == 303
    assert "T-0002 在管" in browser.get("/fleet").text
    for form in ({"hours": "24", "reason": ""}, {"hours": "25", "reason": "等备件"}):
        assert post("mute", **form) == 422
    assert post("mute", hours="24", reason="等备件") == 303
    page = browser.get("/fleet").text
    assert "T-0001：到" in page
    assert "等备件" in page
    assert "暂时不提的（1）" in page
    told = [event[1:] for event in desk.events() if event[1] in ("assigned", "muted")]
    assert told[0] == ("assigned", "alarm 1 to T-0002")
    assert told[1][0] == "muted"
    desk.pass_time(hours=11)
    browser = desk.logged_in("T-0003", WebRole.TECHNICIAN)
    assert post("mute", hours="0", reason="来了") == 303
    assert "暂时不提的（" not in browser.get("/fleet").text
    for act, form in (
        ("assign", {"colleague": "T-0001"}),
        ("mute", {"hours": "4", "reason": "x"}),
    ):
        for number in (99, 2**31):
            answer = browser.post(f"/fleet/alarms/{number}/{act}", form, "/fleet")
            assert answer.status_code == 404


def test_a_mute_ends_by_itself(desk: WebDesk, central: Standing, client: TestClient) -> None:
    for _ in range(2):
        beat(central, client, **SICK)
    form = {"hours": "4", "reason": "等备件"}
    assert technician(desk).post("/fleet/alarms/1/mute", form, "/fleet").status_code == 303
    desk.pass_time(hours=3, minutes=50)
    browser = desk.logged_in("T-0002", WebRole.TECHNICIAN)
    assert "暂时不提的（1）" in browser.get("/fleet").text
    desk.pass_time(minutes=10)
    assert "暂时不提的（" not in browser.get("/fleet").text


def test_a_failed_update_is_told_with_its_version_and_why(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    central.office.store.release_rings.set("0.3.0", 100, NOON.isoformat())
    failed = {"version": "0.3.0", "reason": "not_ready"}
    beat(central, client, versions={"app": "0.2.0"}, update=failed)
    beat(central, client, OTHER_TERMINAL, versions={"app": "0.3.0"})
    browser = technician(desk)
    page = browser.get("/fleet").text
    assert "1 台没换成 0.3.0：换上两分钟没有就绪，退回原来的了。" in page
    assert "<h3>新版本没换成，用着原来的</h3>" in page
    assert "0.3.0 没换成：换上两分钟没有就绪" in browser.get(f"/fleet/terminals/{TERMINAL}").text
    assert "没换成" not in browser.get(f"/fleet/terminals/{OTHER_TERMINAL}").text
    table = browser.get("/fleet.csv").content.decode("utf-8-sig")
    told = {one["终端"]: one["没换成的版本"] for one in csv.DictReader(io.StringIO(table))}
    assert told == {TERMINAL: "0.3.0 not_ready", OTHER_TERMINAL: ""}


def test_the_page_has_words_for_every_reason_of_the_updater(desk: WebDesk) -> None:
    words = desk.context.renderer.texts["fleet"]["update_reasons"]
    assert words.keys() == {reason.value for reason in Reason if reason}


def test_a_ring_is_shown_and_stopped(desk: WebDesk, central: Standing, client: TestClient) -> None:
    browser = technician(desk)
    assert "现在没有要装的新版本" in browser.get("/fleet").text
    rings = central.office.store.release_rings
    rings.set("0.2.0", 100, NOON.isoformat())
    beat(central, client, versions={"app": "0.2.0"})
    beat(central, client, OTHER_TERMINAL, versions={"app": "0.1.0"})
    assert "这一批 2 台，装好 1 台（50%）" in browser.get("/fleet").text
    assert browser.post("/fleet/rings/1/stop", {"reason": ""}, "/fleet").status_code == 422
    form = {"reason": "读卡器不认了"}
    assert browser.post("/fleet/rings/1/stop", form, "/fleet").status_code == 303
    page = browser.get("/fleet").text
    assert "停了，没装的不会再装。T-0001：读卡器不认了" in page
    assert "/fleet/rings/" not in page
    again = browser.post("/fleet/rings/1/stop", form, "/fleet")
    assert (again.status_code, "没有停成" in again.text) == (422, True)
    assert ("T-0001", "stopped", "ring 1") in desk.events()
