"""The pages before enrolment: nothing is pressed or typed, and each says what to do."""

from __future__ import annotations

import pytest

from kiosk.operator_texts import texts_of
from kiosk.pages.first_start import FirstStart, FirstStartStage, first_start_page

WORDS = texts_of("enrolment.first_start")


@pytest.mark.parametrize("stage", list(FirstStartStage))
def test_nothing_is_pressed_on_any_page(stage: FirstStartStage) -> None:
    page = first_start_page(FirstStart(stage), WORDS, "培训")
    assert page.presses() == ()
    assert page.title
    assert page.sentence
    assert page.banner == "培训"


def test_the_digits_stand_with_what_the_card_is_for() -> None:
    state = FirstStart(FirstStartStage.DIGITS, "012345", "BZ-0007", "BZ-QC-01")
    panel = first_start_page(state, WORDS).panel
    assert panel is not None
    assert panel.lines == ("012 345", "终端：BZ-0007", "服务点：BZ-QC-01")
    unknown = first_start_page(FirstStart(FirstStartStage.DIGITS, "012345", "BZ-0007"), WORDS).panel
    assert unknown is not None
    assert unknown.lines == ("012 345", "终端：BZ-0007")


def test_trouble_takes_the_place_of_the_sentence() -> None:
    page = first_start_page(FirstStart(FirstStartStage.CARD, trouble="这张卡用过了"), WORDS)
    assert (page.sentence, page.mend) == ("这张卡用过了", True)
