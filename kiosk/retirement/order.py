"""The dates of an application: when each part can begin, what it waits for, its promised day.

`schedule` is the only place where these dates are counted, on the terminal and at the central
service; kiosk/retirement/due_dates.py groups the parts for announcement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import Catalogue, DayUnit, Limit, Service
from kiosk.retirement.eligibility import sorted_by_need
from kiosk.retirement.months import Month

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """The order and dates of one service in an application.

    It begins in the month `since` (None: now), when any of `waits_any` and all of `waits_all` are
    done. `due` is the promised day, None where the person has to do something first; `basis` is
    that of the promise. `lawful` is the last day the law allows, None where it names none.
    `unannounced_years` and `lawful_unannounced_years` have no holiday notice yet, so the day may
    move.
    """

    code: str
    since: Month | None
    waits_any: tuple[str, ...]
    waits_all: tuple[str, ...]
    due: date | None
    basis: str
    lawful: date | None
    unannounced_years: tuple[int, ...]
    lawful_unannounced_years: tuple[int, ...]
    same_day: bool

    @property
    def begins_at_once(self) -> bool:
        """Return whether the part waits for nothing."""
        return not (self.waits_any or self.waits_all or self.since)

    @property
    def expected(self) -> bool:
        """Return whether the promised day may still move, because a holiday notice is missing."""
        return bool(self.unannounced_years)


@dataclass(frozen=True)
class DateFrame:
    """The day of acceptance, from which dates are counted, and the days off.

    `due` is the last day that the central service promised in its receipt, None while it is not
    known. It replaces the latest of all days counted here; no other day is moved behind it.
    """

    accepted: date
    holidays: Holidays
    due: date | None = None


def schedule(
    catalogue: Catalogue, chosen: Mapping[str, Month | None], frame: DateFrame
) -> Mapping[str, Part]:
    """Return the dates of each chosen part, by code, in the order of handling.

    `chosen` holds for each service the first month in which it can be had, None for now; a month
    that has begun counts as now. Days count from the day after acceptance. No part is promised
    later than the whole application, and the central service's own last day wins (`DateFrame.due`).
    What can only be had later is promised from the first day of its month, and what the person has
    to act on first (`waits_for_person`) has no day.

    `frame` is the day of acceptance, with the days off.
    """
    parts: dict[str, Part] = {}
    for service in sorted_by_need(catalogue):
        if service.code in chosen:
            since = _ahead(chosen[service.code], frame.accepted)
            parts[service.code] = _part(catalogue, service, since, parts, frame)
    settled = _with_last_day(parts, frame, catalogue.offices.promised.basis)
    return {one.code: settled[one.code] for one in catalogue.in_order() if one.code in parts}


def last_due(parts: Mapping[str, Part]) -> date | None:
    """Return the latest promised day; None where no part has one."""
    return max((part.due for part in parts.values() if part.due is not None), default=None)


def first_day(part: Part, accepted: date) -> date:
    """Return the first day on which the part's office may begin."""
    return date(part.since.year, part.since.month, 1) if part.since else accepted


def _ahead(since: Month | None, accepted: date) -> Month | None:
    return since if since is not None and since > Month.of_day(accepted) else None


def _with_last_day(parts: Mapping[str, Part], frame: DateFrame, basis: str) -> Mapping[str, Part]:
    """Return the parts with the central service's last day in place of the latest one.

    A part keeps its own day where that last day lies before the part can begin: receipts of
    services before version 0.2 count 15 working days for every part, also for one that begins in a
    later month.
    """
    last = last_due(parts)
    if frame.due is None or last is None:
        return parts
    moved = {}
    for code, part in parts.items():
        due = part.due
        if due is not None:
            due = frame.due if due == last else min(due, frame.due)
        if due is None or due == part.due or due < first_day(part, frame.accepted):
            moved[code] = part
            continue
        years = frame.holidays.unannounced_years(frame.accepted, due)
        same_day = due == frame.accepted
        moved[code] = replace(
            part, due=due, basis=basis, unannounced_years=years, same_day=same_day
        )
    return moved


def _part(
    catalogue: Catalogue,
    service: Service,
    since: Month | None,
    parts: Mapping[str, Part],
    frame: DateFrame,
) -> Part:
    waits_any = tuple(code for code in service.needs_any if code in parts)
    first = (*service.after, *service.needs_all)
    waits_all = tuple(code for code in first if code in parts)
    opens = date(since.year, since.month, 1) - _DAY if since else frame.accepted
    start = max(frame.accepted, opens)
    promise = catalogue.offices.promised
    whole = end_of(promise, start, frame.holidays)
    waited = [parts[code].due for code in (*waits_any, *waits_all)]
    begins = max([start, *(day for day in waited if day is not None)])
    lawful = end_of(service.statutory, begins, frame.holidays) if service.statutory else None
    due, basis = whole, promise.basis
    for limit in (service.promised, service.statutory):
        if limit is not None and (end := end_of(limit, begins, frame.holidays)) < due:
            due, basis = end, limit.basis
    if since is not None:  # what takes no day at all is done on the first of its month
        due = max(due, opens + _DAY)
        lawful = lawful and max(lawful, opens + _DAY)
    dated = not service.waits_for_person and None not in waited
    return Part(
        code=service.code,
        since=since,
        waits_any=waits_any,
        waits_all=waits_all,
        due=due if dated else None,
        basis=basis,
        lawful=lawful if dated else None,
        unannounced_years=frame.holidays.unannounced_years(frame.accepted, due) if dated else (),
        lawful_unannounced_years=(
            frame.holidays.unannounced_years(frame.accepted, lawful) if dated and lawful else ()
        ),
        same_day=dated and due == frame.accepted,
    )


def end_of(limit: Limit, start: date, holidays: Holidays) -> date:
    """Return the last day of a limit that counts from the day after `start`."""
    if limit.unit is DayUnit.DAY:
        return start + timedelta(days=limit.days)
    return add_working_days(start, limit.days, holidays)
