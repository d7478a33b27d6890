"""A social security card reader that only its vendor's library can drive: LD/T 33, lib:PATH.

This is the way to read whole cards of generation 3.00: the reader's PSAM opens them, or, where it
has none, the central service's key module in two steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from drivers.devices.ss_card_vendor_process import VendorAnswer, VendorCall
from drivers.protocols import ss_card_text
from kiosk.failures import Failure
from kiosk.people.ss_card import SsCard, doubts
from kiosk.ports import CardChallenge, CardCryptograms

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from kiosk.ports import CardAuthenticator

SCHEME: Final = "lib:"
_EMPTIES_OF_A_REMOVAL = 2
CONTACT_FIRST: Final = 3  # iType: 1 contact, 2 contactless, 3 and 4 either, in this order


@dataclass(frozen=True)
class VendorLimits:
    """Limits in seconds: between two tries, and for one call of the library."""

    poll: float = 0.5
    call: float = 10.0


class CardLibrary(Protocol):
    """The library, as the process that runs it offers it."""

    def call(self, call: VendorCall, seconds: float) -> VendorAnswer | Failure:
        """Return the answer, or the failure; starts the process when it is needed."""

    def end(self) -> None:
        """End the process, and with it all that the library remembers; idempotent."""


class VendorSsCardReader:
    """`kiosk.ports.SsCardReader` through a vendor's library, to be used from one thread.

    `sleep` waits the given seconds. `today` is the civil day by which cards expire. Without an
    `authenticator` a reader without a PSAM answers SS_CARD_NEEDS_CENTRAL.
    """

    def __init__(
        self,
        library: CardLibrary,
        sleep: Callable[[float], None],
        today: Callable[[], date],
        authenticator: CardAuthenticator | None = None,
        limits: VendorLimits | None = None,
    ) -> None:
        self._library = library
        self._sleep = sleep
        self._today = today
        self._authenticator = authenticator
        self._limits = limits or VendorLimits()
        self._must_be_lifted = False
        self._empties = 0

    def read(self, cancelled: Callable[[], bool]) -> SsCard | Failure | None:
        """Ask for a card until one is there; None when cancelled first.

        A card that `wait_removed` left behind is not read: SS_CARD_LEFT while it is in there.
        The library's process ends with the answer, so that nothing of a person stays in it.
        """
        self._empties = 0
        try:
            while not cancelled():
                found = self._look_for_left() if self._must_be_lifted else self._read_once()
                if found is not None:
                    return found
                self._sleep(self._limits.poll)
            return None
        finally:
            self._library.end()

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until the library says twice that there is no card; False when cancelled first.

        What may still be in there is not read for the next person.
        """
        self._must_be_lifted, self._empties = True, 0
        try:
            while not cancelled():
                self._look_for_left()
                if not self._must_be_lifted:
                    return True
                self._sleep(self._limits.poll)
            return False
        finally:
            self._library.end()

    def verify_on_pad(self) -> Failure | None:
        """Let the holder type the PIN on the reader's own pad; None when it was right."""
        try:
            answer = self._call(VendorCall("iVerifyPIN", (CONTACT_FIRST,)))
        finally:
            self._library.end()
        if isinstance(answer, Failure):
            return answer
        return Failure.PIN_WRONG if answer.code else None

    def check(self) -> Failure | None:
        """Return the failure of a library that is missing or does not come back, None otherwise."""
        try:
            answer = self._call(_read_call())
        finally:
            self._library.end()
        return answer if isinstance(answer, Failure) else None

    def close(self) -> None:
        """End the vendor's library."""
        self._library.end()

    def _look_for_left(self) -> Failure | None:
        """Return SS_CARD_LEFT, the library's own failure, or None where it found no card."""
        answer = self._call(_read_call())
        if not _means_no_card(answer):
            self._empties = 0
            return answer if isinstance(answer, Failure) else Failure.SS_CARD_LEFT
        self._empties += 1
        self._must_be_lifted = self._empties < _EMPTIES_OF_A_REMOVAL
        return None

    def _read_once(self) -> SsCard | Failure | None:
        answer = self._call(_read_call())
        if isinstance(answer, Failure):
            return answer
        if answer.code in ss_card_text.NEEDS_CENTRAL:
            answer = self._read_with_central()
            if isinstance(answer, Failure):
                return answer
        if answer.code < 0:
            empty = ss_card_text.says_no_card(answer.text)
            return None if empty else Failure.SS_CARD_NOT_SEATED
        card = ss_card_text.parse(answer.text)
        if card is None:
            return Failure.SS_CARD_DAMAGED
        return replace(card, flags=doubts(card, self._today()))

    def _read_with_central(self) -> VendorAnswer | Failure:
        """Read in two steps; the library keeps the card's side of it in between."""
        if self._authenticator is None:
            return Failure.SS_CARD_NEEDS_CENTRAL
        first = self._call(VendorCall("iReadCardBas_HSM_Step1", (CONTACT_FIRST,)))
        if isinstance(first, Failure) or first.code < 0:
            return first
        fields = ss_card_text.split(first.text)
        cryptograms = self._authenticator.answer(CardChallenge(fields=fields))
        if not isinstance(cryptograms, CardCryptograms):
            return cryptograms
        words = ss_card_text.second_step(cryptograms)
        return self._call(VendorCall("iReadCardBas_HSM_Step2", (words,)))

    def _call(self, call: VendorCall) -> VendorAnswer | Failure:
        return self._library.call(call, self._limits.call)


def _read_call() -> VendorCall:
    return VendorCall("iReadCardBas", (CONTACT_FIRST,))


def _means_no_card(answer: VendorAnswer | Failure) -> bool:
    """Tell whether an answer means an empty slot.

    A missing PSAM may be reported in the same words, so its codes are excluded.
    """
    if isinstance(answer, Failure) or answer.code >= 0:
        return False
    return answer.code not in ss_card_text.NEEDS_CENTRAL and ss_card_text.says_no_card(answer.text)
