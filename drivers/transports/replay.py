"""A transport that replays a recording of `recorder`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Exchange:
    """What was sent, what came back before the next sending, and whether the port was lost then."""

    sent: bytes
    heard: bytes = b""
    lost: bool = False


def read_recording(lines: Iterable[str]) -> list[Exchange]:
    """Return the exchanges in the lines of a recording.

    Raises ValueError or KeyError for a line that no recorder wrote.
    """
    found: list[Exchange] = []
    for line in lines:
        entry = json.loads(line)
        data = bytes.fromhex(entry["hex"])
        last = found[-1] if found else Exchange(b"")
        match entry["direction"]:
            case "out":
                found.append(Exchange(data))
            case "in":
                found[-1:] = [Exchange(last.sent, last.heard + data)]
            case "lost":
                found[-1:] = [Exchange(last.sent, last.heard, lost=True)]
            case other:
                raise ValueError(f"not a direction: {other}")
    return found


class Replay:
    """A transport that answers as the recorded device did.

    A request is looked up from where the recording stands: a driver that polls fewer times skips
    ahead. A request that does not occur any more gets no answer. `sleep` waits until the deadline
    of a read to which nothing came.

    `exchanges` are those of `read_recording`.
    """

    def __init__(
        self,
        exchanges: list[Exchange],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._exchanges = exchanges
        self._monotonic = monotonic
        self._sleep = sleep
        self._at = 0
        self._input = b""
        self._lost = False

    def write(self, data: bytes, deadline: float) -> None:  # noqa: ARG002 - taken at once
        """Look for the next exchange that began with these bytes; without one nothing is heard."""
        self._here()
        for at in range(self._at, len(self._exchanges)):
            exchange = self._exchanges[at]
            if exchange.sent == data:
                self._at = at + 1
                self._input += exchange.heard
                self._lost = exchange.lost
                return

    def read_some(self, deadline: float) -> bytes:
        """Return what the recorded device answered; b"" at the deadline."""
        heard, self._input = self._input, b""
        if not heard:
            self._here()
            self._sleep(max(0.0, deadline - self._monotonic()))
        return heard

    def flush_input(self) -> None:
        """Drop what was not read yet."""
        self._here()
        self._input = b""

    def set_baud(self, baud: int) -> bool:  # noqa: ARG002 - bytes in a file have no speed
        """Return false: a recording has no speed."""
        return False

    def pulse(self) -> bool:
        """Return whether the recorded device was still there."""
        return not self._lost

    def close(self) -> None:
        """Forget that the port was lost; a reopened replay goes on where the recording stands."""
        self._input = b""
        self._lost = False

    def _here(self) -> None:
        if self._lost:
            raise DeviceLostError("lost in the recording")
