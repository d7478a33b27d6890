"""A name server is understood, and nothing else is taken for its answer (RFC 1035)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols.dns import DnsReply, RecordType, ask, read

# A question for example.com and its answer as published tools show them on the wire.
QUESTION = bytes.fromhex(
    "1234010000010000000000000765786d61706c6503636f6d0000010001".replace("65786d61", "6578616d")
)
ANSWER = bytes.fromhex(
    "123481800001000200000000"
    "076578616d706c6503636f6d0000010001"
    "c00c000500010000003c0002c00c"
    "c00c000100010000003c00045db8d822"
)


def test_a_question_is_that_of_the_protocol():
    assert ask(0x1234, "example.com", RecordType.A) == QUESTION
    assert ask(0x1234, "example.com.", RecordType.A) == QUESTION


def test_an_answer_is_read_past_an_alias():
    assert read(ANSWER, 0x1234) == DnsReply(0, (IPv4Address("93.184.216.34"),))


def test_six_is_read_too():
    said = ANSWER[:29] + bytes.fromhex("c00c001c00010000003c0010") + bytes(15) + b"\x01"
    said = said[:7] + b"\x01" + said[8:]
    assert read(said, 0x1234) == DnsReply(0, (IPv6Address("::1"),))


@pytest.mark.parametrize(
    ("said", "number"),
    [(ANSWER, 0x1235), (QUESTION, 0x1234), (ANSWER[:-3], 0x1234), (b"", 0), (ANSWER[:20], 0x1234)],
)
def test_what_is_no_answer_to_it(said, number):
    found = read(said, number)
    assert found is None or found.addresses == ()


def test_no_such_name():
    assert read(
        ANSWER[:3] + b"\x83" + bytes.fromhex("0001000000000000") + ANSWER[12:29], 0x1234
    ) == DnsReply(3, ())


def test_an_address_of_another_class_or_length_is_none():
    other = ANSWER.replace(bytes.fromhex("00010001000000"), bytes.fromhex("00010003000000"))
    assert read(other, 0x1234).addresses == ()
    short = ANSWER[:-6] + b"\x00\x03" + ANSWER[-3:]
    assert read(short, 0x1234).addresses == ()


@pytest.mark.parametrize("name", ["", "a..b", "x" * 64])
def test_what_is_no_name_is_not_asked(name):
    with pytest.raises(ValueError, match=r"name|label"):
        ask(1, name, RecordType.A)


@given(st.binary(max_size=80), st.integers(0, 65535))
def test_any_bytes_are_read(said, number):
    read(said, number)
    read(number.to_bytes(2) + said, number)
    read(number.to_bytes(2) + b"\x81\x80" + said, number)
