"""Load limits: slots after verification, waits of their own, and one terminal's rate."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from central.load import LoadSlots, Queue, RateLimit
from tests.central.standing import NOON, OTHER_TERMINAL, TERMINAL, Standing


def test_each_gets_a_place_of_its_own() -> None:
    queue = Queue(most=2, seconds_each=1.0)
    assert [queue.retry_after(100.0) for _ in range(6)] == [1, 1, 2, 2, 3, 3]
    assert queue.retry_after(101.0) == 3
    assert queue.retry_after(500.0) == 1


def test_a_slow_service_sends_them_further_away() -> None:
    queue = Queue(most=1, seconds_each=1.0)
    for _ in range(100):
        queue.note(4.0)
    assert 3.9 < queue.seconds_each < 4.1
    assert [queue.retry_after(0.0) for _ in range(2)] == [4, 8]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_waits_are_whole_seconds(durations: list[float]) -> None:
    queue = Queue(most=64)
    for seconds in durations:
        queue.note(seconds)
        assert queue.retry_after(0.0) >= 1


def test_slots_are_given_back_whatever_happens() -> None:
    clock = [0.0]
    slots = LoadSlots(2, lambda: clock[0])
    with slots.hold():
        with suppress(ZeroDivisionError), slots.hold():
            assert slots.retry_after() == 1
            raise ZeroDivisionError
        assert slots.retry_after() == 0
    assert slots.retry_after() == 0


def test_a_slot_is_taken_after_the_signature_was_verified(
    central: Standing, client: TestClient
) -> None:
    path, slots = f"/v1/blobs/{'a' * 64}", central.app.state.terminal_slots
    with ExitStack() as busy:
        for _ in range(central.office.policy.load.in_flight):
            busy.enter_context(slots.hold())
        refused = client.get(path, headers=central.headers())
        assert (refused.status_code, refused.json()["type"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        assert client.get(path).status_code == 401
        assert client.get("/healthz").status_code == 200
    assert client.get(path, headers=central.headers()).status_code == 404


def test_calls_that_nobody_signs_have_slots_of_their_own(
    central: Standing, client: TestClient
) -> None:
    with ExitStack() as busy:
        for _ in range(central.office.policy.load.public_in_flight):
            busy.enter_context(central.app.state.public_slots.hold())
        assert client.get("/v1/keys").status_code == 503
        assert client.get("/healthz").status_code == 200  # who watches hears from a busy one, too
        answer = client.get(f"/v1/blobs/{'a' * 64}", headers=central.headers())
        assert answer.status_code == 404


def test_one_terminal_is_slowed_down(central: Standing, client: TestClient) -> None:
    path = f"/v1/blobs/{'a' * 64}"
    load = central.office.policy.load
    for _ in range(load.terminal_burst):
        central.office.pace.wait(TERMINAL, NOON)
    answer = client.get(path, headers=central.headers())
    assert (answer.status_code, answer.json()["type"]) == (429, "slow-down")
    assert answer.headers["retry-after"] == "1"
    assert client.get(path, headers=central.headers(OTHER_TERMINAL)).status_code == 404
    central.clock[0] += timedelta(seconds=1)
    codes = [client.get(path, headers=central.headers()).status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]


def test_pace_over_time() -> None:
    pace = RateLimit(burst=2, a_second=0.5)
    assert [pace.wait("A", NOON) for _ in range(3)] == [0, 0, 2]
    assert pace.wait("A", NOON + timedelta(seconds=1)) == 1
    assert pace.wait("A", NOON + timedelta(seconds=2)) == 0
    assert pace.wait("A", NOON - timedelta(days=1)) == 2
    later = NOON + timedelta(days=1)
    assert [pace.wait("A", later) for _ in range(3)] == [0, 0, 2]
