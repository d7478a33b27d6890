"""Does the frame codec agree with the golden vectors, in any chunking and under noise?"""

from __future__ import annotations

import itertools
import random
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.protocols import samv
from drivers.protocols.samv import Command, FrameScanner, Reply, Status
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


def command_of(vector: dict[str, Any]) -> Command:
    return next(c for c in Command if samv.request(c).hex().upper() == vector["request_hex"])


def reply_of(vector: dict[str, Any]) -> Reply:
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


@pytest.mark.parametrize("vector", named([v for v in STREAMS if v["id"] != "D20"] + EXCHANGES))
def test_every_cut_gives_the_same_frames(vector: dict[str, Any]) -> None:
    whole = bytes.fromhex("".join(vector.get("chunks_hex", [vector.get("reply_hex", "")])))
    expected, _ = scan(whole)
    assert expected
    for cut in range(1, len(whole)):
        assert scan(whole[:cut], whole[cut:])[0] == expected


def test_hostile_noise_makes_no_frame_and_little_buffer() -> None:
    noise = random.Random(20261123).choices(b"\xaa\x96\x69\x00", k=320_000)
    scanner = FrameScanner()
    for start in range(0, len(noise), 997):
        chunk = bytes(noise[start : start + 997])
        assert all(samv.reply(body) is not None or len(body) == 2 for body in scanner.feed(chunk))
        assert scanner.pending < EIGHT_KIB
    assert scanner.bad_lengths > 0


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
        assert Reply(0, 0, int(code, 16)).status == name
    assert Reply(0, 0, 0x51).status is Status.WRITE_FAILED
    assert Reply(0, 0, 0x77).status is Status.UNKNOWN


def test_a_short_body_is_no_reply() -> None:
    assert samv.reply(b"\x00\x90") is None


def replies() -> dict[str, Reply]:
    known = {v["id"]: reply_of(v) for v in EXCHANGES}
    errors = (0x10, 0x24, 0x31, 0x40, 0x41, 0x47, 0x60, 0x66, 0x77, 0x81)
    return known | {f"{code:02X}": Reply(0, 0, code) for code in errors}


ERRORS = {"10", "24", "31", "40", "41", "47", "60", "66", "77", "D15", "D16"}


@pytest.mark.parametrize(
    ("command", "fitting"),
    [
        (Command.RESET, {"D01", "D02"}),
        (Command.STATUS, {"D01", "D02"}),
        (Command.SAM_NUMBER, {"D03"}),
        (Command.FIND, {"D04", "D05"}),
        (Command.SELECT, {"D06", "81"}),
        (Command.READ, {"D07", "D08", "D10", "D11", "D12"}),
        (Command.READ_WITH_FINGERPRINT, {"D09"}),
        # Sixteen or eight bytes are an even length: only the exchange order tells them apart.
        (Command.NEW_ADDRESS, {"D13", "D14", "D03", "D06"}),
    ],
)
def test_a_stale_reply_does_not_fit(command: Command, fitting: set[str]) -> None:
    assert {name for name, r in replies().items() if samv.fits(command, r)} == fitting | ERRORS


@pytest.mark.parametrize("data", [b"", b"\x01\x00\x04", b"\x01\x00\x04\x00" + bytes(1279)])
def test_lengths_that_lie_are_refused(data: bytes) -> None:
    assert samv.split(Command.READ, data) is None


def test_a_reply_without_photo() -> None:
    blocks = samv.split(Command.READ, b"\x01\x00\x00\x00" + bytes(256))
    assert blocks == samv.CardBlocks(bytes(256), b"")


def test_only_reads_are_split() -> None:
    assert samv.split(Command.FIND, bytes(4)) is None
