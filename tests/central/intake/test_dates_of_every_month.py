"""Dates of every invented person in every retirement month that the terminal offers.

The plan of the rules is counted from what the person chose. Slip, progress page, receipt and the
deadlines of the central service have to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest
import sqlalchemy as sa

from central.intake.case_dates import CaseDates
from central.offline_monitor import watch_deadlines
from central.store.office_tables import TaskDeadlineRow
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.retirement.calendar import add_working_days
from kiosk.retirement.due_dates import DueKind, group_by_due
from kiosk.retirement.order import DateFrame, Part, last_due, schedule
from kiosk.retirement.plan import months_of
from kiosk.retirement.situation import Situation
from kiosk.visit.effects import Submit
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen, situation_of, verdicts
from kiosk.visit.step_parts.retirement_options import early_times, late_times
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.central.intake.test_promised_dates import Counter, central, side
from tests.central.standing import NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import CONFIG, INK, InventedVisitor, handbook, persona

__all__ = ("central", "side")

PEOPLE = tuple(sorted(path.stem for path in (CONFIG / "personas").glob("*.toml")))
NEXT_MONTHS = ("1", "2", "3")  # after the month that is offered first: all are ticked already
TODAY = NOON.date()
DAY_WORDS = re.compile(r"(?:(\d{4})年)?(\d+)月(\d+)日")
MONTH_WORDS = re.compile(r"(\d{4})年(\d+)月起")
CONSTANT = add_working_days(TODAY, 15, handbook().holidays)


def at_facts(card: IdCard, shared: SharedFacts) -> InventedVisitor:
    visitor = InventedVisitor(now=NOON).press(Press.START_SELF).press(Press.AGREE)
    visitor.happen(CardRead(card)).happen(FaceMatched(0.31, 0.42, "dlib128"))
    return visitor.happen(FactsKnown(shared))


def offered_months(case: Situation) -> tuple[str, ...]:
    """The values under which the page of other months offers them, and the next three months."""
    other = (one.value for one in (*early_times(case), *late_times(case)))
    return tuple(dict.fromkeys(("0", *NEXT_MONTHS, *other)))


def product() -> list[tuple[str, str]]:
    return [
        (name, value)
        for name in PEOPLE
        for value in offered_months(situation_of(at_facts(*persona(name)).visit))
    ]


@dataclass
class Filed:
    """A case on its way: the counter where it was filed, and what the rules plan for it."""

    counter: Counter
    parts: Mapping[str, Part]


def choose_everything(name: str, value: str) -> InventedVisitor:
    """Walk to behind the list of services, with everything ticked that can be filed."""
    visitor = at_facts(*persona(name)).press(Press.PICK, value)
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    book = visitor.table.book
    for code, verdict in verdicts(visitor.visit, book).items():
        if verdict.fileable and code not in chosen(visitor.visit, book):
            visitor.press(Press.TOGGLE, code)
    while visitor.visit.stage is Stage.CHOOSE:
        visitor.press(Press.NEXT)
    return visitor


def planned_parts(visitor: InventedVisitor) -> Mapping[str, Part]:
    book = visitor.table.book
    months = months_of(verdicts(visitor.visit, book), chosen(visitor.visit, book))
    return schedule(book.catalogue, months, DateFrame(TODAY, book.holidays))


def file(central: Standing, side: TerminalSide, name: str, value: str) -> Filed:
    """File everything that can be filed for the month `value`."""
    visitor = choose_everything(name, value)
    while visitor.visit.stage is Stage.FORM:
        visitor.answer()
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.BRING_LATER)
    visitor.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    (signed,) = (one.application for one in visitor.effects if isinstance(one, Submit))
    parts = planned_parts(visitor)
    return Filed(Counter(central, side, visitor).hand_in(signed), parts)


def differences(filed: Filed) -> list[str]:
    """What slip, receipt, progress page and central service say otherwise than the plan."""
    compared = {
        "slip": (dates_of_slip(filed), planned_dates(filed.parts)),
        "plan page": (dates_of_plan_page(filed), dates_of_parts(filed)),
        "receipt": (due_of_receipt(filed), last_due(filed.parts) or CONSTANT),
        "progress page": (months_of_progress(filed), months_of_parts(filed)),
        "deadlines": (deadlines(filed), {code: one.due for code, one in filed.parts.items()}),
    }
    return [
        f"{what}: {said} is not {plan}" for what, (said, plan) in compared.items() if said != plan
    ]


def planned_dates(parts: Mapping[str, Part]) -> set[date]:
    """The last days of the groups, and the first day of the month in which the later ones begin."""
    groups = [one for one in group_by_due(parts) if one.kind is not DueKind.OPEN]
    begins = (date(one.since.year, one.since.month, 1) for one in groups if one.since)
    return {*(one.due for one in groups if one.due), *begins}


def read_dates(words: str, year: int) -> set[date]:
    """The days in a sentence; one without a year lies in that of its month, else in `year`."""
    months = [date(int(one), int(month), 1) for one, month in MONTH_WORDS.findall(words)]
    year = months[0].year if months else year
    days = (date(int(y or year), int(m), int(d)) for y, m, d in DAY_WORDS.findall(words))
    return {*months, *days}


def dates_of_slip(filed: Filed) -> set[date]:
    lines = [line for line in filed.counter.slip() if "办好" in line]
    return {day for line in lines for day in read_dates(line, TODAY.year)}


def dates_of_plan_page(filed: Filed) -> dict[str, set[date]]:
    same_day, services = handbook().words["plan"]["today"], handbook().catalogue.services
    said, names = filed.counter.plan(), {services[code].plain for code in filed.parts}
    return {
        name: {TODAY} if said[name] == same_day else read_dates(said[name], TODAY.year)
        for name in said.keys() & names
    }


def dates_of_parts(filed: Filed) -> dict[str, set[date]]:
    services = handbook().catalogue.services
    return {services[code].plain: planned_dates({code: one}) for code, one in filed.parts.items()}


def due_of_receipt(filed: Filed) -> date:
    receipt = filed.counter.visitor.visit.outcome.receipt
    assert receipt is not None
    return receipt.due_on


def months_of_progress(filed: Filed) -> dict[str, set[date]]:
    shown = filed.counter.shown_progress()
    return {name: read_dates(said, TODAY.year) for name, said in shown.items()}


def months_of_parts(filed: Filed) -> dict[str, set[date]]:
    services = handbook().catalogue.services
    return {
        services[code].plain: {date(one.since.year, one.since.month, 1)} if one.since else set()
        for code, one in filed.parts.items()
    }


def deadlines(filed: Filed) -> dict[str, date | None]:
    columns = TaskDeadlineRow.service, TaskDeadlineRow.promised_on
    found = filed.counter.central.rows(columns)
    return {code: date.fromisoformat(day) if day else None for code, day in found}


@pytest.mark.parametrize(("name", "value"), product())
def test_all_dates_are_those_of_the_plan(
    central: Standing, side: TerminalSide, name: str, value: str
) -> None:
    filed = file(central, side, name, value)
    watch_deadlines(central.office).look()
    assert differences(filed) == []


def test_the_product_has_every_kind_of_date() -> None:
    """Among the cases are parts for now, parts for a later month, and parts without a day."""
    fullest = planned_parts(choose_everything("liu", "0"))
    assert len(fullest) == 16
    ahead = planned_parts(choose_everything("liu", "2"))
    assert {one.kind for one in group_by_due(fullest)} == {DueKind.NOW, DueKind.OPEN}
    assert {one.kind for one in group_by_due(ahead)} == set(DueKind)
    assert ("liu", "2") in product()


def constant_receipt(filed: Filed, _patch: pytest.MonkeyPatch) -> None:
    """A receipt that counts 15 working days, whatever was filed."""
    visitor = filed.counter.visitor
    receipt = visitor.visit.outcome.receipt
    assert receipt is not None
    outcome = replace(visitor.visit.outcome, receipt=replace(receipt, due_on=CONSTANT))
    visitor.visit = replace(visitor.visit, outcome=outcome)
    watch_deadlines(filed.counter.central.office).look()


def constant_deadlines(filed: Filed, _patch: pytest.MonkeyPatch) -> None:
    """A central service that plans every part for one day."""
    day = str(CONSTANT)
    constant = sa.update(TaskDeadlineRow).values(promised_on=day, due_on=day)
    filed.counter.central.office.store.database.write(lambda session: session.execute(constant))


def constant_opening(filed: Filed, patch: pytest.MonkeyPatch) -> None:
    """A central service that begins every part at once."""
    patch.setattr(CaseDates, "opening_days", lambda *_said: {})
    watch_deadlines(filed.counter.central.office).look()


def constant_slip(filed: Filed, patch: pytest.MonkeyPatch) -> None:
    """A terminal that promises every part for the last day of the whole application."""
    whole = {code: replace(one, due=CONSTANT, since=None) for code, one in filed.parts.items()}
    patch.setattr("kiosk.visit.step_parts.promised_dates.parts_of", lambda *_said: whole)
    watch_deadlines(filed.counter.central.office).look()


@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (constant_receipt, ["receipt"]),
        (constant_deadlines, ["deadlines"]),
        (constant_opening, ["progress page"]),
        (constant_slip, ["slip"]),
    ],
)
def test_a_constant_in_place_of_the_plan_is_found(
    central: Standing,
    side: TerminalSide,
    monkeypatch: pytest.MonkeyPatch,
    breaks: Callable[[Filed, pytest.MonkeyPatch], None],
    found: list[str],
) -> None:
    filed = file(central, side, "liu", "2")
    breaks(filed, monkeypatch)
    assert [one.partition(":")[0] for one in differences(filed)] == found
