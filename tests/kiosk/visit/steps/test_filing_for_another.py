"""Filing for another: each way leads to a receipt that names who acted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.application.authority import Authority, Evidence
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Tick
from kiosk.pages.press import Press
from kiosk.retirement.catalogue import ProxyRule
from kiosk.visit.effects import (
    CountPrincipals,
    FindDraft,
    KeepDraft,
    ReadCard,
    Submit,
)
from kiosk.visit.events.cards import CardLifted, CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.facts.events import FactsKnown
from kiosk.visit.steps.progress.events import ProgressKnown
from kiosk.visit.steps.submission.events import CaseUnderWay, Stored
from tests.kiosk.invented_people import (
    INK,
    NOW,
    InventedVisitor,
    attendance,
    handbook,
)
from tests.kiosk.staff_people import OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.filing_for_another import (
    BACK_ENTRY,
    FACE,
    HELPER_ABSENT,
    LIU,
    LIU_FACTS,
    PROVED_PROXY,
    SIGN,
    STAFF_CARD,
    WANG,
    handed_in,
    one,
    press,
    receipt,
    slip_lines,
    typed,
    walk,
    with_camera,
)

FORM = (
    FactsKnown(LIU_FACTS),
    *(press(Press.NEXT),) * 8,
    *typed("13900001234"),
    press(Press.NEXT),
    press(Press.PICK, "same"),
    press(Press.PICK, "card"),
    press(Press.PICK, "renew"),
    press(Press.PICK, "once"),
    press(Press.PICK, "rest"),
    press(Press.PROMISE),
)

WITNESSED = (
    press(Press.AGREE),
    FACE,
    CardRead(STAFF_CARD),
    *typed("730492"),
    LoggedIn(OTHER_HELPER),
)

PROXY = (
    *PROVED_PROXY,
    CardRead(LIU),
    PrincipalsCounted(0),
    press(Press.PICK, "child"),
    press(Press.PICK, "apply"),
    press(Press.PICK, "signed"),
    press(Press.PICK, "once"),
    *WITNESSED,
    Drawn(INK),
    press(Press.AUTHORISE),
    *FORM,
    *SIGN,
)

JOURNEYS = {"proxy": PROXY, "helper_absent": HELPER_ABSENT, "back_entry": BACK_ENTRY}


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
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
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
        CardRead(WANG),
        CardRead(LIU),
        *(press(Press.PICK, said) for said in ("friend", "apply", "paper")),
        *typed("20251231"),
        press(Press.NEXT),
    )
    for step in steps:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        seen.append(visitor.happen(step).visit.failure)
    assert [visit.failure for visit in replay(lines, visitor.table, NOW)] == seen
    assert {Failure.ID_NUMBER_WRONG, Failure.AUTHORITY_EXPIRED} <= set(seen)


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
    visitor = walk(*PROVED_PROXY, CardRead(WANG))
    assert (visitor.visit.stage, visitor.visit.on_behalf.proxy) == (Stage.PRINCIPAL, None)
    assert visitor.page.sentence == handbook().failures[Failure.PRINCIPAL_IS_PROXY].sentence
    assert ReadCard() in visitor.effects, "another card is waited for"


def test_a_case_that_is_under_way_is_shown_and_none_begun():
    steps = PROXY[: PROXY.index(press(Press.AUTHORISE)) + 1]
    case = replace(LIU_FACTS, open_case="11111111-0000-4000-8000-000000000001")
    visitor = walk(*steps, FactsKnown(case)).happen(ProgressKnown("亳退 1", {"R01": "ready"}))
    assert visitor.visit.stage is Stage.PROGRESS
    assert visitor.page.sentence == handbook().words["acting"]["already"]


def test_who_files_for_too_many_is_sent_to_a_helper():
    visitor = walk(*PROVED_PROXY, CardRead(LIU))
    assert one(visitor.effects, CountPrincipals) == CountPrincipals(attendance("wang"), LIU.number)
    most = handbook().authority.principals_a_year
    assert visitor.happen(PrincipalsCounted(most - 1)).visit.stage is Stage.AUTHORITY
    visitor.happen(PrincipalsCounted(most))
    assert visitor.visit.stage is Stage.LEAFLET
    assert visitor.page.sentence == handbook().failures[Failure.PROXY_LIMIT].sentence


def test_what_is_filled_in_for_another_is_not_kept_nor_looked_for():
    visitor = InventedVisitor().authorised().filled_in()
    visitor.press(Press.QUIT).press(Press.QUIT_YES)
    kinds = {type(effect) for effect in visitor.effects}
    assert not kinds & {KeepDraft, FindDraft}
    assert visitor.visit.on_behalf.proxy is None


def test_somebody_of_the_staff_vouches_for_a_friend_whose_face_is_not_alike():
    visitor = walk(press(Press.START_PROXY), press(Press.AGREE_WITHOUT_FACE), CardRead(WANG))
    visitor.press(Press.VOUCH).press(Press.PICK, "no_face").happen(CardRead(STAFF_CARD))
    visitor.type("730492").happen(LoggedIn(replace(OTHER_HELPER, others_vouch=True)))
    visitor.happen(CardLifted()).happen(CardRead(STAFF_CARD)).type("285703")
    visitor.happen(LoggedIn(WINDOW))
    assert visitor.visit.stage is Stage.PRINCIPAL
    assert handed_in(walk(*PROXY[4:], visitor=visitor))["proof"]["voucher"] == "H-0002"


def test_the_mobile_number_is_that_of_the_person_who_is_told():
    visitor = InventedVisitor().authorised().happen(FactsKnown(LIU_FACTS))
    while visitor.page.name != "mobile":
        visitor.press(Press.NEXT)
    assert visitor.page.sentence == handbook().words["acting"]["mobile_sentence"]


def rows_of_choose(visitor: InventedVisitor) -> dict[str, Any]:
    rows = {}
    while visitor.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        rows |= {row.value: row for row in visitor.page.rows if visitor.visit.stage == "choose"}
        visitor.press(Press.NEXT)
    return rows


def test_what_has_to_be_collected_in_person_says_so():
    visitor = InventedVisitor().authorised().happen(FactsKnown(LIU_FACTS))
    assert rows_of_choose(visitor)["R08"].reason == handbook().words["acting"]["apply_only"]
    own = InventedVisitor().with_facts()
    assert rows_of_choose(own)["R08"].reason == handbook().catalogue.services["R08"].reason


def test_what_nobody_may_file_for_another_is_left_out_and_explained():
    book = handbook()
    services = {**book.catalogue.services}
    services["R09"] = replace(services["R09"], proxy=ProxyRule.IN_PERSON)
    barring = replace(book, catalogue=replace(book.catalogue, services=services))
    visitor = InventedVisitor(table=build_table(barring)).authorised().happen(FactsKnown(LIU_FACTS))
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
    assert not visitor.press(Press.PRINT).effects, "no verdict of the rules is explained"
    own = InventedVisitor(table=build_table(barring)).with_facts()
    assert "R09" in chosen(own.visit, barring), "who comes for themselves may"


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


def test_who_filed_meanwhile_elsewhere_is_shown_that_case():
    visitor = walk(*PROXY).happen(Stored())
    visitor.happen(CaseUnderWay("11111111-0000-4000-8000-000000000002"))
    visitor.happen(ProgressKnown("亳退 1", {"R01": "ready"}))
    assert visitor.visit.stage is Stage.PROGRESS
    assert visitor.page.sentence == handbook().words["acting"]["already"]
