"""Stand-ins for messages and e-seals that write down what was told, and send nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from central.store.tables import MessageRow, SealRow

if TYPE_CHECKING:
    from central.ports import SealRequest, TextMessage

_SHOWN = 3, 4  # digits of a mobile number, at its beginning and at its end


def mask_mobile(mobile: str) -> str:
    """Return 139****1234: enough to tell two numbers apart."""
    first, last = _SHOWN
    return f"{mobile[:first]}****{mobile[-last:]}"


@dataclass(frozen=True)
class RecordingMessenger:
    """Keeps each text, and of the number only what tells two of them apart."""

    def tell(self, transaction: object, message: TextMessage) -> None:
        """Write it down."""
        assert isinstance(transaction, Session)
        transaction.add(
            MessageRow(
                application_id=message.application_id,
                mobile=mask_mobile(message.mobile),
                occasion=message.occasion.value,
                text=message.text,
                at=message.at,
            )
        )


@dataclass(frozen=True)
class RecordingSealer:
    """Keeps each request for the city's e-seal."""

    def seal(self, transaction: object, request: SealRequest) -> None:
        """Write it down."""
        assert isinstance(transaction, Session)
        transaction.add(
            SealRow(application_id=request.application_id, digest=request.digest, at=request.at)
        )
