"""One look at what a question about a person may change, to tell the usual one.

The usual one names a reading of the person's own card, with the chip and the reader of before, and
is within all limits. It is written at once, or was already; all else takes the long way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.store.card_read_tables import CardChipRow, CardReadRow, TerminalReaderRow
from central.store.row_batch import DO_NOTHING, RowBatch, RowsInsert
from central.store.tables import Base, LookUp

if TYPE_CHECKING:
    from central.authenticated_request import AuthenticatedRequest
    from central.policy import CardReadLimits
    from central.store.database import CentralDatabase

HOUR, DAY = 3600.0, 86_400.0
_LOOK = sa.text("""
    SELECT
        (SELECT count(*) FROM card_read WHERE id = :id) AS known,
        (SELECT count(*) FROM card_read WHERE id = :id AND terminal = :terminal
            AND person = :person AND at > :yesterday) AS mine,
        (SELECT count(DISTINCT person) FROM card_read WHERE terminal = :terminal
            AND person <> :person AND at > :hour_ago) AS people,
        (SELECT count(*) FROM card_read WHERE person = :person AND at > :yesterday) AS readings,
        (SELECT chip FROM card_chip WHERE person = :person) AS chip,
        (SELECT reader FROM terminal_reader WHERE terminal = :terminal) AS reader,
        (SELECT count(*) FROM look_up WHERE terminal = :terminal AND person = :person) AS noted,
        (SELECT count(*) FROM look_up WHERE terminal = :terminal AND person = :person
            AND at > :hour_ago) AS asked,
        (SELECT count(*) FROM look_up WHERE terminal = :terminal AND at > :hour_ago) AS asked_people
""")
_LOOK_UPS = RowsInsert(LookUp, DO_NOTHING)


@dataclass(frozen=True)
class NotedReading:
    """A card reading that a terminal names; `person` and `chip` are keyed hashes."""

    id: str
    person: str = field(repr=False)
    chip: str = field(repr=False)
    reader: str


@dataclass(frozen=True)
class _Usual:
    """The rows that a usual question still has to write."""

    rows: RowBatch
    tables: int

    def write(self, database: CentralDatabase) -> bool:
        """Write them; return False when somebody else wrote one of them meanwhile."""
        if not self.tables:
            return True
        written = database.run(self.rows.write)
        return sum(written.values()) == self.tables


def note_usual(
    database: CentralDatabase,
    asking: AuthenticatedRequest,
    reading: NotedReading,
    limits: CardReadLimits,
    people_an_hour: int,
) -> bool:
    """Record a usual question about a person; return False for another one.

    Of what is not usual, or collides with another question, everything is to be looked at again.
    `people_an_hour`: of how many people a terminal may ask before the alarm.
    """
    now = asking.at.timestamp()
    asked = {
        "id": reading.id,
        "terminal": asking.terminal,
        "person": reading.person,
        "yesterday": now - DAY,
        "hour_ago": now - HOUR,
    }
    row = database.look(_LOOK, asked)
    assert row is not None
    is_known = bool(row.mine)
    within = row.people < limits.people_an_hour and row.readings < limits.readings_a_day
    same = row.chip in (None, reading.chip) and row.reader in (None, reading.reader)
    if not is_known and (row.known or not within or not same):
        return False
    # A look-up that is over is forgotten on the long way; the first one too many is an alarm there.
    if not row.asked and (row.noted or row.asked_people == people_an_hour):
        return False
    return _usual_rows(asking, reading, row, is_known=is_known).write(database)


def _usual_rows(
    asking: AuthenticatedRequest,
    reading: NotedReading,
    row: sa.Row[Any],
    *,
    is_known: bool,
) -> _Usual:
    """Return the rows to write. A reading whose chip or reader came meanwhile is not written."""
    person: dict[str, object] = {"person": reading.person}
    terminal: dict[str, object] = {"terminal": asking.terminal}
    at: dict[str, object] = {"at": asking.at.timestamp()}
    wanted: list[tuple[type[Base], dict[str, object], bool]] = [
        (CardChipRow, person | {"chip": reading.chip}, row.chip is None),
        (TerminalReaderRow, terminal | {"reader": reading.reader}, row.reader is None),
        (CardReadRow, {"id": reading.id} | terminal | person | at, True),
    ]
    batch, before, tables = RowBatch(), None, 0
    for table, said, is_needed in () if is_known else wanted:
        if is_needed:
            batch.put(RowsInsert(table, DO_NOTHING, before), [said])
            before, tables = table, tables + 1
    if not row.asked:
        batch.put(_LOOK_UPS, [terminal | person | at])
        tables += 1
    return _Usual(batch, tables)
