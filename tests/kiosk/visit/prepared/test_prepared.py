"""Who was prepared for reads one page, signs it, changes it, or wants nothing prepared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.ports import CentralAnswer
from kiosk.retirement.months import Month
from kiosk.visit.effects import FindDraft, Submit
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.records.facts import PreparedLook, PreparedUse
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)
from kiosk.visit.steps.prepared.requests import FetchPrepared, OptOut
from kiosk.visit.steps.prepared.samples import ANSWERS, GAPS, LOOKS
from kiosk.visit_ports import VisitDevices
from tests.kiosk.invented_people import (
    INK,
    NOW,
    InventedVisitor,
    attendance,
    handbook,
    persona,
)

MONTH = Month.of_day(NOW.date())
SERVICES = chosen(InventedVisitor().with_facts("wang").visit, handbook())
KNOWN = PreparedKnown(MONTH, SERVICES, ANSWERS, LOOKS)


def coming(name: str = "wang", **facts: Any) -> InventedVisitor:
    """Return who stands before the page while what was prepared is fetched."""
    known = replace(persona(name)[1], prepared=True, **facts)
    return InventedVisitor().proved(name).happen(FactsKnown(known))


def shown(what: PreparedKnown = KNOWN) -> InventedVisitor:
    return coming().happen(what)


def test_one_page_is_read_and_signed() -> None:
    visitor = coming()
    assert visitor.visit.stage is Stage.PREPARED
    assert visitor.page.name == "waiting"
    assert FetchPrepared(attendance("wang")) in visitor.effects
    page = visitor.happen(KNOWN).page
    assert (visitor.visit.stage, page.title) == (Stage.REVIEW, "都准备好了")
    assert "139 0000 5502" in [row.words for row in page.rows]
    assert page.rows[-1].words == "档案、转移、医保都齐了"
    visitor.press(Press.CONFIRM)
    assert visitor.page.title == "都准备好了"
    visitor.happen(Drawn(INK)).press(Press.SIGNED)
    assert visitor.visit.stage is Stage.SUBMITTING
    said = handed_in(visitor)
    assert said["services"] == list(SERVICES)
    assert said["answers"]["mobile"] == "13900005502"
    assert said["way"] == "self"


def handed_in(visitor: InventedVisitor) -> Mapping[str, Any]:
    (submit,) = (one for one in visitor.effects if isinstance(one, Submit))
    found: Mapping[str, Any] = json.loads(submit.application.content)
    return found


def test_what_offices_miss_is_said() -> None:
    assert (
        shown(replace(KNOWN, looks=GAPS)).page.rows[-1].words
        == "外地缴费还要查，医保差 2 年 5 个月"
    )


def test_only_what_is_missing_is_asked_first() -> None:
    visitor = shown(replace(KNOWN, answers=ANSWERS[:1]))
    assert visitor.visit.stage is Stage.FORM
    while visitor.visit.stage is Stage.FORM:
        assert visitor.page.name != "mobile"
        visitor.answer()
    assert visitor.page.title == "都准备好了"


def test_a_paper_that_only_the_person_has_comes_first() -> None:
    visitor = coming("liu")
    services = chosen(visitor.visit, handbook())
    visitor.happen(replace(KNOWN, services=services))
    assert visitor.visit.stage is Stage.MATERIALS
    assert visitor.press(Press.PROMISE).page.title == "都准备好了"


@pytest.mark.parametrize(
    "what",
    [
        replace(KNOWN, month=MONTH.later(1)),
        replace(KNOWN, services=("R01",)),
        PreparedUnknown(Failure.PREPARED_CHANGED),
        PreparedUnknown(Failure.PREPARED_MONTH_PASSED),
        PreparedUnknown(Failure.CENTRAL_UNREACHABLE),
    ],
)
def test_what_fits_no_more_counts_for_nothing(what: Event) -> None:
    visitor = coming().happen(what)
    failure = getattr(what, "failure", Failure.PREPARED_CHANGED)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.FACTS, failure)
    assert visitor.page.name == "dates"
    assert visitor.page.sentence == handbook().failures[failure].sentence
    assert not visitor.visit.answers
    assert FindDraft(persona("wang")[0].number) in visitor.effects


def test_the_usual_way_begins_at_the_dates_with_what_was_prepared() -> None:
    visitor = shown().press(Press.BACK)
    assert (visitor.visit.stage, visitor.page.name) == (Stage.FACTS, "dates")
    assert visitor.visit.facts.prepared_use is PreparedUse.NONE
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        visitor.press(Press.NEXT)
    assert (visitor.visit.stage, visitor.page.title) == (Stage.REVIEW, "看一遍，签个名")


def test_an_opt_out_erases_here_and_there() -> None:
    visitor = shown().press(Press.CHANGE)
    assert visitor.page.rows[0].words == "不要替我准备"
    visitor.press(Press.PICK, "opt_out")
    assert (visitor.visit.stage, visitor.page.name) == (Stage.OPT_OUT, "opt_out")
    assert visitor.press(Press.BACK).page.title == "都准备好了"
    visitor.press(Press.CHANGE).press(Press.PICK, "opt_out").press(Press.NO_PREPARING)
    assert visitor.effects == (OptOut(attendance("wang")),)
    assert not visitor.page.choices, "nothing is pressed twice"
    assert visitor.press(Press.NO_PREPARING).effects == ()
    visitor.happen(NotOptedOut())
    assert visitor.page.mend
    visitor.press(Press.NO_PREPARING).happen(OptedOut())
    assert visitor.page.name == "opted_out"
    assert not visitor.visit.answers
    assert not visitor.visit.facts.looks
    for act in (Press.NEXT, Press.BACK):
        after = replace(visitor).press(act)
        assert (after.visit.stage, after.page.name) == (Stage.FACTS, "dates")


def test_nobody_else_can_opt_out() -> None:
    usual = InventedVisitor().at_review("wang").press(Press.CHANGE)
    assert "opt_out" not in [row.value for row in usual.page.rows]
    assert usual.press(Press.PICK, "opt_out").visit.stage is Stage.REVIEW


def test_what_the_person_or_the_employer_began_comes_before() -> None:
    assert coming(waiting_unit="a unit").visit.stage is Stage.FACTS
    assert coming(open_case="11111111-0000-4000-8000-000000000001").visit.stage is Stage.PROGRESS


def answered(status: int, said: object) -> Event:
    asked: list[tuple[str, str]] = []

    def call(method: str, path: str, body: bytes, _headers: object) -> CentralAnswer:
        asked.append((method, path))
        assert json.loads(body)["id_number"] == persona("wang")[0].number
        return CentralAnswer(status, "application/json", body=json.dumps(said).encode())

    devices = cast("VisitDevices", SimpleNamespace(central=SimpleNamespace(call=call)))
    found = FetchPrepared(attendance("wang")).answer(devices, lambda: False)
    assert asked == [("POST", "/v1/people/prepared")]
    return found


ANSWER: dict[str, Any] = {
    "version": 1,
    "state": "ready",
    "month": str(MONTH),
    "services": ["R01"],
    "answers": {"mobile": "13900005502"},
    "looks": [{"kind": "medical", "office": "YB", "finding": "gap", "months": 3}],
}


def test_the_answer_of_the_central_service_is_read() -> None:
    look = PreparedLook("medical", "gap", 3)
    known = PreparedKnown(MONTH, ("R01",), (("mobile", "13900005502"),), (look,))
    assert answered(200, ANSWER) == known


@pytest.mark.parametrize(
    ("status", "said", "failure"),
    [
        (200, {**ANSWER, "state": "changed"}, Failure.PREPARED_CHANGED),
        (200, {**ANSWER, "state": "month-passed"}, Failure.PREPARED_MONTH_PASSED),
        (200, {**ANSWER, "state": "new"}, Failure.CENTRAL_STRANGE),
        (200, {**ANSWER, "month": "soon"}, Failure.CENTRAL_STRANGE),
        (200, {**ANSWER, "answers": []}, Failure.CENTRAL_STRANGE),
        (200, {**ANSWER, "looks": [1]}, Failure.CENTRAL_STRANGE),
        (404, {"type": "unknown"}, Failure.PREPARED_CHANGED),
        (422, {"type": "no-visit"}, Failure.CENTRAL_STRANGE),
        (503, {}, Failure.CENTRAL_UNREACHABLE),
    ],
)
def test_any_other_answer_prepares_nothing(status: int, said: object, failure: Failure) -> None:
    assert answered(status, said) == PreparedUnknown(failure)


@pytest.mark.parametrize(("status", "outcome"), [(200, OptedOut()), (503, NotOptedOut())])
def test_an_opt_out_is_sent(status: int, outcome: Event) -> None:
    answer = CentralAnswer(status, "application/json", body=b"{}")
    central = SimpleNamespace(call=lambda *_: answer)
    devices = cast("VisitDevices", SimpleNamespace(central=central))
    assert OptOut(attendance("wang")).answer(devices, lambda: False) == outcome
