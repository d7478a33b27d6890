"""Does somebody act for another only with authority, and is who acted handed in and printed?

Each way of filing is a list of steps from the first page to the last.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.application.authority import CARD, PAPER, Authority, Evidence, last_day
from kiosk.application.ink import KEY_MARK
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import PaperCameraSettings
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Tick
from kiosk.pages.press import Press
from kiosk.people.identity import Sex
from kiosk.retirement.catalogue import ProxyRule
from kiosk.slip import SlipLine
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Right, Role, Session
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    CapturePaper,
    CountPrincipals,
    Effect,
    FetchFacts,
    FindDraft,
    KeepDraft,
    PrintSlip,
    ReadCard,
    Submit,
)
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.authority.actions import MOST_PAGES, Point, open_point
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import (
    INK,
    NOW,
    Visitor,
    attendance,
    handbook,
    persona,
    receipt_for,
)
from tests.kiosk.staff_people import HELPER, OTHER_HELPER, OTHER_WINDOW, WINDOW

LIU, LIU_FACTS = persona("liu")
WANG, _ = persona("wang")
STAFF_CARD = persona("helper")[0]
PAGE = CapturedPaper("a" * 64, "b" * 64, 9, "an-id")
Step = ev.Pressed | ev.Event


def press(act: Press, value: str = "") -> ev.Pressed:
    return ev.Pressed(act, value)


def typed(digits: str) -> tuple[ev.Pressed, ...]:
    return tuple(press(Press.DIGIT, digit) for digit in digits)


def with_camera(url: str = "http://camera.invalid", **changes: Any) -> Visitor:
    book = handbook()
    camera = PaperCameraSettings(url)
    settings = replace(book.settings, paper_camera=camera)
    return Visitor(table=build_table(replace(book, settings=settings, **changes)))


def walk(*steps: Step, visitor: Visitor | None = None) -> Visitor:
    visitor = visitor or with_camera()
    for step in steps:
        visitor.happen(step)
    return visitor


def one(effects: tuple[Effect, ...], kind: type) -> Any:
    (found,) = (effect for effect in effects if isinstance(effect, kind))
    return found


FACE = ev.FaceMatched(0.31, 0.42, "dlib128")
PROVED_PROXY = (press(Press.START_PROXY), press(Press.AGREE), ev.CardRead(WANG), FACE)
FORM = (
    ev.FactsKnown(LIU_FACTS),
    *(press(Press.NEXT),) * 6,
    *typed("13900001234"),
    press(Press.NEXT),
    press(Press.PICK, "same"),
    press(Press.PICK, "card"),
    *typed("19920314"),
    press(Press.NEXT),
    press(Press.PICK, "once"),
    press(Press.PICK, "rest"),
    press(Press.PROMISE),
)
FORM_UNCONFIRMED = (
    press(Press.STAY),
    press(Press.PICK, "QY"),
    *(press(Press.NEXT),) * 4,
    *typed("19920314"),
    press(Press.NEXT),
    press(Press.PICK, "rest"),
    *(press(Press.PROMISE),) * 2,
)
SIGN = (press(Press.CONFIRM), ev.Drawn(INK), press(Press.SIGNED))
LOGIN = (press(Press.STAFF), ev.CardRead(STAFF_CARD), *typed("730492"))
SECOND = (ev.CardRead(STAFF_CARD), *typed("285703"))

WITNESSED = (
    press(Press.AGREE),
    FACE,
    ev.CardRead(STAFF_CARD),
    *typed("730492"),
    ev.LoggedIn(OTHER_HELPER),
)
PROXY = (
    *PROVED_PROXY,
    ev.CardRead(LIU),
    ev.PrincipalsCounted(0),
    press(Press.PICK, "child"),
    press(Press.PICK, "apply"),
    press(Press.PICK, "signed"),
    press(Press.PICK, "once"),
    *WITNESSED,
    ev.Drawn(INK),
    press(Press.AUTHORISE),
    *FORM,
    *SIGN,
)
HELPER_ABSENT = (
    *LOGIN,
    ev.LoggedIn(OTHER_HELPER),
    ev.DeskSeen(Desk()),
    press(Press.OTHER_FILING),
    press(Press.FILE_ABSENT),
    ev.CardRead(LIU),
    press(Press.PICK, "apply_and_collect"),
    press(Press.PICK, "paper"),
    *typed("20270331"),
    press(Press.NEXT),
    press(Press.CAPTURE),
    ev.PaperCaptured(PAPER, PAGE),
    press(Press.AUTHORISE),
    *FORM_UNCONFIRMED,
    *SIGN,
)
BACK_ENTRY = (
    *LOGIN,
    ev.LoggedIn(WINDOW),
    ev.DeskSeen(Desk()),
    press(Press.OTHER_FILING),
    press(Press.BACK_ENTER),
    ev.CardRead(LIU),
    press(Press.PICK, "2026-11-20"),
    press(Press.PICK, "power"),
    press(Press.CAPTURE),
    ev.PaperCaptured(PAPER, PAGE),
    press(Press.AUTHORISE),
    *FORM_UNCONFIRMED,
    *SIGN,
    *SECOND,
    ev.LoggedIn(OTHER_WINDOW),
)
JOURNEYS = {"proxy": PROXY, "helper_absent": HELPER_ABSENT, "back_entry": BACK_ENTRY}


def handed_in(visitor: Visitor) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one(visitor.effects, Submit).application.content)
    return found


def slip_lines(visitor: Visitor) -> list[str]:
    slip = one(visitor.effects, PrintSlip).slip
    return [part.text for part in slip.parts if isinstance(part, SlipLine)]


def receipt(visitor: Visitor) -> Visitor:
    return visitor.happen(ev.Accepted(receipt_for(visitor.visit)))


@pytest.mark.parametrize("way", JOURNEYS)
def test_each_way_leads_to_a_receipt(way):
    visitor = walk(*JOURNEYS[way])
    said = handed_in(visitor)
    assert said["way"] == way
    assert said["applicant"]["number"] == LIU.number
    assert len(said["services"]) == 16
    assert one(visitor.effects, Submit).application.way == way
    receipt(visitor)
    assert visitor.visit.stage is Stage.RECEIPT
    assert "替 刘** 办" in "".join(slip_lines(visitor))


@pytest.mark.parametrize("way", JOURNEYS)
def test_each_way_can_be_seen_again_without_anybody_in_it(way):
    lines: list[str] = []
    visitor = with_camera()
    for step in JOURNEYS[way]:
        Journal(lines.append, visitor.table.book).note(visitor.visit, ev.Answered(step), 0.0)
        visitor.happen(step)
    seen = [visit.stage for visit in replay(lines, visitor.table, NOW)]
    assert seen[-1] is Stage.SUBMITTING
    text = "".join(lines)
    secrets = (LIU.name, LIU.number, WANG.name, WANG.number, "2026-11-20", "W-000", "H-000")
    assert not [secret for secret in secrets if secret in text]


def test_what_was_typed_wrong_is_seen_again_as_wrong():
    lines: list[str] = []
    visitor, seen = with_camera(), []
    steps = (
        *PROVED_PROXY,
        press(Press.NO_CARD),
        *typed("341622196606150018"),
        press(Press.NEXT),
        press(Press.ERASE),
        press(Press.DIGIT, "X"),
        press(Press.BACK),
        ev.CardRead(WANG),
        ev.CardRead(LIU),
        *(press(Press.PICK, said) for said in ("friend", "apply", "paper")),
        *typed("20251231"),
        press(Press.NEXT),
    )
    for step in steps:
        Journal(lines.append, visitor.table.book).note(visitor.visit, ev.Answered(step), 0.0)
        seen.append(visitor.happen(step).visit.failure)
    assert [visit.failure for visit in replay(lines, visitor.table, NOW)] == seen
    assert {Failure.ID_NUMBER_WRONG, Failure.AUTHORITY_EXPIRED} <= set(seen)


# a friend or relative


def test_both_names_and_the_authority_are_handed_in_and_stand_on_the_slip():
    visitor = walk(*PROXY)
    application, said = one(visitor.effects, Submit).application, handed_in(visitor)
    assert (said["proxy"]["name"], said["proxy"]["number"]) == (WANG.name, WANG.number)
    assert said["proof"]["method"] == "face"
    authority = said["authority"]
    assert (authority["relation"], authority["scope"]) == ("child", "apply")
    assert (authority["evidence"], authority["until"]) == ("signed", "2026-12-23")
    assert authority["strokes"][0][0] == [1.0, 2.0, 0.0]
    assert application.parties == (WANG.number, LIU.number)
    assert "王** 替 刘** 办" in slip_lines(receipt(visitor))
    assert visitor.press(Press.DONE).visit.stage is Stage.RATING, "who came may say how it was"


def test_every_office_sees_that_somebody_else_acted():
    said = handed_in(walk(*PROXY))
    view = handbook().views.view_of(said, "R14")
    assert view["proxy"]["name"] == WANG.name
    assert view["authority"] == said["authority"]


def test_the_own_card_is_not_that_of_somebody_else():
    visitor = walk(*PROVED_PROXY, ev.CardRead(WANG))
    assert (visitor.visit.stage, visitor.visit.on_behalf.proxy) == (Stage.PRINCIPAL, None)
    assert visitor.page.sentence == handbook().failures[Failure.PRINCIPAL_IS_PROXY].sentence
    assert ReadCard() in visitor.effects, "another card is waited for"


def test_a_case_that_is_under_way_is_shown_and_none_begun():
    steps = PROXY[: PROXY.index(press(Press.AUTHORISE)) + 1]
    case = replace(LIU_FACTS, open_case="11111111-0000-4000-8000-000000000001")
    visitor = walk(*steps, ev.FactsKnown(case)).happen(ev.ProgressKnown("亳退 1", {"R01": "ready"}))
    assert visitor.visit.stage is Stage.PROGRESS
    assert visitor.page.sentence == handbook().words["acting"]["already"]


def test_who_files_for_too_many_is_sent_to_a_helper():
    visitor = walk(*PROVED_PROXY, ev.CardRead(LIU))
    assert one(visitor.effects, CountPrincipals) == CountPrincipals(attendance("wang"), LIU.number)
    most = handbook().authority.principals_a_year
    assert visitor.happen(ev.PrincipalsCounted(most - 1)).visit.stage is Stage.AUTHORITY
    visitor.happen(ev.PrincipalsCounted(most))
    assert visitor.visit.stage is Stage.LEAFLET
    assert visitor.page.sentence == handbook().failures[Failure.PROXY_LIMIT].sentence


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
    visitor = walk(*PROVED_PROXY, ev.CardRead(LIU), *picks, *typed(day), press(Press.NEXT))
    assert visitor.visit.failure is failure
    assert (open_point(visitor.visit) is Point.PAPER) is (failure is None)
    assert visitor.press(Press.AUTHORISE).visit.stage is Stage.AUTHORITY


def test_a_term_that_nobody_offers_is_not_taken():
    visitor = Visitor().at_authority().press(Press.PICK, "nobody")
    assert visitor.visit.on_behalf.authority == Authority()


def test_nobody_goes_on_before_it_is_signed_or_photographed():
    signing = Visitor().at_authority()
    for said in ("spouse", "apply", "signed", "half"):
        signing.press(Press.AUTHORISE)
        assert signing.visit.stage is Stage.AUTHORITY
        signing.press(Press.PICK, said)
    signing.press(Press.AUTHORISE)
    assert (signing.visit.stage, signing.page.name) == (Stage.AUTHORITY, "authority_presence")
    signing.present().press(Press.AUTHORISE)
    assert signing.visit.failure is Failure.SIGNATURE_MISSING
    signing.happen(ev.Drawn(INK)).press(Press.CLEAR_INK).press(Press.AUTHORISE)
    assert signing.visit.stage is Stage.AUTHORITY
    signing.press(Press.MARK)
    assert signing.page.ink == KEY_MARK
    assert signing.press(Press.AUTHORISE).visit.stage is Stage.FACTS
    assert one(signing.effects, FetchFacts) == FetchFacts(attendance("liu"))


def on_paper() -> Visitor:
    picks = (press(Press.PICK, said) for said in ("friend", "apply", "paper"))
    return walk(*PROVED_PROXY, ev.CardRead(LIU), *picks, *typed("20270331"), press(Press.NEXT))


def test_the_paper_is_photographed_page_by_page():
    visitor = on_paper().press(Press.AUTHORISE)
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.AUTHORITY, None)
    visitor.press(Press.CAPTURE)
    assert CapturePaper(PAPER) in visitor.effects
    assert visitor.page.choices == ()
    visitor.happen(ev.PaperCaptured("P2", PAGE))
    assert visitor.visit.on_behalf.authority.pages == (), "not the picture that is waited for"
    visitor.happen(ev.PaperFailed(Failure.PAPER_BLURRED))
    assert visitor.page.sentence == handbook().failures[Failure.PAPER_BLURRED].sentence
    for _ in range(MOST_PAGES):
        visitor.press(Press.CAPTURE).happen(ev.PaperCaptured(PAPER, PAGE))
    assert [choice.act for choice in visitor.page.choices] == [Press.AUTHORISE]
    assert visitor.press(Press.CAPTURE).visit.papers.capturing == ""
    assert visitor.press(Press.AUTHORISE).visit.stage is Stage.FACTS


def test_its_pages_are_sent_along():
    paper = on_paper().press(Press.CAPTURE).happen(ev.PaperCaptured(PAPER, PAGE))
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
    visitor = on_paper().press(Press.CAPTURE).happen(ev.PaperCaptured(PAPER, PAGE))
    seen = []
    while visitor.visit.stage is Stage.AUTHORITY:
        seen.append(open_point(visitor.visit))
        visitor.press(Press.BACK)
    assert seen == [Point.PAPER, Point.UNTIL, Point.EVIDENCE, Point.SCOPE, Point.RELATION]
    assert (visitor.visit.stage, visitor.visit.on_behalf.proxy) == (Stage.PRINCIPAL, None)
    assert visitor.visit.identity.card == WANG
    visitor.happen(ev.CardRead(LIU))
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


def test_what_is_filled_in_for_another_is_not_kept_nor_looked_for():
    visitor = Visitor().authorised().filled_in()
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    kinds = {type(effect) for effect in visitor.effects}
    assert not kinds & {KeepDraft, FindDraft}
    assert visitor.visit.on_behalf.proxy is None


def test_somebody_of_the_staff_vouches_for_a_friend_whose_face_is_not_alike():
    visitor = walk(press(Press.START_PROXY), press(Press.AGREE_WITHOUT_FACE), ev.CardRead(WANG))
    visitor.press(Press.VOUCH).press(Press.PICK, "no_face").happen(ev.CardRead(STAFF_CARD))
    visitor.type("730492").happen(ev.LoggedIn(replace(OTHER_HELPER, others_vouch=True)))
    visitor.happen(ev.CardLifted()).happen(ev.CardRead(STAFF_CARD)).type("285703")
    visitor.happen(ev.LoggedIn(WINDOW))
    assert visitor.visit.stage is Stage.PRINCIPAL
    assert handed_in(walk(*PROXY[4:], visitor=visitor))["proof"]["voucher"] == "H-0002"


def test_the_mobile_number_is_that_of_the_person_who_is_told():
    visitor = Visitor().authorised().happen(ev.FactsKnown(LIU_FACTS))
    while visitor.page.name != "mobile":
        visitor.press(Press.NEXT)
    assert visitor.page.sentence == handbook().words["acting"]["mobile_sentence"]


# what another may file


def rows_of_choose(visitor: Visitor) -> dict[str, Any]:
    rows = {}
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        rows |= {row.value: row for row in visitor.page.rows if visitor.visit.stage == "choose"}
        visitor.press(Press.NEXT)
    return rows


def test_what_has_to_be_collected_in_person_says_so():
    visitor = Visitor().authorised().happen(ev.FactsKnown(LIU_FACTS))
    assert rows_of_choose(visitor)["R08"].reason == handbook().words["acting"]["apply_only"]
    own = Visitor().with_facts()
    assert rows_of_choose(own)["R08"].reason == handbook().catalogue.services["R08"].reason


def test_what_nobody_may_file_for_another_is_left_out_and_explained():
    book = handbook()
    services = {**book.catalogue.services}
    services["R09"] = replace(services["R09"], proxy=ProxyRule.IN_PERSON)
    barring = replace(book, catalogue=replace(book.catalogue, services=services))
    visitor = Visitor(table=build_table(barring)).authorised().happen(ev.FactsKnown(LIU_FACTS))
    picked = chosen(visitor.visit, barring)
    assert not {"R09", "R11"} & set(picked), "nor what waits for it"
    while "R09" not in {row.value for row in visitor.page.rows}:
        visitor.press(Press.NEXT)
    row = next(row for row in visitor.page.rows if row.value == "R09")
    assert (row.tick, row.reason) == (Tick.NOT_NEEDED, book.words["acting"]["in_person"])
    why = visitor.press(Press.WHY, "R09").page
    assert why.panel is not None
    assert why.panel.lines[0] == book.words["acting"]["in_person"]
    assert [choice.act for choice in why.choices] == [Press.STAY]
    own = Visitor(table=build_table(barring)).with_facts()
    assert "R09" in chosen(own.visit, barring), "who comes for themselves may"


# a number instead of a card

NUMBER = (
    *PROVED_PROXY,
    press(Press.NO_CARD),
    *typed("34162219660615001"),
    press(Press.DIGIT, "X"),
    press(Press.NEXT),
    press(Press.CHARACTER, "刘"),
    press(Press.CHARACTER, "长"),
)


def test_a_number_a_name_and_a_picture_stand_for_a_card_that_is_not_here():
    visitor = walk(*NUMBER, press(Press.NEXT), press(Press.CAPTURE))
    assert CapturePaper(CARD) in visitor.effects
    assert visitor.page.choices == ()
    visitor.happen(ev.PaperCaptured(PAPER, PAGE))
    assert visitor.visit.stage is Stage.PRINCIPAL, "not the picture that is waited for"
    visitor.happen(ev.PaperFailed(Failure.PAPER_DARK)).press(Press.CAPTURE)
    visitor.happen(ev.PaperCaptured(CARD, PAGE))
    card = visitor.visit.identity.card
    assert card is not None
    assert (card.number, card.name, card.name_certain) == (LIU.number, "刘长", False)
    assert (card.sex, card.birth) == (Sex.MALE, LIU.birth)
    assert visitor.visit.on_behalf.proxy == WANG
    visitor.press(Press.PICK, "child").press(Press.PICK, "apply")
    assert open_point(visitor.visit) is Point.UNTIL, "a paper is the only evidence"
    visitor.press(Press.BACK).press(Press.PICK, "apply").type("20270331").press(Press.NEXT)
    visitor.press(Press.CAPTURE).happen(ev.PaperCaptured(PAPER, PAGE)).press(Press.AUTHORISE)
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
    visitor.press(Press.OTHER_HAND).happen(ev.Drawn(INK)).happen(ev.HandRead(INK, ("王",)))
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
    visitor = walk(*PROVED_PROXY, ev.CardFailed(Failure.CARD_MOVED))
    assert visitor.page.sentence == handbook().failures[Failure.CARD_MOVED].sentence
    assert ReadCard() in visitor.effects


# somebody of the staff, for who is not here


def test_a_helper_needs_no_face_but_an_authority():
    visitor = walk(*HELPER_ABSENT)
    said = handed_in(visitor)
    assert said["proof"] == {"method": "authority", "at": NOW.isoformat(timespec="seconds")}
    assert (said["staff"], said["authority"]["until"]) == ("H-0002", "2027-03-31")
    assert "relation" not in said["authority"]
    assert "proxy" not in said
    assert said["consent"]["face"] is False
    receipt(visitor)
    assert "工作人员替 刘** 办" in slip_lines(visitor)
    assert visitor.press(Press.DONE).visit.stage is Stage.WIPING, "nobody is here who may rate"
    assert visitor.happen(ev.Wiped()).visit.stage is Stage.DESK


def test_at_a_home_visit_the_person_signs_on_the_same_pages():
    visitor = with_camera().at_desk(Desk()).press(Press.FILE_ABSENT).happen(ev.CardRead(LIU))
    for said in ("apply", "signed", "year"):
        visitor.press(Press.PICK, said)
    visitor.press(Press.AGREE).happen(FACE)
    assert [row.words for row in visitor.page.rows][:2] == [LIU.name, "帮办员"]
    visitor.happen(ev.Drawn(INK)).press(Press.AUTHORISE)
    visitor.happen(ev.FactsUnknown(Failure.CENTRAL_UNREACHABLE))
    assert visitor.visit.stage is Stage.FACTS
    assert visitor.visit.on_behalf.authority.until == date(2027, 11, 23)


def test_nobody_of_the_staff_acts_for_oneself():
    visitor = (
        with_camera().at_desk(Desk(), HELPER).press(Press.FILE_ABSENT).happen(ev.CardRead(LIU))
    )
    assert (visitor.visit.stage, visitor.visit.identity.card) == (Stage.PRINCIPAL, None)
    assert visitor.visit.failure is Failure.STAFF_SELF


@pytest.mark.parametrize(
    ("session", "may"),
    [
        (OTHER_HELPER, {Press.FILE_ABSENT}),
        (WINDOW, {Press.FILE_ABSENT, Press.BACK_ENTER}),
        (Session("H-1", Role.HELPER, frozenset({Right.UNSENT, Right.FILE_FOR})), set()),
    ],
)
def test_who_may_act_for_the_absent_and_who_enters_later(session, may):
    for act in (Press.FILE_ABSENT, Press.BACK_ENTER):
        visitor = Visitor().at_desk(Desk(), session).press(act)
        assert (visitor.visit.stage is Stage.PRINCIPAL) is (act in may)
    desk = Visitor().at_desk(Desk(), session)
    assert (Press.OTHER_FILING in {one.act for one in desk.page.choices}) is bool(may)
    offered = {row.act for row in desk.press(Press.OTHER_FILING).page.rows}
    assert offered == may or not may


# a window, later


def test_two_look_at_what_a_window_enters_later():
    visitor = walk(*BACK_ENTRY[: -len(SECOND) - 1])
    assert (visitor.visit.stage, visitor.page.name) == (Stage.SECOND, "second")
    assert ReadCard() in visitor.effects
    assert not [one for one in visitor.effects if isinstance(one, Submit)]
    visitor = walk(*SECOND, ev.LoggedIn(OTHER_WINDOW), visitor=visitor)
    said = handed_in(visitor)
    assert (said["staff"], said["checked_by"]) == ("W-0001", "W-0002")
    assert (said["accepted_on"], said["late_because"]) == ("2026-11-20", "power")
    assert "until" not in said["authority"]
    assert one(visitor.effects, Submit).application.checked_by == "W-0002"


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (WINDOW, Failure.SECOND_SAME),
        (OTHER_HELPER, Failure.STAFF_NOT_ALLOWED),
        (replace(OTHER_WINDOW, card_hash=HELPER.card_hash), Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_not_everybody_may_be_the_second(session, failure):
    visitor = walk(*BACK_ENTRY[:-1], ev.LoggedIn(session))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.SECOND, failure)
    assert visitor.visit.staff.checked_by == ""
    assert visitor.visit.staff.card_number == "", "another card is waited for"
    assert visitor.press(Press.BACK).visit.stage is Stage.REVIEW
    assert visitor.visit.signature.ink == ()


def test_a_window_cannot_go_back_further_than_the_limit():
    visitor = with_camera().at_back_entry().press(Press.PICK, "2026-11-23")
    assert visitor.visit.on_behalf.authority.accepted_on is None, "today is no later entry"
    assert visitor.press(Press.PICK, "2026-11-12").visit.on_behalf.authority.accepted_on is None
    assert visitor.press(Press.PICK, "2026-11-13").visit.on_behalf.authority.accepted_on == date(
        2026, 11, 13
    )


def test_the_months_of_a_term():
    assert last_day(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert last_day(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert last_day(date(2026, 12, 31), 6) == date(2027, 6, 30)
    assert last_day(date(2027, 11, 30), 1) == date(2027, 12, 30)
    assert last_day(date(2027, 10, 31), 1) == date(2027, 11, 30)


def test_nothing_of_either_is_left_at_the_end():
    visitor = walk(*PROXY[:-3], press(Press.QUIT), press(Press.QUIT_YES))
    visit = visitor.visit
    assert (
        visit.on_behalf.proxy,
        visit.identity.card,
        visit.on_behalf.authority,
        visit.on_behalf.principal,
    ) == (
        None,
        None,
        Authority(),
        None,
    )
    assert Evidence.SIGNED.value not in repr(visit)


# bad input on these ways


def test_who_filed_meanwhile_elsewhere_is_shown_that_case():
    visitor = walk(*PROXY).happen(ev.Stored())
    visitor.happen(ev.CaseUnderWay("11111111-0000-4000-8000-000000000002"))
    visitor.happen(ev.ProgressKnown("亳退 1", {"R01": "ready"}))
    assert visitor.visit.stage is Stage.PROGRESS
    assert visitor.page.sentence == handbook().words["acting"]["already"]


def test_the_second_types_card_and_pin_like_everybody():
    visitor = walk(*BACK_ENTRY[:-1], ev.LoginFailed(Failure.STAFF_PIN_WRONG))
    assert (visitor.visit.stage, visitor.visit.entry.typed) == (Stage.SECOND, "")
    visitor.type("28").press(Press.ERASE)
    assert visitor.visit.entry.typed == "2"
    visitor.happen(ev.CardLifted())
    assert visitor.visit.failure is Failure.STAFF_CARD_LIFTED
    visitor.happen(ev.CardFailed(Failure.CARD_MOVED))
    assert ReadCard() in visitor.effects
    visitor.happen(ev.Timeout())
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.WIPING, None)


def test_the_helper_who_is_locked_out_looks_at_nothing():
    visitor = walk(*BACK_ENTRY[:-1], ev.LoginFailed(Failure.STAFF_LOCKED))
    assert (visitor.visit.staff.card_number, visitor.visit.stage) == ("", Stage.SECOND)
