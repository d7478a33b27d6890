"""Which role of which office may do which act, both ways."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from central.tasks import TaskState
from central.web_accounts import OFFICE_ROLES, WebRole
from tests.central.standing import Standing
from tests.central.web.task_office import AFTER, FORMS, DeskOffice, move_to


@pytest.mark.parametrize("where", ["RS", "SJ"])
@pytest.mark.parametrize("role", list(WebRole))
def test_each_role_of_each_office_does_what_it_may(
    office: DeskOffice, central: Standing, role: WebRole, where: str
) -> None:
    """Role x act x office: the task is R08 of the office RS, held by who asks where that can be."""
    works = role in (WebRole.CLERK, WebRole.OFFICE_HEAD)
    theirs = where == "RS" and role in OFFICE_ROLES
    browser = office.clerk("X-0001", role, where if role in OFFICE_ROLES else "")
    reviewer = office.clerk("R-0009", WebRole.REVIEWER)
    if works and theirs:
        office.take(browser)
    for act in FORMS:
        state = TaskState.SUSPENDED if act == "resume" else TaskState.WORKING
        move_to(central, state)
        answer = office.act(browser, act)
        expected = 403 if not works else 404 if not theirs else 303
        assert answer.status_code == expected, act
        if expected == 303 and act == "refuse":
            assert office.carry_out() == 0
            assert office.say(reviewer, "confirmed", "R08").status_code == 303
        assert office.carry_out() == (expected == 303)
        assert (office.state()["state"] == AFTER[act]) is (expected == 303)
        if expected == 303 and act in ("refuse", "finish"):
            reopen(central)
            office.take(browser)
    expected = 403 if role not in OFFICE_ROLES else 404 if not theirs else 200
    status = browser.get("/cases/1/R08/decision").status_code
    assert status == (409 if expected == 200 else expected)  # none waits


def reopen(central: Standing) -> None:
    """Let a task that has ended lie at its office again, for the next act of a matrix."""
    database = central.office.store.database
    for said in ("UPDATE task SET state = 'READY' WHERE", "DELETE FROM task_result WHERE"):
        statement = sa.text(f"{said} service = 'R08'")
        database.write(lambda session, what=statement: session.execute(what))
