"""The exchange of one SAM_V command for its reply.

It copes with other speeds, damaged frames, stale replies and ports that are lost and come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.devices import sam_verdicts
from drivers.devices.sam_verdicts import Cure
from drivers.protocols import samv
from drivers.protocols.samv import FrameScanner, SamvCommand, SamvReply, Status
from drivers.transports.transport import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from drivers.transports.transport import Transport

RESENDS = 2


class SamLink:
    """The port of one reader, opened when it is needed.

    A port counts as open only when the reader has answered on it: whether a reader keeps its speed
    over a power cycle is stated nowhere, so each speed is tried at every opening. `baud` is tried
    first; `answer_seconds` is how long each speed is given.

    `open_port` is called whenever the port is needed and closed; it may raise DeviceLostError.
    """

    def __init__(
        self,
        open_port: Callable[[], Transport],
        monotonic: Callable[[], float],
        baud: int = samv.BAUDS[0],
        answer_seconds: float = 0.5,
    ) -> None:
        """Prepare the link; the port is not opened yet."""
        self._open_port = open_port
        self._monotonic = monotonic
        self._answer_seconds = answer_seconds
        self._port: Transport | None = None
        self.baud = baud
        self.sam_number = ""

    def ask(self, command: SamvCommand, seconds: float) -> SamvReply | None:
        """Return the fitting reply, or None when none came in time. Raises DeviceLostError.

        A damaged frame, either way, is asked for again, at most twice; a reply that belongs to an
        earlier command is dropped. `seconds` is the limit of each sending.
        """
        try:
            return self._ask(self._opened(), command, seconds)
        except DeviceLostError:
            self.close()
            raise

    def open(self) -> None:
        """Open the port and have the reader answer, unless it is open.

        Raises DeviceLostError when it does not answer at any speed.
        """
        try:
            self._opened()
        except DeviceLostError:
            self.close()
            raise

    def pulse(self) -> bool:
        """Tell whether the port is open and still there; nothing is sent.

        A port that is dead is closed.
        """
        if self._port is not None and not self._port.pulse():
            self.close()
        return self._port is not None

    def close(self) -> None:
        """Release the port; the next command opens it again."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _opened(self) -> Transport:
        if self._port is None:
            self._port = self._open_port()
            self._greet(self._port)
        return self._port

    def _greet(self, port: Transport) -> None:
        """Find the speed at which the reader answers, and ask for its identity."""
        for baud in self._speeds(port):
            if self._ask(port, SamvCommand.STATUS, self._answer_seconds) is not None:
                self.baud = baud
                self.sam_number = self._identity(port)
                return
        raise DeviceLostError("the reader does not answer")

    def _speeds(self, port: Transport) -> Iterator[int]:
        """Set one speed after the other, and all of them again: one byte may get lost on a line."""
        for _ in range(1 + RESENDS):
            for baud in (self.baud, *(one for one in samv.BAUDS if one != self.baud)):
                has_speed = port.set_baud(baud)
                yield baud
                if not has_speed:
                    break

    def _identity(self, port: Transport) -> str:
        """Return the SAM number, "" where the reader does not tell (66, 60)."""
        for _ in range(1 + RESENDS):
            answer = self._ask(port, SamvCommand.SAM_NUMBER, self._answer_seconds)
            if answer is not None:
                return samv.sam_number(answer.data) if answer.status is Status.OK else ""
        return ""

    def _ask(self, port: Transport, command: SamvCommand, seconds: float) -> SamvReply | None:
        for _ in range(RESENDS):
            answer, damaged = self._send(port, command, seconds)
            refused = answer is not None and sam_verdicts.cured_by(answer, Cure.RESEND)
            if not (damaged or refused):
                return answer
        return self._send(port, command, seconds)[0]

    def _send(
        self, port: Transport, command: SamvCommand, seconds: float
    ) -> tuple[SamvReply | None, bool]:
        """Send once; the second value tells whether a damaged frame came instead of a reply."""
        deadline = self._monotonic() + seconds
        port.flush_input()
        port.write(samv.request(command), deadline)
        scanner = FrameScanner()
        while self._monotonic() < deadline and not scanner.bad_checksums:
            for body in scanner.feed(port.read_some(deadline)):
                answer = samv.reply(body)
                if answer is not None and samv.fits(command, answer):
                    return answer, False
        return None, scanner.bad_checksums > 0
