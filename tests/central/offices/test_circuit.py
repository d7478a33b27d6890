"""The circuit breaker of an office, by a scripted clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from central.offices.circuit import Circuit, CircuitBreaker, CircuitPolicy
from central.policy import RetryPolicy

POLICY = CircuitPolicy(failures=3, open_seconds=30.0, longest_open_seconds=100.0)
CALL = 10.0


class ScriptedMonotonic:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def breaker() -> tuple[CircuitBreaker, ScriptedMonotonic]:
    watch = ScriptedMonotonic()
    return CircuitBreaker(POLICY, CALL, watch), watch


def test_it_opens_after_failures_in_a_row() -> None:
    found, watch = breaker()
    assert [found.record_failure() for _ in range(2)] == [False, False]
    assert [found.record_success() for _ in range(2)] == [True, False]
    assert [found.record_failure() for _ in range(3)] == [False, False, True]
    assert found.admit() == 30.0
    watch.now += 12.0
    assert found.admit() == 18.0


def test_one_call_tries_whether_the_office_is_back() -> None:
    found, watch = breaker()
    for _ in range(3):
        found.record_failure()
    watch.now += 30.0
    assert found.admit() == 0.0
    assert found.admit() == CALL
    assert found.record_success()
    assert (found.admit(), found.circuit) == (0.0, Circuit())


def test_a_trial_whose_worker_died_holds_nobody_for_ever() -> None:
    found, watch = breaker()
    for _ in range(3):
        found.record_failure()
    watch.now += 30.0
    assert found.admit() == 0.0
    watch.now += CALL
    assert found.admit() == 0.0


def test_the_pause_grows_with_each_trial_that_fails() -> None:
    found, watch = breaker()
    for _ in range(3):
        found.record_failure()
    pauses = []
    for _ in range(3):
        watch.now += found.admit()
        assert found.admit() == 0.0
        assert not found.record_failure()
        pauses.append(found.admit())
    assert pauses == [60.0, 100.0, 100.0]


def test_calls_that_began_before_it_opened_do_not_prolong_it() -> None:
    found, _watch = breaker()
    for _ in range(8):
        found.record_failure()
    assert found.admit() == 30.0


@given(st.lists(st.tuples(st.sampled_from("sf"), st.integers(0, 500)), max_size=60))
def test_no_history_waits_longer_than_the_longest(steps: list[tuple[str, int]]) -> None:
    found, watch = breaker()
    for step, seconds in steps:
        watch.now += seconds
        if found.admit() == 0.0:
            found.record_success() if step == "s" else found.record_failure()
        assert found.admit() <= max(POLICY.longest_open_seconds, CALL)


@given(st.integers(0, 10_000))
def test_pauses_grow_to_the_longest(failures: int) -> None:
    policy = RetryPolicy(first_seconds=10.0, longest_seconds=3600.0, tries=8)
    assert 10.0 <= policy.pause(failures) <= policy.pause(failures + 1) <= 3600.0
