"""The queue of applications that wait: as many as there are at once are answered together."""

from __future__ import annotations

import threading
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import Response

from central.terminals.filings.filing_batch import FilingCall

MOST_AT_ONCE = 16
"""Applications of one batch: what one question to the vault may hold, and what one slow one may
keep waiting."""
_BATCHES = 2  # at work: one at the vault, one at the database
Examined = TypeVar("Examined")


@dataclass(eq=False)
class _Waiting:
    call: FilingCall
    future: Future[Response]
    loop: AbstractEventLoop


class FilingQueue(Generic[Examined]):
    """Calls in the order in which they came, answered in two steps with one thread each.

    `examine` asks the vault about several calls; `store` asks the database, and then each has its
    answer. While one batch is stored the next is examined. More threads would not be faster: they
    would take the interpreter from each other and from the event loop.

    Nothing waits for company: who comes alone is answered alone, and what comes while a batch is
    examined is answered together. `room` returns how many may be at work at once now.
    """

    def __init__(
        self,
        examine: Callable[[Sequence[FilingCall]], Examined],
        store: Callable[[Examined], None],
        room: Callable[[], int],
    ) -> None:
        self._examine, self._store, self._room = examine, store, room
        self._waiting: deque[_Waiting] = deque()
        self._lock, self._running = threading.Lock(), False
        self._examiner = ThreadPoolExecutor(1, "filings examined")
        self._storer = ThreadPoolExecutor(1, "filings stored")
        self._storing = threading.Semaphore(1)

    async def respond(self, call: FilingCall) -> Response:
        """Return the answer to a call; raises what its handling raised."""
        loop = get_running_loop()
        mine = _Waiting(call, loop.create_future(), loop)
        with self._lock:
            self._waiting.append(mine)
            begins, self._running = not self._running, True
        if begins:
            self._examiner.submit(self._work)
        return await mine.future

    def _work(self) -> None:
        """Examine until nothing waits, and hand on to be stored."""
        while batch := self._next():
            try:
                examined = self._examine([one.call for one in batch])
                self._storing.acquire()
                self._storer.submit(self._finish, batch, examined)
            except Exception as error:  # noqa: BLE001 - nobody is to wait for ever
                _fail(batch, error)

    def _finish(self, batch: Sequence[_Waiting], examined: Examined) -> None:
        try:
            self._store(examined)
            _resolve(batch)
        except Exception as error:  # noqa: BLE001 - as above
            _fail(batch, error)
        finally:
            self._storing.release()

    def _next(self) -> list[_Waiting]:
        with self._lock:
            share = max(1, self._room() // _BATCHES)  # more would find no slot
            most = min(MOST_AT_ONCE, share, len(self._waiting))
            found = [self._waiting.popleft() for _ in range(most)]
            self._running = bool(found)
            return found


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for one in batch:
        one.call.answer = one.call.answer or error
    _resolve(batch)


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
