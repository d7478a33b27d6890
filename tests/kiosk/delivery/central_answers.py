"""Answers of the central service, signed or not, and an outbox that hears them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

import pytest

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import (
    Acknowledgement,
    Receipt,
    SignedRefusal,
    SigningKey,
    sign_acknowledgement,
    sign_receipt,
    sign_refusal,
)
from kiosk.delivery.outbox import (
    Outbox,
    Quarantine,
)
from kiosk.ports import CentralAnswer
from kiosk.storage.store import (
    OutboxRecord,
    Store,
    Waiting,
    open_store,
)

KEY = SigningKey(b"k" * 32)
OTHER_KEY = SigningKey(b"o" * 32)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def receipt(name: str = "a", digest: str = "d", key: SigningKey = KEY) -> bytes:
    found = Receipt(
        name, digest, "BZ", 1, "亳退 0042 7138", NOW, date(2026, 12, 14), key.receipt_key.id
    )
    return sign_receipt(found, key)


def acknowledged(path: str, digest: str = "d", key: SigningKey = KEY) -> bytes:
    return sign_acknowledgement(Acknowledgement(path, digest, "BZ", NOW, key.receipt_key.id), key)


BODY = b"body"


def refused(
    path: str = "/v1/applications/a",
    kind: str = "other-digest",
    key: SigningKey = KEY,
    body: bytes = BODY,
    **more: str,
) -> bytes:
    said = SignedRefusal(path, digest(body), "BZ", kind, NOW, key.receipt_key.id, **more)
    return sign_refusal(said, {"type": kind, "title": "no", "status": 409}, key)


def set_aside(signed: bytes, trouble: str = "other-digest", open_case: str = "") -> Quarantine:
    return Quarantine(trouble, open_case, signed.decode())


def waiting(name: str = "a", path: str = "/v1/applications/a") -> Waiting:
    return Waiting(name, 1, path, "x/y", "d", BODY, 0, 0.0)


@dataclass
class ScriptedCentral:
    """A central service that gives its answers in turn."""

    answers: list[CentralAnswer]
    calls: list[tuple[str, str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def call(self, method, path, body=b"", headers=None):
        self.calls.append((method, path, body))
        self.headers.append(headers or {})
        return self.answers.pop(0)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "kiosk.db")
    assert isinstance(opened, Store)
    for name in ("a", "b"):
        one = OutboxRecord(name, f"/v1/applications/{name}", "x/y", "d", b"sealed " + name.encode())
        opened.confirm(lambda _, one=one: one, "confirmed", NOW.isoformat(), {})
    yield opened
    opened.close()


def outbox(store: Store, *answers: CentralAnswer) -> Outbox:
    return Outbox(
        store,
        ScriptedCentral(list(answers)),
        KEY.receipt_key,
        lambda: 100.0,
        lambda: NOW,
        Random(7),
    )
