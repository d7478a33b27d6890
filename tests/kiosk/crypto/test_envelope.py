"""Only the right key opens an envelope, and only as the id and digest it was sealed for."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.crypto.envelope import (
    Envelope,
    EnvelopeKind,
    OpeningKey,
    Refusal,
    SealingKey,
    canonical,
    digest,
    new_opening_key,
    open_sealed,
    parse_envelope,
    parse_sealing_key,
    seal,
)

KEY = OpeningKey(bytes(range(32)))
ID = "0198c0de-0000-7000-8000-000000000001"
CONTENT = canonical({"b": 1, "a": "退休"})
DIGEST = digest(CONTENT)
SEALED = seal(CONTENT, KEY.sealing, ID, DIGEST)
ENVELOPE = Envelope(ID, DIGEST, KEY.sealing.id, "BZ-DEMO-0001", 7, SEALED)


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(ENVELOPE.encode()) | values).encode()


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**54), 2**54),
    st.floats(),
    st.text(),
    st.sampled_from([EnvelopeKind.TALENT, "\ud800", '\x7f\x1f\u2028\\"/']),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers(0, 3)), inner, max_size=3),
    ),
    max_leaves=8,
)


def canonical_or_none(make: Callable[[Any], bytes], value: Any) -> bytes | None:
    try:
        return make(value)
    except ValueError:
        return None


@given(VALUES)
@example({"\ufb33": 1, "\U0001f600": 2, "z": 3})
@example({"b": [1, "\x00", None, True], "a": {}})
@example({1: 2})
@example(2**53)
def test_canonical_json_is_that_of_the_library(value: Any) -> None:
    assert canonical_or_none(canonical, value) == canonical_or_none(rfc8785.dumps, value)


def test_canonical_json_and_digest() -> None:
    assert '{"a":"退休","b":1}'.encode() == CONTENT
    assert digest(b"abc").startswith("ba7816bf8f01cfea")
    with pytest.raises(ValueError, match="safe integer"):
        canonical({"a": 2**60})


def test_only_what_was_sealed_opens() -> None:
    assert open_sealed(SEALED, KEY, ID, DIGEST) == CONTENT
    assert len(SEALED) == len(CONTENT) + 48
    assert seal(CONTENT, KEY.sealing, ID, DIGEST) != SEALED


@given(st.binary(), st.uuids())
def test_any_content(content: bytes, application_id: object) -> None:
    sealed = seal(content, KEY.sealing, str(application_id), digest(content))
    assert open_sealed(sealed, KEY, str(application_id), digest(content)) == content


def test_the_construction_is_rfc_9180_with_both_names_in_info() -> None:
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    public = X25519PublicKey.from_public_bytes(KEY.sealing.public)
    info = b"retirement-kiosk/1\n" + ID.encode() + b"\n" + DIGEST.encode()
    assert open_sealed(suite.encrypt(CONTENT, public, info), KEY, ID, DIGEST) == CONTENT


@pytest.mark.parametrize(
    ("sealed", "key", "application_id", "content_digest"),
    [
        (SEALED[:-1] + bytes([SEALED[-1] ^ 1]), KEY, ID, DIGEST),
        (b"", KEY, ID, DIGEST),
        (SEALED, OpeningKey(bytes(32)), ID, DIGEST),
        (SEALED, KEY, ID[:-1] + "2", DIGEST),
        (SEALED, KEY, ID, digest(b"")),
    ],
    ids=["one bit", "nothing", "another key", "another id", "another digest"],
)
def test_nothing_else_opens(
    sealed: bytes, key: OpeningKey, application_id: str, content_digest: str
) -> None:
    assert open_sealed(sealed, key, application_id, content_digest) is Refusal.NOT_OPENED


def test_a_lying_digest() -> None:
    sealed = seal(CONTENT, KEY.sealing, ID, digest(b""))
    assert open_sealed(sealed, KEY, ID, digest(b"")) is Refusal.DIGEST_WRONG


def test_envelopes_come_back_as_they_were() -> None:
    assert parse_envelope(ENVELOPE.encode()) == ENVELOPE
    assert json.loads(ENVELOPE.encode()) == {
        "version": 1,
        "kind": "application",
        "id": ID,
        "digest": DIGEST,
        "suite": "intl",
        "key_id": KEY.sealing.id,
        "terminal": "BZ-DEMO-0001",
        "sequence": 7,
        "sealed": base64.b64encode(SEALED).decode(),
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"[" * 100_000,
        b"{}",
        changed(version=2),
        changed(kind="rating"),
        changed(kind="talent"),
        changed(suite=None),
        changed(suite="none"),
        changed(id=1),
        changed(digest=None),
        changed(sequence="7"),
        changed(sequence=True),
        changed(sealed="?"),
        changed(sealed=5),
    ],
)
def test_other_bodies_are_malformed(body: bytes) -> None:
    assert parse_envelope(body) is Refusal.MALFORMED


@given(st.binary())
def test_any_bytes_are_judged(body: bytes) -> None:
    assert isinstance(parse_envelope(body), (Envelope, Refusal))


def test_a_suite_whose_package_is_missing_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.crypto.suites.GM_PACKAGE", "not_installed_here")
    assert parse_envelope(changed(suite="gm")) is Refusal.SUITE_UNAVAILABLE
    document = KEY.sealing.document() | {"suite": "gm"}
    assert parse_sealing_key(document) is Refusal.SUITE_UNAVAILABLE


def test_keys_come_back_as_they_were() -> None:
    assert parse_sealing_key(KEY.sealing.document()) == KEY.sealing
    assert len(new_opening_key(os.urandom).sealing.public) == 32
    assert KEY.sealing != new_opening_key(os.urandom).sealing
    assert "private" not in repr(KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"suite": "x"},
        {"public": "AA=="},
        {"public": None},
        {"public": "%"},
        {"id": "0" * 16},
        {"public": SealingKey("", bytes(32)).document()["public"]},
    ],
)
def test_other_keys_are_malformed(change: dict[str, Any]) -> None:
    assert parse_sealing_key(KEY.sealing.document() | change) is Refusal.MALFORMED
