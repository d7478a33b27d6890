"""Mobile numbers at which a principal, or the person who filed for them, gets messages.

A principal's number is the one that the people registry holds, never one that came with the
application. A number that is also the filer's does not count: it would ask the filer for consent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from central.intake.examiner import given_answers
from central.intake.vouching import read_vouching
from central.people import names_agree
from central.vault_port import Contact, ContactReach
from kiosk.application.document import FOR_ANOTHER
from kiosk.people.id_number import normalise

if TYPE_CHECKING:
    from central.people import People
    from central.staff import StaffAccount

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Contacts:
    """Looks numbers up in the people registry; `accounts` are the staff of all points."""

    people: People
    accounts: Collection[StaffAccount]

    def principal(self, document: Document) -> Contact:
        """Return the contact of the principal of an application."""
        number, name = _person(document, "applicant")
        known = self.people.registered_as(number)
        if not names_agree(known.name, name):
            return Contact(ContactReach.NAME_DIFFERS)
        if not known.mobile:
            return Contact(ContactReach.NO_NUMBER)
        if known.mobile in self._of_filers(document):
            return Contact(ContactReach.FILERS_NUMBER)
        return Contact(ContactReach.REACHED, known.mobile)

    def filer(self, document: Document) -> Contact:
        """Return the contact of the friend or relative who filed.

        Staff see the outcome at their desk.
        """
        number, name = _person(document, "proxy")
        known = self.people.registered_as(number)
        usable = known.mobile and names_agree(known.name, name)
        return (
            Contact(ContactReach.REACHED, known.mobile)
            if usable
            else Contact(ContactReach.NO_NUMBER)
        )

    def applicant(self, document: Document) -> str:
        """Return the number for offices' news of the case, "" for none."""
        given = given_answers(document).get("mobile")
        if document.get("way") in FOR_ANOTHER and not given:
            return self.principal(document).mobile
        return given if isinstance(given, str) else ""

    def _of_filers(self, document: Document) -> set[str]:
        # Pseudonyms count within a point; of a namesake elsewhere the number does not count either.
        names = {document.get("staff"), document.get("checked_by"), *_vouchers(document)}
        cards = [one.card_hash for one in self.accounts if one.id in names]
        staff = {self.people.mobile_of_card(card) for card in cards}
        proxy, _ = _person(document, "proxy")
        return staff | {self.people.registered_as(proxy).mobile}


def _vouchers(document: Document) -> tuple[str, ...]:
    proof = document.get("proof")
    vouching = read_vouching(proof) if isinstance(proof, dict) else None
    return vouching.staff if vouching else ()


def _person(document: Document, member: str) -> tuple[str, str]:
    """Return number and name of a person of the application, "" for what is not said."""
    found = document.get(member)
    said = found if isinstance(found, dict) else {}
    return normalise(str(said.get("number", ""))), str(said.get("name", ""))
