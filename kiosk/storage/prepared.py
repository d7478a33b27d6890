"""Statements that go to the database's driver without SQLAlchemy's execution.

A confirmation waits for three statements. Executed by SQLAlchemy, each took 0.16 ms on a terminal
that had slept for a moment before, by the driver 0.06 ms; the transaction's begin 0.2 and 0.04.
SQLAlchemy still compiles them, for each kind of database, and ends the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class PreparedStatement:
    """A statement whose parameters and columns need no conversion."""

    statement: sa.TextClause
    _compiled: dict[str, sa.Compiled] = field(default_factory=dict)

    def execute(self, connection: sa.Connection, values: Mapping[str, Any]) -> Any:
        """Execute it with the parameters `values`; return the driver's cursor.

        Raises the driver's error, which `Database.run` turns into a StoreError.
        """
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self.statement.compile(dialect=dialect)
            self._compiled[dialect.name] = compiled
        cursor = connection.connection.cursor()
        cursor.execute(str(compiled), _arguments(compiled, values))
        return cursor


def _arguments(compiled: Any, values: Mapping[str, Any]) -> Any:
    """Return the parameters as the driver takes them: in order, or by name."""
    return [values[name] for name in compiled.positiontup] if compiled.positional else values
