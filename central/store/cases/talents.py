"""Storage of sealed talent records: what people offer to do for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.idempotent_result import KeptResult
from central.store.tables import Talent
from central.store.terminals.arrivals import note

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.store.database import CentralDatabase
    from kiosk.crypto.envelope import Envelope


@dataclass(frozen=True)
class Talents:
    """Talent records, stored as they came."""

    database: CentralDatabase

    def keep(self, asking: AuthenticatedRequest, envelope: Envelope) -> KeptResult | None:
        """Store a record once; None when the id was used before for another content."""

        def work(session: Session) -> KeptResult | None:
            known = session.get(Talent, envelope.id)
            if known is not None and known.digest != envelope.digest:
                return None
            note(session, asking)
            if known is not None:
                return KeptResult(known.received_at, new=False)
            row = Talent(id=envelope.id, digest=envelope.digest, envelope=asking.body)
            row.received_at = asking.said_at
            session.add(row)
            return KeptResult(asking.said_at, new=True)

        return self.database.write(work)
