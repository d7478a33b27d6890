"""What does the runner have to do when a stage is entered or left?"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.delivery.scan_intake import PERSON, STAFF
from kiosk.visit.actions import application_of
from kiosk.visit.draft import draft_of, encode, is_filing, is_kept
from kiosk.visit.effects import (
    CapturePaper,
    CheckFace,
    CountPrincipals,
    DecideFiling,
    DropDraft,
    Effect,
    FetchBegun,
    FetchFacts,
    FetchFilings,
    FetchMonth,
    FetchProgress,
    FindDraft,
    HandInCorrection,
    KeepDraft,
    KeepPicture,
    LogIn,
    LogOut,
    LookAtDesk,
    PrintSlip,
    ReadCard,
    ReadCode,
    ReadHand,
    Remind,
    RingBell,
    ScanCode,
    SendRating,
    StopBell,
    Submit,
    WatchCard,
    Wipe,
)
from kiosk.visit.events import Happening, Press
from kiosk.visit.handbook import Handbook
from kiosk.visit.looking_at_papers import CAPTURING
from kiosk.visit.maintaining import OF_A_TECHNICIAN, effects_of_going_on, effects_of_maintaining
from kiosk.visit.mending import papers_of
from kiosk.visit.page import Act
from kiosk.visit.receipts import notice_of, slip_of
from kiosk.visit.stages import Stage
from kiosk.visit.state import (
    ShownPicture,
    Visit,
    acts_for_another,
    attendance_of,
    attendance_of_proxy,
    card_of,
    has_open_case,
)
from kiosk.visit.waiting import next_mark

ALWAYS: Mapping[Stage, Effect] = {
    Stage.CARD: ReadCard(),
    Stage.FINDING: ScanCode(),
    Stage.SCAN: ReadCode(),
    Stage.DESK: LookAtDesk(),
    Stage.WIPING: Wipe(),
}
"""What a stage asks for whoever enters it."""


def effects_of_entering(visit: Visit, book: Handbook) -> tuple[Effect, ...]:
    """Return what the stage that `visit` has just entered asks for."""
    number = visit.card.number if visit.card else ""
    if visit.stage in ALWAYS:
        return (ALWAYS[visit.stage],)
    if visit.capturing and visit.stage in CAPTURING:
        return (CapturePaper(visit.capturing),)
    if visit.stage in OF_A_TECHNICIAN:
        return effects_of_maintaining(visit, book)
    return _effects_of_the_persons_stage(visit, book, number)


def _effects_of_the_persons_stage(visit: Visit, book: Handbook, number: str) -> tuple[Effect, ...]:
    match visit.stage:
        case stage if wants_card(stage, visit):
            return (ReadCard(),)
        case Stage.LOGIN if visit.staff_card and not visit.typing:  # after a take-over that failed
            return (WatchCard(), *effects_of_waiting(visit))
        case Stage.REPORT if visit.staff:
            return (FetchMonth(visit.staff.id),)
        case Stage.AUTHORITY if visit.proxy is not None:
            return (CountPrincipals(attendance_of_proxy(visit), number),)
        case Stage.PROOF:
            return (CheckFace(attendance_of(visit), visit.turn_only),)
        case Stage.FACTS if visit.filings is None and not acts_for_another(visit):
            return (FetchFilings(attendance_of(visit)),)
        case Stage.FACTS if visit.situation is None:
            return (FetchFacts(attendance_of(visit)),)
        case Stage.SLIP | Stage.PROGRESS if has_open_case(visit):
            return (FetchProgress(visit.slip or visit.application_id),)
        case Stage.SUBMITTING:
            return (Submit(application_of(visit, book)), DropDraft(number))
        case Stage.GUIDE if visit.printing:
            return (PrintSlip(notice_of(book)),)
        case Stage.RECEIPT:
            return (PrintSlip(slip_of(visit, book)),)
        case _:
            return ()


def wants_card(stage: Stage, visit: Visit) -> bool:
    """Tell whether a card is waited for: of whom somebody acts for, or of the staff."""
    match stage:
        case Stage.PRINCIPAL:
            return not visit.typing
        case Stage.LOGIN | Stage.SECOND | Stage.WITNESS | Stage.HANDOVER:
            return not visit.staff_card and not visit.typing
        case Stage.VOUCHING:
            return bool(visit.vouch_reason) and not visit.staff_card and not visit.vouched_alone
    return False


def effects_of_leaving(
    before: Visit, decided: Visit, after: Visit, what: Happening
) -> tuple[Effect, ...]:
    """Return what is still to be done for the stage that was left.

    A grade once given is sent; what a proved person leaves half done is kept; it is no longer once
    it is handed in; and whoever begins to file after all may have left something.
    """
    out = before.staff or before.leaving
    stays = after.staff or after.leaving
    gone = () if out is None or stays is not None else (LogOut(out.id),)
    return (*_effects_of_the_persons_leaving(before, decided, after, what), *gone)


def _effects_of_the_persons_leaving(
    before: Visit, decided: Visit, after: Visit, what: Happening
) -> tuple[Effect, ...]:
    match before.stage, after.stage:
        case Stage.RATING, _ if decided.grade:
            reasons = (what.value,) if isinstance(what, Press) and what.act is Act.PICK else ()
            return (SendRating(decided.application_id, decided.grade, reasons),)
        case _, Stage.WIPING if is_kept(before):
            return (KeepDraft(card_of(before).number, encode(draft_of(before))),)
        case Stage.PROGRESS, Stage.FACTS:
            return _effects_of_beginning(after)
        case _:
            return ()


def effects_of_staying(before: Visit, after: Visit, book: Handbook) -> tuple[Effect, ...]:
    """Return what a step within a stage asks for.

    A PIN is looked at, or has to wait; a card of the staff is read once the reason is said; a draft
    is looked for, or decided upon.
    """
    if after.picture and after.picture.keeping:
        return () if before.picture == after.picture else (_keep_picture(after, after.picture),)
    if after.wait and after.wait != before.wait:
        return effects_of_waiting(after)
    if after.stage in OF_A_TECHNICIAN:
        return effects_of_going_on(before, after, book)
    if after.knocking and not before.knocking:
        relieves = after.leaving.id if after.leaving else ""
        return (LogIn(after.staff_card, after.typed, not after.typing, relieves),)
    if after.handing_in and not before.handing_in:
        return (HandInCorrection(papers_of(after)),)
    if after.staff_card and not before.staff_card and not after.typing:
        return (WatchCard(),)
    if after.vouch_reason and not before.vouch_reason:
        return (ReadCard(),)
    if after.strokes and after.strokes != before.strokes:
        return (ReadHand(after.strokes),)
    if after.decision and not before.decision:
        assert after.filings
        asked = after.filings[0].application_id
        return (DecideFiling(attendance_of(after), asked, after.decision),)
    if before.stage is not Stage.FACTS:
        return ()
    if is_filing(after) and not is_filing(before):
        return _effects_of_beginning(after)
    if not before.draft or after.draft or draft_of(before) != draft_of(after):
        return ()  # what is gone on with stays on the disk until it is changed or handed in
    return (DropDraft(card_of(after).number),)


def effects_of_filling_in(before: Visit, after: Visit) -> tuple[Effect, ...]:
    """Return what keeps each choice and answer of a proved person when it is made.

    A power cut loses no more than what is being typed. What could not be stored is kept again: it
    was dropped with the confirmation. Never before something was filled in: until then an older
    draft may still be offered.
    """
    if not is_kept(after) or before.situation is None:
        return ()
    failed = before.stage is Stage.SUBMITTING
    changed = is_kept(before) and draft_of(before) != draft_of(after)
    if not (failed or changed):
        return ()
    return (KeepDraft(card_of(after).number, encode(draft_of(after))),)


def _keep_picture(visit: Visit, shown: ShownPicture) -> KeepPicture:
    """Return what keeps it; against a doubt it is kept on the word of who stands there."""
    which = (visit.application_id, visit.capturing, shown.number)
    if shown.doubt is None:
        return KeepPicture(*which)
    return KeepPicture(*which, shown.doubt.value, STAFF if visit.staff else PERSON)


def effects_of_waiting(visit: Visit) -> tuple[Effect, ...]:
    """Return what reminds the page that it tells of a shorter wait."""
    return (Remind(visit.wait - next_mark(visit.wait)),) if visit.wait else ()


def _effects_of_beginning(visit: Visit) -> tuple[Effect, ...]:
    """Return what is looked for once somebody files: what they left, what was begun for them."""
    number = card_of(visit).number
    waits = visit.shared is not None and bool(visit.shared.waiting_unit)
    return (FindDraft(number), *((FetchBegun(attendance_of(visit)),) if waits else ()))


def effects_of_calling(before: Visit, after: Visit) -> tuple[Effect, ...]:
    """Return what is to be done at the helper's desk: a bell rings on while pages change."""
    if after.called is before.called:
        return ()
    return (RingBell(),) if after.called else (StopBell(),)
