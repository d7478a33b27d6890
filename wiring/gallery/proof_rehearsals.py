"""The modelled visit by the proofs beside the face: card with PIN, telephone, vouching."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.pages.page import Page
from kiosk.people.consent import ProofMethod
from kiosk.people.qr_token import QrToken
from kiosk.people.ss_card import SsCard
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.steps.other_proof.card_pin.events import PinAccepted, SsCardRead
from kiosk.visit.steps.other_proof.phone_code.events import PhoneProved, PhoneScanned
from screens.scripted.person import (
    InsertSsCard,
    PersonAction,
    PutCard,
    ScriptedPerson,
    ShowCode,
    TakeCard,
    TakeSsCard,
)
from screens.scripted.proving import ScriptedCardHolder, ScriptedPhoneHolder, ScriptedVouched
from wiring.gallery.page_catalogue import invented_person
from wiring.gallery.task_time_model import Length, Rehearsal, first_visit

PIN = "135790"
STAFF = ("helper", "window")  # of config/personas: who vouches first, and second
STAFF_PAGES = ("vouching", "vouching_reason", "vouching_second", "staff_pin")

AT_ONCE = {ScriptedCardHolder: "lay_card", ScriptedPhoneHolder: "show_code"}
"""Who does the proof where it is offered, and what it takes of the hands."""
PEOPLE: Mapping[ProofMethod, Callable[[], ScriptedPerson]] = MappingProxyType(
    {
        ProofMethod.CARD_PIN: lambda: ScriptedCardHolder(pin=PIN),
        ProofMethod.PHONE: ScriptedPhoneHolder,
        ProofMethod.VOUCHED: lambda: ScriptedVouched(staff_cards=STAFF, pin=PIN),
    }
)


@dataclass
class ProofRehearsal(Rehearsal):
    """A visit of somebody who proves without the face; the staff's own acts take their own time."""

    vouchers: list[Session] = field(default_factory=list)

    def _do(self, action: PersonAction, page: Page) -> None:
        match action:
            case InsertSsCard():
                card = invented_person(self.who)[0]
                self._happen(SsCardRead(SsCard("", card_number="Z1", ssn=card.number)))
            case TakeSsCard():
                pass  # both cards are taken at the end, and Wiped follows the second
            case ShowCode():
                self._happen(PhoneScanned(QrToken("invented", 0.0)))
                self._spend(self.figures["machine"]["seconds_to_ask"])
                self._happen(PhoneProved("invented"))
            case PutCard(whose) if whose:
                self._spend(self.figures["helper"]["lay_card"])
                self._happen(CardRead(invented_person(whose)[0]))
            case TakeCard() if page.name in STAFF_PAGES:
                self._spend(self.figures["helper"]["seconds_a_touch"])
            case _:
                super()._do(action, page)

    def _perceive(self, page: Page) -> None:
        if page.name not in STAFF_PAGES:
            super()._perceive(page)
        elif page.name != self._page:
            self._page = page.name
            self.length.pages += 1
            pause = self.figures["machine"]["seconds_a_page"]
            self._spend(self.figures["helper"]["seconds_a_page"] + pause)

    def _busy(self, page: Page) -> float:
        """Return how long the proof takes that is done at once, without choosing it before."""
        hands = AT_ONCE.get(type(self.person)) if page.name == "other_proof" else None
        return self.figures["hands"][hands] if hands else super()._busy(page)

    def _touch(self, *, typed: bool) -> None:
        if self._page not in STAFF_PAGES:
            super()._touch(typed=typed)
            return
        quick = "seconds_a_character" if typed else "seconds_a_touch"
        self._spend(self.figures["helper"][quick])

    def _answer(self, page: Page, hands: Mapping[str, float]) -> None:
        if page.name == "card_pin_number":
            self._happen(PinAccepted())
        elif page.name == "staff_pin":
            number = len(self.vouchers) + 1
            self.vouchers.append(
                Session(f"H-{number:04}", Role.HELPER, ROLE_RIGHTS[Role.HELPER], others_vouch=True)
            )
            self._happen(LoggedIn(self.vouchers[-1]))
        else:
            super()._answer(page, hands)


def rehearse_proof(method: ProofMethod) -> Length:
    """Return the length of the fullest visit of somebody who proves by this method."""
    figures, voice, table, visit = first_visit()
    return ProofRehearsal(figures, voice, table, visit, person=PEOPLE[method]()).run()
