"""Decisions that can't be carried out: tried again ever more rarely, then laid aside with an alarm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pytest

from central.alarms import AlarmKind
from central.offices.desk_rounds import DeskRounds
from central.store.cases.desk_decisions import DeskDecisions
from central.store.web.desk_acts import TimelineEntry
from central.store.web.desk_records import TaskAddress
from central.store.web.tables import (
    DeskFailureRow,
    DeskOutcomeRow,
    DeskReviewRow,
    TaskHolderRow,
)
from central.tasks import TaskState
from central.web_accounts import WebEventKind
from tests.central.standing import numbered
from tests.central.web.task_office import (
    CHOSEN,
    RETRY,
    DeskOffice,
    move_to,
    rounds,
    text_of,
)

SECRET = "13900001234"


class BrokenError(Exception):
    """An error that nobody expected; its text names a person."""


@dataclass
class FailingService:
    """The service of an office, in which telling the person breaks until `broken` is False."""

    office: DeskOffice
    tries: list[float] = field(default_factory=list)
    broken: bool = True

    def rounds(self) -> DeskRounds:
        store = self.office.central.office.store
        rules = store.work.rules
        notices = replace(rules.notices, mobile_of=self.break_or(rules.notices.mobile_of))
        work = replace(store.work, rules=replace(rules, notices=notices))
        return rounds(self.office.central, DeskDecisions(store.database, rules, work))

    def break_or(self, really: Callable[[bytes], str]) -> Callable[[bytes], str]:
        def mobile_of(envelope: bytes) -> str:
            return self.fail() if self.broken else really(envelope)

        return mobile_of

    def fail(self) -> NoReturn:
        self.tries.append(self.office.central.clock[0].timestamp())
        raise BrokenError(SECRET)


@pytest.fixture
def faulty(office: DeskOffice) -> FailingService:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "ask")
    return FailingService(office)


def die(faulty: FailingService) -> DeskRounds:
    """Let the decision fail until nobody tries any more."""
    hours = faulty.rounds()
    for _ in range(60):
        assert hours.carry_out() == 0
        faulty.office.desk.pass_time(seconds=1)
    return hours


def entry(office: DeskOffice) -> TimelineEntry:
    """The line of the newest decision about R08."""
    found = office.desk.context.acts.timeline(TaskAddress(1, "R08", CHOSEN))
    return next(one for one in reversed(found) if one.act and one.act != "take")


def test_it_is_tried_ever_more_rarely_and_then_raises_an_alarm(
    faulty: FailingService, caplog: pytest.LogCaptureFixture
) -> None:
    begun = faulty.office.central.clock[0].timestamp()
    die(faulty)
    assert [at - begun for at in faulty.tries] == [0, 2, 6, 14]
    assert caplog.text.count("could not be carried out") == RETRY.tries
    (alarm,) = faulty.office.central.office.store.alarms.all()
    assert (alarm.kind, alarm.is_open) == (AlarmKind.DECISION_FAILED, True)
    assert alarm.detail == f"{numbered(1)} R08 ask BrokenError"
    (dead,) = faulty.office.central.office.store.desk_decisions.failures.dead()
    assert (dead.application_id, dead.failures, dead.act) == (numbered(1), 4, "ask")
    assert SECRET not in str(faulty.office.central.rows((DeskFailureRow.trouble,)))


def test_it_holds_back_no_other(faulty: FailingService) -> None:
    other = faulty.office.clerk("C-0002")
    faulty.office.take(other, "R07")
    faulty.office.act(other, "hand-on", "R07", colleague="C-0001")
    clerk = faulty.office.clerk("O-0002")
    faulty.office.take(clerk, "R01")
    faulty.office.act(clerk, "ask", "R01")
    faulty.broken = True
    hours = faulty.rounds()
    assert hours.carry_out() == 0  # telling is for both
    faulty.broken = False
    assert hours.carry_out() == 0  # not yet
    faulty.office.desk.pass_time(seconds=2)
    assert hours.carry_out() == 2


def test_the_page_says_that_it_fails_and_that_it_was_laid_aside(faulty: FailingService) -> None:
    office = faulty.office
    clerk = office.desk.browser()
    hours = faulty.rounds()
    hours.carry_out()
    clerk = office.clerk("C-0002")
    assert text_of(clerk.get("/cases/1/R08")).count("系统没办成（1 次）") == 2
    die(faulty)
    text = text_of(clerk.get("/cases/1/R08"))
    assert text.count("系统试了 4 次都没办成") == 2
    assert "系统正在办" not in text
    text = text_of(clerk.get("/cases/1/R08/decision"))
    assert "系统试了 4 次都没办成" in text
    assert "可以撤回" not in text  # it is another's
    assert (entry(office).is_dead, entry(office).is_void) == (True, False)


def test_an_operator_lets_it_be_tried_again(faulty: FailingService) -> None:
    office, hours = faulty.office, die(faulty)
    failures = office.central.office.store.desk_decisions.failures
    assert not failures.retry(numbered(1), "R07", "2026")
    assert failures.retry(numbered(1), "R08", "2026")
    assert not failures.retry(numbered(1), "R08", "2026")
    faulty.broken = False
    assert hours.carry_out() == 1
    assert office.state()["state"] == "correction"
    (alarm,) = office.central.office.store.alarms.all()
    assert not alarm.is_open
    assert office.central.rows((DeskFailureRow.act,)) == []


def test_what_works_at_last_leaves_no_failure(faulty: FailingService) -> None:
    hours = faulty.rounds()
    hours.carry_out()
    faulty.broken = False
    faulty.office.desk.pass_time(seconds=2)
    assert hours.carry_out() == 1
    assert faulty.office.central.rows((DeskFailureRow.act,)) == []
    assert faulty.office.central.office.store.alarms.all() == ()


def test_who_made_it_can_withdraw_it_and_the_alarm_ends(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "ask")
    faulty = FailingService(office)
    hours = die(faulty)
    assert "可以撤回" in text_of(clerk.get("/cases/1/R08/decision"))
    assert office.say(clerk, "withdrawn", "R08").status_code == 303
    assert hours.carry_out() == 0
    assert [one.is_open for one in office.central.office.store.alarms.all()] == [False]
    assert entry(office).is_void
    assert office.act(clerk, "ask").status_code == 303  # the next one is tried at once
    faulty.broken = False
    assert hours.carry_out() == 1


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("over", "这一件的情况已经变了"),
        ("not-held", "不在交的人手里了"),
        ("not-allowed", "没有这个权限"),
    ],
)
def test_the_timeline_says_why_a_decision_had_no_effect(
    office: DeskOffice, outcome: str, words: str
) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "pause")
    database, store = office.central.office.store.database, office.central.office.store
    if outcome == "over":
        move_to(office.central, TaskState.CORRECTION)
    elif outcome == "not-held":
        database.write(lambda session: session.query(TaskHolderRow).delete())
    else:
        store.web_accounts.disable("C-0001", store.web_events.all()[-1])
    assert office.carry_out() == 1
    assert office.central.rows((DeskOutcomeRow.outcome,)) == [(outcome,)]
    text = text_of(office.clerk("C-0002").get("/cases/1/R08"))
    assert "没有生效：" in text
    assert words in text


def test_an_operator_withdraws_a_confirmed_decision_that_can_never_be_carried_out(
    office: DeskOffice,
) -> None:
    """Retrying is no way out where it fails each time, and nobody else can withdraw it."""
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "ask")
    reviewed = DeskReviewRow(act=2, verdict="confirmed", account="R-0001", at="2026")
    store = office.central.office.store
    store.database.write(lambda session: session.add(reviewed))
    faulty = FailingService(office)
    hours = die(faulty)
    assert "可以撤回" not in text_of(clerk.get("/cases/1/R08/decision"))
    failures, at = store.desk_decisions.failures, office.desk.context.said_at()
    assert not failures.withdraw(numbered(1), "R07", at)
    assert failures.withdraw(numbered(1), "R08", at)
    assert not failures.withdraw(numbered(1), "R08", at)
    office.desk.pass_time(minutes=1)
    tries = len(faulty.tries)
    assert (hours.carry_out(), len(faulty.tries)) == (0, tries)
    assert office.state()["state"] == "working"
    assert not store.alarms.all()[0].is_open
    (event,) = (one for one in store.web_events.all() if one.detail.endswith("central letters"))
    assert (event.account, event.kind) == ("C-0001", WebEventKind.WITHDREW)
    assert "运行中心的人撤回了，可以重新决定" in text_of(clerk.get("/cases/1/R08"))
    assert entry(office).is_void
    assert office.act(clerk, "ask").status_code == 303
    faulty.broken = False
    assert hours.carry_out() == 1
    assert office.state()["state"] == "correction"
