"""The facts of an identity card, whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class CardKind(StrEnum):
    """The four cards a SAM_V reader returns, told apart by the letter at byte 248."""

    RESIDENT = "resident"
    HK_MACAO_TAIWAN = "hk_macao_taiwan"  # J
    FOREIGN_2017 = "foreign_2017"  # I
    FOREIGN_2023 = "foreign_2023"  # Y


class Sex(StrEnum):
    """GB/T 2261.1."""

    MALE = "1"
    FEMALE = "2"
    UNKNOWN = "0"
    NOT_STATED = "9"


class CardDoubt(StrEnum):
    """A part of a card's text that is uncertain although two readings of the chip agree."""

    NAME = "name"  # it has a character that no table names
    NAME_MISSING = "name_missing"
    ADDRESS = "address"  # as for the name
    NATION = "nation"  # its code stands in no table
    NEW_ADDRESS = "new_address"  # it could not be read: the other one may be old
    BIRTH = "birth"  # differs from the day in the number
    SEX = "sex"  # differs from the 17th place of the number


INSPECTED_DOUBTS = frozenset(
    {
        CardDoubt.NAME,
        CardDoubt.NAME_MISSING,
        CardDoubt.ADDRESS,
        CardDoubt.BIRTH,
        CardDoubt.SEX,
    }
)
"""Doubts with which a visit goes on only after one of the staff has inspected the card."""


@dataclass(frozen=True)
class CardInspection:
    """The confirmation of a doubtful card by one of the staff.

    `staff` is a pseudonym. `birth` and `sex` are what the chip had said.
    """

    staff: str
    at: datetime
    birth: date = field(repr=False)
    sex: Sex = field(repr=False)


@dataclass(frozen=True)
class CardReading:
    """One reading of an identity card, as far as a reader can show that it took place.

    The card signs nothing for us (docs/threats.md). `id`: 32 hex digits, drawn for this reading.
    `reader`: the SAM number, "" where the reader does not tell. `chip`: SHA-256 over text and photo
    as they came from the chip; whoever never had the card can't know it.
    """

    id: str
    reader: str
    chip: str

    def record(self) -> dict[str, str]:
        """Return the member `read` of a visit."""
        return {"id": self.id, "reader": self.reader, "chip": self.chip}


@dataclass(frozen=True)
class IdCard:
    """The text of one identity card.

    `valid_until` is None for 长期. `name_certain` is False when the chip's name held a cut
    surrogate pair or a private-use character, so that a person must confirm it.
    `address` is the newest one on the chip. `photo` is the undecoded 1,024-byte chip picture,
    `picture` what a decoder made of it (102 x 126 BGR, top row first; empty without one).
    `doubts` are what two agreeing readings of the chip left uncertain; `inspection` is None until
    somebody of the staff has looked at the card. `reading` is None for a number that was typed.
    """

    kind: CardKind
    name: str
    sex: Sex
    nation: str
    birth: date
    address: str
    number: str
    authority: str
    valid_from: date
    valid_until: date | None
    photo: bytes = field(default=b"", repr=False)
    name_certain: bool = True
    english_name: str = ""
    nationality: str = ""
    picture: bytes = field(default=b"", repr=False)
    doubts: tuple[CardDoubt, ...] = ()
    inspection: CardInspection | None = None
    reading: CardReading | None = field(default=None, repr=False, compare=False)

    @property
    def needs_inspection(self) -> bool:
        """Return whether one of the staff has to inspect the card before it is used."""
        return self.inspection is None and not INSPECTED_DOUBTS.isdisjoint(self.doubts)

    def __repr__(self) -> str:
        """Return the kind only: a log or a traceback may hold it."""
        return f"IdCard({self.kind})"
