"""What follows what? The transition table of a visit, and `step`.

For a stage and a kind of event the first row whose guard holds is taken. An event that a stage
does not know is ignored. A device's answer to another visit or an earlier request is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.visit import acting, begun, finding
from kiosk.visit import actions as do
from kiosk.visit import answering as reply
from kiosk.visit import checking as limits
from kiosk.visit import choosing as pick
from kiosk.visit import confirming as word
from kiosk.visit import guards as when
from kiosk.visit import inspecting as inspect
from kiosk.visit import looking_at_papers as look
from kiosk.visit import staffing as staff
from kiosk.visit.context import Context
from kiosk.visit.effects import Cancel, Effect
from kiosk.visit.entries import (
    effects_of_calling,
    effects_of_entering,
    effects_of_filling_in,
    effects_of_leaving,
    effects_of_staying,
)
from kiosk.visit.events import Event, Happening, Press, kind_of
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act
from kiosk.visit.row import Action, Row
from kiosk.visit.stages import HOLDS_PERSONAL_DATA, Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.table_acting import ACTING_ROWS
from kiosk.visit.table_inspection import inspection
from kiosk.visit.table_staff import STAFF_ROWS
from kiosk.visit.table_upkeep import UPKEEP_ROWS
from kiosk.visit.table_writing import writing

Effects = tuple[Effect, ...]


S, A = Stage, Act


def _looking_at(stage: Stage) -> tuple[Row, ...]:
    """Return the rows of a stage that takes pictures, while one is looked at before it is kept."""
    return (
        Row(stage, "PictureTaken", stage, look.show, look.is_waited_for),
        Row(stage, A.CAPTURE, stage, look.take_again, look.is_shown),
        Row(stage, A.KEEP_PICTURE, stage, look.keep, look.is_shown),
        Row(stage, A.BACK, stage, look.discard, look.is_shown, anew=True),
    )


ROWS: tuple[Row, ...] = (
    *(row for stage in Stage if stage in look.CAPTURING for row in _looking_at(stage)),
    # idle
    Row(S.IDLE, A.START_SELF, S.NOTICE),
    Row(S.IDLE, A.ASK_PROGRESS, S.FINDING, do.ask_progress, finding.has_scanner),
    Row(S.IDLE, A.CONTINUE, S.SCAN, do.close_overlay, finding.has_scanner),
    Row(S.IDLE, A.ASK_PROGRESS, S.NOTICE, do.ask_progress),
    Row(S.IDLE, A.START_PROXY, S.NOTICE, acting.begin_proxy),
    Row(S.IDLE, A.STAFF, S.LOGIN, do.close_overlay),
    Row(S.IDLE, A.READ_GUIDE, S.GUIDE, do.close_overlay),
    Row(S.IDLE, "DeviceLost", S.OUT_OF_SERVICE, do.note_failure),
    Row(S.IDLE, "Timeout", S.IDLE, do.forget),
    Row(S.OUT_OF_SERVICE, "DeviceBack", S.IDLE),
    Row(S.OUT_OF_SERVICE, A.STAFF, S.LOGIN),
    *STAFF_ROWS,
    *UPKEEP_ROWS,
    # a case, by its slip
    Row(S.FINDING, "CodeScanned", S.SLIP, finding.take_slip, finding.is_slip),
    Row(S.FINDING, "CodeScanned", S.FINDING, finding.refuse_code, anew=True),
    Row(S.FINDING, "CodeFailed", S.FINDING, do.note_failure),
    Row(S.FINDING, A.NO_SLIP, S.NOTICE),
    Row(S.FINDING, A.BACK, S.WIPING),
    Row(S.SLIP, "ProgressKnown", S.SLIP, do.take_progress),
    Row(S.SLIP, "ProgressUnknown", S.SLIP, do.note_failure),
    Row(S.SLIP, A.MORE, S.SLIP, do.next_part),
    Row(S.SLIP, A.BACK, S.SLIP, do.previous_part, when.not_first_part),
    Row(S.SLIP, A.BACK, S.FINDING, finding.put_slip_away),
    Row(S.SLIP, A.DONE, S.WIPING),
    # guide
    Row(S.GUIDE, A.MORE, S.GUIDE, do.next_part),
    Row(S.GUIDE, A.WHY, S.GUIDE, pick.explain(Overlay.ENTRY)),
    Row(S.GUIDE, A.PRINT, S.GUIDE, do.print_notice),
    Row(S.GUIDE, "PrintFailed", S.GUIDE, do.note_failure),
    Row(S.GUIDE, "Printed", S.GUIDE, do.clear_printer_failure),
    Row(S.GUIDE, A.BACK, S.GUIDE, do.previous_part, when.not_first_part),
    Row(S.GUIDE, A.BACK, S.IDLE, do.forget),
    Row(S.GUIDE, A.DONE, S.IDLE, do.forget),
    # what was begun elsewhere
    Row(S.SCAN, "DraftBegun", S.NOTICE, begun.take_begun),
    Row(S.SCAN, "CodeFailed", S.SCAN, do.note_failure),
    Row(S.SCAN, A.BACK, S.WIPING),
    # notice and card
    Row(S.NOTICE, A.AGREE, S.CARD, do.consent_with_face),
    Row(S.NOTICE, A.AGREE_WITHOUT_FACE, S.CARD, do.consent_without_face),
    Row(S.NOTICE, A.BACK, S.WIPING),
    *inspection(S.CARD),
    Row(S.CARD, "CardRead", S.CARD, staff.refuse_own_card, staff.own_card, anew=True),
    Row(S.CARD, "CardRead", S.CARD, begun.refuse_another, begun.of_another, anew=True),
    Row(S.CARD, "CardRead", S.CARD, inspect.hold_card, inspect.is_doubtful),
    Row(S.CARD, A.CONFIRM_CARD, S.PROOF, inspect.take_card, inspect.is_confirmed_before_face),
    Row(S.CARD, A.CONFIRM_CARD, S.OTHER_PROOF, inspect.take_card, inspect.is_comparing),
    Row(S.CARD, "CardRead", S.PROOF, do.take_card, when.face_agreed),
    Row(S.CARD, "CardRead", S.OTHER_PROOF, do.take_card),
    Row(S.CARD, "CardFailed", S.OTHER_PROOF, do.note_failure, when.card_expired),
    Row(S.CARD, "CardFailed", S.CARD, do.note_failure),
    Row(S.CARD, A.NO_CARD, S.OTHER_PROOF),
    Row(S.CARD, A.BACK, S.NOTICE),
    # proof; the rows of who is acted for come first
    *ACTING_ROWS,
    Row(S.PROOF, "FaceHint", S.PROOF, do.take_hint),
    Row(S.PROOF, "FaceMatched", S.PRINCIPAL, do.take_proof, acting.is_proxy),
    Row(S.PROOF, "FaceMatched", S.FACTS, do.take_proof),
    Row(S.PROOF, "FaceFailed", S.PROOF, do.count_try, when.tries_left),
    Row(S.PROOF, "FaceFailed", S.OTHER_PROOF, do.count_try),
    Row(S.PROOF, A.TURN_ONLY, S.PROOF, do.ask_for_turns_only, when.eyes_are_asked, anew=True),
    Row(S.PROOF, A.DECLINE_FACE, S.OTHER_PROOF),
    Row(S.PROOF, A.BACK, S.CARD, do.drop_card),
    Row(S.OTHER_PROOF, A.TRY_AGAIN, S.CARD, guard=when.no_card_yet),
    Row(S.OTHER_PROOF, A.TRY_AGAIN, S.PROOF, do.consent_with_face, when.face_possible),
    Row(S.OTHER_PROOF, A.VOUCH, S.VOUCHING, guard=staff.card_known),
    Row(S.OTHER_PROOF, A.NO_OTHER_PROOF, S.LEAFLET),
    Row(S.OTHER_PROOF, A.BACK, S.CARD, do.drop_card),
    Row(S.LEAFLET, A.BACK, S.OTHER_PROOF),
    Row(S.LEAFLET, A.DONE, S.WIPING),
    # what somebody filed in the person's name
    Row(S.FACTS, "FilingsKnown", S.FACTS, guard=when.facts_are_hidden),
    Row(S.FACTS, "FilingsKnown", S.CONFIRMING, word.take_filings, word.something_waits),
    Row(S.FACTS, "FilingsKnown", S.FACTS, word.take_filings, anew=True),
    Row(S.CONFIRMING, A.CONFIRM_FILING, S.CONFIRMING, word.decide, word.may_decide),
    Row(S.CONFIRMING, A.REFUSE_FILING, S.CONFIRMING, word.decide, word.may_decide),
    Row(S.CONFIRMING, "FilingDecided", S.CONFIRMING, word.take_outcome),
    Row(S.CONFIRMING, "FilingUndecided", S.CONFIRMING, word.note_not_sent),
    Row(S.CONFIRMING, A.PLAN, S.CONFIRMING, do.cover_with(Overlay.FILED_SERVICES)),
    Row(S.CONFIRMING, A.MORE, S.CONFIRMING, do.next_part),
    Row(S.CONFIRMING, A.DECIDE_LATER, S.CONFIRMING, word.go_on, word.another_waits),
    Row(S.CONFIRMING, A.DECIDE_LATER, S.FACTS, word.go_on, word.last_one),
    Row(S.CONFIRMING, A.NEXT, S.CONFIRMING, word.go_on, word.another_waits),
    Row(S.CONFIRMING, A.NEXT, S.FACTS, word.go_on, word.last_one),
    # facts
    Row(S.FACTS, "FactsKnown", S.FACTS, guard=when.facts_are_hidden),
    Row(S.FACTS, "FactsUnknown", S.FACTS, guard=when.facts_are_hidden),
    Row(S.FACTS, "FactsKnown", S.PROGRESS, pick.take_open_case, when.case_is_open),
    Row(S.FACTS, "FactsKnown", S.PROGRESS, pick.take_facts, when.came_to_ask),
    Row(S.FACTS, "FactsKnown", S.FACTS, begun.take_facts),
    Row(S.FACTS, "FactsUnknown", S.PROGRESS, pick.go_without_facts, when.came_to_ask),
    Row(S.FACTS, "FactsUnknown", S.FACTS, begun.go_without_facts),
    Row(S.FACTS, "DraftFound", S.FACTS, pick.take_draft, when.may_resume),
    Row(S.FACTS, "DraftBegun", S.FACTS, begun.offer_begun, begun.may_offer),
    Row(S.FACTS, A.RESUME, S.FACTS, begun.go_on, when.draft_offered),
    Row(S.FACTS, A.START_ANEW, S.FACTS, begun.begin_anew, when.draft_offered),
    Row(S.FACTS, A.OTHER_TIME, S.FACTS, do.cover_with(Overlay.OTHER_TIME)),
    Row(S.FACTS, A.OTHER_WAY, S.FACTS, do.cover_with(Overlay.OTHER_WAY)),
    Row(S.FACTS, A.PICK, S.FACTS, pick.tell_kind, pick.is_kind),
    Row(S.FACTS, A.PICK, S.FACTS, guard=pick.kind_asked),
    Row(S.FACTS, A.PICK, S.FACTS, pick.keep_time, pick.same_time),
    Row(S.FACTS, A.PICK, S.FACTS, pick.choose_time),
    Row(S.FACTS, A.TOGGLE, S.FACTS, pick.dispute),
    Row(S.FACTS, A.NEXT, S.FACTS, guard=pick.kind_asked),
    Row(S.FACTS, A.NEXT, S.FACTS, do.next_part, when.more_facts),
    Row(S.FACTS, A.NEXT, S.CHOOSE, guard=when.situation_known),
    Row(S.FACTS, A.BACK, S.FACTS, do.previous_part, when.not_first_part),
    Row(S.FACTS, A.BACK, S.FACTS, pick.ask_kind_again, pick.kind_was_told),
    Row(S.PROGRESS, "ProgressKnown", S.PROGRESS, do.take_progress),
    Row(S.PROGRESS, "ProgressUnknown", S.PROGRESS, do.note_failure),
    Row(S.PROGRESS, A.MORE, S.PROGRESS, do.next_part),
    Row(S.PROGRESS, A.BACK, S.PROGRESS, do.previous_part, when.not_first_part),
    Row(S.PROGRESS, A.START_SELF, S.FACTS, do.file_after_all, when.nothing_filed),
    Row(S.PROGRESS, A.DONE, S.WIPING),
    # choose and form
    Row(S.CHOOSE, A.TOGGLE, S.CHOOSE, pick.toggle_service),
    Row(S.CHOOSE, A.WHY, S.CHOOSE, pick.explain(Overlay.WHY)),
    Row(S.CHOOSE, A.INSIST, S.CHOOSE, pick.insist),
    Row(S.CHOOSE, A.NEXT, S.CHOOSE, do.next_part, when.more_services),
    Row(S.CHOOSE, A.NEXT, S.CHOOSE, do.ask_to_choose, when.nothing_chosen),
    Row(S.CHOOSE, A.NEXT, S.FORM, do.drop_unasked, when.questions_open),
    Row(S.CHOOSE, A.NEXT, S.MATERIALS, do.drop_unasked, when.papers_open),
    Row(S.CHOOSE, A.NEXT, S.REVIEW, do.drop_unasked),
    Row(S.CHOOSE, A.BACK, S.CHOOSE, do.previous_part, when.not_first_part),
    Row(S.CHOOSE, A.BACK, S.FACTS),
    Row(S.FORM, A.DIGIT, S.FORM, reply.type_digit),
    Row(S.FORM, A.ERASE, S.FORM, reply.erase),
    *writing(S.FORM, when.text_asked),
    Row(S.FORM, A.MORE, S.FORM, do.next_part),
    Row(S.FORM, A.LETTERS, S.FORM, do.cover_with(Overlay.LETTERS)),
    Row(S.FORM, A.LETTER, S.FORM, reply.take_letters),
    Row(S.FORM, A.NEXT, S.FORM, reply.refuse_answer, when.answer_wrong),
    Row(S.FORM, A.NEXT, S.FORM, reply.answer_typed, when.another_question),
    Row(S.FORM, A.NEXT, S.MATERIALS, reply.answer_typed, when.papers_open),
    Row(S.FORM, A.NEXT, S.REVIEW, reply.answer_typed),
    Row(S.FORM, A.NONE_OF_IT, S.FORM, reply.answer_none, when.another_after_none),
    Row(S.FORM, A.NONE_OF_IT, S.MATERIALS, reply.answer_none, when.papers_open),
    Row(S.FORM, A.NONE_OF_IT, S.REVIEW, reply.answer_none),
    Row(S.FORM, A.PICK, S.FORM, reply.answer_picked, when.another_after_pick),
    Row(S.FORM, A.PICK, S.MATERIALS, reply.answer_picked, when.papers_open),
    Row(S.FORM, A.PICK, S.REVIEW, reply.answer_picked),
    Row(S.FORM, A.BACK, S.FORM, do.previous_part, when.not_first_part),
    Row(S.FORM, A.BACK, S.FORM, reply.drop_letters, when.letters_taken),
    Row(S.FORM, A.BACK, S.FORM, reply.unanswer, when.something_answered),
    Row(S.FORM, A.BACK, S.CHOOSE),
    # materials, review, signature
    Row(S.MATERIALS, A.CAPTURE, S.MATERIALS, do.begin_capture, when.may_capture),
    Row(S.MATERIALS, "PaperCaptured", S.MATERIALS, do.take_paper, when.another_after_this),
    Row(S.MATERIALS, "PaperCaptured", S.REVIEW, do.take_paper, when.this_was_captured),
    Row(S.MATERIALS, "PaperFailed", S.MATERIALS, do.note_no_picture),
    Row(S.MATERIALS, A.PROMISE, S.MATERIALS, do.promise_paper, when.another_paper),
    Row(S.MATERIALS, A.PROMISE, S.REVIEW, do.promise_paper),
    Row(S.MATERIALS, A.BRING_LATER, S.MATERIALS, do.bring_later, when.another_paper),
    Row(S.MATERIALS, A.BRING_LATER, S.REVIEW, do.bring_later),
    Row(S.MATERIALS, A.BACK, S.FORM, reply.unanswer, when.something_answered),
    Row(S.MATERIALS, A.BACK, S.CHOOSE),
    Row(S.REVIEW, A.CONFIRM, S.SIGNING),
    Row(S.REVIEW, A.MARK, S.SIGNING, do.sign_by_key),
    Row(S.REVIEW, A.SIGNED, S.REVIEW, do.ask_to_sign),
    Row(S.REVIEW, A.CHANGE, S.REVIEW, do.cover_with(Overlay.CHANGE)),
    Row(S.REVIEW, A.PICK, S.CHOOSE, do.close_overlay, when.change_services),
    Row(S.REVIEW, A.PICK, S.FORM, do.ask_again, when.was_answered),
    Row(S.REVIEW, A.BACK, S.MATERIALS, do.unsettle_papers, when.papers_settled),
    Row(S.REVIEW, A.BACK, S.FORM, reply.unanswer, when.something_answered),
    Row(S.REVIEW, A.BACK, S.CHOOSE),
    Row(S.SIGNING, "Drawn", S.SIGNING, do.take_ink),
    Row(S.SIGNING, A.CLEAR_INK, S.REVIEW, do.clear_ink),
    Row(S.SIGNING, A.CHANGE, S.REVIEW, do.clear_ink_to_change),
    Row(S.SIGNING, A.BACK, S.REVIEW, do.clear_ink),
    Row(S.SIGNING, A.SIGNED, S.SECOND, guard=limits.is_back_entry),
    Row(S.SIGNING, A.SIGNED, S.SUBMITTING, do.confirm, when.has_ink),
    Row(S.SIGNING, A.SIGNED, S.SIGNING, do.ask_to_sign),
    # submitting and after
    Row(S.SUBMITTING, "Stored", S.SUBMITTING),
    Row(S.SUBMITTING, "StoreFailed", S.REVIEW, do.not_stored),
    Row(S.SUBMITTING, "Accepted", S.RECEIPT, do.take_receipt),
    Row(S.SUBMITTING, "Pending", S.RECEIPT, do.take_pending),
    Row(S.SUBMITTING, "Refused", S.REVIEW, do.take_refusal),
    Row(S.SUBMITTING, "CaseUnderWay", S.PROGRESS, do.turn_to_case, when.may_see_case),
    Row(S.SUBMITTING, "CaseUnderWay", S.REVIEW, do.take_refusal),
    Row(S.RECEIPT, "Accepted", S.RECEIPT, do.take_receipt),
    Row(S.RECEIPT, "Refused", S.RECEIPT, do.note_refusal),
    Row(S.RECEIPT, "CaseUnderWay", S.PROGRESS, do.turn_to_case, when.may_see_case),
    Row(S.RECEIPT, "CaseUnderWay", S.RECEIPT, do.note_refusal),
    Row(S.RECEIPT, "PrintFailed", S.RECEIPT, do.note_failure),
    Row(S.RECEIPT, "Printed", S.RECEIPT, do.clear_printer_failure),
    Row(S.RECEIPT, A.PLAN, S.RECEIPT, do.cover_with(Overlay.PLAN)),
    Row(S.RECEIPT, A.MORE, S.RECEIPT, do.next_part),
    Row(S.RECEIPT, A.TRY_AGAIN, S.RECEIPT, do.clear_printer_failure),
    Row(S.RECEIPT, A.DONE, S.WIPING, guard=limits.nobody_rates),
    Row(S.RECEIPT, A.DONE, S.RATING),
    Row(S.RATING, A.RATE, S.RATING, do.take_grade, when.grade_is_bad),
    Row(S.RATING, A.RATE, S.WIPING, do.take_grade),
    Row(S.RATING, A.PICK, S.WIPING),
    Row(S.RATING, A.SKIP, S.WIPING),
    Row(S.WIPING, "RatingLost", S.WIPING, do.note_failure),
    Row(S.WIPING, "Wiped", S.DESK, staff.next_person, staff.staff_in),
    Row(S.WIPING, "Wiped", S.IDLE, do.forget),
)

EVERYWHERE: tuple[tuple[str, Action], ...] = (
    (A.LARGER, do.change_view),
    (A.CONTRAST, do.change_view),
    (A.LOWER, do.change_view),
    (A.TURN, do.turn_leaf),
    (A.LOUDER, do.change_view),
    (A.SLOWER, do.change_view),
    (A.STAY, do.close_overlay),
    (A.HELP, do.call_helper),
    (A.PHONE, do.call_helper),
    (A.CALL_OFF, do.call_off),
    ("BellTold", do.take_bell),
    ("IdleWarning", do.cover_with(Overlay.STILL_HERE)),
)
"""What can happen at any stage and leaves it where it is. Quitting asks first, except where nothing
is lost."""

ENDS = (A.QUIT_YES, "Timeout")
STARTS_ANEW = (
    "CardFailed",
    "CodeFailed",
    "CardLifted",
    "FaceFailed",
    A.TRY_AGAIN,
    A.PRINT,
    A.CAPTURE,
)
"""After these a stage asks its device again without being left."""

KEEP_LEAF = frozenset({A.TURN, A.REPEAT, A.LOUDER, A.SLOWER, A.CONTRAST})

NEVER_ENDED = frozenset({S.IDLE, S.OUT_OF_SERVICE, S.WIPING, S.SUBMITTING})


def rows_of(stage: Stage, kind: str) -> tuple[Row, ...]:
    """Return the rows for an event at a stage, those that hold everywhere included."""
    rows = tuple(row for row in ROWS if row.stage is stage and row.kind == kind)
    if kind in ENDS and stage not in NEVER_ENDED:  # whom nobody answers for is out, too
        rows += (Row(stage, kind, S.WIPING, staff.log_out if kind == "Timeout" else do.nothing),)
    if kind == A.QUIT and stage in HOLDS_PERSONAL_DATA:
        rows += (Row(stage, kind, stage, do.cover_with(Overlay.QUIT)),)
    elif kind == A.QUIT and stage not in NEVER_ENDED:
        rows += (Row(stage, kind, S.WIPING),)
    warned = kind == "IdleWarning" and stage in NEVER_ENDED
    if not warned:
        rows += tuple(Row(stage, kind, stage, do) for known, do in EVERYWHERE if known == kind)
    return rows


@dataclass(frozen=True)
class Table:
    """The table together with the handbook that its guards and actions consult."""

    book: Handbook

    def step(self, visit: Visit, event: Event, moment: datetime) -> tuple[Visit, Effects]:
        """Return the visit after `event`, and what the runner has to do. Pure."""
        if is_late(visit, event):
            return visit, ()
        context, visit = Context(self.book, moment), first_leaf(visit, event.what)
        for row in rows_of(visit.stage, kind_of(event.what)):
            if row.guard(visit, event.what, context):
                return self._take(row, visit, event.what, context)
        return visit, ()

    def _take(
        self, row: Row, visit: Visit, what: Happening, context: Context
    ) -> tuple[Visit, Effects]:
        if row.to is not visit.stage:
            decided = row.action(put_away(visit), what, context)
            after = arrive(row.to, decided)
            left = effects_of_leaving(visit, decided, after, what)
        else:
            left = ()
            after = look.without_stale_picture(row.action(visit, what, context))
            if not row.anew and kind_of(what) not in STARTS_ANEW:
                staying = effects_of_staying(visit, after, self.book)
                kept = effects_of_filling_in(visit, after)
                return after, (*staying, *kept, *effects_of_calling(visit, after))
        after = replace(after, request=visit.request + 1)
        entered = effects_of_entering(after, self.book)
        kept = effects_of_filling_in(visit, after)
        return after, (Cancel(), *left, *kept, *entered, *effects_of_calling(visit, after))


def is_late(visit: Visit, event: Event) -> bool:
    """Tell whether a device answers to another visit or to an earlier request."""
    if event.visit and event.visit != visit.id:
        return True
    return bool(event.request) and event.request != visit.request


def first_leaf(visit: Visit, what: Happening) -> Visit:
    """Return the visit at the first answers again, when something else than a switch is pressed."""
    stays = not isinstance(what, Press) or what.act in KEEP_LEAF
    return visit if stays else replace(visit, leaf=0)


def put_away(visit: Visit) -> Visit:
    """Return the visit without what was said at a stage that is being left."""
    return replace(visit, overlay=Overlay.NONE, failure=None, hint=None, wait=0, taken_over=False)


def arrive(stage: Stage, visit: Visit) -> Visit:
    """Return the visit at the beginning of `stage`; nothing of the person gets to wiping."""
    if stage is Stage.WIPING:
        visit = Visit(
            visit.id,
            visit.application_id,
            request=visit.request,
            view=visit.view,
            staff=visit.staff,
        )
    return replace(visit, stage=stage, part=0, picture=None, doubted=None, **reply.NOTHING_BEGUN)
