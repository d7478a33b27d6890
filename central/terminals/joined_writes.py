"""Writes of one turn of the event loop as one: head and body of an answer leave together.

uvicorn writes them apart, and each write is a TLS record and a system call of its own.
"""

from __future__ import annotations

import asyncio
from typing import Any


class JoinedWrites:
    """A transport that holds what is written until the loop's next turn, or until it is closed."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Write `data` soon, behind what is held already."""
        if not data:
            return
        if not self._held:
            self._loop.call_soon(self._flush)
        self._held.append(data)

    def close(self) -> None:
        """Write what is held, then close."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Hand over what is held, then close at once, without waiting for it to be sent."""
        self._flush()
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        """Return what the transport itself has under this name."""
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._held:
            whole = b"".join(self._held)
            self._held.clear()
            self._transport.write(whole)
