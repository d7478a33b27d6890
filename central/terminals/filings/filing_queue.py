"""The queue of applications that wait for a thread, which answers as many as there are at once."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response

from central.terminals.filings.filing_batch import FilingCall

MOST_AT_ONCE = 16
"""Applications of one batch: what one question to the vault may hold, and what one slow one may
keep waiting."""
_THREADS = 2  # one waits for vault or database while the other works


@dataclass(eq=False)
class _Waiting:
    call: FilingCall
    future: Future[Response]
    loop: AbstractEventLoop


class FilingQueue:
    """Calls in the order in which they came; `answer` answers several on one thread.

    Nothing waits for company: who comes alone is answered alone, and what comes while both threads
    are busy is answered together. `room` returns how many may be at work at once now.
    """

    def __init__(
        self, answer: Callable[[Sequence[FilingCall]], None], room: Callable[[], int]
    ) -> None:
        self._answer, self._room = answer, room
        self._waiting: deque[_Waiting] = deque()
        self._lock, self._running = threading.Lock(), 0
        self._threads = ThreadPoolExecutor(_THREADS, "filings")

    async def respond(self, call: FilingCall) -> Response:
        """Return the answer to a call; raises what its handling raised."""
        loop = get_running_loop()
        mine = _Waiting(call, loop.create_future(), loop)
        with self._lock:
            self._waiting.append(mine)
            begins = self._running < _THREADS
            self._running += begins
        if begins:
            self._threads.submit(self._work)
        return await mine.future

    def _work(self) -> None:
        """Answer until nothing waits."""
        while batch := self._next():
            try:
                self._answer([one.call for one in batch])
            except Exception as error:  # noqa: BLE001 - nobody is to wait for ever
                for one in batch:
                    one.call.answer = one.call.answer or error
            _resolve(batch)

    def _next(self) -> list[_Waiting]:
        with self._lock:
            share = max(1, self._room() // _THREADS)  # more would find no slot
            most = min(MOST_AT_ONCE, share, len(self._waiting))
            found = [self._waiting.popleft() for _ in range(most)]
            self._running -= not found
            return found


def _resolve(batch: Sequence[_Waiting]) -> None:
    """Wake those who wait, each on its own loop: one call for all of a loop."""
    for loop in {one.loop for one in batch}:
        mine = [one for one in batch if one.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_tell, mine)


def _tell(batch: Sequence[_Waiting]) -> None:
    for one in batch:
        answer, future = one.call.answer, one.future
        assert answer is not None
        if future.done():  # the client is gone
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
