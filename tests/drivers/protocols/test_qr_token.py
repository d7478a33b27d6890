"""Codes begin and end where the scanner says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import qr_token
from drivers.protocols.qr_token import CodeAssembler, Framing, KeyDecoder
from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=60)


def told(found: list[QrToken | Failure]) -> list[str | Failure]:
    return [one.reveal() if isinstance(one, QrToken) else one for one in found]


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"ABC\r", ["ABC"]),
        (b"ABC\r\n", ["ABC"]),
        (b"ABC\nDEF\n", ["ABC", "DEF"]),
        (b"\r\n\r\n", []),
        (b"ABC", []),
        ("亳州\r".encode(), ["亳州"]),
        (b"\xff\xfe\r", [Failure.CODE_UNREADABLE]),
        (b"   \r", [Failure.CODE_UNREADABLE]),
        (b"A" * 4096 + b"\r", ["A" * 4096]),
        (b"A" * 4097 + b"\r", [Failure.CODE_UNREADABLE]),
    ],
)
def test_lines(data: bytes, codes: list[str | Failure]) -> None:
    assembler = CodeAssembler(Framing())
    assert told(assembler.feed(data, 0.0)) == codes
    assert (assembler.ends_at(0.0) is None) == data.endswith((b"\r", b"\n"))


def test_a_pause_ends_a_code() -> None:
    assembler = CodeAssembler(Framing())
    assert assembler.pause(0.0, 9.0) == []
    assert assembler.feed(b"AB", 1.0) == []
    assert assembler.feed(b"C", 1.04) == []
    assert assembler.ends_at(1.05) == pytest.approx(1.1)
    assert assembler.pause(1.05, 1.09) == []
    (code,) = assembler.pause(1.05, 1.1)
    assert isinstance(code, QrToken)
    assert (code.reveal(), code.taken_at) == ("ABC", 1.1)
    assert assembler.pause(1.1, 9.0) == []


def test_a_caller_who_is_late_cuts_no_code() -> None:
    assembler = CodeAssembler(Framing())
    assert assembler.feed(b"ABC", 1.0) == []
    assert assembler.pause(5.0, 5.0) == []
    assert told(assembler.feed(b"DEF\r", 9.0)) == ["ABCDEF"]


def test_a_pause_after_too_much() -> None:
    assembler = CodeAssembler(Framing(longest=0))
    assembler.feed(b"AB", 1.0)
    assert told(assembler.pause(1.0, 2.0)) == [Failure.CODE_UNREADABLE]


def test_prefix_and_suffix() -> None:
    assembler = CodeAssembler(Framing(prefix="]Q1", suffix="#"))
    assert told(assembler.feed(b"]Q1TOKEN#\rTOKEN\r]Q1#\r", 0.0)) == [
        "TOKEN",
        "TOKEN",
        Failure.CODE_UNREADABLE,
    ]


def test_what_is_forgotten_is_overwritten() -> None:
    assembler = CodeAssembler(Framing())
    assembler.feed(b"TOKEN", 0.0)
    assembler.forget()
    assert assembler.ends_at(0.0) is None
    assert told(assembler.feed(b"\r", 0.0)) == []


@given(st.lists(st.binary(max_size=40)), st.integers(1, 30))
def test_any_bytes_in_any_pieces(pieces: list[bytes], longest: int) -> None:
    framing = Framing(longest=longest)
    whole = told(CodeAssembler(framing).feed(b"".join(pieces) + b"\r", 0.0))
    assembler = CodeAssembler(framing)
    cut = [one for piece in [*pieces, b"\r"] for one in told(assembler.feed(piece, 0.0))]
    assert cut == whole
    assert all(isinstance(one, Failure) or 0 < len(one) <= longest for one in whole)


# A US keyboard, written apart from the decoder: key code, and what it types without and with shift.
KEYS = {
    2: "1!", 3: "2@", 4: "3#", 5: "4$", 6: "5%", 7: "6^", 8: "7&", 9: "8*", 10: "9(", 11: "0)",
    12: "-_", 13: "=+", 16: "qQ", 17: "wW", 18: "eE", 19: "rR", 20: "tT", 21: "yY", 22: "uU",
    23: "iI", 24: "oO", 25: "pP", 26: "[{", 27: "]}", 30: "aA", 31: "sS", 32: "dD", 33: "fF",
    34: "gG", 35: "hH", 36: "jJ", 37: "kK", 38: "lL", 39: ";:", 40: "'\"", 41: "`~", 43: "\\|",
    44: "zZ", 45: "xX", 46: "cC", 47: "vV", 48: "bB", 49: "nN", 50: "mM", 51: ",<", 52: ".>",
    53: "/?", 57: "  ",
}  # fmt: skip
KEYPAD = {
    55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+",
    79: "1", 80: "2", 81: "3", 82: "0", 83: ".", 98: "/",
}  # fmt: skip
TYPED = {letter: (key, shift) for key, both in KEYS.items() for shift, letter in enumerate(both)}


def presses(text: str) -> list[tuple[int, int]]:
    events = []
    for letter in text:
        key, shift = TYPED[letter]
        events += [(42, 1)] * shift + [(key, 1), (key, 0)] + [(42, 0)] * shift
    return events


@given(PRINTABLE)
def test_what_a_keyboard_scanner_types(text: str) -> None:
    decoder = KeyDecoder()
    events = [*presses(text), (28, 1), (28, 0)]
    assert b"".join(decoder.feed(*event) for event in events) == text.encode() + b"\r"


def test_the_keypad_knows_no_shift() -> None:
    decoder = KeyDecoder()
    decoder.feed(54, 1)
    assert {key: decoder.feed(key, 1).decode() for key in KEYPAD} == KEYPAD
    assert decoder.feed(96, 1) == b"\r"


def test_both_shifts_count() -> None:
    decoder = KeyDecoder()
    events = [(42, 1), (54, 1), (42, 0), (30, 1), (54, 0), (30, 1)]
    assert b"".join(decoder.feed(*event) for event in events) == b"Aa"


def test_repeats_and_other_keys_type_nothing() -> None:
    decoder = KeyDecoder()
    assert [decoder.feed(30, 2), decoder.feed(30, 0), decoder.feed(1, 1), decoder.feed(700, 1)] == [
        b""
    ] * 4


@given(st.lists(st.tuples(st.integers(0, 0x2FF), st.integers(-1, 3))))
def test_any_events_type_ascii_or_nothing(events: list[tuple[int, int]]) -> None:
    decoder = KeyDecoder()
    typed = b"".join(decoder.feed(*event) for event in events)
    assert typed.isascii()
    assert all(
        isinstance(one, (QrToken, Failure)) for one in CodeAssembler(Framing()).feed(typed, 0.0)
    )


def test_limits_are_those_of_the_reference() -> None:
    assert (qr_token.LONGEST, qr_token.IDLE_SECONDS) == (4096, 0.05)
