"""The calls about what others filed in a person's name: what is asked, sent and understood."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.application.confirmation import ConfirmationState, Decision
from kiosk.failures import Failure
from kiosk.ports import CentralAnswer, Trouble
from kiosk.session.confirming_tasks import fetch_filings, send_decision
from kiosk.visit.effects import DecideFiling, FetchFilings
from kiosk.visit.events.event import Event
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.facts.events import FactsUnknown, FilingsKnown
from tests.kiosk.invented_people import InventedVisitor, attendance
from tests.kiosk.visit.steps.test_confirmation import ADDED, FILED, ID, ConfirmationCentral, said

ITEM = {
    "application_id": ID,
    "case_number": "亳退 1",
    "filed_at": "2026-11-20T16:30:00+00:00",
    "until": "2026-12-21",
    "state": "awaiting",
    "way": "proxy",
    "filer": "王**",
    "relation": "child",
    "point": "BZ-2",
    "point_name": "青云社区",
    "services": ["R01", "R06"],
    "something_newer": 1,
}


def fetched(answer: CentralAnswer) -> Event:
    told: list[Event] = []
    fetch_filings(ConfirmationCentral(answer), FetchFilings(attendance("liu")), told.append)
    return told[0]


def test_what_was_filed_is_read_and_whose_it_is_was_shown():
    central, told = ConfirmationCentral(said(items=[ITEM])), []
    fetch_filings(central, FetchFilings(attendance("liu")), told.append)
    day = date(2026, 11, 21)  # in Asia/Shanghai
    until = date(2026, 12, 21)
    assert told == [FilingsKnown((replace(FILED, filed_on=day, until=until),))]
    ((method, path, body),) = central.asked
    assert (method, path) == ("POST", "/v1/people/confirmations")
    assert body == attendance("liu").record()
    visit = body["visit"]
    assert isinstance(visit, dict)
    assert (visit["name"], visit["proof"]["method"]) == ("刘长青", "face")
    unsure = replace(attendance("liu"), name_certain=False, proof=None).record()["visit"]
    assert (unsure["name_certain"], "proof" in unsure) == (False, False)


def test_what_the_staff_filed_has_no_name():
    item = {**ITEM, "way": "back_entry", "state": "started", "until": "", "filer": "W-0001"}
    item.pop("point_name")
    told = fetched(said(items=[item]))
    assert isinstance(told, FilingsKnown)
    (filed,) = told.filings
    assert (filed.filer, filed.until, filed.point) == ("", None, "BZ-2")


@pytest.mark.parametrize(
    "answer",
    [
        said(404),
        said(422, type="no-visit"),
        said(items=[{**ITEM, "filed_at": "yesterday"}]),
        said(items=[{**ITEM, "filed_at": "2026-11-20T16:30:00"}]),
        said(items=[{**ITEM, "application_id": "../x"}]),
        said(items=["x"]),
        said(items=None),
        said(),
        CentralAnswer(200, "text/html", None, b"<html>"),
    ],
)
def test_a_service_that_says_nothing_of_use_keeps_nobody_from_filing(answer):
    assert fetched(answer) == FilingsKnown(())


def test_without_the_network_nothing_else_is_waited_for():
    gone = fetched(CentralAnswer(trouble=Trouble.TIMEOUT))
    assert gone == FactsUnknown(Failure.CENTRAL_UNREACHABLE)
    assert InventedVisitor().proved().happen(gone).visit.facts.situation is not None


def test_facts_that_are_added_are_read_and_named_when_confirming():
    told = fetched(said(items=[{**ITEM, "facts": ADDED, "facts_mark": "a" * 64}]))
    assert isinstance(told, FilingsKnown)
    assert told.filings[0].facts == ADDED
    central = ConfirmationCentral(said(state="confirmed"))
    wanted = DecideFiling(attendance("liu"), ID, Decision.CONFIRM, "a" * 64, ("unit_name",))
    send_decision(central, wanted, [].append)
    ((_, _, body),) = central.asked
    assert (body["facts_mark"], body["facts_wrong"]) == ("a" * 64, ["unit_name"])


@pytest.mark.parametrize(
    "facts", ["x", {"kind": "?"}, {"unit_name": 1}, {"work_start_month": "soon"}, {"resume": 3}]
)
def test_facts_that_no_page_can_show_are_not_taken(facts):
    assert fetched(said(items=[{**ITEM, "facts": facts}])) == FilingsKnown(())


def decided(answer: CentralAnswer) -> Event:
    told: list[Event] = []
    wanted = DecideFiling(attendance("liu"), ID, Decision.CONFIRM)
    central = ConfirmationCentral(answer)
    send_decision(central, wanted, told.append)
    ((method, path, body),) = central.asked
    assert (method, path, body["decision"]) == ("POST", f"/v1/confirmations/{ID}", "confirm")
    return told[0]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (said(state="confirmed"), ConfirmationState.CONFIRMED),
        (said(state="refused"), ConfirmationState.REFUSED),
        (said(404, type="unknown"), ConfirmationState.UNKNOWN),
        (said(409, type="open-case", case_number="x"), ConfirmationState.OTHER_CASE),
        (said(409, type="confirmation-closed", state="expired"), ConfirmationState.EXPIRED),
        (said(409, type="confirmation-closed", state="withdrawn"), ConfirmationState.WITHDRAWN),
        (said(422, type="not-allowed"), Failure.VOUCHER_FILED),
        (said(409, type="confirmation-closed", state="?"), Failure.CENTRAL_STRANGE),
        (said(422, type="no-visit"), Failure.CENTRAL_STRANGE),
        (said(state="?"), Failure.CENTRAL_STRANGE),
        (said(503), Failure.CENTRAL_UNREACHABLE),
        (CentralAnswer(trouble=Trouble.UNREACHABLE), Failure.CENTRAL_UNREACHABLE),
    ],
)
def test_what_became_of_the_word(answer, outcome):
    failed = isinstance(outcome, Failure)
    wanted = FilingUndecided(outcome) if failed else FilingDecided(outcome)
    assert decided(answer) == wanted
