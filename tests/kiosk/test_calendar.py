"""Is the promised day the one that the State Council's calendar gives?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.retirement.calendar import Holidays, add_working_days, read_holidays
from kiosk.schema import ConfigError

FILE = Path(__file__).parents[2] / "config" / "holidays.toml"


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
    ],
)
def test_fifteen_working_days(start: str, due: str) -> None:
    found = add_working_days(date.fromisoformat(start), 15, read_holidays(FILE))
    assert found == date.fromisoformat(due)


def test_a_missing_year_has_weekends_only() -> None:
    assert add_working_days(date(2027, 9, 30), 15, read_holidays(FILE)) == date(2027, 10, 21)


def test_no_days_is_the_day_itself() -> None:
    assert add_working_days(date(2026, 10, 3), 0, Holidays()) == date(2026, 10, 3)


def test_every_day_off_and_every_swap_is_one() -> None:
    holidays = read_holidays(FILE)
    assert (len(holidays.off), len(holidays.work)) == (33, 6)
    assert all(day.weekday() >= 5 for day in holidays.work)
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(holidays.works(day) for day in year) == 248


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "holidays.toml"
    wrong.write_text('[2027]\noff = ["2027-01-01"]\nwork = []\n')
    with pytest.raises(ConfigError):
        read_holidays(wrong)
