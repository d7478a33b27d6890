"""Ports to the outside: messages to telephones, replies to them, and the city's e-seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Occasion(StrEnum):
    """Occasions of a message; the value names its template in config/central.toml."""

    RECEIVED = "received"
    CORRECTION = "correction"
    RESULT = "result"  # of one part, which asks something of the person
    DONE = "done"
    ANSWERED = "answered"  # there is an answer to their rating; what it says is shown in person
    FILED = "filed"  # an own filing, told at the registered number, too
    VOUCHED = "vouched"  # an own filing without a face check: somebody of the staff vouched
    CONFIRM = "confirm"  # somebody filed for them: is that so?
    ACTED_FOR = "acted_for"  # somebody filed for them, and it began
    BEGUN = "begun"  # they confirmed
    STOPPED = "stopped"  # they refused
    REVIEW_STOPPED = "review_stopped"  # a reviewer saw another person in the picture
    EXPIRED = "expired"  # nobody confirmed in time
    WITHDRAWN = "withdrawn"  # who filed took it back
    UNCLEAR = "unclear"  # their reply says neither yes nor no
    TOO_LATE = "too_late"  # their reply comes after the end
    OPEN_CASE = "open_case"  # they confirmed, and have another case under way
    FILER_BEGUN = "filer_begun"  # to the friend or relative who filed
    FILER_STOPPED = "filer_stopped"
    FILER_EXPIRED = "filer_expired"


@dataclass(frozen=True)
class TextMessage:
    """A text for a mobile number, which is masked; it never holds a name or an ID number.

    `at`: when its cause came about, ISO 8601.
    """

    application_id: str
    mobile: str
    occasion: Occasion
    text: str
    at: str


class Messenger(Protocol):
    """Sends messages; it is called within the transaction that makes them true.

    Who sends asks the vault for the number (`VaultPort.message_contact`) by the application's id.
    """

    def tell(self, transaction: object, message: TextMessage) -> None:
        """Accept the message for sending; nothing may leave before `transaction` is committed."""


@dataclass(frozen=True)
class OutgoingText:
    """A text for the provider.

    The same `reference` is the same message, however often it is sent.
    """

    reference: str
    mobile: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class ProviderReply:
    """A reply from a telephone; `number` counts the provider's replies from 1."""

    number: int
    mobile: str = field(repr=False)
    text: str = field(repr=False)


class SendOutcome(StrEnum):
    """The provider's answer to a text."""

    TAKEN = "taken"
    REFUSED = "refused"  # this text, or this number, for good
    UNREACHABLE = "unreachable"  # try again


class MessageGateway(Protocol):
    """A provider that sends texts to telephones and collects replies; failures are values."""

    def send(self, message: OutgoingText) -> SendOutcome:
        """Send one text and return the provider's answer."""

    def replies_after(self, number: int) -> tuple[ProviderReply, ...] | None:
        """Return the replies after number `number`, oldest first; None when unreachable."""


@dataclass(frozen=True)
class SealRequest:
    """An accepted application on which the city's e-seal is to be put."""

    application_id: str
    digest: str
    at: str


class Sealer(Protocol):
    """Applies the city's e-seal; it is called within the transaction that accepts the case."""

    def seal(self, transaction: object, request: SealRequest) -> None:
        """Accept the request; nothing may be sealed before `transaction` is committed."""


class FormSeal(Protocol):
    """Puts the e-seal on a form as PDF (docs/central.md, "Seal a form")."""

    def seal(self, pdf: bytes, at: datetime) -> bytes:
        """Return the form with the seal appended, its own bytes before it unchanged.

        `at` is the moment that the seal tells.
        """
