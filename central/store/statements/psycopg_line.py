"""Single statements of PostgreSQL by psycopg itself, with SQLAlchemy's pools and errors.

SQLAlchemy's own execution of a short statement costs several times what psycopg needs for it, and a
call of a terminal is little else.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.traces.spans import statement_span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

SYSTEM = "postgresql"
_MARK = re.compile(r"(?<!:):([a-z_]+)")


@dataclass(frozen=True)
class StatementResult:
    """All rows that a statement returned; `written`: how many it wrote."""

    rows: Sequence[Any]
    written: int


def run_statement(
    engine: sa.Engine, query: sa.TextClause, values: Mapping[str, object]
) -> StatementResult:
    """Run one statement on a connection of the engine's pool, which commits it by itself.

    `query` names its `values` as SQLAlchemy does.

    Raises sqlalchemy.exc.DBAPIError, or TimeoutError where no connection comes free.
    """
    from psycopg.rows import namedtuple_row  # noqa: PLC0415 - SQLite needs no psycopg

    with (
        statement_span(query.text, SYSTEM),
        _held(engine) as line,
        line.cursor(row_factory=namedtuple_row) as cursor,
    ):
        cursor.execute(_text_of(query.text), values)
        rows = cursor.fetchall() if cursor.description else ()
        return StatementResult(rows, cursor.rowcount)


@contextmanager
def _held(engine: sa.Engine) -> Iterator[Any]:
    """Yield a connection of the pool; one that was lost is not given out again."""
    with psycopg_errors(None, lambda _error: None):
        held = engine.raw_connection()
    try:
        with psycopg_errors(held.driver_connection, held.invalidate):
            yield held.driver_connection
    finally:
        held.close()


@contextmanager
def psycopg_errors(line: Any, invalidate: Callable[[BaseException], None]) -> Iterator[None]:
    """Raise errors of psycopg as SQLAlchemy's; `invalidate` the connection `line` if it is lost.

    None for a connection that could not be made.
    """
    from psycopg import Error  # noqa: PLC0415 - SQLite needs no psycopg

    try:
        yield
    except Error as error:
        lost = line is not None and bool(line.closed)
        if lost:
            invalidate(error)
        raise sa.exc.DBAPIError.instance(
            None, None, error, Error, hide_parameters=True, connection_invalidated=lost
        ) from error


@cache
def _text_of(text: str) -> str:
    """Return a statement of SQLAlchemy, with `:name` for its values, as psycopg takes it."""
    return _MARK.sub(r"%(\1)s", text.replace("%", "%%"))
