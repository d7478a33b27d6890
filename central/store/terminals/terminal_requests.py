"""Requests of technicians to terminals, their results, and readiness sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.web.events import record_web_event
from central.store.web.fleet_tables import ReadinessSheetRow, TerminalRequestRow
from kiosk.fleet.terminal_requests import RequestOutcome

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent

OPEN = "", RequestOutcome.NOTED.value
"""Outcomes after which another one comes."""
_NEXT = sa.text("""
    SELECT number, kind, valid_until FROM terminal_request
    WHERE terminal = :terminal AND outcome = '' AND valid_until > :at ORDER BY number LIMIT 1
""")


@dataclass(frozen=True)
class PendingRequest:
    """The next request that a terminal has not answered."""

    number: int
    kind: str
    valid_until: str


@dataclass(frozen=True)
class AskedRequest:
    """A request as the page shows it; `answered_at`, `outcome` are "" before its result."""

    number: int
    kind: str
    at: str
    account: str
    valid_until: str
    answered_at: str
    outcome: str


@dataclass(frozen=True)
class TerminalRequests:
    """All requests, and the newest sheet of each terminal."""

    database: CentralDatabase

    def ask(self, terminal: str, kind: str, valid_until: str, event: WebEvent) -> bool:
        """Store a request; False while the same one waits.

        `kind` is of the closed list, `valid_until` in ISO 8601; `event`: who asks, for the audit.
        """
        same = sa.select(TerminalRequestRow.number).where(
            TerminalRequestRow.terminal == terminal,
            TerminalRequestRow.kind == kind,
            TerminalRequestRow.outcome.in_(OPEN),
            TerminalRequestRow.valid_until > event.at,
        )

        def work(session: Session) -> bool:
            if session.scalar(same) is not None:
                return False
            row = TerminalRequestRow(
                terminal=terminal,
                kind=kind,
                at=event.at,
                account=event.account,
                valid_until=valid_until,
            )
            session.add(row)
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def next_for(self, terminal: str, at: str) -> PendingRequest | None:
        """Return the oldest request that waits for the terminal at the moment `at`."""
        row = self.database.look(_NEXT, {"terminal": terminal, "at": at})
        return None if row is None else PendingRequest(row.number, row.kind, row.valid_until)

    def note_result(self, terminal: str, number: int, outcome: str, at: str) -> None:
        """Store what became of the request `number` of this terminal: its last `outcome`."""
        change = (
            sa.update(TerminalRequestRow)
            .where(
                TerminalRequestRow.number == number,
                TerminalRequestRow.terminal == terminal,
                TerminalRequestRow.outcome.in_(OPEN),
            )
            .values(outcome=outcome, answered_at=at)
        )
        self.database.write(lambda session: session.execute(change))

    def newest(self, terminal: str, most: int) -> tuple[AskedRequest, ...]:
        """Return the newest requests to a terminal, the newest first."""
        wanted = sa.select(TerminalRequestRow).where(TerminalRequestRow.terminal == terminal)
        wanted = wanted.order_by(TerminalRequestRow.number.desc()).limit(most)

        def work(session: Session) -> tuple[AskedRequest, ...]:
            return tuple(
                AskedRequest(
                    row.number,
                    row.kind,
                    row.at,
                    row.account,
                    row.valid_until,
                    row.answered_at,
                    row.outcome,
                )
                for row in session.scalars(wanted)
            )

        return self.database.read(work)

    def keep_sheet(self, terminal: str, at: str, body: str) -> None:
        """Store the newest readiness sheet of a terminal (`body`, JSON) for the one before."""
        row = ReadinessSheetRow(terminal=terminal, at=at, body=body)
        self.database.write(lambda session: session.merge(row))

    def sheet(self, terminal: str) -> tuple[str, str] | None:
        """Return when the newest sheet came, and its JSON; None for none."""

        def work(session: Session) -> tuple[str, str] | None:
            row = session.get(ReadinessSheetRow, terminal)
            return None if row is None else (row.at, row.body)

        return self.database.read(work)
