"""A proved person is asked about what others filed in their name, once and before any fact."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from kiosk.application.confirmation import ConfirmationState, Decision, FiledForMe
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.press import Press
from kiosk.people.identity import CardReading
from kiosk.ports import CentralAnswer
from kiosk.retirement.catalogue import Catalogue
from kiosk.session.central_queries import progress_of
from kiosk.visit.effects import DecideFiling, FetchFacts, FetchFilings
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import attendance_of_proxy
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts import events as facts_events
from kiosk.visit.steps.facts.events import FilingsKnown
from kiosk.visit.steps.progress.events import ProgressKnown
from tests.kiosk.invented_people import NOW, InventedVisitor, attendance, handbook, persona
from tests.kiosk.staff_people import OTHER_HELPER

ID, OTHER_ID = "11111111-0000-4000-8000-000000000001", "11111111-0000-4000-8000-000000000002"
FILED = FiledForMe(
    ID, date(2026, 11, 20), date(2026, 12, 20), "王**", "child", "青云社区", ("R01", "R06")
)
STARTED = replace(FILED, application_id=OTHER_ID, until=None, filer="", relation="")
WORDS = handbook().words["confirming"]


def asked(*filings: FiledForMe) -> InventedVisitor:
    return InventedVisitor().proved().happen(FilingsKnown(filings or (FILED,)))


def effects(visitor: InventedVisitor, kind: type) -> list[object]:
    return [effect for effect in visitor.effects if isinstance(effect, kind)]


def test_what_waits_is_asked_for_before_the_facts():
    visitor = InventedVisitor().proved()
    assert effects(visitor, FetchFilings) == [FetchFilings(attendance("liu"))]
    assert not effects(visitor, FetchFacts)
    visitor.happen(FilingsKnown(()))
    assert visitor.visit.stage is Stage.FACTS
    assert effects(visitor, FetchFacts) == [FetchFacts(attendance("liu"))]


def test_the_reading_of_the_card_goes_with_each_question():
    reading = CardReading("ab" * 16, "05.03-20990101-0001234567", "c" * 64)
    visitor = InventedVisitor().press(Press.START_SELF).press(Press.AGREE)
    visitor.happen(CardRead(replace(persona("liu")[0], reading=reading)))
    visitor.happen(FaceMatched(0.3, 0.4, "x"))
    (asked_for,) = effects(visitor, FetchFilings)
    assert isinstance(asked_for, FetchFilings)
    assert asked_for.who.reading == reading
    visit = asked_for.who.record()["visit"]
    assert visit["read"] == {"id": reading.id, "reader": reading.reader, "chip": reading.chip}
    proxied = replace(visitor.visit.on_behalf, proxy=visitor.visit.identity.card, proxy_card_at=NOW)
    assert attendance_of_proxy(replace(visitor.visit, on_behalf=proxied)).reading == reading
    assert "read" not in attendance("liu").record()["visit"]  # of a card without evidence


def test_who_a_helper_stands_beside_is_asked_too():
    visitor = InventedVisitor().at_desk(None, OTHER_HELPER).press(Press.FILE_FOR).press(Press.AGREE)
    visitor.happen(CardRead(persona("liu")[0])).happen(FaceMatched(0.3, 0.4, "x"))
    assert visitor.happen(FilingsKnown((FILED,))).visit.stage is Stage.CONFIRMING


def test_the_page_says_who_when_where_and_what():
    visitor = asked()
    assert visitor.visit.stage is Stage.CONFIRMING
    page = visitor.page
    assert [row.words for row in page.rows] == [
        "王**，说是您的子女",
        "11月20日，青云社区",
        "2 件，点这里看是哪几件",
    ]
    assert page.sentence == WORDS["sentence"].format(day="12月20日")
    assert [one.act for one in page.choices] == [
        Press.REFUSE_FILING,
        Press.DECIDE_LATER,
        Press.CONFIRM_FILING,
    ]
    aloud = [one.words for one in page.spoken if not one.private]
    assert not [words for words in aloud if "王" in words or "11月20日" in words]
    visitor.press(Press.PLAN)
    assert visitor.visit.overlay is Overlay.FILED_SERVICES
    services: Catalogue = handbook().catalogue
    assert [row.words for row in visitor.page.rows] == [
        services.services[code].plain for code in FILED.services
    ]
    assert visitor.press(Press.STAY).visit.overlay is Overlay.NONE


def test_a_long_list_comes_in_parts_and_what_is_unknown_is_left_out():
    codes = (*handbook().catalogue.services, "R99")
    visitor = asked(replace(FILED, services=codes)).press(Press.PLAN)
    assert [one.act for one in visitor.page.choices] == [Press.MORE, Press.STAY]
    first = visitor.page.rows
    assert visitor.press(Press.MORE).page.rows != first


def test_what_the_staff_filed_and_has_begun_can_be_stopped():
    page = asked(STARTED).page
    assert page.rows[0].words == WORDS["staff"]
    assert page.sentence == WORDS["sentence_started"]
    assert asked(replace(FILED, relation="x")).page.rows[0].words == "王**"
    here = handbook().point
    own = asked(replace(FILED, point=here.code)).page.rows[1].words
    assert own == f"11月20日，{here.name}"


@pytest.mark.parametrize(
    ("act", "decision", "state", "title"),
    [
        (Press.CONFIRM_FILING, Decision.CONFIRM, ConfirmationState.CONFIRMED, "好，开始办了"),
        (Press.REFUSE_FILING, Decision.REFUSE, ConfirmationState.REFUSED, "好，不办了"),
        (Press.CONFIRM_FILING, Decision.CONFIRM, ConfirmationState.WITHDRAWN, "已经撤回了"),
        (Press.CONFIRM_FILING, Decision.CONFIRM, ConfirmationState.EXPIRED, "已经过了日子"),
    ],
)
def test_the_word_is_sent_and_what_follows_is_said(act, decision, state, title):
    visitor = asked().press(act)
    assert effects(visitor, DecideFiling) == [DecideFiling(attendance("liu"), ID, decision)]
    assert (visitor.page.choices, visitor.page.sentence) == ((), WORDS["sending"])
    again = visitor.press(Press.REFUSE_FILING)
    assert not effects(again, DecideFiling), "a word that is on its way is not sent twice"
    assert visitor.press(Press.DECIDE_LATER).visit.stage is Stage.CONFIRMING
    visitor.happen(FilingDecided(state))
    assert visitor.page.title == title
    visitor.press(Press.NEXT)
    assert visitor.visit.stage is Stage.FACTS
    assert effects(visitor, FetchFacts), "facts come after the word"
    assert not effects(visitor, FetchFilings), "nobody is asked twice in a visit"


ADDED = {
    "unit_name": "示范厂",
    "paid_months": 402,
    "bank": "示范银行",
    "account": "6200000000000306688",
}
MARKED = replace(FILED, facts=ADDED, facts_mark="a" * 64)


def test_what_the_offices_add_is_shown_before_it_is_confirmed():
    visitor = asked(MARKED).press(Press.CONFIRM_FILING)
    assert not effects(visitor, DecideFiling)
    page = visitor.page
    assert (visitor.visit.overlay, page.name) == (Overlay.FILED_FACTS, "filed_facts")
    assert [(row.label, row.words) for row in page.rows] == [
        ("单位", "示范厂"),
        ("养老缴费", "33 年 6 个月"),
        ("社保卡", "示范银行 尾号 6688"),
    ]
    assert all(row.private for row in page.rows)
    visitor.press(Press.TOGGLE, "unit_name")
    assert visitor.page.rows[0].mend
    visitor.press(Press.TOGGLE, "paid_months").press(Press.TOGGLE, "paid_months")
    visitor.press(Press.CONFIRM_FILING)
    wanted = DecideFiling(attendance("liu"), ID, Decision.CONFIRM, "a" * 64, ("unit_name",))
    assert effects(visitor, DecideFiling) == [wanted]
    assert visitor.visit.overlay is Overlay.NONE


def test_every_part_of_it_is_shown_before_the_last_asks():
    many = facts_events.STAND_IN_FACTS
    visitor = asked(replace(MARKED, facts=many)).press(Press.PLAN).press(Press.MORE)
    visitor.press(Press.STAY).press(Press.CONFIRM_FILING)
    shown = []
    while visitor.page.choices[-1].act is Press.MORE:
        shown += [row.label for row in visitor.page.rows]
        visitor.press(Press.MORE)
    shown += [row.label for row in visitor.page.rows]
    assert len(shown) == len(many) == len(set(shown))
    assert visitor.page.choices[-1].act is Press.CONFIRM_FILING
    back = visitor.press(Press.STAY).press(Press.REFUSE_FILING)
    refused = DecideFiling(attendance("liu"), ID, Decision.REFUSE)
    assert effects(back, DecideFiling) == [refused], "who refuses marks nothing"


def test_a_birthday_that_is_no_date_is_shown_as_the_office_has_it():
    facts = {"child_birth": "19920230"}
    visitor = asked(replace(MARKED, facts=facts)).press(Press.CONFIRM_FILING)
    assert [row.words for row in visitor.page.rows] == ["19920230"]


def test_the_next_filing_begins_with_nothing_marked():
    visitor = asked(MARKED, STARTED).press(Press.CONFIRM_FILING).press(Press.TOGGLE, "unit_name")
    visitor.press(Press.STAY).press(Press.DECIDE_LATER)
    assert visitor.visit.confirming.wrong == frozenset()


def test_every_state_has_words():
    outcomes = handbook().words["confirmed"]["outcomes"]
    assert set(outcomes) == {state.value for state in ConfirmationState}


def test_a_word_that_was_not_taken_can_be_said_again():
    visitor = asked().press(Press.CONFIRM_FILING)
    visitor.happen(FilingUndecided(Failure.CENTRAL_UNREACHABLE))
    failures = handbook().failures
    assert visitor.page.sentence == failures[Failure.CENTRAL_UNREACHABLE].sentence
    visitor.press(Press.REFUSE_FILING)
    assert effects(visitor, DecideFiling) == [DecideFiling(attendance("liu"), ID, Decision.REFUSE)]


def test_later_leaves_it_with_the_central_service():
    visitor = asked().press(Press.DECIDE_LATER)
    assert (visitor.visit.stage, visitor.visit.confirming.filings) == (Stage.FACTS, ())
    assert not effects(visitor, DecideFiling)


def test_several_are_asked_one_after_the_other():
    visitor = asked(FILED, STARTED).press(Press.DECIDE_LATER)
    assert visitor.page.rows[0].words == WORDS["staff"]
    visitor.press(Press.REFUSE_FILING).happen(FilingDecided(ConfirmationState.REFUSED))
    assert visitor.press(Press.NEXT).visit.stage is Stage.FACTS
    both = asked(FILED, STARTED).press(Press.CONFIRM_FILING)
    both.happen(FilingDecided(ConfirmationState.CONFIRMED)).press(Press.NEXT)
    assert (both.visit.stage, both.visit.confirming.decided) == (Stage.CONFIRMING, None)


@pytest.mark.parametrize("facts", [{}, facts_events.STAND_IN_FACTS], ids=["none", "many"])
def test_it_can_be_seen_again_without_anybody_in_it(facts):
    lines: list[str] = []
    visitor = InventedVisitor()
    added = (replace(FILED, facts=facts, facts_mark="a" * 64 if facts else ""), STARTED)
    last_part = [Pressed(Press.MORE)] * 3
    shown = [Pressed(Press.CONFIRM_FILING), *last_part] if facts else []
    steps = (
        Pressed(Press.START_SELF),
        Pressed(Press.AGREE),
        CardRead(persona("liu")[0]),
        FaceMatched(0.31, 0.42, "dlib128"),
        FilingsKnown(added),
        *shown,
        Pressed(Press.CONFIRM_FILING),
        FilingUndecided(Failure.CENTRAL_UNREACHABLE),
        *shown,
        Pressed(Press.CONFIRM_FILING),
        FilingDecided(ConfirmationState.CONFIRMED),
        Pressed(Press.NEXT),
        Pressed(Press.DECIDE_LATER),
    )
    for step in steps:
        Journal(lines.append, visitor.table.book).note(visitor.visit, Answered(step), 0.0)
        visitor.happen(step)
    seen = [visit.stage for visit in replay(lines, visitor.table, NOW)]
    assert seen[-3:] == [Stage.CONFIRMING, Stage.CONFIRMING, Stage.FACTS]
    assert not [one for one in ("王", ID, "青云社区", "2026-11-20") if one in "".join(lines)]


@dataclass
class ConfirmationCentral:
    answer: CentralAnswer
    asked: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)

    def call(
        self, method: str, path: str, body: bytes = b"", _headers: object = None
    ) -> CentralAnswer:
        self.asked.append((method, path, json.loads(body or b"{}")))
        return self.answer


def said(status: int = 200, **members: object) -> CentralAnswer:
    kind = "application/json" if status == 200 else "application/problem+json"
    return CentralAnswer(status, kind, None, json.dumps(members).encode())


# how far a case is that waits


def progress(**confirmation: str) -> ProgressKnown | Failure:
    services = [{"code": "R01", "state": "waiting"}]
    more = {"confirmation": confirmation} if confirmation else {}
    return progress_of(
        ConfirmationCentral(said(case_number="亳退 1", services=services, **more)), ID
    )


def shown(found: ProgressKnown | Failure) -> InventedVisitor:
    assert isinstance(found, ProgressKnown)
    visitor = InventedVisitor()
    visitor.visit = replace(
        visitor.visit, stage=Stage.SLIP, progress=replace(visitor.visit.progress, slip=ID)
    )
    return visitor.happen(found)


@pytest.mark.parametrize(
    ("state", "title"),
    [
        ("awaiting", "等本人确认"),
        ("refused", "本人说不办"),
        ("withdrawn", "已经撤回了"),
        ("expired", "过了确认的日子"),
    ],
)
def test_a_case_that_waits_or_ended_so_says_it(state, title):
    page = shown(progress(state=state, until="2026-12-20")).page
    assert (page.name, page.title) == ("unstarted", title)
    assert ("12月20日" in page.sentence) is (state == "awaiting")
    assert page.panel is not None
    assert page.panel.lines[-1] == "受理号 亳退 1"


@pytest.mark.parametrize("state", ["confirmed", "started", "not_needed", "of a newer service"])
def test_any_other_case_is_shown_part_by_part(state):
    assert shown(progress(state=state, until="")).page.name == "progress"
    assert shown(progress()).page.name == "progress", "an older service"


def test_a_day_that_is_none_is_strange():
    assert progress(state="awaiting", until="soon") is Failure.CENTRAL_STRANGE
    undated = shown(progress(state="awaiting", until="")).page.sentence
    assert undated == handbook().words["unstarted"]["states"]["awaiting"]["sentence_undated"]
