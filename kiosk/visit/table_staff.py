"""What follows what where the staff is asked? Login, desk, vouching, the second pair of eyes."""

from __future__ import annotations

from kiosk.visit import acting, finding, handing_over, mending, waiting
from kiosk.visit import actions as do
from kiosk.visit import answering as reply
from kiosk.visit import checking as limits
from kiosk.visit import guards as when
from kiosk.visit import presence as there
from kiosk.visit import staffing as staff
from kiosk.visit import vouching as vouch
from kiosk.visit.page import Act
from kiosk.visit.row import Row
from kiosk.visit.stages import Overlay, Stage

S, A = Stage, Act


def card_and_pin(stage: Stage) -> tuple[Row, ...]:
    """Return the rows of a stage at which somebody of the staff shows them."""
    return (
        Row(stage, "CardRead", stage, staff.take_staff_card),
        Row(stage, "CardFailed", stage, do.note_failure),
        Row(stage, "CardLifted", stage, staff.begin_anew),
        Row(stage, A.DIGIT, stage, staff.knock, staff.pin_complete),
        Row(stage, A.DIGIT, stage, staff.type_pin, staff.pin_growing),
        Row(stage, A.ERASE, stage, reply.erase, staff.pin_growing),
    )


def door(stage: Stage) -> tuple[Row, ...]:
    """Return the rows of a stage at which they may be tried as often as the door lets one."""
    return (
        *card_and_pin(stage),
        Row(stage, "Waited", stage, waiting.count_down, waiting.waits),
        Row(stage, "LoginFailed", stage, staff.turn_away, staff.another_pin_helps),
        Row(stage, "LoginFailed", stage, staff.ask_another_card),
    )


STAFF_ROWS: tuple[Row, ...] = (
    # card and PIN, then the desk
    *door(S.LOGIN),
    Row(S.LOGIN, A.NO_CARD, S.LOGIN, staff.type_own, staff.reader_gone, anew=True),
    Row(S.LOGIN, A.DIGIT, S.LOGIN, acting.type_number, staff.types_own),
    Row(S.LOGIN, A.ERASE, S.LOGIN, reply.erase, staff.types_own),
    Row(S.LOGIN, A.NEXT, S.LOGIN, staff.take_own, staff.own_number_right),
    Row(S.LOGIN, A.NEXT, S.LOGIN, staff.refuse_own, staff.types_own),
    Row(S.LOGIN, "LoggedIn", S.CODE, staff.await_code, staff.needs_code),
    Row(S.LOGIN, "LoggedIn", S.DESK, staff.let_in, staff.serves_people),
    Row(S.LOGIN, "LoggedIn", S.LOGIN, staff.refuse_right),
    Row(S.LOGIN, A.BACK, S.LOGIN, staff.begin_anew, staff.types_own, anew=True),
    Row(S.LOGIN, A.BACK, S.WIPING),
    Row(S.LOGIN, A.QUIT, S.WIPING),
    Row(S.DESK, "DeskSeen", S.DESK, staff.take_desk),
    Row(S.DESK, A.MORE, S.DESK, do.next_part),
    Row(S.DESK, A.BACK, S.DESK, do.previous_part, when.not_first_part),
    Row(S.DESK, A.FILE_FOR, S.NOTICE, staff.leave_desk, staff.may_file_for),
    Row(S.DESK, A.FIND, S.FINDING, finding.look_for_case, finding.may_scan),
    Row(S.DESK, A.FIND, S.NOTICE, finding.look_for_case, finding.may_find),
    Row(S.DESK, A.REPORT, S.REPORT, staff.leave_desk, staff.may_report),
    Row(S.REPORT, "MonthKnown", S.REPORT, staff.take_month),
    Row(S.REPORT, "MonthUnknown", S.REPORT, do.note_failure),
    Row(S.REPORT, A.BACK, S.DESK, staff.put_month_away),
    Row(S.REPORT, A.DONE, S.DESK, staff.put_month_away),
    Row(S.DESK, A.OTHER_FILING, S.DESK, do.cover_with(Overlay.OTHER_FILING)),
    Row(S.DESK, A.FILE_ABSENT, S.PRINCIPAL, acting.begin_absent, acting.may_file_absent),
    Row(S.DESK, A.BACK_ENTER, S.PRINCIPAL, acting.begin_back_entry, acting.may_back_enter),
    Row(S.DESK, A.PICK, S.CORRECTING, mending.take_up, mending.may_take_up),
    Row(S.DESK, A.QUIT, S.WIPING, staff.log_out),
    Row(S.REPORT, A.HAND_OVER, S.HANDOVER, handing_over.begin, handing_over.may_hand_over),
    Row(
        S.HANDOVER,
        "CardRead",
        S.HANDOVER,
        handing_over.refuse_leaving_card,
        handing_over.is_leaving_card,
        anew=True,
    ),
    *card_and_pin(S.HANDOVER),
    Row(S.HANDOVER, "LoggedIn", S.DESK, handing_over.take_over, handing_over.may_take_over),
    Row(S.HANDOVER, "LoggedIn", S.LOGIN, handing_over.refuse),
    Row(S.HANDOVER, "LoginFailed", S.LOGIN, handing_over.turn_away, staff.another_pin_helps),
    Row(S.HANDOVER, "LoginFailed", S.LOGIN, handing_over.ask_another_card),
    Row(S.HANDOVER, A.QUIT, S.WIPING),
    Row(S.CORRECTING, A.CAPTURE, S.CORRECTING, mending.begin_capture, mending.may_capture),
    Row(S.CORRECTING, "PaperCaptured", S.CORRECTING, mending.take_page, mending.is_waited_for),
    Row(S.CORRECTING, "PaperFailed", S.CORRECTING, do.note_no_picture),
    Row(S.CORRECTING, A.HAND_IN, S.CORRECTING, mending.hand_in, mending.has_pages),
    Row(S.CORRECTING, "CorrectionKept", S.DESK, mending.put_away),
    Row(S.CORRECTING, "StoreFailed", S.CORRECTING, mending.not_kept),
    Row(S.CORRECTING, A.BACK, S.DESK, mending.put_away),
    # at an applicant's side
    Row(S.VOUCHING, A.PICK, S.VOUCHING, staff.take_reason, staff.reason_open),
    *door(S.VOUCHING),
    Row(S.VOUCHING, "LoggedIn", S.PRINCIPAL, vouch.take_second, vouch.may_be_second_for_proxy),
    Row(S.VOUCHING, "LoggedIn", S.FACTS, vouch.take_second, vouch.may_be_second),
    Row(S.VOUCHING, "LoggedIn", S.VOUCHING, vouch.take_first, vouch.may_be_first),
    Row(S.VOUCHING, "LoggedIn", S.VOUCHING, vouch.refuse_voucher),
    Row(S.VOUCHING, A.NO_OTHER_PROOF, S.VOUCHING, vouch.go_alone, vouch.may_go_alone, anew=True),
    Row(S.VOUCHING, A.AGREE, S.VOUCHING, vouch.agree_to_picture, vouch.may_answer, anew=True),
    Row(S.VOUCHING, A.DECLINE_FACE, S.LEAFLET, vouch.drop_vouching, vouch.may_answer),
    Row(
        S.VOUCHING,
        "PaperCaptured",
        S.PRINCIPAL,
        vouch.take_picture,
        vouch.may_take_picture_of_proxy,
    ),
    Row(S.VOUCHING, "PaperCaptured", S.FACTS, vouch.take_picture, vouch.may_take_picture),
    Row(S.VOUCHING, "PaperFailed", S.VOUCHING, do.note_no_picture),
    Row(S.VOUCHING, A.BACK, S.OTHER_PROOF, vouch.drop_vouching),
    *door(S.WITNESS),
    Row(S.WITNESS, "LoggedIn", S.AUTHORITY, there.take_witness, there.may_witness),
    Row(S.WITNESS, "LoggedIn", S.WITNESS, there.refuse_witness),
    Row(S.WITNESS, A.NO_OTHER_PROOF, S.AUTHORITY, there.go_without_presence),
    Row(S.WITNESS, A.BACK, S.AUTHORITY, there.drop_presence),
    *door(S.SECOND),
    Row(S.SECOND, "LoggedIn", S.SUBMITTING, limits.take_checker, limits.may_check),
    Row(S.SECOND, "LoggedIn", S.SECOND, limits.refuse_checker),
    Row(S.SECOND, A.BACK, S.REVIEW, limits.drop_checker),
)
