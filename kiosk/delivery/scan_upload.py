"""Upload of captured papers to the central service, chunk by chunk, behind every record.

Chunks are content-addressed and may come again; a cut line costs one chunk. Each answer says which
chunks are there, so the terminal goes on where the central service says that it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from kiosk.crypto.envelope import canonical, object_of
from kiosk.crypto.receipt import verify_acknowledgement
from kiosk.delivery.outbox import (
    SEQUENCE_HEADER,
    SETTLED,
    Delivered,
    DeliveryStop,
    Judgement,
    Outbox,
    Retry,
    judge,
)
from kiosk.ports import JSON, CentralAnswer
from kiosk.storage.scans import MEDIA_TYPE, QueuedScan
from kiosk.storage.store import Waiting


@dataclass(frozen=True)
class ScanUpload:
    """Sending of papers; the delivery thread calls it when no record is due."""

    outbox: Outbox

    def deliver_due(self) -> Iterator[tuple[str, Judgement]]:
        """Send what is due and yield what each paper's answer means.

        It ends early as soon as a record is due: the next round goes on.
        """
        store, now = self.outbox.store, self.outbox.now
        for paper in store.papers_due(now()):
            judgement = self._deliver(paper)
            if judgement is None:
                return
            self.outbox.record_judgement(paper.digest, paper.tries, judgement)
            yield paper.digest, judgement
            if isinstance(judgement, DeliveryStop) or self.outbox.holds(paper.digest, judgement):
                return

    def _deliver(self, paper: QueuedScan) -> Judgement | None:
        """Send the missing chunks; return None when a record has to go first."""
        have = paper.sent
        for index in paper.missing:
            if self.outbox.store.due(self.outbox.now()):
                return None
            state = self._state(paper, self._put(paper, index))
            if not isinstance(state, dict):
                return state
            have = _have(state)
            self.outbox.store.record_chunks(paper.digest, have)
            if index not in have:
                return Retry("chunk not kept")
            if (receipt := self._receipt(paper, state)) is not None:
                return Delivered(receipt)
        return self._ask(paper)

    def _ask(self, paper: QueuedScan) -> Judgement:
        """Ask what is there: all chunks went out and no acknowledgement came back."""
        answer = self.outbox.central.call("GET", paper.path)
        if answer.status == HTTPStatus.NOT_FOUND:
            self.outbox.store.record_chunks(paper.digest, ())
            return Retry("paper not there")
        state = self._state(paper, answer)
        if not isinstance(state, dict):
            return state
        self.outbox.store.record_chunks(paper.digest, _have(state))
        receipt = self._receipt(paper, state)
        return Retry("paper not complete") if receipt is None else Delivered(receipt)

    def _put(self, paper: QueuedScan, index: int) -> CentralAnswer:
        body = self.outbox.store.chunk(paper.digest, index)
        headers = {"Content-Type": MEDIA_TYPE, SEQUENCE_HEADER: str(paper.sequence)}
        path = f"{paper.path}/chunks/{index}?bytes={paper.bytes}"
        return self.outbox.central.call("PUT", path, body, headers)

    def _state(self, paper: QueuedScan, answer: CentralAnswer) -> dict[str, Any] | Judgement:
        """Return the BlobState of openapi.yaml, or what else the answer means."""
        if answer.trouble is not None or answer.status not in SETTLED:
            return judge(_as_record(paper), answer, self.outbox.trust)
        state = object_of(answer.body) if answer.media_type == JSON else None
        if state is None or state.get("digest") != paper.digest:
            return Retry(f"strange answer, status {answer.status}")
        return state

    def _receipt(self, paper: QueuedScan, state: dict[str, Any]) -> str | None:
        signed = state.get("acknowledgement")
        if not isinstance(signed, dict):
            return None
        text = canonical(signed)
        found = verify_acknowledgement(text, self.outbox.trust, paper.path, paper.digest)
        return None if found is None else text.decode()


def _have(state: dict[str, Any]) -> frozenset[int]:
    have = state.get("have")
    return frozenset(n for n in have if type(n) is int) if isinstance(have, list) else frozenset()


def _as_record(paper: QueuedScan) -> Waiting:
    return Waiting(
        paper.digest, paper.sequence, paper.path, MEDIA_TYPE, paper.digest, b"", paper.tries, 0.0
    )
