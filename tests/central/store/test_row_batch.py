"""Rows of several tables that are written at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from central.store.begun.tables import HandedRow
from central.store.database import CentralDatabase
from central.store.row_batch import DO_NOTHING, RowBatch, RowsInsert
from central.store.tables import ArrivalRow, LookUp, Mark, Talent
from central.store.upgrade import SchemaTrouble, open_database

MARKS = RowsInsert(Mark, DO_NOTHING)
PERSONS = [{"kind": "mobile", "mark": "m", "person": person} for person in ("p", "q", "r'%s")]


@pytest.fixture
def rows(bare_database: str) -> Iterator[CentralDatabase]:
    found = open_database(bare_database, create=True)
    assert not isinstance(found, SchemaTrouble)
    yield found
    found.close()


def persons(rows: CentralDatabase) -> list[str]:
    wanted = sa.select(Mark.person).order_by(Mark.person)
    return rows.read(lambda session: list(session.scalars(wanted)))


def test_one_row_and_many_are_written_and_counted(rows: CentralDatabase) -> None:
    for said, count in ((PERSONS[:1], 1), (PERSONS, 2), (PERSONS, 0), ([], None)):
        batch = RowBatch()
        batch.put(MARKS, said)
        batch.put(RowsInsert(LookUp), [{"terminal": "t", "person": str(count), "at": 0.5}])
        assert rows.run(batch.write).get(Mark) == count
    assert persons(rows) == ["p", "q", "r'%s"]


def test_what_waits_for_another_insert_is_written_only_after_it(rows: CentralDatabase) -> None:
    for person, written in (("p", 1), ("q", 2), ("q", 2)):
        batch = RowBatch()
        batch.put(MARKS, [{"kind": "mobile", "mark": "m", "person": person}])
        after = RowsInsert(LookUp, after=Mark)
        said = {"terminal": "t", "person": f"{person} {len(persons(rows))}", "at": 0.0}
        batch.put(after, [said])
        rows.run(batch.write)
        count = sa.select(sa.func.count()).select_from(LookUp)
        assert rows.read(lambda session, count=count: session.scalar(count)) == written


def test_defaults_bytes_and_deletes(rows: CentralDatabase) -> None:
    first = RowBatch()
    first.add(HandedRow(person="p", unit="u", sealed=b"\0\xff"))
    first.put(
        RowsInsert(Talent), [{"id": "t", "digest": "d", "envelope": b"%s", "received_at": ""}]
    )
    second = RowBatch()
    second.delete(HandedRow, "person", "p")
    second.put(RowsInsert(Mark), PERSONS[:1])
    rows.run(first.write)
    held = rows.read(lambda session: session.scalar(sa.select(HandedRow.sealed)))
    assert held == b"\0\xff"
    rows.run(second.write)
    left = rows.read(lambda session: list(session.scalars(sa.select(HandedRow.person))))
    kept = rows.read(lambda session: session.scalar(sa.select(Talent.envelope)))
    assert (left, kept) == ([], b"%s")


def test_a_batch_is_written_whole_or_not_at_all(rows: CentralDatabase) -> None:
    batch = RowBatch()
    batch.put(RowsInsert(LookUp), [{"terminal": "t", "person": "p", "at": 0.0}])
    batch.put(RowsInsert(Mark), PERSONS[:1] + PERSONS[:1])
    with pytest.raises(sa.exc.IntegrityError):
        rows.run(batch.write)
    assert rows.read(lambda session: list(session.scalars(sa.select(LookUp)))) == []


def test_large_numbers(rows: CentralDatabase) -> None:
    batch = RowBatch()
    said = {"path": "/", "digest": "d", "at": ""}
    batch.put(
        RowsInsert(ArrivalRow),
        [{"terminal": "t", "sequence": number, **said} for number in (1, 2**53)],
    )
    assert rows.run(batch.write) == {}
    newest = sa.select(sa.func.max(ArrivalRow.sequence))
    assert rows.read(lambda session: session.scalar(newest)) == 2**53


def test_a_lost_connection_is_replaced_once(rows: CentralDatabase) -> None:
    """A server that was started anew leaves connections in the pool that are dead."""
    if rows.embedded:
        pytest.skip("a file has no connection to lose")
    query = sa.text("SELECT pg_backend_pid() AS number")
    found = rows.look(query, {})
    assert found is not None
    end = sa.text("SELECT pg_terminate_backend(:number)")
    rows.read(lambda session: session.execute(end, {"number": found.number}))
    batch = RowBatch()
    batch.put(MARKS, PERSONS[:1])
    assert rows.run(batch.write) == {Mark: 1}
    again = rows.look(query, {})
    assert again is not None
    assert again.number != found.number


def test_a_batch_without_rows_writes_nothing(rows: CentralDatabase) -> None:
    assert rows.run(RowBatch().write) == {}
