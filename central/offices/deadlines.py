"""Deadlines of tasks in working days: the clock stands while a task waits for others.

What a person has to bring (补正) and what an office waits for (中止) takes nothing of the time that
was promised. As after acceptance, counting goes on the day after a stop has ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from central.tasks import TaskMoment, TaskState
from kiosk.retirement.calendar import Holidays, add_working_days

_DAY = timedelta(days=1)
STOPPED = (TaskState.SUSPENDED, TaskState.CORRECTION)
"""States in which the clock of a task stands still."""


class DeadlineLevel(StrEnum):
    """How near the deadline of a task is, from nothing to do to a missed one."""

    CALM = "calm"
    YELLOW = "yellow"  # so many working days before, as the policy says
    RED = "red"  # today is the last day
    OVERDUE = "overdue"


@dataclass(frozen=True)
class ClockStop:
    """A time in which the clock of a task stood: stopped on `since`, going on from `until`.

    `until` is None while it stands. Neither of the two days counts.
    """

    since: date
    until: date | None


def clock_stops(moments: Sequence[TaskMoment]) -> tuple[ClockStop, ...]:
    """Return the stops of a task, oldest first; `moments` in the order in which they came."""
    found: list[ClockStop] = []
    since: date | None = None
    for moment in moments:
        stopped = moment.state in STOPPED
        if stopped and since is None:
            since = moment.day
        elif not stopped and since is not None:
            found.append(ClockStop(since, moment.day))
            since = None
    return (*found, *([ClockStop(since, None)] if since is not None else []))


def due_day(
    promised: date, stops: Sequence[ClockStop], begun: date, today: date, holidays: Holidays
) -> date:
    """Return the last day of a task that was promised for the day `promised`.

    `begun`: the day of acceptance; `stops`: oldest first. Each working day that is part of a stop
    moves the deadline by one working day; a clock that still stands counts as if it went on after
    `today`. A stop that began after the deadline moves nothing: the deadline was missed before.
    """
    due, counted = promised, begun  # no day up to `counted` is lost any more
    for stop in stops:
        if stop.since > due:
            break
        last = min(stop.until or today, today)
        first = max(stop.since, counted + _DAY)
        lost = sum(holidays.works(day) for day in _days(first, last))
        due, counted = add_working_days(due, lost, holidays), max(counted, last)
    return due


def _days(first: date, last: date) -> Iterable[date]:
    """Yield the days from `first` to `last`, both included."""
    return (first + count * _DAY for count in range((last - first).days + 1))


def is_standing(stops: Sequence[ClockStop], due: date) -> bool:
    """Tell whether the clock stands, and stood before the deadline `due` was missed."""
    return bool(stops) and stops[-1].until is None and stops[-1].since <= due


def level_on(day: date, due: date, yellow_days: int, holidays: Holidays) -> DeadlineLevel:
    """Return how near the deadline `due` of a running clock is on `day`.

    Yellow begins `yellow_days` working days before.
    """
    if day > due:
        return DeadlineLevel.OVERDUE
    if day == due:
        return DeadlineLevel.RED
    near = add_working_days(day, yellow_days, holidays) >= due
    return DeadlineLevel.YELLOW if near else DeadlineLevel.CALM
