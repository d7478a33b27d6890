"""One session with a social security card: select, read, authenticate, verify, over any connection.

Which of the three ways of naming a record a card understands is learned from its first answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from drivers.protocols import apdu, ss_card
from drivers.protocols.apdu import CommandApdu, Response, StatusMeaning
from drivers.protocols.ss_card import ITEMS, Addressing, CardApplication, Item, Reading
from drivers.transports.pcsc import CardLost, CardTrouble
from kiosk.failures import Failure
from kiosk.ports import CardChallenge, PinVerdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.transports.pcsc import CardConnection
    from kiosk.people.ss_card import SsCard
    from kiosk.ports import CardAuthenticator

ANSWER_SECONDS: Final = 3.0
_FINAL = {Reading.READ, Reading.REFUSED, Reading.DAMAGED}
_LOCKED = {
    StatusMeaning.FILE_INVALIDATED,
    StatusMeaning.FUNCTION_NOT_SUPPORTED,
    StatusMeaning.APPLICATION_LOCKED,
}


class SsCardSession:
    """One connection to one card; every call may raise CardLost and SlotLostError.

    `answer_seconds` is the limit of each single command.
    """

    def __init__(
        self,
        connection: CardConnection,
        monotonic: Callable[[], float],
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Begin a session in which nothing is selected or read yet."""
        self._connection = connection
        self._monotonic = monotonic
        self._answer_seconds = answer_seconds
        self._values: dict[str, bytes] = {}
        self._denied: dict[Item, int] = {}
        self._flags: list[str] = []
        self._ways = list(Addressing)
        self._understood: set[int] = set()

    def select(self) -> Failure | None:
        """Select the social security application; return the failure, None when it is there."""
        outcomes = set()
        for application in (CardApplication.ENVIRONMENT, CardApplication.PUBLIC):
            outcome = self._send(ss_card.select_application(application)).outcome
            if outcome is StatusMeaning.DONE:
                return None
            outcomes.add(outcome)
        return Failure.SS_CARD_LOCKED if outcomes & _LOCKED else Failure.SS_CARD_OTHER

    def read(self) -> None:
        """Ask for every item of both files; `card` returns what came."""
        for file in (ss_card.CARD_FILE, ss_card.HOLDER_FILE):
            self._read_items(file, [item for item in ITEMS if item.file == file])

    def authenticate(self, authenticator: CardAuthenticator) -> None:
        """Have the central service open the refused items, once, and read them again.

        A refusal or failure is kept as a flag of the card.
        """
        refused = [item for item, sw in self._denied.items() if ss_card.is_protected(sw)]
        if not refused:
            return
        challenge = self._send(ss_card.get_challenge())
        if (
            challenge.outcome is not StatusMeaning.DONE
            or len(challenge.data) != ss_card.CHALLENGE_BYTES
        ):
            self._flags.append(f"authentication:{challenge.sw:04X}")
            return
        card = self.card()
        answer = authenticator.answer(
            CardChallenge(card.card_identifier, card.spec_version, challenge.data)
        )
        if isinstance(answer, Failure):
            self._flags.append(f"authentication:{answer}")
            return
        opened = self._send(ss_card.external_authenticate(answer.external))
        if opened.outcome is not StatusMeaning.DONE:
            self._flags.append(f"authentication:{opened.sw:04X}")
            return
        for file in {item.file for item in refused}:
            self._read_items(file, [item for item in refused if item.file == file])

    def card(self) -> SsCard:
        """Return the card with what has been read so far."""
        denied = (f"{item.label}:{sw:04X}" for item, sw in self._denied.items())
        return ss_card.decode(self._values, denied, self._flags)

    def verify(self, pin: bytearray) -> PinVerdict:
        """Show the PIN once; it and the command are overwritten."""
        command = ss_card.verify(pin)
        try:
            if command is None:
                return PinVerdict(Failure.PIN_NOT_SIX_DIGITS)
            return _pin_verdict(apdu.parse_response(self._transmit(command)))
        finally:
            for secret in (pin, command or bytearray()):
                secret[:] = bytes(len(secret))

    def _read_items(self, file: int, items: list[Item]) -> None:
        selected = self._select_file(file)
        for item in items:
            self._read_item(
                item, [way for way in self._ways if selected or way is Addressing.BY_SHORT_FILE]
            )

    def _select_file(self, file: int) -> bool:
        return any(
            self._send(command).outcome is StatusMeaning.DONE
            for command in ss_card.select_file(file)
        )

    def _read_item(self, item: Item, ways: list[Addressing]) -> None:
        """Ask in every way until the card has answered for this item."""
        sw = 0
        for way, command in [(one, told) for one in ways for told in ss_card.read_item(item, one)]:
            answer = self._ask(item, command)
            sw = sw if answer.outcome is StatusMeaning.DONE else answer.sw
            reading = self._keep(item, answer)
            if reading is Reading.READ:  # the way that worked is tried first from now on
                self._ways.remove(way)
                self._ways.insert(0, way)
            absent = reading is Reading.ABSENT and item.file in self._understood
            if absent or reading in _FINAL or item.name in self._values:
                break
        self._denied.pop(item, None)
        optional = item.name == ss_card.NAME_EXTENSION and not ss_card.is_protected(sw)
        if sw and item.name not in self._values and not optional:
            self._denied[item] = sw

    def _ask(self, item: Item, command: CommandApdu) -> Response:
        """Ask once; ask for "all there is" when the record is longer than the table says."""
        answer = self._send(command)
        cut = ss_card.judge(item, answer) is Reading.DAMAGED
        if cut or answer.outcome is StatusMeaning.WRONG_LENGTH:
            return self._send(replace(command, le=apdu.LONGEST_ANSWER))
        return answer

    def _keep(self, item: Item, answer: Response) -> Reading:
        """Keep the item that an answer holds, and judge whether it is the one that was asked for.

        A card that lacks some record may number the others anew, so the answer's own tag counts.
        """
        reading = ss_card.judge(item, answer)
        told = ss_card.item_in(item.file, answer)
        if told is not None and ss_card.judge(told, answer) is Reading.READ:
            self._values[told.name] = ss_card.value_of(answer)
            self._understood.add(item.file)
            if answer.outcome is StatusMeaning.DATA_DOUBTFUL:
                self._flag(f"{told.label}:doubtful")
        if reading is Reading.DAMAGED:
            self._flag(f"{item.label}:damaged")
        return reading

    def _flag(self, what: str) -> None:
        if what not in self._flags:
            self._flags.append(what)

    def _send(self, command: CommandApdu) -> Response:
        answer = apdu.exchange(self._transmit, command, t0=self._connection.t0)
        if answer is None:
            raise CardLost(CardTrouble.FAULT)
        return answer

    def _transmit(self, raw: bytes | bytearray) -> bytes:
        return self._connection.transmit(raw, self._monotonic() + self._answer_seconds)


def _pin_verdict(answer: Response | None) -> PinVerdict:
    """Return the verdict in an answer to VERIFY; only the card knows how many tries are left."""
    if answer is None:
        return PinVerdict(Failure.SS_CARD_DAMAGED)
    match answer.outcome:
        case StatusMeaning.DONE:
            return PinVerdict(None)
        case StatusMeaning.BLOCKED:
            return PinVerdict(Failure.PIN_BLOCKED, 0)
        case StatusMeaning.TRIES_LEFT:
            left = answer.tries_left
            return PinVerdict(Failure.PIN_WRONG if left else Failure.PIN_BLOCKED, left)
        case StatusMeaning.AUTHENTICATION_FAILED:
            return PinVerdict(Failure.PIN_WRONG)
        case outcome:
            locked = outcome in _LOCKED
            return PinVerdict(Failure.SS_CARD_LOCKED if locked else Failure.SS_CARD_DAMAGED)
