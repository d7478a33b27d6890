"""The pages work with a database account that reads applications sealed and changes no audit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.alarms import Alarm, AlarmKind
from central.fleet.enrolments import EnrolmentState
from central.intake.delivered_views import DeliveredViews
from central.store.cases.form_records import FormRecords
from central.store.terminals.enrolments import Enrolment
from central.vault.accounts import VaultAccount, VaultAccounts
from central.web.web_context import WebContext
from central.web_accounts import WebRole
from kiosk.crypto.terminal_key import fingerprint
from tests.central.results.certificate_files import certificate
from tests.central.standing import LIU, POINT, TERMINAL, Standing, numbered
from tests.central.web.desk import WebDesk, desk_over
from tests.central.web.task_office import plain_view, rounds
from tests.postgresql import PostgresqlServer
from wiring.places import ROOT

RIGHTS = (ROOT / "deploy" / "postgresql" / "web.sql").read_text("utf-8")
PUBLIC_RIGHTS = (ROOT / "deploy" / "postgresql" / "public.sql").read_text("utf-8")
SECRET = (
    "person FROM application",
    "masked_name FROM application",
    "receipt FROM application",
    "* FROM application",
    "id FROM correction",
    "bytes FROM blob",
    "code FROM confirmation",
    "proxy FROM confirmation",
    "1 FROM paper",
    "1 FROM talent",
    "person FROM wish",
    "sealed FROM wish",
    "person FROM wish_answer",
    "1 FROM message",
    "1 FROM draft",
    "1 FROM handed",
    "reasons FROM rating",
    "words FROM rating",
    "answer FROM rating_follow_up",
    "public_key FROM terminal",
    "code FROM enrolment",
)


@pytest.fixture
def database(postgresql: PostgresqlServer) -> str:
    return postgresql.fresh_database()


@pytest.fixture
def role(central: Standing) -> str:
    """The account, made as docs/central.md says, with a password of its own kind: none."""
    database = central.office.store.database
    with database.engine.begin() as connection:
        if connection.scalar(sa.text("SELECT 1 FROM pg_roles WHERE rolname = 'kiosk_web'")) is None:
            connection.exec_driver_sql("CREATE ROLE kiosk_web LOGIN")
        schema = connection.scalar(sa.text("SELECT current_schema()"))
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO kiosk_web")
        connection.exec_driver_sql(RIGHTS)
    return "kiosk_web"


@pytest.fixture
def url(central: Standing, role: str) -> str:
    said = central.office.store.database.engine.url.set(username=role)
    return said.render_as_string(hide_password=False)


def test_the_pages_work_with_rights_that_read_no_application(
    central: Standing, client: TestClient, url: str
) -> None:
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=central.body(1), headers=central.headers()).is_success
    names = ("C-0001", "C-0002", "R-0001")
    found = {name: VaultAccount(("R01",), id=name) for name in names}
    views = DeliveredViews(plain_view, central.opening.views.joined)
    accounts = VaultAccounts(found)
    vault = replace(central.opening, accounts=accounts, views=views)
    with desk_over(central, url, vault) as desk:
        work_a_day(desk)
        for what in SECRET:
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                run(desk.context, f"SELECT {what}")
        for act in (
            "UPDATE web_event SET account = 'S-0009'",
            "DELETE FROM web_event",
            "UPDATE alarm_acknowledgement SET reason = ''",
            "DELETE FROM alarm_acknowledgement",
            "DELETE FROM alarm",
            "UPDATE web_account SET role = 'supervisor'",
            "INSERT INTO web_account VALUES ('S-9', 'supervisor', '', '', '', 0, '', 0, '')",
            "SELECT blob FROM vouching_review",
            "TRUNCATE web_event",
            "UPDATE task SET reason = 'x'",
            "UPDATE application SET due_on = 'x'",
            "DELETE FROM task",
            "UPDATE desk_act SET account = 'C-0002'",
            "DELETE FROM desk_act",
            "UPDATE desk_review SET verdict = 'confirmed'",
            "DELETE FROM desk_review",
            "INSERT INTO desk_outcome VALUES (1, 'done', 'x')",
            "INSERT INTO task_move (application_id, service, state, at, account) VALUES ('a', 'R01', 'DONE', 'x', '')",
            "UPDATE task_move SET account = 'C-0002'",
            "UPDATE task_deadline SET due_on = 'x'",
            "UPDATE task_holder SET account = 'C-0002'",
            "UPDATE notice_event SET words = 'x'",
            "DELETE FROM notice_event",
            "UPDATE city_figure SET count = 0",
            "UPDATE alarm_act SET account = 'S-9'",
            "DELETE FROM alarm_act",
            "UPDATE release_ring SET act = 'set'",
            "DELETE FROM release_ring",
            "UPDATE terminal_request SET kind = 'log'",
            "UPDATE readiness_sheet SET body = ''",
            "UPDATE enrolment SET state = 'confirmed'",
            "UPDATE enrolment_review SET account = 'T-9'",
            "DELETE FROM enrolment_review",
            "CREATE TABLE other (x integer)",
        ):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                run(desk.context, act)


def work_a_day(desk: WebDesk) -> None:
    """Set up, log in, fail to, look at the page and the table, take note of an alarm, log out."""
    owner = desk.central.office.store
    run_as_owner = owner.database.engine
    with run_as_owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO alarm (at, terminal, kind, detail) VALUES ('2026', 'T', 'helper-limit', 'x')"
        )
    person = desk.person("S-0001")
    browser = desk.browser()
    assert person.log_in(browser, password="wrong").status_code == 422
    assert person.log_in(browser).status_code == 303
    assert browser.get("/helpers").status_code == 200
    assert browser.get("/helpers.csv").status_code == 200
    assert browser.get("/overdue").status_code == 200
    assert browser.get("/city").status_code == 200
    notice = {"office": "RS", "words": "请回话", "until": "2026-12-01"}
    assert browser.post("/notices", notice, "/notices").status_code == 303
    done = browser.post("/alarms/1/acknowledge", {"reason": "看过"}, "/helpers")
    assert done.status_code == 303
    assert browser.post("/logout", {}).status_code == 303
    work_in_the_control_room(desk)
    clerk = desk.logged_in("C-0001", WebRole.CLERK)
    assert LIU in clerk.get("/cases/1/R01").text
    assert clerk.get(f"/cases/1/R01/pages/{'0' * 64}").status_code == 404
    assert "亳退 0000 0001" in clerk.get("/tasks").text
    for act in ("take", "give-back"):
        assert clerk.post(f"/tasks/1/R01/{act}", {}, "/tasks").status_code == 303
    colleague = desk.logged_in("C-0002", WebRole.CLERK)
    assert clerk.post("/tasks/1/R01/take", {}, "/tasks").status_code == 303
    for act, form in (
        ("hand-on", {"colleague": "C-0002"}),
        ("finish", {"certificate-number": "1"}),
    ):
        page = f"/cases/1/R01/acts/{act}"
        who = clerk if act == "hand-on" else colleague
        mark = re.search(r'name="mark" value="([0-9-]+)"', who.get(page).text)
        assert mark
        file = certificate() if act == "finish" else b""
        assert who.send(act, page, {"mark": mark[1], **form}, file).status_code == 303
    reviewer = desk.logged_in("R-0001", WebRole.REVIEWER)
    number = re.search(
        r'name="number" value="([0-9]+)"', reviewer.get("/cases/1/R01/decision").text
    )
    assert number
    said = {"verdict": "confirmed", "number": number[1]}
    assert reviewer.post("/cases/1/R01/decision", said, "/tasks").status_code == 303
    hours = rounds(desk.central)
    assert hours.carry_out() == 1
    for path in ("/cases/1/R01", "/cases/1/R01/certificate", "/tasks/ended"):
        assert reviewer.get(path).status_code == 200


def work_in_the_control_room(desk: WebDesk) -> None:
    """Assign and mute an alarm, stop a ring, confirm a terminal's digits."""
    store = desk.central.office.store
    new = Enrolment(numbered(70), "BZ-7", POINT, EnrolmentState.NEW, b"", by_card=True)
    store.enrolments.begin_cards([(new, "0" * 16)], desk.context.now() + timedelta(days=1))
    assert store.enrolments.use("0" * 16, bytes(32), desk.context.now())
    store.release_rings.set("0.2.0", 10, "2026")
    store.alarms.raise_lasting(Alarm("2026", "T", AlarmKind.DISK_LOW, "9 %"))
    number = len(store.alarms.all())
    technician = desk.logged_in("T-0001", WebRole.TECHNICIAN)
    for path, form in (
        (f"/fleet/alarms/{number}/assign", {"colleague": "T-0001"}),
        (f"/fleet/alarms/{number}/mute", {"hours": "24", "reason": "等备件"}),
        ("/fleet/rings/1/stop", {"reason": "有毛病"}),
        (f"/fleet/terminals/{TERMINAL}/ask", {"kind": "log"}),
        (f"/fleet/enrolments/{numbered(70)}/confirm", {"digits": fingerprint(bytes(32))}),
    ):
        assert technician.post(path, form, "/fleet").status_code == 303


def run(context: WebContext, statement: str) -> None:
    with context.database.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_public_pages_read_states_alone(central: Standing, client: TestClient) -> None:
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=central.body(1), headers=central.headers()).is_success
    engine = central.office.store.database.engine
    with engine.begin() as connection:
        role = "SELECT 1 FROM pg_roles WHERE rolname = 'kiosk_public'"
        if connection.scalar(sa.text(role)) is None:
            connection.exec_driver_sql("CREATE ROLE kiosk_public LOGIN")
        schema = connection.scalar(sa.text("SELECT current_schema()"))
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO kiosk_public")
        connection.exec_driver_sql(PUBLIC_RIGHTS)
    url = engine.url.set(username="kiosk_public").render_as_string(hide_password=False)
    with desk_over(central, url) as desk:
        browser = desk.browser()
        for open_page in ("/guide", "/points", "/progress", "/check"):
            assert browser.get(open_page).status_code == 200
        assert FormRecords(desk.context.database).find_marked("x") is None
        assert FormRecords(desk.context.database).issued(numbered(1), "x") == ()
        found = desk.context.slip_states.find(numbered(1))
        assert found is not None
        assert found.services
        for what in (*SECRET, "1 FROM web_account", "1 FROM alarm", "envelope FROM application"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                run(desk.context, f"SELECT {what}")
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            run(desk.context, "UPDATE task SET state = 'DONE'")
