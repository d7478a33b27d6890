"""Decisions of an office's people, carried out by the service: looked at again, once, in order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from central.offices.deadline_watch import DeadlineWatch
from central.offices.desk_rounds import DeskRounds
from central.store.cases.desk_decisions import DeskDecisions
from central.store.office_tables import TaskDeadlineRow
from central.store.web.tables import DeskActRow, DeskOutcomeRow, DeskReviewRow
from central.tasks import TaskState
from central.vault_port import VaultUnavailable
from central.web_accounts import WebRole
from tests.central.standing import WANG, Standing, numbered
from tests.central.web.desk import Browser, NewPerson
from tests.central.web.task_office import CHOSEN, RETRY, DeskOffice, move_to

LOOKS = 20_000


def forge(central: Standing, *rows: object) -> None:
    """Add what the pages' account of the database could add without any page."""
    central.office.store.database.write(lambda session: session.add_all(rows))


def decision(account: str, act: str = "finish", service: str = "R01") -> DeskActRow:
    row = DeskActRow(application_id=numbered(1), service=service, act=act, account=account)
    row.at, row.number = "2026-11-23T12:00:00+08:00", 50
    return row


def verdict_of(account: str) -> DeskReviewRow:
    return DeskReviewRow(act=50, verdict="confirmed", account=account, at="2026")


@pytest.mark.parametrize(
    ("maker", "checker", "outcome"),
    [
        ("C-0001", "R-0001", "done"),
        ("C-0001", "C-0001", "not-allowed"),
        ("C-0001", "C-0002", "not-allowed"),  # a clerk confirms nothing
        ("O-0001", "O-0001", "not-allowed"),  # nor a head the own decision
        ("C-0001", "R-0009", "not-allowed"),  # of another office
        ("C-0009", "R-0001", "not-allowed"),
        ("R-0001", "O-0001", "not-allowed"),
        ("nobody", "R-0001", "not-allowed"),
        ("C-0002", "R-0001", "not-held"),
    ],
)
def test_the_service_looks_again_at_what_the_pages_recorded(
    office: DeskOffice, maker: str, checker: str, outcome: str
) -> None:
    office.take(office.clerk(), "R01")
    for name, role, where in (
        ("C-0002", WebRole.CLERK, "RS"),
        ("R-0001", WebRole.REVIEWER, "RS"),
        ("O-0001", WebRole.OFFICE_HEAD, "RS"),
        ("C-0009", WebRole.CLERK, "SJ"),
        ("R-0009", WebRole.REVIEWER, "SJ"),
    ):
        office.desk.add(name, role, where)
    forge(office.central, decision(maker), verdict_of(checker))
    assert office.carry_out() == 1
    assert office.central.rows((DeskOutcomeRow.outcome,)) == [(outcome,)]
    assert (office.state("R01")["state"] == "done") is (outcome == "done")
    assert office.carry_out() == 0


def test_the_service_waits_for_a_second_person_whatever_the_pages_say(office: DeskOffice) -> None:
    office.take(office.clerk(), "R01")
    forge(office.central, decision("C-0001"))
    assert office.carry_out() == 0


def test_who_was_disabled_decides_nothing_more(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "pause")
    store = office.central.office.store
    store.web_accounts.disable("C-0001", replace(store.web_events.all()[-1], detail="x"))
    assert office.carry_out() == 1
    assert office.state()["state"] == "working"


def test_a_decision_about_what_was_withdrawn_is_over(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "finish")
    move_to(office.central, TaskState.ENDED)
    assert office.carry_out() == 1
    assert office.central.rows((DeskOutcomeRow.outcome,)) == [("over",)]
    assert office.state()["state"] == "ended"


def test_a_decision_waits_for_a_vault_that_is_away(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "ask")
    store, away = office.central.office.store, [True]
    rules = store.work.rules

    def mobile_of(envelope: bytes) -> str:
        if away[0]:
            raise VaultUnavailable
        return rules.notices.mobile_of(envelope)

    notices = replace(rules.notices, mobile_of=mobile_of)
    work = replace(store.work, rules=replace(rules, notices=notices))
    decisions = DeskDecisions(store.database, rules, work)
    hours = DeskRounds(decisions, RETRY, lambda: office.central.clock[0])
    assert hours.carry_out() == 0
    assert (office.state()["state"], office.central.rows((DeskOutcomeRow.act,))) == ("working", [])
    away[0] = False
    assert (hours.carry_out(), hours.carry_out()) == (1, 0)
    assert office.state()["state"] == "correction"


def test_a_thread_of_the_service_carries_out(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "pause")
    threaded = DeskRounds(
        office.central.office.store.desk_decisions, RETRY, lambda: office.central.clock[0], 0.01
    )
    threaded.open()
    try:
        # Bounded, so that a thread that does nothing fails here and hangs nobody.
        found = (office.state()["state"] == "suspended" for _ in range(LOOKS))
        assert any(found)
    finally:
        threaded.close()


def test_who_did_not_bring_it_in_time_can_be_refused(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "ask")
    office.carry_out()
    assert office.act(clerk, "refuse").status_code == 409
    office.desk.pass_time(days=11)
    clerk = log_in_again(office)
    office.act(clerk, "refuse", refusal="papers")
    answer = office.say(office.clerk("R-0001", WebRole.REVIEWER), "confirmed", "R08")
    assert answer.status_code == 303
    office.carry_out()
    assert office.state()["state"] == "refused"


def log_in_again(office: DeskOffice) -> Browser:
    """The clerk of before, whose session ended."""
    store = office.central.office.store
    row = store.database.read(
        lambda session: session.execute(
            sa.text("SELECT code_key FROM web_account WHERE id = 'C-0001'")
        ).scalar_one()
    )
    browser = office.desk.browser()
    person = NewPerson(office.desk, "C-0001", "", row)
    assert person.log_in(browser).status_code == 303
    return browser


def test_the_list_goes_by_the_last_day_of_each_task(
    office: DeskOffice, central: Standing, client: TestClient
) -> None:
    body = central.body(2, WANG, services=["R08"])
    path = f"/v1/applications/{numbered(2)}"
    assert client.put(path, content=body, headers=central.headers()).is_success
    days = {numbered(1): "2026-12-14", numbered(2): "2026-11-24"}
    store = central.office.store
    row = TaskDeadlineRow
    promises = [
        sa.update(row).where(row.application_id == case).values(promised_on=day, due_on=day)
        for case, day in days.items()
    ]
    promises.append(sa.update(row).where(row.service == "R07").values(promised_on="", due_on=""))
    for promise in (*promises, sa.update(row).values(looked_on="")):
        store.database.write(lambda session, one=promise: session.execute(one))
    DeadlineWatch(
        store.deadlines,
        lambda *_: {},
        central.office.holidays,
        3,
        lambda: central.clock[0],
    ).look()
    text = office.clerk().get("/tasks").text
    found = re.findall(r'href="/cases/(\d)/(R\d\d)"', text)
    assert found == [("2", "R08"), ("1", "R01"), ("1", "R08"), ("1", "R07")][: len(found)]
    assert text.count("快到了</strong>") == 1
    assert "2026-11-24" in text


def test_decisions_and_their_words_are_blanked_with_the_case(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "pause")
    office.carry_out()
    central = office.central
    for service in CHOSEN:
        central.settle(service, TaskState.ENDED, "2026-11-23T12:00:00+08:00")
    later = central.clock[0] + timedelta(days=100)
    central.office.store.retention.blank(later, central.office.policy.retention)
    assert {one for (one,) in central.rows((DeskActRow.reason,))} == {""}
