"""Stand-ins for messenger and e-seal that record requests and send nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from central.store.tables import MessageRow, SealRow

if TYPE_CHECKING:
    from central.ports import SealRequest, TextMessage
    from central.store.tables import Base


class _Rows(Protocol):
    """What takes rows that are written when the case is."""

    def add(self, row: Base) -> None: ...


@dataclass(frozen=True)
class RecordingMessenger:
    """Messenger that records each text with a masked number."""

    def tell(self, transaction: object, message: TextMessage) -> None:
        """Record the message in `transaction`, a session of SQLAlchemy or a batch of rows."""
        cast("_Rows", transaction).add(
            MessageRow(
                application_id=message.application_id,
                mobile=message.mobile,
                occasion=message.occasion.value,
                text=message.text,
                at=message.at,
            )
        )


@dataclass(frozen=True)
class RecordingSealer:
    """Sealer that records each request for the city's e-seal."""

    def seal(self, transaction: object, request: SealRequest) -> None:
        """Record the request in `transaction`, a session of SQLAlchemy or a batch of rows."""
        cast("_Rows", transaction).add(
            SealRow(application_id=request.application_id, digest=request.digest, at=request.at)
        )
