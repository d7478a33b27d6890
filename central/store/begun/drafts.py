"""Storage of portal drafts until they are claimed at a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.begun.tables import DraftRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.drafts import SealedDraft
    from central.policy import DraftPolicy
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class StartedDrafts:
    """Sealed drafts, stored for `policy.minutes` and given away once."""

    database: CentralDatabase
    policy: DraftPolicy

    def keep(self, draft: SealedDraft, at: datetime) -> None:
        """Store a draft from `at` on."""
        row = DraftRow(name=draft.name, sealed=draft.sealed, at=at.timestamp())
        self.database.write(lambda session: session.add(row))

    def claim(self, name: str, at: datetime) -> bytes | None:
        """Return and delete the draft of this name; None when there is none any more."""
        oldest = at.timestamp() - 60 * self.policy.minutes

        def work(session: Session) -> bytes | None:
            session.execute(sa.delete(DraftRow).where(DraftRow.at < oldest))
            taking = sa.delete(DraftRow).where(DraftRow.name == name).returning(DraftRow.sealed)
            return session.scalar(taking)

        return self.database.write(work)
