"""The scripted person of tours goes on where a person would."""

from __future__ import annotations

import pytest

from kiosk.failures import Failure
from kiosk.pages.press import Press
from screens.scripted.person import ScriptedPerson, Tap
from tests.kiosk.visit.steps.test_held_picture import at_materials, taken


@pytest.mark.parametrize("doubt", [None, Failure.PAPER_OF_ANOTHER])
def test_a_picture_that_can_be_read_is_kept_doubted_or_not(doubt: Failure | None) -> None:
    """A tour would take picture after picture of the drawn sheet, which is nobody's."""
    visitor = taken(at_materials(), doubt)
    assert ScriptedPerson().decide(visitor.page) == Tap(Press.KEEP_PICTURE)
