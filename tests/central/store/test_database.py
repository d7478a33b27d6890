"""A transaction runs again when it must, and only then."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
import sqlalchemy as sa

from central.store.database import CentralDatabase
from tests.central.standing import Standing


def test_what_collides_is_tried_again(central: Standing) -> None:
    database: CentralDatabase = central.office.store.database
    tries = []

    def work(session: Any) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise sa.exc.IntegrityError("", {}, ValueError())
        return "done"

    assert database.write(work) == "done"
    assert len(tries) == 3


def test_what_always_collides_is_a_bug(central: Standing) -> None:
    def work(session: Any) -> NoReturn:
        raise sa.exc.IntegrityError("", {}, ValueError())

    with pytest.raises(sa.exc.IntegrityError):
        central.office.store.database.write(work)


def test_what_is_wrong_is_not_tried_again(central: Standing) -> None:
    tries = []

    def work(session: Any) -> None:
        tries.append(1)
        session.execute(sa.text("SELECT nothing FROM nowhere"))

    with pytest.raises(sa.exc.DBAPIError):
        central.office.store.database.write(work)
    assert len(tries) == 1
