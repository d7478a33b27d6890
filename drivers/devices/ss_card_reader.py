"""The reader of social security cards over a card slot.

It waits for a card, reads it, has its PIN verified, and notices every swap of cards.
"""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.devices.ss_card_session import SsCardSession
from drivers.transports.pcsc import CardLost, CardTrouble, SlotLostError, SlotState, SlotTrouble
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard, doubts
from kiosk.ports import PinVerdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from drivers.transports.pcsc import CardConnection, CardSlot
    from kiosk.ports import CardAuthenticator

_SEATINGS_BEFORE_TURN = 3
_CONNECTS = 2
_SLOT_FAILURES = {
    SlotTrouble.LIBRARY_MISSING: Failure.PCSC_MISSING,
    SlotTrouble.SERVICE_STOPPED: Failure.PCSC_STOPPED,
    SlotTrouble.FORBIDDEN: Failure.READER_FORBIDDEN,
    SlotTrouble.READER_ABSENT: Failure.READER_LOST,
    SlotTrouble.READER_GONE: Failure.READER_LOST,
    SlotTrouble.BUSY: Failure.READER_BUSY,
    SlotTrouble.STUCK: Failure.READER_LOST,
}
_CARD_FAILURES = {
    CardTrouble.GONE: Failure.SS_CARD_MOVED,
    CardTrouble.RESET: Failure.SS_CARD_MOVED,
    CardTrouble.MUTE: Failure.SS_CARD_NOT_SEATED,
    CardTrouble.FAULT: Failure.SS_CARD_DAMAGED,
}
# A pcscd that is just starting may refuse its first clients as if polkit had.
_PASSING = {
    SlotTrouble.SERVICE_STOPPED,
    SlotTrouble.READER_ABSENT,
    SlotTrouble.BUSY,
    SlotTrouble.FORBIDDEN,
}


@dataclass(frozen=True)
class SsReaderTimeouts:
    """Limits in seconds; `outage` is how long a service or reader may be away unreported."""

    poll: float = 0.2
    connect: float = 3.0
    answer: float = 3.0
    outage: float = 2.0


class SlotSsCardReader:
    """`kiosk.ports.SsCardReader` and `PinVerifier` over a card slot, to be used from one thread.

    `sleep` waits the given seconds. Without an `authenticator` a card of generation 3.00 is read in
    part only. `today` is the civil day by which cards expire.

    `limits` are those of the reader, in seconds.
    """

    def __init__(
        self,
        slot: CardSlot,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        today: Callable[[], date],
        authenticator: CardAuthenticator | None = None,
        limits: SsReaderTimeouts | None = None,
    ) -> None:
        """Prepare the reader; the slot is not opened yet."""
        self._slot = slot
        self._monotonic = monotonic
        self._sleep = sleep
        self._today = today
        self._authenticator = authenticator
        self._limits = limits or SsReaderTimeouts()
        self._read_from: SlotState | None = None
        self._pin_for: SlotState | None = None
        self._spent: SlotState | None = None
        self._left_behind = False
        self._unseated = 0
        self._lost_since: float | None = None
        self._pending: Failure | None = None

    @property
    def pending(self) -> Failure | None:
        """Return the failure that the last reading still waited out when it was cancelled."""
        return self._pending

    def read(self, cancelled: Callable[[], bool]) -> SsCard | Failure | None:
        """Wait for a card and return it or its failure; None when cancelled first.

        The card that was read before is read again while it is in there. A card that failed, or
        that `wait_removed` left behind, must first be taken out; the latter is reported once.
        """
        self._pin_for = self._pending = None
        while not cancelled():
            try:
                presence = self._look()
            except SlotLostError as lost:
                if (failure := self._lost(lost)) is not None:
                    return failure
                continue
            self._follow_spent(presence)
            if self._left_behind and presence.present and presence == self._spent:
                self._left_behind = False
                return Failure.SS_CARD_LEFT
            if not presence.present or presence == self._spent:
                self._lost_since = self._pending = None
            elif (found := self._take(presence)) is not None:
                return found
        return None

    def verify_pin(self, pin: bytearray) -> PinVerdict:
        """Show the PIN to the card that `read` returned, once; the PIN is overwritten.

        It is never shown to another card: SS_CARD_SWAPPED.
        """
        try:
            return self._verify(pin)
        except CardLost:
            return PinVerdict(Failure.SS_CARD_MOVED)
        except SlotLostError as lost:
            self._slot.close()
            return PinVerdict(_SLOT_FAILURES[lost.trouble])
        finally:
            pin[:] = bytes(len(pin))

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until this person's card is out, or another one in; a lost slot is waited for.

        False when cancelled first: what may still be in there is not read for the next person.
        """
        while not cancelled():
            if self.wait_lifted(cancelled) is True:
                return True
            self._sleep(self._limits.poll)
        self._leave_behind()
        return False

    def forget_card(self) -> None:
        """End the use of the card: one that stays in there is not read for the next person."""
        self.wait_removed(lambda: True)

    def wait_lifted(self, cancelled: Callable[[], bool]) -> bool | Failure:
        """Do as `wait_removed`, but return the failure of a slot that is lost."""
        self._pin_for = None
        self._read_from = self._read_from or self._spent  # one that failed must go, too
        while not cancelled():
            try:
                presence = self._look()
            except SlotLostError as lost:
                if (failure := self._lost(lost)) is not None:
                    self._leave_behind()
                    return failure
                continue
            self._lost_since = None
            if not self._is_same(presence):
                self._read_from = self._spent = None
                self._left_behind = False
                return True
        self._leave_behind()
        return False

    def where(self) -> str:
        """Return the name of the reader, "" when it is not plugged in.

        When the service itself can't be used, return that trouble: a word for the watcher, no name.
        """
        try:
            return self._slot.reader(self._monotonic() + self._limits.poll)
        except SlotLostError as lost:
            absent = _SLOT_FAILURES[lost.trouble] is Failure.READER_LOST
            return "" if absent else lost.trouble

    def pulse(self) -> bool:
        """Tell whether the service still reaches the reader; the card is left alone."""
        return self.check() is None

    def check(self) -> Failure | None:
        """Ask the service for the state of the slot; return the failure, if any."""
        try:
            presence = self._slot.presence(self._monotonic())
        except SlotLostError as lost:
            self._slot.close()
            return _SLOT_FAILURES[lost.trouble]
        if self._spent is not None and self._spent.present:
            self._follow_spent(presence)
        return None

    def close(self) -> None:
        """Release the slot."""
        self._slot.close()

    def _leave_behind(self) -> None:
        self._spent, self._left_behind = self._read_from, self._read_from is not None

    def _look(self) -> SlotState:
        return self._slot.presence(self._monotonic() + self._limits.poll)

    def _is_same(self, presence: SlotState) -> bool:
        """Tell whether the card that was read is still in.

        After an outage, when nobody was looking, a card in the slot is taken for the same.
        """
        if self._read_from is None or not presence.present:
            return False
        if presence.epoch != self._read_from.epoch:
            self._read_from = presence
        return presence.insertion == self._read_from.insertion

    def _follow_spent(self, presence: SlotState) -> None:
        """Recognise a card that must go after an outage; forget it when the slot is empty."""
        if self._spent is None:
            return
        if presence.epoch != self._spent.epoch:
            # Perhaps another card: nobody was looking. Whoever put it in is told to take it out.
            self._spent, self._left_behind = presence, self._left_behind or presence.present
        elif not presence.present:
            self._spent, self._left_behind = None, False
        elif not self._spent.present:  # a service that is just starting had not seen it yet
            self._spent, self._left_behind = presence, True

    def _lost(self, lost: SlotLostError) -> Failure | None:
        """Return the failure of a lost slot, or None while it may yet come back."""
        self._slot.close()
        now = self._monotonic()
        self._lost_since = now if self._lost_since is None else self._lost_since
        if lost.trouble not in _PASSING or now - self._lost_since >= self._limits.outage:
            self._lost_since = None
            return _SLOT_FAILURES[lost.trouble]
        self._pending = _SLOT_FAILURES[lost.trouble]
        self._sleep(self._limits.poll)
        return None

    def _take(self, presence: SlotState) -> SsCard | Failure | None:
        """Return the card or its failure; None while the slot may yet come back."""
        try:
            found = Failure.SS_CARD_NOT_SEATED if presence.mute else self._read_card()
        except SlotLostError as lost:
            return self._lost(lost)
        self._lost_since = None
        if isinstance(found, SsCard):
            self._read_from = self._pin_for = presence
            self._spent, self._unseated = None, 0
            return found
        self._spent = presence
        return self._seating(found)

    def _read_card(self) -> SsCard | Failure:
        """Read the card; begin once more when another program has reset it."""
        try:
            return self._read_once()
        except CardLost as lost:
            if lost.trouble is not CardTrouble.RESET:
                return _CARD_FAILURES[lost.trouble]
        try:
            return self._read_once()
        except CardLost as lost:
            return _CARD_FAILURES[lost.trouble]

    def _read_once(self) -> SsCard | Failure:
        connection = self._connect()
        if connection is None:
            return Failure.SS_CARD_NOT_SEATED
        with closing(connection):
            session = SsCardSession(connection, self._monotonic, self._limits.answer)
            if (failure := session.select()) is not None:
                return failure
            session.read()
            if self._authenticator is not None:
                session.authenticate(self._authenticator)
        card = session.card()
        if card.is_empty:
            return Failure.SS_CARD_DAMAGED
        return replace(card, flags=(*card.flags, *doubts(card, self._today())))

    def _connect(self) -> CardConnection | None:
        """Return a connection to the card; None when it does not answer twice."""
        for _ in range(_CONNECTS):
            with suppress(CardLost):
                return self._slot.connect(self._monotonic() + self._limits.connect)
        return None

    def _verify(self, pin: bytearray) -> PinVerdict:
        connection = self._connect()
        if connection is None:
            return PinVerdict(Failure.SS_CARD_MOVED)
        with closing(connection):
            # Asked while the card is held: from here on no other can take its place.
            presence = self._slot.presence(self._monotonic())
            if presence != self._pin_for:
                return PinVerdict(Failure.SS_CARD_SWAPPED)
            session = SsCardSession(connection, self._monotonic, self._limits.answer)
            failure = session.select()
            return session.verify(pin) if failure is None else PinVerdict(failure)

    def _seating(self, failure: Failure) -> Failure:
        """Return SS_CARD_TURN in place of SS_CARD_NOT_SEATED from the third mute card on."""
        if failure is not Failure.SS_CARD_NOT_SEATED:
            return failure
        self._unseated += 1
        return Failure.SS_CARD_TURN if self._unseated >= _SEATINGS_BEFORE_TURN else failure
