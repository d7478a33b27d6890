"""The supervisor's page of what is late: parts of each office, bad ratings to answer, grades."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.city.figures import NOTHING
from central.store.city.roll_up import OFFICE
from central.store.ratings.rating_report import GRADES
from central.store.web.escalation import OverduePlace
from central.web.city.helpers import SUPERVISOR
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage, error_page
from central.web_accounts import WebEventKind
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from starlette.responses import Response

    from central.store.city.figures import KeyFigures
    from central.store.web.escalation import OpenFollowUp, OverduePart
    from central.web.page_table import PageRequest

OVERDUE_PATH = "/overdue"
OVERDUE = "overdue"
_PLACE = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d{1,9})\.(R\d{2})", re.ASCII)
"""How a link names the place in the list behind which a page begins: day, case and service."""


@dataclass(frozen=True)
class OfficeLine:
    """An office: its open parts by level, bad ratings to answer, and how it was rated this month.

    `late_answers`: those whose last day is over. `grades`, from the best, are None where nobody
    rated, and none where so few did that single people could be told.
    """

    name: str
    parts: Mapping[str, int]
    answers: int
    late_answers: int
    grades: tuple[int, ...] | None


@dataclass(frozen=True)
class OverdueLine:
    """An overdue part with the names of its office and service."""

    part: OverduePart
    office: str
    service: str
    days: int


def show_overdue(asking: PageRequest) -> Response:
    """Return the page, from the beginning of the list or behind the place that was asked for."""
    context, most = asking.context, asking.context.policy.web.table_rows
    today, typed = civil_day(context.now()), asking.query.get("after", "")
    after = _place(typed)
    if typed and after is None:
        return error_page(context, HTTPStatus.BAD_REQUEST)
    offices = _offices(asking, today)
    found = context.escalation.overdue(most, after)
    return asking.page(
        "overdue.html",
        offices=offices,
        count=sum(one.parts[OVERDUE] for one in offices),
        lines=[_line(asking, one, today) for one in found.parts if one.service in context.services],
        after=typed,
        next=_typed(found.last) if found.last else "",
        answers=sum(one.answers for one in offices),
        late_answers=sum(one.late_answers for one in offices),
        least=context.policy.ratings.smallest_group,
        month=f"{today:%Y-%m}",
    )


def export_overdue(asking: PageRequest) -> Response:
    """Return all overdue parts as CSV, recorded in the audit."""
    context = asking.context
    today = civil_day(context.now())
    words, states = context.renderer.texts["overdue"], context.renderer.texts["tasks"]["states"]
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, "overdue"))
    names = ("due", "days", "part_office", "service", "number", "state", "holder")
    rows = (
        (
            one.part.due_on,
            one.days,
            one.office,
            one.service,
            one.part.case_number,
            states.get(one.part.state.value, one.part.state.value),
            one.part.holder,
        )
        for part in context.escalation.overdue(None).parts
        if part.service in context.services
        for one in (_line(asking, part, today),)
    )
    head = [words["columns"][name] for name in names]
    return csv_answer(f"overdue-{today.isoformat()}.csv", head, rows)


def _offices(asking: PageRequest, today: date) -> list[OfficeLine]:
    """Return the offices, the one with most overdue parts first, then the service points."""
    context = asking.context
    # As counted within the last minute: counting here would read all that is open.
    parts = context.city.figures.now()[OFFICE]
    rated = context.city.figures.of_month(today, OFFICE)
    waiting = context.escalation.follow_ups()
    names = {**context.office_names, "": context.renderer.texts["overdue"]["points"]}
    lines = [
        OfficeLine(
            name,
            {level: parts.get(code, NOTHING).count(level) for level in ("yellow", "red", OVERDUE)},
            *_answers(waiting, code, today),
            _grades(rated.get(code, NOTHING), context.policy.ratings.smallest_group),
        )
        for code, name in names.items()
    ]
    return sorted(lines, key=lambda one: (-one.parts[OVERDUE], -one.late_answers))


def _grades(rated: KeyFigures, least: int) -> tuple[int, ...] | None:
    counts = tuple(rated.grades.get(grade, 0) for grade in GRADES)
    if not sum(counts):
        return None
    return counts if sum(counts) >= least else ()


def _typed(place: OverduePlace) -> str:
    return f"{place.due_on}.{place.serial}.{place.service}"


def _place(typed: str) -> OverduePlace | None:
    """Return the place that a link names, None for none."""
    found = _PLACE.fullmatch(typed)
    return OverduePlace(found[1], int(found[2]), found[3]) if found else None


def _answers(waiting: tuple[OpenFollowUp, ...], office: str, today: date) -> tuple[int, int]:
    """Return how many bad ratings of an office wait for an answer, and how many too long."""
    mine = [one.due_on for one in waiting if one.office == office]
    return len(mine), sum(day < today.isoformat() for day in mine)


def _line(asking: PageRequest, part: OverduePart, today: date) -> OverdueLine:
    service = asking.context.services[part.service]
    office = asking.context.office_names.get(service.office, service.office)
    days = (today - type(today).fromisoformat(part.due_on)).days
    return OverdueLine(part, office, service.name, days)


PAGES = (
    WebPage("GET", OVERDUE_PATH, show_overdue, SUPERVISOR, "overdue"),
    WebPage("GET", "/overdue.csv", export_overdue, SUPERVISOR),
)
