"""What does the service tell to others? Ports with stand-ins that only record, in central/store."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Occasion(StrEnum):
    """When a person gets a message."""

    RECEIVED = "received"
    ACTED_FOR = "acted_for"  # received from somebody else, who filed it for them
    CORRECTION = "correction"
    DONE = "done"


@dataclass(frozen=True)
class Message:
    """A text for a mobile number; it never holds a name or an ID number."""

    application_id: str
    mobile: str = field(repr=False)
    occasion: Occasion
    text: str
    at: str


class Messenger(Protocol):
    """Sends messages. It is told in the transaction that made them true."""

    def tell(self, transaction: object, message: Message) -> None:
        """Take the message for sending."""


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
