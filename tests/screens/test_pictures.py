"""Everything that is said to a face has a drawing of its own."""

from __future__ import annotations

import pytest

from kiosk.ports import Coach
from screens.painting.pictures import MEANINGS, Pictures, render
from wiring.places import ASSETS


@pytest.mark.parametrize("hint", Coach)
def test_each_hint_of_the_coach_is_drawn(hint: Coach) -> None:
    picture = Pictures(ASSETS).icon(hint.value, 64)
    assert picture.path.name.startswith("coach-")
    strips = list(render(picture))
    assert strips
    assert all(strip.startswith(b"\x89PNG") for strip in strips)


def test_no_two_hints_are_drawn_alike() -> None:
    drawn = [Pictures(ASSETS).icon(hint.value, 64) for hint in Coach]
    assert len({MEANINGS[hint.value] for hint in Coach}) == len(Coach)
    assert len({b"".join(render(one)) for one in drawn}) == len(Coach)
