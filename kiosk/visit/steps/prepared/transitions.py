"""The steps PREPARED and OPT_OUT: what the central service prepared is taken, or given up.

What fits leads to the page that is signed at once. Where the person's own facts, services or month
are others than those it was prepared for, nothing of it counts and the visit goes the usual way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.records.facts import PreparedUse
from kiosk.visit.records.filing import PaperChoices, ServiceChoice
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, attendance_of, chosen, remaining_questions, situation_of
from kiosk.visit.step_parts.answers import papers_open
from kiosk.visit.step_parts.draft import draft_of, look_for_drafts, restore
from kiosk.visit.step_parts.navigation import show_failure
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)
from kiosk.visit.steps.prepared.page import opt_out_page, prepared_page
from kiosk.visit.steps.prepared.requests import FetchPrepared, OptOut
from kiosk.visit.transition import Change, Effects, On, Step


def is_other(visit: Visit, what: PreparedKnown, context: Context) -> bool:
    """Return whether it was prepared for another month or other services than are offered now."""
    services = set(chosen(visit, context.book))
    return what.month != situation_of(visit).first or set(what.services) != services


def show_changed(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that what was prepared counts no more."""
    return replace(visit, failure=Failure.PREPARED_CHANGED)


def take_prepared(visit: Visit, what: PreparedKnown, context: Context) -> Visit:
    """Take the prepared answers, as far as each still fits; the person reads all before signing."""
    draft = replace(draft_of(visit), answers=what.answers)
    filled = restore(replace(visit, facts=replace(visit.facts, draft=draft)), context)
    facts = replace(filled.facts, prepared_use=PreparedUse.SHOWN, looks=what.looks)
    return replace(filled, facts=facts)


def asks_more(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether something is left that only the person can answer."""
    return bool(remaining_questions(visit, context.book))


def begin_erasing(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark that what was prepared is being erased."""
    facts = replace(visit.facts, prepared_use=PreparedUse.ERASING)
    return replace(visit, failure=None, facts=facts)


def forget_prepared(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget here, too, what was prepared and what was filled in upon it."""
    facts = replace(visit.facts, prepared_use=PreparedUse.ERASED, looks=())
    return replace(visit, answers={}, choice=ServiceChoice(), papers=PaperChoices(), facts=facts)


def keep_prepared(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Go back to what was prepared."""
    return replace(visit, facts=replace(visit.facts, prepared_use=PreparedUse.SHOWN))


def show_not_erased(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that it is not erased, and ask again."""
    facts = replace(visit.facts, prepared_use=PreparedUse.SHOWN)
    return replace(visit, failure=Failure.PREPARED_NOT_ERASED, facts=facts)


def may_erase(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether it is neither erased nor being erased."""
    return visit.facts.prepared_use is PreparedUse.SHOWN


def is_erased(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether what was prepared is erased."""
    return visit.facts.prepared_use is PreparedUse.ERASED


def fetch_prepared(change: Change[Any]) -> Effects:
    """Ask for what was prepared."""
    return (FetchPrepared(attendance_of(change.after)),)


def send_opt_out(change: Change[Any]) -> Effects:
    """Ask the central service to erase it."""
    return (OptOut(attendance_of(change.after)),)


PREPARED = Step(
    stage=Stage.PREPARED,
    page=prepared_page,
    needs_proof=True,
    enter=fetch_prepared,
    transitions=(
        On(
            PreparedKnown,
            to=Stage.FACTS,
            when=is_other,
            do=show_changed,
            effects=look_for_drafts,
        ),
        On(PreparedKnown, to=Stage.FORM, do=take_prepared, outcome=asks_more),
        On(PreparedKnown, to=Stage.MATERIALS, do=take_prepared, outcome=papers_open),
        On(PreparedKnown, to=Stage.REVIEW, do=take_prepared),
        On(PreparedUnknown, to=Stage.FACTS, do=show_failure, effects=look_for_drafts),
    ),
)


OPT_OUT = Step(
    stage=Stage.OPT_OUT,
    page=opt_out_page,
    needs_proof=True,
    transitions=(
        On(Press.NO_PREPARING, when=may_erase, do=begin_erasing, effects=send_opt_out),
        On(OptedOut, do=forget_prepared),
        On(NotOptedOut, do=show_not_erased),
        On(Press.NEXT, to=Stage.FACTS, when=is_erased, effects=look_for_drafts),
        On(Press.BACK, to=Stage.FACTS, when=is_erased, effects=look_for_drafts),
        On(Press.BACK, to=Stage.REVIEW, do=keep_prepared),
    ),
)
