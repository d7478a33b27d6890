"""Dates of an application in words, the same for pages, voice and slip.

Every date comes from `schedule` (kiosk/retirement/order.py), counted from the day on which the
central service accepted the application, and bounded by the last day that its receipt names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from kiosk.application.authority import confirm_by
from kiosk.civil_time import civil_day
from kiosk.date_words import day_words
from kiosk.pages.page import Stop
from kiosk.retirement.due_dates import DueGroup, DueKind, group_by_due
from kiosk.retirement.materials import RequestedPaper, requested_papers
from kiosk.retirement.order import DateFrame, Part, schedule
from kiosk.retirement.plan import months_of
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, chosen, paper_set, verdicts


def accepted_on(visit: Visit) -> date:
    """Return the day from which dates count: the receipt's, or the signature's without one."""
    assert visit.signature.confirmed_at is not None
    return civil_day(
        visit.outcome.receipt.received_at if visit.outcome.receipt else visit.signature.confirmed_at
    )


def parts_of(visit: Visit, book: ReferenceData) -> Mapping[str, Part]:
    """Return the parts of what is filed with their dates, in the order of handling."""
    months = months_of(verdicts(visit, book), chosen(visit, book))
    due = visit.outcome.receipt.due_on if visit.outcome.receipt else None
    return schedule(book.catalogue, months, DateFrame(accepted_on(visit), book.holidays, due))


def requested_of(visit: Visit, book: ReferenceData) -> tuple[RequestedPaper, ...]:
    """Return the papers that an office asks the employer for, with their last day."""
    frame = DateFrame(accepted_on(visit), book.holidays)
    return requested_papers(book.catalogue, paper_set(visit, book), frame)


def due_words(due: date, year: int, book: ReferenceData, *, expected: bool) -> str:
    """Return a promised day, `due`, in words.

    The year is told unless it is `year`; `expected` adds 预计, because the day may still move.
    """
    said = day_words(due, year)
    return str(book.words["due"]["expected"].format(due=said)) if expected else said


def slip_lines(visit: Visit, book: ReferenceData) -> Iterator[str]:
    """Yield the slip's lines about dates: one for each kind of part, then the caveat."""
    words, groups = book.words["slip"], group_by_due(parts_of(visit, book))
    for group in groups:
        key = f"{group.kind}_all" if len(groups) == 1 else group.kind
        yield words[key].format_map(_figures(group, visit, book))
    yield words["binding"]


def stops_of(visit: Visit, book: ReferenceData) -> Iterator[Stop]:
    """Yield the stops on the receipt page that follow today's."""
    words, groups = book.words["receipt"], group_by_due(parts_of(visit, book))
    is_only = len(groups) == 1
    if is_only and groups[0].kind is not DueKind.LATER:
        first = words["next_what"] if _holds_route(groups[0], book) else words["next_other"]
        yield Stop(words["next"], first, "now")
    for group in groups:
        figures = _figures(group, visit, book)
        is_whole = is_only and group.kind is not DueKind.OPEN
        what = words["last_what"] if is_whole else words[f"{group.kind}_what"].format_map(figures)
        state = "now" if group.kind is DueKind.NOW and not is_only else "later"
        when = words["open_alone"] if is_only and not is_whole else words[group.kind]
        yield Stop(when.format_map(figures), what, state)


def _figures(group: DueGroup, visit: Visit, book: ReferenceData) -> Mapping[str, object]:
    """Return the values that the words of a group may fill in."""
    services = book.catalogue.services
    waits = dict.fromkeys(services[code].waits_for_person for code in group.codes)
    figures = {"count": len(group.codes), "waits": "、".join(filter(None, waits))}
    if group.since is not None:
        figures["month"] = group.since.words()
    if group.due is not None:
        year = group.since.year if group.since else accepted_on(visit).year
        figures["due"] = due_words(group.due, year, book, expected=group.expected)
    return figures


def _holds_route(group: DueGroup, book: ReferenceData) -> bool:
    """Return whether a way to the pension is in the group: its office checks the claim first."""
    return any(book.catalogue.services[code].exclusive_group for code in group.codes)


def last_day_to_confirm(visit: Visit, book: ReferenceData) -> date:
    """Return the last day on which the person may confirm what was just handed in."""
    assert visit.signature.confirmed_at is not None
    return confirm_by(civil_day(visit.signature.confirmed_at), book.authority)
