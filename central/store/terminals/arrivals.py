"""Storage of the sequence numbers and audit heads that terminals send with their requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from central.alarms import Alarm, AlarmKind
from central.authenticated_request import Witness
from central.store.alarms import raise_alarm
from central.store.tables import ArrivalRow, AuditHeadRow, WitnessRow
from central.store.terminals.audit_heads import end_heads, find_or_add, keep_head, set_proved

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.store.database import CentralDatabase

# A terminal has several threads and gives up one request after some seconds.
LONGEST_ON_ITS_WAY = timedelta(seconds=30)


@dataclass(frozen=True)
class Arrivals:
    """The sequence numbers and audit heads that each terminal has sent."""

    database: CentralDatabase

    def witness(self, asking: AuthenticatedRequest) -> None:
        """Store the audit head of a request that has no effect of its own."""
        said = asking.marks.witness
        if said is None or self.database.read(lambda session: _is_newest(session, asking, said)):
            return
        self.database.write(lambda session: note(session, asking))


def note(session: Session, asking: AuthenticatedRequest) -> None:
    """Store sequence number and audit head of a request, in the transaction of its effect."""
    if asking.marks.sequence is not None:
        _note_arrival(session, asking, asking.marks.sequence)
    if asking.marks.witness is not None:
        _note_witness(session, asking, asking.marks.witness)


def _note_arrival(session: Session, asking: AuthenticatedRequest, sequence: int) -> None:
    known = session.get(ArrivalRow, (asking.terminal, sequence))
    if known is None:
        session.add(
            ArrivalRow(
                terminal=asking.terminal,
                sequence=sequence,
                path=asking.path,
                digest=asking.digest,
                at=asking.said_at,
            )
        )
    elif (known.path, known.digest) != (asking.path, asking.digest):
        detail = f"{sequence}: {known.path}, then {asking.path}"
        _alarm(session, asking, AlarmKind.SEQUENCE_REUSED, detail)


def _note_witness(session: Session, asking: AuthenticatedRequest, said: Witness) -> None:
    known = find_or_add(session, asking)
    if _is_late(asking, said, known):
        return
    before = Witness(known.sequence, known.head)
    other = said.sequence == before.sequence and before.head not in ("", said.head)
    if said.sequence < before.sequence or other:
        _alarm(session, asking, AlarmKind.AUDIT_REWOUND, f"{before.text}, then {said.text}")
        end_heads(session, asking, AuditHeadRow.sequence >= said.sequence)
        set_proved(known, said)  # what follows is checked from here on
        known.sequence, known.head = said.sequence, said.head
    keep_head(session, asking, known, said)


def _is_late(asking: AuthenticatedRequest, said: Witness, known: WitnessRow) -> bool:
    """Tell whether a shorter chain may come from a request that was under way for a while.

    A chain that was truly cut off is still shorter later; so the longer one is kept meanwhile.
    """
    noted = datetime.fromisoformat(known.at)
    return said.sequence < known.sequence and asking.at - noted < LONGEST_ON_ITS_WAY


def _is_newest(session: Session, asking: AuthenticatedRequest, said: Witness) -> bool:
    known = session.get(WitnessRow, asking.terminal)
    return known is not None and (known.sequence, known.head) == (said.sequence, said.head)


def _alarm(session: Session, asking: AuthenticatedRequest, kind: AlarmKind, detail: str) -> None:
    raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))
