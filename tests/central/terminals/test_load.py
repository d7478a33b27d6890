"""Load limits: slots after verification, waits of their own, one terminal's rate; one write each."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import ExitStack, suppress
from datetime import timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from central.load import LoadPolicy, LoadSlots, Queue, RateLimit, WorkSlots
from central.terminals.server.http_protocol import JoinedWrites
from kiosk.delivery.outbox import JITTER
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
        for number in range(central.office.policy.load.in_flight):
            assert slots.take(f"{number}") == 0
            busy.enter_context(slots.held(f"{number}"))
        refused = client.get(path, headers=central.headers())
        assert (refused.status_code, refused.json()["type"]) == (503, "busy")
        assert refused.headers["retry-after"] == "1"
        assert client.get(path).status_code == 401
        assert client.get("/healthz").status_code == 200
    assert client.get(path, headers=central.headers()).status_code == 404


POLICY = LoadPolicy(
    in_flight=16,
    least_in_flight=4,
    of_one_terminal=2,
    held_seconds=0.25,
    database_retry_seconds=1,
    public_in_flight=1,
    terminal_burst=1,
    terminal_a_second=1.0,
)


class Workers:
    """Requests at work over a clock of its own; each completion takes `seconds_each`."""

    def __init__(self, seconds_each: float) -> None:
        self.now, self.seconds_each = 0.0, seconds_each
        self.slots = WorkSlots(POLICY, lambda: self.now)
        self.work: deque[ExitStack] = deque()

    def ask(self, terminal: str) -> int:
        if wait := self.slots.take(terminal):
            return wait
        self.work.append(ExitStack())
        self.work[-1].enter_context(self.slots.held(terminal))
        return 0

    def complete(self) -> None:
        self.now += self.seconds_each
        self.work.popleft().close()


def test_one_terminal_holds_its_share_and_no_more() -> None:
    at = Workers(0.01)
    assert [at.ask("flood") for _ in range(100)] == [0, 0, *[1] * 98]
    assert [at.ask(f"{number}") for number in range(14)] == [0] * 14
    assert at.slots.in_flight == 16
    at.complete()
    assert at.ask("flood") == 0


def test_the_limit_follows_how_long_requests_are_held() -> None:
    at, names = Workers(0.1), count()
    for seconds_each, times, limit in (
        (0.1, 400, POLICY.least_in_flight),
        (0.001, 4000, POLICY.in_flight),
    ):
        at.seconds_each = seconds_each
        for _ in range(times):
            while at.ask(f"{next(names)}") == 0:
                pass
            at.complete()
        assert at.slots.limit == limit


def test_a_crowd_that_comes_when_it_is_told_is_served_without_long_pauses() -> None:
    at, chance = Workers(0.01), Random(20261201)
    crowd = [(0.0, number) for number in range(3000)]
    idle = 0.0
    while crowd or at.work:
        while crowd and crowd[0][0] <= at.now:
            _, number = heappop(crowd)
            if wait := at.ask(f"{number}"):
                # As kiosk.delivery.outbox.wait_before does it.
                heappush(crowd, (at.now + wait * (1 + JITTER * chance.random()), number))
        if at.work:
            at.complete()
        else:
            idle += crowd[0][0] - at.now
            at.now = crowd[0][0]
    assert at.now < 1.5 * 3000 * at.seconds_each, (at.now, idle)


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


class WrittenTransport:
    """A transport that keeps what is written to it, and how it was closed."""

    def __init__(self) -> None:
        self.done: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def abort(self) -> None:
        self.done.append("aborted")


def test_head_and_body_of_an_answer_are_one_write() -> None:
    """What is written before the end of a connection leaves before it, too."""
    kept = WrittenTransport()

    async def answer() -> None:
        joined = JoinedWrites(cast("asyncio.Transport", kept), asyncio.get_running_loop())
        for piece in (b"head", b"", b"body"):
            joined.write(piece)
        await asyncio.sleep(0)
        joined.write(b"next")
        joined.close()
        joined.write(b"last")
        joined.abort()
        assert joined.done is kept.done  # all else is the transport's own

    asyncio.run(answer())
    assert kept.done == [b"headbody", b"next", "closed", b"last", "aborted"]
