"""Rows that come to a statement as one JSON value: as many as there are cost one parameter."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session


def run_with_rows(
    session: Session, text: str, columns: tuple[tuple[str, str], ...], rows: Iterable[Sequence[Any]]
) -> Sequence[Any]:
    """Run a statement that joins or reads `rows`; return what it returns.

    `text` has "{rows}" where the rows are a table of the name `r`; `columns`:
    name and PostgreSQL's type of each value of a row.
    """
    names = [name for name, _ in columns]
    said = json.dumps([dict(zip(names, row, strict=True)) for row in rows])
    connection = session.connection()
    query = _statement(text, columns, connection.dialect.name == "sqlite")
    result = connection.execute(query, {"rows": said})
    return result.all() if result.returns_rows else ()


@cache
def _statement(text: str, columns: tuple[tuple[str, str], ...], embedded: bool) -> sa.TextClause:
    if embedded:
        values = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name, _ in columns)
        rows = f"(SELECT {values} FROM json_each(:rows)) AS r"  # noqa: S608 - our names
    else:
        typed = ", ".join(f"{name} {kind}" for name, kind in columns)
        rows = f"json_to_recordset(CAST(:rows AS json)) AS r({typed})"
    return sa.text(text.replace("{rows}", rows))
