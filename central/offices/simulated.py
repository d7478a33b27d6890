"""Simulated offices: a pure function of a script, the case and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from central.offices.adapter import Assignment, Decision, OfficeWait
from central.offices.script import OfficePace, Script
from central.tasks import TaskMove, TaskState
from kiosk.civil_time import civil_day, start_of_day


@dataclass(frozen=True)
class SimulatedOffices:
    """All offices of a script; `day` is the duration of one office day."""

    script: Script
    day: timedelta

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Return the decision at `now`.

        The same assignment at the same time gets the same decision.
        """
        match assignment.state:
            case TaskState.CORRECTION:
                return self._await_correction(assignment, now)
            case TaskState.SUSPENDED:
                days, step = self._pause(assignment), TaskMove(TaskState.RESUMED)
            case TaskState.READY:
                days, step = self._pace(assignment).begin_days, TaskMove(TaskState.WORKING)
            case _:
                days, step = self._pace(assignment).work_days, self._outcome(assignment, now)
        begins = assignment.since + days * self.day
        return step if now >= begins else OfficeWait(begins)

    def _pace(self, assignment: Assignment) -> OfficePace:
        return self.script.pace_of(assignment.service)

    def _pause(self, assignment: Assignment) -> float:
        case = assignment.service, assignment.serial
        held = (one for one in self.script.suspensions if one.holds(*case))
        return next((float(one.days) for one in held), 0.0)

    def _outcome(self, assignment: Assignment, now: datetime) -> TaskMove:
        case = assignment.service, assignment.serial
        for incident in self.script.corrections:
            if assignment.round == 0 and incident.holds(*case):
                due = civil_day(now) + timedelta(days=incident.days)
                return TaskMove(TaskState.CORRECTION, incident.reason, due.isoformat())
        for incident in self.script.suspensions:
            if assignment.state is TaskState.WORKING and incident.holds(*case):
                return TaskMove(TaskState.SUSPENDED, incident.reason)
        for incident in self.script.refusals:
            if incident.holds(*case):
                return self.script.refuse(incident.reason)
        for incident in self.script.endings:
            if incident.holds(*case):
                return TaskMove(TaskState.ENDED, incident.reason)
        return self.script.end(*case, civil_day(now))

    def _await_correction(self, assignment: Assignment, now: datetime) -> Decision:
        late_from = date.fromisoformat(assignment.due_on) + timedelta(days=1)
        midnight = start_of_day(late_from)
        return self.script.refuse(self.script.late) if now >= midnight else OfficeWait(midnight)
