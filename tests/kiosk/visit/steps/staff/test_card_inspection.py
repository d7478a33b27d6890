"""A card that was read with doubts is looked at, goes along, and decides nothing until then."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.people.identity import INSPECTED_DOUBTS, CardDoubt, CardInspection, IdCard, Sex
from kiosk.people.inspection import inspected, record_doubts
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Right
from kiosk.staff.roster import hash_card
from kiosk.visit.effects import CheckFace, ReadCard, RingBell, StopBell
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, card_of
from kiosk.visit.step_parts.application_of_visit import application_of
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceMatched
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona
from tests.kiosk.staff_people import ENGINEER, OTHER_HELPER

LIU, FACTS = persona("liu")
WANG, STAFF_CARD = persona("wang")[0], persona("helper")[0]
CHIP_BIRTH = date(1950, 1, 31)  # would be past any age; the number says otherwise
DOUBTED = replace(LIU, birth=CHIP_BIRTH, doubts=(CardDoubt.BIRTH,))
FACE = FaceMatched(0.31, 0.42, "dlib128")


def laid(card: IdCard = DOUBTED, *, face: bool = True) -> InventedVisitor:
    visitor = InventedVisitor().press(Press.START_SELF)
    visitor.press(Press.AGREE if face else Press.AGREE_WITHOUT_FACE)
    return visitor.happen(CardRead(card))


def looked_at(visitor: InventedVisitor, session=OTHER_HELPER) -> InventedVisitor:
    visitor.press(Press.VOUCH).happen(CardRead(STAFF_CARD)).type("730492")
    return visitor.happen(LoggedIn(session))


def words_of(visitor: InventedVisitor) -> str:
    return repr(visitor.page) + "".join(one.words for one in visitor.page.spoken)


def told(visit: Visit) -> set[str]:
    """Return the members that somebody said something of."""
    fresh = Visit(visit.id, visit.application_id)
    same = {"stage", "request", "identity", "help", "failure", "staff", "on_behalf"}
    return {
        one.name
        for one in fields(Visit)
        if getattr(visit, one.name) != getattr(fresh, one.name) and one.name not in same
    }


@pytest.mark.parametrize("doubt", sorted(INSPECTED_DOUBTS))
def test_a_doubtful_card_is_held_and_a_helper_called(doubt):
    visitor = laid(replace(LIU, doubts=(doubt,)))
    assert visitor.page.name == "card_doubt"
    assert visitor.visit.identity.card is None
    assert RingBell() in visitor.effects
    assert not [one for one in visitor.effects if isinstance(one, CheckFace)]
    words = handbook().words["card_doubt"]
    assert visitor.page.panel is not None
    assert visitor.page.panel.lines == (words["doubts"][doubt.value], words["called"])
    assert LIU.name not in words_of(visitor)


@pytest.mark.parametrize("doubt", sorted(set(CardDoubt) - INSPECTED_DOUBTS))
def test_what_no_look_can_settle_only_goes_along(doubt):
    visitor = laid(replace(LIU, doubts=(doubt,)))
    assert visitor.visit.stage is Stage.PROOF
    assert record_doubts(card_of(visitor.visit)) == {"card_doubts": {"found": [doubt.value]}}


def test_nothing_is_computed_or_shown_from_a_doubtful_birth_date():
    visitor = laid()
    stops = [visitor.visit]
    looked_at(visitor)
    stops.append(visitor.visit)
    shown = words_of(visitor)
    for act in (Press.REFUSE_CARD, Press.BACK):
        stops.append(visitor.press(act).visit)
        shown += words_of(visitor)
    for visit in stops:
        assert visit.facts.situation is None
        assert visit.identity.card is None
        assert told(visit) == set()
    assert "1950" not in shown
    assert [
        act for act in Press if InventedVisitor(visitor.visit).press(act).visit.facts.situation
    ] == []


def test_a_confirmed_birth_date_is_that_of_the_number_and_the_chips_goes_along():
    visitor = looked_at(laid())
    (row,) = visitor.page.rows
    assert visitor.page.layout is Layout.FACTS
    assert (row.words, row.private) == ("1966年6月15日", True)
    visitor.press(Press.CONFIRM_CARD)
    assert visitor.visit.stage is Stage.PROOF
    assert isinstance(visitor.effects[-1], CheckFace)
    card = card_of(visitor.visit)
    assert card.birth == LIU.birth
    assert (visitor.visit.identity.card_at, visitor.visit.identity.doubted) == (NOW, None)
    assert card.inspection == CardInspection(OTHER_HELPER.id, NOW, CHIP_BIRTH, LIU.sex)
    visitor.happen(FACE).filled_in().signed()
    document = json.loads(application_of(visitor.visit, handbook()).content)
    assert document["applicant"]["birth"] == LIU.birth.isoformat()
    assert document["applicant"]["card_doubts"] == {
        "found": ["birth"],
        "seen_by": OTHER_HELPER.id,
        "seen_at": NOW.isoformat(timespec="seconds"),
        "chip": {"birth": "1950-01-31"},
    }


def test_every_office_sees_what_was_doubtful():
    visitor = looked_at(laid()).press(Press.CONFIRM_CARD).happen(FACE).filled_in().signed()
    document = json.loads(application_of(visitor.visit, handbook()).content)
    for code in document["services"]:
        view = handbook().views.view_of(document, code)
        assert view["applicant"]["card_doubts"]["seen_by"] == OTHER_HELPER.id


def test_an_application_without_a_doubt_says_nothing_of_one():
    visitor = InventedVisitor().at_submitting()
    document = json.loads(application_of(visitor.visit, handbook()).content)
    assert "card_doubts" not in document["applicant"]


def test_a_confirmed_sex_is_that_of_the_number():
    visitor = looked_at(laid(replace(LIU, sex=Sex.FEMALE, doubts=(CardDoubt.SEX,))))
    assert [row.words for row in visitor.page.rows] == ["男"]
    card = card_of(visitor.press(Press.CONFIRM_CARD).visit)
    assert card.sex is Sex.MALE
    assert record_doubts(card)["card_doubts"]["chip"] == {"sex": "2"}


def test_unreadable_characters_are_boxes_and_the_rest_is_compared():
    rare = replace(
        LIU,
        name="刘\ufffd山",
        address="样本\ue000路",
        name_certain=False,
        doubts=(CardDoubt.NAME, CardDoubt.ADDRESS),
    )
    visitor = looked_at(laid(rare))
    assert [row.words for row in visitor.page.rows] == ["刘□山", "样本□路"]
    card = card_of(visitor.press(Press.CONFIRM_CARD).visit)
    assert (card.name, card.name_certain) == (rare.name, False)
    assert record_doubts(card)["card_doubts"]["chip"] == {}


def test_birth_and_sex_are_compared_in_one_row():
    both = replace(DOUBTED, sex=Sex.FEMALE, doubts=(CardDoubt.BIRTH, CardDoubt.SEX))
    (row,) = looked_at(laid(both)).page.rows
    assert (row.label, row.words) == ("出生、性别", "1966年6月15日、男")


def test_who_did_not_agree_to_the_face_check_goes_on_with_another_proof():
    visitor = looked_at(laid(face=False)).press(Press.CONFIRM_CARD)
    assert visitor.visit.stage is Stage.OTHER_PROOF


def test_a_card_that_says_otherwise_is_for_a_window():
    for visitor in (laid(), looked_at(laid())):
        visitor.press(Press.REFUSE_CARD)
        assert visitor.page.name == "card_for_window"
        assert not visitor.visit.help.called
        assert visitor.press(Press.CONFIRM_CARD).page.name == "card_for_window"
        assert visitor.press(Press.DONE).visit.stage is Stage.WIPING
        assert visitor.visit.identity.doubted is None


def test_an_empty_name_can_not_be_confirmed():
    nameless = replace(LIU, name="", doubts=(CardDoubt.NAME_MISSING, CardDoubt.BIRTH))
    visitor = laid(nameless)
    assert Press.VOUCH not in [one.act for one in visitor.page.choices]
    assert visitor.press(Press.VOUCH).page.name == "card_doubt"
    assert visitor.press(Press.CONFIRM_CARD).visit.identity.card is None
    beside = (
        InventedVisitor().at_desk(Desk(), OTHER_HELPER).press(Press.FILE_FOR).press(Press.AGREE)
    )
    beside.happen(CardRead(nameless))
    assert beside.page.name == "card_doubt"
    assert beside.press(Press.CONFIRM_CARD).visit.identity.card is None


@pytest.mark.parametrize("act", [Press.TRY_AGAIN, Press.BACK])
def test_the_card_can_be_laid_down_again(act):
    visitor = laid().press(act)
    assert (visitor.visit.stage, visitor.visit.identity.doubted) == (Stage.CARD, None)
    assert {type(one) for one in visitor.effects} >= {ReadCard, StopBell}
    assert visitor.happen(CardRead(LIU)).visit.stage is Stage.PROOF


def test_nobody_confirms_without_card_and_pin_of_the_staff():
    assert laid().press(Press.CONFIRM_CARD).page.name == "card_doubt"
    visitor = laid().press(Press.VOUCH)
    assert ReadCard() in visitor.effects
    assert visitor.press(Press.CONFIRM_CARD).page.name == "card_inspector"
    visitor.happen(CardRead(STAFF_CARD)).type("730492")
    visitor.happen(LoginFailed(Failure.STAFF_PIN_WRONG))
    assert visitor.page.name == "staff_pin"
    back = visitor.press(Press.BACK).visit
    assert (visitor.page.name, back.staff.card_number, back.entry.typed) == ("card_doubt", "", "")


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (replace(OTHER_HELPER, card_hash=hash_card(LIU.number)), Failure.STAFF_SELF),
        (replace(OTHER_HELPER, rights=frozenset({Right.FILE_FOR})), Failure.STAFF_NOT_ALLOWED),
        (ENGINEER, Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_who_may_not_look(session, failure):
    visitor = looked_at(laid(), session)
    assert visitor.page.name == "card_inspector"
    assert ReadCard() in visitor.effects
    assert visitor.visit.failure is failure
    assert visitor.visit.staff.card_number == ""


def test_the_bell_stops_once_somebody_is_there():
    visitor = looked_at(laid())
    assert visitor.page.name == "card_compare"
    assert not visitor.visit.help.called
    assert StopBell() in visitor.effects


def test_a_helper_who_is_in_needs_no_second_pin():
    visitor = (
        InventedVisitor().at_desk(Desk(), OTHER_HELPER).press(Press.FILE_FOR).press(Press.AGREE)
    )
    visitor.happen(CardRead(DOUBTED))
    assert not visitor.visit.help.called
    assert visitor.page.name == "card_compare"
    card = card_of(visitor.press(Press.CONFIRM_CARD).visit)
    assert card.inspection is not None
    assert card.inspection.staff == OTHER_HELPER.id


def test_the_doubtful_card_of_a_principal_goes_along_too():
    visitor = InventedVisitor().acting().happen(CardRead(DOUBTED))
    assert visitor.page.name == "card_doubt"
    assert visitor.press(Press.BACK).visit.stage is Stage.PRINCIPAL
    assert visitor.page.name != "card_doubt"
    visitor.happen(CardRead(DOUBTED))
    later = NOW + timedelta(minutes=3)
    looked_at(visitor).now = later
    visitor.press(Press.CONFIRM_CARD)
    assert visitor.visit.stage is Stage.AUTHORITY
    assert (visitor.visit.identity.card_at, visitor.visit.on_behalf.proxy) == (NOW, WANG)
    assert card_of(visitor.visit).inspection == CardInspection(
        OTHER_HELPER.id, later, CHIP_BIRTH, LIU.sex
    )
    own = replace(OTHER_HELPER, card_hash=hash_card(WANG.number))
    refused = looked_at(InventedVisitor().acting().happen(CardRead(DOUBTED)), own)
    assert refused.visit.failure is Failure.STAFF_SELF


def test_a_doubtful_proxy_is_looked_at_before_the_proof():
    visitor = (
        InventedVisitor().press(Press.START_PROXY).press(Press.AGREE).happen(CardRead(DOUBTED))
    )
    assert looked_at(visitor).press(Press.CONFIRM_CARD).visit.stage is Stage.PROOF
    assert visitor.happen(FACE).visit.stage is Stage.PRINCIPAL


def test_a_helper_who_files_for_who_is_absent_looks_at_the_card():
    visitor = InventedVisitor().at_desk(Desk(), OTHER_HELPER).press(Press.OTHER_FILING)
    visitor.press(Press.FILE_ABSENT).happen(CardRead(DOUBTED))
    assert visitor.press(Press.CONFIRM_CARD).visit.stage is Stage.AUTHORITY


def test_nothing_of_the_card_stays_after_the_visit():
    visitor = laid().happen(Timeout())
    assert visitor.visit.stage is Stage.WIPING
    assert visitor.visit.identity.doubted is None
    assert LIU.name not in repr(laid().visit)


def test_a_noted_visit_with_a_doubt_is_seen_again():
    lines: list[str] = []
    journal, visitor = Journal(lines.append, handbook()), InventedVisitor()
    stages = []
    steps = [
        Pressed(Press.START_SELF, ""),
        Pressed(Press.AGREE, ""),
        CardRead(DOUBTED),
        Pressed(Press.VOUCH, ""),
        CardRead(STAFF_CARD),
        *(Pressed(Press.DIGIT, digit) for digit in "730492"),
        LoggedIn(replace(OTHER_HELPER, card_hash=hash_card(LIU.number))),
        CardRead(STAFF_CARD),
        *(Pressed(Press.DIGIT, digit) for digit in "730492"),
        LoggedIn(OTHER_HELPER),
        Pressed(Press.CONFIRM_CARD, ""),
        FACE,
    ]
    for what in steps:
        journal.note(visitor.visit, Answered(what), 0.0)
        stages.append(visitor.happen(what).visit.stage)
    assert stages[-1] is Stage.FACTS
    again = [visit.stage for visit in replay(lines, build_table(handbook()), NOW)]
    assert again == stages
    assert "1950" not in "".join(lines)
    assert LIU.number not in "".join(lines)


def test_inspection_changes_nothing_that_was_certain():
    at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    rare = replace(LIU, doubts=(CardDoubt.NAME,))
    confirmed = inspected(rare, "H-0001", at)
    assert replace(confirmed, inspection=None) == rare
    assert not confirmed.needs_inspection
    assert record_doubts(LIU) == {}
