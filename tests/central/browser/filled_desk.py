"""A city whose pages have something to show: cases of weeks, alarms, a ring, a notice, an offer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from central.alarms import CONTROL_ROOM, Alarm, AlarmKind
from central.fleet.enrolment_cards import PlannedTerminal
from central.operator.enrol_card_commands import print_cards
from central.store.city.notices import OfficeNotices
from central.store.office_tables import TaskDeadlineRow, TaskMoveRow
from central.store.tables import RatingRow, TerminalRow
from central.store.web.alarm_acts import AlarmActs
from central.store.wishes.offers import WishOffers
from central.store.wishes.wishes import WishOffer
from central.tasks import TaskState
from central.web_accounts import WebEvent, WebEventKind
from kiosk.civil_time import civil_day
from kiosk.crypto.envelope import base64_of
from kiosk.crypto.terminal_key import TerminalKey, claim_of
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.points import read_points
from tests.central.city.test_roll_up import add, case, refresh, task
from tests.central.standing import CONFIG, TERMINAL, Standing

UNTIL = "2036-01-01T00:00:00+08:00"


def fill_the_control_room(central: Standing) -> None:
    """Two alarms, one of them muted and one assigned, and a ring."""
    store, at = central.office.store, central.office.now().isoformat(timespec="seconds")
    for kind in (AlarmKind.DISK_LOW, AlarmKind.SILENT):
        store.alarms.raise_lasting(Alarm(at, "BZ-0007", kind, "9 %"))
    acts = AlarmActs(store.database, CONTROL_ROOM)
    event = WebEvent(at, "T-0001", "", WebEventKind.MUTED)
    assert acts.mute(1, UNTIL, "等备件", event)
    assert acts.assign(2, "T-0001", event)
    store.release_rings.set("0.2.0", 10, at)
    planned = (PlannedTerminal("BZ-CARD-1", "BZ-DEMO", "desk"),)
    with TemporaryDirectory() as folder:
        cards = Path(folder) / "cards.html"
        (card,) = print_cards(central.office, planned, cards, timedelta(days=14))
    key = TerminalKey(b"\x01" * 32, central.clock[0])
    public = base64_of(key.public)
    with central.client() as terminal:
        said = {"code": card.code, "public_key": public}
        proof = key.prove(claim_of(card.code, public))
        answer = terminal.post("/v1/enrolments", json=said | {"proof": proof})
        assert answer.is_success, answer.text
    line = {"subject": "打印机", "state": "red", "evidence": "没纸", "cure": "放一卷纸"}
    well = {"subject": "读卡器", "state": "green", "evidence": "好的", "cure": ""}
    sheet = {"version": 1, "at": at, "state": "red", "lines": [line, well]}
    store.terminal_requests.keep_sheet(TERMINAL, at, json.dumps(sheet))
    asked = WebEvent(at, "T-0001", "", WebEventKind.REQUESTED)
    assert store.terminal_requests.ask(TERMINAL, "readiness", UNTIL, asked)


def fill_the_city(central: Standing) -> None:
    """The control room, six weeks of cases with ends and ratings, the points, and what is said."""
    fill_the_control_room(central)
    store, now, drawn = central.office.store, central.clock[0], Random(25)
    add(store.database, TerminalRow(id="T-1", point="BZ-DEMO"))
    late = {"promised_on": "2026-11-02", "due_on": "2026-11-02", "level": "overdue"}
    for number in range(120):
        filed = now - timedelta(days=drawn.randrange(42), hours=1)
        ended = filed + timedelta(days=drawn.randrange(3, 20))
        is_over = ended < now
        said = {one: at.isoformat(timespec="seconds") for one, at in (("f", filed), ("e", ended))}
        add(store.database, case(number, received=said["f"], closed=said["e"] if is_over else ""))
        state = TaskState.DONE if is_over else TaskState.WORKING
        for service in ("R01", "R06", "R13"):
            add(store.database, task(number, service, state))
            if is_over:
                move = {"application_id": f"case-{number}", "service": service, "at": said["e"]}
                add(store.database, TaskMoveRow(state=state, **move))
        if not is_over and number % 5 == 0:
            add(
                store.database,
                TaskDeadlineRow(application_id=f"case-{number}", service="R01", **late),
            )
        grade = RatingRow(
            application_id=f"case-{number}",
            stage="filing",
            grade=drawn.choice((5, 5, 4, 2)),
            reasons=[],
            received_at=said["f"],
        )
        add(store.database, grade)
    refresh(central, civil_day(now))
    at = now.isoformat(timespec="seconds")
    points = read_points(CONFIG / "service_points.csv", read_divisions(CONFIG / "divisions.csv"))
    store.service_points.replace(points, now)
    event = WebEvent(at, "S-0001", "", WebEventKind.NOTICED)
    OfficeNotices(store.database).issue("RS", "有 4 件过了日子，请说明。", "2026-12-05", event)
    offer = WishOffer(
        0, at, "S-0001", "示范社区", "teach", "341602001", "每周三下午教书法", "0558-5550001"
    )
    WishOffers(store.database).add(offer, event)
