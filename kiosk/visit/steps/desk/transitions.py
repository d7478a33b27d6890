"""The steps DESK, the point's cases, and REPORT, the month's report."""

from __future__ import annotations

from typing import Any

from kiosk.pages.press import Press
from kiosk.visit.effects import FetchMonth, LookAtDesk
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.step_parts.navigation import (
    cover_with,
    next_part,
    not_first_part,
    previous_part,
    show_failure,
)
from kiosk.visit.step_parts.staff_entry import log_out
from kiosk.visit.steps.desk.actions import (
    begin_absent,
    begin_back_entry,
    begin_handover,
    forget_month,
    leave_desk,
    look_for_case,
    may_back_enter,
    may_file_absent,
    may_file_for,
    may_find,
    may_hand_over,
    may_report,
    may_scan,
    may_start_correction,
    start_correction,
    take_desk,
    take_month,
)
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown, MonthUnknown
from kiosk.visit.steps.desk.page import desk_page, report_page
from kiosk.visit.transition import Change, Effects, On, Step, ask


def fetch_month(change: Change[Any]) -> Effects:
    """Ask for the month's report of the staff member who is logged in."""
    staff = change.after.staff.session
    return (FetchMonth(staff.id),) if staff else ()


DESK = Step(
    stage=Stage.DESK,
    page=desk_page,
    back_from_first_part=False,
    enter=ask(LookAtDesk()),
    transitions=(
        On(DeskSeen, do=take_desk),
        On(Press.MORE, do=next_part),
        On(Press.BACK, when=not_first_part, do=previous_part),
        On(Press.FILE_FOR, to=Stage.NOTICE, when=may_file_for, do=leave_desk),
        On(Press.FIND, to=Stage.FINDING, when=may_scan, do=look_for_case),
        On(Press.FIND, to=Stage.NOTICE, when=may_find, do=look_for_case),
        On(Press.REPORT, to=Stage.REPORT, when=may_report, do=leave_desk),
        On(Press.OTHER_FILING, do=cover_with(Overlay.OTHER_FILING)),
        On(Press.FILE_ABSENT, to=Stage.PRINCIPAL, when=may_file_absent, do=begin_absent),
        On(Press.BACK_ENTER, to=Stage.PRINCIPAL, when=may_back_enter, do=begin_back_entry),
        On(Press.PICK, to=Stage.CORRECTING, when=may_start_correction, do=start_correction),
        On(Press.QUIT, to=Stage.WIPING, do=log_out),
    ),
)


REPORT = Step(
    stage=Stage.REPORT,
    page=report_page,
    enter=fetch_month,
    transitions=(
        On(MonthKnown, do=take_month),
        On(MonthUnknown, do=show_failure),
        On(Press.BACK, to=Stage.DESK, do=forget_month),
        On(Press.DONE, to=Stage.DESK, do=forget_month),
        On(Press.HAND_OVER, to=Stage.HANDOVER, when=may_hand_over, do=begin_handover),
    ),
)
