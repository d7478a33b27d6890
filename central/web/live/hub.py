"""The streams of one process: counted once for all, limited, and ended at once by a stop."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from central.store.database import UNREACHABLE_ERRORS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from central.web.live.policy import LivePolicy

TICK_SECONDS = 0.2
"""How soon a stream sees a stop, or what another one counted."""
OVER = "event: over\ndata: \n\n"
Figures = Callable[[], "Mapping[str, Any]"]


@dataclass
class Snapshot:
    """What was counted last for one kind of page, and when by the monotonic clock."""

    body: str = ""
    at: float | None = None
    is_counting: bool = False


@dataclass
class LiveHub:
    """All streams; used by the event loop alone, except `stop`, which only sets a flag."""

    policy: LivePolicy
    monotonic: Callable[[], float]
    _snapshots: dict[str, Snapshot] = field(default_factory=dict, repr=False)
    _streams: Counter[str] = field(default_factory=Counter, repr=False)
    _is_over: bool = False

    def stop(self) -> None:
        """End all streams, and let none begin."""
        self._is_over = True

    def has_room(self, account: str) -> bool:
        """Return whether one more stream of this account may begin."""
        policy = self.policy
        alone = self._streams[account] < policy.most_an_account
        return alone and self._streams.total() < policy.most and not self._is_over

    async def stream(
        self, kind: str, account: str, count: Figures, lasts: Callable[[], bool]
    ) -> AsyncIterator[str]:
        """Yield the events of one page: what it shows at first, and each time that this changed.

        `account`: whose page it is. `kind`: what all pages with the same figures are called;
        `count` counts them. `lasts`: tells whether the session does; both are called on a thread.
        """
        began, seen = self.monotonic(), ""
        with self._counted(account):
            yield f"retry: {round(self.policy.retry_seconds * 1000)}\n\n"
            while not self._is_over:
                if not seen or self._is_due(kind):
                    try:
                        if not await run_in_threadpool(lasts):
                            yield OVER
                            return
                        await self._count(kind, count)
                    except UNREACHABLE_ERRORS:
                        return  # the browser begins another stream, and finds the database or not
                body = self._snapshots[kind].body
                if body and body != seen:
                    seen = body
                    yield f"data: {body}\n\n"
                if self.monotonic() - began >= self.policy.longest_seconds:
                    return
                await asyncio.sleep(TICK_SECONDS)

    async def follow(
        self,
        account: str,
        read: Callable[[], str | None],
        pause_seconds: float,
        lasts: Callable[[], bool],
    ) -> AsyncIterator[str]:
        """Yield what `read` returns each time it changed, until it returns None.

        `account`: whose page it is; it is read again after `pause_seconds`. `lasts`: tells whether
        the session does; both are called on a thread.
        """
        began = asked = self.monotonic()
        seen: str | None = ""
        with self._counted(account):
            yield f"retry: {round(self.policy.retry_seconds * 1000)}\n\n"
            while not self._is_over:
                if not seen or self.monotonic() - asked >= self.policy.interval_seconds:
                    asked = self.monotonic()
                    if not await self._still(lasts):
                        yield OVER
                        return
                body = await run_in_threadpool(read)
                if body is None:
                    yield OVER
                    return
                if body != seen:
                    seen = body
                    yield f"data: {body}\n\n"
                if self.monotonic() - began >= self.policy.longest_seconds:
                    return
                await asyncio.sleep(pause_seconds)

    async def _still(self, lasts: Callable[[], bool]) -> bool:
        try:
            return await run_in_threadpool(lasts)
        except UNREACHABLE_ERRORS:
            return False

    def _is_due(self, kind: str) -> bool:
        at = self._snapshots.setdefault(kind, Snapshot()).at
        return at is None or self.monotonic() - at >= self.policy.interval_seconds

    async def _count(self, kind: str, count: Figures) -> None:
        """Count where it is due, unless another stream does so just now."""
        snapshot = self._snapshots.setdefault(kind, Snapshot())
        if snapshot.is_counting or not self._is_due(kind):
            return
        snapshot.is_counting = True
        try:
            found = await run_in_threadpool(count)
            snapshot.body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        finally:
            snapshot.at, snapshot.is_counting = self.monotonic(), False

    @contextmanager
    def _counted(self, account: str) -> Iterator[None]:
        self._streams[account] += 1
        try:
            yield
        finally:
            self._streams[account] -= 1
