"""No repr of what a visit makes says who stands here: logs and tracebacks use reprs."""

from __future__ import annotations

import pytest

from kiosk.crypto.envelope import OpeningKey
from kiosk.delivery.submission import Sender, submit
from kiosk.pages.press import Press
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.storage.store import Store, open_store
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.step_parts.application_of_visit import application_of
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona


def secrets(card: IdCard, facts: SharedFacts) -> tuple[str, ...]:
    return (card.name, card.number, card.address, facts.account, facts.bank, facts.unit_name)


class WordedVisitor(InventedVisitor):
    """A visitor whose every visit, event and effect is put into words."""

    def happen(self, what, visit="", request=0):
        self.heap = [*getattr(self, "heap", []), repr(what), repr(Answered(what))]
        super().happen(what, visit, request)
        self.heap += [repr(self.visit), repr(self.effects)]
        return self


@pytest.mark.parametrize("name", ["liu", "wang"])
def test_no_repr_of_a_visit_names_the_person(name):
    card, facts = persona(name)
    visitor = WordedVisitor()
    visitor.at_review(name)
    visitor.press(Press.CONFIRM)
    said = " ".join(visitor.heap)
    assert len(said) > 10_000
    for secret in secrets(card, facts):
        assert secret not in said, secret


def test_no_repr_on_the_way_out_names_the_person(tmp_path):
    card, facts = persona("liu")
    application = application_of(InventedVisitor().at_submitting().visit, handbook())
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    assert submit(store, Sender("BZ-1", OpeningKey(bytes(32)).sealing), application, NOW) is None
    said = repr((application, store.due(0.0), store.audit(), store, handbook().views))
    for secret in secrets(card, facts):
        assert secret not in said, secret
    store.close()


def test_a_planted_name_is_found():
    card, _ = persona("liu")
    assert card.name in repr((Pressed(Press.PICK), card.name))
