"""Sealing and storing of a confirmed application, and of a rating, as one durable record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from kiosk.application.document import Application
from kiosk.application.rating import Rating
from kiosk.audit.audit_events import AuditEvent
from kiosk.crypto.envelope import (
    MEDIA_TYPE,
    Envelope,
    EnvelopeKind,
    SealingKey,
    canonical,
    digest,
    seal,
)
from kiosk.delivery.outbox import RATING_PATH
from kiosk.failures import Failure
from kiosk.storage.store import OutboxRecord, Store


@dataclass(frozen=True)
class Sender:
    """The sender of envelopes: the terminal's code and the key to seal to."""

    terminal: str
    key: SealingKey

    def enclose(
        self,
        name: str,
        content: bytes,
        sequence: int,
        kind: EnvelopeKind = EnvelopeKind.APPLICATION,
    ) -> Envelope:
        """Return the content, sealed, in its envelope.

        `name` is the id that the content is bound to, `sequence` its number in the outbox.

        `kind` says what the content is.
        """
        suite = self.key.suite
        named = digest(content, suite)
        sealed = seal(content, self.key, name, named)
        return Envelope(name, named, self.key.id, self.terminal, sequence, sealed, kind, suite)


def submit(store: Store, sender: Sender, application: Application, at: datetime) -> Failure | None:
    """Seal and store an application in one transaction; submitting it twice stores it once.

    `at` is the moment of the audit. Returns None when it is durable, else the failure. Raises
    ValueError when the id is known with another digest.
    """
    named = digest(application.content, sender.key.suite)

    def build(sequence: int) -> OutboxRecord:
        envelope = sender.enclose(application.id, application.content, sequence)
        return OutboxRecord(
            id=application.id,
            path=f"/v1/applications/{application.id}",
            media_type=MEDIA_TYPE,
            digest=named,
            body=envelope.encode(),
            masked_name=application.masked_name,
            services=application.services,
            papers=application.blobs,
        )

    detail = {"digest": named, "services": str(len(application.services)), "way": application.way}
    if application.staff:
        detail["staff"] = application.staff
    if application.checked_by:
        detail["checked_by"] = application.checked_by
    moment = at.isoformat(timespec="seconds")
    return store.confirm(build, AuditEvent.CONFIRMED, moment, detail)


def rate(
    store: Store, rating: Rating, at: datetime, parcel_id: str, sender: Sender | None = None
) -> Failure | None:
    """Store a rating for sending; it names the application and no person.

    `parcel_id` is the record's own id, drawn for it; `sender` seals the person's own words, if
    there are any. Returns None when it is durable, else the failure.
    """

    def build(sequence: int) -> OutboxRecord:
        body = _rating_body(rating, sender, sequence)
        return OutboxRecord(
            id=parcel_id,
            path=f"{RATING_PATH}{rating.application_id}/{rating.stage}",
            media_type="application/json",
            digest=digest(body),
            body=body,
        )

    moment = at.isoformat(timespec="seconds")
    detail = {"grade": str(rating.grade)}
    return store.confirm(build, AuditEvent.RATED, moment, detail)


def _rating_body(rating: Rating, sender: Sender | None, sequence: int) -> bytes:
    """Return the body of a rating; own words are in it as an envelope that only the vault opens."""
    said: dict[str, object] = {"grade": rating.grade, "reasons": list(rating.reasons)}
    if rating.words:
        assert sender is not None
        case = rating.application_id
        content = canonical({"id": case, "stage": rating.stage, "words": rating.words})
        envelope = sender.enclose(case, content, sequence, EnvelopeKind.RATING_WORDS)
        said["words"] = json.loads(envelope.encode())
    return json.dumps(said).encode()
