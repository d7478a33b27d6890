"""The supervisor's page of what is late: parts of each office, bad ratings to answer, grades."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.web.city.helpers import SUPERVISOR
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage
from central.web_accounts import WebEventKind
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from starlette.responses import Response

    from central.store.ratings.rating_report import RatingGroup
    from central.store.web.escalation import OpenFollowUp, OverduePart
    from central.web.page_table import PageRequest

OVERDUE_PATH = "/overdue"


@dataclass(frozen=True)
class OfficeLine:
    """An office: its open parts by level, bad ratings to answer, and how it was rated this month.

    `late_answers`: those whose last day is over. `rated` is None where nobody rated.
    """

    name: str
    parts: Mapping[str, int]
    answers: int
    late_answers: int
    rated: RatingGroup | None


@dataclass(frozen=True)
class OverdueLine:
    """An overdue part with the names of its office and service."""

    part: OverduePart
    office: str
    service: str
    days: int


def show_overdue(asking: PageRequest) -> Response:
    """Return the page."""
    context, most = asking.context, asking.context.policy.web.table_rows
    today = civil_day(context.now())
    offices = _offices(asking, today)
    count = sum(one.parts["overdue"] for one in offices)
    return asking.page(
        "overdue.html",
        offices=offices,
        count=count,
        lines=[
            _line(asking, one, today)
            for one in context.escalation.overdue(most)
            if one.service in context.services
        ],
        rest=max(0, count - most),
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
    count = sum(
        count for (_, level), count in context.escalation.levels().items() if level == "overdue"
    )
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
        for part in context.escalation.overdue(count)
        if part.service in context.services
        for one in (_line(asking, part, today),)
    )
    head = [words["columns"][name] for name in names]
    return csv_answer(f"overdue-{today.isoformat()}.csv", head, rows)


def _offices(asking: PageRequest, today: date) -> list[OfficeLine]:
    """Return the offices, the one with most overdue parts first, then the service points."""
    context = asking.context
    parts: Counter[tuple[str, str]] = Counter()
    for (service, level), count in context.escalation.levels().items():
        if service in context.services:  # the database may know older ones
            parts[context.services[service].office, level] += count
    rated = {
        one.code: one for one in context.ratings.groups(f"{today:%Y-%m}") if one.kind == "office"
    }
    waiting = context.escalation.follow_ups()
    names = {**context.office_names, "": context.renderer.texts["overdue"]["points"]}
    lines = [
        OfficeLine(
            name,
            {level: parts[code, level] for level in ("yellow", "red", "overdue")},
            *_answers(waiting, code, today),
            rated.get(code),
        )
        for code, name in names.items()
    ]
    return sorted(lines, key=lambda one: (-one.parts["overdue"], -one.late_answers))


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
