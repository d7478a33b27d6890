"""One look at what a heartbeat may change, to tell the usual one that only says "as before".

It finds the terminal by the key that the request names, too, so that nothing else has to be asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import LASTING
from central.authenticated_request import Witness
from central.fleet.rings import ReleaseRing, RingAct
from central.store.terminals.terminal_requests import PendingRequest
from central.store.terminals.terminals import AskedKey, known_of

if TYPE_CHECKING:
    from central.policy import AlarmPolicy
    from central.signatures import KnownTerminal
    from central.store.database import CentralDatabase

_KINDS = ", ".join(f"'{kind.value}'" for kind in LASTING)
_LOOK = sa.text(f"""
    SELECT caller.id, caller.revoked, caller.point, caller.key_id, caller.public_key,
        caller.next_key_id, caller.next_public_key, beat.at, beat.body,
        witness.sequence AS witnessed, witness.head,
        EXISTS (SELECT 1 FROM audit_head AS known WHERE known.terminal = who.id
            AND known.sequence = witness.sequence AND known.head = witness.head
            AND known.ended_at = '') AS head_stands,
        EXISTS (SELECT 1 FROM alarm WHERE terminal = who.id AND kind IN ({_KINDS})
            AND NOT EXISTS (SELECT 1 FROM alarm_end WHERE alarm_end.alarm = alarm.number)
        ) AS alarmed,
        EXISTS (SELECT 1 FROM device_trouble WHERE terminal = who.id) AS troubled,
        (SELECT min(head.at) FROM audit_head AS head WHERE head.terminal = who.id
            AND head.sequence > witness.proved_sequence AND head.ended_at = ''
            AND witness.proved_at <> '') AS unproved_since,
        pending.number AS pending, pending.kind, pending.valid_until,
        ring.number AS ring, ring.version, ring.percent, ring.act, ring.at AS ring_at,
        ring.account, ring.words, (SELECT until FROM backup_mark) AS backed_up_until
    FROM (SELECT coalesce(nullif(CAST(:made_here AS text), ''), (
        SELECT id FROM terminal WHERE key_id = :name OR next_key_id = :name)) AS id) AS who
    LEFT JOIN terminal AS caller ON caller.id = who.id
    LEFT JOIN heartbeat AS beat ON beat.terminal = who.id
    LEFT JOIN witness ON witness.terminal = who.id
    LEFT JOIN terminal_request AS pending ON pending.number = (
        SELECT min(asked.number) FROM terminal_request AS asked WHERE asked.terminal = who.id
        AND asked.outcome = '' AND asked.valid_until > :at)
    LEFT JOIN (SELECT * FROM release_ring ORDER BY number DESC LIMIT 1) AS ring ON true
""")  # noqa: S608 - no value stands in the text


@dataclass(frozen=True)
class BeatLook:
    """What stands in the database about a terminal that sends a heartbeat.

    `before`, `before_at`: the last one and when it came, "" for none. `watched`: an alarm lasts, or
    a device was unusable. `unproved_since`: when the oldest audit head came that is not proved, ""
    for none. `pending`: the next request that the terminal has not answered; `ring`: the newest one
    of all. `backed_up_until`: up to when a backup holds what came, "" for none. `newest_head`: of
    its audit chain, where that has not ended.
    """

    before: str
    before_at: str
    watched: bool
    unproved_since: str
    pending: PendingRequest | None = None
    ring: ReleaseRing | None = None
    backed_up_until: str = ""
    newest_head: Witness | None = None

    def is_proof_late(self, now: datetime, policy: AlarmPolicy) -> bool:
        """Tell whether the terminal's chain waits for its proof for too long."""
        if not self.unproved_since:
            return False
        since = datetime.fromisoformat(self.unproved_since)
        return now - since > timedelta(minutes=policy.audit_proof_minutes)


def look_at_beat(
    database: CentralDatabase, asked: AskedKey, at: str
) -> tuple[KnownTerminal | None, BeatLook]:
    """Return the terminal of the key `asked`, None for none, and what the database says of it.

    `at` is now (ISO 8601).
    """
    row = database.look(_LOOK, {"name": asked.name, "made_here": asked.made_here, "at": at})
    assert row is not None
    ring = row.version, row.percent, row.act, row.ring_at, row.account, row.words
    known = known_of(row if row.id else None, asked)
    return known, BeatLook(
        before=row.body or "",
        before_at=row.at or "",
        watched=bool(row.alarmed or row.troubled),
        unproved_since=row.unproved_since or "",
        pending=PendingRequest(row.pending, row.kind, row.valid_until) if row.pending else None,
        ring=_ring_of(row.ring, *ring) if row.ring else None,
        backed_up_until=row.backed_up_until or "",
        newest_head=Witness(row.witnessed, row.head) if row.head_stands else None,
    )


def _ring_of(
    number: int, version: str, percent: float, act: str, at: str, account: str, words: str
) -> ReleaseRing:
    return ReleaseRing(number, version, percent, RingAct(act), at, account, words)
