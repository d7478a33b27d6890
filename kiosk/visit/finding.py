"""How does a visit change while a case is looked for by the code on its slip? Pure."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.staff.roles import Right
from kiosk.visit import events as ev
from kiosk.visit.context import Context, expect
from kiosk.visit.receipts import case_of_code
from kiosk.visit.state import Purpose, Visit


def has_scanner(_visit: Visit, _what: ev.Happening, context: Context) -> bool:
    """Tell whether a code can be scanned here."""
    return bool(context.book.settings.code_scanner.url)


def may_find(visit: Visit, _what: ev.Happening, _context: Context) -> bool:
    """Tell whether who is in may see how far cases are."""
    return visit.staff is not None and visit.staff.may(Right.FIND)


def may_scan(visit: Visit, what: ev.Happening, context: Context) -> bool:
    """Tell whether who is in may, and can, find a case by its slip."""
    return may_find(visit, what, context) and has_scanner(visit, what, context)


def is_slip(_visit: Visit, what: ev.Happening, _context: Context) -> bool:
    """Tell whether the code is that of a slip."""
    return bool(case_of_code(expect(ev.CodeScanned, what).token.reveal()))


def look_for_case(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Turn from the desk to one case; nothing of the others stays."""
    return replace(visit, purpose=Purpose.PROGRESS, desk=None)


def take_slip(visit: Visit, what: ev.Happening, _context: Context) -> Visit:
    """Ask for the case that the slip names."""
    case = case_of_code(expect(ev.CodeScanned, what).token.reveal())
    return replace(visit, slip=case)


def refuse_code(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Say that this is another code than a slip's."""
    return replace(visit, failure=Failure.CODE_NOT_A_SLIP)


def put_slip_away(visit: Visit, _what: ev.Happening, _context: Context) -> Visit:
    """Wait for another slip."""
    return replace(visit, slip="", states={}, due={}, case_number="")
