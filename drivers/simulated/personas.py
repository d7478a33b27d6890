"""The invented people of the simulated terminal, from config/personas/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from drivers.simulated.cards.card_chip import (
    PHOTO_BYTES,
    CardChip,
    address_block,
    fake_picture,
    text_block,
)
from kiosk.operator_texts import text_of
from kiosk.people.identity import CardKind

PERSONAS = Path(__file__).resolve().parents[2] / "config" / "personas"


@dataclass(frozen=True)
class Persona:
    """One invented person: the chip of the card, and the variant of the face before the camera."""

    name: str
    chip: CardChip
    face: str


def load(folder: Path, name: str) -> Persona:
    """Return the persona in `<folder>/<name>.toml`; raises ValueError when there is none."""
    if name not in names(folder):
        raise ValueError(f"no persona {name}; there are {', '.join(names(folder))}")
    with (folder / f"{name}.toml").open("rb") as file:
        table = tomllib.load(file)
    return Persona(
        name, chip(name, table["card"]), table.get("face", {}).get("variant", "portrait")
    )


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of all personas in `folder`, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def chip(name: str, card: dict[str, Any]) -> CardChip:
    """Return the chip of a `[card]` table; a card without `valid_until` is valid 长期."""
    items = {key: stored(value) for key, value in card.items()}
    items.setdefault("valid_until", text_of("demo.long_term"))
    return CardChip(
        text=text_block(CardKind(card["kind"]), items),
        photo=fake_picture(name, PHOTO_BYTES),
        fingerprint=fake_picture(name, int(card.get("fingerprint_bytes", 0))),
        new_address=address_block(card.get("new_address", "")),
    )


def stored(value: object) -> str:
    """Return a TOML value as the chip stores it: dates as YYYYMMDD."""
    return f"{value:%Y%m%d}" if isinstance(value, date) else str(value)
