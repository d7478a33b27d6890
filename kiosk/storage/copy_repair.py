"""Comparison of the database with the second copies, and repair of whichever is damaged.

One writer confirms one thing at a time, so a power cut leaves at most the newest record in only one
of the two: that is repaired silently. Everything else is reported.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from kiosk.audit.audit_events import AuditEvent
from kiosk.json_decoder import decode_object
from kiosk.storage import audit_chain
from kiosk.storage.copies.confirmed_copies import ConfirmedCopies, describe_paper
from kiosk.storage.copies.copy_format import CopyScan, FoundCopy
from kiosk.storage.copy_rows import (
    OPEN,
    StoredRow,
    columns_of,
    describe_row,
    find_row,
    is_paper,
    is_same,
    read_open_rows,
    sum_of,
    values_of,
)
from kiosk.storage.scans import add_lanes
from kiosk.storage.tables import AUDIT, BLOB, IS_WITHDRAWN, OUTBOX, Lane, OutboxState
from kiosk.storage.terminal_notes import is_count, read_note, tell_unreadable, write_note

NOTE = "confirmed_copies"
HIGHEST = 1_000_000_000  # no terminal confirms so often: a higher floor is a damaged one
GAP = 1_000
"""Numbers skipped where the newest record may be lost, so that its number is not used again."""
_LAST = sa.select(sa.func.max(OUTBOX.c.sequence))
_ANY_LINK = sa.select(AUDIT.c.sequence).limit(1)


@dataclass(frozen=True)
class CopyCheck:
    """What did not agree and no power cut explains.

    `restored`: rows that came back from their copies. `remade`: copies, or their file, made anew
    from the database. `lost`: sequence numbers of which neither is whole. `skipped`: how many
    numbers the database did not know; they are not used again. `rewound`: the database is older
    than its copies. `new`: the database was empty, and is not the first.
    """

    restored: int = 0
    remade: int = 0
    lost: tuple[int, ...] = ()
    skipped: int = 0
    rewound: bool = False
    new: bool = False

    @property
    def agrees(self) -> bool:
        """Return whether there is nothing to report."""
        return self == CopyCheck()


@dataclass(frozen=True)
class CopyNote:
    """What the database remembers of its copies.

    Numbers up to `floor` are taken; records up to the serial `anchor` were compared with the audit
    chain. `told`: numbers that were reported as lost.
    """

    floor: int = 0
    anchor: int = 0
    told: tuple[int, ...] = ()


def read_copy_note(connection: sa.Connection) -> CopyNote | None:
    """Return what the database remembers; None when it never had copies."""
    value = read_note(connection, NOTE)
    if value is None:
        return None
    document = decode_object(value)
    if document is None:  # the file of copies knows the numbers, too
        tell_unreadable(NOTE)
        document = {}
    floor, anchor, told = (document.get(name) for name in ("floor", "anchor", "told"))
    numbers = told if isinstance(told, list) else []
    return CopyNote(
        floor if is_count(floor) and floor <= HIGHEST else 0,
        anchor if is_count(anchor) else 0,
        tuple(one for one in numbers if is_count(one)),
    )


def write_copy_note(connection: sa.Connection, note: CopyNote) -> None:
    """Store the note in place of the one before."""
    write_note(connection, NOTE, json.dumps(vars(note)))


def repair(
    connection: sa.Connection, copies: ConfirmedCopies, *, was_empty: bool
) -> tuple[CopyCheck, CopyNote]:
    """Compare and repair in one transaction.

    `was_empty`: there was no database, or a file of no bytes, where one had been. Returns what has
    to be reported, and the note that holds from now on. Raises OSError of the file of copies.
    """
    return _Repair(connection, copies, copies.read()).run(was_empty)


@dataclass
class _Repair:
    """One comparison of database and copies."""

    connection: sa.Connection
    copies: ConfirmedCopies
    scan: CopyScan
    restored: int = 0
    remade: int = 0
    lost: set[int] = field(default_factory=set)

    def run(self, was_empty: bool) -> tuple[CopyCheck, CopyNote]:
        """Compare and repair records, papers and the file, in this order."""
        note = read_copy_note(self.connection)
        fresh = note is None and self.connection.scalar(_ANY_LINK) is None
        first = note is None and not self.scan.found
        self._mend_indexes()
        self._compare_records()
        self._copy_rows(silent=first)
        self._compare_papers()
        self._copy_papers(silent=first)
        self._settle_damaged()
        before = note or CopyNote()
        is_spoilt = note is not None and self._is_file_spoilt()
        self.remade += is_spoilt
        last = max(self._last(), before.floor)
        check = CopyCheck(
            self.restored,
            self.remade,
            tuple(sorted(self.lost - set(before.told))),
            skipped=max(0, self.scan.last - last),
            rewound=not fresh and self._is_rewound(before.anchor),
            new=fresh and (was_empty or not first or self.scan.last > 0),
        )
        floor = max(before.floor, self.scan.last)
        if is_spoilt or check.lost or check.rewound or check.new:
            floor = max(floor, last) + GAP
        if self._is_file_spoilt() or floor > self.scan.last:
            self.copies.record_highest(max(floor, last))
        self.copies.was_made = False
        serial = max((one.serial for one in self.scan.found), default=0)
        anchor = before.anchor if check.agrees else serial
        after = CopyNote(floor, anchor, tuple(sorted(self.lost)))
        if after != note:
            write_copy_note(self.connection, after)
        return check, after

    # --- records

    @property
    def _records(self) -> list[FoundCopy]:
        """Return the whole records of applications and the like, oldest first."""
        found = [one for one in self.scan.found if one.is_whole and not is_paper(one)]
        return sorted(found, key=lambda one: one.sequence)

    def _mend_indexes(self) -> None:
        """Rebuild indexes that hide a row: it would never be sent, and no query would show it."""
        hidden = self._hidden()
        if hidden:
            self.connection.exec_driver_sql("REINDEX outbox")
            self.restored += len(hidden - self._hidden())

    def _hidden(self) -> set[str]:
        """Return the ids of settled records whose rows the outbox's queries do not find."""
        sent = {row.id for row in read_open_rows(self.connection)}
        last, hidden = self._last(), set()
        for one in [one for one in self._records if one.settled]:
            row = find_row(self.connection, one)
            known = sa.select(OUTBOX.c.id).where(OUTBOX.c.id == _id(one))
            if row is None or self.connection.scalar(known) is None or row.sequence > last:
                hidden.add(_id(one))
            elif row.is_open:
                hidden |= {row.id} - sent
        return hidden

    def _last(self) -> int:
        """Return the highest sequence number in the database; damage may have left no number."""
        found = self.connection.scalar(_LAST)
        return found if isinstance(found, int) else 0

    def _compare_records(self) -> None:
        """Restore, correct or end so that each row agrees with its copy."""
        for record in self._records:
            row = find_row(self.connection, record)
            if row is None:
                self._restore(record)
            elif row.has_ended:  # a power cut before the copy was shredded
                self.copies.end(_id(record))
            elif not is_same(row, record):
                self._correct(row, record)

    def _correct(self, row: StoredRow, record: FoundCopy) -> None:
        self.restored += 1
        values = values_of(record, record.sequence)
        if row.is_open:
            values["state"] = OutboxState[row.state]
        mine = sa.literal_column("rowid") == row.place
        self.connection.execute(sa.update(OUTBOX).where(mine).values(values))

    def _restore(self, record: FoundCopy) -> None:
        """Insert a missing row under its number or, when that is taken, the next one."""
        about = record.about or {}
        last, (_, newest) = self._last(), audit_chain.read_ends(self.connection)
        follows = record.sequence == last + 1
        same_chain = about["previous"] == (newest.digest if newest else about["previous"])
        self.restored += not (follows and same_chain and not record.settled)
        taken = sa.select(OUTBOX.c.id).where(OUTBOX.c.sequence == record.sequence)
        free = self.connection.scalar(taken) is None
        number = record.sequence if free else max(last, self.scan.last) + 1
        self.connection.execute(sa.insert(OUTBOX), values_of(record, number))
        last = self._restore_lanes(record, number)
        if not free:  # the copy says the new number, too
            self.copies.settle(self.copies.start(number, last, about, record.body or b""))
            self.copies.clear(record)
        event, detail = _event_of(about)
        known = sa.select(AUDIT.c.sequence).where(
            AUDIT.c.subject == about["id"], AUDIT.c.event == event
        )
        if self.connection.scalar(known.limit(1)) is None:
            link = (about["confirmed_at"], event, about["id"], detail)
            audit_chain.append_after(newest, self.connection, *link)

    def _restore_lanes(self, record: FoundCopy, number: int) -> int:
        about, there = record.about or {}, []
        papers = {_id(one): one for one in self.scan.found if one.is_whole and is_paper(one)}
        for digest in about["papers"]:
            if not self._has_paper(digest) and digest in papers:
                self._insert_paper(papers[digest])
            if self._has_paper(digest):
                there.append(digest)
            else:
                self.lost.add(number)
        return add_lanes(self.connection, tuple(there), number, about["confirmed_at"])

    def _copy_rows(self, *, silent: bool) -> None:
        """Make a copy of each row that has none, unless the row itself is damaged.

        `silent`: the database never had copies, so nothing is reported.
        """
        copied = {_id(one) for one in self.scan.found if one.is_whole}
        rows = [row for row in read_open_rows(self.connection) if row.lane == Lane.RECORDS]
        for row in rows:
            if row.id in copied:
                continue
            spoilt = self._damaged_copy(row)
            wanted = (spoilt.about or {}).get("sum") if spoilt else None
            if not row.can_be_delivered() or wanted not in (None, sum_of(row.body)):
                self.lost.add(row.sequence)
                continue
            is_newest = row is rows[-1] and self.scan.last < row.sequence
            self.remade += not (silent or (is_newest and spoilt is None))
            event = self._event_of(row.id)
            about = describe_row(columns_of(row), event, {}, None)
            self.copies.settle(self.copies.start(row.sequence, row.sequence, about, row.body))

    def _damaged_copy(self, row: StoredRow) -> FoundCopy | None:
        """Return the damaged copy of a row, which was whole once; a torn one never was."""
        for one in self.scan.found:
            mine = one.sequence == row.sequence or (one.about or {}).get("id") == row.id
            if mine and one.is_live and not one.is_torn and not one.is_whole:
                return one
        return None

    def _event_of(self, parcel_id: str) -> str:
        query = sa.select(AUDIT.c.event).where(AUDIT.c.subject == parcel_id)
        found = self.connection.scalar(query.order_by(AUDIT.c.sequence).limit(1))
        return str(found or AuditEvent.CONFIRMED)

    # --- captured papers

    def _compare_papers(self) -> None:
        for record in [one for one in self.scan.found if one.is_whole and is_paper(one)]:
            state, body = self._paper_of(_id(record))
            if state is OutboxState.DELIVERED or self._is_withdrawn(_id(record)):
                self.copies.end(_id(record))
            elif state is None and body is None:  # its visit ended without an application
                self.copies.clear(record)
            elif state in OPEN and body != record.body:
                self.restored += 1
                self._insert_paper(record)

    def _copy_papers(self, *, silent: bool) -> None:
        copied = {_id(one) for one in self.scan.found if one.is_whole}
        rows = [row for row in read_open_rows(self.connection) if row.lane == Lane.PAPERS]
        for row in rows:
            _, body = self._paper_of(row.digest)
            if row.digest in copied:
                continue
            if body is None or sum_of(body) != row.digest:
                self.lost.add(row.sequence)
                continue
            self.remade += not silent
            query = sa.select(BLOB.c.application_id).where(BLOB.c.digest == row.digest)
            about = describe_paper(row.digest, str(self.connection.scalar(query)))
            self.copies.settle(self.copies.start(0, 0, about, body))

    def _paper_of(self, digest: str) -> tuple[OutboxState | None, bytes | None]:
        state = sa.select(OUTBOX.c.state).where(OUTBOX.c.id == digest)
        body = sa.select(BLOB.c.body).where(BLOB.c.digest == digest)
        return self.connection.scalar(state), self.connection.scalar(body)

    def _is_withdrawn(self, parcel_id: str) -> bool:
        query = sa.select(OUTBOX.c.id).where(OUTBOX.c.id == parcel_id, IS_WITHDRAWN)
        return self.connection.scalar(query) is not None

    def _has_paper(self, digest: str) -> bool:
        return self._paper_of(digest)[1] is not None

    def _insert_paper(self, record: FoundCopy) -> None:
        about, body = record.about or {}, record.body or b""
        self.connection.execute(sa.delete(BLOB).where(BLOB.c.digest == about["id"]))
        row = {"digest": about["id"], "application_id": about["application_id"]}
        self.connection.execute(sa.insert(BLOB), row | {"bytes": len(body), "body": body})

    # --- the file

    def _settle_damaged(self) -> None:
        """Free the places of damaged records, and count as lost those that have no row."""
        for one in [one for one in self.scan.found if one.is_live and not one.is_whole]:
            if not one.is_torn and not is_paper(one) and find_row(self.connection, one) is None:
                self.lost.add(one.sequence)
            self.copies.clear(one)

    def _is_file_spoilt(self) -> bool:
        """Return whether the file was gone, is shorter, or is damaged at its start."""
        return self.scan.highest is None or self.scan.is_cut or self.copies.was_made

    def _is_rewound(self, anchor: int) -> bool:
        """Return whether the audit chain lacks the head that the newest record names."""
        found = [one for one in self.scan.found if not one.is_torn]
        told = [one for one in found if (one.about or {}).get("head")]
        newest = max(told, key=lambda one: one.serial, default=None)
        if newest is None or newest.serial <= anchor:
            return False
        number, digest = str((newest.about or {})["head"]).split(":")
        query = sa.select(AUDIT.c.digest).where(AUDIT.c.sequence == int(number))
        return bool(self.connection.scalar(query) != digest)


def _event_of(about: Mapping[str, Any]) -> tuple[AuditEvent, Mapping[str, str]]:
    """Return the audit event of a record; one unknown to this program counts as CONFIRMED."""
    known = [one for one in AuditEvent if one == about["event"]]
    return (known[0], about["detail"]) if known else (AuditEvent.CONFIRMED, {})


def _id(record: FoundCopy) -> str:
    return str((record.about or {})["id"])
