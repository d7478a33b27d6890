"""Terminals that wait to be let in: two technicians confirm the digits, one is enough to refuse."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.web.enrolment_desk import ReviewOutcome
from central.web.city.helpers import reason_trouble
from central.web.fleet.pages import FLEET_PATH, ROOM, fleet_page
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.web.page_table import PageRequest

TROUBLES = {
    ReviewOutcome.TWICE: "enrol-twice",
    ReviewOutcome.DIFFERS: "enrol-differs",
}
PATH = "/fleet/enrolments/{enrolment:uuid}"


def confirm_enrolment(asking: PageRequest) -> Response:
    """Store the digits that a technician read off the terminal, when they are those of its key."""
    number = str(asking.path["enrolment"])
    digits = "".join(asking.form.get("digits", "").split())
    event = asking.event(WebEventKind.ENROL_CONFIRMED, number)
    differs = asking.event(WebEventKind.ENROL_DIFFERS, number)
    return _answer(asking, asking.context.fleet.enrolments.confirm(number, digits, event, differs))


def refuse_enrolment(asking: PageRequest) -> Response:
    """Store that a technician refuses a terminal; it hears so when it asks next."""
    number = str(asking.path["enrolment"])
    reason = " ".join(asking.form.get("reason", "").split())
    if trouble := reason_trouble(asking, reason):
        return fleet_page(asking, trouble)
    event = asking.event(WebEventKind.ENROL_REFUSED, number)
    return _answer(asking, asking.context.fleet.enrolments.refuse(number, reason, event))


def _answer(asking: PageRequest, outcome: ReviewOutcome) -> Response:
    if outcome is ReviewOutcome.STORED:
        return see_other(FLEET_PATH)
    if outcome is ReviewOutcome.UNKNOWN:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    return fleet_page(asking, TROUBLES[outcome])


PAGES = (
    WebPage("POST", f"{PATH}/confirm", confirm_enrolment, ROOM),
    WebPage("POST", f"{PATH}/refuse", refuse_enrolment, ROOM),
)
