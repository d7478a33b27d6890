"""A card slot behind pcscd: pcsc://READER-NAME, pcsc:// for the first reader.

The name is percent-encoded and may be cut short: the first reader that begins so is taken.
Whatever pcscd does (stop, restart, lose the reader), the context is dropped and begun anew with the
next call; a new `SlotState.epoch` tells that nobody was looking in between.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Final, NoReturn, TypeVar
from urllib.parse import unquote

from drivers.transports.pcsc import CardLost, CardTrouble, SlotLostError, SlotState, SlotTrouble
from drivers.transports.pcsc_errand import ErrandThread
from drivers.transports.pcsc_library import (
    PROTOCOL_T0,
    STATE_IGNORE_CHANGED,
    STATE_MUTE,
    STATE_PRESENT,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    PcscLite,
    PcscReturnCode,
    Winscard,
)

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

SCHEME: Final = "pcsc://"
ANSWER_MARGIN: Final = 1.0  # seconds pcscd may take beyond a wait that it was asked for
CLOSE_SECONDS: Final = 1.0
_COUNTER_SHIFT = 16
_STATUS_BYTES = 2

_CARD_TROUBLES: Final = {
    PcscReturnCode.NO_SMARTCARD: CardTrouble.GONE,
    PcscReturnCode.REMOVED_CARD: CardTrouble.GONE,
    # what a card pulled in mid-command shows first
    PcscReturnCode.NOT_TRANSACTED: CardTrouble.GONE,
    PcscReturnCode.RESET_CARD: CardTrouble.RESET,
    PcscReturnCode.UNSUPPORTED_CARD: CardTrouble.MUTE,
    PcscReturnCode.UNRESPONSIVE_CARD: CardTrouble.MUTE,
    PcscReturnCode.UNPOWERED_CARD: CardTrouble.MUTE,
}
_SLOT_TROUBLES: Final = {
    PcscReturnCode.INVALID_HANDLE: SlotTrouble.SERVICE_STOPPED,
    PcscReturnCode.UNKNOWN_READER: SlotTrouble.READER_GONE,
    PcscReturnCode.READER_UNAVAILABLE: SlotTrouble.READER_GONE,
    PcscReturnCode.NO_READERS_AVAILABLE: SlotTrouble.READER_GONE,
    PcscReturnCode.SHARING_VIOLATION: SlotTrouble.BUSY,
    PcscReturnCode.NO_SERVICE: SlotTrouble.SERVICE_STOPPED,
    PcscReturnCode.SERVICE_STOPPED: SlotTrouble.SERVICE_STOPPED,
    PcscReturnCode.SECURITY_VIOLATION: SlotTrouble.FORBIDDEN,
}
_SERVICE_FAMILY = 0x8010001  # 0x8010001x: the service or the way to it


class PcscSlot:
    """`CardSlot` over pcscd, to be used from one thread. Raises ValueError for another scheme."""

    def __init__(
        self,
        url: str,
        monotonic: Callable[[], float],
        load: Callable[[], Winscard] = PcscLite,
    ) -> None:
        """Keep the URL; `load` makes the library when the first call needs it."""
        if not url.startswith(SCHEME):
            raise ValueError(f"not pcsc://READER: {url}")
        self._wanted = unquote(url.removeprefix(SCHEME))
        self._monotonic = monotonic
        self._load = load
        self._library: Winscard | None = None
        self._context: int | None = None
        self._reader = ""
        self._state = 0
        self._epoch = 0
        self._thread = ErrandThread("pcsc")

    def reader(self, deadline: float) -> str:
        """Return the name of the reader; raises SlotLostError when it is not there.

        `deadline` is in monotonic seconds.
        """
        return self._run(self._listed, deadline)

    def presence(self, deadline: float) -> SlotState:
        """Return what is in the slot as soon as that changes, at the deadline in any case.

        `deadline` is in monotonic seconds. Raises SlotLostError when the reader is gone.
        """
        return self._run(lambda: self._presence(deadline), deadline + ANSWER_MARGIN)

    def connect(self, deadline: float) -> PcscCard:
        """Return an exclusive connection to the card.

        `deadline` is in monotonic seconds. Raises CardLost without a card, SlotLostError without a
        reader.
        """
        return self._run(self._connect, deadline)

    def transmit(self, card: PcscCard, apdu: bytes | bytearray, deadline: float) -> bytes:
        """Return the answer to an APDU of a card that `connect` returned.

        Raises CardLost and SlotLostError.
        """
        return self._run(lambda: self._transmit(card, apdu), deadline)

    def disconnect(self, card: PcscCard) -> None:
        """Release a card; idempotent, a lost slot is ignored."""
        with contextlib.suppress(SlotLostError):
            self._run(lambda: self._disconnect(card), self._monotonic() + CLOSE_SECONDS)

    def close(self) -> None:
        """Disconnect the card, release pcscd's context and end the thread."""
        self._thread.close(self._drop, CLOSE_SECONDS)

    def _run(self, work: Callable[[], T], deadline: float) -> T:
        try:
            return self._thread.run(work, deadline - self._monotonic())
        except SlotLostError as lost:
            if lost.trouble is SlotTrouble.STUCK:  # what it opens late goes with its context
                self._thread.close(self._drop, 0.0)
            raise

    # What follows runs on the errand thread.

    def _opened(self) -> tuple[Winscard, int]:
        library = self._library = self._library or self._load()
        if self._context is None:
            code, context = library.establish()
            if code != PcscReturnCode.SUCCESS:
                raise _error(code)
            self._context, self._state, self._epoch = context, 0, self._epoch + 1
            names = self._names(library, context)
            self._reader = next((name for name in names if name.startswith(self._wanted)), "")
            if not self._reader:
                self._drop()
                raise SlotLostError(SlotTrouble.READER_ABSENT)
        return library, self._context

    def _listed(self) -> str:
        library, context = self._opened()
        if self._reader not in self._names(library, context):
            self._fail(PcscReturnCode.READER_UNAVAILABLE)
        return self._reader

    def _names(self, library: Winscard, context: int) -> list[str]:
        code, names = library.readers(context)
        if code not in {PcscReturnCode.SUCCESS, PcscReturnCode.NO_READERS_AVAILABLE}:
            self._fail(code)
        return names if code == PcscReturnCode.SUCCESS else []

    def _presence(self, deadline: float) -> SlotState:
        library, context = self._opened()
        wait = max(0, round((deadline - self._monotonic()) * 1000))
        code, state = library.status_change(context, self._reader, self._state, wait)
        if code not in {PcscReturnCode.SUCCESS, PcscReturnCode.TIMEOUT}:
            self._fail(code)
        if code == PcscReturnCode.SUCCESS:
            if state & (STATE_UNKNOWN | STATE_UNAVAILABLE):
                self._fail(PcscReturnCode.READER_UNAVAILABLE)
            self._state = state & STATE_IGNORE_CHANGED
        return SlotState(
            present=bool(self._state & STATE_PRESENT),
            mute=bool(self._state & STATE_MUTE),
            insertion=self._state >> _COUNTER_SHIFT,
            epoch=self._epoch,
        )

    def _connect(self) -> PcscCard:
        library, context = self._opened()
        code, handle, protocol = library.connect(context, self._reader)
        if (
            code == PcscReturnCode.RESET_CARD
        ):  # the first try right after a card was put in may say so
            code, handle, protocol = library.connect(context, self._reader)
        if code != PcscReturnCode.SUCCESS:
            self._fail(code)
        return PcscCard(self, self._epoch, handle, protocol)

    def _transmit(self, card: PcscCard, apdu: bytes | bytearray) -> bytes:
        if self._library is None or not self._holds(card):
            raise CardLost(CardTrouble.GONE)
        code, answer = self._library.transmit(card.handle, card.protocol, apdu)
        if code != PcscReturnCode.SUCCESS:
            self._fail(code)
        if len(answer) < _STATUS_BYTES:  # some drivers call a card pulled in mid-command a success
            raise CardLost(CardTrouble.GONE)
        return answer

    def _disconnect(self, card: PcscCard) -> None:
        if self._library is not None and self._holds(card):
            # Resetting a card that is gone makes pcscd overlook the next one, if it comes quickly.
            self._library.disconnect(card.handle, reset=not card.is_lost)

    def _holds(self, card: PcscCard) -> bool:
        return self._context is not None and card.epoch == self._epoch

    def _fail(self, code: int) -> NoReturn:
        """Raise the exception for a return code; drop a context that may be dead."""
        error = _error(code)
        if isinstance(error, SlotLostError) and error.trouble is not SlotTrouble.BUSY:
            self._drop()
        raise error

    def _drop(self) -> None:
        if self._library is not None and self._context is not None:
            self._library.release(self._context)
        self._context = None


class PcscCard:
    """`CardConnection` to the card in a `PcscSlot`.

    `epoch` is the slot's when the card was connected: a handle of an older context is void.

    `handle` and `protocol` are those of SCardConnect.
    """

    def __init__(self, slot: PcscSlot, epoch: int, handle: int, protocol: int) -> None:
        self.epoch = epoch
        self.handle = handle
        self.protocol = protocol
        self.is_lost = False
        self._slot = slot
        self._open = True

    @property
    def t0(self) -> bool:
        """Return whether the card speaks T=0, where answers are fetched with GET RESPONSE."""
        return self.protocol == PROTOCOL_T0

    def transmit(self, apdu: bytes | bytearray, deadline: float) -> bytes:
        """Return the card's answer with its status bytes; raises CardLost when the card is gone.

        `deadline` is in monotonic seconds.
        """
        try:
            return self._slot.transmit(self, apdu, deadline)
        except CardLost:
            self.is_lost = True
            raise

    def close(self) -> None:
        """Disconnect from the card; idempotent."""
        if self._open:
            self._open = False
            self._slot.disconnect(self)


def _error(code: int) -> SlotLostError | CardLost:
    """Return the exception for a return code other than SUCCESS: the slot is lost, or the card."""
    if code in _CARD_TROUBLES:
        return CardLost(_CARD_TROUBLES[PcscReturnCode(code)], code)
    if code in _SLOT_TROUBLES:
        return SlotLostError(_SLOT_TROUBLES[PcscReturnCode(code)], code)
    if code >> 4 == _SERVICE_FAMILY:
        return SlotLostError(SlotTrouble.SERVICE_STOPPED, code)
    return CardLost(CardTrouble.FAULT, code)
