"""The supervisor's page of help (帮办): vouched and absent filings, alarms, waiting pictures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.web.alarm_desk import AcknowledgeOutcome
from central.web.city.alarm_words import alarm_line
from central.web.csv_table import csv_answer
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind, WebRole
from kiosk.civil_time import civil_day

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.store.cases.helper_filings import HelperDay
    from central.web.page_table import PageRequest

HELPERS_PATH = "/helpers"
SUPERVISOR = frozenset({WebRole.SUPERVISOR})
_MOST_SETTLED = 20
_PERSONAL = re.compile(r"[0-9Xx]{11,}")
"""Digits that could be a person's number: an identity card has 18, a mobile 11."""


@dataclass(frozen=True)
class HelperLine:
    """Counts of one helper on one day, and whether they reached the day's limit."""

    counts: HelperDay
    point_name: str
    is_vouched_full: bool
    is_absent_full: bool

    @property
    def is_full(self) -> bool:
        """Tell whether one of the limits is reached."""
        return self.is_vouched_full or self.is_absent_full


def show_helpers(asking: PageRequest) -> Response:
    """Return the page, for the span of days that was asked for."""
    days = _days(asking)
    if days is None:
        return error_page(asking.context, HTTPStatus.BAD_REQUEST, "days")
    return _page(asking, days)


def export_helpers(asking: PageRequest) -> Response:
    """Return all rows of the table as CSV, recorded in the audit."""
    days = _days(asking)
    if days is None:
        return error_page(asking.context, HTTPStatus.BAD_REQUEST, "days")
    words = asking.context.renderer.texts["helpers"]
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, f"helpers {days}"))
    names = ("day", "point", "point_name", "staff", "vouched", "alone", "absent", "full")
    rows = (
        (
            one.counts.day,
            one.counts.point,
            one.point_name,
            one.counts.staff,
            one.counts.vouched,
            one.counts.alone,
            one.counts.absent,
            words["full"] if one.is_full else "",
        )
        for one in _lines(asking, days)
    )
    return csv_answer(f"helpers-{days}.csv", [words["columns"][name] for name in names], rows)


def acknowledge_alarm(asking: PageRequest) -> Response:
    """Record that the supervisor took note of an alarm, with the typed reason."""
    number: int = asking.path["number"]
    reason = " ".join(asking.form.get("reason", "").split())
    if trouble := reason_trouble(asking, reason):
        return _page(asking, _first_days(asking), trouble)
    event = asking.event(WebEventKind.ACKNOWLEDGED, f"alarm {number}")
    outcome = asking.context.vouching_alarms.acknowledge(number, reason, event)
    if outcome is AcknowledgeOutcome.UNKNOWN:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    if outcome is AcknowledgeOutcome.TWICE:
        return _page(asking, _first_days(asking), "twice")
    return see_other(HELPERS_PATH)


def _page(asking: PageRequest, days: int, trouble: str = "") -> Response:
    context = asking.context
    texts, most = context.renderer.texts, context.policy.web.table_rows
    lines = _lines(asking, days)
    today = civil_day(context.now()).isoformat()
    words = texts["alarms"]
    return asking.page(
        "helpers.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        days=days,
        spans=context.policy.web.pages_days,
        lines=lines[:most],
        rest=max(0, len(lines) - most),
        today=[one for one in lines if one.counts.day == today],
        limits=context.policy.vouching,
        pictures=context.pictures.count(),
        waiting=[alarm_line(one, words) for one in context.vouching_alarms.waiting(most)],
        settled=[alarm_line(one, words) for one in context.vouching_alarms.settled(_MOST_SETTLED)],
        count=context.vouching_alarms.count_waiting(),
        length=context.policy.web.reason_length,
        failure=_words(asking, trouble),
        point_name=context.point_name,
    )


def _words(asking: PageRequest, trouble: str) -> str:
    if not trouble:
        return ""
    words: str = asking.context.renderer.texts["helpers"]["troubles"][trouble]
    return words.format(length=asking.context.policy.web.reason_length)


def _lines(asking: PageRequest, days: int) -> list[HelperLine]:
    """Return the rows of the table: the newest day first, who reached a limit before others."""
    context, policy = asking.context, asking.context.policy.vouching
    found = context.helper_filings.days(civil_day(context.now()) - timedelta(days - 1))
    lines = [
        HelperLine(
            one,
            context.point_name(one.point),
            one.vouched >= policy.vouched_a_day,
            one.absent >= policy.absent_a_day,
        )
        for one in found
    ]
    lines.sort(key=lambda one: (one.counts.point, one.counts.staff))
    return sorted(lines, key=lambda one: (one.counts.day, one.is_full), reverse=True)


def _first_days(asking: PageRequest) -> int:
    return asking.context.policy.web.pages_days[0]


def _days(asking: PageRequest) -> int | None:
    """Return the span of days that was asked for; None for one that is not offered."""
    typed = asking.query.get("days", str(_first_days(asking)))
    return next((one for one in asking.context.policy.web.pages_days if str(one) == typed), None)


def reason_trouble(asking: PageRequest, reason: str) -> str:
    """Return the name of what is wrong with a typed reason, "" for nothing."""
    if not reason:
        return "empty"
    if len(reason) > asking.context.policy.web.reason_length:
        return "long"
    return "personal" if names_a_number(reason) else ""


def names_a_number(words: str) -> bool:
    """Tell whether typed words hold what could be a person's number."""
    return bool(_PERSONAL.search(words.replace(" ", "").replace("-", "")))


PAGES = (
    WebPage("GET", HELPERS_PATH, show_helpers, SUPERVISOR, "helpers"),
    WebPage("GET", "/helpers.csv", export_helpers, SUPERVISOR),
    WebPage("POST", "/alarms/{number:int}/acknowledge", acknowledge_alarm, SUPERVISOR),
)
