"""The steps SUBMITTING, in which the application is sealed and sent, and RECEIPT."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.visit.context import Context
from kiosk.visit.effects import DropDraft, PrintSlip, Submit
from kiosk.visit.events.devices import Printed, PrintFailed, StoreFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.form_copies import FormNotPrinted, FormPrinted
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit, card_of, sees_facts
from kiosk.visit.step_parts.application_of_visit import application_of, signed_case
from kiosk.visit.step_parts.devices import clear_printer_failure
from kiosk.visit.step_parts.form_copies import (
    PrintForm,
    begin_printing,
    end_printing,
    is_not_printing,
    may_print,
    show_not_printed,
)
from kiosk.visit.step_parts.navigation import cover_with, next_part, show_failure
from kiosk.visit.step_parts.slips import slip_of
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused, Stored
from kiosk.visit.steps.submission.page import receipt_page, submitting_page
from kiosk.visit.transition import Change, Effects, On, Step


def show_not_stored(visit: Visit, what: StoreFailed, _context: Context) -> Visit:
    """Show why it could not be stored; everything but the signature is kept."""
    return replace(_without_signature(visit), failure=what.failure)


def take_refusal(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that the central service refused the application.

    What is signed next is another application: under the refused id it would never be sent.
    """
    return replace(_without_signature(visit), failure=Failure.CENTRAL_REFUSED)


def turn_to_case(visit: Visit, what: CaseUnderWay, _context: Context) -> Visit:
    """Turn the visit to the case that holds a part of what was signed: it is under way there.

    What is signed next is another application, with the parts that are not.
    """
    unsigned = _without_signature(visit)
    return replace(
        unsigned,
        progress=replace(unsigned.progress, own=what.application_id),
        failure=None,
        outcome=replace(unsigned.outcome, filed_elsewhere=True),
        display=replace(unsigned.display, part=0),
    )


def _without_signature(visit: Visit) -> Visit:
    """Return the visit unsigned and with another id, because one id never has two digests."""
    anew = str(uuid5(UUID(visit.application_id), "anew"))
    return replace(
        visit, application_id=anew, signature=replace(visit.signature, ink=(), confirmed_at=None)
    )


def show_late_refusal(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Show that what was handed in here was refused later; a helper has to look at it."""
    return replace(visit, failure=Failure.CENTRAL_REFUSED_LATER)


def take_receipt(visit: Visit, what: Accepted, _context: Context) -> Visit:
    """Keep the signed receipt."""
    return replace(visit, outcome=replace(visit.outcome, receipt=what.receipt, pending=False))


def take_pending(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the application as stored here and not yet received by the central service."""
    return replace(visit, outcome=replace(visit.outcome, pending=True))


def nobody_rates(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether nobody here may rate: the staff file alone, and never rate themselves."""
    return visit.on_behalf.way in (Way.HELPER_ABSENT, Way.BACK_ENTRY)


def may_see_case(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether the person's case may be shown, because they are proved to be here."""
    return sees_facts(visit)


def submit(change: Change[Any]) -> Effects:
    """Seal, store and send the application, and destroy its draft."""
    visit = change.after
    application = application_of(visit, change.context.book)
    return (Submit(application), DropDraft(card_of(visit).number))


def print_receipt(change: Change[Any]) -> Effects:
    """Print the slip."""
    return (PrintSlip(slip_of(change.after, change.context.book)),)


def print_signed(change: Change[Any]) -> Effects:
    """Ask for the signed form on paper."""
    visit = change.after
    return (PrintForm(signed_case(visit, change.context.book), visit.signature.ink),)


SUBMITTING = Step(
    stage=Stage.SUBMITTING,
    page=submitting_page,
    needs_proof=True,
    may_end=False,
    may_undo=False,
    enter=submit,
    transitions=(
        On(Stored),
        On(StoreFailed, to=Stage.REVIEW, do=show_not_stored),
        On(Accepted, to=Stage.RECEIPT, do=take_receipt),
        On(Pending, to=Stage.RECEIPT, do=take_pending),
        On(Refused, to=Stage.REVIEW, do=take_refusal),
        On(CaseUnderWay, to=Stage.PROGRESS, when=may_see_case, do=turn_to_case),
        On(CaseUnderWay, to=Stage.REVIEW, do=take_refusal),
    ),
)


RECEIPT = Step(
    stage=Stage.RECEIPT,
    page=receipt_page,
    needs_proof=True,
    may_undo=False,
    enter=print_receipt,
    transitions=(
        On(Accepted, do=take_receipt),
        On(Refused, do=show_late_refusal),
        On(CaseUnderWay, to=Stage.PROGRESS, when=may_see_case, do=turn_to_case),
        On(CaseUnderWay, do=show_late_refusal),
        On(PrintFailed, do=show_failure),
        On(Printed, do=clear_printer_failure),
        On(Press.PLAN, do=cover_with(Overlay.PLAN)),
        On(Press.MORE, do=next_part),
        # Entering the stage again prints the slip once more.
        On(Press.TRY_AGAIN, when=is_not_printing, do=clear_printer_failure, again=True),
        On(Press.PRINT, when=may_print, do=begin_printing, effects=print_signed),
        On(FormPrinted, do=end_printing),
        On(FormNotPrinted, do=show_not_printed),
        On(Press.DONE, to=Stage.WIPING, when=nobody_rates),
        On(Press.DONE, to=Stage.RATING),
    ),
)
