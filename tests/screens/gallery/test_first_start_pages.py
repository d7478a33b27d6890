"""The pages before enrolment keep the rules of all pages, on both kinds of panel."""

from __future__ import annotations

import pytest

from kiosk.operator_texts import texts_of
from kiosk.pages.display import View
from kiosk.pages.first_start import FirstStart, FirstStartStage, first_start_page
from screens.scene import Weight
from screens.shell import Shell
from screens.theme import ScreenPanel
from tests.screens.conftest import LANDSCAPE, PORTRAIT
from tests.screens.drawn_pages import Drawn, drawn, findings, known, layout_findings

__all__ = ["drawn", "known"]
WORDS = texts_of("enrolment.first_start")
REASONS = texts_of("enrolment.reasons")
LONGEST = max(REASONS.values(), key=len)
STATES = (
    *(FirstStart(one, "012345", "BZ-QC-0007", "BZ-QC-01") for one in FirstStartStage),
    FirstStart(FirstStartStage.CARD, trouble=LONGEST),
    FirstStart(FirstStartStage.CARD, trouble=WORDS["wrong_word"]),
)


@pytest.mark.parametrize("state", STATES, ids=lambda one: f"{one.stage}-{bool(one.trouble)}")
@pytest.mark.parametrize("panel", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_every_page_keeps_the_rules(
    state: FirstStart,
    panel: ScreenPanel,
    shell: Shell,
    drawn: Drawn,
    known: dict[Weight, frozenset[int]],
) -> None:
    page = first_start_page(state, WORDS)
    scene = drawn(page, panel)
    assert list(findings(scene, View(), panel, shell, known)) == []
    assert list(layout_findings(scene, page, panel, shell.metrics)) == []
