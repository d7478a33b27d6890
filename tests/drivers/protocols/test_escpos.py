"""A slip's bytes and the printer's status bytes are as ESC/POS says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import escpos
from drivers.protocols.escpos import Query
from kiosk.failures import Failure
from kiosk.slip import Qr, Size, Slip, SlipLine

START, END = "1B40 1C26", "1B6406 1D5600"
LEFT, CENTRE = "1B6100", "1B6101"
NORMAL, LARGE = "1D2100 1C2100", "1D2111 1C210C"


def encoded(*parts: SlipLine | Qr) -> bytes:
    return escpos.encode(Slip(parts))


def bytes_of(*texts: str) -> bytes:
    return bytes.fromhex(" ".join((START, *texts, END)))


def test_lines() -> None:
    assert encoded(SlipLine("退休")) == bytes_of(LEFT, NORMAL, "CDCBD0DD 0A")
    assert encoded(SlipLine("A", Size.LARGE, centred=True)) == bytes_of(CENTRE, LARGE, "41 0A")
    assert encoded(SlipLine()) == bytes_of(LEFT, NORMAL, "0A")


def test_rare_characters_take_four_bytes() -> None:
    assert encoded(SlipLine("㼆")) == bytes_of(LEFT, NORMAL, "㼆".encode("gb18030").hex(), "0A")


def test_text_holds_no_commands() -> None:
    assert encoded(SlipLine("甲\x1bd\x1d\n\x10\x04\ud800")) == encoded(SlipLine("甲d?"))


def test_qr() -> None:
    expected = (
        "1D286B 0400 314132 00",
        "1D286B 0300 314306",
        "1D286B 0300 314531",
        "1D286B 0600 315030 616263",
        "1D286B 0300 315130",
    )
    assert encoded(Qr("abc")) == bytes_of(CENTRE, *expected, "0A")


def test_a_long_payload_has_a_two_byte_length() -> None:
    assert bytes.fromhex("1D286B 3302 315030") + b"x" * 560 in encoded(Qr("x" * 560))
    with pytest.raises(ValueError, match="561 bytes"):
        encoded(Qr("x" * 561))


@given(st.text())
def test_any_text_is_one_line(text: str) -> None:
    assert encoded(SlipLine(text)).count(b"\n") == 1


@pytest.mark.parametrize(
    ("query", "status", "failure"),
    [
        (Query.PRINTER, 0x12, None),
        (Query.PRINTER, 0x1A, Failure.PRINTER_LOST),
        (Query.OFFLINE_CAUSE, 0x12, None),
        (Query.OFFLINE_CAUSE, 0x16, Failure.COVER_OPEN),
        (Query.OFFLINE_CAUSE, 0x1A, None),  # only the feed button
        (Query.OFFLINE_CAUSE, 0x32, Failure.PAPER_OUT),
        (Query.OFFLINE_CAUSE, 0x36, Failure.COVER_OPEN),
        (Query.OFFLINE_CAUSE, 0x52, Failure.PRINTER_LOST),
        (Query.ERROR, 0x12, None),
        (Query.ERROR, 0x1A, Failure.PRINTER_LOST),
        (Query.ERROR, 0x32, Failure.PRINTER_LOST),
        (Query.PAPER, 0x12, None),
        (Query.PAPER, 0x1E, None),  # near its end
        (Query.PAPER, 0x72, Failure.PAPER_OUT),
        (Query.PAPER, 0x00, Failure.PRINTER_LOST),
        (Query.PAPER, 0xFF, Failure.PRINTER_LOST),
    ],
)
def test_status(query: Query, status: int, failure: Failure | None) -> None:
    assert escpos.failure(query, status) is failure


def test_queries() -> None:
    assert [escpos.ask(q).hex() for q in Query] == ["100402", "100404", "100403", "100401"]
