"""One count of dates: real pages and slip of a terminal beside the real central service.

A visit of the terminal is walked to its end, its application goes sealed through the outbox to the
service, and what the service signs, stores and works is compared with what the person is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.intake.case_dates import read_retirement
from central.offices.adapter import OfficeWait
from central.store.tables import ApplicationRow, TaskRow
from central.tasks import TaskMove, TaskState
from kiosk.application.document import Application as Signed
from kiosk.delivery.submission import submit
from kiosk.pages.press import Press
from kiosk.people.id_number import check_digit
from kiosk.people.qr_token import QrToken
from kiosk.retirement.months import Month
from kiosk.session.central_queries import progress_of
from kiosk.slip import SlipLine
from kiosk.visit.effects import Submit
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.step_parts.slips import query_code, slip_of
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.events import CodeScanned, ProgressKnown
from kiosk.visit.steps.submission.events import Accepted, Stored
from tests.central.offices.test_offices import offices
from tests.central.standing import NOON, Standing, case_dates, content, numbered, standing
from tests.central.terminals.test_terminal_side import TerminalSide, side_of
from tests.kiosk.invented_people import INK, InventedVisitor, persona
from tests.kiosk.visit.steps.test_progress_by_slip import visitor as scanner_visitor

DAY = timedelta(days=1)
JANUARY = datetime.fromisoformat("2027-01-01T00:00:00+08:00")


@dataclass
class Counter:
    """One person at one terminal, and the service that it talks to."""

    central: Standing
    side: TerminalSide
    visitor: InventedVisitor

    def file(self, *, keep: tuple[str, ...] = ()) -> Counter:
        """Walk from the facts to the receipt that the service signed; `keep`: only these parts."""
        visitor = self.fill_in(keep=keep).visitor
        visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
        (signed,) = (one.application for one in visitor.effects if isinstance(one, Submit))
        return self.hand_in(signed)

    def fill_in(self, *, keep: tuple[str, ...] = ()) -> Counter:
        """Walk from the facts to the review."""
        self._choose(keep)
        while self.visitor.visit.stage is not Stage.REVIEW:
            self._answer()
        return self

    def hand_in(self, signed: Signed) -> Counter:
        assert submit(self.side.store, self.side.sender(), signed, self.visitor.now) is None
        self.visitor.happen(Stored())
        self.side.carry()
        (receipt,) = self.side.received
        self.visitor.happen(Accepted(receipt))
        return self

    def _choose(self, keep: tuple[str, ...]) -> None:
        visitor = self.visitor
        while visitor.visit.stage is Stage.FACTS:
            visitor.press(Press.NEXT)
        if keep:
            for code in chosen(visitor.visit, visitor.table.book):
                if code not in keep and code in chosen(visitor.visit, visitor.table.book):
                    visitor.press(Press.TOGGLE, code)
            assert set(chosen(visitor.visit, visitor.table.book)) == set(keep)

    def _answer(self) -> None:
        visitor, page = self.visitor, self.visitor.page
        typed = {"mobile": "13900001234", "child_birth": "19920314"}
        picked = {"live": "same", "bank": "card", "pay_mode": "once", "talent": "rest"}
        picked |= {"card_request": "renew", "annuity_plan": "enterprise"}
        if page.name in typed:
            visitor.type(typed[page.name]).press(Press.NEXT)
        elif page.name in picked:
            visitor.press(Press.PICK, picked[page.name])
        elif visitor.visit.stage is Stage.MATERIALS:
            visitor.press(Press.PROMISE)
        else:
            visitor.press(Press.NEXT)

    @property
    def id(self) -> str:
        return self.visitor.visit.application_id

    def slip(self) -> list[str]:
        parts = slip_of(self.visitor.visit, self.visitor.table.book).parts
        return [one.text for one in parts if isinstance(one, SlipLine)]

    def stops(self) -> list[tuple[str, str]]:
        return [(stop.when, stop.what) for stop in self.visitor.page.stops]

    def plan(self) -> dict[str, str]:
        self.visitor.press(Press.PLAN)
        rows, first = {}, self.visitor.visit.display.part
        while True:
            rows |= {row.words: row.reason for row in self.visitor.page.rows}
            self.visitor.press(Press.MORE)
            if self.visitor.visit.display.part == first or rows.keys() >= self._shown():
                self.visitor.press(Press.STAY)
                return rows

    def _shown(self) -> set[str]:
        return {row.words for row in self.visitor.page.rows}

    def progress(self) -> InventedVisitor:
        """What another terminal shows for the slip."""
        found = progress_of(self.side.central, self.id)
        assert isinstance(found, ProgressKnown)
        slip = CodeScanned(QrToken(query_code(self.id), 1.0))
        return scanner_visitor().press(Press.ASK_PROGRESS).happen(slip).happen(found)

    def shown_progress(self) -> dict[str, str]:
        """What each part's row says, over all pages."""
        looker, rows = self.progress(), {}
        for _ in range(8):
            rows |= {row.words: row.reason for row in looker.page.rows}
            looker.press(Press.MORE)
        return rows

    def states(self) -> dict[str, str]:
        found = self.central.office.store.cases.progress(self.id)
        assert found
        return {one["code"]: one["state"] for one in found["services"]}


@pytest.fixture
def central(tmp_path: Path) -> Iterator[Standing]:
    """A service that knows all services, as a real one does."""
    services = case_dates().catalogue.services
    needs = {code: (one.needs_any, one.needs_all, one.after) for code, one in services.items()}
    with standing(tmp_path, needs=needs) as here:
        yield here


@pytest.fixture
def side(central: Standing, client: TestClient, tmp_path: Path) -> Iterator[TerminalSide]:
    side = side_of(central, client, tmp_path)
    yield side
    side.store.close()


def born(side: TerminalSide, central: Standing, birth: str, **facts: object) -> Counter:
    """Someone like Liu who was born in another month, at the page with the facts."""
    card, shared = persona("liu")
    year, month = map(int, birth.split("-"))
    birthday = card.birth.replace(year=year, month=month)
    body = f"{card.number[:6]}{birthday:%Y%m%d}{card.number[14:17]}"
    other = replace(card, birth=birthday, number=body + check_digit(body))
    visitor = (
        InventedVisitor(now=NOON).press(Press.START_SELF).press(Press.AGREE).happen(CardRead(other))
    )
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128"))
    return Counter(central, side, visitor.happen(FactsKnown(replace(shared, **facts))))


def test_parts_from_january_and_parts_without_a_day_are_not_promised_for_december(
    central: Standing, side: TerminalSide
) -> None:
    """Born 1966-08, filed 2026-11-23: the month is 2027-01, medical months are short."""
    counter = born(side, central, "1966-08").file()
    receipt = counter.visitor.visit.outcome.receipt
    assert receipt is not None
    assert receipt.due_on == date(2027, 1, 22)
    dated = [line for line in counter.slip() if "日前办好" in line]
    assert dated == [
        "12月14日前办好 3 项",
        "2027年1月起再办 11 项，预计1月22日前办好",
    ]
    assert "2 项没定日子，等您补缴" in counter.slip()
    assert not any("全部办好" in line for line in counter.slip())
    assert counter.stops() == [
        ("12月14日前", "3 项办好"),
        ("2027年1月起，预计1月22日前", "再办好 11 项"),
        ("另外", "2 项等您补缴"),
    ]
    said = [one.words for one in counter.visitor.page.spoken if not one.private]
    promised = [words for stop in counter.stops() for words in stop]
    assert [words for words in said if words in promised] == promised
    plan = counter.plan()
    assert plan["领养老金的资格"] == "2027年1月起，预计1月22日前"
    assert plan["按月领养老金"] == "2027年1月起，预计1月22日前"
    assert plan["社保关系转移"] == "马上开始，12月14日前"
    assert plan["补医保年限"] == "等医保年限确认，再等您补缴"
    assert plan["医保转成退休"] == "等补医保年限，办完就好"


def test_no_office_begins_a_part_before_its_month(central: Standing, side: TerminalSide) -> None:
    counter = born(side, central, "1966-08").file()
    while central.clock[0] < JANUARY - DAY:
        central.clock[0] += DAY
        offices(central).work()
    states = counter.states()
    assert states["R01"] == "ready"
    assert {states[code] for code in ("R06", "R09", "R14")} == {"waiting"}
    assert {states[code] for code in ("R04", "R08")} == {"done"}
    shown = counter.shown_progress()
    assert shown["领养老金的资格"] == "2027年1月起办"
    assert shown["社保关系转移"] == "办好了"
    central.clock[0] = JANUARY - timedelta(seconds=1)
    offices(central).work()
    assert counter.states()["R01"] == "ready"
    central.clock[0] = JANUARY
    offices(central).work()
    assert counter.states()["R01"] == "working"
    shown = counter.shown_progress()
    assert shown["领养老金的资格"] == "正在办"
    assert "起办" not in str(shown)


def test_what_can_all_be_had_now_is_promised_as_before(
    central: Standing, side: TerminalSide
) -> None:
    enough = {"medical_months": 400, "medical_months_needed": 300}
    counter = born(side, central, "1966-06", **enough).file()
    receipt = counter.visitor.visit.outcome.receipt
    assert receipt is not None
    assert receipt.due_on == date(2026, 12, 14)
    assert "12月14日前全部办好" in counter.slip()
    assert "以受理通知为准" in counter.slip()
    assert [when for when, _ in counter.stops()] == ["今天", "接着", "12月14日前"]
    assert counter.stops()[1:] == [("接着", "社保部门先审资格"), ("12月14日前", "该都办好了")]


def test_parts_that_no_pension_hangs_on_are_begun_by_their_offices(
    central: Standing, side: TerminalSide
) -> None:
    counter = born(side, central, "1966-08").file(keep=("R04", "R08", "R17"))
    assert counter.stops()[1:] == [("接着", "各部门马上开始办"), ("12月14日前", "该都办好了")]
    assert "12月14日前全部办好" in counter.slip()


def test_parts_that_all_begin_in_january_have_one_stop(
    central: Standing, side: TerminalSide
) -> None:
    counter = born(side, central, "1966-08").file(keep=("R01", "R06"))
    assert counter.stops()[1:] == [("2027年1月起，预计1月22日前", "该都办好了")]
    assert "2027年1月起办，预计1月22日前全部办好" in counter.slip()
    receipt = counter.visitor.visit.outcome.receipt
    assert receipt is not None
    assert receipt.due_on == date(2027, 1, 22)


def test_a_plan_without_dates_has_words(central: Standing, side: TerminalSide) -> None:
    """Only the medical months are still to be paid: the office of everything else was elsewhere."""
    counter = born(side, central, "1966-06")
    counter._choose(("R01", "R09", "R12"))
    visitor = counter.visitor
    visitor.visit = replace(
        visitor.visit,
        choice=replace(
            visitor.visit.choice, unwanted=visitor.visit.choice.unwanted | {"R01", "R09"}
        ),
    )
    counter.file()
    assert chosen(visitor.visit, visitor.table.book) == ("R12",)
    assert "没定日子，等您补缴，办好会告诉您" in counter.slip()
    assert not any("日前" in line for line in counter.slip())
    assert counter.stops()[1:] == [("接着", "各部门马上开始办"), ("不定日子", "1 项等您补缴")]
    said = [one.words for one in visitor.page.spoken if not one.private]
    assert said[-2:] == ["不定日子", "1 项等您补缴"]
    assert counter.plan() == {"补医保年限": "马上开始，再等您补缴"}
    found = central.office.store.cases.progress(counter.id)
    assert found
    assert found["due_on"] == "2026-12-14"  # the contract wants a day; nobody is shown it


def test_a_stored_case_of_the_old_rule_is_told_and_worked_by_the_new_one(
    central: Standing, side: TerminalSide
) -> None:
    """Before, every part was promised 15 working days after it came, and begun at once."""
    counter = born(side, central, "1966-08").file()
    old = {"due_on": "2026-12-14"}
    central.office.store.database.write(
        lambda session: session.execute(
            sa.update(ApplicationRow).where(ApplicationRow.id == counter.id).values(**old)
        )
    )
    visitor = counter.visitor
    assert visitor.visit.outcome.receipt is not None
    receipt = replace(visitor.visit.outcome.receipt, due_on=date(2026, 12, 14))
    visitor.visit = replace(visitor.visit, outcome=replace(visitor.visit.outcome, receipt=receipt))
    assert "2027年1月起再办 11 项，预计1月22日前办好" in counter.slip()
    assert "12月14日前办好 3 项" in counter.slip()
    central.clock[0] += 3 * DAY
    offices(central).work()
    assert counter.states()["R01"] == "waiting"  # for R04, which was filed with it
    found = central.office.store.cases.progress(counter.id)
    assert found
    assert found["due_on"] == "2026-12-14"  # what was promised in writing stays on record
    opens = {one["code"]: one["opens_on"] for one in found["services"]}
    assert (opens["R01"], opens["R04"]) == ("2027-01-01", "")


def test_a_case_that_comes_in_its_month_is_counted_from_that_day(
    central: Standing, side: TerminalSide
) -> None:
    """Signed offline in November, delivered in January: nothing is later any more."""
    counter = born(side, central, "1966-08")
    central.clock[0] = datetime(2027, 1, 4, 9, tzinfo=UTC)
    counter.file(keep=("R01", "R06"))
    assert "1月25日前全部办好" in "".join(counter.slip())
    offices(central, adapter=Beginning()).work()
    assert counter.states()["R01"] == "working"


class Beginning:
    """An office that begins everything that it gets."""

    def handle(self, assignment, now):
        return (
            TaskMove(TaskState.WORKING)
            if assignment.state is TaskState.READY
            else OfficeWait(now + DAY)
        )


@pytest.mark.parametrize(
    "said",
    [
        None,
        {},
        {"category": "M60", "route": "R01", "retire_month": "soon", "insisted": []},
        {"category": "M61", "route": "R01", "retire_month": "2027-01", "insisted": []},
    ],
)
def test_an_application_that_says_it_otherwise_begins_at_once(
    central: Standing, client: TestClient, said: object
) -> None:
    applicant = {"name": "刘长青", "number": "person 1", "birth": "1966-08-15"}
    body = central.body(1, retirement=said, applicant=applicant)
    path = f"/v1/applications/{numbered(1)}"
    assert (
        client.put(path, content=body, headers=central.headers()).json()["due_on"] == "2026-12-14"
    )
    offices(central, adapter=Beginning()).work()
    assert ("R01", TaskState.WORKING) in central.rows((TaskRow.service, TaskRow.state))
    assert read_retirement(content(numbered(1), retirement=said)) is None


def test_a_month_below_the_earliest_is_not_believed(central: Standing) -> None:
    """A terminal that lies: born 1975-06, and the application says this month."""
    said = {"category": "M60", "route": "R01", "retire_month": "2026-11", "insisted": []}
    document = content(numbered(1), retirement=said)
    document["applicant"] |= {"birth": "1975-06-15", "number": "341602197506150017"}
    opens = case_dates().opening_days(document, ("R01", "R08"), NOON.isoformat())
    filed = read_retirement(document)
    assert filed is not None
    assert filed.birth == Month.of(1975, 6)
    assert opens["R01"] >= date(2035, 1, 1)
    assert opens["R08"] == NOON.date()


def test_the_key_to_a_closed_case_may_be_gone(central: Standing, client: TestClient) -> None:
    body = central.body(1, services=["R17"])
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=body, headers=central.headers()).is_success
    central.settle("R17", TaskState.DONE, NOON.isoformat())
    assert central.office.vault.forget_opening_key(central.keys.sealing.id)
    told = client.get(f"{path}/progress", headers=central.headers())
    assert told.json()["services"][0]["opens_on"] == ""
