"""Who acts for another is shown what offices know only beside that person, and nothing otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.application.authority import CARD, PAPER, Authority, confirm_by
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.slip import SlipLine
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Right, Session
from kiosk.staff.roster import hash_card
from kiosk.visit.effects import (
    CheckFace,
    Effect,
    FetchBegun,
    FetchFacts,
    FetchFilings,
    FindDraft,
    PrintSlip,
    Submit,
)
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.papers import PaperCaptured
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import attendance_of, sees_facts
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.authority.actions import Point, open_point
from kiosk.visit.steps.face_check.events import FaceFailed
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown, FilingsKnown
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Stored
from kiosk.visit.table import Table
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, receipt_for
from tests.kiosk.staff_people import HELPER, OTHER_HELPER, WINDOW
from tests.kiosk.visit.steps.filing_for_another import (
    BACK_ENTRY,
    FACE,
    FORM_UNCONFIRMED,
    HELPER_ABSENT,
    LIU,
    LIU_FACTS,
    NUMBER,
    PAGE,
    PROVED_PROXY,
    SIGN,
    STAFF_CARD,
    WANG,
    handed_in,
    one,
    press,
    slip_lines,
    typed,
    walk,
    with_camera,
)

OF_FACTS = (FetchFacts, FetchFilings, FetchBegun, FindDraft)
OF_OFFICES = (LIU_FACTS.unit_name, LIU_FACTS.account[-4:], LIU_FACTS.bank, "33 年", "已婚")
ASKED = (
    *PROVED_PROXY,
    CardRead(LIU),
    *(press(Press.PICK, said) for said in ("child", "apply", "signed", "once")),
)
PAPER_SHOWN = (
    *typed("20270331"),
    press(Press.NEXT),
    press(Press.CAPTURE),
    PaperCaptured(PAPER, PAGE),
    press(Press.AUTHORISE),
)
TYPED = (
    *NUMBER,
    press(Press.NEXT),
    press(Press.CAPTURE),
    PaperCaptured(CARD, PAGE),
    *(press(Press.PICK, said) for said in ("child", "apply")),
    *PAPER_SHOWN,
)
ON_PAPER = (
    *PROVED_PROXY,
    CardRead(LIU),
    *(press(Press.PICK, said) for said in ("child", "apply", "paper")),
    *PAPER_SHOWN,
)
UNSEEN = {
    "typed number": TYPED,
    "card and paper": ON_PAPER,
    "helper": HELPER_ABSENT[: -len((*FORM_UNCONFIRMED, *SIGN))],
    "window": BACK_ENTRY[: BACK_ENTRY.index(press(Press.AUTHORISE)) + 1],
}


class Watching(InventedVisitor):
    """Keeps every effect and every word on the way."""

    def __init__(self) -> None:
        super().__init__(table=with_camera().table)
        self.asked: list[Effect] = []
        self.words: list[str] = []

    def happen(self, what: Event, visit: str = "", request: int = 0) -> InventedVisitor:
        super().happen(what, visit, request)
        self.asked += self.effects
        page = draw_page(self.visit, self.table)
        self.words.append(repr(page))
        self.words += [one.words for one in page.spoken]
        return self


def filed(way: str, visitor: InventedVisitor) -> InventedVisitor:
    steps = (*UNSEEN[way], *FORM_UNCONFIRMED, *SIGN)
    if way == "window":
        steps = BACK_ENTRY
    return walk(*steps, visitor=visitor)


@pytest.mark.parametrize("way", UNSEEN)
def test_nothing_is_fetched_shown_or_said_of_who_is_not_there(way):
    visitor = Watching()
    filed(way, visitor)
    assert visitor.visit.stage is Stage.SUBMITTING
    assert not [effect for effect in visitor.asked if isinstance(effect, OF_FACTS)]
    visitor.happen(Accepted(receipt_for(visitor.visit)))
    said = "".join((*visitor.words, *slip_lines(visitor)))
    assert not [secret for secret in OF_OFFICES if secret in said]
    document = handed_in(filed(way, with_camera()))
    assert not {"mobile", "mobile_alt", "live", "bank", "account"} & set(document["answers"])
    assert "presence" not in document["authority"]
    assert "P3" not in {paper["code"] for paper in document["papers"]}, "no picture of a bank card"
    assert document["retirement"]["facts_known"] is False


@pytest.mark.parametrize("way", UNSEEN)
def test_facts_that_come_all_the_same_are_not_taken(way):
    """No answer of the network opens what was not asked for."""
    visitor = walk(*UNSEEN[way])
    before = visitor.visit
    case = replace(LIU_FACTS, open_case="11111111-0000-4000-8000-000000000001")
    begun = DraftFound(draft_of(InventedVisitor().with_facts().visit))
    for what in (FactsKnown(LIU_FACTS), FactsKnown(case), begun, FilingsKnown(())):
        assert visitor.happen(what).visit == before
    assert visitor.happen(FactsUnknown(Failure.PERSON_UNKNOWN)).visit == before, "no oracle"


@pytest.mark.parametrize("way", ["typed number", "card and paper", "helper"])
def test_the_pages_say_that_the_person_has_to_confirm(way):
    visitor = walk(*UNSEEN[way])
    words, book = handbook().words, handbook()
    assert (visitor.visit.overlay, visitor.page.name) == (Overlay.UNCONFIRMED, "unconfirmed")
    assert visitor.page.panel is not None
    assert f"{book.authority.confirm_days} 天里没确认，就不办了。" in visitor.page.panel.lines
    walk(*FORM_UNCONFIRMED, visitor=visitor)
    assert visitor.page.sentence == words["review"]["sentence_unconfirmed"]
    walk(*SIGN, visitor=visitor).happen(Accepted(receipt_for(visitor.visit)))
    assert visitor.page.title == words["receipt"]["title_unconfirmed"]
    assert [choice.act for choice in visitor.page.choices] == [Press.DONE], "no plan has begun"
    last = confirm_by(NOW.date(), book.authority)
    assert visitor.page.stops[-1].when == f"{last.month}月{last.day}日前"
    assert f"{last.month}月{last.day}日前没确认，就不办了。" in slip_lines(visitor)
    assert "12月14日前全部办好" not in "".join(slip_lines(visitor))


def test_the_slip_and_the_page_wait_for_the_network_with_the_same_words():
    waiting = walk(*TYPED, *FORM_UNCONFIRMED, *SIGN).happen(Pending())
    slip = one(waiting.effects, PrintSlip).slip
    lines = [part.text for part in slip.parts if isinstance(part, SlipLine)]
    assert handbook().words["slip"]["unconfirmed"] in lines
    assert waiting.page.title == handbook().words["receipt"]["title_unconfirmed"]


def test_a_window_says_that_the_person_is_told():
    visitor = walk(*UNSEEN["window"])
    assert visitor.page.title == handbook().words["unconfirmed_window"]["title"]
    assert visitor.press(Press.STAY).visit.overlay is Overlay.NONE


# present: own card, own face, and somebody of the staff


def test_who_signs_here_shows_card_face_and_somebody_of_the_staff():
    visitor = walk(*ASKED)
    assert (open_point(visitor.visit), visitor.page.name) == (Point.PRESENCE, "authority_presence")
    visitor.press(Press.AGREE)
    assert visitor.visit.stage is Stage.PROOF
    assert one(visitor.effects, CheckFace).who.number == LIU.number
    visitor.happen(FACE)
    assert (visitor.visit.stage, visitor.page.name) == (Stage.WITNESS, "witness")
    assert not sees_facts(visitor.visit), "nobody of the staff has looked"
    assert visitor.happen(CardRead(STAFF_CARD)).page.name == "staff_pin"
    visitor.type("730492").happen(LoggedIn(OTHER_HELPER))
    assert open_point(visitor.visit) is Point.SIGN
    visitor.happen(Drawn(INK)).press(Press.AUTHORISE)
    who = one(visitor.effects, FetchFacts).who
    assert (who, who.proof is not None) == (attendance_of(visitor.visit), True)
    said = visitor.visit.on_behalf.authority.record("v", NOW.date())["presence"]
    assert said["staff"]["id"] == OTHER_HELPER.id
    assert said["consent"]["face"] is True
    assert said["proof"]["method"] == "face"
    assert visitor.visit.identity.consent is not None
    assert visitor.visit.staff.session is None, "who only looked is not in"


def test_a_helper_who_is_in_needs_no_other_beside():
    visitor = with_camera().at_desk(Desk()).press(Press.FILE_ABSENT).happen(CardRead(LIU))
    for said in ("apply", "signed", "once"):
        visitor.press(Press.PICK, said)
    visitor.press(Press.AGREE).happen(FACE)
    assert open_point(visitor.visit) is Point.SIGN
    assert (
        visitor.visit.on_behalf.authority.record("v", NOW.date())["presence"]["staff"]["id"]
        == "H-0002"
    )
    visitor.happen(Drawn(INK)).press(Press.AUTHORISE)
    assert one(visitor.effects, FetchFacts).who.number == LIU.number


def test_a_helper_who_may_not_vouch_needs_another_beside():
    narrow = replace(OTHER_HELPER, rights=OTHER_HELPER.rights - {Right.VOUCH})
    visitor = with_camera().at_desk(Desk(), narrow).press(Press.FILE_ABSENT).happen(CardRead(LIU))
    for said in ("apply", "signed", "once"):
        visitor.press(Press.PICK, said)
    assert visitor.press(Press.AGREE).happen(FACE).visit.stage is Stage.WITNESS


OF_PROXY = replace(OTHER_HELPER, card_hash=hash_card(WANG.number))
NO_VOUCHING = replace(OTHER_HELPER, rights=frozenset({Right.FILE_FOR}))


@pytest.mark.parametrize(
    ("session", "failure"),
    [
        (OTHER_HELPER, None),
        (WINDOW, None),
        (HELPER, Failure.STAFF_SELF),  # the person's own card
        (OF_PROXY, Failure.STAFF_SELF),  # of who acts
        (NO_VOUCHING, Failure.STAFF_NOT_ALLOWED),
    ],
)
def test_who_of_the_staff_may_stand_beside(session: Session, failure: Failure | None):
    visitor = walk(*ASKED, press(Press.AGREE), FACE, CardRead(STAFF_CARD), *typed("730492"))
    visitor.happen(LoggedIn(session))
    assert visitor.visit.failure is failure
    assert visitor.visit.on_behalf.authority.shows_presence() is (failure is None)


@pytest.mark.parametrize(
    "steps",
    [
        (press(Press.AGREE_WITHOUT_FACE),),
        (press(Press.AGREE), press(Press.DECLINE_FACE)),
        (press(Press.AGREE), *(FaceFailed(Failure.FACE_NOT_ALIKE),) * 3),
        (press(Press.AGREE), FaceFailed(Failure.CENTRAL_UNREACHABLE)),
        (press(Press.AGREE), FACE, press(Press.NO_OTHER_PROOF)),
    ],
)
def test_whatever_fails_leads_back_to_the_evidence(steps):
    visitor = walk(*ASKED, *steps)
    assert (visitor.visit.stage, open_point(visitor.visit)) == (Stage.AUTHORITY, Point.EVIDENCE)
    assert visitor.page.sentence == handbook().failures[Failure.PRESENCE_NOT_SHOWN].sentence
    assert visitor.visit.on_behalf.authority.presence is None
    visitor.press(Press.PICK, "paper")
    walk(*PAPER_SHOWN, visitor=visitor)
    assert visitor.visit.overlay is Overlay.UNCONFIRMED
    assert not [effect for effect in visitor.effects if isinstance(effect, OF_FACTS)]


@pytest.mark.parametrize("steps", [(), (FACE,)])
def test_going_back_asks_the_person_again(steps):
    visitor = walk(*ASKED, press(Press.AGREE), *steps, press(Press.BACK))
    assert open_point(visitor.visit) is Point.PRESENCE
    assert (visitor.visit.on_behalf.principal_consent, visitor.visit.on_behalf.principal_proof) == (
        None,
        None,
    )


def test_a_failed_try_is_not_the_last():
    visitor = walk(*ASKED, press(Press.AGREE), FaceFailed(Failure.FACE_NOT_ALIKE))
    assert (visitor.visit.stage, visitor.visit.proof.tries) == (Stage.PROOF, 1)


def test_what_was_shown_is_gone_with_anything_that_is_taken_back():
    visitor = walk(*ASKED).present()
    assert visitor.visit.on_behalf.authority.shows_presence()
    visitor.press(Press.BACK)
    assert open_point(visitor.visit) is Point.PRESENCE
    assert visitor.visit.on_behalf.authority.presence is None
    while visitor.visit.stage is Stage.AUTHORITY:
        visitor.press(Press.BACK)
    assert (visitor.visit.identity.card, visitor.visit.identity.card_at) == (WANG, NOW)
    assert visitor.visit.on_behalf.authority == Authority()


def test_of_a_typed_number_no_signature_here_is_offered():
    visitor = walk(*TYPED[: -len(PAPER_SHOWN)])
    assert open_point(visitor.visit) is Point.UNTIL
    assert visitor.visit.identity.card_at is None
    assert visitor.press(Press.PICK, "signed").visit.on_behalf.authority.evidence is not None
    assert open_point(visitor.visit) is Point.UNTIL


def test_another_case_of_the_person_is_shown_only_beside_them():
    for way in UNSEEN:
        visitor = filed(way, with_camera()).happen(Stored())
        visitor.happen(CaseUnderWay("11111111-0000-4000-8000-000000000002"))
        assert visitor.visit.stage is Stage.REVIEW
        assert visitor.visit.outcome.filed_elsewhere is False
        late = filed(way, with_camera()).happen(Pending())
        late.happen(CaseUnderWay("11111111-0000-4000-8000-000000000002"))
        assert late.visit.stage is Stage.RECEIPT


def test_who_looked_at_other_months_goes_on_to_the_services():
    visitor = walk(*ON_PAPER, press(Press.STAY), press(Press.PICK, "QY"))
    visitor.press(Press.OTHER_TIME).press(Press.PICK, "0")
    assert visitor.press(Press.NEXT).visit.stage is Stage.CHOOSE


@pytest.mark.parametrize(
    "steps", [(*TYPED, *FORM_UNCONFIRMED, *SIGN), (*ASKED, press(Press.AGREE))]
)
def test_a_visit_can_be_seen_again_without_anybody_in_it(steps):
    lines: list[str] = []
    visitor = with_camera()
    for step in steps:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    assert [one.stage for one in replay(lines, visitor.table, NOW)][-1] is visitor.visit.stage
    text = "".join(lines)
    assert not [one for one in (LIU.name, LIU.number, WANG.number, "刘长") if one in text]


def test_the_proxys_own_card_in_the_staffs_hand_is_refused_again():
    lines: list[str] = []
    visitor = with_camera()
    steps = (*ASKED, press(Press.AGREE), FACE, CardRead(STAFF_CARD), *typed("730492"))
    for step in (*steps, LoggedIn(OF_PROXY)):
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    last = list(replay(lines, visitor.table, NOW))[-1]
    assert (last.stage, last.failure) == (Stage.WITNESS, Failure.STAFF_SELF)


def test_controls_that_must_fail():
    """The proofs see a terminal that shows facts for a typed number."""
    visitor = walk(*TYPED)
    shown = replace(visitor.visit.on_behalf.authority, card_copy=None)
    assert not Authority(card_copy=PAGE).shows_presence()
    present = walk(*ASKED).present().visit.on_behalf.authority.presence
    assert replace(shown, presence=present).shows_presence()
    assert not replace(shown, presence=present, card_copy=PAGE).shows_presence()
    assert isinstance(visitor.table, Table)
    assert one(walk(*TYPED, *FORM_UNCONFIRMED, *SIGN).effects, Submit).application.way == "proxy"
