"""Proof for the central service that the audit chain only grew since the head that it knows.

Every request names the newest head (`audit_witness`). A head alone tells nothing of what lies
between two of them, so the entries that lead from one to the next are sent as well: they hold no
personal data (`kiosk.audit.audit_events`), and the central service keeps none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from kiosk.crypto.envelope import canonical, object_of
from kiosk.ports import JSON, Central
from kiosk.storage.store import Store

PATH = "/v1/audit"
MOST_ENTRIES = 500  # of one request: about 150 KiB
MOST_REQUESTS = 20  # of one round
SECONDS = 60.0  # between two rounds
LONGEST_SECONDS = 3600.0  # after an unusable answer, as of an older service or a gateway
_HEAD = re.compile(r"(0|[1-9][0-9]{0,14}):[0-9a-f]{64}")


@dataclass
class AuditProof:
    """Sending of the proof for each new head; one thread, `now` is in seconds."""

    store: Store
    central: Central
    now: Callable[[], float]
    proved: str = field(default="", init=False)  # the head that the service has proved, as it said
    _due: float = field(default=float("-inf"), init=False)

    def send_when_due(self) -> None:
        """Prove the newest head unless that was done or is not due. Raises StoreError.

        A clock that was set back far makes it due.
        """
        now = self.now()
        if self._due - LONGEST_SECONDS <= now < self._due:
            return
        self._due = now + SECONDS
        if self.proved == self.store.head():
            return
        for _ in range(MOST_REQUESTS):
            before = self.proved
            if not self._send() or self.proved in (before, self.store.head()):
                return

    def _send(self) -> bool:
        """Send one part; return False when the service gave no usable answer."""
        answer = self.central.call("POST", PATH, self._body(), {"Content-Type": JSON})
        head = (object_of(answer.body) or {}).get("head")
        if answer.status != HTTPStatus.OK or not isinstance(head, str) or not _HEAD.fullmatch(head):
            self._due = self.now() + (SECONDS if answer.trouble else LONGEST_SECONDS)
            return False
        self.proved = head
        return True

    def _body(self) -> bytes:
        """Return the links after the head that the service knows, and the head they lead to.

        Where this chain is shorter, or another one, they do not lead there: the service sees it.
        Which head it knows, the terminal learns from the answer to its first proof.
        """
        newest = self.store.head()
        known = self.proved or newest
        links = self.store.audit_after(int(known.partition(":")[0]), MOST_ENTRIES)
        members = [one.members() for one in links]
        leads_to = links[-1].head if links else newest
        return canonical({"after": known, "entries": members, "head": leads_to})
