"""The reader answers with the bytes of the protocol tables: against the golden vectors."""

from __future__ import annotations

import json
from functools import reduce
from itertools import pairwise
from operator import xor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.simulated.cards.card_chip import CardChip, address_block, text_block
from drivers.simulated.cards.samv import BAUDS, Delays, Samv
from drivers.simulated.cards.samv_frame import PREAMBLE, Request, RequestScanner
from kiosk.people.identity import CardKind

VECTORS = Path(__file__).parents[2] / "vectors" / "cards.json"
EXCHANGES = [
    vector
    for vector in json.loads(VECTORS.read_text("utf-8"))["vectors"]
    if vector["kind"] == "samv_exchange"
]
KINDS = {
    "resident": CardKind.RESIDENT,
    "hmt": CardKind.HK_MACAO_TAIWAN,
    "foreign2017": CardKind.FOREIGN_2017,
    "foreign2023": CardKind.FOREIGN_2023,
}
# the vectors' names of items -> the simulator's
NAMES = {
    "id_number": "number",
    "name_en": "english_name",
    "name_cn": "name",
    "valid_to": "valid_until",
    "old_id_link": "old_number_link",
}
FIND, SELECT, READ = (
    bytes.fromhex("AAAAAA9669" + tail) for tail in ("0003200122", "0003200221", "0003300132")
)


def ask(samv: Samv, *frames: bytes) -> str:
    """Send frames and return the last reply in hexadecimal."""
    scanner, answer = RequestScanner(), b""
    for frame in frames:
        for request in scanner.feed(frame):
            answer = samv.answer(request)
    return answer.hex().upper()


def verdict(samv: Samv, *frames: bytes) -> int:
    return bytes.fromhex(ask(samv, *frames))[9]


def chip_of(vector: dict[str, Any]) -> CardChip:
    """Build the card that a vector was read from; its photo is taken from the reply itself."""
    expect = vector["expect"]
    raw = bytes.fromhex(vector["reply_hex"])
    if "kind" not in expect:
        return CardChip(bytes(256), bytes(1024), b"", address_block(expect.get("new_address", "")))
    text_at = 16 if "fingerprint_len" in expect else 14
    items = {NAMES.get(name, name): str(value) for name, value in expect.items()}
    return CardChip(
        text=text_block(KINDS[expect["kind"]], items),
        photo=raw[text_at + 256 : text_at + 1280],
        fingerprint=raw[text_at + 1280 : -1],
    )


def request_of(body: bytes) -> bytes:
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([reduce(xor, counted)])


@pytest.mark.parametrize("vector", EXCHANGES, ids=lambda vector: f"{vector['id']}")
def test_every_golden_exchange_gives_the_same_bytes(vector: dict[str, Any]) -> None:
    samv = Samv()
    samv.licensed = vector["expect"]["status"] != "sam_not_authorised"
    if vector["expect"]["status"] not in {"no_card", "read_failed"}:
        samv.place(chip_of(vector))
    request = bytes.fromhex(vector["request_hex"])
    if request[7:8] == b"\x30":
        ask(samv, FIND, SELECT)
    elif request == SELECT:
        ask(samv, FIND)
    assert ask(samv, request) == vector["reply_hex"]


def test_a_card_read_once_is_not_found_again_until_it_was_lifted() -> None:
    samv = Samv()
    chip = CardChip(bytes(256), bytes(1024))
    samv.place(chip)
    assert verdict(samv, FIND, SELECT, READ) == 0x90
    assert verdict(samv, FIND) == 0x80
    samv.lift()
    assert verdict(samv, FIND) == 0x80
    samv.place(chip)
    assert verdict(samv, FIND) == 0x9F


def test_a_card_read_once_is_found_again_when_the_field_was_off() -> None:
    samv = Samv()
    samv.place(CardChip(bytes(256), bytes(1024)))
    reset = request_of(b"\x10\xff")
    assert verdict(samv, FIND, SELECT, READ, FIND) == 0x80
    assert verdict(samv, reset, FIND) == 0x9F
    assert verdict(samv, FIND, SELECT, READ) == 0x90
    samv.lift()
    assert verdict(samv, reset, FIND) == 0x80


def test_some_readers_find_a_card_again_at_once() -> None:
    samv = Samv(finds_again=True)
    samv.place(CardChip(bytes(256), bytes(1024)))
    assert verdict(samv, FIND, SELECT, READ, FIND) == 0x9F
    samv.lift()
    assert verdict(samv, FIND) == 0x80


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ((SELECT,), 0x81),
        ((READ,), 0x41),
        ((FIND, READ), 0x41),
        ((FIND, SELECT, SELECT), 0x81),
        ((FIND, SELECT, FIND, READ), 0x41),
        ((FIND, SELECT, request_of(b"\x10\xff"), READ), 0x41),
        ((FIND, SELECT, request_of(b"\x30\x03")), 0x91),
        ((FIND, SELECT, READ, request_of(b"\x30\x03")), 0x91),
        ((FIND, SELECT, READ, READ), 0x90),
        ((request_of(b"\x61\xff\x50"),), 0x90),
        ((request_of(b"\x61\xff"),), 0x11),
        ((request_of(b"\x20\x01\x00"),), 0x11),
        ((request_of(b"\x30\x05"),), 0x21),
        ((request_of(b"\x60\x05"),), 0x21),
        ((FIND[:-1] + b"\x23",), 0x10),
    ],
)
def test_states_and_wrong_requests(frames: tuple[bytes, ...], expected: int) -> None:
    samv = Samv()
    samv.place(CardChip(bytes(256), bytes(1024)))
    assert verdict(samv, *frames) == expected


def test_some_readers_know_the_management_number() -> None:
    samv = Samv(management_number=b"N" * 28)
    number = request_of(b"\x30\x05")
    assert verdict(samv, number) == 0x41
    samv.place(CardChip(bytes(256), bytes(1024)))
    assert ask(samv, FIND, SELECT, number).endswith((b"N" * 28).hex().upper() + "B0")
    assert len(ask(samv, FIND, SELECT, number)) == 2 * 39


def test_a_hung_chip_is_found_but_not_selected_until_the_field_was_off() -> None:
    samv = Samv()
    samv.place(CardChip(bytes(256), bytes(1024)))
    samv.hung = True
    assert verdict(samv, FIND) == 0x9F
    assert [verdict(samv, FIND, SELECT) for _ in range(3)] == [0x81] * 3
    assert verdict(samv, request_of(b"\x10\xff"), FIND, SELECT) == 0x90


def test_the_address_needs_a_selected_card() -> None:
    assert verdict(Samv(), request_of(b"\x30\x03")) == 0x41


@pytest.mark.parametrize("code", range(5))
def test_set_baud(code: int) -> None:
    samv = Samv()
    assert verdict(samv, request_of(bytes([0x60, code]))) == 0x90
    assert samv.baud == BAUDS[code]


def test_delays_are_those_of_the_commands() -> None:
    delays = Delays()
    assert [delays.of(frame[7:9]) for frame in (FIND, SELECT, READ)] == [0.06, 0.06, 0.45]
    assert delays.of(b"\x30\x10") == 0.7
    assert delays.of(b"\x11\xff") == 0.0


@given(
    bodies=st.lists(st.binary(min_size=2, max_size=40), max_size=4),
    noise=st.lists(st.binary(max_size=12).filter(lambda raw: b"\x96" not in raw), max_size=5),
    cuts=st.lists(st.integers(0, 300), max_size=8),
)
def test_the_scanner_finds_every_request_however_the_bytes_are_cut(
    bodies: list[bytes], noise: list[bytes], cuts: list[int]
) -> None:
    line = b"".join(
        (noise[at] if at < len(noise) else b"") + request_of(body) for at, body in enumerate(bodies)
    )
    marks = [0, *sorted(min(cut, len(line)) for cut in cuts), len(line)]
    scanner = RequestScanner()
    found = [request for start, end in pairwise(marks) for request in scanner.feed(line[start:end])]
    assert found == [Request(body) for body in bodies]


@pytest.mark.parametrize("length", [0, 2, 4097, 0xFFFF])
def test_an_impossible_length_does_not_swallow_the_next_request(length: int) -> None:
    scanner = RequestScanner()
    broken = PREAMBLE + length.to_bytes(2, "big")
    assert [request.body for request in scanner.feed(broken + FIND)] == [b"\x20\x01"]
