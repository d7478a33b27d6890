"""Files, records and commands of social security cards: LD/T 32-2015, file set V2.0.

EF05 holds the card's own items, EF06 the holder's. Each item is one record: tag, length, value.
Cards differ in how a record is named, so there are three ways; the answer's tag proves which one
was understood.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Final

from drivers.protocols.apdu import CommandApdu, Response, StatusMeaning
from kiosk.people.ss_card import SsCard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CARD_FILE: Final = 0xEF05
HOLDER_FILE: Final = 0xEF06
CHALLENGE_BYTES: Final = 8
PIN_DIGITS: Final = 6
SPEC_3: Final = "3.00"
_EXTERNAL_AUTHENTICATION_KEY = 0x0A
_TAG_AND_LENGTH = 2


class CardApplication(Enum):
    """Names for SELECT by name.

    The environment holds EF05 and EF06; a card that answers 6A82 (not found) there is no social
    security card of this file set.
    """

    ENVIRONMENT = b"sx1.sh.\xc9\xe7\xbb\xe1\xb1\xa3\xd5\xcf"  # ends with 社会保障 in GBK
    PUBLIC = bytes.fromhex("D15600000500")
    EMPLOYMENT = bytes.fromhex("D15600000501")
    SOCIAL_INSURANCE_1 = bytes.fromhex("D15600000502")
    SOCIAL_INSURANCE_2 = bytes.fromhex("D15600000503")
    PERSONNEL = bytes.fromhex("D15600000504")


class Coding(Enum):
    """The codings of the value of an item."""

    BCD = "cn"  # padded right with F
    TEXT = "an"  # padded right with 00
    NAME = "GBK"


class Addressing(Enum):
    """The ways in which READ RECORD names an item."""

    BY_TAG = "tag"  # P1 = tag, P2 = 00
    BY_NUMBER = "number"  # P1 = record number, P2 = 04
    BY_SHORT_FILE = "short_file"  # P1 = record number, P2 = SFI << 3 | 4; needs no selected file


@dataclass(frozen=True)
class Item:
    """One record of a file.

    `number` is its place in the file; `length` counts the value's bytes by the table, but where the
    card's own length byte differs, the card is right.
    """

    file: int
    number: int
    tag: int
    length: int
    coding: Coding
    name: str

    @property
    def label(self) -> str:
        """Return the item as refusals name it, file and tag: EF06/4E."""
        return f"{self.file:04X}/{self.tag:02X}"


NAME_EXTENSION: Final = "name_extension"
ITEMS: Final = (
    Item(CARD_FILE, 1, 0x01, 16, Coding.BCD, "card_identifier"),
    Item(CARD_FILE, 2, 0x02, 1, Coding.TEXT, "card_class"),
    Item(CARD_FILE, 3, 0x03, 4, Coding.TEXT, "spec_version"),
    Item(CARD_FILE, 4, 0x04, 12, Coding.BCD, "init_agency"),
    Item(CARD_FILE, 5, 0x05, 4, Coding.BCD, "issue_date"),
    Item(CARD_FILE, 6, 0x06, 4, Coding.BCD, "valid_to"),
    Item(CARD_FILE, 7, 0x07, 9, Coding.TEXT, "card_number"),
    Item(HOLDER_FILE, 1, 0x08, 18, Coding.TEXT, "ssn"),
    Item(HOLDER_FILE, 2, 0x09, 30, Coding.NAME, "name"),
    Item(HOLDER_FILE, 3, 0x4E, 20, Coding.NAME, NAME_EXTENSION),
    Item(HOLDER_FILE, 4, 0x0A, 1, Coding.TEXT, "sex"),
    Item(HOLDER_FILE, 5, 0x0B, 1, Coding.BCD, "nation"),
    Item(HOLDER_FILE, 6, 0x0C, 3, Coding.BCD, "birth_place"),
    Item(HOLDER_FILE, 7, 0x0D, 4, Coding.BCD, "birth_date"),
)
# Some newer cards answer for the card's own items under SFI 0B.
SHORT_FILES: Final[Mapping[int, tuple[int, ...]]] = {CARD_FILE: (0x05, 0x0B), HOLDER_FILE: (0x06,)}
_KEEPS_ITS_F = {"card_identifier", "init_agency"}


def select_application(application: CardApplication) -> CommandApdu:
    """Return SELECT by name for an application."""
    return CommandApdu(0x00, 0xA4, 0x04, 0x00, application.value)


def select_file(file: int) -> tuple[CommandApdu, ...]:
    """Return both forms of SELECT by file id that are in use, the commoner one first."""
    identifier = file.to_bytes(2)
    return tuple(CommandApdu(0x00, 0xA4, p1, 0x00, identifier) for p1 in (0x00, 0x02))


def read_item(item: Item, addressing: Addressing) -> tuple[CommandApdu, ...]:
    """Return READ RECORD for an item; more than one where a file has several short names."""
    exact = item.length + _TAG_AND_LENGTH
    if addressing is Addressing.BY_TAG:
        return (CommandApdu(0x00, 0xB2, item.tag, 0x00, le=exact),)
    if addressing is Addressing.BY_NUMBER:
        return (CommandApdu(0x00, 0xB2, item.number, 0x04, le=256),)
    return tuple(
        CommandApdu(0x00, 0xB2, item.number, short << 3 | 4, le=exact)
        for short in SHORT_FILES[item.file]
    )


def get_challenge() -> CommandApdu:
    """Return GET CHALLENGE for 8 random bytes."""
    return CommandApdu(0x00, 0x84, 0x00, 0x00, le=CHALLENGE_BYTES)


def external_authenticate(cryptogram: bytes) -> CommandApdu:
    """Return EXTERNAL AUTHENTICATE, which shows that the central service knows the card's key.

    `cryptogram` is the service's answer to the challenge, 16 bytes.
    """
    return CommandApdu(0x00, 0x82, 0x00, _EXTERNAL_AUTHENTICATION_KEY, cryptogram)


def verify(pin: bytearray) -> bytearray | None:
    """Return VERIFY for a PIN of six ASCII digits, packed as BCD.

    The caller overwrites it after use. None: not six digits; nothing may be sent then, because the
    card counts a wrong try.
    """
    if len(pin) != PIN_DIGITS or not pin.isdigit():
        return None
    command = bytearray.fromhex("0020000003000000")
    for place in range(3):
        command[5 + place] = (pin[2 * place] & 0x0F) << 4 | pin[2 * place + 1] & 0x0F
    return command


class Reading(StrEnum):
    """The result of asking for one item in one way."""

    READ = "read"
    REFUSED = "refused"  # the card protects it, whatever way it is asked for
    ABSENT = "absent"  # no such record in this way
    MISUNDERSTOOD = "misunderstood"  # another tag, or a status of no meaning here
    DAMAGED = "damaged"  # its tag, but not as many bytes as it says itself


_REFUSALS = {
    StatusMeaning.SECURITY_NOT_SATISFIED,
    StatusMeaning.BLOCKED,
    StatusMeaning.CONDITIONS_NOT_SATISFIED,
    StatusMeaning.APPLICATION_LOCKED,
}
_ANSWERS = {StatusMeaning.DONE, StatusMeaning.DATA_DOUBTFUL}


def judge(item: Item, answer: Response) -> Reading:
    """Return whether an answer to READ RECORD is this item, and what it is otherwise."""
    if answer.outcome in _REFUSALS:
        return Reading.REFUSED
    if answer.outcome is StatusMeaning.RECORD_NOT_FOUND:
        return Reading.ABSENT
    if answer.outcome not in _ANSWERS or answer.data[:1] != bytes([item.tag]):
        return Reading.MISUNDERSTOOD
    value = answer.data[_TAG_AND_LENGTH:]
    whole = len(answer.data) > 1 and answer.data[1] == len(value)
    return Reading.READ if whole else Reading.DAMAGED


def is_protected(sw: int) -> bool:
    """Tell whether a status word says that the card protects what was asked for."""
    return Response(b"", sw).outcome in _REFUSALS


def item_in(file: int, answer: Response) -> Item | None:
    """Return the item of `file` whose tag an answer begins with."""
    found = (item for item in ITEMS if item.file == file and answer.data[:1] == bytes([item.tag]))
    return next(found, None)


def value_of(answer: Response) -> bytes:
    """Return the value of a record that was judged READ."""
    return answer.data[_TAG_AND_LENGTH:]


def decode(
    values: Mapping[str, bytes], denied: Iterable[str] = (), flags: Iterable[str] = ()
) -> SsCard:
    """Return the card with the items that were read; never fails.

    `values` are raw values by item name. `denied` and `flags` are passed on into the card. What is
    no text of its coding keeps its readable part and is flagged as damaged.
    """
    texts: dict[str, str] = {}
    damaged: list[str] = []
    for item in ITEMS:
        if item.name in values and item.coding is not Coding.NAME:
            texts[item.name] = text = _text(item, values[item.name])
            if "\ufffd" in text:
                damaged.append(f"{item.label}:damaged")
    name = join_name(values.get("name", b""), values.get(NAME_EXTENSION, b""))
    return SsCard(**texts, name=name, denied=tuple(denied), flags=(*flags, *damaged))


def join_name(first: bytes, extension: bytes) -> str:
    """Return the name of both parts; the cut between them may go through a character.

    GB 18030 holds all of GBK. What it cannot read, and control characters, become U+FFFD.
    """
    name = _trim(_trim(first) + extension).decode("gb18030", "replace")
    return "".join("\ufffd" if unicodedata.category(one) == "Cc" else one for one in name)


def _trim(padded: bytes) -> bytes:
    return padded.rstrip(b"\x00\xff\x20")


def _text(item: Item, value: bytes) -> str:
    if item.coding is Coding.TEXT:
        return "".join(chr(one) if 0x20 < one < 0x7F else "\ufffd" for one in _trim(value))  # noqa: PLR2004 - printable ASCII
    digits = value.hex().upper()
    if item.name in _KEEPS_ITS_F:
        return digits
    digits = digits.rstrip("F")
    return digits if digits.isdigit() or not digits else "\ufffd" * len(digits)
