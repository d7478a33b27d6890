"""What technicians said of the enrolments that wait, as those read it who carry it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.fleet.enrolments import EnrolmentState, ReviewAct
from central.store.tables import EnrolmentRow
from central.store.web.fleet_tables import EnrolmentReviewRow
from central.store.web.tables import WebAccountRow
from central.web_accounts import WebRole
from kiosk.crypto.terminal_key import fingerprint

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class EnrolmentReviews:
    """Reads what was said; whoever is no technician any more said nothing."""

    database: CentralDatabase

    def is_refused(self, enrolment_id: str) -> bool:
        """Tell whether a technician refused this enrolment."""
        return self.database.read(
            lambda session: ReviewAct.REFUSED.value in _said(session, enrolment_id, "").values()
        )

    def confirmed(self, needed: int) -> tuple[str, ...]:
        """Return the ids of waiting enrolments that `needed` different technicians confirmed.

        Each must have named the digits of the very key that waits.
        """
        waiting = sa.select(EnrolmentRow.id, EnrolmentRow.public_key)
        waiting = waiting.where(EnrolmentRow.state == EnrolmentState.PENDING.value)

        def work(session: Session) -> tuple[str, ...]:
            return tuple(
                one
                for one, key in session.execute(waiting.order_by(EnrolmentRow.terminal)).all()
                for acts in (list(_said(session, one, fingerprint(key)).values()),)
                if ReviewAct.REFUSED.value not in acts and len(acts) >= needed
            )

        return self.database.read(work)


def _said(session: Session, enrolment_id: str, digits: str) -> dict[str, str]:
    """Return what each technician said; of confirmations those that named `digits`."""
    wanted = (
        sa.select(EnrolmentReviewRow.account, EnrolmentReviewRow.act)
        .join(WebAccountRow, WebAccountRow.id == EnrolmentReviewRow.account)
        .where(
            EnrolmentReviewRow.enrolment == enrolment_id,
            WebAccountRow.role == WebRole.TECHNICIAN.value,
            WebAccountRow.disabled_at == "",
            sa.or_(
                EnrolmentReviewRow.act == ReviewAct.REFUSED.value,
                EnrolmentReviewRow.fingerprint == digits,
            ),
        )
    )
    return {row.account: row.act for row in session.execute(wanted)}
