"""Signatures of events by the scheme of Standard Webhooks, with an Ed25519 key (`v1a`).

The service signs with one key of its own and gives away the public half: no secret of an office
lies in the database, and what one office's system knows forges nothing for another's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.keys.service_keys import kept
from kiosk.atomic_file import lock_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from central.store.web.webhooks import WebhookMessage

KEY_FILE = "webhooks.key"
_KEY_BYTES = 32


def open_webhook_key(folder: Path, random: Callable[[int], bytes]) -> Ed25519PrivateKey:
    """Return the key in the service's data `folder`, made first; `random` is os.urandom."""
    with lock_folder(folder):
        return Ed25519PrivateKey.from_private_bytes(
            kept(folder / KEY_FILE, lambda: random(_KEY_BYTES))
        )


def public_words(key: Ed25519PrivateKey) -> str:
    """Return the public half as receivers configure it: `whpk_` and base64."""
    return "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()


def message_id(message: WebhookMessage) -> str:
    """Return the id of an event, the same at each try, by which a receiver knows a second one.

    It is made of what the event is, so that a database that was set back gives no new event the
    id of another one.
    """
    said = f"{message.number} {message.case} {message.service} {message.kind} {message.at}"
    return "msg_" + hashlib.sha256(said.encode()).hexdigest()[:32]


def body_of(message: WebhookMessage) -> bytes:
    """Return the body of an event: what happened, when, and to which task; nothing of a person."""
    task = {"case": message.case, "service": message.service}
    said = {"type": message.kind, "timestamp": message.at, "data": task}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(
    name: str, body: bytes, now: datetime, key: Ed25519PrivateKey
) -> Mapping[str, str]:
    """Return the headers of a try to send `body` at `now`; `name` is the id that they sign, too."""
    at = str(int(now.timestamp()))
    signature = key.sign(b".".join((name.encode(), at.encode(), body)))
    return {
        "Content-Type": "application/json",
        "User-Agent": "retirement-kiosk-central",
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": "v1a," + base64.b64encode(signature).decode(),
    }
