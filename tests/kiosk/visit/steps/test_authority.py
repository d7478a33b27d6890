"""The authority of who files for another: its term, its paper, the principal's number and name."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kiosk.application.authority import CARD, PAPER, Authority, last_day
from kiosk.application.ink import KEY_MARK
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.identity import Sex
from kiosk.staff.desk import Desk
from kiosk.visit.effects import (
    CapturePaper,
    FetchFacts,
    ReadCard,
    Submit,
)
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn, HandRead
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.steps.authority.actions import MOST_PAGES, Point, open_point
from tests.kiosk.invented_people import (
    INK,
    NOW,
    InventedVisitor,
    attendance,
    handbook,
)
from tests.kiosk.staff_people import HELPER
from tests.kiosk.visit.steps.filing_for_another import (
    FORM_UNCONFIRMED,
    LIU,
    NUMBER,
    PAGE,
    PROVED_PROXY,
    WANG,
    one,
    press,
    typed,
    walk,
    with_camera,
)


@pytest.mark.parametrize(
    ("day", "failure"),
    [
        ("20261122", Failure.AUTHORITY_EXPIRED),
        ("20261123", None),
        ("20261131", Failure.DAY_WRONG),
        ("2026112", Failure.DAY_WRONG),
        ("", Failure.DAY_WRONG),
    ],
)
def test_an_authorisation_that_is_over_counts_no_more(day, failure):
    picks = (press(Press.PICK, said) for said in ("friend", "apply", "paper"))
    visitor = walk(*PROVED_PROXY, CardRead(LIU), *picks, *typed(day), press(Press.NEXT))
    assert visitor.visit.failure is failure
    assert (open_point(visitor.visit) is Point.PAPER) is (failure is None)
    assert visitor.press(Press.AUTHORISE).visit.stage is Stage.AUTHORITY


def test_a_term_that_nobody_offers_is_not_taken():
    visitor = InventedVisitor().at_authority().press(Press.PICK, "nobody")
    assert visitor.visit.on_behalf.authority == Authority()


def test_nobody_goes_on_before_it_is_signed_or_photographed():
    signing = InventedVisitor().at_authority()
    for said in ("spouse", "apply", "signed", "half"):
        signing.press(Press.AUTHORISE)
        assert signing.visit.stage is Stage.AUTHORITY
        signing.press(Press.PICK, said)
    signing.press(Press.AUTHORISE)
    assert (signing.visit.stage, signing.page.name) == (Stage.AUTHORITY, "authority_presence")
    signing.present().press(Press.AUTHORISE)
    assert signing.visit.failure is Failure.SIGNATURE_MISSING
    signing.happen(Drawn(INK)).press(Press.CLEAR_INK).press(Press.AUTHORISE)
    assert signing.visit.stage is Stage.AUTHORITY
    signing.press(Press.MARK)
    assert signing.page.ink == KEY_MARK
    assert signing.press(Press.AUTHORISE).visit.stage is Stage.FACTS
    assert one(signing.effects, FetchFacts) == FetchFacts(attendance("liu"))


def on_paper() -> InventedVisitor:
    picks = (press(Press.PICK, said) for said in ("friend", "apply", "paper"))
    return walk(*PROVED_PROXY, CardRead(LIU), *picks, *typed("20270331"), press(Press.NEXT))


def test_the_paper_is_photographed_page_by_page():
    visitor = on_paper().press(Press.AUTHORISE)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.AUTHORITY, None)
    visitor.press(Press.CAPTURE)
    assert CapturePaper(PAPER) in visitor.effects
    assert visitor.page.choices == ()
    visitor.happen(PaperCaptured("P2", PAGE))
    assert visitor.visit.on_behalf.authority.pages == (), "not the picture that is waited for"
    visitor.happen(PaperFailed(Failure.PAPER_BLURRED))
    assert visitor.page.sentence == handbook().failures[Failure.PAPER_BLURRED].sentence
    for _ in range(MOST_PAGES):
        visitor.press(Press.CAPTURE).happen(PaperCaptured(PAPER, PAGE))
    assert [choice.act for choice in visitor.page.choices] == [Press.AUTHORISE]
    assert visitor.press(Press.CAPTURE).visit.papers.capturing == ""
    assert visitor.press(Press.AUTHORISE).visit.stage is Stage.FACTS


def test_its_pages_are_sent_along():
    paper = on_paper().press(Press.CAPTURE).happen(PaperCaptured(PAPER, PAGE))
    said = walk(press(Press.AUTHORISE), *FORM_UNCONFIRMED, visitor=paper)
    application = one(said.signed().effects, Submit).application
    assert PAGE.blob in application.blobs
    assert json.loads(application.content)["authority"]["pages"] == [PAGE.record()]


def test_without_a_camera_a_paper_is_for_another_place():
    visitor = with_camera("").at_authority()
    for said in ("friend", "apply", "paper"):
        visitor.press(Press.PICK, said)
    visitor.type("20270331").press(Press.NEXT)
    assert visitor.page.sentence == handbook().words["authority"]["no_camera"]
    assert visitor.page.choices == ()
    assert with_camera("").acting().page.choices == (), "no number can be typed either"
    assert not with_camera("").acting().press(Press.NO_CARD).visit.on_behalf.typing


def test_what_was_said_can_be_taken_back_one_by_one():
    visitor = on_paper().press(Press.CAPTURE).happen(PaperCaptured(PAPER, PAGE))
    seen = []
    while visitor.visit.stage is Stage.AUTHORITY:
        seen.append(open_point(visitor.visit))
        visitor.press(Press.BACK)
    assert seen == [Point.PAPER, Point.UNTIL, Point.EVIDENCE, Point.SCOPE, Point.RELATION]
    assert (visitor.visit.stage, visitor.visit.on_behalf.proxy) == (Stage.PRINCIPAL, None)
    assert visitor.visit.identity.card == WANG
    visitor.happen(CardRead(LIU))
    assert visitor.visit.on_behalf.authority == Authority()
    assert visitor.press(Press.BACK).press(Press.BACK).visit.overlay is Overlay.QUIT


def test_a_window_takes_back_day_and_reason():
    visitor = (
        with_camera().at_back_entry().press(Press.PICK, "2026-11-20").press(Press.PICK, "visit")
    )
    seen = []
    while visitor.visit.stage is Stage.AUTHORITY:
        seen.append(open_point(visitor.visit))
        visitor.press(Press.BACK)
    assert seen == [Point.PAPER, Point.REASON, Point.DAY]
    assert visitor.visit.identity.card is None


def test_a_number_a_name_and_a_picture_stand_for_a_card_that_is_not_here():
    visitor = walk(*NUMBER, press(Press.NEXT), press(Press.CAPTURE))
    assert CapturePaper(CARD) in visitor.effects
    assert visitor.page.choices == ()
    visitor.happen(PaperCaptured(PAPER, PAGE))
    assert visitor.visit.stage is Stage.PRINCIPAL, "not the picture that is waited for"
    visitor.happen(PaperFailed(Failure.PAPER_DARK)).press(Press.CAPTURE)
    visitor.happen(PaperCaptured(CARD, PAGE))
    card = visitor.visit.identity.card
    assert card is not None
    assert (card.number, card.name, card.name_certain) == (LIU.number, "刘长", False)
    assert (card.sex, card.birth) == (Sex.MALE, LIU.birth)
    assert visitor.visit.on_behalf.proxy == WANG
    visitor.press(Press.PICK, "child").press(Press.PICK, "apply")
    assert open_point(visitor.visit) is Point.UNTIL, "a paper is the only evidence"
    visitor.press(Press.BACK).press(Press.PICK, "apply").type("20270331").press(Press.NEXT)
    visitor.press(Press.CAPTURE).happen(PaperCaptured(PAPER, PAGE)).press(Press.AUTHORISE)
    assert visitor.visit.stage is Stage.FACTS
    said = json.loads(json.dumps(visitor.visit.on_behalf.authority.record("v", NOW.date())))
    assert said["card_copy"] == PAGE.record()
    assert visitor.visit.on_behalf.authority.papers() == (PAGE, PAGE)


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        ("341622196606150018", Failure.ID_NUMBER_WRONG),
        ("34162219660615001", Failure.ID_NUMBER_WRONG),
        (WANG.number, Failure.PRINCIPAL_IS_PROXY),
    ],
)
def test_numbers_that_are_not_taken(number, failure):
    visitor = walk(*PROVED_PROXY, press(Press.NO_CARD), *typed(number), press(Press.NEXT))
    assert (visitor.visit.on_behalf.principal, visitor.visit.failure) == (None, failure)
    visitor.press(Press.ERASE)
    assert (visitor.visit.entry.typed, visitor.visit.failure) == (number[:-1], None)


def test_a_helper_types_no_number_of_the_own():
    visitor = with_camera().at_desk(Desk(), HELPER).press(Press.FILE_ABSENT)
    visitor.press(Press.NO_CARD).type(LIU.number).press(Press.NEXT)
    assert visitor.visit.failure is Failure.STAFF_SELF


def test_a_name_is_written_by_hand_or_by_letters():
    visitor = walk(*NUMBER[:-2], press(Press.NEXT))
    assert visitor.visit.on_behalf.principal is not None
    assert visitor.visit.on_behalf.principal.name == "", "there is none yet"
    visitor.press(Press.OTHER_HAND).press(Press.SPELL, "l").press(Press.SPELL, "i").press(
        Press.MORE
    )
    assert visitor.visit.display.part == 1
    visitor.press(Press.CHARACTER, "李").press(Press.DIGIT, "2").press(Press.ERASE)
    assert visitor.visit.entry.written == "李"
    visitor.press(Press.OTHER_HAND).happen(Drawn(INK)).happen(HandRead(INK, ("王",)))
    assert visitor.page.rows[0].words == "王"
    back = visitor.press(Press.BACK)
    assert (
        back.visit.on_behalf.typing,
        back.visit.on_behalf.principal,
        back.visit.entry.written,
    ) == (False, None, "")
    assert ReadCard() in back.effects


def test_a_rare_character_of_a_name_is_put_together_from_its_parts():
    """Rare characters stand in names more than anywhere."""
    visitor = walk(*NUMBER[:-2], press(Press.CHARACTER, "王"), press(Press.CHARACTER, "月"))
    joined = next(row for row in visitor.page.rows if row.words == "玥")
    visitor.press(Press.RARE)
    assert (visitor.page.name, visitor.page.step) == ("rare", 1)
    visitor.press(Press.STAY).press(Press.JOIN, joined.value)
    assert visitor.visit.entry.written == "玥"


def test_a_card_that_cannot_be_read_is_read_again():
    visitor = walk(*PROVED_PROXY, CardFailed(Failure.CARD_MOVED))
    assert visitor.page.sentence == handbook().failures[Failure.CARD_MOVED].sentence
    assert ReadCard() in visitor.effects


def test_the_months_of_a_term():
    assert last_day(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert last_day(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert last_day(date(2026, 12, 31), 6) == date(2027, 6, 30)
    assert last_day(date(2027, 11, 30), 1) == date(2027, 12, 30)
    assert last_day(date(2027, 10, 31), 1) == date(2027, 11, 30)
