"""The control room: the map and table of all terminals, their alarms, and taking note of these."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import TYPE_CHECKING

from central.store.web.alarm_desk import AcknowledgeOutcome
from central.web.city.helpers import reason_trouble
from central.web.csv_table import csv_answer
from central.web.fleet.ring_progress import progress_of
from central.web.fleet.states import TerminalState, by_urgency, line_of
from central.web.fleet.town_map import CELL, draw_map
from central.web.page_table import WebPage, error_page, see_other
from central.web_accounts import WebEventKind, WebRole

if TYPE_CHECKING:
    from starlette.responses import Response

    from central.store.web.alarm_desk import AlarmEntry
    from central.web.fleet.states import TerminalLine
    from central.web.page_table import PageRequest
    from central.web.web_context import WebContext

FLEET_PATH = "/fleet"
ROOM = frozenset({WebRole.TECHNICIAN})


def show_fleet(asking: PageRequest) -> Response:
    """Return the page; `show` keeps the terminals of one state, `at` those of a county or town."""
    return fleet_page(asking)


def export_fleet(asking: PageRequest) -> Response:
    """Return all terminals as CSV, recorded in the audit."""
    texts = asking.context.renderer.texts["fleet"]
    asking.context.events.record(asking.event(WebEventKind.EXPORTED, "fleet"))
    figures = ("waiting", "quarantined", "paper", "clock_ahead_seconds", "disk_free_percent")
    rows = [
        (
            one.found.terminal,
            one.found.point,
            one.point_name,
            texts["states"][one.state],
            one.found.at,
            "；".join(f"{device} {state}" for device, state in one.ill.items()),
            one.version,
            *(one.said(name) for name in (*figures, "config", "refused")),
            " ".join(one.failed or ()),
        )
        for one in by_urgency(terminal_lines(asking.context))
    ]
    names = ("terminal", "point", "point_name", "state", "at", "ill", "version", *figures)
    head = [texts["columns"][name] for name in (*names, "config", "refused", "update")]
    return csv_answer("fleet.csv", head, rows)


def acknowledge_fleet_alarm(asking: PageRequest) -> Response:
    """Record that a technician took note of an alarm, with what is done about it."""
    number: int = asking.path["number"]
    reason = " ".join(asking.form.get("reason", "").split())
    if trouble := reason_trouble(asking, reason):
        return fleet_page(asking, trouble)
    event = asking.event(WebEventKind.ACKNOWLEDGED, f"alarm {number}")
    outcome = asking.context.fleet.alarms.acknowledge(number, reason, event)
    if outcome is AcknowledgeOutcome.UNKNOWN:
        return error_page(asking.context, HTTPStatus.NOT_FOUND)
    if outcome is AcknowledgeOutcome.TWICE:
        return fleet_page(asking, "twice")
    return see_other(FLEET_PATH)


def fleet_page(asking: PageRequest, trouble: str = "") -> Response:
    """Return the page, with the words of `trouble` ("" for none)."""
    context = asking.context
    fleet, policy = context.fleet, context.fleet.policy
    lines = by_urgency(terminal_lines(context))
    show, at = asking.query.get("show", ""), asking.query.get("at", "")
    kept = [
        one
        for one in lines
        if (not show or one.state == show) and (not at or one.division.startswith(at))
    ]
    words = context.renderer.texts["fleet"]["troubles"].get(trouble, "")
    found = fleet.alarms.waiting(policy.alarms)
    mutes = fleet.acts.mutes(context.said_at())
    ring = fleet.rings.newest()
    return asking.page(
        "fleet.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if trouble else HTTPStatus.OK,
        counts=Counter(one.state.value for one in lines),
        states=[one.value for one in TerminalState],
        counties=draw_map(lines, context.public.divisions),
        cell=CELL,
        lines=kept[: policy.rows],
        rest=max(0, len(kept) - policy.rows),
        show=show,
        at=at,
        alarms=[one for one in found if _place(one) not in mutes],
        muted=[(one, mutes[_place(one)]) for one in found if _place(one) in mutes],
        shown=len(found),
        assignees=fleet.acts.assignees([one.number for one in found]),
        technicians=technicians(asking),
        mute_hours=policy.mute_hours,
        enrolments=fleet.enrolments.waiting(),
        confirming=context.policy.enrolment.confirming,
        point_name=context.point_name,
        progress=progress_of(ring, lines) if ring else None,
        waiting=fleet.alarms.count_waiting(),
        length=context.policy.web.reason_length,
        failure=words.format(length=context.policy.web.reason_length),
    )


def technicians(asking: PageRequest) -> list[str]:
    """Return the accounts to which an alarm can be assigned."""
    return [
        one.account.id
        for one in asking.context.accounts.all()
        if one.account.role is WebRole.TECHNICIAN and not one.is_disabled
    ]


def _place(entry: AlarmEntry) -> tuple[str, str]:
    """Return what a mute is for: the alarm's terminal and kind."""
    return entry.alarm.terminal, entry.alarm.kind.value


def terminal_lines(context: WebContext) -> list[TerminalLine]:
    """Return the rows of all terminals, by their codes."""
    points, now = context.points_book.points(), context.now()
    watched, policy = context.policy.alarms.devices, context.fleet.policy
    return [
        line_of(one, (context.point_name(one.point), division), now, policy, watched)
        for one in context.fleet.desk.terminals()
        for division in (points[one.point].division if one.point in points else "",)
    ]


PAGES = (
    WebPage("GET", FLEET_PATH, show_fleet, ROOM, "fleet"),
    WebPage("GET", "/fleet.csv", export_fleet, ROOM),
    WebPage("POST", "/fleet/alarms/{number:int}/acknowledge", acknowledge_fleet_alarm, ROOM),
)
