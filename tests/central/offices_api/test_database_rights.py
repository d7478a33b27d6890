"""The API works with a database account that reads no application and confirms no decision."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from tests.central.offices_api.api_office import TASK, api_over, file_case
from tests.central.standing import Standing
from tests.postgresql import PostgresqlServer
from wiring.places import ROOT

RIGHTS = (ROOT / "deploy" / "postgresql" / "offices_api.sql").read_text("utf-8")
ROLE = "kiosk_offices_api"
FORBIDDEN = (
    *(
        f"SELECT {what}"
        for what in (
            "person FROM application",
            "masked_name FROM application",
            "1 FROM message",
            "1 FROM web_account",
            "1 FROM web_session",
            "detail FROM web_event",
            "1 FROM task_result",
            "1 FROM draft",
        )
    ),
    "INSERT INTO desk_review VALUES (1, 'confirmed', 'R-0001', 'x')",
    "INSERT INTO desk_outcome VALUES (1, 'done', 'x')",
    "INSERT INTO office_client VALUES ('SYS-9', 'RS', '', '')",
    "UPDATE office_client SET disabled_at = ''",
    "INSERT INTO office_certificate VALUES ('x', 'SYS-1', 1)",
    "UPDATE desk_act SET account = 'C-0001'",
    "DELETE FROM desk_act",
    "DELETE FROM web_event",
    "UPDATE task SET reason = 'x'",
    "CREATE TABLE other (x integer)",
)


@pytest.fixture
def database(postgresql: PostgresqlServer) -> str:
    return postgresql.fresh_database()


@pytest.fixture
def url(central: Standing) -> str:
    """The account, made as docs/central.md says, with a password of its own kind: none."""
    engine = central.office.store.database.engine
    with engine.begin() as connection:
        known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if connection.scalar(known, {"role": ROLE}) is None:
            connection.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN")
        schema = connection.scalar(sa.text("SELECT current_schema()"))
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
        connection.exec_driver_sql(RIGHTS)
    return engine.url.set(username=ROLE).render_as_string(hide_password=False)


def test_the_api_works_with_rights_that_read_no_application(
    central: Standing, client: TestClient, url: str
) -> None:
    file_case(central, client)
    with api_over(central, url) as office:
        system = office.system()
        assert system.call("GET", "/v1/tasks").json()["count"] == 3
        assert system.call("GET", f"{TASK}/view").status_code == 200
        assert system.call("GET", f"{TASK}/pages/{'0' * 64}").status_code == 404
        assert system.claim().status_code == 200
        assert system.call("DELETE", f"{TASK}/claim").status_code == 200
        assert system.claim().status_code == 200
        assert system.decide("finish").status_code == 202
        assert office.carry_out() == 1
        for statement in FORBIDDEN:
            with (
                pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
                office.context.database.engine.begin() as connection,
            ):
                connection.exec_driver_sql(statement)
