"""The person's word on what somebody filed in their name (本人确认). Pure.

It is asked once in a visit, right after the proof and before any fact is shown. What is left for
later stays with the central service, and so does what could not be sent.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.application.confirmation import Decision
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.page import Act
from kiosk.visit.state import Visit

WORDS = {Act.CONFIRM_FILING: Decision.CONFIRM, Act.REFUSE_FILING: Decision.REFUSE}


def something_waits(_visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether anything was filed in this person's name that they have not decided upon."""
    return bool(expect(ev.FilingsKnown, what).filings)


def take_filings(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Keep what waits for the person's word."""
    return replace(visit, filings=expect(ev.FilingsKnown, what).filings)


def may_decide(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether the question stands on the page: no word is on its way or was taken."""
    return visit.decision is None and visit.decided is None


def decide(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Send the person's word."""
    return replace(visit, decision=WORDS[expect(ev.Press, what).act], failure=None)


def take_outcome(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Show what the application has come to."""
    return replace(visit, decided=expect(ev.FilingDecided, what).state, failure=None)


def note_not_sent(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Ask again: the word was not taken, and the page says why."""
    return replace(visit, decision=None, failure=expect(ev.FilingUndecided, what).failure)


def another_waits(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether another application follows, once this one is decided or left."""
    return _may_go_on(visit) and len(visit.filings or ()) > 1


def last_one(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether no other application follows."""
    return _may_go_on(visit)


def go_on(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Leave this application: the next one is asked about, or the visit goes on."""
    left = (visit.filings or ())[1:]
    return replace(visit, filings=left, decision=None, decided=None, failure=None)


def _may_go_on(visit: Visit) -> bool:
    return visit.decision is None or visit.decided is not None
