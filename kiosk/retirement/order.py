"""What can begin at once, what waits for what, and by when is each part promised?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import Catalogue, DayUnit, Limit, Service
from kiosk.retirement.eligibility import sorted_by_need
from kiosk.retirement.months import Month

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One service on its way.

    It begins in the month `since` (None: now), when any of `waits_any` and all of `waits_all` are
    done. `due` is the promised day, None where the person has to do something first; `basis` is
    that of the promise. `lawful` is the last day the law allows, None where it names none.
    `open_years` and `lawful_open_years` have no holiday notice yet, so the day may move.
    """

    code: str
    since: Month | None
    waits_any: tuple[str, ...]
    waits_all: tuple[str, ...]
    due: date | None
    basis: str
    lawful: date | None
    open_years: tuple[int, ...]
    lawful_open_years: tuple[int, ...]
    same_day: bool

    @property
    def begins_at_once(self) -> bool:
        """Tell whether it waits for nothing."""
        return not (self.waits_any or self.waits_all or self.since)

    @property
    def expected(self) -> bool:
        """Tell whether the promised day may still move."""
        return bool(self.open_years)


@dataclass(frozen=True)
class Frame:
    """From where dates are counted; `due` is the central service's day for the whole, if known."""

    accepted: date
    holidays: Holidays
    due: date | None = None


def schedule(
    catalogue: Catalogue, chosen: Mapping[str, Month | None], frame: Frame
) -> Mapping[str, Part]:
    """Return each chosen part, counted from the day after acceptance, in the order of handling.

    `chosen` says for each service from which month it can be had, None for now. No part is
    promised later than the whole, and the central service's own day for the whole always wins;
    what can be had later only is promised from the first day of its month.
    """
    parts: dict[str, Part] = {}
    for service in sorted_by_need(catalogue):
        if service.code in chosen:
            since = chosen[service.code]
            parts[service.code] = _part(catalogue, service, since, parts, frame)
    return {one.code: parts[one.code] for one in catalogue.in_order() if one.code in parts}


def _part(
    catalogue: Catalogue,
    service: Service,
    since: Month | None,
    parts: Mapping[str, Part],
    frame: Frame,
) -> Part:
    waits_any = tuple(code for code in service.needs_any if code in parts)
    waits_all = tuple(code for code in service.needs_all if code in parts)
    opens = date(since.year, since.month, 1) - _DAY if since else frame.accepted
    start = max(frame.accepted, opens)
    promise = catalogue.offices.promised
    own = frame.due if start == frame.accepted else None
    whole = own or _end(start, promise, frame.holidays)
    waited = [parts[code].due for code in (*waits_any, *waits_all)]
    begins = max([start, *(day for day in waited if day is not None)])
    lawful = _end(begins, service.statutory, frame.holidays) if service.statutory else None
    due, basis = whole, promise.basis
    for limit in (service.promised, service.statutory):
        if limit is not None and (end := _end(begins, limit, frame.holidays)) < due:
            due, basis = end, limit.basis
    dated = not service.open_ended and None not in waited
    return Part(
        code=service.code,
        since=since,
        waits_any=waits_any,
        waits_all=waits_all,
        due=due if dated else None,
        basis=basis,
        lawful=lawful if dated else None,
        open_years=frame.holidays.open_years(frame.accepted, due) if dated else (),
        lawful_open_years=(
            frame.holidays.open_years(frame.accepted, lawful) if dated and lawful else ()
        ),
        same_day=dated and due == frame.accepted,
    )


def _end(start: date, limit: Limit, holidays: Holidays) -> date:
    if limit.unit is DayUnit.DAY:
        return start + timedelta(days=limit.days)
    return add_working_days(start, limit.days, holidays)
