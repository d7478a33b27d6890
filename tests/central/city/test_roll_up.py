"""The city's daily figures are those of the tables, counted anew for the days that change."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from central.store.city.figures import NOTHING, CityFigures, FigureSpan, percentile
from central.store.city.point_counts import POINT
from central.store.city.roll_up import ALL, HOLDER, OFFICE, SERVICE, WAY
from central.store.city.tables import CityFigureRow
from central.store.database import CentralDatabase
from central.store.office_tables import TaskDeadlineRow, TaskMoveRow
from central.store.tables import (
    ApplicationRow,
    CorrectionRow,
    PaperRow,
    RatingRow,
    TaskRow,
    TerminalRow,
)
from central.store.web.tables import TaskHolderRow
from central.tasks import TaskState
from tests.central.standing import Standing

TODAY = date(2026, 11, 24)
FILED, CLOSED = "2026-11-02T10:00:00+08:00", "2026-11-23T09:00:00+08:00"


@pytest.fixture
def figures(central: Standing) -> CityFigures:
    return CityFigures(central.office.store.database)


def add(database: CentralDatabase, *rows: object) -> None:
    def work(session: sa.orm.Session) -> None:
        for row in rows:
            session.add(row)
            session.flush()

    database.write(work)


def case(number: int, *, received: str = FILED, closed: str = "") -> ApplicationRow:
    """An application of terminal BZ-DEMO, filed by the person."""
    said = {
        "id": f"case-{number}",
        "digest": "",
        "person": f"p{number}",
        "matter": "",
        "due_on": "",
    }
    said |= {"received_at": received, "case_number": f"n{number}", "terminal": "T-1", "way": "self"}
    sealed = {"envelope": b"", "receipt": b"", "masked_name": ""}
    return ApplicationRow(open=not closed, closed_at=closed, **said, **sealed)


def task(number: int, service: str, state: TaskState = TaskState.WORKING) -> TaskRow:
    return TaskRow(application_id=f"case-{number}", service=service, state=state, changed_at="")


def refresh(central: Standing, today: date = TODAY) -> date | None:
    return central.office.store.city.refresh(today, central.office.holidays)


def test_without_cases_there_is_nothing_to_count(central: Standing, figures: CityFigures) -> None:
    assert refresh(central) is None
    assert figures.of(FigureSpan(TODAY, 30), ALL) == {ALL: {}}


def test_cases_parts_and_ends_are_counted_by_day(central: Standing, figures: CityFigures) -> None:
    add(
        central.office.store.database,
        TerminalRow(id="T-1", point="P-1"),
        case(1, closed=CLOSED),
        case(2),
        *(task(1, one, TaskState.DONE) for one in ("R01", "R13")),
        *(task(2, one) for one in ("R01", "R06")),
        TaskMoveRow(application_id="case-1", service="R01", state=TaskState.DONE, at=CLOSED),
        PaperRow(application_id="case-2", blob="b", digest="d", bytes=1),
        RatingRow(application_id="case-1", stage="filing", grade=4, reasons=[], received_at=CLOSED),
        RatingRow(application_id="case-1", stage="R01", grade=2, reasons=[], received_at=CLOSED),
    )
    assert refresh(central) == date(2026, 11, 2)
    found = figures.of(FigureSpan(TODAY, 30), ALL, OFFICE, SERVICE, POINT, WAY)
    whole = found[ALL][""]
    assert dict(whole.counts) == {"cases": 2, "closed": 1, "days": 1, "pages": 1}
    assert dict(whole.days) == {15: 1}  # working days of three weeks without a holiday
    assert whole.percentile(0.5) == 15
    assert (whole.within(15), whole.within(14)) == (100, 0)
    assert found[SERVICE]["R01"].count("parts") == 2
    office = found[OFFICE]["RS"]
    assert (office.count("cases"), office.count("parts"), office.count("closed")) == (2, 3, 1)
    assert found[OFFICE]["GJJ"].count("cases") == 1
    assert dict(office.grades) == {2: 1}
    assert dict(found[POINT]["P-1"].grades) == {4: 1}
    assert figures.points(FigureSpan(TODAY, 30), 9) == (("P-1", 2, 1),)
    assert found[WAY]["self"].count("cases") == 2
    assert found[ALL].get("other", NOTHING).percentile(0.5) is None
    by_month = figures.of(FigureSpan(TODAY, 366), ALL)[ALL][""]
    assert dict(by_month.counts) == dict(whole.counts)
    periods = figures.by_period(FigureSpan(TODAY, 30))
    assert (len(periods), periods["2026-11-02"], periods["2026-11-23"]) == (30, (2, 0), (0, 1))


def test_what_is_open_now_is_counted_with_who_holds_what_is_late(
    central: Standing, figures: CityFigures
) -> None:
    late = {"promised_on": "2026-11-20", "due_on": "2026-11-20", "level": "overdue"}
    add(
        central.office.store.database,
        case(1),
        case(2, closed=CLOSED),
        task(1, "R01"),
        task(1, "R06"),
        task(2, "R01", TaskState.DONE),
        TaskDeadlineRow(application_id="case-1", service="R01", **late),
        TaskHolderRow(application_id="case-1", service="R01", account="C-7", at=""),
    )
    refresh(central)
    now = figures.now()
    assert now[ALL][""].count("waiting") == 1
    assert (now[OFFICE]["RS"].count("waiting"), now[OFFICE]["RS"].count("overdue")) == (2, 1)
    assert {key: one.count("overdue") for key, one in now[HOLDER].items()} == {"RS C-7": 1}


def test_only_days_from_the_last_one_on_are_counted_anew(
    central: Standing, figures: CityFigures
) -> None:
    database = central.office.store.database
    add(database, case(1), case(2, received="2026-11-20T08:00:00+08:00"))
    refresh(central)
    add(
        database,
        case(3, received="2026-11-20T09:00:00+08:00"),
        case(4, received="2026-11-24T09:00:00+08:00"),
        CorrectionRow(
            id="c",
            digest="",
            application_id="case-1",
            service="R01",
            envelope=b"",
            received_at=CLOSED,
        ),
    )
    assert refresh(central) == date(2026, 11, 20)
    periods = figures.by_period(FigureSpan(TODAY, 30))
    assert [periods[f"2026-11-{day}"][0] for day in ("02", "20", "24")] == [1, 2, 1]
    assert figures.of(FigureSpan(TODAY, 366), ALL)[ALL][""].count("cases") == 4
    before = rows(database)
    assert refresh(central) == date(2026, 11, 24)
    assert rows(database) == before


def test_months_are_the_sums_of_their_days_and_spans_the_sums_of_theirs(
    central: Standing, figures: CityFigures
) -> None:
    drawn, database = Random(25), central.office.store.database
    today, number = date(2026, 9, 14), 0
    add(database, TerminalRow(id="T-1", point="P-1"))
    while today < date(2026, 12, 4):
        for _ in range(drawn.randrange(4)):
            number += 1
            filed = f"{today}T10:00:00+08:00"
            closed = drawn.choice(("", f"{today}T11:00:00+08:00"))
            add(database, case(number, received=filed, closed=closed), task(number, "R01"))
        if drawn.randrange(3):
            refresh(central, today)
        today += timedelta(drawn.randrange(4))
    refresh(central, today)
    kept = rows(database)
    sums: Counter[tuple[object, ...]] = Counter()
    for period, *key, count in kept:
        if len(str(period)) == 10:
            sums[str(period)[:7], *key] += int(str(count))
    assert sums == {tuple(one[:-1]): one[-1] for one in kept if len(str(one[0])) == 7}
    for days in (1, 13, 30, 45, 90, 366):
        span = FigureSpan(today, days)
        filed_days = sum(came for came, _ in figures.by_period(span).values())
        assert figures.of(span, ALL)[ALL].get("", NOTHING).count("cases") == filed_days, days
        assert sum(came for _, came, _ in figures.points(span, 9)) == filed_days, days
        assert len(span.summed_periods()) < 31 + 12
    database.write(lambda session: session.execute(sa.delete(CityFigureRow)))
    refresh(central, today)
    assert rows(database) == kept


def test_a_clock_that_was_ahead_leaves_no_day_uncounted(
    central: Standing, figures: CityFigures
) -> None:
    add(central.office.store.database, case(1), case(2, received="2027-01-05T10:00:00+08:00"))
    refresh(central, date(2027, 1, 5))
    add(central.office.store.database, case(3, received="2026-11-24T10:00:00+08:00"))
    assert refresh(central) == TODAY
    assert figures.by_period(FigureSpan(TODAY, 30))["2026-11-24"] == (1, 0)
    ahead = figures.by_period(FigureSpan(date(2027, 1, 5), 30))
    assert (ahead["2027-01-05"], sum(came for came, _ in ahead.values())) == ((1, 0), 1)


def test_a_minute_writes_only_what_changed(central: Standing) -> None:
    database = central.office.store.database
    add(database, *(case(one, received="2026-11-24T08:00:00+08:00") for one in range(9)))
    refresh(central)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "city_figure" in statement and not statement.startswith("SELECT"):
            written.append(statement.split(maxsplit=1)[0])

    sa.event.listen(database.engine, "before_cursor_execute", note)
    refresh(central)
    assert written == []
    add(database, case(9, received="2026-11-24T09:00:00+08:00"))
    refresh(central)
    assert sorted(written) == ["DELETE", "INSERT"]


def rows(database: CentralDatabase) -> list[tuple[object, ...]]:
    row = CityFigureRow
    columns = row.period, row.dimension, row.key, row.figure, row.value
    wanted = sa.select(*columns, row.count).order_by(*columns)
    return database.read(lambda session: [tuple(one) for one in session.execute(wanted)])


def test_a_share_of_no_counts_is_none_and_of_one_its_value() -> None:
    assert percentile({}, 0.5) is None
    assert percentile({3: 1}, 0.9) == 3
    assert percentile({1: 5, 9: 5}, 0.5) == 1
    assert percentile({1: 5, 9: 5}, 0.9) == 9
