"""Redaction of exchanges with a SAM_V reader: a recording without the person in it.

Data stays only in replies to "read SAM number". Text becomes that of an invented card, so that a
recording can still be replayed; photo and fingerprint become zeros; checksums are made right again.
Whatever is no whole, sound frame becomes zeros of the same length, and so does other data.
"""

from __future__ import annotations

from drivers.protocols import id_text, samv
from drivers.protocols.card_texts import read_card_texts
from drivers.protocols.samv import PREAMBLE, TEXT_BYTES, SamvCommand
from kiosk.failures import Failure
from kiosk.people.identity import CardKind

_READS = (SamvCommand.READ, SamvCommand.READ_WITH_FINGERPRINT)
_SAM_NUMBER = samv.request(SamvCommand.SAM_NUMBER)
_SAM_NUMBER_BYTES = 16
_WORDS = 3
_ADDRESS_BYTES = 70
_LETTER = slice(248, 250)
# Invented people: area codes that were never issued; their other items are in config/cards.toml.
_NUMBERS = {
    CardKind.RESIDENT: "341600196203159177",
    CardKind.HK_MACAO_TAIWAN: "810000196203150016",
    CardKind.FOREIGN_2017: "XAB341600020200",
    CardKind.FOREIGN_2023: "934999196203150018",
}


def redact(sent: bytes, heard: bytes) -> tuple[bytes, bytes]:
    """Return both directions of one exchange, each as long as it was (`recorder.Redactor`).

    `sent` is the request, which holds nothing personal; `heard` is all that came until the next.
    """
    return sent, b"".join(_cleared(sent, piece) for piece in _pieces(heard))


def _pieces(heard: bytes) -> list[bytes]:
    """Cut into whole frames and the bytes between them, in order."""
    pieces, at = [], 0
    for body in samv.FrameScanner().feed(heard):
        whole = samv.frame(body)
        begin = heard.index(whole, at)
        pieces += [heard[at:begin], whole]
        at = begin + len(whole)
    return [*pieces, heard[at:]]


def _cleared(sent: bytes, piece: bytes) -> bytes:
    if not piece.startswith(PREAMBLE):
        return bytes(len(piece))
    body = piece[samv.HEAD : -1]
    if piece != samv.frame(body):  # a frame that was cut off
        return bytes(len(piece))
    words, data = body[:_WORDS], body[_WORDS:]
    if sent == _SAM_NUMBER and len(data) == _SAM_NUMBER_BYTES:
        return piece
    return samv.frame(words + _stand_in(sent, data))


def _stand_in(sent: bytes, data: bytes) -> bytes:
    """Return data of the same length that says nothing of anybody."""
    for command in _READS:
        blocks = samv.split(command, data)
        if blocks is not None:
            lengths = data[: len(data) - TEXT_BYTES - len(blocks.photo) - len(blocks.fingerprint)]
            rest = bytes(len(blocks.photo) + len(blocks.fingerprint))
            return lengths + _stand_in_text(blocks.text) + rest
    if sent == samv.request(SamvCommand.NEW_ADDRESS):
        address = read_card_texts().stand_in["new_address"].ljust(_ADDRESS_BYTES * 2)
        return address.encode("utf-16-le")[: len(data)].ljust(len(data), b"\x00")
    return bytes(len(data))


def _stand_in_text(text: bytes) -> bytes:
    """Return the text block of an invented person with a card of the same kind."""
    found = id_text.read_text(text)
    kind = CardKind.RESIDENT if isinstance(found, Failure) else found.kind
    person = read_card_texts().stand_in
    made = bytearray(" ".encode("utf-16-le") * (TEXT_BYTES // 2))
    for item, spans in id_text.LAYOUTS[kind].items():
        value = _NUMBERS[kind] if item == "id_number" else person.get(item, "")
        start, end = spans[0]
        made[start:end] = value.ljust((end - start) // 2).encode("utf-16-le")
    if not isinstance(found, Failure):
        made[_LETTER] = text[_LETTER]
    return bytes(made)
