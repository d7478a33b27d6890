"""Storage of all audit heads that terminals sent, and of how far each chain is proved.

A head is never deleted: an export of the chain is checked against all of them. Of a chain that
turned out to be another one (an alarm), the earlier heads are marked as ended, and what comes later
is compared with those of the new one only; otherwise one exchange of a database would be an alarm
with each request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.authenticated_request import Witness
from central.store.alarms import end_alarm, open_alarms, raise_alarm
from central.store.tables import AuditHeadRow, WitnessRow
from kiosk.audit.audit import NO_DIGEST

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.fleet.audit_proof import ChainProof
    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class KeptHead:
    """A head that a terminal named; `ended_at` is "" while its chain is the terminal's."""

    terminal: str
    head: Witness
    at: str
    ended_at: str = ""


@dataclass(frozen=True)
class NewestHead:
    """The newest head of a terminal, and the one up to which its chain is proved.

    `proved_at` is "" for a terminal that never sent a proof: its program is an older one.
    """

    terminal: str
    head: Witness
    at: str
    proved: Witness
    proved_at: str


@dataclass(frozen=True)
class AuditHeads:
    """The heads of all terminals' audit chains."""

    database: CentralDatabase

    def prove(self, asking: AuthenticatedRequest, proof: ChainProof) -> Witness:
        """Check a proof against all heads that are kept; return how far the chain is proved now.

        A proof that begins elsewhere than the chain was proved to is not looked at: the terminal
        learns from the answer where to begin. One that fails is the alarm `audit-rewritten`; later
        ones go on from the head that it named, so that another change is another alarm.
        """

        def work(session: Session) -> Witness:
            row = find_or_add(session, asking)
            known = Witness(row.proved_sequence, row.proved_head)
            if proof.after != known:
                return known
            wrong = proof.find_contradiction(_live_heads(session, asking.terminal, proof))
            if wrong is not None:
                detail = f"{known.text}, then {proof.head.text}: {wrong.text} does not follow"
                _begin_another_chain(session, asking, known, proof.head, detail)
            set_proved(row, proof.head)
            row.proved_at = asking.said_at
            keep_head(session, asking, row, proof.head)
            return proof.head

        return self.database.write(work)

    def newest(self) -> tuple[NewestHead, ...]:
        """Return the newest head of each terminal."""
        wanted = sa.select(WitnessRow).order_by(WitnessRow.terminal)

        def work(session: Session) -> tuple[NewestHead, ...]:
            return tuple(
                NewestHead(
                    row.terminal,
                    Witness(row.sequence, row.head),
                    row.at,
                    Witness(row.proved_sequence, row.proved_head),
                    row.proved_at,
                )
                for row in session.scalars(wanted)
            )

        return self.database.read(work)

    def all(self) -> tuple[KeptHead, ...]:
        """Return every head that was ever seen, by terminal and number."""
        order = AuditHeadRow.terminal, AuditHeadRow.sequence, AuditHeadRow.at
        wanted = sa.select(AuditHeadRow).order_by(*order)

        def work(session: Session) -> tuple[KeptHead, ...]:
            return tuple(
                KeptHead(row.terminal, Witness(row.sequence, row.head), row.at, row.ended_at)
                for row in session.scalars(wanted)
            )

        return self.database.read(work)


def find_or_add(session: Session, asking: AuthenticatedRequest) -> WitnessRow:
    """Return the row of a terminal's chain, locked; `head` is "" in a new row."""
    known = session.get(WitnessRow, asking.terminal, with_for_update=True)
    if known is None:
        known = WitnessRow(terminal=asking.terminal, sequence=0, head="", at=asking.said_at)
        set_proved(known, Witness(0, NO_DIGEST))
        session.add(known)
        session.flush()
    return known


def set_proved(row: WitnessRow, head: Witness) -> None:
    """Set the head up to which the chain is proved."""
    row.proved_sequence, row.proved_head = head.sequence, head.head


def keep_head(
    session: Session, asking: AuthenticatedRequest, row: WitnessRow, head: Witness
) -> None:
    """Store a head for good, and in `row` as the newest one if its number is not lower."""
    if head.sequence >= row.sequence:
        row.sequence, row.head, row.at = head.sequence, head.head, asking.said_at
    kept = session.get(AuditHeadRow, (asking.terminal, head.sequence, head.head))
    if kept is None:
        said = {"sequence": head.sequence, "head": head.head, "at": asking.said_at}
        session.add(AuditHeadRow(terminal=asking.terminal, ended_at="", **said))
    else:
        kept.ended_at = ""  # a database that was put back to a state that was seen
    session.flush()


def end_heads(
    session: Session, asking: AuthenticatedRequest, which: sa.ColumnElement[bool]
) -> None:
    """Mark the heads that fulfil `which` as those of a chain that the terminal no longer has."""
    live = AuditHeadRow.terminal == asking.terminal, AuditHeadRow.ended_at == ""
    session.execute(sa.update(AuditHeadRow).where(*live, which).values(ended_at=asking.said_at))


def watch_proofs(session: Session, asking: AuthenticatedRequest, minutes: float) -> None:
    """Raise a lasting alarm while a terminal that proved its chain before no longer does.

    It ends with the next proof. A terminal that never proved its chain has an older program; it is
    named by `central heads` and is no alarm.

    The proof may be at most so many `minutes` old.
    """
    since = _unproved_since(session, asking.terminal)
    kind = AlarmKind.AUDIT_UNPROVED
    standing = [row for row in open_alarms(session, asking.terminal) if row.kind == kind.value]
    if not since:
        for row in standing:
            end_alarm(session, row.number, asking.said_at)
    elif not standing and asking.at - datetime.fromisoformat(since) > timedelta(minutes=minutes):
        raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, f"since {since}"))


def _unproved_since(session: Session, terminal: str) -> str:
    """Return when the oldest head came that is not proved; "" for none, and without any proof."""
    row = session.get(WitnessRow, terminal)
    if row is None or not row.proved_at:
        return ""
    later = AuditHeadRow.terminal == terminal, AuditHeadRow.sequence > row.proved_sequence
    wanted = sa.select(sa.func.min(AuditHeadRow.at)).where(*later, AuditHeadRow.ended_at == "")
    return session.scalar(wanted) or ""


def _live_heads(session: Session, terminal: str, proof: ChainProof) -> list[Witness]:
    """Return the heads that the terminal named within the stretch of a proof."""
    inside = AuditHeadRow.sequence.between(proof.after.sequence, proof.head.sequence)
    wanted = sa.select(AuditHeadRow).where(
        AuditHeadRow.terminal == terminal, AuditHeadRow.ended_at == "", inside
    )
    return [Witness(row.sequence, row.head) for row in session.scalars(wanted)]


def _begin_another_chain(
    session: Session, asking: AuthenticatedRequest, known: Witness, head: Witness, detail: str
) -> None:
    """Raise the alarm of a failed proof, and end the heads that may be of the chain before."""
    alarm = Alarm(asking.said_at, asking.terminal, AlarmKind.AUDIT_REWRITTEN, detail)
    raise_alarm(session, alarm)
    first, last = sorted((known.sequence, head.sequence))
    end_heads(session, asking, AuditHeadRow.sequence.between(first, last))
