"""Only the central service's own word for this very body counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crypto.envelope import digest
from kiosk.crypto.receipt import (
    Acknowledgement,
    Receipt,
    SigningKey,
    sign_acknowledgement,
    sign_document,
    sign_receipt,
    verify_acknowledgement,
    verify_document,
)

KEY = SigningKey(bytes(range(32)))
PUBLIC = KEY.receipt_key
SAID = Acknowledgement(
    path="/v1/ratings/0198c0de-0000-7000-8000-000000000001/receipt",
    digest=digest(b'{"grade":5}'),
    terminal="BZ-DEMO-0001",
    received_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    key_id=PUBLIC.id,
)
BODY = sign_acknowledgement(SAID, KEY)


def verified(body: bytes) -> Acknowledgement | None:
    return verify_acknowledgement(body, PUBLIC, SAID.path, SAID.digest)


def test_it_comes_back_as_it_was() -> None:
    assert verified(BODY) == SAID
    assert verified(json.dumps(json.loads(BODY), indent=1).encode()) == SAID
    assert verify_document(BODY, PUBLIC) == SAID.document()


def test_its_words() -> None:
    document = json.loads(BODY)
    document.pop("signature")
    assert document == {
        "version": 1,
        "path": SAID.path,
        "digest": SAID.digest,
        "terminal": "BZ-DEMO-0001",
        "received_at": "2026-11-23T09:30:00+00:00",
        "key_id": PUBLIC.id,
    }


@pytest.mark.parametrize("name", sorted(json.loads(BODY)))
def test_no_word_may_change(name: str) -> None:
    document = json.loads(BODY)
    document[name] = 8 if isinstance(document[name], int) else document[name][:-2] + "0"
    assert verified(json.dumps(document).encode()) is None
    del document[name]
    assert verified(json.dumps(document).encode()) is None


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert verified(body) is None


def test_one_for_something_else() -> None:
    assert verify_acknowledgement(BODY, PUBLIC, SAID.path + "s", SAID.digest) is None
    assert verify_acknowledgement(BODY, PUBLIC, SAID.path, digest(b"other")) is None


def test_another_key() -> None:
    other = SigningKey(bytes(32))
    assert verify_acknowledgement(BODY, other.receipt_key, SAID.path, SAID.digest) is None
    assert verified(sign_acknowledgement(replace(SAID, key_id="other"), KEY)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"received_at": "soon"},
        {"received_at": 5},
        {"more": 1, "critical": ["more"]},
    ],
)
def test_a_signed_one_of_another_make(change: dict[str, Any]) -> None:
    assert verified(sign_document(SAID.document() | change, KEY)) is None


def test_what_a_newer_service_adds_is_ignored() -> None:
    assert verified(sign_document(SAID.document() | {"more": 1}, KEY)) == SAID


def test_a_receipt_is_none() -> None:
    receipt = Receipt(
        id=SAID.path,
        digest=SAID.digest,
        terminal=SAID.terminal,
        sequence=1,
        case_number="亳退 0042 7138",
        received_at=SAID.received_at,
        due_on=date(2026, 12, 14),
        key_id=PUBLIC.id,
    )
    assert verified(sign_receipt(receipt, KEY)) is None
