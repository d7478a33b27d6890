"""The watchdog is fed only while screen and devices both live."""

from __future__ import annotations

import pytest

from kiosk.fleet.watchdog import LoopWatchdog


class WatchdogClock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("since", "devices", "kept"),
    [(0.0, True, True), (10.0, True, True), (10.1, True, False), (0.0, False, False)],
)
def test_both_must_live(since: float, devices: bool, kept: bool) -> None:
    clock = WatchdogClock()
    watchdog = LoopWatchdog(10.0, clock, lambda: devices)
    clock.now += since
    assert watchdog.is_kept() is kept


def test_a_screen_that_turns_again_is_awake() -> None:
    clock = WatchdogClock()
    watchdog = LoopWatchdog(10.0, clock, lambda: True)
    clock.now += 30.0
    assert not watchdog.is_kept()
    watchdog.turned()
    assert watchdog.is_kept()
