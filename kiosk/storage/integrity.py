"""Checks that everything that waits can be delivered and was not changed by an upgrade.

Plain SQL, because the tables may be of any released schema.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from kiosk.crypto.envelope import MEDIA_TYPE, EnvelopeKind, digest, object_of
from kiosk.storage.scans import PATH as BLOB_PATH
from kiosk.storage.tables import OutboxState

BY_BODY = (EnvelopeKind.CORRECTION, EnvelopeKind.TALENT)  # whose digest is that of the whole body
_KEPT = "id, sequence, path, media_type, digest, state, masked_name, services, confirmed_at"
_OPEN = f"SELECT {_KEPT}, body FROM outbox WHERE state <> 'DELIVERED' ORDER BY sequence"  # noqa: S608
_ALL = "SELECT count(*), coalesce(max(sequence), 0), coalesce(sum(length(receipt)), 0) FROM outbox"
_CHAIN = "SELECT digest FROM audit ORDER BY sequence DESC LIMIT 1"
_LINKS = "SELECT count(*) FROM audit"


def unreadable(connection: sa.Connection) -> tuple[str, ...]:
    """Return the ids of waiting records that could not be delivered as they are."""
    blobs = _blobs(connection)
    return tuple(
        row.id
        for row in connection.exec_driver_sql(_OPEN)
        if row.state != OutboxState.QUARANTINED.name and not is_deliverable(row, blobs)
    )


def fingerprint(connection: sa.Connection) -> tuple[str, ...]:
    """Return what an upgrade must not change: open records, totals, the audit chain's end."""
    found = [tuple(connection.exec_driver_sql(one).all()) for one in (_ALL, _CHAIN, _LINKS)]
    rows = ((*tuple(row)[:-1], _sum(row.body)) for row in connection.exec_driver_sql(_OPEN))
    return (*map(repr, found), *map(repr, rows), repr(sorted(_blobs(connection).items())))


def is_deliverable(row: Any, blobs: dict[str, str]) -> bool:
    """Return whether a row's body matches its digest; `blobs` holds the sums of papers."""
    if row.state not in (OutboxState.WAITING.name, OutboxState.QUARANTINED.name):
        return False
    name, body, wanted = str(row.id), row.body, str(row.digest)
    if row.path.startswith(BLOB_PATH):
        return blobs.get(wanted) == wanted
    if body is None:
        return False
    document = object_of(body) or {}
    if row.media_type != MEDIA_TYPE or document.get("kind") in BY_BODY:
        return digest(body) == wanted
    return (document.get("id"), document.get("digest")) == (name, wanted) and "sealed" in document


def _blobs(connection: sa.Connection) -> dict[str, str]:
    if not sa.inspect(connection).has_table("blob"):
        return {}
    return {row.digest: _sum(row.body) for row in _each_blob(connection)}


def _each_blob(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    yield from connection.exec_driver_sql("SELECT digest, body FROM blob")


def _sum(body: bytes | None) -> str:
    return "" if body is None else hashlib.sha256(body).hexdigest()
