"""Visits that are left half way, for tests of drafts."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.press import Press
from kiosk.visit.effects import KeepDraft
from kiosk.visit.records.facts import Draft
from kiosk.visit.step_parts.draft import decode
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown
from tests.kiosk.invented_people import InventedVisitor, persona

NUMBER = persona("liu")[0].number


def kept(visitor: InventedVisitor) -> Draft:
    """Return what leaving now seals."""
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    (effect,) = [one for one in visitor.effects if isinstance(one, KeepDraft)]
    draft = decode(effect.content)
    assert draft is not None
    assert effect.number == NUMBER
    return draft


def offered(draft: Draft) -> InventedVisitor:
    return InventedVisitor().with_facts().happen(DraftFound(draft))


def restored(draft: Draft, **facts: object) -> InventedVisitor:
    visitor = InventedVisitor().proved().happen(FactsKnown(replace(persona("liu")[1], **facts)))
    return visitor.happen(DraftFound(draft)).press(Press.RESUME)
