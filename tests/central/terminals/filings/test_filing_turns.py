"""Turns of terminals that hand in applications: who begins, who goes on, who is told what."""

from __future__ import annotations

import statistics
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from random import Random

import pytest

from central.load import LATEST, TurnPolicy
from central.terminals.filings.filing_turns import FilingCaller, FilingTurns
from kiosk.delivery.outbox import JITTER, wait_before
from tests.central.standing import policy_of_config

POLICY = TurnPolicy(
    answer_seconds=0.1,
    least=4,
    most=64,
    pause_seconds=1.0,
    longest=8,
    longest_wait_seconds=60,
    of_one_source=3,
    waiting_of_one_source=100,
)
SEED = 20261201


@dataclass
class TurnsOnClock:
    """Turns over a clock of its own."""

    policy: TurnPolicy = POLICY
    now: float = 100.0
    turns: FilingTurns = field(init=False)
    work: deque[tuple[FilingCaller, ExitStack]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.turns = FilingTurns(self.policy, 2, lambda: self.now)

    def ask(self, key: str, source: str = "") -> int:
        """Hand something in; return the seconds to wait, 0 where it is at work now."""
        caller = FilingCaller(key, source or key)
        if wait := self.turns.wait(caller):
            return wait
        held = ExitStack()
        held.enter_context(self.turns.held(caller))
        self.work.append((caller, held))
        return 0

    def answer(self, seconds: float = 0.0, *, good: bool = True) -> str:
        """Answer the first after so many seconds; return its key."""
        self.now += seconds
        caller, held = self.work.popleft()
        held.close()
        if good:
            self.turns.go_on(caller)
        return caller.key

    def filled(self, prefix: str = "first") -> TurnsOnClock:
        """Let as many begin as there is room for."""
        number = 0
        while not self.ask(f"{prefix} {number}"):
            number += 1
        return self

    def grown_up(self) -> TurnsOnClock:
        """Let the crowd be so old that it is known how fast it goes."""
        self.ask("one of the crowd")
        self.now += 4.0
        return self


def test_terminals_come_back_no_later_than_this_reckons() -> None:
    assert LATEST == 1 + JITTER
    assert max(wait_before(1, 10.0, Random(seed)) for seed in range(200)) <= 10.0 * LATEST


def test_as_many_begin_as_there_is_room_for_and_those_go_on() -> None:
    at = TurnsOnClock().filled()
    assert at.turns.here == POLICY.least
    goes_on = at.answer(0.01)
    assert at.ask("another") == 0
    assert at.ask("one more") == 1
    assert at.ask(goes_on) == 0
    assert at.turns.turned_away == 2


def test_even_those_who_go_on_are_no_more_than_twice_as_many() -> None:
    at = TurnsOnClock()
    for number in range(3 * POLICY.least):
        assert at.ask(f"{number}") == 0
        at.answer()
    assert [at.ask(f"{number}") for number in range(2 * POLICY.least)] == [0] * 2 * POLICY.least
    assert at.ask("8") == 1


def test_a_turn_ends_with_a_pause_and_after_many_applications() -> None:
    at = TurnsOnClock()
    for _ in range(POLICY.longest):
        assert at.ask("A") == 0
        at.answer()
    assert at.ask("B") == 0
    at.answer()
    at.filled()
    assert at.ask("A") == 1
    assert at.ask("B") == 0
    at.answer()
    at.now += POLICY.pause_seconds + 0.1
    at.filled("others")
    assert at.ask("B") == 1


def test_whose_signature_is_not_good_has_no_turn() -> None:
    at = TurnsOnClock()
    assert at.ask("stranger") == 0
    at.answer(good=False)
    at.filled()
    assert at.ask("stranger") == 1


def test_one_terminal_and_one_address_hold_their_share() -> None:
    at = TurnsOnClock(replace(POLICY, least=32))
    assert [at.ask("A") for _ in range(4)] == [0, 0, 1, 1]
    flood = [at.ask(f"forged {number}", "10.0.0.1") for number in range(8)]
    assert flood == [0] * POLICY.of_one_source + [1] * 5
    assert at.ask("B", "10.0.0.2") == 0
    while at.work:
        at.answer()
    # Whoever was verified once does not count among the strangers of its address.
    assert [at.ask(f"forged {number}", "10.0.0.1") for number in range(3)] == [0, 0, 0]
    assert [at.ask(f"new {number}", "10.0.0.1") for number in range(4)] == [0, 0, 0, 1]


def test_each_keeps_its_place_and_is_told_less_as_time_goes_by() -> None:
    at = TurnsOnClock().filled().grown_up()
    told = [at.ask(f"crowd {number}") for number in range(200)]
    assert told == sorted(told)
    assert told[0] == 1
    assert told[-1] > 20
    for number in range(150):
        at.answer(0.05)
        assert at.ask(f"crowd {number}") == 0
    assert at.ask("crowd 199") < told[-1] / 2
    assert at.ask("latecomer") >= at.ask("crowd 199")


def test_who_comes_back_at_its_time_is_let_in_before_who_comes_only_then() -> None:
    at = TurnsOnClock().filled()
    seconds = at.ask("told")
    at.now += seconds - 0.1
    assert at.ask("told") == seconds  # too early, and its place is the same
    at.now += seconds
    assert at.ask("newcomer") > 0
    assert at.ask("told") == 0
    assert at.ask("newcomer") > 0


def test_invented_keys_of_one_address_move_nobody_far() -> None:
    at = TurnsOnClock(replace(POLICY, waiting_of_one_source=5)).filled().grown_up()
    last = [at.ask(f"forged {number}", "10.0.0.1") for number in range(3000)][-1]
    assert max(last, at.ask("true")) <= 6
    at = TurnsOnClock(replace(POLICY, waiting_of_one_source=3000)).filled().grown_up()
    assert [at.ask(f"forged {number}", "10.0.0.1") for number in range(3000)][-1] == 60


def test_nobody_is_sent_away_for_long() -> None:
    at = TurnsOnClock().filled()
    # How long turns last is not known yet: it comes again soon, and is told then.
    assert max(at.ask(f"crowd {number}") for number in range(600)) == 10
    at.grown_up()
    assert max(at.ask(f"crowd {number}") for number in range(600)) == POLICY.longest_wait_seconds


def test_who_does_not_come_back_is_not_waited_for() -> None:
    at = TurnsOnClock().filled()
    for number in range(500):
        at.ask(f"gone {number}")
    at.now += 3600.0
    assert at.ask("new") == 1


def test_the_limit_follows_what_is_answered() -> None:
    at = TurnsOnClock()
    assert at.turns.limit == POLICY.least
    for seconds_each, limit in ((0.0025, 40), (0.0005, POLICY.most), (0.1, POLICY.least)):
        for number in range(int(8.0 / seconds_each)):
            at.ask(f"{number}")
            at.ask(f"{number} too")
            at.answer(seconds_each)
        assert at.turns.limit == pytest.approx(limit, abs=2)
    at.work.clear()


@dataclass(frozen=True)
class Crowd:
    """What became of a crowd: until when, waits of what was answered, how often one was sent away."""

    seconds: float
    waits: list[float]
    turned_away: int


def storm(terminals: int, each: int, rate: float) -> Crowd:
    """Let all come within six seconds to a service that answers `rate` a second."""
    at, chance = TurnsOnClock(policy_of_config().turns, now=0.0), Random(SEED)
    due = [(chance.uniform(0.0, 6.0), number) for number in range(terminals)]
    due.sort()
    left, asked, waits = [each] * terminals, [0.0] * terminals, []
    while due or at.work:
        while due and due[0][0] <= at.now:
            when, number = heappop(due)
            asked[number] = when
            if wait := at.ask(f"{number}"):
                heappush(due, (at.now + wait_before(1, wait, chance), number))
        if not at.work:
            at.now = due[0][0]
            continue
        number = int(at.answer(1 / rate))
        waits.append(at.now - asked[number])
        left[number] -= 1
        if left[number]:
            heappush(due, (at.now + 0.002, number))
    return Crowd(at.now, waits, at.turns.turned_away)


@pytest.mark.parametrize(
    ("terminals", "each", "rate"),
    [
        (1436, 5, 500.0),
        (1436, 1, 500.0),
        (400, 20, 100.0),
        (1436, 20, 400.0),
    ],
)
def test_a_crowd_is_served_without_pauses_and_each_soon(
    terminals: int, each: int, rate: float
) -> None:
    found = storm(terminals, each, rate)
    best = terminals * each / rate
    assert found.seconds < max(1.15 * best, 8.0)
    p99 = statistics.quantiles(found.waits, n=100)[-1]
    assert p99 < max(0.25, 70 / rate)
    assert found.turned_away < 4 * terminals
