"""Asia/Shanghai, the time zone of every date and time that this project counts, stores or prints.

A machine's own zone is never asked: a terminal or server that was installed in UTC would otherwise
date an application that is filed at 01:30 to the day before. All instants are aware datetimes; only
this module turns one into a calendar day. tests/test_civil_time.py keeps every other way out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

ZONE_NAME = "Asia/Shanghai"

# A fixed offset rather than zoneinfo: China has had no summer time since 1991 and no program here
# handles an older instant (births are plain dates), and a machine whose tzdata is missing or
# damaged still starts. The test compares it with the IANA database where there is one.
CIVIL_ZONE = timezone(timedelta(hours=8), ZONE_NAME)


def civil_now(seconds: Callable[[], float] = time.time) -> datetime:
    """Return the present time in Asia/Shanghai; `seconds` returns seconds since 1970 in UTC."""
    return civil_time_of(seconds())


def civil_time_of(timestamp: float) -> datetime:
    """Return the time in Asia/Shanghai, `timestamp` seconds after the start of 1970 in UTC."""
    return datetime.fromtimestamp(timestamp, CIVIL_ZONE)


def to_civil(moment: datetime) -> datetime:
    """Return an aware moment in Asia/Shanghai.

    Raises ValueError when it is not aware, or so close to the first or last year of the calendar
    that it has no date here.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a zone is no instant.")
    try:
        return moment.astimezone(CIVIL_ZONE)
    except OverflowError:
        raise ValueError("A moment outside of the calendar.") from None


def civil_day(moment: datetime) -> date:
    """Return the calendar day of an aware moment in Asia/Shanghai; ValueError as `to_civil`."""
    return to_civil(moment).date()


def start_of_day(day: date) -> datetime:
    """Return midnight in Asia/Shanghai, with which the day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=CIVIL_ZONE)
