"""Deadlines of tasks by a scripted clock, against a calendar of other people's making.

`chinese_calendar` (PyPI chinesecalendar) knows the State Council's notice for 2026 by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

import main
from central.offices import deadline_watch
from central.offices.deadline_watch import find_deadline
from central.offices.deadlines import (
    ClockStop,
    DeadlineLevel,
    clock_stops,
    due_day,
    is_standing,
    level_on,
)
from central.offline_monitor import SilenceWatch, watch_deadlines
from central.store.cases.deadlines import DeadlineLook, TaskClock
from central.store.office_tables import FINAL, TaskDeadlineRow
from central.store.tables import UNPLANNED, ApplicationRow, TaskRow
from central.tasks import TaskMoment, TaskMove, TaskState
from kiosk.retirement.calendar import add_working_days, read_holidays
from tests.central.standing import CONFIG, NOON, Standing, numbered, standing

HOLIDAYS = read_holidays(CONFIG / "holidays.toml")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 5), date(2026, 9, 1)
YELLOW_DAYS = 3
START = datetime.combine(date(2026, 9, 14), NOON.timetz())


def works(day: date) -> bool:
    return chinese_calendar.is_workday(day)


def days_from(first: date) -> Iterator[date]:
    while True:
        yield first
        first += DAY


@pytest.fixture
def central(tmp_path: Path, database: str) -> Iterator[Standing]:
    """A service that starts on 2026-09-14, before two holidays."""
    with standing(tmp_path, database, now=START) as built:
        yield built


@st.composite
def tasks(draw: st.DrawFn) -> tuple[date, int, list[ClockStop]]:
    """A day of acceptance, a number of working days, and stops, which may touch."""
    begun = draw(st.dates(FIRST, LAST))
    stops, day = [], begun
    for _ in range(draw(st.integers(0, 3))):
        since = day + draw(st.integers(0, 12)) * DAY
        until = since + draw(st.integers(0, 15)) * DAY
        stops.append(ClockStop(since, until))
        day = until
    return begun, draw(st.integers(1, 20)), stops


def walked(begun: date, promised: int, stops: Sequence[ClockStop]) -> date:
    """The last day, day by day: each working day takes one, those of a stop take none."""
    left = promised
    for day in days_from(begun + DAY):
        stopped = any(stop.until and stop.since <= day <= stop.until for stop in stops)
        left -= works(day) and not stopped
        if left == 0:
            return day
    raise AssertionError


@given(tasks())
def test_each_level_begins_on_the_right_day(task: tuple[date, int, list[ClockStop]]) -> None:
    begun, days, stops = task
    promised = add_working_days(begun, days, HOLIDAYS)
    assert promised == walked(begun, days, [])
    expected = walked(begun, days, stops)
    seen = {}
    for day in days_from(begun):
        known = [
            ClockStop(stop.since, stop.until if stop.until and stop.until <= day else None)
            for stop in stops
            if stop.since <= day
        ]
        due = due_day(promised, known, begun, day, HOLIDAYS)
        standing = is_standing(known, due)
        calm = DeadlineLevel.CALM
        level = calm if standing else level_on(day, due, YELLOW_DAYS, HOLIDAYS)
        seen[day] = level
        if day > expected + 5 * DAY:
            assert due == expected
            break
    overdue = [day for day in seen if seen[day] is DeadlineLevel.OVERDUE]
    assert overdue[0] == expected + DAY
    if not stops:
        assert seen[expected] is DeadlineLevel.RED
        yellow = [day for day in seen if seen[day] is DeadlineLevel.YELLOW]
        assert all(0 < left_between(day, expected) <= YELLOW_DAYS for day in yellow)
        before = [day for day in seen if begun <= day < expected and day not in yellow]
        assert all(left_between(day, expected) > YELLOW_DAYS for day in before)


def left_between(day: date, due: date) -> int:
    return sum(works(day + count * DAY) for count in range(1, (due - day).days + 1))


def test_a_stop_after_the_deadline_moves_nothing() -> None:
    friday = date(2026, 11, 20)
    late = [ClockStop(friday + 3 * DAY, None)]
    assert due_day(friday, late, friday - 7 * DAY, friday + 30 * DAY, HOLIDAYS) == friday
    assert not is_standing(late, friday)


def test_stops_follow_from_the_moves() -> None:
    day = [date(2026, 11, 2) + count * DAY for count in range(6)]
    asked, paused = TaskState.CORRECTION, TaskState.SUSPENDED
    moments = [
        TaskMoment(day[0], TaskState.WORKING),
        TaskMoment(day[1], asked),
        TaskMoment(day[2], TaskState.READY),
        TaskMoment(day[3], paused),
        TaskMoment(day[4], asked),
    ]
    assert clock_stops(moments) == (ClockStop(day[1], day[2]), ClockStop(day[3], None))
    assert clock_stops([*moments, TaskMoment(day[5], TaskState.REFUSED)])[-1].until == day[5]


def file(central: Standing, client: TestClient, *services: str) -> None:
    earlier = (START - timedelta(minutes=5)).isoformat()
    consent = {"text_version": "1", "at": earlier, "face": True}
    changes = {"services": list(services), "confirmed_at": earlier, "consent": consent}
    path = f"/v1/applications/{numbered(1)}"
    answer = client.put(path, content=central.body(1, **changes), headers=central.headers())
    assert answer.is_success, answer.text


def alarms(central: Standing) -> list[tuple[str, str, str, bool]]:
    """Day, kind and service of each alarm about a deadline, and whether it lasts."""
    return [
        (one.at[:10], one.kind.value, one.detail.split()[1], one.is_open)
        for one in central.office.store.alarms.all()
        if one.kind.value.startswith("deadline")
    ]


def pass_day(central: Standing) -> None:
    central.clock[0] += DAY
    watch_deadlines(central.office).look()


def test_thirty_working_days_over_the_national_holiday(
    central: Standing, client: TestClient
) -> None:
    """Accepted on 2026-09-14: 25–27 September and 1–7 October are off, 20 September is worked."""
    begun = date(2026, 9, 14)
    file(central, client, "R01")
    assert central.office.store.deadlines.unplanned(9) == ()  # it came with its deadline
    worked = 0
    while worked < 30:
        pass_day(central)
        worked += works(central.clock[0].date())
    due = walked(begun, 15, [])
    near = next(day for day in days_from(begun) if left_between(day, due) <= YELLOW_DAYS)
    assert alarms(central) == [
        (near.isoformat(), "deadline-near", "R01", False),
        (due.isoformat(), "deadline-today", "R01", False),
        ((due + DAY).isoformat(), "deadline-missed", "R01", True),
    ]
    central.settle("R01", TaskState.DONE, central.clock[0].isoformat())
    pass_day(central)
    assert [one[3] for one in alarms(central)] == [False] * 3


def test_the_clock_stands_while_the_person_brings_something(
    central: Standing, client: TestClient
) -> None:
    begun = date(2026, 9, 14)
    file(central, client, "R01")
    asked, brought = date(2026, 9, 23), date(2026, 10, 12)
    due = walked(begun, 15, [ClockStop(asked, brought)])
    while central.clock[0].date() <= due:
        pass_day(central)
        day = central.clock[0].date()
        at = central.clock[0].isoformat(timespec="seconds")
        if day == asked:
            central.settle(
                "R01", TaskState.CORRECTION, at, reason="照片看不清", due_on="2026-10-30"
            )
        if day == brought:
            central.settle("R01", TaskState.READY, at)
    kinds = {kind: day for day, kind, _, _ in alarms(central)}
    assert kinds["deadline-today"] == due.isoformat()
    assert kinds["deadline-missed"] == (due + DAY).isoformat()
    assert kinds["deadline-near"] > brought.isoformat()
    assert len(alarms(central)) == 3


def test_of_two_looks_at_once_one_raises_the_alarm(central: Standing, client: TestClient) -> None:
    file(central, client, "R01")
    watch_deadlines(central.office).look()
    central.clock[0] += 60 * DAY
    store = central.office.store.deadlines
    today = central.clock[0].date().isoformat()
    (clock,) = store.not_looked_at(today, 9)
    _, level = find_deadline(clock, central.clock[0].date(), YELLOW_DAYS, HOLIDAYS)
    watch_deadlines(central.office).look()
    kind = None if level is DeadlineLevel.CALM else central.office.store.alarms.all()[-1].kind
    store.record([(clock, DeadlineLook("2026-10-09", level.value, kind, "later", today))])
    assert [one[1] for one in alarms(central)] == ["deadline-missed"]


def looked_on(central: Standing) -> dict[str, str]:
    return dict(central.rows((TaskDeadlineRow.service, TaskDeadlineRow.looked_on)))


def test_what_has_ended_is_not_read_again(central: Standing, client: TestClient) -> None:
    """It leaves what the daily look reads, and comes back with its next move."""
    file(central, client, "R01", "R07")
    pass_day(central)
    at = central.clock[0].isoformat(timespec="seconds")
    central.settle("R01", TaskState.DONE, at)
    assert looked_on(central) == {"R01": "", "R07": at[:10]}
    pass_day(central)
    assert looked_on(central) == {"R01": FINAL, "R07": central.clock[0].date().isoformat()}
    store = central.office.store.deadlines
    assert store.settle_ended("2099-01-01", 9) == 0
    assert [one.service for one in store.not_looked_at("2099-01-01", 9)] == ["R07"]
    again = (
        sa.update(TaskRow).values(state=TaskState.READY),
        sa.update(TaskDeadlineRow).values(looked_on=""),
    )
    for statement in again:
        central.office.store.database.write(lambda session, one=statement: session.execute(one))
    pass_day(central)
    assert looked_on(central)["R01"] == central.clock[0].date().isoformat()


def test_an_alarm_that_lasts_is_ended_before_nobody_looks_again(
    central: Standing, client: TestClient
) -> None:
    file(central, client, "R01")
    central.clock[0] += 60 * DAY
    watch_deadlines(central.office).look()
    central.settle("R01", TaskState.DONE, central.clock[0].isoformat(timespec="seconds"))
    pass_day(central)
    assert [one[3] for one in alarms(central)] == [False]
    pass_day(central)
    assert looked_on(central) == {"R01": FINAL}


def test_looks_at_many_are_few_statements(central: Standing, client: TestClient) -> None:
    file(central, client, "R01", "R03", "R04", "R08")
    central.clock[0] += 60 * DAY
    said: list[str] = []
    place = central.office.store.database.engine, "before_cursor_execute"
    sa.event.listen(*place, lambda *one: said.append(one[2]))
    watch_deadlines(central.office).look()
    assert len(alarms(central)) == 4
    assert sum(one.startswith("UPDATE task_deadline") for one in said) <= 3


def test_without_a_promised_day_nobody_looks(central: Standing, client: TestClient) -> None:
    file(central, client, "R01")
    none = sa.update(TaskDeadlineRow).values(promised_on="", due_on="", looked_on="")
    central.office.store.database.write(lambda session: session.execute(none))
    pass_day(central)
    assert looked_on(central) == {"R01": FINAL}


def test_a_look_ends_early_when_the_service_stops(
    central: Standing, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline_watch, "BATCH", 1)
    file(central, client, "R01", "R07")
    store, asked = central.office.store, iter((False, True, True))
    central.clock[0] += 60 * DAY
    today = central.clock[0].date().isoformat()
    watch_deadlines(central.office, lambda: next(asked)).look()
    assert len(store.deadlines.not_looked_at(today, 9)) == 1
    forget_deadlines(central)
    watch_deadlines(central.office, lambda: True).look()
    assert len(store.deadlines.unplanned(9)) == 1
    watch = SilenceWatch(central.office)
    watch.open()
    watch.close()
    watch.look()
    assert len(store.deadlines.unplanned(9)) == 1, "it is over"


def forget_deadlines(central: Standing) -> None:
    """Leave the cases as a program before version 0.3 left them."""

    def work(session: Session) -> None:
        session.execute(sa.delete(TaskDeadlineRow))
        session.execute(sa.update(ApplicationRow).values(planned=False))

    central.office.store.database.write(work)


def test_cases_without_deadlines_are_found_by_an_index_of_them_alone(
    central: Standing, client: TestClient
) -> None:
    file(central, client, "R01")
    wanted = f"SELECT id FROM application WHERE {UNPLANNED} ORDER BY serial LIMIT 9"
    database = central.office.store.database
    ask = "EXPLAIN QUERY PLAN" if database.embedded else "EXPLAIN"

    def explain(session: Session) -> str:
        if not database.embedded:  # a table of one row would be read as a whole
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        return str(session.execute(sa.text(f"{ask} {wanted}")).all())

    assert "unplanned_cases" in database.read(explain)
    forget_deadlines(central)
    watch_deadlines(central.office).look()
    assert central.office.store.deadlines.unplanned(9) == ()


def broken_envelopes(central: Standing) -> Callable[[bytes, tuple[str, ...], str], Any]:
    """Return the vault's answer about an envelope whose last byte has changed."""

    def promised_days(envelope: bytes, services: tuple[str, ...], received_at: str) -> Any:
        broken = envelope[:-1] + bytes([envelope[-1] ^ 1])
        return central.office.vault.promised_days(broken, services, received_at)

    return promised_days


def test_what_can_not_be_read_has_the_day_of_its_receipt(
    central: Standing, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    file(central, client, "R01")
    # A case that came before version 0.3 has no deadline yet.
    forget_deadlines(central)
    (case,) = central.office.store.deadlines.unplanned(9)
    assert case.services == ("R01",)
    plan = replace(watch_deadlines(central.office), promised_days=broken_envelopes(central))
    plan.look()
    (entry,) = central.office.store.deadlines.running()
    progress = central.office.store.cases.progress(numbered(1))
    assert progress
    assert entry.due_on == progress["due_on"]
    assert "can't be opened" in caplog.text


def test_the_operator_lists_who_is_told(
    central: Standing,
    client: TestClient,
    tmp_path: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file(central, client, "R01", "R17")
    pass_day(central)
    url = database or f"sqlite:///{tmp_path / 'central.db'}"
    where = ("--data", str(tmp_path / "data"), "--database", url)
    assert main.main(["central", "deadlines", "--office", "RS", *where]) == 0
    _head, line = capsys.readouterr().out.splitlines()
    assert line.split("\t")[1:5] == ["calm", "", "RS", "R01"]
    assert main.main(["central", "deadlines", "--near", *where]) == 0
    assert [line.split("\t")[4] for line in capsys.readouterr().out.splitlines()[1:]] == ["R17"]
    central.clock[0] += 40 * DAY
    pass_day(central)
    assert main.main(["central", "deadlines", "--near", *where]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    assert {row[2] for row in rows} == {"clerk,office_head,supervisor"}


def test_a_case_that_waits_for_the_principal_has_no_deadline_yet() -> None:
    clock = TaskClock("a", "R01", "2026-09-14T12:00:00+08:00", "2026-10-13", "calm", True, ())
    ended = find_deadline(clock, date(2026, 12, 1), YELLOW_DAYS, HOLIDAYS)
    assert ended == (date(2026, 10, 13), DeadlineLevel.CALM)


def test_a_refused_part_ends_its_alarm(central: Standing, client: TestClient) -> None:
    file(central, client, "R01")
    central.clock[0] += 40 * DAY
    pass_day(central)
    at = central.clock[0].isoformat(timespec="seconds")
    move = TaskMove(TaskState.REFUSED, "年限不够")
    assert central.office.store.work.settle(numbered(1), "R01", move, at)
    watch_deadlines(central.office).look()
    assert [one[3] for one in alarms(central)] == [False]
