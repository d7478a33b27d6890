"""Storage of heartbeats, and comparison of what terminals sent with what arrived."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.fleet.health import AGAIN_WITH_ANOTHER, begun, troubles_of, unusable_devices
from central.store.alarms import end_alarm, open_alarms, raise_alarm
from central.store.looks.arrival_look import look_at_arrivals
from central.store.row_batch import DO_NOTHING, RowBatch, RowsInsert
from central.store.tables import AlarmRow, DeviceTrouble, HeartbeatRow, NonceRow, TerminalRow
from central.store.terminals.arrival_rows import is_all_new, put_arrival
from central.store.terminals.arrivals import note
from central.store.terminals.audit_heads import watch_proofs
from central.store.terminals.beat_look import BeatLook, look_at_beat
from central.store.terminals.terminals import AskedKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from central.authenticated_request import AuthenticatedRequest
    from central.fleet.health import Troubles
    from central.policy import AlarmPolicy
    from central.signatures import KnownTerminal
    from central.store.database import CentralDatabase

_HEARTBEAT = RowsInsert(
    HeartbeatRow,
    "ON CONFLICT (terminal) DO UPDATE SET at = excluded.at, body = excluded.body",
)
_SIGNATURE = RowsInsert(NonceRow, DO_NOTHING)
WATCHED_APART = (AlarmKind.DEVICE_UNUSABLE, AlarmKind.AUDIT_UNPROVED)


@dataclass(frozen=True)
class ReportedEntry:
    """What a terminal believes to be here under one of its sequence numbers."""

    sequence: int
    path: str
    digest: str


@dataclass(frozen=True)
class Difference:
    """Sequence numbers in which a terminal's belief and the arrivals differ.

    `missing`: not here; `different`: here with another path or digest; `unexpected`: here although
    the terminal does not name it. `highest`: of all that ever came from this terminal, 0 for none.
    """

    missing: tuple[int, ...]
    different: tuple[int, ...]
    unexpected: tuple[int, ...]
    highest: int = 0


@dataclass(frozen=True)
class Fleet:
    """The state of all terminals, by their own heartbeats."""

    database: CentralDatabase

    def look(self, asked: AskedKey, at: str) -> tuple[KnownTerminal | None, BeatLook]:
        """Return the terminal of a key, None for none, and what is known of it before a heartbeat.

        `at` is now (ISO 8601).
        """
        return look_at_beat(self.database, asked, at)

    def beat(self, asking: AuthenticatedRequest, policy: AlarmPolicy) -> BeatLook:
        """Store a heartbeat and the audit head that it names; raise and end alarms by it.

        Return what was known of the terminal before. Nearly every heartbeat says what the one
        before said: nothing begins or ends by it, and one statement stores it.
        """
        _, look = self.look(AskedKey("", asking.terminal), asking.said_at)
        if not is_usual(look, asking, policy) or not self.put_usual(asking, look):
            self.compare(asking, policy)
        return look

    def put_usual(
        self,
        asking: AuthenticatedRequest,
        look: BeatLook,
        signature: Mapping[str, object] | None = None,
    ) -> bool | None:
        """Store a usual heartbeat in one statement, after a `look` at what was before.

        `signature`: the row by which it counts once. False where its audit head has to be compared
        with what came meanwhile; None where the signature came before, and nothing was written.
        """
        batch, after = RowBatch(), None
        if signature is not None:
            batch.put(_SIGNATURE, [signature])
            after = NonceRow
        named = asking.marks.witness is not None and asking.marks.witness != look.newest_head
        if named:
            put_arrival(batch, asking, after)
        said = {"terminal": asking.terminal, "at": asking.said_at, "body": asking.body.decode()}
        batch.put(replace(_HEARTBEAT, after=after), [said])
        written = self.database.run(batch.write)
        if signature is not None and not written.get(NonceRow):
            return None
        return not named or is_all_new((asking,), written)

    def compare(self, asking: AuthenticatedRequest, policy: AlarmPolicy) -> None:
        """Store a heartbeat by comparing it with all that came before; raise and end alarms."""

        def work(session: Session) -> None:
            note(session, asking)
            body = asking.body.decode()
            last = session.get(HeartbeatRow, asking.terminal)
            before = (last.body, last.at) if last is not None else ("", "")
            _end_what_is_over(session, asking, troubles_of(json.loads(body), asking.at, policy))
            found = begun(before[0], body, asking.at, before[1], policy)
            for kind, detail in found.items():
                raise_alarm(session, Alarm(asking.said_at, asking.terminal, kind, detail))
            _watch_devices(session, asking, json.loads(body), policy.devices)
            watch_proofs(session, asking, policy.audit_proof_minutes)
            session.merge(HeartbeatRow(terminal=asking.terminal, at=asking.said_at, body=body))

        self.database.write(work)

    def raise_silent(self, now: datetime, policy: AlarmPolicy) -> None:
        """Raise an alarm for each terminal without a heartbeat for too long, once a silence."""
        limit = now - timedelta(minutes=policy.silent_minutes)

        def work(session: Session) -> None:
            revoked = sa.select(TerminalRow.id).where(TerminalRow.revoked)
            for row in session.scalars(
                sa.select(HeartbeatRow).where(HeartbeatRow.terminal.not_in(revoked))
            ):
                since = datetime.fromisoformat(row.at)
                if since < limit and not _has_alarm(session, row):
                    at = now.isoformat(timespec="seconds")
                    raise_alarm(session, Alarm(at, row.terminal, AlarmKind.SILENT, row.at))

        self.database.write(work)

    def reconcile(
        self, asking: AuthenticatedRequest, first: int, last: int, entries: Sequence[ReportedEntry]
    ) -> Difference:
        """Return how `entries` differ from what arrived with numbers `first` to `last`.

        Missing numbers raise an alarm, and so does a terminal that does not know its own newest
        numbers.
        """
        look = look_at_arrivals(self.database, asking.terminal, first, last)
        found = replace(_compare(look.arrived, entries), highest=look.highest)
        alarms = []
        if found.missing:
            alarms.append((AlarmKind.SEQUENCE_MISSING, ", ".join(map(str, found.missing))))
        if look.highest > last:
            alarms.append((AlarmKind.SEQUENCE_BEHIND, f"{last}, then {look.highest}"))
        if alarms:
            batch, said = RowBatch(), {"at": asking.said_at, "terminal": asking.terminal}
            rows = [said | {"kind": kind.value, "detail": detail} for kind, detail in alarms]
            batch.put(RowsInsert(AlarmRow), rows)
            self.database.run(batch.write)
        return found


def _end_what_is_over(session: Session, asking: AuthenticatedRequest, troubles: Troubles) -> None:
    """End the alarms of a terminal whose cause its heartbeat no longer names.

    An alarm of settings or a version that was given up also ends when another was given up; those
    of devices and of the audit chain are ended by what raises them.
    """
    for row in open_alarms(session, asking.terminal):
        kind = AlarmKind(row.kind)
        lasts = kind in troubles and (
            kind not in AGAIN_WITH_ANOTHER or troubles[kind] == row.detail
        )
        if kind not in WATCHED_APART and not lasts:
            end_alarm(session, row.number, asking.said_at)


def _watch_devices(
    session: Session,
    asking: AuthenticatedRequest,
    beat: Mapping[str, Any],
    limits: Mapping[str, int],
) -> None:
    """Count consecutive heartbeats with an unusable device; raise and end its alarm.

    A heartbeat without any states had no room for them, and changes nothing.
    """
    if not beat["states"]:
        return
    rows = sa.select(DeviceTrouble).where(DeviceTrouble.terminal == asking.terminal)
    known = {row.device: row for row in session.scalars(rows)}
    unusable = unusable_devices(beat, limits)
    for device in known.keys() - unusable.keys():
        if known[device].alarm:
            end_alarm(session, known[device].alarm, asking.said_at)
        session.delete(known[device])
    for device, state in unusable.items():
        row = known.get(device) or DeviceTrouble(
            terminal=asking.terminal, device=device, since=asking.said_at, beats=0, alarm=0
        )
        row.beats += 1
        if not row.alarm and row.beats >= limits[device]:
            detail = f"{device} {state}, since {row.since}"
            alarm = Alarm(asking.said_at, asking.terminal, AlarmKind.DEVICE_UNUSABLE, detail)
            row.alarm = raise_alarm(session, alarm)
        session.add(row)


def _has_alarm(session: Session, beat: HeartbeatRow) -> bool:
    """Tell whether this silence raised an alarm already: its detail is the last heartbeat."""
    mine = AlarmRow.terminal == beat.terminal, AlarmRow.detail == beat.at
    wanted = sa.select(AlarmRow).where(*mine, AlarmRow.kind == AlarmKind.SILENT.value)
    return session.scalars(wanted.limit(1)).first() is not None


def is_usual(look: BeatLook, asking: AuthenticatedRequest, policy: AlarmPolicy) -> bool:
    """Tell whether no alarm begins, ends or is counted towards by a heartbeat."""
    if look.watched or look.is_proof_late(asking.at, policy):
        return False
    body = asking.body.decode()
    if begun(look.before, body, asking.at, look.before_at, policy):
        return False
    return not unusable_devices(json.loads(body), policy.devices)


def _compare(
    arrived: Mapping[int, tuple[str, str]], entries: Sequence[ReportedEntry]
) -> Difference:
    believed = {entry.sequence: (entry.path, entry.digest) for entry in entries}
    both = believed.keys() & arrived.keys()
    return Difference(
        missing=tuple(sorted(believed.keys() - arrived.keys())),
        different=tuple(sorted(one for one in both if believed[one] != arrived[one])),
        unexpected=tuple(sorted(arrived.keys() - believed.keys())),
    )
