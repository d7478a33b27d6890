"""Pages that an employer handed in before the visit go with the application, whatever is decided."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.visit.effects import Submit
from kiosk.visit.events.event import Answered
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.facts.events import DraftFound
from tests.kiosk.invented_people import NOW, InventedVisitor
from tests.kiosk.visit.steps.filing_for_another import Step, press
from tests.kiosk.visit.steps.test_started_elsewhere import (
    EMPLOYER,
    WANG,
    begun,
    handed_in,
    walk,
    with_scanner,
)

FILE = "P1"
PAGES = tuple(
    CapturedPaper(digit * 64, other * 64, 4711, "00000000-0000-4000-8000-000000000009")
    for digit, other in ("ab", "cd")
)
SUPPLIED = tuple(replace(one, supplied_by="employer") for one in PAGES)
OFFER = begun(Way.EMPLOYER, papers=((FILE, SUPPLIED),))
BEFORE, AFTER = EMPLOYER[: EMPLOYER.index(begun(Way.EMPLOYER))], EMPLOYER[-1:]
STEPS: tuple[Step, ...] = tuple(OFFER if one == begun(Way.EMPLOYER) else one for one in EMPLOYER)


def test_they_stand_with_their_paper_and_are_not_sent_again():
    visitor = walk(*STEPS)
    (submit,) = (one for one in visitor.effects if isinstance(one, Submit))
    assert submit.application.blobs == (), "the terminal never had them"
    papers = {one["code"]: one for one in handed_in(visitor.effects)["papers"]}
    assert papers[FILE]["settled"] == "employer"
    assert papers[FILE]["pages"] == [
        {
            "digest": one.digest,
            "blob": one.blob,
            "bytes": one.bytes,
            "sealed_for": one.sealed_for,
            "supplied_by": "employer",
        }
        for one in PAGES
    ]


def test_they_stay_when_the_person_starts_anew():
    visitor = walk(*BEFORE, OFFER, press(Press.START_ANEW))
    assert visitor.visit.papers.supplied == {FILE: SUPPLIED}


def test_they_stay_beside_a_draft_of_the_persons_own():
    own = draft_of(InventedVisitor().with_facts().visit)
    visitor = walk(*BEFORE, DraftFound(own), OFFER)
    assert visitor.visit.facts.draft == own
    assert visitor.visit.facts.draft_from is Way.SELF
    assert visitor.visit.papers.supplied == {FILE: SUPPLIED}


def test_they_stay_when_they_come_late():
    visitor = walk(*BEFORE, *(press(Press.NEXT),) * 7)
    assert visitor.visit.stage is not Stage.FACTS
    while visitor.visit.stage is not Stage.CHOOSE:
        visitor.happen(press(Press.BACK))
    assert visitor.happen(OFFER).visit.papers.supplied == {FILE: SUPPLIED}


def test_those_of_somebody_else_are_not_taken():
    others = begun(Way.EMPLOYER, number=WANG.number, papers=((FILE, SUPPLIED),))
    assert walk(*BEFORE, others).visit.papers.supplied == {}


@pytest.mark.parametrize("digest", [one.blob for one in PAGES])
def test_the_journal_says_how_many_and_not_which(digest):
    lines: list[str] = []
    visitor = with_scanner()
    for step in STEPS:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    assert digest not in "".join(lines)
    last = list(replay(lines, visitor.table, NOW))[-1]
    assert last.stage is Stage.SUBMITTING
    assert [len(pages) for pages in last.papers.supplied.values()] == [len(PAGES)]
