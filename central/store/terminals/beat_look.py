"""One look at what a heartbeat may change, to tell the usual one that only says "as before"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import LASTING
from central.fleet.rings import ReleaseRing, RingAct
from central.store.terminals.terminal_requests import PendingRequest

if TYPE_CHECKING:
    from central.policy import AlarmPolicy
    from central.store.database import CentralDatabase

_KINDS = ", ".join(f"'{kind.value}'" for kind in LASTING)
_LOOK = sa.text(f"""
    SELECT beat.at, beat.body,
        EXISTS (SELECT 1 FROM alarm WHERE terminal = :terminal AND kind IN ({_KINDS})
            AND NOT EXISTS (SELECT 1 FROM alarm_end WHERE alarm_end.alarm = alarm.number)
        ) AS alarmed,
        EXISTS (SELECT 1 FROM device_trouble WHERE terminal = :terminal) AS troubled,
        (SELECT min(head.at) FROM witness JOIN audit_head AS head
            ON head.terminal = witness.terminal AND head.sequence > witness.proved_sequence
            AND head.ended_at = ''
            WHERE witness.terminal = :terminal AND witness.proved_at <> '') AS unproved_since,
        pending.number AS pending, pending.kind, pending.valid_until,
        ring.number AS ring, ring.version, ring.percent, ring.act, ring.at AS ring_at,
        ring.account, ring.words, (SELECT until FROM backup_mark) AS backed_up_until
    FROM (SELECT 1) AS one LEFT JOIN heartbeat AS beat ON beat.terminal = :terminal
    LEFT JOIN (
        SELECT number, kind, valid_until FROM terminal_request
        WHERE terminal = :terminal AND outcome = '' AND valid_until > :at ORDER BY number LIMIT 1
    ) AS pending ON true
    LEFT JOIN (SELECT * FROM release_ring ORDER BY number DESC LIMIT 1) AS ring ON true
""")  # noqa: S608 - no value stands in the text


@dataclass(frozen=True)
class BeatLook:
    """What stands in the database about a terminal that sends a heartbeat.

    `before`, `before_at`: the last one and when it came, "" for none. `watched`: an alarm lasts, or
    a device was unusable. `unproved_since`: when the oldest audit head came that is not proved, ""
    for none. `pending`: the next request that the terminal has not answered; `ring`: the newest one
    of all. `backed_up_until`: up to when a backup holds what came, "" for none.
    """

    before: str
    before_at: str
    watched: bool
    unproved_since: str
    pending: PendingRequest | None = None
    ring: ReleaseRing | None = None
    backed_up_until: str = ""

    def is_proof_late(self, now: datetime, policy: AlarmPolicy) -> bool:
        """Tell whether the terminal's chain waits for its proof for too long."""
        if not self.unproved_since:
            return False
        since = datetime.fromisoformat(self.unproved_since)
        return now - since > timedelta(minutes=policy.audit_proof_minutes)


def look_at_beat(database: CentralDatabase, terminal: str, at: str) -> BeatLook:
    """Return what the database says of the terminal; `at` is now (ISO 8601)."""
    row = database.look(_LOOK, {"terminal": terminal, "at": at})
    assert row is not None
    ring = row.version, row.percent, row.act, row.ring_at, row.account, row.words
    return BeatLook(
        before=row.body or "",
        before_at=row.at or "",
        watched=bool(row.alarmed or row.troubled),
        unproved_since=row.unproved_since or "",
        pending=PendingRequest(row.pending, row.kind, row.valid_until) if row.pending else None,
        ring=_ring_of(row.ring, *ring) if row.ring else None,
        backed_up_until=row.backed_up_until or "",
    )


def _ring_of(
    number: int, version: str, percent: float, act: str, at: str, account: str, words: str
) -> ReleaseRing:
    return ReleaseRing(number, version, percent, RingAct(act), at, account, words)
