"""A person goes on with what was begun elsewhere; only what is missing is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from kiosk.application.document import Way
from kiosk.config.settings import ScannerSettings
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.staff.desk import Desk
from kiosk.visit.effects import (
    Cancel,
    DropDraft,
    Effect,
    FetchBegun,
    FindDraft,
    ReadCard,
    ReadCode,
    Submit,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.event import Answered
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from tests.kiosk.invented_people import NOW, InventedVisitor, attendance, handbook, persona
from tests.kiosk.visit.steps.filing_for_another import SIGN, Step, press, typed

LIU, LIU_FACTS = persona("liu")
WANG, _ = persona("wang")
UNIT = "亳州市示范机械厂"
WAITS = replace(LIU_FACTS, waiting_unit=UNIT)
SERVICES = tuple(
    code
    for code in chosen(InventedVisitor().with_facts().visit, handbook())
    if code not in ("R15", "R16")
)
ANSWERS = (("mobile", "13900001234"), ("live", "same"), ("bank", "card"), ("unknown", "x"))
FACE = FaceMatched(0.31, 0.42, "dlib128")


def begun(by: Way, **changes: Any) -> DraftBegun:
    return DraftBegun(replace(StartedElsewhere(by, LIU.number, SERVICES, ANSWERS), **changes))


def with_scanner(url: str = "/dev/kiosk/scanner") -> InventedVisitor:
    book = handbook()
    settings = replace(book.settings, code_scanner=ScannerSettings(url))
    return InventedVisitor(table=build_table(replace(book, settings=settings)))


REST = (
    *(press(Press.NEXT),) * 7,
    press(Press.PICK, "renew"),
    press(Press.PICK, "once"),
    press(Press.PICK, "rest"),
    *SIGN,
)
CONTINUE = (
    press(Press.CONTINUE),
    begun(Way.PHONE),
    press(Press.AGREE),
    CardRead(LIU),
    FACE,
    FactsKnown(LIU_FACTS),
    press(Press.RESUME),
    *REST,
)
EMPLOYER = (
    press(Press.ASK_PROGRESS),
    press(Press.NO_SLIP),
    press(Press.AGREE),
    CardRead(LIU),
    FACE,
    FactsKnown(WAITS),
    press(Press.START_SELF),
    begun(Way.EMPLOYER),
    press(Press.RESUME),
    *REST,
)
JOURNEYS = {"phone": CONTINUE, "employer": EMPLOYER}


def walk(*steps: Step, visitor: InventedVisitor | None = None) -> InventedVisitor:
    visitor = visitor or with_scanner()
    for step in steps:
        visitor.happen(step)
    return visitor


def handed_in(effects: tuple[Effect, ...]) -> dict[str, Any]:
    (submit,) = (one for one in effects if isinstance(one, Submit))
    found: dict[str, Any] = json.loads(submit.application.content)
    return found


@pytest.mark.parametrize("way", JOURNEYS)
def test_only_what_is_missing_is_asked_and_how_it_was_begun_is_handed_in(way):
    said = handed_in(walk(*JOURNEYS[way]).effects)
    assert said["way"] == way
    assert tuple(said["services"]) == SERVICES
    assert said["answers"] == dict(ANSWERS[:3]) | {
        "card_request": "renew",
        "pay_mode": "once",
        "talent": "rest",
    }
    assert said["proof"]["method"] == "face"


@pytest.mark.parametrize("way", JOURNEYS)
def test_it_can_be_seen_again_without_anybody_in_it(way):
    lines: list[str] = []
    visitor = with_scanner()
    for step in JOURNEYS[way]:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    assert [one.stage for one in replay(lines, visitor.table, NOW)][-1] is Stage.SUBMITTING
    text = "".join(lines)
    assert not [one for one in (LIU.number, LIU.name, "13900001234", UNIT) if one in text]


def test_a_terminal_without_a_scanner_offers_no_code():
    assert InventedVisitor().press(Press.CONTINUE).visit.stage is Stage.IDLE
    assert InventedVisitor().page.dock[1] is None
    cell = with_scanner().page.dock[1]
    assert cell is not None
    assert cell.act is Press.CONTINUE


def test_a_code_that_leads_to_nothing_is_scanned_anew():
    visitor = walk(press(Press.CONTINUE))
    assert ReadCode() in visitor.effects
    visitor.happen(CodeFailed(Failure.CODE_EXPIRED))
    assert visitor.page.sentence == handbook().failures[Failure.CODE_EXPIRED].sentence
    assert ReadCode() in visitor.effects
    assert Cancel() in visitor.press(Press.BACK).effects
    assert visitor.visit.stage is Stage.WIPING


def test_the_card_of_another_is_not_taken():
    visitor = walk(*CONTINUE[:3], CardRead(WANG))
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.CARD, None)
    assert visitor.page.sentence == handbook().failures[Failure.CODE_OF_ANOTHER].sentence
    assert ReadCard() in visitor.effects
    assert visitor.happen(CardRead(LIU)).visit.stage is Stage.PROOF


def test_the_card_of_another_is_seen_again_as_such():
    lines: list[str] = []
    visitor = with_scanner()
    for step in (*CONTINUE[:3], CardRead(WANG), CardRead(LIU)):
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    stages = [one.stage for one in replay(lines, visitor.table, NOW)]
    assert stages[-2:] == [Stage.CARD, Stage.PROOF]


def test_without_the_network_it_is_offered_all_the_same():
    visitor = walk(*CONTINUE[:5], FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    assert visitor.page.title == handbook().words["draft_phone"]["title"]


def test_what_was_begun_on_the_phone_goes_before_what_was_left_here():
    visitor = walk(*CONTINUE[:6])
    left = draft_of(InventedVisitor().at_materials().visit)
    offered = visitor.visit.facts.draft
    assert visitor.happen(DraftFound(left)).visit.facts.draft == offered
    visitor.press(Press.START_ANEW)
    assert (visitor.visit.facts.draft, visitor.visit.facts.draft_from) == (None, Way.SELF)
    assert DropDraft(LIU.number) in visitor.effects
    assert handed_in(visitor.filled_in().signed().effects)["way"] == "self"


def test_who_left_something_here_goes_on_with_that_before_the_employers():
    visitor = walk(press(Press.START_SELF), *CONTINUE[2:5], FactsKnown(WAITS))
    assert {FindDraft(LIU.number), FetchBegun(attendance("liu"))} <= set(visitor.effects)
    left = draft_of(InventedVisitor().at_materials().visit)
    visitor.happen(DraftFound(left)).happen(begun(Way.EMPLOYER))
    assert visitor.visit.facts.draft == left
    assert visitor.page.title == handbook().words["draft"]["title"]


def test_with_a_helper_beside_it_is_the_helpers_way():
    visitor = with_scanner().at_desk(Desk()).press(Press.FILE_FOR)
    visitor = walk(*CONTINUE[2:5], FactsKnown(WAITS), begun(Way.EMPLOYER), visitor=visitor)
    said = handed_in(walk(press(Press.RESUME), *REST, visitor=visitor).effects)
    assert (said["way"], said["staff"]) == ("helper_present", "H-0002")
    assert said["answers"]["mobile"] == "13900001234"


def test_the_employers_of_somebody_else_is_not_offered():
    visitor = walk(*EMPLOYER[:7], begun(Way.EMPLOYER, number=WANG.number))
    assert visitor.visit.facts.draft is None


def test_who_asks_for_the_progress_is_told_that_the_employer_waits():
    visitor = walk(*EMPLOYER[:6])
    words = handbook().words["case_waits"]
    assert (visitor.page.title, visitor.page.sentence) == (words["title"], words["sentence"])
    visitor.press(Press.START_SELF)
    assert FetchBegun(attendance("liu")) in visitor.effects
    page = visitor.happen(begun(Way.EMPLOYER)).page
    assert page.panel is not None
    assert page.panel.heading == UNIT


def test_who_comes_to_ask_is_not_made_to_file():
    steps = (*CONTINUE[:5], FactsKnown(replace(LIU_FACTS, open_case="a-case")))
    visitor = walk(*steps)
    assert (visitor.visit.stage, visitor.visit.facts.draft) == (Stage.PROGRESS, None)


def test_a_service_that_is_not_offered_is_ticked_when_it_was_wanted():
    visitor = walk(*CONTINUE[:5], FactsKnown(LIU_FACTS))
    draft = visitor.visit.facts.draft
    assert draft is not None
    assert set(draft.unwanted) == {"R15", "R16"}
    assert draft.ticked == ()


def test_typing_goes_on_where_it_was_missing():
    short = begun(Way.PHONE, answers=ANSWERS[1:3])
    visitor = walk(press(Press.CONTINUE), short, *CONTINUE[2:7], *(press(Press.NEXT),) * 8)
    assert visitor.page.name == "mobile"
    for digit in typed("13900001234"):
        visitor.happen(digit)
    assert visitor.press(Press.NEXT).page.name == "card_request"
