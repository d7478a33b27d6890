"""The frame codec agrees with the golden vectors, in any chunking and under noise."""

from __future__ import annotations

import itertools
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import samv
from drivers.protocols.samv import FrameScanner, SamvCommand, SamvReply, Status
from script.benches.cards.hostile_noise import hostile_noise, most_chance_frames, scan_noise
from tests.drivers.vectors import ALL, EXCHANGES, STATUS_NAMES, STREAMS

EIGHT_KIB = 8192


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(v, id=v["id"]) for v in vectors]


def frame(body: bytes) -> bytes:
    inner = (len(body) + 1).to_bytes(2, "big") + body
    return samv.PREAMBLE + inner + bytes([samv.checksum(inner)])


def scan(*chunks: bytes) -> tuple[list[bytes], FrameScanner]:
    scanner = FrameScanner()
    return [body for chunk in chunks for body in scanner.feed(chunk)], scanner


def command_of(vector: dict[str, Any]) -> SamvCommand:
    return next(c for c in SamvCommand if samv.request(c).hex().upper() == vector["request_hex"])


def reply_of(vector: dict[str, Any]) -> SamvReply:
    (body,), _ = scan(bytes.fromhex(vector["reply_hex"]))
    reply = samv.reply(body)
    assert reply is not None
    return reply


@pytest.mark.parametrize("vector", named(EXCHANGES))
def test_exchange_vectors(vector: dict[str, Any]) -> None:
    reply = reply_of(vector)
    assert reply.status == vector["expect"]["status"]
    assert samv.fits(command_of(vector), reply)


@pytest.mark.parametrize("vector", named([v for v in EXCHANGES if "photo_len" in v["expect"]]))
def test_read_replies_are_cut_by_their_lengths(vector: dict[str, Any]) -> None:
    blocks = samv.split(command_of(vector), reply_of(vector).data)
    assert blocks is not None
    expect = vector["expect"]
    assert len(blocks.photo) == expect["photo_len"]
    assert sha256(blocks.photo).hexdigest() == expect["photo_sha256"]
    assert len(blocks.fingerprint) == expect.get("fingerprint_len", 0)
    if blocks.fingerprint:
        assert sha256(blocks.fingerprint).hexdigest() == expect["fingerprint_sha256"]


@pytest.mark.parametrize(
    ("command", "argument", "whole"),
    [
        # cards.md §1.3, byte for byte
        (SamvCommand.RESET, "", "AAAAAA9669000310FFEC"),
        (SamvCommand.STATUS, "", "AAAAAA9669000311FFED"),
        (SamvCommand.SAM_NUMBER, "", "AAAAAA9669000312FFEE"),
        (SamvCommand.FIND, "", "AAAAAA96690003200122"),
        (SamvCommand.SELECT, "", "AAAAAA96690003200221"),
        (SamvCommand.READ, "", "AAAAAA96690003300132"),
        (SamvCommand.NEW_ADDRESS, "", "AAAAAA96690003300330"),
        (SamvCommand.MANAGEMENT_NUMBER, "", "AAAAAA96690003300536"),
        (SamvCommand.READ_WITH_FINGERPRINT, "", "AAAAAA96690003301023"),
        (SamvCommand.SET_BAUD, "00", "AAAAAA96690003600063"),
        (SamvCommand.SET_BAUD, "01", "AAAAAA96690003600162"),
        (SamvCommand.SET_BAUD, "02", "AAAAAA96690003600261"),
        (SamvCommand.SET_BAUD, "03", "AAAAAA96690003600360"),
        (SamvCommand.SET_BAUD, "04", "AAAAAA96690003600467"),
        (SamvCommand.SET_RF_BYTES, "50", "AAAAAA9669000461FF50CA"),
    ],
)
def test_requests(command: SamvCommand, argument: str, whole: str) -> None:
    assert samv.request(command, bytes.fromhex(argument)).hex().upper() == whole


def test_speeds_stand_in_the_order_of_their_parameters() -> None:
    assert samv.BAUDS == (115200, 57600, 38400, 19200, 9600)


def test_a_reply_says_nothing_of_its_data() -> None:
    reply = reply_of(ALL["D07"])
    blocks = samv.split(SamvCommand.READ, reply.data)
    for said in (repr(reply), repr(blocks)):
        assert "\\x" not in said
        assert len(said) < 80


def test_sam_number() -> None:
    vector = ALL["D03"]
    assert samv.sam_number(reply_of(vector).data) == vector["expect"]["sam_id"]


@pytest.mark.parametrize("vector", named(STREAMS))
def test_stream_vectors(vector: dict[str, Any]) -> None:
    bodies, scanner = scan(*(bytes.fromhex(c) for c in vector["chunks_hex"]))
    assert [b.hex().upper() for b in bodies] == vector["expect_frames"]
    assert scanner.bad_checksums == vector["expect_errors"].count("checksum")
    assert scanner.bad_lengths == 0
    assert scanner.pending == vector["pending_bytes"]


@pytest.mark.parametrize("vector", named(STREAMS + EXCHANGES))
def test_every_cut_gives_the_same_frames(vector: dict[str, Any]) -> None:
    whole = bytes.fromhex("".join(vector.get("chunks_hex", [vector.get("reply_hex", "")])))
    expected, _ = scan(whole)
    if "chunks_hex" in vector:
        assert [body.hex().upper() for body in expected] == vector["expect_frames"]
    else:
        assert len(expected) == 1
    for cut in range(1, len(whole)):
        assert scan(whole[:cut], whole[cut:])[0] == expected


@pytest.mark.parametrize("seed", range(3))
def test_hostile_noise_gives_no_reading_and_needs_little_buffer(seed: int) -> None:
    found = scan_noise(hostile_noise(Random(seed), 400_000), Random(seed))
    assert found.readings == 0
    assert found.longest_buffer < EIGHT_KIB
    assert found.frames <= most_chance_frames(400_000)


@given(st.lists(st.binary(max_size=64) | st.just(samv.PREAMBLE), max_size=40))
def test_noise_never_raises_and_the_next_frames_come_through(chunks: list[bytes]) -> None:
    _, scanner = scan(*chunks)
    assert scanner.pending < EIGHT_KIB
    # What looked like a frame head swallows at most the longest frame before it is found out.
    good = frame(b"\x00\x00\x80")
    assert b"\x00\x00\x80" in scanner.feed(good * (EIGHT_KIB // len(good)))


@given(st.binary(min_size=2, max_size=4095), st.binary(max_size=40), st.data())
def test_a_frame_survives_noise_and_chunks(body: bytes, noise: bytes, data: st.DataObject) -> None:
    stream = noise.replace(b"\xaa", b"\x55") + frame(body)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    edges = [0, *cuts, len(stream)]
    bodies, _ = scan(*(stream[a:b] for a, b in itertools.pairwise(edges)))
    assert bodies == [body]


@pytest.mark.parametrize("length", ["0000", "0002", "1001", "FFFF"])
def test_a_wrong_length_costs_one_byte(length: str) -> None:
    good = frame(b"\x00\x00\x90")
    bodies, scanner = scan(samv.PREAMBLE + bytes.fromhex(length) + good)
    assert bodies == [b"\x00\x00\x90"]
    assert scanner.bad_lengths == 1


def test_a_preamble_where_the_length_should_be() -> None:
    bodies, scanner = scan(samv.PREAMBLE + frame(b"\x00\x00\x90"))
    assert bodies == [b"\x00\x00\x90"]
    assert scanner.bad_lengths == 1


def test_a_good_frame_inside_a_broken_one_is_found() -> None:
    good = frame(b"\x00\x00\x80")
    broken = samv.PREAMBLE + b"\x00\x0b" + good[:10]
    bodies, scanner = scan(broken + good[10:])
    assert bodies == [b"\x00\x00\x80"]
    assert scanner.bad_checksums == 1


def test_status_names() -> None:
    for code, name in STATUS_NAMES.items():
        assert SamvReply(0, 0, int(code, 16)).status == name
    assert SamvReply(0, 0, 0x51).status is Status.WRITE_FAILED
    assert SamvReply(0, 0, 0x77).status is Status.UNKNOWN


def test_a_short_body_is_no_reply() -> None:
    assert samv.reply(b"\x00\x90") is None


def replies() -> dict[str, SamvReply]:
    known = {v["id"]: reply_of(v) for v in EXCHANGES}
    known["management"] = SamvReply(0, 0, 0x90, bytes(28))
    errors = (0x10, 0x24, 0x31, 0x40, 0x41, 0x47, 0x60, 0x66, 0x77, 0x81)
    return known | {f"{code:02X}": SamvReply(0, 0, code) for code in errors}


ERRORS = {"10", "24", "31", "40", "41", "47", "60", "66", "77", "D15", "D16"}


@pytest.mark.parametrize(
    ("command", "fitting"),
    [
        (SamvCommand.RESET, {"D01", "D02"}),
        (SamvCommand.STATUS, {"D01", "D02"}),
        (SamvCommand.SAM_NUMBER, {"D03"}),
        (SamvCommand.FIND, {"D04", "D05"}),
        (SamvCommand.SELECT, {"D06", "81"}),
        (SamvCommand.READ, {"D07", "D08", "D10", "D11", "D12"}),
        (SamvCommand.READ_WITH_FINGERPRINT, {"D09"}),
        # Sixteen or eight bytes are an even length: only the exchange order tells them apart.
        (SamvCommand.NEW_ADDRESS, {"D13", "D14", "D03", "D06", "management"}),
        (SamvCommand.MANAGEMENT_NUMBER, {"management"}),
        (SamvCommand.SET_BAUD, {"D01", "D02"}),
        (SamvCommand.SET_RF_BYTES, {"D01", "D02"}),
    ],
)
def test_a_stale_reply_does_not_fit(command: SamvCommand, fitting: set[str]) -> None:
    assert {name for name, r in replies().items() if samv.fits(command, r)} == fitting | ERRORS


@pytest.mark.parametrize(
    ("size", "fitting"), [(0, 0), (2, 1), (70, 1), (280, 1), (282, 0), (71, 0)]
)
def test_a_newest_address_has_any_even_length_up_to_280(size: int, fitting: int) -> None:
    assert samv.fits(SamvCommand.NEW_ADDRESS, SamvReply(0, 0, 0x90, bytes(size))) == bool(fitting)


@pytest.mark.parametrize("finger", [0, 512, 1024])
def test_all_lengths_of_a_fingerprint(finger: int) -> None:
    data = b"\x01\x00\x04\x00" + finger.to_bytes(2, "big") + bytes(1280) + b"f" * finger
    blocks = samv.split(SamvCommand.READ_WITH_FINGERPRINT, data)
    assert blocks is not None
    assert blocks.fingerprint == b"f" * finger
    assert len(samv.frame(bytes(3) + data)) == {0: 1297, 512: 1809, 1024: 2321}[finger]


@given(st.binary(max_size=2400), st.sampled_from(SamvCommand))
def test_any_body_is_judged(body: bytes, command: SamvCommand) -> None:
    reply = samv.reply(body)
    assert reply is None or samv.fits(command, reply) in {True, False}
    samv.split(command, body)


@pytest.mark.parametrize("data", [b"", b"\x01\x00\x04", b"\x01\x00\x04\x00" + bytes(1279)])
def test_lengths_that_lie_are_refused(data: bytes) -> None:
    assert samv.split(SamvCommand.READ, data) is None


def test_a_reply_without_photo() -> None:
    blocks = samv.split(SamvCommand.READ, b"\x01\x00\x00\x00" + bytes(256))
    assert blocks == samv.CardBlocks(bytes(256), b"")


def test_only_reads_are_split() -> None:
    assert samv.split(SamvCommand.FIND, bytes(4)) is None
