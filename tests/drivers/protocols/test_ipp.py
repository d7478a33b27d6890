"""IPP requests are the bytes of RFC 8010, and answers of any bytes are read or refused."""

from __future__ import annotations

from drivers.protocols.ipp import (
    PDF,
    IppAnswer,
    IppOperation,
    ValueTag,
    decode_answer,
    encode_request,
)

URI = "ipp://127.0.0.1:631/ipp/print"


def attribute(tag: int, name: bytes, value: bytes) -> bytes:
    lengths = [len(one).to_bytes(2, "big") for one in (name, value)]
    return bytes([tag]) + lengths[0] + name + lengths[1] + value


START = (
    attribute(0x47, b"attributes-charset", b"utf-8")
    + attribute(0x48, b"attributes-natural-language", b"en")
    + attribute(0x45, b"printer-uri", URI.encode())
)
ANSWER = (
    bytes.fromhex("0101 0000 00000001 01")
    + attribute(0x47, b"attributes-charset", b"utf-8")
    + b"\x04"
    + attribute(0x23, b"printer-state", (5).to_bytes(4, "big"))
    + attribute(0x44, b"printer-state-reasons", b"media-empty-error")
    + attribute(0x44, b"", b"cover-open")
    + b"\x03"
)


def test_a_request_begins_as_the_rfc_says_and_ends_with_the_document() -> None:
    wanted = ((ValueTag.MIME_TYPE, "document-format", PDF),)
    said = encode_request(IppOperation.PRINT_JOB, URI, wanted, b"%PDF-1.7 \xff")
    head = bytes.fromhex("0101 0002 00000001 01")
    assert said == head + START + attribute(0x49, b"document-format", PDF.encode()) + (
        b"\x03%PDF-1.7 \xff"
    )


def test_an_attribute_of_several_values_names_itself_once() -> None:
    wanted = (
        (ValueTag.KEYWORD, "requested-attributes", "printer-state"),
        (ValueTag.KEYWORD, "", "printer-state-reasons"),
    )
    said = encode_request(IppOperation.GET_PRINTER_ATTRIBUTES, URI, wanted)
    last = attribute(0x44, b"requested-attributes", b"printer-state")
    assert said.endswith(last + attribute(0x44, b"", b"printer-state-reasons") + b"\x03")
    assert said[2:4] == b"\x00\x0b"


def test_an_answer_tells_status_numbers_and_keywords() -> None:
    answer = decode_answer(ANSWER)
    assert answer is not None
    assert answer.is_successful
    assert answer.number("printer-state") == 5
    assert answer.keywords("printer-state-reasons") == ("media-empty-error", "cover-open")
    assert (answer.number("absent"), answer.keywords("absent")) == (None, ())
    assert not IppAnswer(0x0400).is_successful


def test_an_answer_that_ends_early_is_none() -> None:
    assert all(decode_answer(ANSWER[:end]) is None for end in range(len(ANSWER)))


def test_bytes_that_are_no_answer_are_none() -> None:
    assert decode_answer(b"<html>" * 20) is None
    named = ANSWER.replace(b"printer-state-reasons", b"printer-state-\xff\xffasons")
    assert decode_answer(named) is None
