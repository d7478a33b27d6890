"""The person is gone from a recording, whatever was cut or came late, and it still replays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import id_text, samv
from drivers.protocols.samv import SamvCommand, SamvReply
from drivers.protocols.samv_redaction import redact
from kiosk.people.identity import IdCard
from tests.drivers.vectors import ALL, EXCHANGES

CARDS = [v for v in EXCHANGES if v["expect"].get("photo_len") or "new_address" in v["expect"]]
STAND_IN = "341600196203159177"  # stands in every redacted recording; D07 is the same invented man


def heard_of(vector: str) -> bytes:
    return bytes.fromhex(ALL[vector]["reply_hex"])


def sent_of(vector: str) -> bytes:
    return bytes.fromhex(ALL[vector]["request_hex"])


def traces(vector: dict) -> list[bytes]:
    """Every item of a card as it lies on the wire, photo and fingerprint by pieces."""
    skipped = {"status", "kind", "sex", "sex_text", "nation", "nation_text", "long_term", "version"}
    short = {"issue_count", "renewal_count", "old_id_link", "authority_code", "nationality"}
    items = [
        v for k, v in vector["expect"].items() if k not in skipped | short and isinstance(v, str)
    ]
    raw = bytes.fromhex(vector["reply_hex"])
    texts = [item.encode("utf-16-le") for item in items if not item.isascii() or len(item) > 5]
    return [text for text in texts if text in raw] + [b"FAKE-"]


def reply_in(heard: bytes) -> SamvReply:
    (body,) = samv.FrameScanner().feed(heard)
    reply = samv.reply(body)
    assert reply is not None
    return reply


@pytest.mark.parametrize("name", [v["id"] for v in CARDS if v["id"] != "D07"])
def test_nothing_of_a_card_is_left(name: str) -> None:
    found = traces(ALL[name])
    assert len(found) > 1
    _, kept = redact(sent_of(name), heard_of(name))
    stand_in = redact(sent_of("D07"), heard_of("D07"))[1]
    assert [trace for trace in found if trace in kept and trace not in stand_in] == []
    assert len(kept) == len(heard_of(name))
    assert samv.checksum(kept[5:]) == 0


@pytest.mark.parametrize("name", ["D07", "D09"])
def test_a_redacted_reading_can_be_read(name: str) -> None:
    command = SamvCommand.READ if name == "D07" else SamvCommand.READ_WITH_FINGERPRINT
    _, kept = redact(sent_of(name), heard_of(name))
    blocks = samv.split(command, reply_in(kept).data)
    assert blocks is not None
    card = id_text.parse(blocks.text, blocks.photo)
    assert isinstance(card, IdCard)
    assert card.number == STAND_IN
    assert set(blocks.photo + blocks.fingerprint) == {0}


def test_what_says_nothing_of_anybody_stays() -> None:
    for name in ("D01", "D02", "D03", "D04", "D05", "D06", "D14", "D15", "D16"):
        assert redact(sent_of(name), heard_of(name)) == (sent_of(name), heard_of(name))


def test_serial_numbers_of_chips_go() -> None:
    chip = samv.frame(b"\x00\x00\x90" + b"SN" * 4)
    assert reply_in(redact(samv.request(SamvCommand.SELECT), chip)[1]).data == bytes(8)


@pytest.mark.parametrize("request_of", ["D02", "D05", "D03", "D07"])
def test_a_reading_that_comes_late_or_cut_is_redacted_too(request_of: str) -> None:
    whole = heard_of("D08")
    for heard in (b"\xaa\x17" + whole, whole[:600], whole[300:], whole + whole[:-1]):
        _, kept = redact(sent_of(request_of), heard)
        assert len(kept) == len(heard)
        assert "341602195008080007".encode("utf-16-le") not in kept
        assert "䶮㛃".encode("utf-16-le") not in kept
        assert b"FAKE-" not in kept


def test_a_broken_checksum_hides_nothing() -> None:
    _, kept = redact(sent_of("D07"), heard_of("D08")[:-1] + b"\x00")
    assert set(kept) == {0}


@given(
    st.sampled_from(SamvCommand),
    st.lists(st.binary(max_size=80) | st.binary(max_size=4000).map(samv.frame), max_size=6),
)
def test_lengths_stay_and_nothing_raises(command: SamvCommand, pieces: list[bytes]) -> None:
    heard = b"".join(pieces)
    sent, kept = redact(samv.request(command), heard)
    assert sent == samv.request(command)
    assert len(kept) == len(heard)


def test_a_card_of_an_unknown_kind_goes_too() -> None:
    raw = bytearray(heard_of("D08"))
    raw[14 + 248] = ord("Q")
    _, kept = redact(sent_of("D08"), samv.frame(bytes(raw[7:-1])))
    assert "䶮㛃".encode("utf-16-le") not in kept
    assert STAND_IN.encode("utf-16-le") in kept


def test_a_newest_address_that_is_too_long_keeps_its_length() -> None:
    heard = samv.frame(b"\x00\x00\x90" + b"A" * 1285)
    _, kept = redact(sent_of("D13"), heard)
    assert len(kept) == len(heard)
    assert b"AA" not in kept[7:]
