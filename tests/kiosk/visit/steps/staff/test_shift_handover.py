"""One of the staff leaves, the next takes over (交班): nobody comes between, and it is never open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.clips import clip_id
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.speech.utterance import Voice
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Right, Role, Session
from kiosk.staff.roster import hash_card
from kiosk.staff.staff_login import LoginRejected
from kiosk.visit.effects import LogIn, LogOut, LookAtDesk, ReadCard, Remind, WatchCard
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import Timeout
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.stages import Stage
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.shift_handover.transitions import HANDOVER
from kiosk.visit.steps.wiping.events import Wiped
from screens.scripted.tour import words_of
from tests.kiosk.invented_people import NOW, InventedVisitor, handbook, persona
from tests.kiosk.speech.test_spoken_words import CLIPS
from tests.kiosk.staff.staffed_point import StaffedPoint
from tests.kiosk.staff_people import (
    DESK,
    ENGINEER,
    HELPER_CARD,
    OTHER_HELPER,
    OTHER_PIN,
    PIN,
    PIN_HASHES,
    TECHNICIAN,
    TECHNICIAN_CARD,
    WINDOW,
    account,
    roster,
)

LEAVING = OTHER_HELPER  # whose card is that of the persona "helper"
COMING = WINDOW
COMING_CARD, LEAVING_CARD = persona("wang")[0], persona("helper")[0]


def handing_over(desk: Desk = DESK) -> InventedVisitor:
    return InventedVisitor().at_desk(desk, LEAVING).press(Press.REPORT).press(Press.HAND_OVER)


def knocking() -> InventedVisitor:
    return handing_over().happen(CardRead(COMING_CARD)).type("285703")


def logged_out(visitor: InventedVisitor) -> list[str]:
    return [one.staff for one in visitor.effects if isinstance(one, LogOut)]


def is_nobody_in(visitor: InventedVisitor) -> bool:
    return visitor.visit.staff.session is None and visitor.visit.staff.leaving is None


# the good way


def test_the_desk_passes_from_one_to_the_other_and_no_page_is_between():
    visitor = handing_over()
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.HANDOVER, None)
    assert ReadCard() in visitor.effects
    assert logged_out(visitor) == [], "one event tells of both"
    visitor.happen(CardRead(COMING_CARD))
    assert visitor.effects == (WatchCard(),)
    visitor.type("285703")
    assert visitor.effects == (LogIn(COMING_CARD.number, "285703", relieves=LEAVING.id),)
    visitor.happen(LoggedIn(COMING))
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.DESK, COMING)
    assert LookAtDesk() in visitor.effects
    assert logged_out(visitor) == []
    assert (
        visitor.visit.staff.leaving,
        visitor.visit.staff.card_number,
        visitor.visit.entry.typed,
    ) == (None, "", "")


def test_meanwhile_nothing_of_the_desk_is_seen_or_kept():
    visitor = handing_over()
    assert (visitor.visit.desk.content, visitor.visit.desk.month) == (None, None)
    for page in (visitor.page, visitor.happen(CardRead(COMING_CARD)).page, knocking().page):
        assert not {"赵", "王", "张"} & set("".join(words_of(page)))
    assert knocking().happen(LoggedIn(COMING)).visit.desk.content is None, "it is looked at anew"


@pytest.mark.parametrize(
    ("desk", "said"),
    [
        (DESK, "接班了：没送到 2 件，要补 2 件。"),
        (replace(DESK, corrections=()), "接班了：没送到 2 件，没有要补的。"),
        (replace(DESK, unsent=()), "接班了：都送到了，要补 2 件。"),
        (Desk(corrections=()), "接班了：没有要补的，都送到了。"),
        (Desk(unsent=DESK.unsent), "接班了：没送到 2 件，没网看不到要补的。"),
        (Desk(), "接班了：都送到了，没网看不到要补的。"),
    ],
)
def test_one_sentence_says_what_is_taken_over(desk, said):
    visitor = knocking().happen(LoggedIn(COMING))
    assert visitor.page.sentence == "正在看有没有要补的。"
    visitor.happen(DeskSeen(desk)).happen(DeskSeen(desk))
    assert visitor.page.sentence == said
    heard = Voice(CLIPS).utterance(visitor.page.spoken)
    assert heard.missing == ()
    assert ("2 件" in said) is (clip_id("两件") in str(heard.phrases))
    visitor.press(Press.REPORT).press(Press.BACK).happen(DeskSeen(desk))
    assert "接班" not in visitor.page.sentence, "said once"


def test_who_takes_over_serves_the_next_person_in_the_own_name():
    visitor = knocking().happen(LoggedIn(COMING)).happen(DeskSeen(DESK))
    visitor.press(Press.FILE_FOR)
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.NOTICE, COMING)
    visitor.press(Press.BACK).happen(Wiped())
    assert (visitor.visit.stage, visitor.visit.staff.session) == (Stage.DESK, COMING)
    visitor.press(Press.QUIT)
    assert logged_out(visitor) == [COMING.id]


# the bad ones: whoever left is out


@pytest.mark.parametrize("begun", [handing_over, knocking])
@pytest.mark.parametrize(
    "end",
    [Pressed(Press.QUIT), Timeout(), Pressed(Press.QUIT_YES)],
    ids=["quit", "time", "yes"],
)
def test_an_act_that_is_broken_off_logs_out(begun, end):
    visitor = begun().happen(end)
    assert visitor.visit.stage is Stage.WIPING
    assert is_nobody_in(visitor)
    assert logged_out(visitor) == [LEAVING.id]
    assert visitor.happen(Wiped()).visit.stage is Stage.IDLE


@pytest.mark.parametrize(
    ("failure", "same_card"),
    [
        (Failure.STAFF_PIN_WRONG, True),
        (Failure.DISK_FULL, True),
        (Failure.STAFF_LOCKED, False),
        (Failure.STAFF_UNKNOWN, False),
        (Failure.STAFF_SAME, False),
    ],
)
def test_a_login_that_failed_logs_out_and_is_an_ordinary_login_from_there(failure, same_card):
    visitor = knocking().happen(LoginFailed(failure))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.LOGIN, failure)
    assert is_nobody_in(visitor)
    assert logged_out(visitor) == [LEAVING.id]
    assert (WatchCard() in visitor.effects) is same_card
    assert (ReadCard() in visitor.effects) is not same_card
    if not same_card:
        visitor.happen(CardRead(COMING_CARD))
    visitor.type("285703")
    assert visitor.effects == (LogIn(COMING_CARD.number, "285703"),)
    visitor.happen(LoggedIn(COMING)).happen(DeskSeen(DESK))
    assert (visitor.visit.staff.session, visitor.page.sentence) == (
        COMING,
        "先看要补的，再看没送到的。",
    )


def test_after_too_many_wrong_ones_the_wait_is_counted_there():
    visitor = knocking().happen(LoginFailed(Failure.STAFF_WAIT, 30))
    assert {WatchCard(), Remind(15)} <= set(visitor.effects)
    assert visitor.page.sentence == "错得多了，还要等 30 秒再输。"


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (LEAVING, Failure.STAFF_SAME),
        (ENGINEER, Failure.STAFF_NOT_ALLOWED),
        (replace(COMING, rights=frozenset({Right.FIND})), Failure.STAFF_NOT_ALLOWED),
    ],
    ids=["who leaves", "a technician", "who has no desk"],
)
def test_not_everybody_takes_over(session: Session, failure: Failure):
    visitor = knocking().happen(LoggedIn(session))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.LOGIN, failure)
    assert is_nobody_in(visitor)
    assert logged_out(visitor) == [LEAVING.id]
    assert ReadCard() in visitor.effects


def test_the_card_of_who_leaves_is_no_card():
    visitor = handing_over().happen(CardRead(LEAVING_CARD))
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.HANDOVER, "")
    assert visitor.page.sentence == "这是交班人的卡，请接班的人来。"
    assert ReadCard() in visitor.effects
    assert visitor.happen(CardRead(COMING_CARD)).visit.staff.card_number == COMING_CARD.number


def test_a_card_that_is_misread_or_lifted_may_be_laid_down_again():
    visitor = handing_over().happen(CardFailed(Failure.CARD_MOVED))
    assert (visitor.visit.stage, visitor.visit.failure) == (Stage.HANDOVER, Failure.CARD_MOVED)
    visitor.happen(CardRead(COMING_CARD)).happen(CardLifted())
    assert (visitor.visit.stage, visitor.visit.staff.card_number) == (Stage.HANDOVER, "")
    assert ReadCard() in visitor.effects


def test_from_there_no_way_leads_back_to_who_left():
    ways = {(one.event, one.to or Stage.HANDOVER) for one in HANDOVER.transitions}
    assert {to for _, to in ways} == {Stage.HANDOVER, Stage.DESK, Stage.LOGIN, Stage.WIPING}
    assert {kind for kind, to in ways if to is Stage.DESK} == {LoggedIn}
    page = handing_over().page
    assert next(one.act for one in page.dock if one is not None) is Press.QUIT
    assert Press.BACK not in {one.act for one in page.presses()}


# the door


COLLEAGUE = account(
    id="W-0002",
    role="window",
    card_hash=hash_card(COMING_CARD.number),
    pin_hash=PIN_HASHES[OTHER_PIN],
)


def point() -> StaffedPoint:
    return StaffedPoint(roster=roster(accounts=[account(), TECHNICIAN, COLLEAGUE]))


def test_one_event_names_both():
    here = point()
    found = here.staff_login().relieve("H-0001", COMING_CARD.number, OTHER_PIN)
    assert isinstance(found, Session)
    assert (found.id, found.role) == ("W-0002", Role.WINDOW)
    assert here.noted == [
        ("staff_handed_over", {"staff": "W-0002", "relieved": "H-0001", "role": "window"})
    ]


@pytest.mark.parametrize(
    ("number", "pin", "failure"),
    [
        (HELPER_CARD, PIN, Failure.STAFF_SAME),
        (TECHNICIAN_CARD, PIN, Failure.STAFF_NOT_ALLOWED),
        (COMING_CARD.number, PIN, Failure.STAFF_PIN_WRONG),
        ("34162219660615001X", PIN, Failure.STAFF_UNKNOWN),
    ],
)
def test_the_door_lets_nobody_take_over_who_may_not(number, pin, failure):
    here = point()
    assert here.staff_login().relieve("H-0001", number, pin) == LoginRejected(failure)
    assert here.noted == [("staff_turned_away", {"failure": failure.value})]
    counted = failure is Failure.STAFF_PIN_WRONG
    assert bool(here.notes.kept) is counted, "who may not come costs nobody a try"


def test_who_has_no_desk_takes_none_over():
    here = StaffedPoint(roster=roster(accounts=[replace_rights(COLLEAGUE, ["find"])]))
    found = here.staff_login().relieve("H-0001", COMING_CARD.number, OTHER_PIN)
    assert found == LoginRejected(Failure.STAFF_NOT_ALLOWED)


def replace_rights(said: dict, rights: list[str]) -> dict:
    return said | {"rights": rights}


def test_an_old_list_hands_nothing_over():
    here = point()
    here.now += timedelta(days=30)
    found = here.staff_login().relieve("H-0001", COMING_CARD.number, OTHER_PIN)
    assert found == LoginRejected(Failure.STAFF_LIST_OLD)


# the journal


@pytest.mark.parametrize(
    "ends",
    [
        (LoggedIn(COMING), DeskSeen(DESK)),
        (LoggedIn(LEAVING),),
        (LoginFailed(Failure.STAFF_WAIT, 61), Waited()),
    ],
    ids=["another", "the same", "turned away"],
)
def test_the_journal_sees_it_again_without_naming_them(ends):
    lines: list[str] = []
    visitor = InventedVisitor()
    presses = (Pressed(Press.STAFF), CardRead(LEAVING_CARD), *map(digit, "730492"))
    begun = (LoggedIn(LEAVING), DeskSeen(DESK))
    leaves = (Pressed(Press.REPORT), Pressed(Press.HAND_OVER))
    for what in (
        *(*presses, *begun, *leaves, CardRead(LEAVING_CARD), CardRead(COMING_CARD)),
        *(*map(digit, "285703"), *ends),
    ):
        Journal(lines.append, handbook()).note(visitor.visit, Answered(what), 0.0)
        visitor.happen(what)
    seen = list(replay(lines, visitor.table, NOW))
    assert (seen[-1].stage, seen[-1].staff.wait) == (visitor.visit.stage, visitor.visit.staff.wait)
    assert Stage.HANDOVER in [one.stage for one in seen]
    text = "".join(lines)
    assert not [secret for secret in ("H-000", "W-000", "王", COMING_CARD.number) if secret in text]
    assert all(json.loads(line)["kind"] for line in lines)


def digit(one: str) -> Pressed:
    return Pressed(Press.DIGIT, one)
