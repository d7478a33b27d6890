"""Ports to what lies outside: messages to telephones, replies from them, and the city's e-seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Occasion(StrEnum):
    """When a person gets a message."""

    RECEIVED = "received"
    CORRECTION = "correction"
    DONE = "done"
    FILED = "filed"  # an own filing, told at the registered number, too
    VOUCHED = "vouched"  # an own filing without a face check: somebody of the staff vouched
    CONFIRM = "confirm"  # somebody filed for them: is that so?
    ACTED_FOR = "acted_for"  # somebody filed for them, and it began
    BEGUN = "begun"  # they confirmed
    STOPPED = "stopped"  # they refused
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
    """A text for a mobile number; it never holds a name or an ID number."""

    application_id: str
    mobile: str = field(repr=False)
    occasion: Occasion
    text: str
    at: str


class Messenger(Protocol):
    """Sends messages. It is told in the transaction that made them true."""

    def tell(self, transaction: object, message: TextMessage) -> None:
        """Take the message for sending."""


@dataclass(frozen=True)
class OutgoingText:
    """A text on its way; the same `reference` is the same message, however often it is sent."""

    reference: str
    mobile: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True)
class ProviderReply:
    """What came back; `number` counts the provider's replies from 1."""

    number: int
    mobile: str = field(repr=False)
    text: str = field(repr=False)


class SendOutcome(StrEnum):
    """What the provider says of a text."""

    TAKEN = "taken"
    REFUSED = "refused"  # this text, or this number, for good
    UNREACHABLE = "unreachable"  # try again


class MessageGateway(Protocol):
    """Sends texts to telephones and hears their replies. Failures are values."""

    def send(self, message: OutgoingText) -> SendOutcome:
        """Hand one text over."""

    def replies_after(self, number: int) -> tuple[ProviderReply, ...] | None:
        """Return the replies that came after this one, oldest first; None: unreachable."""


@dataclass(frozen=True)
class SealRequest:
    """An accepted application to which the city puts its e-seal."""

    application_id: str
    digest: str
    at: str


class Sealer(Protocol):
    """Applies the city's e-seal. It is told in the transaction that accepts the case."""

    def seal(self, transaction: object, request: SealRequest) -> None:
        """Take the request."""
