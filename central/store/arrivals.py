"""What came under which number, and how long was the terminal's audit chain then?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.tables import ArrivalRow, WitnessRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.authenticated_request import Asking, Witness
    from central.store.database import Database

# A terminal has several threads and gives up one request after some seconds.
LONGEST_ON_ITS_WAY = timedelta(seconds=30)


@dataclass(frozen=True)
class Arrivals:
    """The other end of each terminal's sequence and audit chain."""

    database: Database

    def witness(self, asking: Asking) -> None:
        """Keep the head that a request without an effect of its own brought."""
        said = asking.marks.witness
        if said is None or self.database.read(lambda session: _is_newest(session, asking, said)):
            return
        self.database.write(lambda session: note(session, asking))

    def heads(self) -> tuple[tuple[str, str, str], ...]:
        """Return each terminal with its newest head, "sequence:digest", and when it came."""
        wanted = sa.select(WitnessRow).order_by(WitnessRow.terminal)

        def work(session: Session) -> tuple[tuple[str, str, str], ...]:
            rows = session.scalars(wanted)
            return tuple((row.terminal, f"{row.sequence}:{row.head}", row.at) for row in rows)

        return self.database.read(work)


def note(session: Session, asking: Asking) -> None:
    """Note what the headers say, in the transaction of the effect."""
    if asking.marks.sequence is not None:
        _note_arrival(session, asking, asking.marks.sequence)
    if asking.marks.witness is not None:
        _note_witness(session, asking, asking.marks.witness)


def _note_arrival(session: Session, asking: Asking, sequence: int) -> None:
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


def _note_witness(session: Session, asking: Asking, said: Witness) -> None:
    known = session.get(WitnessRow, asking.terminal, with_for_update=True)
    if known is None:
        known = WitnessRow(terminal=asking.terminal)
        session.add(known)
    elif _is_late(asking, said, known):
        return
    elif said.sequence < known.sequence or (
        said.sequence == known.sequence and said.head != known.head
    ):
        detail = f"{known.sequence}:{known.head}, then {said.sequence}:{said.head}"
        _alarm(session, asking, AlarmKind.AUDIT_REWOUND, detail)
    known.sequence, known.head, known.at = said.sequence, said.head, asking.said_at


def _is_late(asking: Asking, said: Witness, known: WitnessRow) -> bool:
    """Tell whether a shorter chain may be that of a request that was under way for a while.

    What was truly cut off is still shorter a minute later: this keeps the longer one as it was.
    """
    noted = datetime.fromisoformat(known.at)
    return said.sequence < known.sequence and asking.at - noted < LONGEST_ON_ITS_WAY


def _is_newest(session: Session, asking: Asking, said: Witness) -> bool:
    known = session.get(WitnessRow, asking.terminal)
    return known is not None and (known.sequence, known.head) == (said.sequence, said.head)


def _alarm(session: Session, asking: Asking, kind: AlarmKind, detail: str) -> None:
    raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))
