"""Invented people and a visitor that walks through a visit, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from kiosk.config.schema import Reader, read_table
from kiosk.config.settings_reader import read_settings
from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.attendance import Attendance
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import CardKind, IdCard, Sex
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Session
from kiosk.visit.effects import Effect
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Drawn, Pressed
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.reference_data import ReferenceData, read_handbook
from kiosk.visit.render import draw_page
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown, FactsUnknown
from kiosk.visit.steps.submission.events import Accepted, Stored
from kiosk.visit.table import Table
from tests.kiosk.staff_people import OTHER_HELPER, WINDOW

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
INK = (((1.0, 2.0, 0.0), (30.0, 4.0, 0.4)), ((5.0, 9.0, 0.9), (40.0, 12.0, 1.4)))

TYPED = {
    "mobile": "13900001234",
    "child_birth": "19920314",
    "only_child_cert": "3416000000000306",
    "special_years": "12",
    "conclusion_no": "3416202600000012",
    "account": "6200000000000306688",
}
PICKED = {
    "live": "same",
    "unit": "91341600MA0000001R",
    "bank": "card",
    "own_bank": "ICBC",
    "pay_mode": "once",
    "card_request": "renew",
    "card_kind": "first",
    "card_bank": "ABC",
    "card_pickup": "bank",
    "card_benefit": "no",
    "annuity_plan": "enterprise",
    "special_job": "heat",
    "leader": "no",
    "talent": "rest",
}
"""What an invented person answers, by page."""


@cache
def handbook() -> ReferenceData:
    settings = read_settings(CONFIG / "kiosk.toml", CONFIG / "profiles" / "demo.toml")
    return read_handbook(CONFIG, settings)


def persona(name: str) -> tuple[IdCard, SharedFacts]:
    path = CONFIG / "personas" / f"{name}.toml"
    table = read_table(path)
    card = table["card"]
    facts = Reader(path).build(SharedFacts, table["facts"], "facts")
    assert facts is not None
    return (
        IdCard(
            kind=CardKind(card["kind"]),
            name=card["name"],
            sex=Sex(card["sex"]),
            nation=card.get("nation", ""),
            birth=card["birth"],
            address=card.get("address", ""),
            number=card["number"],
            authority=card.get("authority", ""),
            valid_from=card["valid_from"],
            valid_until=card.get("valid_until"),
        ),
        facts,
    )


def attendance(name: str, *, proved: bool = True) -> Attendance:
    """The evidence that a person is here whose card was read, and whose face was alike, at NOW."""
    card = persona(name)[0]
    face = Proof(ProofMethod.FACE, NOW, 0.31, 0.42, "dlib128")
    return Attendance(card.number, card.name, True, NOW, face if proved else None)


def receipt_for(visit: Visit) -> Receipt:
    return Receipt(
        visit.application_id, "d" * 64, "BZ", 1, "亳退 0042 7138", NOW, date(2026, 12, 14), "k"
    )


def at_questions(name: str = "liu", **facts: object) -> InventedVisitor:
    """Return a visitor at the questions, of whom the offices know something else."""
    known = replace(persona(name)[1], **facts)  # type: ignore[arg-type]
    visitor = InventedVisitor().proved(name).happen(FactsKnown(known))
    while visitor.visit.stage in ("facts", "choose"):
        visitor.press(Press.NEXT)
    return visitor


@dataclass
class InventedVisitor:
    """Walks through a visit by events; keeps the effects of the last step."""

    visit: Visit = field(
        default_factory=lambda: Visit("v-1", "00000000-0000-4000-8000-000000000001")
    )
    table: Table = field(default_factory=lambda: build_table(handbook()))
    effects: tuple[Effect, ...] = ()
    now: datetime = NOW

    def happen(self, what: Event, visit: str = "", request: int = 0) -> InventedVisitor:
        event = Answered(what, visit, request)
        self.visit, self.effects = self.table.step(self.visit, event, self.now)
        return self

    def press(self, act: Press, value: str = "") -> InventedVisitor:
        return self.happen(Pressed(act, value))

    def type(self, digits: str) -> InventedVisitor:
        for digit in digits:
            self.press(Press.DIGIT, digit)
        return self

    @property
    def page(self) -> Page:
        return draw_page(self.visit, self.table)

    # stretches of the way

    def acting(self) -> InventedVisitor:
        """Walk to where somebody who was proved says for whom they act."""
        self.press(Press.START_PROXY).press(Press.AGREE).happen(CardRead(persona("wang")[0]))
        return self.happen(FaceMatched(0.31, 0.42, "dlib128"))

    def at_authority(self) -> InventedVisitor:
        return self.acting().happen(CardRead(persona("liu")[0]))

    def authorised(self) -> InventedVisitor:
        self.at_authority().press(Press.PICK, "child").press(Press.PICK, "apply")
        self.press(Press.PICK, "signed").press(Press.PICK, "once")
        return self.present().happen(Drawn(INK)).press(Press.AUTHORISE)

    def present(self) -> InventedVisitor:
        """Show that the person is here: own consent, own face, and a helper beside."""
        self.press(Press.AGREE).happen(FaceMatched(0.31, 0.42, "dlib128"))
        self.happen(CardRead(persona("helper")[0])).type("730492")
        return self.happen(LoggedIn(OTHER_HELPER))

    def at_back_entry(self) -> InventedVisitor:
        self.at_desk(Desk(), WINDOW).press(Press.OTHER_FILING).press(Press.BACK_ENTER)
        return self.happen(CardRead(persona("liu")[0]))

    def filled_in(self) -> InventedVisitor:
        """Go on from the facts to the review; the facts are those of liu."""
        self.happen(FactsKnown(persona("liu")[1]))
        while self.visit.stage in ("facts", "choose"):
            self.press(Press.NEXT)
        self._answered()
        while self.visit.stage == "materials":
            self.press(Press.PROMISE)
        return self

    def signed(self) -> InventedVisitor:
        return self.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)

    def knocking(self, pin: str = "730492") -> InventedVisitor:
        self.press(Press.STAFF).happen(CardRead(persona("helper")[0]))
        return self.type(pin)

    def at_desk(self, desk: Desk | None, session: Session = OTHER_HELPER) -> InventedVisitor:
        self.knocking().happen(LoggedIn(session))
        return self if desk is None else self.happen(DeskSeen(desk))

    def with_card(self, name: str = "liu", *, face: bool = True) -> InventedVisitor:
        self.press(Press.START_SELF)
        self.press(Press.AGREE if face else Press.AGREE_WITHOUT_FACE)
        return self.happen(CardRead(persona(name)[0]))

    def proved(self, name: str = "liu") -> InventedVisitor:
        return self.with_card(name).happen(FaceMatched(0.31, 0.42, "dlib128"))

    def offline(self, kind: str = "unsure") -> InventedVisitor:
        """Walk to where no office can be asked, and say how the person is insured."""
        self.proved().happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE))
        return self.press(Press.PICK, kind)

    def with_facts(self, name: str = "liu") -> InventedVisitor:
        return self.proved(name).happen(FactsKnown(persona(name)[1]))

    def with_young_facts(self, year: int = 1968, **facts: object) -> InventedVisitor:
        card, shared = persona("liu")
        young = replace(card, birth=card.birth.replace(year=year))
        self.press(Press.START_SELF).press(Press.AGREE).happen(CardRead(young))
        self.happen(FaceMatched(0.31, 0.42, "dlib128"))
        return self.happen(FactsKnown(replace(shared, **facts)))

    def with_deemed_months_insisted(self) -> InventedVisitor:
        """Walk to the papers of somebody whose early work no office has on record."""
        facts = replace(persona("liu")[1], deemed_months=0)
        self.proved().happen(FactsKnown(facts))
        while "R05" not in [row.value for row in self.page.rows]:
            self.press(Press.NEXT)
        self.press(Press.WHY, "R05").press(Press.INSIST)
        while self.visit.stage == "choose":
            self.press(Press.NEXT)
        return self._answered()

    def at_choose(self, name: str = "liu") -> InventedVisitor:
        self.with_facts(name)
        while self.visit.stage == "facts":
            self.press(Press.NEXT)
        return self

    def at_form(self, name: str = "liu") -> InventedVisitor:
        self.at_choose(name)
        while self.visit.stage == "choose":
            self.press(Press.NEXT)
        return self

    def at_materials(self, name: str = "liu") -> InventedVisitor:
        return self.at_form(name)._answered()

    def _answered(self) -> InventedVisitor:
        while self.visit.stage == "form":
            self.answer()
        return self

    def filled_in_from_here(self) -> InventedVisitor:
        """Go on from the questions to the review."""
        self._answered()
        while self.visit.stage == "materials":
            self.press(Press.PROMISE)
        return self

    def answer(self) -> InventedVisitor:
        """Answer the question on the page."""
        asked = self.page.name
        if asked in TYPED:
            return self.type(TYPED[asked]).press(Press.NEXT)
        if asked in PICKED:
            return self.press(Press.PICK, PICKED[asked])
        return self.press(Press.CHARACTER, "英").press(Press.NEXT)

    def at_review(self, name: str = "liu") -> InventedVisitor:
        self.at_materials(name)
        while self.visit.stage == "materials":
            self.press(Press.PROMISE)
        return self

    def at_submitting(self, name: str = "liu") -> InventedVisitor:
        return self.at_review(name).press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)

    def at_receipt(self, name: str = "liu") -> InventedVisitor:
        self.at_submitting(name).happen(Stored())
        return self.happen(Accepted(receipt_for(self.visit)))
