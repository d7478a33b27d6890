"""All terminals with their newest heartbeats, for the control room."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.alarms import LASTING
from central.store.tables import AlarmEnd, AlarmRow, HeartbeatRow, TerminalRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class TerminalBeat:
    """A terminal: its point, when its newest heartbeat came (ISO 8601, "" for never), its JSON.

    `alarms`: how many of its lasting alarms have not ended.
    """

    terminal: str
    point: str
    at: str
    beat: Mapping[str, Any] = field(default_factory=dict)
    alarms: int = 0


@dataclass(frozen=True)
class FleetDesk:
    """Reads the newest heartbeat of every terminal."""

    database: CentralDatabase

    def terminals(self) -> tuple[TerminalBeat, ...]:
        """Return all terminals but the revoked ones, by their codes."""
        enrolled = sa.select(TerminalRow.id, TerminalRow.point, TerminalRow.revoked)
        newest = sa.select(HeartbeatRow.terminal, HeartbeatRow.at, HeartbeatRow.body)
        kinds = AlarmRow.kind.in_([kind.value for kind in LASTING])
        ended = sa.select(AlarmEnd.alarm).where(AlarmEnd.alarm == AlarmRow.number).exists()
        lasting = sa.select(AlarmRow.terminal, sa.func.count()).where(kinds, ~ended)
        lasting = lasting.group_by(AlarmRow.terminal)

        def work(session: Session) -> tuple[TerminalBeat, ...]:
            places = {one: (point, gone) for one, point, gone in session.execute(enrolled)}
            beats = {one: (at, body) for one, at, body in session.execute(newest)}
            alarms = Counter(
                {one: int(count) for one, count in session.execute(lasting)},
            )
            return tuple(
                TerminalBeat(name, point, at, _read(body), alarms[name])
                for name in sorted(places.keys() | beats.keys())
                for point, is_revoked in (places.get(name, ("", False)),)
                for at, body in (beats.get(name, ("", "")),)
                if not is_revoked
            )

        return self.database.read(work)


def _read(body: str) -> Mapping[str, Any]:
    """Return the members of a heartbeat, which was checked when it came."""
    found: Mapping[str, Any] = json.loads(body) if body else NOTHING
    return found
