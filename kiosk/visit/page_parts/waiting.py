"""The words of pages that wait for the machine or for an answer."""

from __future__ import annotations

from kiosk.pages.page import PageWait
from kiosk.visit.reference_data import ReferenceData


def waiting_for(what: str, book: ReferenceData) -> PageWait:
    """Return the words that follow when it takes long: what may be the reason, then a way out.

    `what` is a key of the table `waits` of config/texts/pages.toml.
    """
    reason, way_out = book.words["waits"][what]
    limits = book.settings.visit
    return PageWait(
        ((limits.reason_after_seconds, reason), (limits.way_out_after_seconds, way_out))
    )
