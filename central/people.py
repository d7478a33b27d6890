"""What do the offices know of a person? In demo, tests and training: invented people in TOML."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kiosk.people.facts import SharedFacts
from kiosk.schema import ConfigError, Problem, load, read_table

if TYPE_CHECKING:
    from pathlib import Path

NUMBER_WORDS = "应是带引号的身份证号码"


@dataclass(frozen=True)
class People:
    """The known people by ID number, and the portrait that stands for all of them."""

    facts: dict[str, SharedFacts]
    portrait: bytes | None = None

    def facts_of(
        self, id_number: str, open_case: str, waiting_unit: str = ""
    ) -> dict[str, Any] | None:
        """Return the SharedFacts of openapi.yaml, or None for an unknown person."""
        known = self.facts.get(id_number)
        if known is None:
            return None
        found = dataclasses.replace(known, open_case=open_case, waiting_unit=waiting_unit)
        told = dataclasses.asdict(found)
        if found.draws_pension is None:  # terminals before version 0.2 know no such fact
            del told["draws_pension"]
        return told

    def portrait_of(self, id_number: str) -> bytes | None:
        """Return JPEG bytes, or None."""
        return self.portrait if id_number in self.facts else None


def read_people(folder: Path, portrait: Path | None) -> People:
    """Read every *.toml with [card] number and [facts]. Raises kiosk.schema.ConfigError."""
    facts = {}
    for path in sorted(folder.glob("*.toml")):
        table = read_table(path)
        card = table.get("card")
        number = card.get("number") if isinstance(card, dict) else None
        if not isinstance(number, str):
            raise ConfigError((Problem(str(path), 0, "card.number", NUMBER_WORDS),))
        facts[number] = load(SharedFacts, path, table.get("facts", {}))
    there = portrait is not None and portrait.is_file()
    return People(facts, portrait.read_bytes() if portrait is not None and there else None)
