"""Properties of every codec for arbitrary bytes: one check each, bytes in, AssertionError out.

A check takes its codec's arguments out of the same bytes, so that any fuzzer can drive it. `seeds`
returns sound inputs to begin with, from the golden vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from drivers.protocols import apdu, escpos, id_text, samv, samv_redaction, ss_card
from drivers.protocols import ss_card_text as vendor_text
from drivers.protocols.nations import nation_name
from drivers.protocols.qr_token import CodeAssembler, Framing, KeyDecoder
from drivers.protocols.samv import FrameScanner, SamvCommand
from kiosk.failures import Failure
from kiosk.people.qr_token import QrToken
from kiosk.people.ss_card import SsCard
from kiosk.slip import Qr, Size, Slip, SlipLine

VECTORS = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "cards.json"
BUFFER_BYTES = 8192
TODAY = date(2026, 11, 23)
COMMANDS = tuple(SamvCommand)
READ_RECORD = apdu.CommandApdu(0x00, 0xB2, 0x01, 0x04, le=256)
EVENT_BYTES = 3
QR_LETTERS = 140  # of four bytes each: the longest code that fits the paper


def _ensure(holds: object, what: str) -> None:
    if not holds:
        raise AssertionError(what)


def scan_frames(raw: bytes) -> None:
    """Check that frames do not depend on cuts and that the buffer stays small.

    After any noise the next frames must be found.
    """
    whole = list(FrameScanner().feed(raw))
    cuts = [0, *(at for at in range(len(raw)) if raw[at] % 16 == 1), len(raw)]
    scanner, pieces = FrameScanner(), []
    for begin, end in pairwise(cuts):
        pieces += scanner.feed(raw[begin:end])
        _ensure(scanner.pending < BUFFER_BYTES, "buffer")
    _ensure(pieces == whole, "frames differ by the cuts")
    good = samv.frame(b"\x00\x00\x80")
    _ensure(b"\x00\x00\x80" in scanner.feed(good * (BUFFER_BYTES // len(good))), "never again")


def judge_reply(raw: bytes) -> None:
    """Check that any body is a reply or none, and that every command says whether it fits."""
    answer = samv.reply(raw)
    for command in COMMANDS if answer is not None else ():
        if answer and samv.fits(command, answer):
            samv.split(command, answer.data)
    number = samv.sam_number(raw[:16].ljust(16, b"\x00"))
    _ensure(number.isascii(), "SAM number")


def read_text(raw: bytes) -> None:
    """Check that any 256 bytes are a card or a failure, and that a card's repr names nobody."""
    block = raw[: samv.TEXT_BYTES].ljust(samv.TEXT_BYTES, b" ")
    text = id_text.read_text(block)
    if isinstance(text, Failure):
        return
    nation_name(text.items.get("nation", ""))
    card = id_text.to_card(text)
    if not isinstance(card, Failure):
        id_text.flags(card, TODAY)
        _ensure(repr(card) == f"IdCard({card.kind})", "repr")


def redact_exchange(raw: bytes) -> None:
    """Check that redaction keeps lengths and is idempotent."""
    sent, heard = samv.request(COMMANDS[raw[0] % len(COMMANDS)] if raw else COMMANDS[0]), raw[1:]
    same, kept = samv_redaction.redact(sent, heard)
    _ensure(same == sent and len(kept) == len(heard), "length")
    _ensure(samv_redaction.redact(sent, kept)[1] == kept, "not redacted at once")


def exchange_apdu(raw: bytes) -> None:
    """Check that any answers end the exchange, and that an answer has data and status."""
    answer = apdu.parse_response(raw)
    _ensure((answer is None) == (len(raw) < len(b"SW")), "status")
    pieces = [raw[at : at + 5] for at in range(0, len(raw), 5)] or [b""]
    told = iter(pieces * 64)
    apdu.exchange(lambda _: next(told), READ_RECORD, t0=bool(raw[:1] > b"\x80"))


def read_items(raw: bytes) -> None:
    """Check that any record is judged, and that any values make a card."""
    answer = apdu.parse_response(raw) or apdu.Response(b"", 0)
    for item in ss_card.ITEMS:
        if ss_card.judge(item, answer) is ss_card.Reading.READ:
            _ensure(len(ss_card.value_of(answer)) == answer.data[1], "value")
        ss_card.item_in(item.file, answer)
    card = ss_card.decode({item.name: raw[at:] for at, item in enumerate(ss_card.ITEMS)})
    _ensure(all(text.encode() for text in card.read_items().values()), "text")
    typed = bytearray(raw[:8])
    command = ss_card.verify(typed)
    _ensure((command is None) == (len(typed) != ss_card.PIN_DIGITS or not _digits(typed)), "PIN")


def _digits(typed: bytearray) -> bool:
    return all(0x30 <= one <= 0x39 for one in typed)  # noqa: PLR2004 - ASCII digits


def read_vendor_text(raw: bytes) -> None:
    """Check that any text of a vendor's library is a card or none."""
    vendor_text.says_no_card(raw)
    card = vendor_text.parse(raw)
    if card is not None:
        _ensure(repr(card) == repr(SsCard(spec_version=card.spec_version)), "repr")


def assemble_codes(raw: bytes) -> None:
    """Check that bytes in any pieces are codes of allowed length, unreadable, or nothing."""
    codes, now, longest = CodeAssembler(Framing(longest=64)), 0.0, 64
    found: list[QrToken | Failure] = []
    for piece in raw.split(b"\x1f"):
        found += codes.feed(piece, now)
        began, now = now, now + (piece[0] if piece else 0) / 100
        found += codes.pause(began, now)
    for one in found:
        if isinstance(one, QrToken):
            _ensure(0 < len(one.reveal().encode()) <= longest, "length")
            _ensure(repr(one) == f"QrToken({len(one.reveal())} characters)", "repr")
        else:
            _ensure(one is Failure.CODE_UNREADABLE, "failure")


def type_keys(raw: bytes) -> None:
    """Check that any key events type printable ASCII, an end, or nothing."""
    decoder = KeyDecoder()
    for at in range(0, len(raw) - EVENT_BYTES + 1, EVENT_BYTES):
        typed = decoder.feed(int.from_bytes(raw[at : at + 2]) % 0x300, raw[at + 2] % 4)
        _ensure(typed.isascii() and len(typed) <= 1, "typed")


def print_slip(raw: bytes) -> None:
    """Check that any text is printed between initialising and cutting, and adds no command."""
    text = raw.decode("utf-8", "replace")
    code = text[:QR_LETTERS]
    said = escpos.encode(Slip((SlipLine(text, Size.LARGE, centred=True), Qr(code), SlipLine(text))))
    _ensure(said.startswith(escpos.INITIALISE) and said.endswith(escpos.FEED_AND_CUT), "frame")
    bare, said = (escpos.encode(Slip((SlipLine(one),))) for one in ("", text))
    after = len(escpos.LINE_FEED + escpos.FEED_AND_CUT)
    before = len(bare) - after
    _ensure(said[:before] + said[-after:] == bare, "around the text")
    _ensure(all(one >= ord(" ") for one in said[before:-after]), "a command in the text")
    for query in escpos.Query:
        escpos.failure(query, raw[0] if raw else 0)


Check = Callable[[bytes], None]
CODECS: Mapping[str, Check] = MappingProxyType(
    {
        "samv_frames": scan_frames,
        "samv_replies": judge_reply,
        "samv_redaction": redact_exchange,
        "id_text": read_text,
        "apdu": exchange_apdu,
        "ss_card": read_items,
        "ss_card_text": read_vendor_text,
        "qr_token": assemble_codes,
        "qr_keys": type_keys,
        "escpos": print_slip,
    }
)


def seeds() -> list[bytes]:
    """Return sound inputs: replies, their bodies and texts, records, a vendor's line, a code."""
    vectors: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))["vectors"]
    replies = [bytes.fromhex(one["reply_hex"]) for one in vectors if "reply_hex" in one]
    answers = [
        bytes.fromhex(said[1])
        for one in vectors
        for said in (*one.get("apdu_log", ()), *one.get("steps", ()))
    ]
    line = "341600|341600195909309339|Z00000523|D156|测试甲|0081|2.00|20210510|20410510|0|0|"
    others = [line.encode("gb18030"), b"https://example.invalid/code?t=1\r\n"]
    frames = [one[7:-1] for one in replies] + [b"\x07" + one for one in replies]
    texts = [one[14:270] for one in replies if len(one) > samv.TEXT_BYTES]
    return [*replies, *frames, *texts, *answers, *others]
