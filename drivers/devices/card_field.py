"""The field of an identity card reader, and whether a card lies in it.

Most readers answer status 80, "no card", for a card that they have read and that still lies there.
So after a found card an 80 counts only once the field was off and on: then a card answers again.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from drivers.devices import sam_verdicts
from drivers.devices.sam_verdicts import Cure
from drivers.protocols.samv import SamvCommand, SamvReply, Status
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.devices.card_mark import CardMark
    from drivers.devices.sam_link import SamLink
    from drivers.devices.sam_timing import SamTimeouts

_ABSENT_IN_A_ROW = 2  # a single 80 may be a moment of bad contact


class CardField:
    """What is known of the field of one reader; `mark` keeps it beyond the process.

    `sleep` waits the given seconds; `limits` are in seconds, too. `sam_number` is that of the
    reader in the settings; "" accepts any. `may_hide`: a card may lie there that was already read
    and so does not answer.
    """

    def __init__(
        self,
        link: SamLink,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        limits: SamTimeouts,
        mark: CardMark,
        sam_number: str,
        *,
        may_hide: bool,
    ) -> None:
        """Recall the mark of an earlier process; nothing is asked of the reader yet."""
        self._link = link
        self._monotonic = monotonic
        self._sleep = sleep
        self._limits = limits
        self._mark = mark
        self._wanted = sam_number
        self._marked = mark.recall()
        self._may_hide = self._marked or may_hide
        self._absent = 0

    @property
    def remembers_card(self) -> bool:
        """Tell whether a card was found that has not been seen taken away."""
        return self._marked

    @property
    def is_empty(self) -> bool:
        """Tell whether the last two looks, in a row, found nothing."""
        return self._absent >= _ABSENT_IN_A_ROW

    @property
    def is_swapped(self) -> bool:
        """Tell whether another reader answers than the one in the settings."""
        return bool(self._wanted) and self._link.sam_number not in {"", self._wanted}

    def ask(self, command: SamvCommand, seconds: float) -> SamvReply | None:
        """Return the reply to a command, None when none came within `seconds`.

        A fault that a reset of the field cures is cured once. Raises DeviceLostError.
        """
        answer = self._link.ask(command, seconds)
        if answer is None or not sam_verdicts.cured_by(answer, Cure.RESET):
            return answer
        self.reset()
        return self._link.ask(command, seconds)

    def reset(self) -> None:
        """Switch the field off and on: a chip that was read, or hangs, answers again."""
        for _ in range(2):
            if self._link.ask(SamvCommand.RESET, self._limits.reply) is not None:
                break
        self._sleep(self._limits.after_reset)

    def look(self) -> bool | Failure:
        """Return what `find` does, but first reset the field after an 80 that may hide a card."""
        found = self.find()
        if self._absent and self._may_hide:
            self.reset()
            self._absent = 0
            # Also when the reset was refused: a reader without one must not wait for ever.
            self._may_hide = False
            found = self.find()
        return found

    def find(self) -> bool | Failure:
        """Return whether a card lies there, or a failure; two silences mean a lost reader."""
        answer = self.ask(SamvCommand.FIND, self._limits.reply)
        answer = answer or self.ask(SamvCommand.FIND, self._limits.reply)
        if answer is None:
            self._absent = 0
            self._link.close()
            return Failure.READER_LOST
        if self.is_swapped:
            return Failure.READER_SWAPPED
        self._count(answer.status)
        if answer.status is Status.CARD_FOUND:
            return True
        if answer.status is Status.NO_CARD or sam_verdicts.cured_by(answer, Cure.FIND_AGAIN):
            return False
        return sam_verdicts.failure(answer)

    def find_within(self, deadline: float, cancelled: Callable[[], bool]) -> bool | Failure:
        """Return True once a card is found, False at the deadline or when cancelled, or a failure.

        `deadline` is an instant of the monotonic clock; `cancelled` is asked between the looks.
        """
        while not cancelled():
            if found := self.find():
                return found
            if self._monotonic() >= deadline:
                break
            self._sleep(self._limits.poll)
        return False

    def wait_empty(
        self, cancelled: Callable[[], bool], patience: float = math.inf
    ) -> bool | Failure:
        """Wait until two looks in a row find nothing; return True then, False when cancelled.

        A failure of the reader is returned at once, one of a card is not; CARD_LEFT when a card is
        seen and `patience` seconds are over.
        """
        self._absent = 0
        until = self._monotonic() + patience
        while not cancelled():
            found = self.look()
            if isinstance(found, Failure) and found in sam_verdicts.OF_THE_READER:
                return found
            if self.is_empty:
                return True
            if found and self._monotonic() >= until:
                return Failure.CARD_LEFT
            self._sleep(self._limits.poll)
        return False

    def _count(self, status: Status) -> None:
        self._absent = self._absent + 1 if status is Status.NO_CARD else 0
        if status is Status.CARD_FOUND:
            self._may_hide = True
            self._note(lies=True)
        elif self.is_empty and not self._may_hide:
            self._note(lies=False)

    def _note(self, *, lies: bool) -> None:
        if lies is not self._marked:
            self._mark.note(lies=lies)
            self._marked = lies
