"""What the terminal makes on a thread waits for the first page, and never for ever."""

from __future__ import annotations

from threading import Event
from typing import Any, cast

import pytest

from wiring import terminal
from wiring.terminal import after_first_page


def test_devices_are_made_once_the_first_page_is_drawn() -> None:
    drawn, made = Event(), cast("Any", object())
    drawn.set()
    assert after_first_page(drawn, lambda: made) is made
    assert after_first_page(None, lambda: made) is made


def test_a_page_that_never_comes_keeps_no_device_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "FIRST_PAGE_SECONDS", 0.0)
    made = cast("Any", object())
    assert after_first_page(Event(), lambda: made) is made
