"""Daily look at the deadlines of all open tasks: alarms before, on and after the last day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from central.alarms import AlarmKind
from central.offices.deadlines import (
    DeadlineLevel,
    clock_stops,
    due_day,
    is_standing,
    level_on,
)
from central.store.cases.deadlines import DeadlineLook, Deadlines, TaskClock, UnplannedCase
from central.tasks import TaskMoment
from kiosk.civil_time import civil_day
from kiosk.retirement.calendar import Holidays

BATCH = 200
SETTLED_AT_ONCE = 50_000
KINDS = {
    DeadlineLevel.CALM: None,
    DeadlineLevel.YELLOW: AlarmKind.DEADLINE_NEAR,
    DeadlineLevel.RED: AlarmKind.DEADLINE_TODAY,
    DeadlineLevel.OVERDUE: AlarmKind.DEADLINE_MISSED,
}


@dataclass(frozen=True)
class DeadlineWatch:
    """Plans deadlines of new cases, and looks at each once a day and after each move.

    `promised_days(envelope, services, received_at)` returns the day that each part was promised
    for (`VaultPort.promised_days`). Yellow begins `yellow_days` working days before the last one.
    A look ends early once `is_over`, since that at all deadlines of a city takes minutes.
    """

    store: Deadlines
    promised_days: Callable[[bytes, tuple[str, ...], str], Mapping[str, str]]
    holidays: Holidays
    yellow_days: int
    now: Callable[[], datetime]
    is_over: Callable[[], bool] = lambda: False

    def look(self) -> None:
        """Plan what is not planned, and look at every deadline that nobody looked at today."""
        while cases := self.store.unplanned(BATCH):
            for case in cases:
                if self.is_over():
                    return
                self.store.plan(case, self._promised(case))
        now = self.now()
        while self.store.settle_ended(civil_day(now).isoformat(), SETTLED_AT_ONCE):
            if self.is_over():
                return
        while clocks := self.store.not_looked_at(civil_day(now).isoformat(), BATCH):
            if self.is_over():
                return
            self.store.record([(one, self._look_at(one, now)) for one in clocks])

    def _promised(self, case: UnplannedCase) -> Mapping[str, str]:
        """Return the promised day of each service; one that has none there has the receipt's."""
        days = self.promised_days(case.envelope, case.services, case.received_at)
        return {service: days.get(service, case.due_on) for service in case.services}

    def _look_at(self, clock: TaskClock, now: datetime) -> DeadlineLook:
        today = civil_day(now)
        due, level = find_deadline(clock, today, self.yellow_days, self.holidays)
        at = now.isoformat(timespec="seconds")
        return DeadlineLook(due.isoformat(), level.value, KINDS[level], at, today.isoformat())


def find_deadline(
    clock: TaskClock, today: date, yellow_days: int, holidays: Holidays
) -> tuple[date, DeadlineLevel]:
    """Return the last day of a task and how near it is on the day `today`.

    It is calm while the clock stands, and after the task has ended. `yellow_days`: the working days
    before the last one on which yellow begins.
    """
    begun = civil_day(datetime.fromisoformat(clock.received_at))
    moments = [
        TaskMoment(civil_day(datetime.fromisoformat(at)), state) for at, state in clock.moves
    ]
    stops = clock_stops(moments)
    due = due_day(date.fromisoformat(clock.promised_on), stops, begun, today, holidays)
    if clock.has_ended or is_standing(stops, due):
        return due, DeadlineLevel.CALM
    return due, level_on(today, due, yellow_days, holidays)
