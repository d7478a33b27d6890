"""What can begin at once, what waits for what, and by when is each part promised?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.retirement.calendar import Holidays, add_working_days
from kiosk.retirement.catalogue import Catalogue, DayUnit, Limit, Service
from kiosk.retirement.eligibility import sorted_by_need


@dataclass(frozen=True)
class Part:
    """One service on its way.

    It begins when any of `waits_any` and all of `waits_all` are done. `due` is the promised day,
    `lawful` the last day the law allows, None where the law names none; `basis` is that of the
    promise. `expected`, `lawful_expected`: some year on the way has no holiday notice yet, so the
    day may move. `at_once`: it is done on the day of acceptance.
    """

    code: str
    waits_any: tuple[str, ...]
    waits_all: tuple[str, ...]
    due: date
    basis: str
    lawful: date | None
    expected: bool
    lawful_expected: bool
    at_once: bool

    @property
    def begins_at_once(self) -> bool:
        """Tell whether it waits for nothing."""
        return not (self.waits_any or self.waits_all)


def schedule(
    catalogue: Catalogue,
    chosen: Collection[str],
    accepted: date,
    holidays: Holidays,
    due: date | None = None,
) -> Mapping[str, Part]:
    """Return each chosen part, counted from the day after `accepted`, in the order of handling.

    No part is promised later than the whole. `due` is the central service's own day for the
    whole, which always wins.
    """
    whole = due or _end(accepted, catalogue.offices.promised, holidays)
    parts: dict[str, Part] = {}
    for service in sorted_by_need(catalogue):
        if service.code in chosen:
            parts[service.code] = _part(catalogue, service, parts, accepted, whole, holidays)
    return {one.code: parts[one.code] for one in catalogue.in_order() if one.code in parts}


def _part(
    catalogue: Catalogue,
    service: Service,
    parts: Mapping[str, Part],
    accepted: date,
    whole: date,
    holidays: Holidays,
) -> Part:
    waits_any = tuple(code for code in service.needs_any if code in parts)
    waits_all = tuple(code for code in service.needs_all if code in parts)
    begins = max([accepted, *(parts[code].due for code in (*waits_any, *waits_all))])
    lawful = _end(begins, service.statutory, holidays) if service.statutory else None
    promised, basis = whole, catalogue.offices.promised.basis
    for limit in (service.promised, service.statutory):
        if limit is not None and (end := _end(begins, limit, holidays)) < promised:
            promised, basis = end, limit.basis
    return Part(
        code=service.code,
        waits_any=waits_any,
        waits_all=waits_all,
        due=promised,
        basis=basis,
        lawful=lawful,
        expected=not holidays.announced(accepted, promised),
        lawful_expected=lawful is not None and not holidays.announced(accepted, lawful),
        at_once=promised == accepted,
    )


def _end(start: date, limit: Limit, holidays: Holidays) -> date:
    if limit.unit is DayUnit.DAY:
        return start + timedelta(days=limit.days)
    return add_working_days(start, limit.days, holidays)
