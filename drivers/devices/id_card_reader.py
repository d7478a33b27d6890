"""Which card lies on the reader? Find, select, read; lifted cards and lost ports included.

Most readers answer 80, "no card", for a card that they have read and that still lies there. So
after a found card an 80 counts only once the field was off and on: then a card answers again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.devices import sam_verdicts
from drivers.devices.sam_link import SamLink
from drivers.protocols import id_text, samv
from drivers.protocols.samv import Command, Reply, Status
from drivers.transports.transport import DeviceLost
from kiosk.failures import Failure
from kiosk.people import id_number
from kiosk.people.identity import CardKind, IdCard

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from drivers.transports.transport import Transport

_BITS_A_BYTE = 10  # 8N1
_LONGEST_REPLY = 1295
_ABSENT_IN_A_ROW = 2  # one 80 alone may be a bounce
_SILENT_RETRIES = 2
_SELECTS_BEFORE_RESET = 3


@dataclass(frozen=True)
class Limits:
    """Seconds. Replies: find, select and others 1.0, read 3.0 plus the line's time."""

    poll: float = 0.3
    reply: float = 1.0
    read: float = 3.0
    whole_read: float = 6.0
    after_reset: float = 0.5


@dataclass(frozen=True)
class _Moved:
    """The card must be found again; `failure` is what to say when it is not."""

    failure: Failure
    in_select: bool = False


class CardReader:
    """A reader of identity cards that speaks SAM_V. Use it from one thread."""

    def __init__(
        self,
        open_port: Callable[[], Transport],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        today: Callable[[], date],
        baud: int = 115200,
        limits: Limits | None = None,
    ) -> None:
        """`open_port` is called whenever the port is needed and closed; it may raise DeviceLost."""
        self._link = SamLink(open_port, monotonic)
        self._monotonic = monotonic
        self._sleep = sleep
        self._today = today
        self._limits = limits or Limits()
        self._line_seconds = _LONGEST_REPLY * _BITS_A_BYTE / baud
        self._absent = 0
        self._may_hide = False
        self._must_be_lifted = False

    def read(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        """Wait for a card and read it; None when cancelled first.

        The card that was read before is read again while it lies there. After a failed card, and
        after one that `wait_removed` left behind, the reader must first be seen empty.
        """
        try:
            found = self._read(cancelled)
        except DeviceLost:
            found = Failure.READER_LOST
        if isinstance(found, Failure) and found not in sam_verdicts.OF_THE_READER:
            self._must_be_lifted = self._absent < _ABSENT_IN_A_ROW
        return found

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until the reader was seen empty twice; a lost reader is waited for.

        False when cancelled first: what may still lie there is not read for the next person.
        """
        while not cancelled():
            try:
                if self._lifted(cancelled) is True:
                    return True
            except DeviceLost:
                pass
            self._sleep(self._limits.poll)
        self._must_be_lifted = True
        return False

    def check(self) -> Failure | None:
        """Ask the SAM for its status."""
        try:
            answer = self._link.ask(Command.STATUS, self._limits.reply)
        except DeviceLost:
            return Failure.READER_LOST
        if answer is None:
            return Failure.READER_LOST
        return None if answer.status is Status.OK else sam_verdicts.failure(answer)

    def close(self) -> None:
        self._link.close()

    def _read(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        if self._must_be_lifted and (lifted := self._lifted(cancelled)) is not True:
            return lifted or None
        while not cancelled():
            found = self._look()
            if isinstance(found, Failure):
                return found
            if found:
                return self._take(cancelled)
            self._sleep(self._limits.poll)
        return None

    def _lifted(self, cancelled: Callable[[], bool]) -> bool | Failure:
        """Wait for an empty reader; False when cancelled, a failure of the reader at once."""
        self._absent = 0
        while not cancelled():
            found = self._look()
            if isinstance(found, Failure) and found in sam_verdicts.OF_THE_READER:
                return found
            if self._absent >= _ABSENT_IN_A_ROW:
                self._must_be_lifted = False
                return True
            self._sleep(self._limits.poll)
        return False

    def _look(self) -> bool | Failure:
        """Find; an 80 after a found card is asked again with a fresh field."""
        found = self._find()
        if self._absent and self._may_hide:
            self._reset()
            self._absent = 0
            # Also when the reset was refused: a reader without one must not wait for ever.
            self._may_hide = False
            found = self._find()
        return found

    def _take(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        """Read the card that was found; find it again silently when it moved."""
        deadline = self._monotonic() + self._limits.whole_read
        moves = selects = 0
        while isinstance(result := self._attempt(), _Moved):
            moves += 1
            selects += result.in_select
            hung = result.in_select and selects == _SELECTS_BEFORE_RESET
            if hung:
                self._reset()
            if moves > _SILENT_RETRIES and not hung:
                return result.failure
            found = self._find_again(deadline, cancelled)
            if found is not True:
                return found or (None if cancelled() else result.failure)
        return result

    def _find_again(self, deadline: float, cancelled: Callable[[], bool]) -> bool | Failure:
        """Poll until a card is found; False at the deadline or when cancelled."""
        while not cancelled():
            if found := self._find():
                return found
            if self._monotonic() >= deadline:
                break
            self._sleep(self._limits.poll)
        return False

    def _find(self) -> bool | Failure:
        """Tell whether a card lies there, or a failure; two silences: the reader is lost."""
        answer = self._ask(Command.FIND, self._limits.reply)
        answer = answer or self._ask(Command.FIND, self._limits.reply)
        if answer is None:
            self._absent = 0
            self._link.close()
            return Failure.READER_LOST
        empty = answer.status is Status.NO_CARD
        self._absent = self._absent + 1 if empty else 0
        if answer.status is Status.CARD_FOUND:
            self._may_hide = True
            return True
        return (
            False if empty or answer.status in sam_verdicts.MOVED else sam_verdicts.failure(answer)
        )

    def _attempt(self) -> IdCard | Failure | _Moved:
        selected = self._ask(Command.SELECT, self._limits.reply)
        if selected is None or selected.status is not Status.OK:
            return _judge(selected, in_select=True)
        answer = self._ask(Command.READ, self._limits.read + self._line_seconds)
        if answer is None or answer.status is not Status.OK:
            return _judge(answer, in_select=False)
        return self._card(answer)

    def _card(self, answer: Reply) -> IdCard | Failure:
        blocks = samv.split(Command.READ, answer.data)
        assert blocks is not None  # samv.fits has split it before
        card = id_text.parse(blocks.text, blocks.photo)
        if isinstance(card, Failure):
            return card
        today = self._today()
        # The 2017 card of foreigners has 15 characters and its own, unpublished check.
        numbered_by_gb = card.kind is not CardKind.FOREIGN_2017
        if numbered_by_gb and not id_number.is_valid(card.number, today):
            return Failure.CARD_NUMBER_WRONG
        if card.valid_until is not None and card.valid_until < today:
            return Failure.CARD_EXPIRED
        return card

    def _ask(self, command: Command, seconds: float) -> Reply | None:
        """Ask; a fault that a reset cures is cured once."""
        answer = self._link.ask(command, seconds)
        if answer is None or answer.status not in sam_verdicts.RESET_CURES:
            return answer
        self._reset()
        return self._link.ask(command, seconds)

    def _reset(self) -> None:
        """Switch the field off and on: a chip that was read, or hangs, answers again."""
        for _ in range(2):
            if self._link.ask(Command.RESET, self._limits.reply) is not None:
                break
        self._sleep(self._limits.after_reset)


def _judge(answer: Reply | None, *, in_select: bool) -> Failure | _Moved:
    """Silence in the middle of a read means a moved card."""
    if answer is None:
        return _Moved(Failure.CARD_MOVED, in_select)
    if answer.status in sam_verdicts.MOVED:
        return _Moved(sam_verdicts.failure(answer), in_select)
    return sam_verdicts.failure(answer)
