"""The task engine: hands each task to its office, with one effect whichever process dies.

Tasks are claimed with a lease. Who holds it asks the adapter and settles; a lease that ran out is
claimed by another, and the late one's answer is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from central.offices.adapter import (
    Assignment,
    Decision,
    OfficeAdapter,
    OfficeFailure,
    OfficeWait,
)
from central.store import CentralStore
from central.store.cases.work import TaskClaim
from central.tasks import TaskMove, TaskState
from central.vault_port import OfficeAsk, OfficeShare, VaultPort, VaultRefusal, VaultUnavailable
from kiosk.operator_texts import text_of, texts_of

LOG = logging.getLogger(__name__)
BATCH = 20
AN_HOUR = timedelta(hours=1)
"""After so long the vault lets the engine ask again that asked too often."""


@dataclass(frozen=True)
class OfficeWorker:
    """Hands due tasks to the offices' adapter and stores their decisions.

    `vault` says what the office sees, and from when: a part that begins in a later month rests
    until its first day. `account` is that of the engine at the vault. `lease`: how long a claim
    lasts; `later`: when an application that can't be read is tried again; `retry`: when an office
    is asked again that gave no usable answer, or a vault that is away; `new_lease` makes unique
    names.
    """

    store: CentralStore
    vault: VaultPort
    account: str
    adapter: OfficeAdapter
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
        """Ask the adapter about a claimed task, unless it rests until its month.

        While the vault is away the task waits, and no call of the office counts as failed.
        """
        now = self.now()
        try:
            share = self.vault.office_share(self._ask_of(claim))
        except VaultUnavailable:
            LOG.warning("%s of %s: the vault is away", claim.service, claim.application_id)
            return OfficeWait(now + self.retry)
        if isinstance(share, VaultRefusal):
            # An application that another terminal's software wrote: the others go on.
            LOG.warning("%s of %s: the vault says %s", claim.service, claim.application_id, share)
            limited = share is VaultRefusal.TOO_OFTEN
            return OfficeWait(now + (AN_HOUR if limited else self.later))
        rests = claim.state is TaskState.READY and now < share.opens
        if rests:
            return OfficeWait(share.opens)
        return self.adapter.handle(_assignment(claim, share, len(claim.corrections)), now)

    def _ask_of(self, claim: TaskClaim) -> OfficeAsk:
        return OfficeAsk(
            account=self.account,
            application_id=claim.application_id,
            service=claim.service,
            received_at=claim.received_at,
            envelope=claim.envelope,
            corrections=claim.corrections,
            seen=claim.seen_facts,
        )

    def _handle(self, claim: TaskClaim) -> bool:
        now, decision = self.now(), self.decide(claim)
        if isinstance(decision, OfficeFailure):
            words = texts_of("central.office_troubles")[decision.trouble.value]
            about = claim.service, claim.application_id
            LOG.warning("%s of %s: %s %s", *about, words, decision.member)
            decision = OfficeWait(now + self.retry)
        if isinstance(decision, OfficeWait):
            self.store.work.put_off(claim, decision.until)
            return False
        return self.settle(claim, decision, now)

    def settle(self, claim: TaskClaim, move: TaskMove, now: datetime) -> bool:
        """Move a claimed task; return False when it ended, or another worker has it, meanwhile."""
        is_settled = self.store.work.finish(claim, move, now.isoformat(timespec="seconds"))
        if not is_settled and move.result is not None:
            case, service = claim.application_id, claim.service
            LOG.warning(text_of("central.result_dropped", case=case, service=service))
        return is_settled


def _assignment(claim: TaskClaim, share: OfficeShare, corrections: int) -> Assignment:
    return Assignment(
        application_id=claim.application_id,
        serial=claim.serial,
        service=claim.service,
        round=corrections,
        state=claim.state,
        since=datetime.fromisoformat(claim.since),
        due_on=claim.due_on,
        view=share.view,
    )
