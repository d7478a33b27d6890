"""The promised day is the one that the State Council's calendar gives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config.schema import ConfigError
from kiosk.retirement.calendar import Holidays, add_working_days, read_holidays
from tests.kiosk.retirement.shipped import CONFIG, edit

FILE = CONFIG / "holidays.toml"
SHIPPED = read_holidays(FILE)
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-02-10", "2026-03-09"),
        ("2026-02-14", "2026-03-13"),
        ("2026-03-30", "2026-04-21"),
        ("2026-04-27", "2026-05-20"),
        ("2026-09-30", "2026-10-27"),
        ("2026-11-23", "2026-12-14"),
        ("2026-12-10", "2026-12-31"),
        # over the turn of the year, with statutory days only
        ("2026-12-11", "2027-01-04"),
        ("2027-01-25", "2027-02-17"),
        # 2028 is not in the file: weekends only
        ("2027-12-20", "2028-01-10"),
    ],
)
def test_fifteen_working_days(start: str, due: str) -> None:
    found = add_working_days(date.fromisoformat(start), 15, SHIPPED)
    assert found == date.fromisoformat(due)


def test_fifteen_working_days_are_18_to_28_days() -> None:
    starts = [date(2026, 1, 1) + timedelta(days=n) for n in range(344)]
    spans = {start: (add_working_days(start, 15, SHIPPED) - start).days for start in starts}
    assert starts[-1] == date(2026, 12, 10)
    assert (min(spans.values()), max(spans.values())) == (18, 28)
    assert [one for one in starts if spans[one] == 18] == [date(2026, 2, 23), date(2026, 9, 6)]
    assert date(2026, 9, 10) in [one for one in starts if spans[one] == 28]


def test_no_days_is_the_day_itself() -> None:
    assert add_working_days(date(2026, 10, 3), 0, SHIPPED) == date(2026, 10, 3)


def test_one_day_is_counted_from_the_day_after() -> None:
    assert add_working_days(date(2026, 11, 23), 1, SHIPPED) == date(2026, 11, 24)
    assert add_working_days(date(2026, 11, 27), 1, SHIPPED) == date(2026, 11, 30)
    assert add_working_days(date(2026, 9, 18), 1, SHIPPED) == date(2026, 9, 20)


@given(days, st.integers(1, 60))
def test_the_last_day_counted_is_worked(start: date, count: int) -> None:
    due = add_working_days(start, count, SHIPPED)
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert SHIPPED.works(due)
    assert sum(SHIPPED.works(day) for day in between) == count


def test_every_day_off_and_every_swap_is_one() -> None:
    of_2026 = [day for day in SHIPPED.off if day.year == 2026]
    assert (len(of_2026), len(SHIPPED.work)) == (33, 6)
    assert all(day.weekday() >= 5 for day in SHIPPED.work)
    assert SHIPPED.years == {2026}
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(SHIPPED.works(day) for day in year) == 248


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-23", True),  # Monday
        ("2026-11-27", True),  # Friday
        ("2026-11-28", False),  # Saturday
        ("2026-11-29", False),  # Sunday
        ("2026-10-01", False),
        ("2026-10-10", True),  # a Saturday that is worked
        ("2027-02-05", False),
        ("2028-10-02", True),  # nothing is known of 2028
    ],
)
def test_open_offices(day: str, works: bool) -> None:
    assert SHIPPED.works(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2026-01-01", "2026-12-31", ()),
        ("2026-12-31", "2027-01-01", (2027,)),
        ("2027-01-01", "2027-01-02", (2027,)),
        ("2025-12-31", "2026-01-01", (2025,)),
        ("2026-05-01", "2028-01-01", (2027, 2028)),
        ("2025-05-01", "2027-01-01", (2025, 2027)),
    ],
)
def test_years_whose_notice_is_not_out(first: str, last: str, years: tuple[int, ...]) -> None:
    assert SHIPPED.unannounced_years(date.fromisoformat(first), date.fromisoformat(last)) == years


def test_without_any_year_nothing_is_sure() -> None:
    assert Holidays().unannounced_years(date(2026, 1, 1), date(2026, 1, 1)) == (2026,)
    assert Holidays().works(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cures"),
    [
        (r"2026-10-07, #", "2025-10-07, #", "2026", ["2025-10-07 不在 2026 年，请移到那一年下面"]),
        (r"2026-10-10\]", "2027-10-10]", "2026", ["2027-10-10 不在 2026 年，请移到那一年下面"]),
        (
            r"2026-10-10\]",
            "2026-10-12]",
            "2026",
            ["2026-10-12 不是周末，或同时写成放假，不能算调休上班"],
        ),
        (
            r"2026-10-10\]",
            "2026-10-03]",
            "2026",
            ["2026-10-03 不是周末，或同时写成放假，不能算调休上班"],
        ),
        (
            r"2026-10-10\]",
            "2027-10-11]",
            "2026",
            [
                "2027-10-11 不在 2026 年，请移到那一年下面",
                "2027-10-11 不是周末，或同时写成放假，不能算调休上班",
            ],
        ),
        (r"^\[2027\]", "[next]", "next", ["应是四位的年份，如 2027"]),
    ],
)
def test_a_year_that_cannot_be_right(config, pattern, new, key, cures) -> None:
    path = config / "holidays.toml"
    edit(path, pattern, new)
    with pytest.raises(ConfigError) as caught:
        read_holidays(path)
    lines = path.read_text("utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith(f"[{key}]"))
    assert str(caught.value).splitlines() == [
        f"{path} 第 {line} 行：{key}：{cure}。" for cure in cures
    ]


def test_an_empty_table_with_a_name_is_no_year(tmp_path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text("[spring]\noff = []\n", "utf-8")
    with pytest.raises(ConfigError, match="spring：应是四位的年份"):
        read_holidays(path)


def test_days_must_be_dates(tmp_path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text('[2027]\noff = ["2027-01-01"]\nwork = []\n')
    with pytest.raises(ConfigError) as caught:
        read_holidays(path)
    assert str(caught.value).startswith(f"{path}")
    assert "应是日期，如 1966-06-15，写的是 '2027-01-01'" in str(caught.value)


def test_a_year_is_announced_unless_it_says_otherwise(tmp_path) -> None:
    path = tmp_path / "holidays.toml"
    path.write_text("[2030]\noff = [2030-01-01]\n[2031]\nannounced = false\noff = [2031-01-01]\n")
    found = read_holidays(path)
    assert found.years == {2030}
    assert found.off == {date(2030, 1, 1), date(2031, 1, 1)}
