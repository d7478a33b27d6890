"""A batch of rows of several tables, written at once.

On PostgreSQL it is one statement: each table's insert is a part of its WITH clause, so that a
single round trip writes everything or nothing. On SQLite, which has no network between, each
table's rows are one prepared statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, count
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from central.store.statements.psycopg_line import SYSTEM, psycopg_errors

if TYPE_CHECKING:
    from central.store.tables import Base
from central.traces.spans import statement_span

Row = Mapping[str, Any]
DO_NOTHING = "ON CONFLICT DO NOTHING"
_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_BYTES = "bytea"
_LONG = " long"  # behind the name of a column of bytes: how many they are
_TYPES: tuple[tuple[type[Any], str], ...] = (
    (sa.LargeBinary, _BYTES),
    (sa.Boolean, "boolean"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "integer"),
    (sa.Float, "double precision"),
)


@dataclass(frozen=True)
class RowsInsert:
    """What is inserted into a table, without its rows.

    `conflict`: the clause for rows that are there already; where there is one, the rows that were
    written are counted. `after`: the table of another insert of the batch that must have written
    a row; otherwise this one writes none. `by`: a column of text of both, in which that row is the
    same as here; "" where any row of it will do.
    """

    table: type[Base]
    conflict: str = ""
    after: type[Base] | None = None
    by: str = ""


@dataclass(frozen=True)
class _Part:
    """A table's share of the statement: `many` rows come as one JSON value and their bytes.

    `columns` are those that the rows name; the others with a constant default stand in the text.
    """

    insert: RowsInsert
    columns: tuple[str, ...]
    many: bool


@dataclass
class RowBatch:
    """Rows to insert and to delete, in the order in which they were added."""

    _rows: dict[RowsInsert, list[Row]] = field(default_factory=dict)
    _deleted: list[tuple[type[Base], str, str]] = field(default_factory=list)

    def put(self, insert: RowsInsert, rows: Iterable[Row]) -> None:
        """Add rows; a column that none of them names gets the default of its table.

        All rows of one insert name the same columns in the same order.
        """
        if found := list(rows):
            self._extend(insert, found)

    def add(self, row: Base) -> None:
        """Add a row as an ORM session would, for the ports that a case informs."""
        keys = (column.key for column in _table(type(row)).columns)
        said = {key: value for key in keys if (value := getattr(row, key)) is not None}
        self.put(RowsInsert(type(row)), [said])

    def delete(self, table: type[Base], column: str, value: str) -> None:
        """Delete the rows of `table` whose `column` has the value."""
        self._deleted.append((table, column, value))

    def join(self, other: RowBatch) -> None:
        """Add all that is in the batch `other`, whose rows name the same columns.

        Raises ValueError for one that can't be written in the same statement.
        """
        for insert, rows in other._rows.items():
            self._extend(insert, rows)
        self._deleted.extend(other._deleted)

    def _extend(self, insert: RowsInsert, rows: list[Row]) -> None:
        mine = self._rows.setdefault(insert, [])
        if mine and tuple(mine[0]) != tuple(rows[0]):
            raise ValueError(f"other columns of {insert.table.__tablename__}")
        mine.extend(rows)

    def write(self, connection: sa.Connection) -> Mapping[type[Base], int]:
        """Write everything; return how many rows the inserts with a `conflict` wrote, by table.

        On SQLite the connection has to be within a transaction.
        """
        if not self._rows and not self._deleted:
            return {}
        if connection.dialect.name == "sqlite":
            return self._write_each(connection)
        return self._write_at_once(connection)

    def _write_at_once(self, connection: sa.Connection) -> Mapping[type[Base], int]:
        parts = tuple(
            _Part(insert, tuple(rows[0]), len(rows) > 1) for insert, rows in self._rows.items()
        )
        deleted: dict[tuple[type[Base], str], list[str]] = {}
        for table, column, value in self._deleted:
            deleted.setdefault((table, column), []).append(value)
        values: list[Any] = []
        for part, rows in zip(parts, self._rows.values(), strict=True):
            values += _values_of_many(part, rows) if part.many else rows[0].values()
        values += deleted.values()
        found = _execute(connection, _statement(parts, tuple(deleted)), values)
        counted = (part.insert.table for part in parts if part.insert.conflict)
        return dict(zip(counted, found, strict=False))

    def _write_each(self, connection: sa.Connection) -> Mapping[type[Base], int]:
        counts: dict[type[Base], int] = {}
        for insert, rows in self._rows.items():
            if insert.after is not None and not counts.get(insert.after):
                continue
            text = _plain_insert(insert, tuple(rows[0]))
            written = connection.exec_driver_sql(text, [tuple(one.values()) for one in rows])
            if insert.conflict:
                counts[insert.table] = written.rowcount
        for table, column, value in self._deleted:
            text = f"DELETE FROM {table.__tablename__} WHERE {column} = ?"  # noqa: S608 - our names
            connection.exec_driver_sql(text, (value,))
        return counts


def _execute(connection: sa.Connection, statement: str, values: list[Any]) -> Sequence[Any]:
    """Run a statement of psycopg with numbered parameters; return its only row.

    Not by `connection`: the statement is too long for psycopg to remember how it replaced other
    marks by numbers, and would be taken apart anew each time. Errors are those of SQLAlchemy.
    """
    from psycopg import RawCursor  # noqa: PLC0415 - SQLite needs no psycopg

    line: Any = connection.connection.driver_connection
    with (
        statement_span(statement, SYSTEM),
        psycopg_errors(line, connection.invalidate),
        RawCursor(line) as cursor,
    ):
        found: Sequence[Any] = cursor.execute(statement.encode(), values).fetchone() or ()
        return found


def _table(table: type[Base]) -> sa.Table:
    return cast("sa.Table", table.__table__)


@cache
def _constants(table: type[Base], named: tuple[str, ...]) -> Mapping[str, str]:
    """Return the columns beside the `named` ones that have a constant default, as SQL literals."""
    return {
        column.key: _literal(column.default.arg)
        for column in _table(table).columns
        if column.key not in named
        and isinstance(column.default, sa.ColumnDefault)
        and column.default.is_scalar
    }


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    assert isinstance(value, str), value
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def _values_of_many(part: _Part, rows: list[Row]) -> list[Any]:
    """Return the rows as JSON, and of each column of bytes, which JSON can't say, all in one piece.

    In their place stands in the JSON from where on, and how many of the piece they are.
    """
    pieces: list[bytes] = []
    for column in _columns_of_bytes(part.insert.table, part.columns):
        ends = [0, *accumulate(len(one[column]) for one in rows)]
        pieces.append(b"".join(one[column] for one in rows))
        rows = [
            {**one, column: begin + 1, f"{column}{_LONG}": end - begin}
            for one, begin, end in zip(rows, ends, ends[1:], strict=False)
        ]
    return [_JSON.encode(rows), *pieces]


@cache
def _columns_of_bytes(table: type[Base], columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in columns if _type_of(table, one) == _BYTES)


@cache
def _plain_insert(insert: RowsInsert, columns: tuple[str, ...]) -> str:
    constants = _constants(insert.table, columns)
    marks = ", ".join(("?",) * len(columns) + tuple(constants.values()))
    target = f"{insert.table.__tablename__} ({_quoted((*columns, *constants))})"
    return f"INSERT INTO {target} VALUES ({marks}) {insert.conflict}"  # noqa: S608 - our names


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)


@cache
def _statement(parts: tuple[_Part, ...], deleted: tuple[tuple[type[Base], str], ...]) -> str:
    """Return the statement of psycopg for a batch of this shape.

    It ends with one row: how many rows each insert with a `conflict` wrote.
    """
    mark = count(1)
    told = {one.insert.after: one.insert.by for one in parts if one.insert.after and one.insert.by}
    written = [
        f"w_{one.insert.table.__tablename__}"
        f" AS ({_part_of(one, mark, told.get(one.insert.table, ''))})"
        for one in parts
    ]
    written += [
        f"d_{number} AS (DELETE FROM {table.__tablename__}"  # noqa: S608 - our names
        f" WHERE {column} = ANY(${next(mark)}::text[]))"
        for number, (table, column) in enumerate(deleted)
    ]
    counted = (one.insert.table.__tablename__ for one in parts if one.insert.conflict)
    counts = ", ".join(f"(SELECT count(*) FROM w_{name})" for name in counted)  # noqa: S608
    return f"WITH {', '.join(written)} SELECT {counts or '0'}"


def _part_of(part: _Part, mark: Iterator[int], told: str) -> str:
    """Return the insert of a table; where it counts, `told` is a column that it tells as well."""
    insert = part.insert
    types = dict(zip(part.columns, _types_of(insert.table, part.columns), strict=True))
    constants = _constants(insert.table, part.columns)
    names = _quoted((*part.columns, *constants))
    rows = (_many_rows if part.many else _one_row)(types, constants, mark)
    if insert.after is not None:
        same = f" AS a WHERE a.{insert.by} = r.{insert.by}" if insert.by else ""
        rows += f" WHERE EXISTS (SELECT 1 FROM w_{insert.after.__tablename__}{same})"  # noqa: S608
    counted = f" RETURNING {told or 1}" if insert.conflict else ""
    return f"INSERT INTO {insert.table.__tablename__} ({names}) {rows} {insert.conflict}{counted}"


def _one_row(types: Mapping[str, str], constants: Mapping[str, str], mark: Iterator[int]) -> str:
    said = ", ".join(f'${next(mark)}::{kind} AS "{name}"' for name, kind in types.items())
    wanted = ", ".join(("r.*", *constants.values()))
    return f"SELECT {wanted} FROM (SELECT {said}) AS r"  # noqa: S608


def _many_rows(types: Mapping[str, str], constants: Mapping[str, str], mark: Iterator[int]) -> str:
    """Return the query of rows that come as JSON, with their bytes beside (`_values_of_many`)."""
    place = next(mark)
    said, typed = [], []
    for name, kind in types.items():
        if kind == _BYTES:
            said.append(f'substring(${next(mark)}::bytea, r."{name}", r."{name}{_LONG}")')
            typed.append(f'"{name}" integer, "{name}{_LONG}" integer')
        else:
            said.append(f'r."{name}"')
            typed.append(f'"{name}" {kind}')
    rows = f"json_to_recordset(${place}::json) AS r({', '.join(typed)})"
    return f"SELECT {', '.join((*said, *constants.values()))} FROM {rows}"  # noqa: S608


def _types_of(table: type[Base], columns: Iterable[str]) -> list[str]:
    return [_type_of(table, one) for one in columns]


def _type_of(table: type[Base], column: str) -> str:
    kind = _table(table).columns[column].type
    return next((name for one, name in _TYPES if isinstance(kind, one)), "text")
