"""Visitors before a terminal with a reader of social security cards, by profile and sensor."""

from __future__ import annotations

from dataclasses import replace

from kiosk.config.settings import Profile, ScannerSettings, SsCardReaderSettings
from kiosk.pages.press import Press
from kiosk.people.ss_card import SsCard
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.other_proof.card_pin.events import SsCardRead
from tests.kiosk.invented_people import InventedVisitor, handbook, persona

OWN_CARD = SsCard(card_number="Z00000515", ssn=persona("liu")[0].number, name="刘长青")


def terminal_book(
    profile: Profile = Profile.DEMO,
    *,
    infrared: bool = False,
    pin: bool = True,
    phone: bool = False,
) -> ReferenceData:
    """The reference data of a terminal with these settings."""
    book = handbook()
    settings = replace(
        book.settings,
        profile=profile,
        face=replace(book.settings.face, infrared="http://infrared.invalid" if infrared else ""),
        ss_card_reader=SsCardReaderSettings("pcsc://" if pin else "lib:/opt/vendor.so"),
        code_scanner=ScannerSettings("/dev/kiosk/scanner" if phone else "", phone_proof=phone),
    )
    return replace(book, settings=settings)


def visitor_at(
    profile: Profile = Profile.DEMO,
    *,
    infrared: bool = False,
    pin: bool = True,
    phone: bool = False,
) -> InventedVisitor:
    """A visitor before such a terminal."""
    book = terminal_book(profile, infrared=infrared, pin=pin, phone=phone)
    return InventedVisitor(table=build_table(book))


def with_pin_asked() -> InventedVisitor:
    """A visitor whose own social security card lies in the reader."""
    visitor = visitor_at().with_card(face=False).press(Press.USE_SS_CARD)
    return visitor.happen(SsCardRead(OWN_CARD))
