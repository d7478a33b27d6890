"""Rotation of the central service's keys: each key announces the one that follows it.

A terminal that pins one receipt key follows the statements from there: none can be left out, and
nobody without the old key can make one. It may have missed any number of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.crypto.envelope import Refusal, SealingKey, canonical, parse_sealing_key
from kiosk.crypto.receipt import (
    ReceiptKey,
    SigningKey,
    parse_receipt_key,
    sign_document,
    understood,
    verify_document,
)

VERSION = 1
KIND = "rotation"
_MEMBERS = ("version", "kind", "number", "starts_at", "sealing", "receipt", "key_id")


@dataclass(frozen=True)
class Rotation:
    """New keys that seal and sign from `starts_at` on; `key_id` is the receipt key before them."""

    number: int
    starts_at: datetime
    sealing: SealingKey
    receipt: ReceiptKey
    key_id: str

    def document(self) -> dict[str, Any]:
        """Return the members that are signed."""
        return {
            "version": VERSION,
            "kind": KIND,
            "number": self.number,
            "starts_at": self.starts_at.isoformat(),
            "sealing": self.sealing.document(),
            "receipt": self.receipt.document(),
            "key_id": self.key_id,
        }


def sign_rotation(rotation: Rotation, key: SigningKey) -> bytes:
    """Return canonical JSON: the statement, signed with the receipt key before it."""
    return sign_document(rotation.document(), key)


def verify_rotation(statement: object, key: ReceiptKey) -> Rotation | None:
    """Return the rotation that this key announced; None when it did not."""
    try:
        document = verify_document(canonical(statement), key)
    except (ValueError, RecursionError):
        return None
    found = _rotation(document) if document is not None else None
    return found if found is not None and found.key_id == key.id else None


def follow(pinned: ReceiptKey, statements: Iterable[object]) -> tuple[Rotation, ...]:
    """Return the rotations that lead on from the pinned key, in their order."""
    left, found, key = list(statements), [], pinned
    while (step := _next(key, left)) is not None:
        statement, rotation = step
        left.remove(statement)
        found.append(rotation)
        key = rotation.receipt
    return tuple(found)


def _next(key: ReceiptKey, statements: Iterable[object]) -> tuple[object, Rotation] | None:
    for statement in statements:
        if (rotation := verify_rotation(statement, key)) is not None:
            return statement, rotation
    return None


def _rotation(document: Mapping[str, Any]) -> Rotation | None:
    if (document.get("version"), document.get("kind")) != (VERSION, KIND):
        return None
    if not understood(document, _MEMBERS):
        return None
    try:
        sealing = parse_sealing_key(document["sealing"])
        receipt = parse_receipt_key(document["receipt"])
        starts_at = datetime.fromisoformat(document["starts_at"])
        number, by = document["number"], document["key_id"]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if isinstance(sealing, Refusal) or receipt is None or starts_at.tzinfo is None:
        return None
    if type(number) is not int or not isinstance(by, str):
        return None
    return Rotation(number, starts_at, sealing, receipt, by)
