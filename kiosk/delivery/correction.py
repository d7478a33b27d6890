"""Papers that an office asked for afterwards (补正), sealed and stored as an application is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.application.scan import CapturedPaper
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import MEDIA_TYPE, EnvelopeKind, canonical, digest
from kiosk.delivery.submission import Sender
from kiosk.failures import Failure
from kiosk.storage.store import OutboxRecord, Store

VERSION = 1
PATH = "/v1/corrections/"
PAPER = "correction"  # the code of a page that is no paper of the catalogue


@dataclass(frozen=True)
class CorrectionPapers:
    """Pages for one service of one case; `staff` is the pseudonym of whoever brought them."""

    id: str
    application_id: str
    service: str
    pages: tuple[CapturedPaper, ...]
    staff: str
    masked_name: str = field(repr=False)

    def content(self, at: datetime) -> bytes:
        """Return the canonical document of openapi.yaml, /v1/corrections."""
        return canonical(
            {
                "version": VERSION,
                "kind": EnvelopeKind.CORRECTION.value,
                "id": self.id,
                "application_id": self.application_id,
                "service": self.service,
                "answers": {},
                "papers": [{"code": PAPER, "pages": [page.record() for page in self.pages]}],
                "way": "helper_present",
                "staff": self.staff,
                "confirmed_at": at.isoformat(timespec="seconds"),
            }
        )


def hand_in(
    store: Store, sender: Sender, brought: CorrectionPapers, at: datetime
) -> Failure | None:
    """Seal and store a correction, `brought`, in one transaction.

    `at` is the moment of handing it in. Returns None when it is durable, else the failure; the
    delivery thread sends it.
    """
    content = brought.content(at)
    named = digest(content, sender.key.suite)

    def build(sequence: int) -> OutboxRecord:
        body = sender.enclose(brought.id, content, sequence, EnvelopeKind.CORRECTION).encode()
        return OutboxRecord(
            id=brought.id,
            path=PATH + brought.id,
            media_type=MEDIA_TYPE,
            digest=digest(body),  # what the acknowledgement names
            body=body,
            masked_name=brought.masked_name,
            services=(brought.service,),
            papers=tuple(page.blob for page in brought.pages),
        )

    detail = {"digest": named, "staff": brought.staff, "pages": str(len(brought.pages))}
    moment = at.isoformat(timespec="seconds")
    return store.confirm(build, AuditEvent.CORRECTED, moment, detail)
