"""Statements that the driver executes: parameters in its own style, errors as the store's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.failures import Failure
from kiosk.storage.database import StoreError, open_file
from kiosk.storage.prepared import PreparedStatement

STATEMENT = PreparedStatement(sa.text("SELECT :second, :first, :second"))


class StatementRecorder:
    """A driver's connection and cursor that keep what they were given."""

    def cursor(self) -> StatementRecorder:
        return self

    def execute(self, statement: str, arguments: Any) -> None:
        self.given = statement, arguments


@pytest.mark.parametrize(
    ("dialect", "given"),
    [
        (sqlite.dialect(), ("SELECT ?, ?, ?", ["b", "a", "b"])),
        (
            postgresql.psycopg.dialect(),
            ("SELECT %(second)s, %(first)s, %(second)s", {"first": "a", "second": "b"}),
        ),
    ],
)
def test_parameters_come_in_the_style_of_the_driver(dialect: Any, given: object) -> None:
    driver = StatementRecorder()
    connection: Any = SimpleNamespace(dialect=dialect, connection=driver)
    for _ in range(2):  # the second time from what was compiled
        STATEMENT.execute(connection, {"first": "a", "second": "b"})
        assert driver.given == given


def test_an_error_of_the_driver_is_one_of_the_store(tmp_path) -> None:
    database = open_file(tmp_path / "kiosk.db")
    assert not isinstance(database, Failure)
    broken = PreparedStatement(sa.text("INSERT INTO nothing VALUES (1)"))
    with pytest.raises(StoreError) as caught:
        database.run(lambda connection: broken.execute(connection, {}))
    assert caught.value.failure is Failure.STORE_UNREADABLE
    database.close()
