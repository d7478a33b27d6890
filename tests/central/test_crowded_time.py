"""Work that can wait lets a crowd of terminals pass, but not for ever."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

from central.load import CrowdedTime, CrowdPolicy
from central.messages.rounds import Rounds
from central.offline_monitor import SilenceWatch
from central.terminals.filings.filing_turns import FilingCaller, FilingTurns
from tests.central.standing import Standing, policy_of_config

POLICY = CrowdPolicy(quiet_seconds=3.0, longest_seconds=60.0)


class PassingSeconds:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_crowd_lasts_until_nobody_was_turned_away_for_a_while() -> None:
    clock = PassingSeconds()
    crowded = CrowdedTime(POLICY, clock)
    assert not crowded.is_now()
    crowded.note()
    clock.now += POLICY.quiet_seconds
    assert crowded.is_now()
    clock.now += 0.1
    assert not crowded.is_now()


def test_who_is_turned_away_for_ever_stops_nothing_for_ever() -> None:
    clock = PassingSeconds()
    crowded = CrowdedTime(POLICY, clock)
    held = 0
    for _ in range(100):
        crowded.note()
        held += crowded.is_now()
        clock.now += 1.0
    assert held == POLICY.longest_seconds + 1
    clock.now += POLICY.quiet_seconds
    crowded.note()  # another crowd
    assert crowded.is_now()


def test_a_terminal_that_waits_for_others_makes_a_crowd_and_its_own_share_none() -> None:
    noted: list[str] = []
    policy = replace(policy_of_config().turns, least=2)
    turns = FilingTurns(policy, 1, PassingSeconds(), lambda: noted.append("crowd"))
    first, second = (FilingCaller(name, name) for name in "AB")
    with turns.held(first):
        assert turns.wait(first)
        assert noted == []
        with turns.held(second):
            assert turns.wait(FilingCaller("C", "C"))
    assert noted == ["crowd"]


def test_rounds_are_left_out_while_they_are_to_wait() -> None:
    asked, done, rounds_before = iter([True, True]), Event(), []

    def waits() -> bool:
        rounds_before.append(done.is_set())
        return next(asked, False)

    rounds = Rounds("test", done.set, 0.0, waits)
    rounds.open()
    assert done.wait(60)
    rounds.close()
    assert rounds_before[:3] == [False] * 3


def test_deadlines_and_figures_wait_and_alarms_do_not(central: Standing) -> None:
    clock = PassingSeconds()
    crowded = CrowdedTime(POLICY, clock)
    watch = SilenceWatch(replace(central.office, crowded=crowded))
    everything = len(list(watch._works()))
    assert not watch._must_end()
    crowded.note()
    assert len(list(watch._works())) == 1 < everything
    assert watch._must_end()
