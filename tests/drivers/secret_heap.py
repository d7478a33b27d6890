"""A heap of all that could be kept, and the search for anybody's secrets in it."""

from __future__ import annotations

import json
import logging
import tomllib
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from drivers.protocols import id_text, samv_redaction
from drivers.protocols.card_texts import read_card_texts
from drivers.simulated import personas
from drivers.simulated.cards.card_chip import CardChip
from tests.drivers.devices.id_card.id_card_rigs import chip_of
from tests.drivers.vectors import ALL
from wiring import places

FOLDER = places.CONFIG / "personas"
NAMES = personas.names(FOLDER)
ID_VECTORS = ("D07", "D08", "D09", "D10", "D11", "D12")  # all four kinds of card
SS_VECTORS = ("D21", "D22", "D23", "D24")
ITEMS = ("name", "name_cn", "name_en", "id_number", "address", "pass_number")
SS_ITEMS = ("card_identifier", "card_number", "ssn", "name")
# Every recording says these, of everybody.
STAND_INS = {*read_card_texts().stand_in.values(), *samv_redaction._NUMBERS.values()}
SHORTEST = 2  # one letter or digit names nobody


@dataclass
class Heap:
    """All that could be kept, and the search in it."""

    pieces: list[bytes] = field(default_factory=list)

    def keep(self, *things: object) -> None:
        for thing in things:
            said = thing if isinstance(thing, str) else repr(thing)
            self.pieces.append(said.encode("utf-8", "surrogatepass"))

    def keep_file(self, path: Path) -> None:
        self.pieces.append(path.read_bytes())

    def holds(self, secret: str) -> list[bytes]:
        whole = b"\n".join(self.pieces)
        return [form for form in forms(secret) if form in whole]


def forms(secret: str) -> list[bytes]:
    """Plain, as a card stores it, in hexadecimal, as JSON and as Python would show it."""
    raw = {secret.encode(), secret.encode("utf-16-le"), secret.encode("gb18030")}
    if secret.isdecimal() and len(secret) % 2 == 0:
        raw.add(bytes.fromhex(secret))  # BCD: a PIN on its way to the card
    # Three bytes of BCD come up by chance in a photo or a database; in hexadecimal they would show.
    found = {one for one in raw if len(one) > 3}
    for one in raw:
        found |= {one.hex().encode(), one.hex().upper().encode(), one.hex(" ").encode()}
        found.add(repr(one)[2:-1].encode())
    found.add(json.dumps(secret)[1:-1].encode())
    return sorted(found)


def secrets_of_chip(chip: CardChip) -> set[str]:
    text = id_text.read_text(chip.text)
    assert isinstance(text, id_text.CardText)
    found = {text.items[item] for item in ITEMS if text.items.get(item)}
    return found | ({id_text.decode(chip.new_address)} if chip.new_address else set())


def secrets_of(name: str) -> set[str]:
    with (FOLDER / f"{name}.toml").open("rb") as file:
        ss_card = tomllib.load(file).get("social_security_card", {})
    own = {str(ss_card[item]) for item in ("card_number", "pin") if item in ss_card}
    return own | secrets_of_chip(personas.load(FOLDER, name).chip)


def all_secrets() -> set[str]:
    found = {one for name in NAMES for one in secrets_of(name)}
    found |= {one for vector in ID_VECTORS for one in secrets_of_chip(chip_of(vector))}
    for vector in SS_VECTORS:
        expected = ALL[vector].get("expect") or {}
        found |= {expected[item] for item in SS_ITEMS if expected.get(item)}
    return {one for one in found - STAND_INS if len(one) >= SHORTEST}


@contextmanager
def told(heap: Heap) -> Iterator[None]:
    """Keep the traceback of whatever goes wrong, as a log would show it."""
    try:
        yield
    except Exception as bug:
        logging.getLogger("canary").exception("a bug on purpose")
        heap.keep("".join(traceback.format_exception(bug)), bug)


def missing(heap: Heap) -> dict[str, list[bytes]]:
    return {one: found for one in sorted(all_secrets()) if (found := heap.holds(one))}
