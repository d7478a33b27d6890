"""A thread on which blocking calls run, so that a caller can leave them at its deadline.

SCardTransmit waits as long as the card's driver does, and nothing can cancel it. At most one
such call is left behind: until it returns, every new one fails at once.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from drivers.transports.pcsc import SlotLostError, SlotTrouble

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class ErrandThread:
    """A thread that runs one call at a time; it begins with the first and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._wishes: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._left: Future[Any] | None = None

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns, or raise what it raises.

        Raises SlotLostError with STUCK when it takes longer than `seconds`, and at once while an
        earlier call has not come back.
        """
        if self._left is not None and not self._left.done():
            raise SlotLostError(SlotTrouble.STUCK)
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name=self._name, daemon=True)
            self._thread.start()
        future: Future[T] = Future()
        self._left = future
        self._wishes.put((future, work))
        try:
            return future.result(max(0.0, seconds))
        except TimeoutError:
            raise SlotLostError(SlotTrouble.STUCK) from None

    def close(self, last: Callable[[], object], seconds: float) -> None:
        """Run `last` after the call under way, then end the thread; wait at most `seconds` for it.

        A call that was left behind still keeps new ones off, and so does `last` after it.
        """
        if self._thread is None:
            return
        # As a call that was left: no new PC/SC call may begin beside a late clean-up.
        self._left = Future()
        self._wishes.put((self._left, last))
        self._wishes.put(None)
        self._thread.join(seconds)
        self._thread, self._wishes = None, SimpleQueue()

    def _serve(self) -> None:
        wishes = self._wishes
        while (wish := wishes.get()) is not None:
            future, work = wish
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asked
                future.set_exception(error)
