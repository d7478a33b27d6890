"""A technician comes in, tests and mends at a running terminal. All devices at the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from central.staff import read_staff
from drivers.supervision.life import DeviceCondition
from kiosk.audit.audit_events import AuditEvent
from kiosk.config.active import read_in_force
from kiosk.config.layers import read_layers
from kiosk.config.schema import read_table
from kiosk.config.settings_reader import read_settings
from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import POINTS, Result
from kiosk.maintenance.readiness_report import LineState
from kiosk.pages.press import Press
from kiosk.staff.code import code_of, read_key, step_of
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import INK, WholeTerminal
from wiring import places
from wiring.configuration import select_settings

PIN, PERSONA = "246810", "technician"
DEMO = places.CONFIG / "profiles" / "demo.toml"


def code_now() -> str:
    accounts = read_staff(places.CONFIG / "staff")["BZ-DEMO"].accounts
    (mine,) = (one for one in accounts if one.id == "T-0001")
    key = read_key(mine.code_key)
    assert key is not None
    return code_of(key, step_of(datetime.now().astimezone()))


def type_in(terminal: WholeTerminal, digits: str) -> None:
    for digit in digits:
        terminal.press(Press.DIGIT, digit)


def ready(terminal: WholeTerminal) -> None:
    lives = terminal.kiosk.services.supervisor.lives
    terminal.loop.run_until(
        lambda: {one.condition for one in lives().values()} == {DeviceCondition.READY}
    )
    list_sync = terminal.kiosk.services.equipment.staff_login.roster
    terminal.loop.run_until(lambda: list_sync() is not None)


def come_in(terminal: WholeTerminal) -> None:
    ready(terminal)
    terminal.press(Press.STAFF)
    terminal.desk.bench.place_card(PERSONA)
    terminal.loop.run_until(lambda: bool(terminal.visit.staff.card_number))
    type_in(terminal, PIN)
    terminal.until(Stage.CODE)
    type_in(terminal, code_now())
    terminal.until(Stage.MAINTENANCE)


def until_done(terminal: WholeTerminal) -> Result:
    def done() -> bool:
        trial = terminal.visit.maintenance.test
        return trial is not None and not trial.is_open

    terminal.loop.run_until(done)
    trial = terminal.visit.maintenance.test
    assert trial is not None
    terminal.press(Press.DONE)
    return trial.result


@pytest.mark.slow
def test_a_technician_ends_with_a_green_sheet(terminal: WholeTerminal):
    come_in(terminal)
    terminal.loop.run_until(lambda: terminal.visit.maintenance.report is not None)
    assert terminal.visit.maintenance.report is not None
    assert terminal.visit.maintenance.report.state is LineState.GREEN
    assert terminal.page.title == "全好了"
    bench = terminal.desk.bench

    terminal.press(Press.GUIDED)
    bench.lift_card()
    assert terminal.kiosk.services.equipment.reader.wait_removed(lambda: False)
    terminal.press(Press.PICK, "card")
    bench.place_card("wang")
    assert until_done(terminal) is Result.PASSED

    bench.show("dark")
    terminal.press(Press.PICK, "camera")
    terminal.until_said("这里有点暗")
    bench.show("person")
    assert until_done(terminal) is Result.PASSED

    terminal.press(Press.PICK, "slip")
    terminal.loop.run_until(lambda: bool(bench.last_slip_texts()))
    type_in(terminal, next(one for one in bench.last_slip_texts() if one.isdigit()))
    assert until_done(terminal) is Result.PASSED

    terminal.press(Press.PICK, "tones")
    trial = terminal.visit.maintenance.test
    assert trial is not None
    for tone in trial.lot:
        terminal.press(Press.PICK, tone)
    assert until_done(terminal) is Result.PASSED

    terminal.press(Press.PICK, "touch")
    for point in POINTS:
        terminal.press(Press.POINT, point)
    assert until_done(terminal) is Result.PASSED

    terminal.press(Press.PICK, "sign")
    terminal.kiosk.runner.handle(Answered(Drawn(INK)))
    terminal.press(Press.SIGNED)
    assert until_done(terminal) is Result.PASSED

    terminal.press(Press.BACK)
    terminal.press(Press.SHEET)
    terminal.press(Press.EXPORT)
    terminal.until_said("存好了，在这台机器的文件夹里。")
    told = (terminal.desk.folder / "readiness" / "readiness.txt").read_text("utf-8")
    assert "全部正常，可以开始服务" in told
    assert "引导测试：小票" in told
    terminal.press(Press.PRINT)
    terminal.until_said("打好了，请在下面取纸。")
    assert "好 引导测试：触摸" in bench.last_slip_texts()
    bench.lift_card()
    terminal.press(Press.QUIT)
    terminal.until(Stage.IDLE)
    assert terminal.visit.staff.session is None
    assert not any("金修远" in one or "341602197903120035" in one for one in terminal.lines)


@pytest.mark.slow
def test_a_dead_reader_keeps_nobody_out_and_is_red(terminal: WholeTerminal):
    ready(terminal)
    terminal.desk.bench.unplug_reader()
    terminal.until(Stage.OUT_OF_SERVICE)
    terminal.press(Press.STAFF)
    terminal.loop.run_until(lambda: terminal.visit.failure is Failure.READER_LOST)
    terminal.press(Press.NO_CARD)
    type_in(terminal, read_table(places.CONFIG / "personas" / f"{PERSONA}.toml")["card"]["number"])
    terminal.press(Press.NEXT)
    type_in(terminal, PIN)
    terminal.until(Stage.CODE)
    type_in(terminal, code_now())
    terminal.until(Stage.MAINTENANCE)
    terminal.loop.run_until(lambda: terminal.visit.maintenance.report is not None)
    sheet = terminal.visit.maintenance.report
    assert sheet is not None
    assert {one.name for one in sheet.of(LineState.RED)} == {"device.idcard"}
    assert terminal.page.title == "还差 1 项"


@pytest.mark.slow
@pytest.mark.parametrize("sound", [True, False])
def test_what_was_found_gets_into_the_own_settings_or_nothing_does(
    terminal: WholeTerminal, sound: bool
):
    maintenance = terminal.kiosk.services.equipment.maintenance
    site = terminal.desk.folder / "site.toml"
    before = site.read_text("utf-8")
    url = "/dev/kiosk/other" if sound else "no address"
    failure = maintenance.write({"camera.url": url})
    assert failure is (None if sound else Failure.CONFIG_WRONG)
    assert site.read_text("utf-8") == before
    plain = read_settings(places.DEFAULTS, DEMO, site)
    assert read_in_force(places.DEFAULTS, [DEMO, site]) == plain  # until the next start
    tried = read_layers(select_settings([DEMO, site]).layers)
    assert (tried.camera.url == url) is sound
    assert replace(tried, camera=plain.camera) == plain  # nothing else changes
    assert read_layers(select_settings([DEMO, site]).layers) == plain  # it broke off
    noted = [one.event for one in terminal.kiosk.services.store.audit()]
    assert (AuditEvent.DEVICES_SET in noted) is sound


@pytest.mark.slow
def test_nothing_is_found_of_what_the_kiosk_holds_itself(terminal: WholeTerminal):
    ready(terminal)
    found = terminal.kiosk.services.equipment.maintenance.seek()
    assert found.changes == {}
    assert {one.device for one in found.items} == {"idcard", "camera", "scanner"}
