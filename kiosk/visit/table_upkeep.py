"""What follows what while a technician looks after the machine? A part of the table (`table.ROWS`).

From none of these stages a row leads to a page of a person.
"""

from __future__ import annotations

from kiosk.visit import actions as do
from kiosk.visit import answering as reply
from kiosk.visit import guards as when
from kiosk.visit import maintaining as mend
from kiosk.visit import staffing as staff
from kiosk.visit import waiting
from kiosk.visit.page import Act
from kiosk.visit.row import Row
from kiosk.visit.stages import Stage

S, A = Stage, Act

UPKEEP_ROWS: tuple[Row, ...] = (
    Row(S.CODE, A.DIGIT, S.CODE, staff.knock, staff.pin_complete),
    Row(S.CODE, A.DIGIT, S.CODE, staff.type_pin, staff.pin_growing),
    Row(S.CODE, A.ERASE, S.CODE, reply.erase, staff.pin_growing),
    Row(S.CODE, "LoggedIn", S.MAINTENANCE, staff.let_in, staff.needs_code),
    Row(S.CODE, "Waited", S.CODE, waiting.count_down, waiting.waits),
    Row(S.CODE, "LoginFailed", S.CODE, staff.turn_away, staff.another_pin_helps),
    Row(S.CODE, "LoginFailed", S.LOGIN, staff.ask_another_card),
    Row(S.CODE, "CardLifted", S.LOGIN, staff.begin_anew),
    Row(S.CODE, A.BACK, S.WIPING),
    Row(S.CODE, A.QUIT, S.WIPING),
    *(Row(stage, A.QUIT, S.WIPING, staff.log_out) for stage in mend.PAGES),
    Row(S.MAINTENANCE, "Examined", S.MAINTENANCE, mend.take_sheet),
    Row(S.MAINTENANCE, A.RETEST, S.MAINTENANCE, mend.drop_sheet, mend.examined, anew=True),
    Row(S.MAINTENANCE, A.MORE, S.MAINTENANCE, do.next_part),
    Row(S.MAINTENANCE, A.BACK, S.MAINTENANCE, do.previous_part, when.not_first_part),
    Row(S.MAINTENANCE, A.SHEET, S.SHEET, guard=mend.examined),
    Row(S.MAINTENANCE, A.GUIDED, S.GUIDED),
    Row(S.MAINTENANCE, A.SEEK, S.SEEKING, mend.drop_found),
    Row(S.SHEET, A.MORE, S.SHEET, do.next_part),
    Row(S.SHEET, A.BACK, S.SHEET, do.previous_part, when.not_first_part),
    Row(S.SHEET, A.BACK, S.MAINTENANCE, mend.forget_note),
    Row(S.SHEET, A.PRINT, S.SHEET, mend.wish(mend.PRINTING)),
    Row(S.SHEET, "Printed", S.SHEET, mend.note("printed")),
    Row(S.SHEET, "PrintFailed", S.SHEET, mend.note_failure),
    Row(S.SHEET, A.EXPORT, S.SHEET, mend.wish(mend.EXPORTING)),
    Row(S.SHEET, "Exported", S.SHEET, mend.note("exported")),
    Row(S.SHEET, "ExportFailed", S.SHEET, mend.note_failure),
    Row(S.GUIDED, A.PICK, S.GUIDED, mend.begin, mend.none_begun, anew=True),
    Row(S.GUIDED, A.PICK, S.GUIDED, mend.hear, mend.hears),
    Row(S.GUIDED, "CardRead", S.GUIDED, mend.pass_card, mend.reads, anew=True),
    Row(S.GUIDED, "CardFailed", S.GUIDED, mend.hinder, mend.reads),
    Row(S.GUIDED, "CameraSeen", S.GUIDED, mend.see, mend.looks),
    Row(S.GUIDED, "CameraFailed", S.GUIDED, mend.hinder, mend.looks),
    Row(S.GUIDED, "SoundFailed", S.GUIDED, mend.hinder, mend.hears),
    Row(S.GUIDED, "Printed", S.GUIDED),
    Row(S.GUIDED, "PrintFailed", S.GUIDED, mend.hinder, mend.prints),
    Row(S.GUIDED, A.DIGIT, S.GUIDED, mend.hear, mend.prints),
    Row(S.GUIDED, A.ERASE, S.GUIDED, mend.take_back, mend.prints),
    Row(S.GUIDED, A.POINT, S.GUIDED, mend.touch, mend.touches),
    Row(S.GUIDED, "Drawn", S.GUIDED, mend.draw, mend.signs),
    Row(S.GUIDED, A.CLEAR_INK, S.GUIDED, mend.clear, mend.signs),
    Row(S.GUIDED, A.SIGNED, S.GUIDED, mend.sign, mend.signs),
    Row(S.GUIDED, A.TRY_AGAIN, S.GUIDED, mend.again, mend.one_begun),
    Row(S.GUIDED, A.GIVE_UP, S.GUIDED, mend.give_up, mend.one_begun, anew=True),
    Row(S.GUIDED, A.DONE, S.GUIDED, mend.put_away, mend.one_begun, anew=True),
    Row(S.GUIDED, A.BACK, S.GUIDED, mend.drop_trial, mend.one_begun, anew=True),
    Row(S.GUIDED, A.BACK, S.MAINTENANCE),
    Row(S.SEEKING, "DevicesFound", S.SEEKING, mend.take_found),
    Row(S.SEEKING, A.MORE, S.SEEKING, do.next_part),
    Row(S.SEEKING, A.TRY_AGAIN, S.SEEKING, mend.drop_found),
    Row(S.SEEKING, A.WRITE, S.SEEKING, mend.write, mend.may_write),
    Row(S.SEEKING, "SettingsWritten", S.SEEKING, mend.take_written),
    Row(S.SEEKING, "SettingsRefused", S.SEEKING, mend.not_written),
    Row(S.SEEKING, A.BACK, S.SEEKING, do.previous_part, when.not_first_part),
    Row(S.SEEKING, A.BACK, S.MAINTENANCE, mend.forget_note),
    Row(S.SEEKING, A.IMPORT, S.IMPORTING, mend.drop_offer, mend.not_writing),
    Row(S.IMPORTING, "StickRead", S.IMPORTING, mend.take_offer),
    Row(S.IMPORTING, A.TRY_AGAIN, S.IMPORTING, mend.drop_offer),
    Row(S.IMPORTING, A.WRITE, S.IMPORTING, mend.write, mend.may_take),
    Row(S.IMPORTING, "SettingsWritten", S.IMPORTING, mend.take_written),
    Row(S.IMPORTING, "SettingsRefused", S.IMPORTING, mend.refuse_offer),
    Row(S.IMPORTING, A.MORE, S.IMPORTING, do.next_part),
    Row(S.IMPORTING, A.BACK, S.IMPORTING, do.previous_part, when.not_first_part),
    Row(S.IMPORTING, A.BACK, S.MAINTENANCE, mend.forget_note),
)
