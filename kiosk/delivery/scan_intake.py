"""Sealing and storing of a captured page, before there is an application to send it."""

from __future__ import annotations

from kiosk.application.scan import CapturedPaper
from kiosk.crypto.envelope import SealingKey, digest, seal
from kiosk.failures import Failure
from kiosk.storage.store import Store, StoreError

PERSON, STAFF = "person", "staff"
"""Who decided to keep a doubtful picture; the application names which of the staff it was."""


def keep_paper(
    store: Store, key: SealingKey, application_id: str, picture: bytes
) -> CapturedPaper | Failure:
    """Seal a page and store it until its application is confirmed; return its description.

    `picture` is a JPEG. A page that no application names is shredded at the visit's end.
    """
    plain = digest(picture, key.suite)
    sealed = seal(picture, key, application_id, plain)
    captured = CapturedPaper(plain, digest(sealed), len(sealed), application_id)
    try:
        store.add_paper(application_id, captured.blob, sealed)
    except StoreError as error:
        return error.failure
    return captured
