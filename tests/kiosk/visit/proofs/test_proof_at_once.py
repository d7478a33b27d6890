"""A proof that is done where it is offered needs no press before it."""

from __future__ import annotations

from dataclasses import replace

from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.qr_token import QrToken
from kiosk.visit.effects import Cancel
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.samples import SampleSource
from kiosk.visit.steps.other_proof.card_pin.events import PinRefused, SsCardFailed, SsCardRead
from kiosk.visit.steps.other_proof.card_pin.requests import ReadSsCard
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit.steps.other_proof.phone_code.requests import ProveByPhone, ScanPhone
from kiosk.visit.steps.other_proof.samples import samples
from tests.kiosk.invented_people import InventedVisitor, persona
from tests.kiosk.visit.proofs.proof_visitors import OWN_CARD, visitor_at, with_pin_asked

ANOTHER_CARD = ReadSsCard(after_another=True)


def at_other_proof(*, pin: bool = True, phone: bool = True) -> InventedVisitor:
    return visitor_at(pin=pin, phone=phone).with_card(face=False)


def asked(visitor: InventedVisitor) -> list[object]:
    return [one for one in visitor.effects if one != Cancel()]


def test_the_machine_waits_for_what_it_offers():
    assert asked(at_other_proof()) == [ANOTHER_CARD, ScanPhone()]
    assert asked(at_other_proof(phone=False)) == [ANOTHER_CARD]
    assert asked(at_other_proof(pin=False)) == [ScanPhone()]


def test_a_card_that_is_put_in_leads_to_its_pin_and_is_not_read_again():
    visitor = at_other_proof().happen(SsCardRead(OWN_CARD))
    assert (visitor.page.name, asked(visitor)) == ("card_pin_number", [])


def test_a_card_of_another_is_refused_and_taken_out_first():
    other = replace(OWN_CARD, ssn=persona("wang")[0].number)
    visitor = at_other_proof().happen(SsCardRead(other))
    assert visitor.visit.failure is Failure.SS_CARD_OF_ANOTHER
    assert (visitor.visit.stage, asked(visitor)) == (Stage.CARD_PIN, [ANOTHER_CARD])


def test_a_card_that_is_not_seated_is_said_and_a_lost_reader_is_not():
    visitor = at_other_proof().happen(SsCardFailed(Failure.SS_CARD_NOT_SEATED))
    assert (visitor.page.name, visitor.visit.failure) == ("card_pin", Failure.SS_CARD_NOT_SEATED)
    visitor = at_other_proof().happen(SsCardFailed(Failure.PCSC_STOPPED))
    assert (visitor.page.name, visitor.visit.failure) == ("other_proof", None)


def test_a_card_that_was_blocked_has_to_come_out_before_another_is_read():
    visitor = with_pin_asked().type("135790").press(Press.NEXT)
    visitor.happen(PinRefused(Failure.PIN_BLOCKED, 0))
    assert ANOTHER_CARD in asked(visitor)


def test_a_code_that_is_held_to_the_scanner_is_checked_at_once():
    visitor = at_other_proof().happen(PhoneScanned(QrToken("a-code", 0.0)))
    assert visitor.page.name == "phone_code"
    (request,) = asked(visitor)
    assert isinstance(request, ProveByPhone), "and no other code is scanned meanwhile"
    assert visitor.happen(PhoneProved("t")).visit.stage is Stage.FACTS


def test_a_code_that_can_not_be_read_is_tried_anew_and_a_lost_scanner_is_not_said():
    visitor = at_other_proof().happen(PhoneFailed(Failure.CODE_UNREADABLE))
    assert (visitor.page.name, asked(visitor)) == ("phone_code", [ScanPhone()])
    assert visitor.visit.failure is Failure.CODE_UNREADABLE
    visitor = at_other_proof().happen(PhoneFailed(Failure.SCANNER_LOST))
    assert (visitor.page.name, visitor.visit.failure) == ("other_proof", None)


def test_the_gallery_knows_what_can_be_done_here():
    visitor = at_other_proof()
    source = SampleSource(visitor.table.book, persona)
    kinds = {type(one) for one in samples(visitor.visit, source)}
    assert kinds >= {SsCardRead, PhoneScanned}
    no_card = replace(visitor.visit, identity=InventedVisitor().visit.identity)
    assert list(samples(no_card, source)) == []
    bare = SampleSource(visitor_at(pin=False).table.book, persona)
    assert list(samples(visitor.visit, bare)) == []
