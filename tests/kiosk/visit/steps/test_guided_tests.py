"""Guided tests of a technician: each device is tried, and nothing of it is kept."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import POINTS, STEADY, GuidedTask, Result
from kiosk.maintenance.readiness_report import LineState
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.slip import SlipLine
from kiosk.visit import effects as do
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.stages import Stage
from kiosk.visit.step_parts.maintenance_state import OF_A_TECHNICIAN, PAGES
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen
from tests.kiosk.invented_people import INK
from tests.kiosk.visit.steps.technician_visits import CARD, DARK, GOOD, WELL, at, examined


def test_a_test_card_is_read_and_nothing_of_it_is_kept():
    visitor = at(GuidedTask.CARD)
    assert do.ReadCard() in visitor.effects
    visitor.happen(CardFailed(Failure.CARD_MOVED))
    assert do.ReadCard() in visitor.effects
    assert visitor.page.mend
    visitor.happen(CardRead(CARD))
    assert visitor.visit.maintenance.test.result is Result.PASSED
    assert CARD.number not in repr(visitor.visit)
    assert CARD.name not in repr(visitor.visit)
    visitor.press(Press.DONE)
    assert [one.task for one in visitor.visit.maintenance.tests] == [GuidedTask.CARD]
    assert visitor.page.rows[0].icon == "check-circle"


def test_light_and_distance_are_measured():
    visitor = at(GuidedTask.CAMERA)
    assert do.LookAtCamera() in visitor.effects
    assert visitor.page.layout is Layout.CAMERA
    visitor.happen(CameraFailed(Failure.CAMERA_LOST))
    assert visitor.page.mend
    visitor.happen(CameraSeen(DARK))
    assert "暗" in visitor.page.hint
    for _ in range(STEADY):
        visitor.happen(CameraSeen(GOOD))
    assert visitor.visit.maintenance.test.result is Result.PASSED
    assert "亮度 128，脸宽 240 像素" in visitor.page.panel.lines[0]


def test_who_hears_three_tones_says_which():
    visitor = at(GuidedTask.TONES)
    (order,) = (one.order for one in visitor.effects if isinstance(one, do.PlayTones))
    assert sorted(order) == ["1", "2", "3"]
    visitor.press(Press.PICK, order[0])
    assert order[0] not in {row.value for row in visitor.page.rows}
    visitor.press(Press.TRY_AGAIN)
    (order,) = (one.order for one in visitor.effects if isinstance(one, do.PlayTones))
    for tone in order:
        visitor.press(Press.PICK, tone)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_printed_slip_is_read_back():
    visitor = at(GuidedTask.SLIP)
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, do.PrintSlip))
    digits = slip.parts[0].text
    visitor.happen(PrintFailed(Failure.PAPER_OUT))
    assert visitor.page.mend
    visitor.happen(Printed()).type("9").press(Press.ERASE).type(digits)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_slip_that_is_misread_fails_and_may_be_tried_again():
    visitor = at(GuidedTask.SLIP)
    wrong = "1111" if visitor.visit.maintenance.test.lot != "1111" else "2222"
    visitor.type(wrong)
    assert visitor.visit.maintenance.test.result is Result.FAILED
    assert visitor.page.title == "没过"
    visitor.press(Press.TRY_AGAIN)
    assert visitor.visit.maintenance.test.is_open


def test_nine_points_are_touched():
    visitor = at(GuidedTask.TOUCH)
    assert visitor.page.layout is Layout.POINTS
    for point in POINTS:
        visitor.press(Press.POINT, point)
    assert visitor.visit.maintenance.test.result is Result.PASSED


def test_a_signature_is_drawn_and_not_kept():
    visitor = at(GuidedTask.SIGN).press(Press.SIGNED)
    assert visitor.visit.maintenance.test.failure is Failure.SIGNATURE_MISSING
    visitor.happen(Drawn(INK)).press(Press.CLEAR_INK)
    assert visitor.visit.signature.ink == ()
    visitor.happen(Drawn(INK)).press(Press.SIGNED)
    assert (visitor.visit.maintenance.test.strokes, visitor.visit.signature.ink) == (2, ())
    assert visitor.visit.maintenance.test.length > 50


@pytest.mark.parametrize("task", GuidedTask)
def test_what_can_not_be_passed_is_given_up_and_stands_on_the_sheet(task):
    visitor = at(task).press(Press.GIVE_UP)
    assert visitor.visit.maintenance.test.result is Result.FAILED
    visitor.press(Press.DONE).press(Press.BACK).press(Press.SHEET)
    assert visitor.page.rows[0].words.startswith("引导测试")
    visitor.press(Press.PRINT)
    (slip,) = (one.slip for one in visitor.effects if isinstance(one, do.PrintSlip))
    assert any("引导测试" in one.text for one in slip.parts if isinstance(one, SlipLine))


def test_a_test_that_is_left_counts_for_nothing_and_one_done_again_replaces_the_first():
    visitor = at(GuidedTask.TOUCH).press(Press.POINT, "1").press(Press.BACK)
    assert visitor.visit.maintenance.tests == ()
    visitor.press(Press.PICK, "touch").press(Press.GIVE_UP).press(Press.DONE)
    visitor.press(Press.PICK, "touch")
    for point in POINTS:
        visitor.press(Press.POINT, point)
    visitor.press(Press.DONE)
    assert [one.result for one in visitor.visit.maintenance.tests] == [Result.PASSED]


def test_answers_to_another_test_are_none():
    for what in (CardRead(CARD), CameraSeen(GOOD), Drawn(INK)):
        visitor = at(GuidedTask.TOUCH)
        before = visitor.visit
        assert visitor.happen(what).visit == before
    assert examined().press(Press.GUIDED).press(Press.DONE).visit.stage is Stage.GUIDED


def test_all_pages_of_a_technician_hold_what_is_wiped():
    assert {*PAGES, Stage.CODE} == OF_A_TECHNICIAN
    assert all(LineState(one.state) for one in WELL.lines)


@pytest.mark.parametrize("task", GuidedTask)
def test_each_test_says_what_to_do_and_can_be_given_up(task):
    page = at(task).page
    assert page.name == f"guided_{task}"
    assert Press.GIVE_UP in {one.act for one in page.choices}
