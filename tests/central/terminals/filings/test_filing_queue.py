"""The queue of applications: two steps, one thread each, and nobody who waits for ever."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from central.terminals.filings.filing_batch import FilingCall
from central.terminals.filings.filing_queue import MOST_AT_ONCE, FilingQueue

GUARD = 30.0
Calls = Sequence[FilingCall]


def call() -> FilingCall:
    return FilingCall(Request({"type": "http"}), b"")


def answer(calls: Calls) -> None:
    for one in calls:
        one.answer = Response(status_code=201)


async def ask(queue: FilingQueue[Any], count: int) -> list[Any]:
    """What came of so many calls at once: a status, or an exception."""
    asked = (queue.respond(call()) for _ in range(count))
    found = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), GUARD)
    return [one.status_code if isinstance(one, Response) else str(one) for one in found]


def test_what_comes_meanwhile_is_answered_together() -> None:
    sizes: list[int] = []

    def examine(calls: Calls) -> Calls:
        sizes.append(len(calls))
        return calls

    queue = FilingQueue(examine, answer, lambda: 2 * MOST_AT_ONCE)
    assert asyncio.run(ask(queue, 100)) == [201] * 100
    assert sum(sizes) == 100
    assert max(sizes) == MOST_AT_ONCE


def test_no_batch_is_larger_than_there_is_room() -> None:
    sizes: list[int] = []
    queue = FilingQueue(lambda calls: sizes.append(len(calls)) or calls, answer, lambda: 6)
    assert asyncio.run(ask(queue, 20)) == [201] * 20
    assert max(sizes) <= 3


def test_the_next_batch_is_examined_while_one_is_stored() -> None:
    examined, first = threading.Semaphore(0), threading.Event()

    def examine(calls: Calls) -> Calls:
        examined.release()
        return calls

    def store(calls: Calls) -> None:
        if not first.is_set():
            first.set()
            for _ in range(2):
                assert examined.acquire(timeout=GUARD), "this one, and the next one meanwhile"
        answer(calls)

    queue = FilingQueue(examine, store, lambda: 2)
    assert asyncio.run(ask(queue, 4)) == [201] * 4


@pytest.mark.parametrize("step", ["examine", "store"])
def test_nobody_waits_for_what_failed(step: str) -> None:
    def fail(_calls: Calls) -> Calls:
        raise ValueError("a bug")

    steps: dict[str, Callable[[Calls], Any]] = {"examine": lambda calls: calls, "store": answer}
    queue = FilingQueue(**{**steps, step: fail}, room=lambda: 4)
    assert asyncio.run(ask(queue, 5)) == ["a bug"] * 5


def test_who_is_gone_is_not_answered() -> None:
    went_on = threading.Event()

    def store(calls: Calls) -> None:
        assert went_on.wait(GUARD)
        answer(calls)

    async def leave(queue: FilingQueue[Any]) -> list[Any]:
        waiting = asyncio.ensure_future(queue.respond(call()))
        await asyncio.sleep(0)
        waiting.cancel()
        went_on.set()
        return await ask(queue, 1)

    assert asyncio.run(leave(FilingQueue(lambda calls: calls, store, lambda: 2))) == [201]
