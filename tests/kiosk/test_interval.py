"""Intervals: passed at first, after their time, and when the clock was set back."""

from __future__ import annotations

import pytest

from kiosk.interval import has_passed


@pytest.mark.parametrize(
    ("since", "now", "passed"),
    [
        (None, 0.0, True),
        (100.0, 100.0, False),
        (100.0, 159.9, False),
        (100.0, 160.0, True),
        (100.0, 99.9, True),  # set back
    ],
)
def test_an_interval(since: float | None, now: float, passed: bool) -> None:
    assert has_passed(since, now, 60.0) is passed
