"""The task engine: hands each task to its office, with one effect whichever process dies.

Tasks are claimed with a lease. Who holds it asks the adapter and settles; a lease that ran out is
claimed by another, and the late one's answer is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from central.intake.case_dates import CaseDates
from central.intake.delivered_views import DeliveredViews
from central.offices.adapter import (
    Assignment,
    Decision,
    OfficeAdapter,
    OfficeFailure,
    OfficeWait,
)
from central.store import CentralStore
from central.store.cases.work import TaskClaim
from central.tasks import TaskState
from central.vault.opener import Opener
from kiosk.civil_time import start_of_day
from kiosk.crypto.envelope import EnvelopeKind
from kiosk.operator_texts import texts_of

LOG = logging.getLogger(__name__)
BATCH = 20


@dataclass(frozen=True)
class OfficeWorker:
    """Hands due tasks to the offices' adapter and stores their decisions.

    `dates` says from when a task may begin: a part that begins in a later month rests until its
    first day. `lease`: how long a claim lasts; `later`: when an application that can't be read is
    tried again; `retry`: when an office is asked again that gave no usable answer; `new_lease`
    makes unique names.
    """

    store: CentralStore
    opener: Opener
    views: DeliveredViews
    adapter: OfficeAdapter
    dates: CaseDates
    lease: timedelta
    later: timedelta
    now: Callable[[], datetime]
    new_lease: Callable[[], str]
    retry: timedelta = timedelta(minutes=1)

    def work(self) -> int:
        """Handle everything that is due now; return the number of tasks whose state changed."""
        moved = 0
        while claims := self.store.work.claim(self.new_lease(), self.now(), self.lease, BATCH):
            moved += sum(self._handle(claim) for claim in claims)
        return moved

    def decide(self, claim: TaskClaim) -> Decision:
        """Ask the adapter about a claimed task, unless it rests until its month."""
        now = self.now()
        try:
            document = dict(self.opener.document(claim.envelope))
            opens = self._opening(claim, document)
            assignment = self._assignment(claim, document)
        except (KeyError, TypeError, AttributeError):
            # An application that another terminal's software wrote: the others go on.
            LOG.warning("office of %s can't read %s", claim.service, claim.application_id)
            return OfficeWait(now + self.later)
        rests = claim.state is TaskState.READY and now < opens
        return OfficeWait(opens) if rests else self.adapter.handle(assignment, now)

    def _handle(self, claim: TaskClaim) -> bool:
        now, decision = self.now(), self.decide(claim)
        if isinstance(decision, OfficeFailure):
            words = texts_of("central.office_troubles")[decision.trouble.value]
            LOG.warning("%s of %s: %s", claim.service, claim.application_id, words)
            decision = OfficeWait(now + self.retry)
        if isinstance(decision, OfficeWait):
            self.store.work.put_off(claim, decision.until)
            return False
        at = now.isoformat(timespec="seconds")
        return self.store.work.finish(claim, decision, at)

    def _opening(self, claim: TaskClaim, document: Mapping[str, Any]) -> datetime:
        codes, received = (claim.service,), claim.received_at
        opens = self.dates.opening_days(document, codes, received).get(claim.service)
        return start_of_day(opens) if opens else datetime.fromisoformat(received)

    def _assignment(self, claim: TaskClaim, document: dict[str, Any]) -> Assignment:
        later = self.store.corrections.of(claim.application_id, claim.service)
        brought = [self.opener.document(body, EnvelopeKind.CORRECTION) for body in later]
        corrections = [
            {name: one.get(name) for name in ("answers", "papers", "confirmed_at")}
            for one in brought
        ]
        view = self.views.of(document, claim.service, self.now(), claim.seen_facts)
        return Assignment(
            application_id=claim.application_id,
            serial=claim.serial,
            service=claim.service,
            round=len(brought),
            state=claim.state,
            since=datetime.fromisoformat(claim.since),
            due_on=claim.due_on,
            view=view | {"corrections": corrections},
        )


class OfficeHours:
    """Runs an `OfficeWorker` on a thread of its own from `open` to `close`."""

    def __init__(self, offices: OfficeWorker, pause_seconds: float) -> None:
        self._offices, self._pause = offices, pause_seconds
        self._over = Event()
        self._thread = Thread(target=self._run, name="offices", daemon=True)

    def open(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop the thread after the round in progress."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._pause):
            try:
                self._offices.work()
            except Exception:
                LOG.exception("the offices' round ended early; the next one begins as usual")
