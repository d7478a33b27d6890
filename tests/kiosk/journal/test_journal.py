"""What the journal noted can be seen again: same pages, another person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind, Marital, SharedFacts
from kiosk.people.identity import Sex
from kiosk.ports import Coach
from kiosk.retirement.conditions import holds
from kiosk.retirement.questions import AnswerKind, check_answer
from kiosk.retirement.situation import Timing
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed, StoreFailed
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.journalling.stand_ins import STAND_IN_DIGITS
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, verdicts
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.step_parts.shared_facts import fetched_facts
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import FLAGS, OPTIONAL, DraftFound, FactsKnown, FactsUnknown
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.maintenance.events import STAND_IN_SHEET, Examined, Exported, ExportFailed
from kiosk.visit.steps.progress.events import ProgressKnown, ProgressUnknown
from kiosk.visit.steps.settings_import.events import (
    STAND_IN_PLACES,
    DevicesFound,
    SettingsRefused,
    SettingsWritten,
)
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused, Stored
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.delivery.test_scan_intake import BOOK, PAPER
from tests.kiosk.invented_people import INK, NOW, InventedVisitor, handbook, persona, receipt_for
from tests.kiosk.staff_people import ENGINEER

PLACES = ("live_", "letters")


def outline(page: Page) -> tuple[str, ...]:
    """Return what a page shows whoever it is: its name, its hint, its rows but for places, tones."""
    other = page.name.startswith((*PLACES, "guided_tones"))
    values = (row.value + row.tick for row in page.rows if not other)
    return (page.name, page.hint, *values)


@dataclass
class NotedVisitor(InventedVisitor):
    """A visitor whose every event is noted."""

    lines: list[str] = field(default_factory=list)
    pages: list[tuple[str, ...]] = field(default_factory=list)

    def happen(self, what, visit="", request=0):
        Journal(self.lines.append, handbook()).note(self.visit, Answered(what, visit, request), 1.5)
        super().happen(what, visit, request)
        self.pages.append(outline(self.page))
        return self

    @property
    def seen_again(self) -> list[Visit]:
        return list(replay(self.lines, self.table, NOW))

    @property
    def pages_again(self) -> list[tuple[str, ...]]:
        return [outline(draw_page(visit, build_table(handbook()))) for visit in self.seen_again]


def rated(noted: NotedVisitor) -> NotedVisitor:
    noted.at_receipt().happen(Printed()).press(Press.DONE)
    return noted.press(Press.RATE, "1").press(Press.PICK, "slow").happen(Wiped())


def lives_elsewhere(noted: NotedVisitor) -> NotedVisitor:
    noted.at_form().press(Press.NONE_OF_IT).type("13900001234").press(Press.NEXT)
    noted.press(Press.PICK, "other").press(Press.PICK, "341602").press(Press.MORE)
    return noted.press(Press.PICK, noted.page.rows[2].value)


def looked_for_a_place(noted: NotedVisitor) -> NotedVisitor:
    """By a letter that the stand-in's district has, and then by one that it lacks."""
    noted.at_form().press(Press.NONE_OF_IT).type("13900001234").press(Press.NEXT)
    noted.press(Press.PICK, "other").press(Press.PICK, noted.page.rows[-1].value)
    for letter in (noted.press(Press.LETTERS).page.rows[-1].value, "f"):
        noted.press(Press.LETTER, letter).press(Press.PICK, noted.page.rows[0].value)
        noted.press(Press.LETTERS)
    return noted.press(Press.LETTER, "")


def own_account(noted: NotedVisitor) -> NotedVisitor:
    noted.at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    noted.press(Press.PICK, "own").type("4111111111111111").press(Press.NEXT)
    return noted.type("19920314").press(Press.NEXT).press(Press.PICK, "rest")


def mistyped(noted: NotedVisitor) -> NotedVisitor:
    noted.at_form().type("23900001234").press(Press.NEXT)
    for _ in range(11):
        noted.press(Press.ERASE)
    noted.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    noted.press(Press.PICK, "own").type("4111111111111112").press(Press.NEXT).press(Press.ERASE)
    return noted.type("1").press(Press.NEXT).type("19920314").press(Press.NEXT)


def proved_late(noted: NotedVisitor) -> NotedVisitor:
    noted.with_card("wang").happen(FaceHint(Coach.COME_CLOSER)).happen(FaceHint(None))
    noted.happen(FaceFailed(Failure.FACE_NOT_ALIKE))
    return noted.happen(FaceMatched(0.31, 0.42, "x")).happen(FactsKnown(persona("wang")[1]))


def open_case(noted: NotedVisitor) -> NotedVisitor:
    facts = replace(persona("liu")[1], open_case="11111111-0000-4000-8000-000000000001")
    noted.proved().happen(FactsKnown(facts))
    noted.happen(ProgressUnknown(Failure.CENTRAL_UNREACHABLE))
    return noted.happen(ProgressKnown("亳退 0042 7138", {"R01": "ready"}))


def refused_then_offline(noted: NotedVisitor) -> NotedVisitor:
    noted.at_submitting().happen(StoreFailed(Failure.DISK_FULL))
    noted.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    noted.happen(Stored()).happen(Refused())
    noted.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)
    noted.happen(Pending()).happen(PrintFailed(Failure.PAPER_OUT))
    return noted.happen(Accepted(receipt_for(noted.visit)))


def filed_elsewhere(noted: NotedVisitor) -> NotedVisitor:
    noted.at_submitting().happen(Stored()).happen(CaseUnderWay("a-case-of-elsewhere"))
    return noted.happen(ProgressKnown("亳退 0042 7138", {"R01": "ready"}))


def gone_on_with(noted: NotedVisitor) -> NotedVisitor:
    left = InventedVisitor().at_materials().press(Press.PROMISE).visit
    noted.with_facts().happen(DraftFound(draft_of(left))).press(Press.RESUME)
    while noted.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        noted.press(Press.NEXT)
    return noted.press(Press.PROMISE).press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)


def gone_on_with_elsewhere(noted: NotedVisitor) -> NotedVisitor:
    left = InventedVisitor().at_form().press(Press.NONE_OF_IT).type("13900001234").press(Press.NEXT)
    left.press(Press.PICK, "other").press(Press.PICK, "341602")
    left.press(Press.PICK, left.page.rows[1].value)
    noted.with_facts().happen(DraftFound(draft_of(left.visit))).press(Press.RESUME)
    while noted.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        noted.press(Press.NEXT)
    return noted


def begun_anew(noted: NotedVisitor) -> NotedVisitor:
    left = InventedVisitor().at_materials().visit
    noted.with_facts().happen(DraftFound(draft_of(left))).press(Press.START_ANEW)
    return noted.press(Press.NEXT).press(Press.QUIT).press(Press.QUIT_YES).happen(Wiped())


def captured(noted: NotedVisitor) -> NotedVisitor:
    noted.table = build_table(BOOK)
    noted.at_materials().press(Press.CAPTURE).happen(PaperFailed(Failure.PAPER_DARK))
    noted.press(Press.CAPTURE).happen(PaperCaptured("P2", PAPER))
    return noted.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)


def nobody_there(noted: NotedVisitor) -> NotedVisitor:
    noted.happen(DeviceLost(Failure.READER_LOST)).happen(DeviceBack())
    noted.press(Press.START_SELF).press(Press.AGREE).happen(CardFailed(Failure.CARD_MOVED))
    return noted.happen(IdleWarning()).happen(Timeout()).happen(Wiped())


def offline(noted: NotedVisitor) -> NotedVisitor:
    noted.offline("LH").press(Press.BACK).press(Press.PICK, "unsure")
    return noted.press(Press.NEXT)


def looked_after(noted: NotedVisitor) -> NotedVisitor:
    noted.knocking().happen(LoggedIn(ENGINEER)).type("123456").happen(LoggedIn(ENGINEER))
    noted.happen(Examined(STAND_IN_SHEET)).press(Press.SHEET).press(Press.PRINT).happen(Printed())
    noted.press(Press.EXPORT).happen(ExportFailed(Failure.DISK_FULL)).press(Press.EXPORT)
    noted.happen(Exported()).press(Press.BACK).press(Press.GUIDED).press(Press.PICK, "tones")
    noted.happen(SoundFailed(Failure.SPEAKER_LOST))
    for tone in noted.visit.maintenance.test.lot:
        noted.press(Press.PICK, tone)
    noted.press(Press.DONE).press(Press.PICK, "slip").happen(Printed())
    wrong = "0" if noted.visit.maintenance.test.lot[0] != "0" else "1"
    noted.type(f"{wrong}000").press(Press.DONE).press(Press.PICK, "camera")
    noted.happen(CameraFailed(Failure.CAMERA_LOST))
    for mend in (Coach.MORE_LIGHT, None, None, None):
        noted.happen(CameraSeen(CameraReading(90.0, 200.0, 0.3, mend)))
    noted.press(Press.DONE).press(Press.BACK).press(Press.SEEK)
    noted.happen(DevicesFound(STAND_IN_PLACES[True])).press(Press.WRITE)
    noted.happen(SettingsRefused(Failure.CONFIG_WRONG)).press(Press.WRITE)
    noted.happen(SettingsWritten()).press(Press.TRY_AGAIN)
    return noted.happen(DevicesFound(STAND_IN_PLACES[False])).press(Press.QUIT).happen(Wiped())


def let_in_without_a_reader(noted: NotedVisitor) -> NotedVisitor:
    noted.happen(DeviceLost(Failure.READER_LOST)).press(Press.STAFF)
    noted.happen(CardFailed(Failure.READER_LOST)).press(Press.NO_CARD)
    number = persona("technician")[0].number
    noted.type(f"{number[:16]}00").press(Press.NEXT)
    for _ in range(18):
        noted.press(Press.ERASE)
    noted.type(number).press(Press.NEXT).type("730492").happen(LoggedIn(ENGINEER))
    return noted.type("123456").happen(LoggedIn(ENGINEER))


@pytest.mark.parametrize(
    "walk",
    [
        looked_after,
        let_in_without_a_reader,
        rated,
        lives_elsewhere,
        looked_for_a_place,
        own_account,
        mistyped,
        proved_late,
        open_case,
        refused_then_offline,
        filed_elsewhere,
        captured,
        gone_on_with,
        gone_on_with_elsewhere,
        begun_anew,
        nobody_there,
        offline,
    ],
    ids=lambda walk: walk.__name__,
)
def test_the_same_pages_are_seen_again(walk):
    noted = walk(NotedVisitor())
    assert noted.pages_again == noted.pages


@pytest.mark.parametrize("name", ["earlier_places", "unit_name", "account"])
@pytest.mark.parametrize("there", [True, False])
def test_hidden_facts_keep_whether_they_are_there(name, there):
    """Services and pages hang on it: without, every later press would land elsewhere."""
    facts = persona("liu")[1]
    value = (
        (("341602",) if name == "earlier_places" else "安徽")
        if there
        else type(getattr(facts, name))()
    )
    noted = NotedVisitor().proved().happen(FactsKnown(replace(facts, **{name: value})))
    while noted.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        noted.press(Press.NEXT)
    assert noted.pages_again == noted.pages
    assert "341602" not in "".join(noted.lines)
    assert "安徽" not in "".join(noted.lines)


def test_an_unknown_certificate_is_still_unknown():
    facts = replace(persona("liu")[1], only_child_certificate=None)
    noted = NotedVisitor().proved().happen(FactsKnown(facts))
    assert noted.seen_again[-1].facts.shared.only_child_certificate is None


def test_an_answer_that_came_too_late_is_dropped_again():
    noted = NotedVisitor().press(Press.START_SELF).press(Press.AGREE)
    noted.happen(CardRead(persona("liu")[0]), "v-0", 1)
    assert json.loads(noted.lines[-1])["late"] is True
    assert noted.seen_again[-1].stage is noted.visit.stage is Stage.CARD


def test_no_place_no_digit_no_stroke_is_noted():
    noted = lives_elsewhere(NotedVisitor())
    said = "\n".join(noted.lines)
    for secret in ("341602", "13900001234", persona("liu")[0].number, persona("liu")[0].name):
        assert secret not in said
    digits = [json.loads(line) for line in noted.lines if '"digit"' in line]
    assert [one["at"] for one in digits] == list(range(11))
    assert all("value" not in one for one in digits)
    signed = NotedVisitor().at_submitting()
    drawn = next(json.loads(line) for line in signed.lines if "Drawn" in line)
    assert set(drawn) == {"ms", "visit", "stage", "kind"}


def test_every_typed_question_has_stand_in_digits_that_pass():
    typed = [one for one in handbook().questions if one.asking is AnswerKind.DIGITS]
    for question in typed:
        digits = STAND_IN_DIGITS[question.field]
        assert check_answer(question, digits, NOW.date()) is None
        assert len(digits) <= sum(question.groups)
    assert {one.field for one in typed} == set(STAND_IN_DIGITS)


def test_optional_facts_are_names_of_facts():
    assert {one for one in OPTIONAL if hasattr(persona("liu")[1], one)} == set(OPTIONAL)


@pytest.mark.parametrize("name", ["liu", "wang"])
def test_nothing_that_singles_somebody_out_is_noted(name):
    """A birth month and a widowhood name somebody in a village."""
    card, noted = persona(name)[0], NotedVisitor().with_card(name)
    noted.happen(FaceMatched(0.31, 0.42, "x"))
    noted.happen(FactsKnown(replace(persona("wang")[1], marital=Marital.WIDOWED)))
    said = {one["kind"]: one for one in map(json.loads, noted.lines)}
    plain = {"ms", "visit", "stage", "kind"}
    assert set(said["CardRead"]) - plain == {"sex"}
    coarse = {"enough", "deemed", "medical_short", "elsewhere", *FLAGS}
    assert set(said["FactsKnown"]) - plain == {"category", "phase", "insured", "has", *coarse}
    assert {said["FactsKnown"][name] for name in coarse} <= {True, False, None}
    assert said["FactsKnown"]["phase"] in (-1, 0, 1, 2)
    text = "".join(noted.lines)
    for secret in (str(card.birth.year), "widowed", "276", "312", "1994"):
        assert secret not in text


def test_no_grade_and_no_reason_is_noted():
    noted = rated(NotedVisitor())
    assert [json.loads(one)["good"] for one in noted.lines if '"rate"' in one] == [False]
    assert "slow" not in "".join(noted.lines)
    good = NotedVisitor().at_receipt().press(Press.DONE).press(Press.RATE, "4")
    assert [json.loads(one)["good"] for one in good.lines if '"rate"' in one] == [True]
    assert good.seen_again[-1].stage is good.visit.stage is Stage.WIPING


def test_a_case_that_is_open_is_noted_without_its_number():
    noted = open_case(NotedVisitor())
    assert "11111111" not in "".join(noted.lines)
    assert noted.seen_again[-1].stage is Stage.PROGRESS


def test_facts_for_nobody_are_no_facts():
    noted = NotedVisitor().happen(FactsKnown(persona("liu")[1]))
    noted.happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).press(Press.START_SELF)
    assert [json.loads(line).get("late", False) for line in noted.lines] == [True, True, False]
    assert noted.pages_again == noted.pages


FACTS = st.builds(
    SharedFacts,
    kind=st.sampled_from(InsuredKind),
    category=st.sampled_from(["M60", "F55", "F50", "", "X"]),
    paid_months=st.integers(0, 600),
    deemed_months=st.sampled_from([0, 0, 1, 240]),
    medical_months=st.integers(0, 480),
    medical_months_needed=st.sampled_from([0, 300, 360]),
    work_start_month=st.just("1987-09"),
    unit_name=st.sampled_from(["", "示范机械厂"]),
    earlier_places=st.sampled_from([(), ("阜阳市",), ("a", "b", "c")]),
    bank=st.sampled_from(["", "示范银行"]),
    account=st.sampled_from(["", "6200000000000306688"]),
    card_account_active=st.booleans(),
    marital=st.sampled_from(Marital),
    has_fund_account=st.booleans(),
    has_annuity=st.booleans(),
    only_child_certificate=st.sampled_from([True, False, None]),
)


@settings(max_examples=150, deadline=None)
@given(
    FACTS,
    st.sampled_from([Sex.MALE, Sex.FEMALE, Sex.UNKNOWN]),
    st.dates(date(1955, 1, 1), date(1985, 12, 31)),
    st.integers(0, 40),
)
def test_a_made_up_person_is_decided_like_the_real_one(facts, sex, birth, months):
    """Every condition and every answer, also when it is seen again in a later month."""
    noted = NotedVisitor().press(Press.START_SELF).press(Press.AGREE)
    noted.happen(CardRead(replace(persona("liu")[0], sex=sex, birth=birth)))
    noted.happen(FaceMatched(0.3, 0.42, "x")).happen(FactsKnown(facts))
    later = NOW + timedelta(days=31 * months)
    (*_, again) = replay(noted.lines, noted.table, later)
    first, second = noted.visit.facts.situation, again.facts.situation
    conditions = handbook().catalogue.conditions
    assert {name: holds(one, first) for name, one in conditions.items()} == {
        name: holds(one, second) for name, one in conditions.items()
    }
    assert first.estimate.category is second.estimate.category
    answers, answers_again = verdicts(noted.visit, handbook()), verdicts(again, handbook())
    assert [one.answer for one in answers.values()] == [
        one.answer for one in answers_again.values()
    ]
    assert [one.key for one in fetched_facts(noted.visit)] == [
        one.key for one in fetched_facts(again)
    ]


@pytest.mark.parametrize("months", range(12))
def test_this_month_stays_this_month_in_any_later_one(months):
    """While the ages rise nobody retires in every fifth month, and late is another answer."""
    noted = NotedVisitor().proved()
    facts = replace(persona("liu")[1], kind=InsuredKind.INSTITUTION)
    noted.happen(FactsKnown(facts))
    (*_, again) = replay(noted.lines, noted.table, NOW + timedelta(days=31 * months))
    assert noted.visit.facts.situation.timing is again.facts.situation.timing is Timing.ON_TIME
