"""Whoever holds a slip sees how far its case is, and nothing of whose it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from threading import Event as Flag

import pytest

from kiosk.config.settings import ScannerSettings
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.people.qr_token import QrToken
from kiosk.ports import CentralAnswer
from kiosk.session.central_queries import progress_of
from kiosk.session.device_tasks import TaskWatch, scan_code
from kiosk.staff.roles import Right
from kiosk.visit.effects import FetchProgress, ReadCard, ScanCode
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.records.filing import CaseProgress
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.slips import case_of_code, query_code
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.progress.events import CodeScanned, ProgressKnown, ProgressUnknown
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from tests.kiosk.staff_people import DESK, HELPER

CASE = "33333333-0000-4000-8000-000000000003"
SLIP = CodeScanned(QrToken(query_code(CASE), 1.0))
OTHER_CODE = CodeScanned(QrToken("https://example.invalid/pay", 1.0))
STATES = ProgressKnown("亳退 0042 7138", {"R01": "working", "R05": "correction"}, {})


def visitor(url: str = "/dev/kiosk/scanner") -> InventedVisitor:
    book = handbook()
    settings = replace(book.settings, code_scanner=ScannerSettings(url))
    return InventedVisitor(table=build_table(replace(book, settings=settings)))


def at_the_slip() -> InventedVisitor:
    return visitor().press(Press.ASK_PROGRESS).happen(SLIP)


# from the first page


def test_a_slip_shows_how_far_its_case_is():
    one = visitor().press(Press.ASK_PROGRESS)
    assert (one.visit.stage, one.page.picture) == (Stage.FINDING, "slip_under_scanner")
    assert ScanCode() in one.effects
    one.happen(SLIP)
    assert FetchProgress(CASE) in one.effects
    one.happen(replace(STATES, due={"R05": date(2026, 12, 14)}))
    assert one.visit.stage is Stage.SLIP
    assert [row.words for row in one.page.rows]
    assert any("12月14日" in row.reason for row in one.page.rows)
    assert one.press(Press.DONE).visit.stage is Stage.WIPING


def test_without_a_scanner_the_card_is_asked_for():
    assert visitor("").press(Press.ASK_PROGRESS).visit.stage is Stage.NOTICE


def test_without_a_slip_the_card_will_do():
    one = visitor().press(Press.ASK_PROGRESS).press(Press.NO_SLIP).press(Press.AGREE)
    assert one.visit.stage is Stage.CARD
    assert ReadCard() in one.effects


def test_another_code_is_refused_and_the_next_one_scanned():
    one = visitor().press(Press.ASK_PROGRESS).happen(OTHER_CODE)
    assert (one.visit.stage, one.visit.failure) == (Stage.FINDING, Failure.CODE_NOT_A_SLIP)
    assert ScanCode() in one.effects
    assert one.page.mend
    one.happen(CodeFailed(Failure.CODE_UNREADABLE))
    assert one.visit.failure is Failure.CODE_UNREADABLE
    assert ScanCode() in one.effects
    assert one.happen(SLIP).visit.failure is None


def test_a_case_that_is_not_there_yet_is_said_so():
    one = at_the_slip().happen(ProgressUnknown(Failure.CASE_NOT_FOUND))
    assert one.page.sentence == handbook().failures[Failure.CASE_NOT_FOUND].sentence


def test_nothing_can_be_filed_from_a_slip_and_its_id_is_never_taken_over():
    """Who signs after having looked at a slip must not sign under the slip's id."""
    one = at_the_slip().happen(STATES)
    mine = one.visit.application_id
    assert one.press(Press.START_SELF).visit.stage is Stage.SLIP
    one.press(Press.BACK)
    assert (one.visit.stage, one.visit.progress.slip, one.visit.progress.states) == (
        Stage.FINDING,
        "",
        {},
    )
    one.press(Press.NO_SLIP)
    assert one.visit.application_id == mine != CASE


def test_a_late_progress_of_the_last_slip_is_dropped():
    one = at_the_slip()
    late = one.visit.request
    one.press(Press.BACK).happen(CodeScanned(QrToken(query_code(CASE[:-1] + "4"), 1.0)))
    one.happen(STATES, one.visit.id, late)
    assert one.visit.progress.states == {}


def test_more_parts_than_one_page_are_turned():
    states = {f"R{number:02}": "working" for number in range(1, 15)}
    one = at_the_slip().happen(ProgressKnown("n", states, {}))
    first = one.page.rows
    assert one.press(Press.MORE).page.rows != first
    assert one.press(Press.BACK).page.rows == first


# from the desk


def test_the_desk_looks_for_a_case_and_comes_back():
    one = visitor().at_desk(DESK, HELPER).press(Press.FIND)
    assert (one.visit.stage, one.visit.desk.content) == (Stage.FINDING, None)
    one.happen(SLIP).happen(STATES).press(Press.DONE).happen(Wiped())
    assert (one.visit.stage, one.visit.progress.slip, one.visit.progress.states) == (
        Stage.DESK,
        "",
        {},
    )


def test_the_desk_without_a_scanner_asks_for_the_card():
    one = visitor("").at_desk(DESK, HELPER).press(Press.FIND)
    assert one.visit.stage is Stage.NOTICE


def test_who_may_not_find_stays():
    nobody = replace(HELPER, rights=frozenset({Right.UNSENT}))
    assert visitor().at_desk(DESK, nobody).press(Press.FIND).visit.stage is Stage.DESK


# what stands behind it


@pytest.mark.parametrize(
    "code", ["", "TX1:", f"TX2:{CASE}", f"TX1:{CASE}x", f"TX1: {CASE}0", CASE, "TX1:\x00"]
)
def test_what_is_no_slip(code):
    assert case_of_code(code) == ""


def test_a_slip_is_read_back():
    assert case_of_code(query_code(CASE)) == CASE


class Scanner:
    def __init__(self, found: QrToken | Failure | None) -> None:
        self.found = found

    def scan(self, _cancelled):
        return self.found


class WaitingClock:
    waited: list[float]

    def wait(self, _ended: Flag, seconds: float) -> None:
        self.waited = [*getattr(self, "waited", []), seconds]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (SLIP.token, [SLIP]),
        (Failure.SCANNER_LOST, [CodeFailed(Failure.SCANNER_LOST)]),
        (None, []),
    ],
)
def test_the_duty_tells_what_was_scanned(found, told):
    clock, heard = WaitingClock(), []
    scan_code(Scanner(found), TaskWatch(clock), heard.append)
    assert heard == told
    assert bool(getattr(clock, "waited", [])) is isinstance(found, Failure)


def test_the_central_service_does_not_have_it():
    class ProgressCentral:
        def call(self, *_asked):
            return CentralAnswer(404, "application/problem+json", body=b"{}")

    assert progress_of(ProgressCentral(), CASE) is Failure.CASE_NOT_FOUND


def test_the_journal_names_no_case_and_can_be_run_again():
    lines, one = [], visitor()
    journal, seen = Journal(lines.append, one.table.book), []
    for what in (Pressed(Press.ASK_PROGRESS), OTHER_CODE, SLIP, STATES, Pressed(Press.DONE)):
        journal.note(one.visit, Answered(what), 0.0)
        one.happen(what)
        seen.append(one.visit.stage)
    text = "".join(lines)
    assert CASE not in text
    assert "example" not in text
    assert [visit.stage for visit in replay(lines, one.table, NOW)] == seen
    assert [json.loads(line).get("slip") for line in lines] == [None, False, True, None, None]


def test_a_visit_shows_nothing_of_the_code():
    assert CASE not in repr(SLIP)
    assert (
        repr(Visit("v", "a", progress=CaseProgress(slip=CASE))).count(CASE) == 1
    )  # the id alone names nobody
