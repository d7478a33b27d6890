"""Are some served while there are too many, and is everybody else told a time of their own?"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from central.load import LoadLimit, Pace, Queue
from tests.central.standing import NOON, OTHER_TERMINAL, TERMINAL, Standing


def test_each_gets_a_place_of_its_own() -> None:
    queue = Queue(most=2, seconds_each=1.0)
    assert [queue.turn_away(100.0) for _ in range(6)] == [1, 1, 2, 2, 3, 3]
    assert queue.turn_away(101.0) == 3
    assert queue.turn_away(500.0) == 1


def test_a_slow_service_sends_them_further_away() -> None:
    queue = Queue(most=1, seconds_each=1.0)
    for _ in range(100):
        queue.note(4.0)
    assert 3.9 < queue.seconds_each < 4.1
    assert [queue.turn_away(0.0) for _ in range(2)] == [4, 8]


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_waits_are_whole_seconds(durations: list[float]) -> None:
    queue = Queue(most=64)
    for seconds in durations:
        queue.note(seconds)
        assert queue.turn_away(0.0) >= 1


MOST = 3


class Slow:
    """An application whose requests end when they are told to."""

    def __init__(self) -> None:
        self.going, self.full = asyncio.Event(), asyncio.Event()
        self.inside = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.inside += 1
        if self.inside == MOST:
            self.full.set()
        await self.going.wait()
        self.inside -= 1
        if scope["path"] == "/bug":
            raise ValueError
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def ask(limit: LoadLimit, path: str = "/") -> tuple[int, dict[bytes, bytes]]:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        raise AssertionError("who is turned away is not listened to")

    await limit({"type": "http", "path": path}, receive, send)
    return said[0]["status"], dict(said[0]["headers"])


async def crowd() -> None:
    slow, clock = Slow(), [0.0]
    limit = LoadLimit(slow, MOST, lambda: clock[0])
    inside = [asyncio.create_task(ask(limit, path)) for path in ("/", "/", "/bug")]
    await slow.full.wait()
    status, headers = await asyncio.wait_for(ask(limit), 30)
    assert (status, headers[b"retry-after"]) == (503, b"1")
    assert headers[b"content-type"] == b"application/problem+json"
    slow.going.set()
    first, second, bug = await asyncio.gather(*inside, return_exceptions=True)
    assert isinstance(bug, ValueError)
    assert not isinstance(first, BaseException)
    assert not isinstance(second, BaseException)
    assert (first[0], second[0]) == (200, 200)
    assert (await ask(limit))[0] == 200


def test_a_crowd() -> None:
    asyncio.run(crowd())


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
    pace = Pace(burst=2, a_second=0.5)
    assert [pace.wait("A", NOON) for _ in range(3)] == [0, 0, 2]
    assert pace.wait("A", NOON + timedelta(seconds=1)) == 1
    assert pace.wait("A", NOON + timedelta(seconds=2)) == 0
    assert pace.wait("A", NOON - timedelta(days=1)) == 2
    later = NOON + timedelta(days=1)
    assert [pace.wait("A", later) for _ in range(3)] == [0, 0, 2]
