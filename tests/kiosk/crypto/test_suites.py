"""Both suites keep what they promise: one contract, and the published numbers of each."""

from __future__ import annotations

import os
import random

import gmalg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.crypto.envelope import (
    Envelope,
    EnvelopeKind,
    OpeningKey,
    Refusal,
    digest,
    new_opening_key,
    open_sealed,
    parse_envelope,
    parse_sealing_key,
    seal,
)
from kiosk.crypto.suite_gm import PUBLIC_BYTES, Gm
from kiosk.crypto.suites import Suite, algorithms_of

ID = "0198c0de-0000-7000-8000-000000000001"
SUITES = tuple(Suite)
KEYS = {suite: new_opening_key(random.Random(7).randbytes, suite) for suite in SUITES}
OVERHEAD = {Suite.INTL: 48, Suite.GM: 141}

either = pytest.mark.parametrize("suite", SUITES)


def closed(content: bytes, suite: Suite) -> bytes:
    return seal(content, KEYS[suite].sealing, ID, digest(content, suite))


@either
def test_what_was_sealed_opens_for_the_right_key_id_and_digest(suite: Suite) -> None:
    content = "退休".encode()
    sealed, named = closed(content, suite), digest(content, suite)
    assert open_sealed(sealed, KEYS[suite], ID, named) == content
    assert len(sealed) == len(content) + OVERHEAD[suite]
    assert sealed != closed(content, suite)
    other = new_opening_key(os.urandom, suite)
    assert open_sealed(sealed, other, ID, named) is Refusal.NOT_OPENED
    assert open_sealed(sealed, KEYS[suite], ID[:-1] + "2", named) is Refusal.NOT_OPENED
    assert open_sealed(sealed, KEYS[suite], ID, digest(b"", suite)) is Refusal.NOT_OPENED


@either
def test_a_lying_digest_is_found(suite: Suite) -> None:
    lying = digest(b"else", suite)
    sealed = seal(b"content", KEYS[suite].sealing, ID, lying)
    assert open_sealed(sealed, KEYS[suite], ID, lying) is Refusal.DIGEST_WRONG


@either
def test_no_changed_byte_opens(suite: Suite) -> None:
    sealed, named = closed(b"content", suite), digest(b"content", suite)
    for at in range(len(sealed)):
        spoilt = bytearray(sealed)
        spoilt[at] ^= 1
        assert open_sealed(bytes(spoilt), KEYS[suite], ID, named) is Refusal.NOT_OPENED


@either
@given(st.binary(max_size=200))
def test_any_bytes_are_judged(suite: Suite, sealed: bytes) -> None:
    assert open_sealed(sealed, KEYS[suite], ID, digest(b"", suite)) is Refusal.NOT_OPENED


@either
def test_keys_and_envelopes_carry_their_suite(suite: Suite) -> None:
    key = KEYS[suite].sealing
    assert key.suite is suite
    assert parse_sealing_key(key.document()) == key
    named = digest(b"x", suite)
    envelope = Envelope(
        ID, named, key.id, "BZ-1", 1, closed(b"x", suite), EnvelopeKind.TALENT, suite
    )
    assert parse_envelope(envelope.encode(), EnvelopeKind.TALENT) == envelope
    assert parse_envelope(envelope.encode()) is Refusal.MALFORMED


@either
def test_a_key_comes_from_the_given_randomness(suite: Suite) -> None:
    assert new_opening_key(random.Random(7).randbytes, suite) == KEYS[suite]
    assert new_opening_key(random.Random(8).randbytes, suite) != KEYS[suite]


def test_sm3_is_the_one_of_the_standard() -> None:
    # GB/T 32905-2016, A.1
    known = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert digest(b"abc", Suite.GM) == known


def test_sm2_is_the_one_of_the_standard() -> None:
    # GB/T 32918.5-2017, annex C: the example for encryption on the recommended curve
    private = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
    assert (
        Gm().public_of(private).hex().upper()
        == "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
        "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
    )
    given_k = int("59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21", 16)
    sm2 = gmalg.SM2(pk=Gm().public_of(private), rnd_fn=lambda _bits: given_k)
    sealed = sm2.encrypt(b"encryption standard").hex().upper()
    assert sealed.startswith("0404EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73")
    assert gmalg.SM2(private).decrypt(bytes.fromhex(sealed)) == b"encryption standard"


@pytest.mark.parametrize(
    "public", [b"", bytes(PUBLIC_BYTES), b"\x04" + bytes(PUBLIC_BYTES - 1), b"\x05" * PUBLIC_BYTES]
)
def test_other_points_are_no_key(public: bytes) -> None:
    assert not Gm().is_public(public)


def test_without_its_package_a_suite_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.crypto.suites.GM_PACKAGE", "not_installed_here")
    assert algorithms_of(Suite.GM) is None
    assert algorithms_of(Suite.INTL) is not None
    with pytest.raises(AssertionError):
        digest(b"", Suite.GM)


def test_an_opening_key_hides_itself() -> None:
    assert "private" not in repr(OpeningKey(bytes(32), Suite.GM))
