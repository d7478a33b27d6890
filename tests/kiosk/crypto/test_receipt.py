"""Only the central service's own receipt for this very application counts."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crypto.envelope import base64_of, canonical, digest
from kiosk.crypto.receipt import (
    Receipt,
    SigningKey,
    new_signing_key,
    parse_receipt_key,
    sign_receipt,
    verify_receipt,
)

KEY = SigningKey(bytes(range(32)))
PUBLIC = KEY.receipt_key
RECEIPT = Receipt(
    id="0198c0de-0000-7000-8000-000000000001",
    digest=digest(b"content"),
    terminal="BZ-DEMO-0001",
    sequence=7,
    case_number="亳退 0042 7138",
    received_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    due_on=date(2026, 12, 14),
    key_id=PUBLIC.id,
)
BODY = sign_receipt(RECEIPT, KEY)


def verified(body: bytes) -> Receipt | None:
    return verify_receipt(body, PUBLIC, RECEIPT.id, RECEIPT.digest)


def signed(document: dict[str, Any]) -> bytes:
    signature = Ed25519PrivateKey.from_private_bytes(KEY.private).sign(canonical(document))
    return canonical({**document, "signature": base64_of(signature)})


def test_a_receipt_comes_back_as_it_was() -> None:
    assert verified(BODY) == RECEIPT
    assert verified(json.dumps(json.loads(BODY), indent=1).encode()) == RECEIPT
    assert signed(RECEIPT.document()) == BODY


def test_its_words() -> None:
    document = json.loads(BODY)
    document.pop("signature")
    assert document == {
        "version": 1,
        "id": RECEIPT.id,
        "digest": RECEIPT.digest,
        "terminal": "BZ-DEMO-0001",
        "sequence": 7,
        "case_number": "亳退 0042 7138",
        "received_at": "2026-11-23T09:30:00+00:00",
        "due_on": "2026-12-14",
        "key_id": PUBLIC.id,
    }


@pytest.mark.parametrize("name", sorted(json.loads(BODY)))
def test_no_word_may_change(name: str) -> None:
    document = json.loads(BODY)
    document[name] = 8 if isinstance(document[name], int) else document[name][:-2] + "0"
    assert verified(json.dumps(document).encode()) is None
    del document[name]
    assert verified(json.dumps(document).encode()) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>sign in</html>", b"[]", b"{}", b'{"signature":"AA==","a":1e999}', b"\xff"],
)
def test_other_bodies(body: bytes) -> None:
    assert verified(body) is None


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert verified(body) is None


def test_a_receipt_for_something_else() -> None:
    assert verify_receipt(BODY, PUBLIC, RECEIPT.id[:-1] + "2", RECEIPT.digest) is None
    assert verify_receipt(BODY, PUBLIC, RECEIPT.id, digest(b"other")) is None


def test_another_key() -> None:
    other = new_signing_key(os.urandom)
    assert verify_receipt(BODY, other.receipt_key, RECEIPT.id, RECEIPT.digest) is None
    assert verified(sign_receipt(replace(RECEIPT, key_id="other"), KEY)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"due_on": "soon"},
        {"received_at": 5},
        {"sequence": True},
        {"sequence": "1"},
        {"case_number": 1},
        {"more": 1, "critical": ["more"]},
        {"critical": ["id", "more"]},
        {"critical": "id"},
        {"critical": [1]},
        {"critical": {"id": 1}},
    ],
)
def test_a_signed_receipt_of_another_make(change: dict[str, Any]) -> None:
    assert verified(signed(RECEIPT.document() | change)) is None


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"more": {"deep": [1, "x"]}, "critical": []}, {"more": 1, "critical": ["id"]}],
)
def test_what_a_newer_service_adds_is_ignored(change: dict[str, Any]) -> None:
    assert verified(signed(RECEIPT.document() | change)) == RECEIPT


def test_what_is_added_is_signed_too() -> None:
    body = signed(RECEIPT.document() | {"more": 1})
    assert verified(body.replace(b'"more":1', b'"more":2')) is None


def test_a_signed_receipt_with_a_word_missing() -> None:
    document = RECEIPT.document()
    del document["due_on"]
    assert verified(signed(document)) is None


def test_keys_come_back_as_they_were() -> None:
    assert parse_receipt_key(PUBLIC.document()) == PUBLIC
    assert "private" not in repr(KEY)


@pytest.mark.parametrize(
    "change",
    [{"algorithm": "rsa"}, {"public": None}, {"public": "AA=="}, {"id": "0" * 16}],
)
def test_other_keys(change: dict[str, Any]) -> None:
    assert parse_receipt_key(PUBLIC.document() | change) is None
