"""Actions on answers and chosen services, and what is still open."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.records.filing import TextEntry
from kiosk.visit.state import Visit, open_papers, situation_of


def unanswer(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Remove the latest answer, so that its question is asked again."""
    last = list(visit.answers)[-1]
    answers = {name: text for name, text in visit.answers.items() if name != last}
    entry = TextEntry(by_letters=visit.entry.by_letters)
    return replace(
        visit, answers=answers, failure=None, entry=entry, display=replace(visit.display, part=0)
    )


def leave_out(visit: Visit, code: str, context: Context) -> Visit:
    """Return the visit without the service `code` and those that cannot be had without it."""
    out = {code} | context.book.catalogue.followers(code, situation_of(visit).route)
    return replace(
        visit,
        failure=None,
        choice=replace(
            visit.choice,
            unwanted=visit.choice.unwanted | out,
            ticked=visit.choice.ticked - out,
            insisted=visit.choice.insisted - out,
        ),
    )


def something_answered(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether any question was answered."""
    return bool(visit.answers)


def papers_open(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether a paper of the chosen services is not settled."""
    return bool(open_papers(visit, context.book))
