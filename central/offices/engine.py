"""The task engine of one office: asks its system about a claimed task and stores what follows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta

from central.offices.adapter import OF_THE_WHOLE_OFFICE, OfficeFailure, OfficeWait
from central.offices.work import OfficeWorker
from central.policy import RetryPolicy
from central.store.cases.task_claims import TaskClaims, TaskFailure
from central.store.cases.work import TaskClaim
from kiosk.operator_texts import texts_of

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class TaskEngine:
    """Looks at claimed tasks of one office; `worker` decides, `retry` is the office's policy."""

    claims: TaskClaims
    worker: OfficeWorker
    retry: RetryPolicy

    def look(self, claim: TaskClaim) -> None:
        """Ask the office about the task; move it, put it off, or count the failed call.

        A task is a dead letter after `tries` unusable answers. An office that does not answer at
        all makes none: it is asked again, ever more rarely.
        """
        decision, now = self.worker.decide(claim), self.worker.now()
        at = now.isoformat(timespec="seconds")
        if isinstance(decision, OfficeWait):
            self.claims.put_off(claim, max(decision.until - now, timedelta()), now)
        elif isinstance(decision, OfficeFailure):
            self.claims.fail(claim, self._failure(claim, decision, at), now)
        else:
            self.worker.settle(claim, decision, now)

    def _failure(self, claim: TaskClaim, decision: OfficeFailure, at: str) -> TaskFailure:
        words = texts_of("central.office_troubles")[decision.trouble.value]
        about = claim.service, claim.application_id
        LOG.warning("%s of %s: %s %s", *about, words, decision.member)
        failures = self.claims.failures_of(claim) + 1
        is_dead = failures >= self.retry.tries and decision.trouble not in OF_THE_WHOLE_OFFICE
        pause = timedelta(seconds=self.retry.pause(failures))
        return TaskFailure(decision.trouble.value, at, pause, is_dead)
