"""Pages that the employer handed in before the visit: they go with the application all the same.

The person decides on what the employer filled in, not on what the employer owes the office: the
pages stay when the person starts anew, and when a draft of their own is offered instead.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.authority import same_person
from kiosk.visit.context import Context
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.draft import is_filing


def is_for_them(visit: Visit, what: DraftBegun, _context: Context) -> bool:
    """Return whether a filing started elsewhere is of the person, who files for themselves."""
    card = visit.identity.card
    return card is not None and same_person(what.begun.number, card.number) and is_filing(visit)


def keep_supplied(visit: Visit, what: DraftBegun, _context: Context) -> Visit:
    """Keep the pages of a filing that is not offered itself."""
    return with_supplied(visit, what.begun)


def with_supplied(visit: Visit, begun: StartedElsewhere) -> Visit:
    """Return the visit with the pages that came with a filing started elsewhere."""
    return replace(visit, papers=replace(visit.papers, supplied=dict(begun.papers)))
