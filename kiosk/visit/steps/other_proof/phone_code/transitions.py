"""The step PHONE_CODE: the code on the person's own telephone proves who it is.

The code is opaque here: it is scanned, sent to the central service once, and kept nowhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import Proof, ProofMethod
from kiosk.visit.context import Context
from kiosk.visit.events.event import Event
from kiosk.visit.proving import accept_proof
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, attendance_of
from kiosk.visit.step_parts.identity import is_proxy
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit.steps.other_proof.phone_code.page import phone_code_page
from kiosk.visit.steps.other_proof.phone_code.requests import ProveByPhone, ScanPhone
from kiosk.visit.transition import Change, Effects, On, Step

OF_NO_USE_NOW = frozenset({Failure.PHONE_PLATFORM_AWAY, Failure.SCANNER_LOST})
"""After these no other code helps: another way is shown."""


def begin_checking(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Mark the code as being checked; the code itself is in the request alone."""
    return replace(visit, failure=None, proof=replace(visit.proof, code_checking=True))


def is_waiting(visit: Visit, _what: Event, _context: Context) -> bool:
    """Return whether no code is being checked."""
    return not visit.proof.code_checking


def no_code_helps(_visit: Visit, what: PhoneFailed, _context: Context) -> bool:
    """Return whether the platform or the scanner can't be used now."""
    return what.failure in OF_NO_USE_NOW


def show_refusal(visit: Visit, what: PhoneFailed, _context: Context) -> Visit:
    """Show why the code proves nobody."""
    return replace(stop_checking(visit), failure=what.failure)


def keep_proof(visit: Visit, what: PhoneProved, context: Context) -> Visit:
    """Keep the platform's word as the proof of identity."""
    proof = Proof(ProofMethod.PHONE, context.moment, token=what.token)
    return stop_checking(accept_proof(visit, proof))


def drop_checking(visit: Visit, _what: Event, _context: Context) -> Visit:
    """Forget that a code is being checked."""
    return stop_checking(visit)


def stop_checking(visit: Visit) -> Visit:
    """Return the visit in which no code is being checked."""
    return replace(visit, proof=replace(visit.proof, code_checking=False))


def another_code_helps(visit: Visit, what: PhoneFailed, context: Context) -> bool:
    """Return whether the code was not read, and another try may be."""
    return not no_code_helps(visit, what, context)


def scan_phone(change: Change[Any]) -> Effects:
    """Ask for a code, unless one is being checked."""
    return () if change.after.proof.code_checking else (ScanPhone(),)


def ask_platform(change: Change[PhoneScanned]) -> Effects:
    """Ask whose telephone it is, for this visit alone."""
    visit = change.after
    return (ProveByPhone(change.event.token, attendance_of(visit), visit.id),)


PHONE_CODE = Step(
    stage=Stage.PHONE_CODE,
    page=phone_code_page,
    enter=scan_phone,
    transitions=(
        On(PhoneScanned, when=is_waiting, do=begin_checking, effects=ask_platform),
        On(PhoneProved, to=Stage.PRINCIPAL, when=is_proxy, do=keep_proof),
        On(PhoneProved, to=Stage.FACTS, do=keep_proof),
        On(PhoneFailed, to=Stage.OTHER_PROOF, when=no_code_helps, do=show_refusal),
        On(PhoneFailed, do=show_refusal, again=True),
        On(Press.BACK, to=Stage.OTHER_PROOF, do=drop_checking),
    ),
)
