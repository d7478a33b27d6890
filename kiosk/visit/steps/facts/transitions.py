"""The step FACTS: filings to confirm, dates, shared facts, and a draft to go on with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.application.document import Way
from kiosk.pages.press import Press
from kiosk.retirement.age import Category
from kiosk.retirement.situation import Route
from kiosk.visit.context import Context
from kiosk.visit.effects import DropDraft, FetchFacts, FetchFilings, PrintSlip
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.press_codec import SHOWN_PICK
from kiosk.visit.records.facts import Draft, StartedElsewhere, ToldKind
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import (
    Purpose,
    Visit,
    acts_for_another,
    asks_kind,
    attendance_of,
    card_of,
    chosen,
    sees_facts,
    situation_of,
)
from kiosk.visit.step_parts.assessment import assess_as, assess_facts
from kiosk.visit.step_parts.devices import (
    begin_printing,
    end_printing,
    show_print_failure,
    without_printing,
)
from kiosk.visit.step_parts.draft import draft_of, is_filing, look_for_drafts, restore
from kiosk.visit.step_parts.navigation import cover_with, next_part, not_first_part, previous_part
from kiosk.visit.step_parts.retirement_options import ON_TIME, SOONEST
from kiosk.visit.step_parts.shared_facts import part_count
from kiosk.visit.steps.facts.draft_record import RESUMED
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown, FilingsKnown
from kiosk.visit.steps.facts.outlook_page import outlook_of, outlook_slip
from kiosk.visit.steps.facts.page import facts_page
from kiosk.visit.supplied_papers import is_for_them, keep_supplied, with_supplied
from kiosk.visit.transition import Change, Effects, On, Step


def may_offer(visit: Visit, what: DraftBegun, context: Context) -> bool:
    """Return whether a filing started elsewhere may be offered.

    It must be this person's, who files for themselves and has nothing else to decide or answered
    yet.
    """
    free = visit.facts.draft is None and not visit.answers
    return is_for_them(visit, what, context) and free


def offer_begun(visit: Visit, what: DraftBegun, context: Context) -> Visit:
    """Keep the filing started elsewhere and offer it as a draft."""
    return offer(replace(visit, begun=what.begun), context.book)


def take_facts(visit: Visit, what: FactsKnown, context: Context) -> Visit:
    """Keep the shared facts, and offer what was started elsewhere."""
    return offer(keep_facts(visit, what, context), context.book)


def take_no_facts(visit: Visit, what: FactsUnknown, context: Context) -> Visit:
    """Go on without shared facts, and offer what was started elsewhere all the same."""
    return offer(continue_without_facts(visit, what, context), context.book)


def offer(visit: Visit, book: ReferenceData) -> Visit:
    """Return the visit with the filing started elsewhere as its draft; dropped if it cannot be."""
    begun = visit.begun
    if begun is None or not is_filing(visit):
        return replace(visit, begun=None)
    facts = replace(visit.facts, draft=_draft(visit, begun, book), draft_from=begun.by)
    return replace(with_supplied(visit, begun), begun=None, facts=facts)


def _draft(visit: Visit, begun: StartedElsewhere, book: ReferenceData) -> Draft:
    offered, wanted = set(chosen(visit, book)), set(begun.services)
    return replace(
        draft_of(visit),
        unwanted=tuple(sorted(offered - wanted)),
        ticked=tuple(sorted(wanted - offered)),
        answers=begun.answers,
    )


def resume_draft(visit: Visit, _what: Event, context: Context) -> Visit:
    """Restore the draft as far as it still fits.

    The application names the way in which the draft was started, unless somebody of the staff
    helps: then it names that way.
    """
    way = visit.facts.draft_from if visit.staff.session is None else visit.on_behalf.way
    return replace(
        base := restore(visit, context),
        on_behalf=replace(base.on_behalf, way=way),
        facts=replace(base.facts, draft_from=Way.SELF),
    )


def discard_draft(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Drop the draft."""
    return replace(visit, facts=replace(visit.facts, draft=None, draft_from=Way.SELF))


def is_kind(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the kind of insurance is asked for and the press names one."""
    return asks_kind(visit) and what.value in set(ToldKind)


def tell_kind(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Keep what the person says about their insurance, and assess again."""
    told = replace(visit, told_kind=ToldKind(what.value))
    return assess_as(told, situation_of(visit).estimate.category, context)


def kind_asked(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the kind of insurance is still to be told."""
    return asks_kind(visit)


def kind_was_told(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person told how they are insured."""
    return visit.told_kind is not None


def ask_kind_again(visit: Visit, _what: Event, context: Context) -> Visit:
    """Forget the kind of insurance that was told, and what followed from it."""
    return assess_facts(
        replace(visit, told_kind=None, facts=replace(visit.facts, declared=None)),
        visit.facts.shared,
        context,
    )


def keep_facts(visit: Visit, what: FactsKnown, context: Context) -> Visit:
    """Keep the shared facts and assess the person by them."""
    return assess_facts(visit, what.facts, context)


def continue_without_facts(visit: Visit, what: FactsUnknown, context: Context) -> Visit:
    """Assess the person by the card alone, and show why there are no facts."""
    failure = what.failure
    return replace(assess_facts(visit, None, context), failure=failure)


def take_open_case(visit: Visit, what: FactsKnown, context: Context) -> Visit:
    """Turn the visit to the case that is under way, of which nobody may file a part twice."""
    known = assess_facts(visit, what.facts, context)
    return replace(known, progress=replace(known.progress, own=what.facts.open_case))


def choose_time(visit: Visit, what: Pressed, context: Context) -> Visit:
    """Take the month, route or category picked (kiosk/visit/step_parts/retirement_options.py)."""
    picked, case = what.value, situation_of(visit)
    visit = replace(visit, overlay=Overlay.NONE)
    if picked in set(Category):
        declared = replace(visit, facts=replace(visit.facts, declared=Category(picked)))
        return assess_as(declared, Category(picked), context)
    if picked in set(Route):
        return replace(visit, facts=replace(visit.facts, situation=case.along(Route(picked))))
    month = case.soonest_noticed if picked == SOONEST else case.first.later(int(picked))
    return replace(visit, facts=replace(visit.facts, situation=case.retiring(month)))


def same_time(visit: Visit, what: Pressed, _context: Context) -> bool:
    """Return whether the person looked at other months and picked the one offered first."""
    picked = what.value
    looked = visit.overlay is Overlay.OTHER_TIME and situation_of(visit).route is Route.AGE
    return looked and picked == ON_TIME and situation_of(visit).retire == situation_of(visit).first


def keep_time(visit: Visit, _what: Event, context: Context) -> Visit:
    """Go on to the facts, if any are shown, since the page of dates would say nothing new."""
    return replace(
        visit,
        overlay=Overlay.NONE,
        display=replace(visit.display, part=min(1, part_count(visit, context.book) - 1)),
    )


def has_outlook(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether something can be said of what later months bring."""
    looks = visit.overlay is Overlay.OTHER_TIME
    return looks and outlook_of(visit, context.book) is not None


def show_outlook(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show what later months bring; an earlier print is not spoken of."""
    return replace(without_printing(visit), failure=None, overlay=Overlay.OUTLOOK)


def may_print_outlook(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page of later months is open and not being printed."""
    return visit.overlay is Overlay.OUTLOOK and not visit.display.printing


def outlook_is_open(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the page of later months is open."""
    return visit.overlay is Overlay.OUTLOOK


def print_outlook(change: Change[Any]) -> Effects:
    """Print what later months bring."""
    return (PrintSlip(outlook_slip(change.after, change.context.book)),)


def offer_draft(visit: Visit, what: DraftFound, _context: Context) -> Visit:
    """Keep the draft that was found, until the person decides whether to go on with it."""
    return replace(visit, facts=replace(visit.facts, draft=what.draft))


def dispute_fact(visit: Visit, what: Pressed, _context: Context) -> Visit:
    """Mark a shared fact as wrong, or as right again; a reviewer will look at it."""
    return replace(visit, facts=replace(visit.facts, disputed=visit.facts.disputed ^ {what.value}))


def case_is_open(_visit: Visit, what: FactsKnown, _context: Context) -> bool:
    """Return whether this person has a case under way."""
    return bool(what.facts.open_case)


def is_prepared(visit: Visit, what: FactsKnown, _context: Context) -> bool:
    """Return whether the central service prepared a filing, and nothing else was begun."""
    begun = visit.begun is not None or bool(what.facts.waiting_unit)
    own = visit.purpose is Purpose.FILE and not acts_for_another(visit)
    return what.facts.prepared and own and not begun


def facts_are_hidden(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether shared facts may not be shown; then they were not asked for, either."""
    return not sees_facts(visit)


def came_to_ask(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person came for the progress of a case."""
    return visit.purpose is Purpose.PROGRESS


def may_resume(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person's own draft may be offered, none being offered from elsewhere."""
    return is_filing(visit) and visit.facts.draft_from is Way.SELF


def draft_offered(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether a draft waits for the person's decision."""
    return is_filing(visit) and visit.facts.draft is not None


def situation_known(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the facts have come, or it is known that they won't."""
    return visit.facts.situation is not None


def more_facts(visit: Visit, _what: Event, context: Context) -> bool:
    """Return whether another part of the facts follows."""
    is_known = visit.facts.situation is not None
    return is_known and visit.display.part + 1 < part_count(visit, context.book)


def something_waits(_visit: Visit, what: FilingsKnown, _context: Context) -> bool:
    """Return whether the person has not decided on something filed in their name."""
    return bool(what.filings)


def take_filings(visit: Visit, what: FilingsKnown, _context: Context) -> Visit:
    """Keep the filings that the person has to decide on."""
    return replace(visit, confirming=replace(visit.confirming, filings=what.filings))


def fetch_facts(change: Change[Any]) -> Effects:
    """Ask for filings in this person's name first, then for the shared facts."""
    visit = change.after
    if visit.confirming.filings is None and not acts_for_another(visit):
        # The facts follow: `take_filings` enters this stage again.
        return (FetchFilings(attendance_of(visit)),)
    return (FetchFacts(attendance_of(visit)),) if visit.facts.situation is None else ()


def look_for_drafts_once_filing(change: Change[Any]) -> Effects:
    """Look for drafts when this change has made filing possible."""
    begins = is_filing(change.after) and not is_filing(change.before)
    return look_for_drafts(change) if begins else ()


def drop_decided_draft(change: Change[Any]) -> Effects:
    """Destroy the draft that was decided on, unless resuming it changed the visit."""
    decided = change.before.facts.draft and not change.after.facts.draft
    if not decided or draft_of(change.before) != draft_of(change.after):
        return ()  # what is gone on with stays on the disk until it is changed or handed in
    return (DropDraft(card_of(change.after).number),)


FACTS = Step(
    stage=Stage.FACTS,
    page=facts_page,
    needs_proof=True,
    back_from_first_part=False,
    enter=fetch_facts,
    recorded={Press.PICK: SHOWN_PICK, Press.RESUME: RESUMED},
    transitions=(
        On(FilingsKnown, when=facts_are_hidden),
        On(FilingsKnown, to=Stage.CONFIRMING, when=something_waits, do=take_filings),
        On(FilingsKnown, do=take_filings, again=True),
        On(FactsKnown, when=facts_are_hidden, effects=look_for_drafts_once_filing),
        On(FactsUnknown, when=facts_are_hidden, effects=look_for_drafts_once_filing),
        On(FactsKnown, to=Stage.PROGRESS, when=case_is_open, do=take_open_case),
        On(FactsKnown, to=Stage.PROGRESS, when=came_to_ask, do=keep_facts),
        On(FactsKnown, to=Stage.PREPARED, when=is_prepared, do=keep_facts),
        On(FactsKnown, do=take_facts, effects=look_for_drafts_once_filing),
        On(FactsUnknown, to=Stage.PROGRESS, when=came_to_ask, do=continue_without_facts),
        On(FactsUnknown, do=take_no_facts, effects=look_for_drafts_once_filing),
        On(DraftFound, when=may_resume, do=offer_draft),
        On(DraftBegun, when=may_offer, do=offer_begun),
        On(DraftBegun, when=is_for_them, do=keep_supplied),
        On(Press.RESUME, when=draft_offered, do=resume_draft, effects=drop_decided_draft),
        On(Press.START_ANEW, when=draft_offered, do=discard_draft, effects=drop_decided_draft),
        On(Press.OTHER_TIME, do=cover_with(Overlay.OTHER_TIME)),
        On(Press.OTHER_WAY, do=cover_with(Overlay.OTHER_WAY)),
        On(Press.WHY, when=has_outlook, do=show_outlook),
        On(Press.PRINT, when=may_print_outlook, do=begin_printing, effects=print_outlook),
        On(PrintFailed, when=outlook_is_open, do=show_print_failure),
        On(Printed, when=outlook_is_open, do=end_printing),
        On(Press.PICK, when=is_kind, do=tell_kind),
        # Until the kind of insurance is told, another press is no pick of a month.
        On(Press.PICK, when=kind_asked),
        On(Press.PICK, when=same_time, do=keep_time),
        On(Press.PICK, do=choose_time),
        On(Press.TOGGLE, do=dispute_fact),
        On(Press.NEXT, when=kind_asked),
        On(Press.NEXT, when=more_facts, do=next_part),
        On(Press.NEXT, to=Stage.CHOOSE, when=situation_known),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.BACK, when=kind_was_told, do=ask_kind_again),
    ),
)
