"""Commands are written, and answers followed up, as ISO 7816-4 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import apdu
from drivers.protocols.apdu import MOST_STEPS, CommandApdu, Response, StatusMeaning

READ = CommandApdu(0x00, 0xB2, 0x08, 0x00, le=20)
BYTE = st.integers(0, 255)


@pytest.mark.parametrize(
    ("command", "said", "said_t0"),
    [
        (CommandApdu(0x00, 0x20, 0x00, 0x00), "00200000", "00200000"),
        (CommandApdu(0x00, 0x84, 0x00, 0x00, le=8), "0084000008", "0084000008"),
        (CommandApdu(0x00, 0xB2, 0x01, 0x04, le=256), "00B2010400", "00B2010400"),
        (CommandApdu(0x00, 0xA4, 0x00, 0x00, b"\xef\x05"), "00A4000002EF05", "00A4000002EF05"),
        (CommandApdu(0x00, 0x88, 0, 1, b"\x01\x02", le=8), "0088000102010208", "00880001020102"),
    ],
)
def test_the_four_cases(command: CommandApdu, said: str, said_t0: str) -> None:
    assert command.encode().hex().upper() == said
    assert command.encode(t0=True).hex().upper() == said_t0


@pytest.mark.parametrize("wrong", [{"data": bytes(256)}, {"le": 0}, {"le": 257}])
def test_what_is_not_short_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="not a short APDU"):
        CommandApdu(0x00, 0xB2, 0x00, 0x00, **wrong)


def test_data_is_not_shown() -> None:
    assert "123450" not in repr(CommandApdu(0, 0x20, 0, 0, b"123450")) + repr(
        Response(b"123450", 0x9000)
    )


NAMED = {
    0x9000: "done", 0x6281: "data_doubtful", 0x6283: "file_invalidated",
    0x6300: "authentication_failed", 0x63C2: "tries_left", 0x63C0: "tries_left",
    0x6700: "wrong_length", 0x6982: "security_not_satisfied", 0x6983: "blocked",
    0x6985: "conditions_not_satisfied", 0x6A81: "function_not_supported",
    0x6A82: "file_not_found", 0x6A83: "record_not_found", 0x6A86: "wrong_p1_p2",
    0x6C14: "wrong_le", 0x6110: "more_data", 0x6D00: "instruction_unknown",
    0x6E00: "class_unknown", 0x6F00: "no_diagnosis", 0x9303: "application_locked",
    0x6F01: "unknown", 0x63D0: "unknown", 0x9001: "unknown",
}  # fmt: skip


@pytest.mark.parametrize(("sw", "name"), NAMED.items())
def test_status_words_have_names(sw: int, name: str) -> None:
    assert Response(b"", sw).outcome == name


def test_every_name_is_the_name_of_something() -> None:
    assert set(NAMED.values()) == set(StatusMeaning)


@pytest.mark.parametrize(
    ("sw", "left"),
    [(0x63C2, 2), (0x63C0, 0), (0x63CF, 15), (0x6983, 0), (0x9000, None), (0x6300, None)],
)
def test_tries_left(sw: int, left: int | None) -> None:
    assert Response(b"", sw).tries_left == left


class ScriptedCard:
    """Answers each command of a script, in order."""

    def __init__(self, *lines: tuple[str, str]) -> None:
        self.lines = list(lines)

    def transmit(self, raw: bytes) -> bytes:
        said, answer = self.lines.pop(0)
        assert raw.hex().upper() == said
        return bytes.fromhex(answer)


def test_what_was_announced_is_fetched() -> None:
    script = ScriptedCard(
        ("00A4040003AABBCC", "6102"), ("00C0000002", "6F006101"), ("00C0000001", "FF9000")
    )
    answer = apdu.exchange(script.transmit, CommandApdu(0, 0xA4, 4, 0, b"\xaa\xbb\xcc"))
    assert answer == Response(b"\x6f\x00\xff", 0x9000)
    assert not script.lines


def test_a_wrong_length_is_asked_for_again() -> None:
    script = ScriptedCard(("00B2080014", "6C12"), ("00B2080012", "0102039000"))
    assert apdu.exchange(script.transmit, READ) == Response(b"\x01\x02\x03", 0x9000)


def test_a_wrong_length_of_what_was_announced() -> None:
    script = ScriptedCard(
        ("00B2080014", "6114"), ("00C0000014", "6C02"), ("00C0000002", "AABB9000")
    )
    assert apdu.exchange(script.transmit, READ) == Response(b"\xaa\xbb", 0x9000)


def test_zero_announces_256_bytes() -> None:
    script = ScriptedCard(("00B2080014", "6100"), ("00C0000000", "9000"))
    assert apdu.exchange(script.transmit, READ) == Response(b"", 0x9000)
    assert Response(b"", 0x6C00).announced == 256


@pytest.mark.parametrize("answer", ["6C14", "6114", "AA6101"])
def test_a_card_that_never_ends_is_left(answer: str) -> None:
    said: list[bytes] = []

    def transmit(raw: bytes) -> bytes:
        said.append(raw)
        return bytes.fromhex(answer)

    assert apdu.exchange(transmit, READ) is None
    assert len(said) == MOST_STEPS


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_status_is_none(answer: bytes) -> None:
    assert apdu.parse_response(answer) is None
    assert apdu.exchange(lambda _raw: answer, READ) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_response_or_none(raw: bytes) -> None:
    answer = apdu.parse_response(raw)
    assert (answer is None) == (len(raw) < 2)
    if answer is not None:
        assert answer.outcome in StatusMeaning
        assert 1 <= answer.announced <= 256
        assert answer.data + answer.sw.to_bytes(2) == raw


@given(st.lists(st.binary(max_size=300), min_size=1), st.booleans())
def test_any_answers_end(answers: list[bytes], t0: bool) -> None:
    told = iter(answers * MOST_STEPS)
    answer = apdu.exchange(lambda _raw: next(told), READ, t0=t0)
    assert answer is None or answer.outcome not in {StatusMeaning.MORE_DATA, StatusMeaning.WRONG_LE}


@given(BYTE, BYTE, BYTE, BYTE, st.binary(max_size=255), st.none() | st.integers(1, 256))
def test_any_command_is_as_long_as_its_case(cla, ins, p1, p2, data, le) -> None:
    raw = CommandApdu(cla, ins, p1, p2, data, le).encode()
    assert raw[:4] == bytes([cla, ins, p1, p2])
    assert len(raw) == 4 + (len(data) + 1 if data else 0) + (le is not None)
