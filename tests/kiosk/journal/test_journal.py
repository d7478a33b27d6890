"""What the journal noted can be seen again: same pages, another person."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import CameraReading
from kiosk.pages.press import Press
from kiosk.ports import Coach
from kiosk.retirement.months import Month
from kiosk.retirement.questions import AnswerKind, check_answer
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed, StoreFailed
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.events.papers import PaperCaptured, PaperFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.journalling.stand_ins import STAND_IN_DIGITS
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import OPTIONAL, DraftFound, FactsKnown, FactsUnknown
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.maintenance.events import STAND_IN_SHEET, Examined, Exported, ExportFailed
from kiosk.visit.steps.prepared.events import (
    NotOptedOut,
    OptedOut,
    PreparedKnown,
    PreparedUnknown,
)
from kiosk.visit.steps.prepared.samples import ANSWERS, GAPS
from kiosk.visit.steps.progress.events import ProgressKnown
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
from tests.kiosk.journal.noted_visitor import (
    NotedVisitor,
    lives_away,
    lives_elsewhere,
    open_case,
    rated,
)
from tests.kiosk.staff_people import ENGINEER


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
    noted.press(Press.PICK, "own").press(Press.PICK, "ICBC").type("4111111111111111").press(
        Press.NEXT
    )
    return noted.press(Press.PICK, "renew").press(Press.PICK, "rest")


def mistyped(noted: NotedVisitor) -> NotedVisitor:
    noted.at_form().type("23900001234").press(Press.NEXT)
    for _ in range(11):
        noted.press(Press.ERASE)
    noted.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    noted.press(Press.PICK, "own").press(Press.PICK, "ICBC").type("4111111111111112").press(
        Press.NEXT
    ).press(Press.ERASE)
    return noted.type("1").press(Press.NEXT).type("19920314").press(Press.NEXT)


def proved_late(noted: NotedVisitor) -> NotedVisitor:
    noted.with_card("wang").happen(FaceHint(Coach.COME_CLOSER)).happen(FaceHint(None))
    noted.happen(FaceFailed(Failure.FACE_NOT_ALIKE))
    return noted.happen(FaceMatched(0.31, 0.42, "x")).happen(FactsKnown(persona("wang")[1]))


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


def prepared(noted: NotedVisitor) -> NotedVisitor:
    facts = replace(persona("wang")[1], prepared=True)
    noted.proved("wang").happen(FactsKnown(facts))
    services = chosen(noted.visit, noted.table.book)
    noted.happen(PreparedKnown(Month.of_day(NOW.date()), services, ANSWERS, GAPS))
    return noted.press(Press.CONFIRM).happen(Drawn(INK)).press(Press.SIGNED)


def opted_out(noted: NotedVisitor) -> NotedVisitor:
    prepared(noted).happen(StoreFailed(Failure.DISK_FULL))
    noted.press(Press.CHANGE).press(Press.PICK, "opt_out").press(Press.NO_PREPARING)
    noted.happen(NotOptedOut()).press(Press.NO_PREPARING)
    return noted.happen(OptedOut()).press(Press.NEXT)


def prepared_in_vain(noted: NotedVisitor) -> NotedVisitor:
    facts = replace(persona("liu")[1], prepared=True)
    noted.proved().happen(FactsKnown(facts)).happen(PreparedUnknown(Failure.PREPARED_CHANGED))
    return noted.press(Press.NEXT)


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
        prepared,
        opted_out,
        prepared_in_vain,
        begun_anew,
        nobody_there,
        offline,
    ],
    ids=lambda walk: walk.__name__,
)
def test_the_same_pages_are_seen_again(walk):
    noted = walk(NotedVisitor())
    assert noted.pages_again == noted.pages


@pytest.mark.parametrize(
    "places",
    [
        ("34", "3412", "341222", "341222100"),
        ("32", "3201", "320106"),
        ("11", "110101"),
        ("42", "429004"),
        ("42", "4201", "420102"),
        ("32", ""),
        ("",),
    ],
)
def test_a_place_elsewhere_leads_to_as_many_pages_again(places):
    noted = lives_away(NotedVisitor(), *places)
    assert noted.page.name == "bank"
    assert noted.pages_again == noted.pages
    assert not [code for code in places if code and f'"{code}"' in "".join(noted.lines)]


LISTED, UNLISTED = "91341600MA0000008F", "91340000MA99999999"


@pytest.mark.parametrize(
    "presses",
    [
        [(Press.LETTERS, ""), (Press.LETTER, "fgh"), (Press.PICK, LISTED)],
        [(Press.NONE_OF_IT, ""), *((Press.DIGIT, one) for one in LISTED), (Press.NEXT, "")],
        [
            (Press.NONE_OF_IT, ""),
            *((Press.DIGIT if one.isdigit() else Press.SPELL, one.lower()) for one in UNLISTED),
            (Press.NEXT, ""),
            (Press.SPELL, "j"),
            (Press.CHARACTER, "甲"),
            (Press.NEXT, ""),
        ],
        [(Press.NONE_OF_IT, ""), (Press.NONE_OF_IT, ""), (Press.NEXT, "")],
        [(Press.NONE_OF_IT, ""), (Press.DIGIT, "9"), (Press.NEXT, ""), (Press.ERASE, "")],
    ],
    ids=["picked", "listed-code", "other-code", "no-code", "wrong-code"],
)
def test_another_employer_leads_to_the_same_pages_again(presses):
    noted = NotedVisitor().proved().happen(FactsKnown(persona("liu")[1]))
    noted.press(Press.TOGGLE, "unit_name")
    while noted.visit.stage in (Stage.FACTS, Stage.CHOOSE):
        noted.press(Press.NEXT)
    noted.type("13900001234").press(Press.NEXT).press(Press.PICK, "same")
    for act, value in presses:
        noted.press(act, value)
    assert noted.pages_again == noted.pages
    assert LISTED not in "".join(noted.lines)
    assert "甲" not in "".join(noted.lines)


def test_an_employer_of_a_draft_is_not_noted():
    facts = FactsKnown(persona("liu")[1])
    marked = InventedVisitor().proved().happen(facts).press(Press.TOGGLE, "unit_name")
    answers = (("mobile", "13900001234"), ("live", "same"), ("unit", LISTED))
    draft = replace(draft_of(marked.visit), answers=answers)
    noted = NotedVisitor().proved().happen(facts).happen(DraftFound(draft)).press(Press.RESUME)
    assert noted.visit.answers["unit"] == LISTED
    assert noted.pages_again == noted.pages
    assert noted.seen_again[-1].answers["unit"]
    assert LISTED not in "".join(noted.lines)


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


def test_every_typed_question_has_stand_in_digits_that_pass():
    typed = [
        one for one in handbook().questions if one.asking in (AnswerKind.DIGITS, AnswerKind.CODE)
    ]
    for question in typed:
        digits = STAND_IN_DIGITS[question.field]
        assert check_answer(question, digits, NOW.date()) is None
        assert len(digits) <= sum(question.groups)
    assert {one.field for one in typed} == set(STAND_IN_DIGITS)


def test_optional_facts_are_names_of_facts():
    assert {one for one in OPTIONAL if hasattr(persona("liu")[1], one)} == set(OPTIONAL)


def test_facts_for_nobody_are_no_facts():
    noted = NotedVisitor().happen(FactsKnown(persona("liu")[1]))
    noted.happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).press(Press.START_SELF)
    assert [json.loads(line).get("late", False) for line in noted.lines] == [True, True, False]
    assert noted.pages_again == noted.pages
