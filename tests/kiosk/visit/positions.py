"""Positions in a visit, and rows of its pages, for tests of single steps."""

from __future__ import annotations

import json
from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import FactsKnown
from tests.kiosk.invented_people import (
    NOW,
    InventedVisitor,
    handbook,
    persona,
)


def only(visitor: InventedVisitor, *codes: str) -> InventedVisitor:
    """Leave out every service but these, at CHOOSE, and go on."""
    for code in handbook().catalogue.services:
        if (code in codes) == (code in visitor.visit.choice.unwanted):
            visitor.press(Press.TOGGLE, code)
    while visitor.visit.stage is Stage.CHOOSE:
        visitor.press(Press.NEXT)
    return visitor


def born(year: int, month: int) -> InventedVisitor:
    card, facts = persona("liu")
    young = replace(card, birth=card.birth.replace(year=year, month=month, day=1))
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(young))
    return visitor.happen(FaceMatched(0.31, 0.42, "x")).happen(FactsKnown(facts))


def offered(visitor: InventedVisitor) -> list[str]:
    return [row.value for row in visitor.page.rows if row.act is Press.PICK]


def application_says(visitor: InventedVisitor) -> dict:
    """Return what would be handed in about the retirement of this visitor."""
    visit = replace(visitor.visit, signature=replace(visitor.visit.signature, confirmed_at=NOW))
    return json.loads(application_of(visit, handbook()).content)["retirement"]


def with_own_account(visitor: InventedVisitor) -> InventedVisitor:
    visitor.at_form().press(Press.NONE_OF_IT).press(Press.NONE_OF_IT).press(Press.PICK, "same")
    visitor.press(Press.PICK, "own").press(Press.PICK, "ICBC").type("4111111111111111").press(
        Press.NEXT
    )
    visitor.press(Press.PICK, "renew").press(Press.PICK, "once").press(Press.PICK, "rest")
    while visitor.visit.stage is Stage.MATERIALS:
        visitor.press(Press.PROMISE)
    assert visitor.visit.stage is Stage.REVIEW
    return visitor
