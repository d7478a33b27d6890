"""A transport wrapper that records what goes over the wire as JSON lines, without a person in them.

One line a direction of an exchange: `{"ms": 12, "direction": "out", "hex": "AAAAAA96690003200122"}`
for what was sent, `in` for what came until the next sending, `lost` when the port went. What is
redacted is decided by the redactor that is passed in, on whole exchanges: a piece of a reply could
not be judged.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from drivers.transports.transport import DeviceLostError, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Redactor(Protocol):
    """A function that removes personal data from one exchange."""

    def __call__(self, sent: bytes, heard: bytes) -> tuple[bytes, bytes]:
        """Return both directions without personal bytes, each as long as it was."""


class Recorder:
    """A transport that records what goes through it.

    `write_line` gets each line without its line feed, once the exchange is over or the port closed.

    `port` is the transport below, `redact` removes the person from an exchange.
    """

    def __init__(
        self,
        port: Transport,
        write_line: Callable[[str], None],
        redact: Redactor,
        monotonic: Callable[[], float],
    ) -> None:
        self._port = port
        self._write_line = write_line
        self._redact = redact
        self._monotonic = monotonic
        self._began = monotonic()
        self._sent = b""
        self._heard = b""
        self._sent_ms = self._heard_ms = 0

    def write(self, data: bytes, deadline: float) -> None:
        """Record the bytes and send them; `deadline` as in `Transport`."""
        self._settle()
        self._sent, self._sent_ms = data, self._ms()
        with self._noting():
            self._port.write(data, deadline)

    def read_some(self, deadline: float) -> bytes:
        """Return the bytes that have come, and record them; b"" at the deadline."""
        with self._noting():
            data = self._port.read_some(deadline)
        if data:
            self._heard += data
            self._heard_ms = self._ms()
        return data

    def flush_input(self) -> None:
        """Drop what has come; it is not recorded."""
        with self._noting():
            self._port.flush_input()

    def set_baud(self, baud: int) -> bool:
        """Change the speed of the port below, in bits a second."""
        with self._noting():
            return self._port.set_baud(baud)

    def pulse(self) -> bool:
        """Return whether the port below is still there."""
        return self._port.pulse()

    def close(self) -> None:
        """Write the last exchange and close the port below."""
        self._settle()
        self._port.close()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except DeviceLostError:
            self._settle()
            self._line(self._ms(), "lost", b"")
            raise

    def _settle(self) -> None:
        """Write the lines of the exchange that is over, redacted."""
        sent, heard = self._redact(self._sent, self._heard)
        if sent:
            self._line(self._sent_ms, "out", sent)
        if heard:
            self._line(self._heard_ms, "in", heard)
        self._sent = self._heard = b""

    def _line(self, ms: int, direction: str, data: bytes) -> None:
        line = {"ms": ms, "direction": direction, "hex": data.hex().upper()}
        self._write_line(json.dumps(line))

    def _ms(self) -> int:
        return round((self._monotonic() - self._began) * 1000)
