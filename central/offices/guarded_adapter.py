"""An office's adapter behind its circuit breaker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.offices.adapter import (
    OF_THE_WHOLE_OFFICE,
    Assignment,
    Decision,
    OfficeAdapter,
    OfficeFailure,
    OfficeWait,
)
from central.offices.circuit import CircuitBreaker


@dataclass(frozen=True)
class GuardedAdapter:
    """Calls `adapter` while the breaker admits it; otherwise the task waits, and nothing failed.

    `report` is told True when the office stops answering, and False when it answers again.
    """

    adapter: OfficeAdapter
    breaker: CircuitBreaker
    report: Callable[[bool], None]

    def handle(self, assignment: Assignment, now: datetime) -> Decision:
        """Take the assignment, possibly again; return the decision, or when to ask again."""
        wait = self.breaker.admit()
        if wait > 0:
            return OfficeWait(now + timedelta(seconds=wait))
        decision = self.adapter.handle(assignment, now)
        failed = isinstance(decision, OfficeFailure) and decision.trouble in OF_THE_WHOLE_OFFICE
        if failed and self.breaker.record_failure():
            self.report(True)
        elif not failed and self.breaker.record_success():
            self.report(False)
        return decision
