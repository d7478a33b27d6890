"""How is each terminal, and does it miss anything that it believes to be here?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import raise_alarm
from central.store.arrivals import note
from central.store.tables import ArrivalRow, Heartbeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from central.asking import Asking
    from central.store.database import Database


@dataclass(frozen=True)
class Entry:
    """What a terminal believes to be here under one of its numbers."""

    sequence: int
    path: str
    digest: str


@dataclass(frozen=True)
class Difference:
    """Numbers: not here, here with another path or digest, here though the terminal has none."""

    missing: tuple[int, ...]
    different: tuple[int, ...]
    unexpected: tuple[int, ...]


@dataclass(frozen=True)
class Fleet:
    """All terminals, as they tell of themselves."""

    database: Database

    def beat(self, asking: Asking) -> None:
        """Keep the newest heartbeat, and the head of the audit chain that it names."""

        def work(session: Session) -> None:
            note(session, asking)
            body = asking.body.decode()
            session.merge(Heartbeat(terminal=asking.terminal, at=asking.said_at, body=body))

        self.database.write(work)

    def reconcile(
        self, asking: Asking, first: int, last: int, entries: Sequence[Entry]
    ) -> Difference:
        """Compare `entries` with what arrived from this terminal; what is missing is an alarm."""

        def work(session: Session) -> Difference:
            found = _compare(_arrived(session, asking.terminal, first, last), entries)
            if found.missing:
                detail = ", ".join(map(str, found.missing))
                kind = AlarmKind.SEQUENCE_MISSING
                raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))
            return found

        return self.database.write(work)


def _arrived(session: Session, terminal: str, first: int, last: int) -> dict[int, Entry]:
    mine = ArrivalRow.terminal == terminal, ArrivalRow.sequence.between(first, last)
    rows = session.scalars(sa.select(ArrivalRow).where(*mine))
    return {row.sequence: Entry(row.sequence, row.path, row.digest) for row in rows}


def _compare(arrived: dict[int, Entry], entries: Sequence[Entry]) -> Difference:
    believed = {entry.sequence: entry for entry in entries}
    both = believed.keys() & arrived.keys()
    return Difference(
        missing=tuple(sorted(believed.keys() - arrived.keys())),
        different=tuple(sorted(one for one in both if believed[one] != arrived[one])),
        unexpected=tuple(sorted(arrived.keys() - believed.keys())),
    )
