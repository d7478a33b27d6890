"""Drafts in the journal: nothing that was typed."""

from __future__ import annotations

import json
from dataclasses import replace

from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.retirement.months import Month
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.facts.events import DraftFound
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook
from tests.kiosk.visit.draft_visits import NUMBER, kept


def noted(visitor: InventedVisitor, lines: list[str], what: Event) -> None:
    Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
    visitor.happen(what)


def test_the_journal_says_nothing_that_was_typed():
    draft = kept(InventedVisitor().at_review())
    lines: list[str] = []
    visitor = InventedVisitor().with_facts()
    noted(visitor, lines, DraftFound(draft))
    noted(visitor, lines, Pressed(Press.RESUME))
    said = "".join(lines)
    for secret in ("13900001234", "19920314", NUMBER):
        assert secret not in said
    assert "mobile" in said


def test_a_draft_of_another_month_is_noted_as_how_much_later():
    visitor = InventedVisitor().with_young_facts()
    draft = replace(
        draft_of(visitor.visit), month=str(visitor.visit.facts.situation.first.later(12))
    )
    lines: list[str] = []
    noted(visitor, lines, DraftFound(draft))
    noted(visitor, lines, Pressed(Press.RESUME))
    assert json.loads(lines[-1])["restored"]["month"] == 12
    assert draft.month not in "".join(lines)
    assert Month.parse(draft.month) == visitor.visit.facts.situation.retire


def test_resuming_nothing_is_no_event():
    lines: list[str] = []
    visitor = InventedVisitor()
    noted(visitor, lines, Pressed(Press.RESUME))
    assert [one.stage for one in replay(lines, visitor.table, NOW)] == [Stage.IDLE]
