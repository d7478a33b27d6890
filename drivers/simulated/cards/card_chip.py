"""The chip of an identity card: its bytes, with the text block of all four kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kiosk.people.identity import CardKind

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT_BYTES: Final = 256
PHOTO_BYTES: Final = 1024
ADDRESS_BYTES: Final = 70

# cards.md §1.6: the items of each kind in the order of the chip, with their length in bytes.
# An item named "" is reserved; `english_name_2` continues `english_name` on the 2023 card.
LAYOUTS: Final[Mapping[CardKind, tuple[tuple[str, int], ...]]] = {
    CardKind.RESIDENT: (
        ("name", 30),
        ("sex", 2),
        ("nation", 4),
        ("birth", 16),
        ("address", 70),
        ("number", 36),
        ("authority", 30),
        ("valid_from", 16),
        ("valid_until", 16),
        ("", 28),
        ("letter", 2),
        ("", 6),
    ),
    CardKind.HK_MACAO_TAIWAN: (
        ("name", 30),
        ("sex", 2),
        ("", 4),
        ("birth", 16),
        ("address", 70),
        ("number", 36),
        ("authority", 30),
        ("valid_from", 16),
        ("valid_until", 16),
        ("pass_number", 18),
        ("issue_count", 4),
        ("", 6),
        ("letter", 2),
        ("", 6),
    ),
    CardKind.FOREIGN_2017: (
        ("english_name", 120),
        ("sex", 2),
        ("number", 30),
        ("nationality", 6),
        ("name", 30),
        ("valid_from", 16),
        ("valid_until", 16),
        ("birth", 16),
        ("version", 4),
        ("authority_code", 8),
        ("letter", 2),
        ("", 6),
    ),
    CardKind.FOREIGN_2023: (
        ("name", 30),
        ("sex", 2),
        ("renewal_count", 4),
        ("birth", 16),
        ("english_name", 70),
        ("number", 36),
        ("", 30),
        ("valid_from", 16),
        ("valid_until", 16),
        ("english_name_2", 22),
        ("nationality", 6),
        ("letter", 2),
        ("old_number_link", 6),
    ),
}
LETTERS: Final[Mapping[CardKind, str]] = {
    CardKind.RESIDENT: " ",
    CardKind.HK_MACAO_TAIWAN: "J",
    CardKind.FOREIGN_2017: "I",
    CardKind.FOREIGN_2023: "Y",
}


@dataclass(frozen=True)
class CardChip:
    """The contents of one card that a reader can take out.

    `text` has 256 bytes and `photo` 1,024; `fingerprint` has 0, 512 or 1,024 bytes; `new_address`
    has 70 bytes, or none where no newer address was written.
    """

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprint: bytes = field(default=b"", repr=False)
    new_address: bytes = field(default=b"", repr=False)


def item(text: str, length: int) -> bytes:
    """Return `text` as UTF-16LE, filled with blanks and cut at `length` bytes like a chip's."""
    raw = text.encode("utf-16-le", "surrogatepass")[:length]
    return raw + " ".encode("utf-16-le") * ((length - len(raw)) // 2)


def text_block(kind: CardKind, items: Mapping[str, str]) -> bytes:
    """Return the 256-byte text block (cards.md §1.6); items that are not given stay blank.

    Dates are given as the card stores them: YYYYMMDD, or 长期.
    """
    first_part = dict(LAYOUTS[kind]).get("english_name", 0) // 2
    english = items.get("english_name", "")
    values = {
        **items,
        "english_name": english[:first_part],
        "english_name_2": english[first_part:],
        "letter": LETTERS[kind],
    }
    return b"".join(item(values.get(name, ""), length) for name, length in LAYOUTS[kind])


def address_block(address: str) -> bytes:
    """Return the 70 bytes of a newer address (command 30 03), or none for an empty one."""
    return item(address, ADDRESS_BYTES) if address else b""


def fake_picture(name: str, length: int) -> bytes:
    """Return `length` bytes that no WLT decoder accepts and that differ from card to card."""
    mark = f"FAKE-{name}-".encode()
    return (mark * (length // len(mark) + 1))[:length]
