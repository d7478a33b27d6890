"""The bytes of a social security card and the habits of its chip (cards.md §2)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum, auto
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

AID: Final = b"sx1.sh." + bytes.fromhex("C9E7 BBE1 B1A3 D5CF")  # 社会保障 in GBK
EF05: Final = 0xEF05
EF06: Final = 0xEF06
EF07: Final = 0xEF07  # fingerprint, binary
EF08: Final = 0xEF08  # photo, binary
FINGERPRINT_BYTES: Final = 300
PHOTO_BYTES: Final = 1000
NAME_BYTES: Final = 30
WHOLE_FILE: Final = None
CARD_NUMBER: Final = 0x07
NAME_EXTENSION: Final = 0x4E

# cards.md §2.3: the items of each file in the order of their record numbers: id, coding, bytes.
LAYOUT: Final[Mapping[int, tuple[tuple[str, int, str, int], ...]]] = {
    EF05: (
        ("identifier", 0x01, "cn", 16),
        ("class", 0x02, "an", 1),
        ("version", 0x03, "an", 4),
        ("init_agency", 0x04, "cn", 12),
        ("issued", 0x05, "cn", 4),
        ("valid_until", 0x06, "cn", 4),
        ("card_number", CARD_NUMBER, "an", 9),
    ),
    EF06: (
        ("number", 0x08, "an", 18),
        ("name", 0x09, "an", NAME_BYTES),
        ("name_extension", NAME_EXTENSION, "an", 20),
        ("sex", 0x0A, "an", 1),
        ("nation", 0x0B, "cn", 1),
        ("birth_place", 0x0C, "cn", 3),
        ("birth", 0x0D, "cn", 4),
    ),
}
RESTRICTED_3_00: Final = frozenset({(EF05, CARD_NUMBER), (EF06, WHOLE_FILE)})
MAKER: Final = bytes.fromhex(
    "0081544C978684"
)  # a published chip's historical bytes (cards.md §2.1)
RID: Final = "D156000005"


class LeRule(Enum):
    """The answers of a chip to an expected length that is not the record's."""

    EXACT = auto()  # 6Cxx, also to 00
    EXACT_OR_ZERO = auto()  # 6Cxx, but 00 asks for all
    REFUSING = auto()  # 6700 without saying the right one; 00 asks for all
    LAX = auto()  # as many bytes as were asked for


@dataclass(frozen=True)
class Habits:
    """The behaviour in which chips of different makers differ while they hold the same items.

    `sfis` are the short ids of files.
    """

    answers_61: bool = True  # data after a command with data wait for GET RESPONSE
    le_rule: LeRule = LeRule.EXACT_OR_ZERO
    by_id: bool = True
    by_number: bool = True
    by_sfi: bool = True
    sfis: Mapping[int, int] = field(
        default_factory=lambda: MappingProxyType({0x05: EF05, 0x06: EF06, 0x07: EF07, 0x08: EF08})
    )


@dataclass(frozen=True)
class ImageItem:
    """One record: its number from 1, its id, its bytes."""

    number: int
    tag: int
    value: bytes = field(repr=False)


@dataclass(frozen=True)
class SsCardImage:
    """One card as it was issued.

    `pin` has three BCD bytes; `pin_left` is how many of `pin_tries` are left. `restricted` names
    the items (or, with None, whole files) that are refused until external authentication; binary
    files always are.
    """

    atr: bytes
    records: Mapping[int, tuple[ImageItem, ...]] = field(repr=False)
    binaries: Mapping[int, bytes] = field(repr=False, default_factory=dict)
    pin: bytes = field(repr=False, default=bytes.fromhex("123450"))
    pin_tries: int = 3
    pin_left: int = 3
    restricted: frozenset[tuple[int, int | None]] = frozenset()
    habits: Habits = Habits()
    aid: bytes = AID

    @property
    def identifier(self) -> bytes:
        """Return the 16 bytes of item 01, from which the centre derives this card's key."""
        return next(item.value for item in self.records[EF05] if item.tag == 1)

    def with_habits(self, **changes: Any) -> SsCardImage:
        """Return the same card with another maker's chip."""
        return replace(self, habits=replace(self.habits, **changes))

    def is_restricted(self, ef: int, tag: int) -> bool:
        """Tell whether an item needs external authentication."""
        return (ef, tag) in self.restricted or (ef, WHOLE_FILE) in self.restricted


def load(folder: Path, name: str) -> SsCardImage:
    """Return the card in `<folder>/<name>.toml`.

    Raises ValueError without that file or without a card in it.
    """
    holders = [
        path.stem
        for path in sorted(folder.glob("*.toml"))
        if "social_security_card" in tomllib.loads(path.read_text("utf-8"))
    ]
    if name not in holders:
        raise ValueError(
            f"no persona {name} with a social security card; there are {', '.join(holders)}"
        )
    return from_persona(tomllib.loads((folder / f"{name}.toml").read_text("utf-8")))


def from_persona(persona: Mapping[str, Any]) -> SsCardImage:
    """Return the card of a persona's tables.

    `[social_security_card]` says what is its own; number, name, sex, nation and birth are those of
    `[card]` unless it names them.
    """
    own = persona["social_security_card"]
    items = {**persona["card"], **own}
    region, serial = own["region"][:6], own["serial"]
    name = items["name"].encode("gbk")
    values = {
        **items,
        "identifier": f"{region}{RID}{serial}FFFFFFFF",
        "class": items.get("class", "3"),
        "name": name[:NAME_BYTES],
        "name_extension": name[NAME_BYTES:],
        "nation": items.get("nation", "00"),
        "birth_place": items.get("birth_place", region),
    }
    version = own["version"]
    return SsCardImage(
        atr=bytes.fromhex("3B6D0000") + MAKER + bytes.fromhex(region[:4] + serial),
        records={
            ef: tuple(
                ImageItem(number, tag, coded(values[key], coding, length))
                for number, (key, tag, coding, length) in enumerate(layout, 1)
                if not (tag == NAME_EXTENSION and version == "1.00")
            )
            for ef, layout in LAYOUT.items()
        },
        binaries={EF07: _fake(serial, FINGERPRINT_BYTES), EF08: _fake(serial, PHOTO_BYTES)},
        pin=bytes.fromhex(own["pin"]),
        pin_left=own.get("pin_left", 3),
        restricted=RESTRICTED_3_00 if version == "3.00" else frozenset(),
    )


def from_vector(image: Mapping[str, Any], engine: Mapping[str, Any]) -> SsCardImage:
    """Return the card of a golden vector: its `image` and the habits in its `engine`."""
    return SsCardImage(
        atr=bytes.fromhex(image["atr"]),
        records={
            int(ef, 16): tuple(
                ImageItem(item["rec"], int(item["tag"], 16), bytes.fromhex(item["value"]))
                for item in items
            )
            for ef, items in image["files"].items()
        },
        pin=bytes.fromhex(image["pin"]),
        pin_tries=image["pin_tries"],
        pin_left=image["pin_tries"],
        restricted=frozenset(
            (int(ef, 16), None if tag == "*" else int(tag, 16))
            for ef, tag in (rule.split("/") for rule in image["needs_external_auth"])
        ),
        habits=Habits(
            answers_61=engine.get("select_61", True),
            le_rule=LeRule.EXACT_OR_ZERO if engine.get("le_strict", True) else LeRule.LAX,
        ),
        aid=bytes.fromhex(image["aid"]),
    )


def coded(value: object, coding: str, length: int) -> bytes:
    """Return a value as the card stores it: cn = BCD filled with F, an = bytes filled with 00.

    `coding` is one of the two, `length` that of the item in bytes. Raises ValueError when the value
    is longer.
    """
    if isinstance(value, date):
        value = f"{value:%Y%m%d}"
    if coding == "cn":
        raw = bytes.fromhex(str(value).ljust(2 * length, "F"))
    else:
        raw = (value if isinstance(value, bytes) else str(value).encode("gbk")).ljust(length, b"\0")
    if len(raw) != length:
        raise ValueError(f"{len(raw)} bytes for an item of {length}")
    return raw


def _fake(serial: str, length: int) -> bytes:
    mark = f"FAKE-{serial}-".encode()
    return (mark * (length // len(mark) + 1))[:length]
