"""The step CONFIRMING: the person's decision on what others filed in their name (本人确认)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.confirmation import Decision
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import DecideFiling
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, attendance_of
from kiosk.visit.step_parts.navigation import cover_with, next_part
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.confirmation.page import confirming_page
from kiosk.visit.transition import Change, Effects, On, Step

WORDS = {Press.CONFIRM_FILING: Decision.CONFIRM, Press.REFUSE_FILING: Decision.REFUSE}


def may_decide(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a decision is still possible: none is on its way or was taken."""
    return visit.confirming.decision is None and visit.confirming.decided is None


def facts_unseen(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the offices add facts to the filing that the person has not been shown."""
    filings = visit.confirming.filings
    shown = visit.overlay is Overlay.FILED_FACTS
    return bool(filings and filings[0].facts) and not shown and visit.confirming.decision is None


def show_facts(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show the first part of what the offices add; the last one asks for the decision."""
    return replace(visit, overlay=Overlay.FILED_FACTS, display=replace(visit.display, part=0))


def mark_wrong(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Mark a fact that the offices add as wrong, or as right again."""
    wrong = visit.confirming.wrong ^ {what.value}
    return replace(visit, confirming=replace(visit.confirming, wrong=wrong))


def facts_shown(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page shows what the offices add."""
    return visit.overlay is Overlay.FILED_FACTS


def decide_filing(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Keep the decision that was pressed, until the central service answers."""
    return replace(
        visit,
        failure=None,
        overlay=Overlay.NONE,
        confirming=replace(visit.confirming, decision=WORDS[what.act]),
    )


def take_outcome(visit: Visit, what: FilingDecided, _context: Context) -> Visit:
    """Keep the state that the application has after the decision."""
    return replace(visit, failure=None, confirming=replace(visit.confirming, decided=what.state))


def show_not_sent(visit: Visit, what: FilingUndecided, _context: Context) -> Visit:
    """Show why the decision was not taken, and ask again."""
    return replace(visit, failure=what.failure, confirming=replace(visit.confirming, decision=None))


def another_waits(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether this filing can be left and another one follows."""
    return _may_go_on(visit) and len(visit.confirming.filings or ()) > 1


def last_one(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether this filing can be left; tried after `another_waits`, so none follows."""
    return _may_go_on(visit)


def next_filing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop this filing, so that the next one is asked about."""
    left = (visit.confirming.filings or ())[1:]
    return replace(
        visit,
        failure=None,
        confirming=replace(
            visit.confirming, filings=left, decision=None, decided=None, wrong=frozenset()
        ),
    )


def _may_go_on(visit: Visit) -> bool:
    return visit.confirming.decision is None or visit.confirming.decided is not None


def send_decision(change: Change[Any]) -> Effects:
    """Send the decision on the first filing to the central service."""
    visit, confirming = change.after, change.after.confirming
    assert confirming.filings
    assert confirming.decision is not None
    filing = confirming.filings[0]
    shown = filing.facts_mark if confirming.decision is Decision.CONFIRM else ""
    return (
        DecideFiling(
            attendance_of(visit),
            filing.application_id,
            confirming.decision,
            shown,
            tuple(sorted(confirming.wrong)) if shown else (),
        ),
    )


CONFIRMING = Step(
    stage=Stage.CONFIRMING,
    page=confirming_page,
    needs_proof=True,
    transitions=(
        On(Press.CONFIRM_FILING, when=facts_unseen, do=show_facts),
        On(Press.TOGGLE, when=facts_shown, do=mark_wrong),
        On(Press.CONFIRM_FILING, when=may_decide, do=decide_filing, effects=send_decision),
        On(Press.REFUSE_FILING, when=may_decide, do=decide_filing, effects=send_decision),
        On(FilingDecided, do=take_outcome),
        On(FilingUndecided, do=show_not_sent),
        On(Press.PLAN, do=cover_with(Overlay.FILED_SERVICES)),
        On(Press.MORE, do=next_part),
        On(Press.DECIDE_LATER, when=another_waits, do=next_filing),
        On(Press.DECIDE_LATER, to=Stage.FACTS, when=last_one, do=next_filing),
        On(Press.NEXT, when=another_waits, do=next_filing),
        On(Press.NEXT, to=Stage.FACTS, when=last_one, do=next_filing),
    ),
)
