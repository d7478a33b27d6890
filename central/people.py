"""The people registry and facts of the offices; here, a stand-in with invented people in TOML."""

from __future__ import annotations

import dataclasses
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from central.registries.ports import (
    Portrait,
    RegisteredUser,
    RegistryPerson,
    RegistryTrouble,
)
from central.registries.registries import Registries
from central.tasks import FiledServices
from kiosk.config.schema import ConfigError, Problem, load, read_table
from kiosk.operator_texts import text_of
from kiosk.people.facts import FinishedService, SharedFacts
from kiosk.people.id_number import normalise
from kiosk.staff.roster import hash_card

if TYPE_CHECKING:
    from pathlib import Path

UNTOLD = ("draws_pension", "state_manager")
"""Facts that are left out while no office knows them."""
NOTHING_FILED = FiledServices({}, (), ())
_UNNAMED = "\ufffd"  # what stands for a character that a chip holds and nobody can name
_BETWEEN = str.maketrans("", "", " ·•・．.")


@dataclass(frozen=True)
class Registered:
    """Name and mobile number in the people registry; "" for none."""

    name: str = field(default="", repr=False)
    mobile: str = field(default="", repr=False)


@dataclass(frozen=True)
class People:
    """Known people by ID number; `portrait` (JPEG) stands for all of them.

    What one of the `registries` tells takes the place of what is known here.
    """

    facts: dict[str, SharedFacts]
    portrait: bytes | None = None
    registered: dict[str, Registered] = field(default_factory=dict)
    registries: Registries = field(default_factory=Registries)

    def facts_of(
        self,
        person: RegistryPerson,
        open_case: str,
        waiting_unit: str = "",
        filed: FiledServices = NOTHING_FILED,
    ) -> dict[str, Any] | None:
        """Return the SharedFacts of openapi.yaml, or None for an unknown person.

        `open_case`: id of the person's open application; `waiting_unit`: the employer who began a
        filing for them; both "" for none. `filed`: how the services of the person's cases stand;
        what the offices have of it from elsewhere counts less.
        """
        # Also of who is not known, so that the time of the answer tells nobody apart.
        added = self.registries.added_facts(person)
        known = self.facts.get(person.number)
        if known is None:
            return None
        elsewhere = {one.code: one.on for one in known.services_done}
        done = {**elsewhere, **filed.done}
        standing = {*filed.under_way, *filed.refused}
        found = dataclasses.replace(
            known,
            open_case=open_case,
            waiting_unit=waiting_unit,
            services_done=tuple(
                FinishedService(code, on) for code, on in done.items() if code not in standing
            ),
            services_open=filed.under_way,
            services_refused=filed.refused,
            **added,
        )
        told = dataclasses.asdict(found)
        # Terminals before version 0.2 know neither, and would refuse all other facts with them.
        return {name: one for name, one in told.items() if one is not None or name not in UNTOLD}

    def ss_card_number_of(self, id_number: str) -> str:
        """Return the number of the person's social security card, "" where none is known."""
        known = self.facts.get(id_number)
        return known.ss_card_number if known is not None else ""

    def registered_as(self, id_number: str) -> Registered:
        """Return name and mobile number of the registry; empty ones for an unknown person."""
        return self.registered.get(id_number, Registered())

    def is_registered_as(self, id_number: str, name: str) -> bool:
        """Tell whether the registry has this name, or no name, for the number.

        While the platform's accounts can't be asked, no name is known of anybody.
        """
        number = normalise(id_number)
        if self.registries.users is None:
            return names_agree(self.registered_as(number).name, name)
        match self.registries.users.user_of(RegistryPerson(number, name)):
            case RegisteredUser(known):
                return names_agree(known, name)
            case _:
                return True

    def mobile_of_card(self, card_hash: str) -> str:
        """Return the registered mobile number of the holder of a staff account's card, or ""."""
        mine = (one for number, one in self.registered.items() if hash_card(number) == card_hash)
        return next((one.mobile for one in mine), "")

    def portrait_of(self, person: RegistryPerson) -> bytes | RegistryTrouble | None:
        """Return the person's portrait as JPEG, None for an unknown person."""
        if self.registries.portraits is None:
            return self.portrait if person.number in self.facts else None
        found = self.registries.portraits.portrait_of(person)
        return found.jpeg if isinstance(found, Portrait) else found


def read_people(folder: Path, portrait: Path | None) -> People:
    """Return the people in all *.toml of `folder`, with tables [card], [facts] and [registered].

    Raises kiosk.config.schema.ConfigError when a file is wrong or has no card number.

    `portrait` is the JPEG that all of them have; None, or a file that is not there, for none.
    """
    facts, registered = {}, {}
    for path in sorted(folder.glob("*.toml")):
        table = read_table(path)
        found = table.get("card")
        card = found if isinstance(found, dict) else {}
        number = card.get("number")
        if not isinstance(number, str):
            words = text_of("central.id_number_wrong")
            raise ConfigError((Problem(str(path), 0, "card.number", words),))
        facts[number] = load(SharedFacts, path, table.get("facts", {}))
        known = {"name": card.get("name", ""), **table.get("registered", {})}
        registered[number] = load(Registered, path, known)
    there = portrait is not None and portrait.is_file()
    picture = portrait.read_bytes() if portrait is not None and there else None
    return People(facts, picture, registered)


def names_agree(registered: str, said: str) -> bool:
    """Tell whether two names agree; true when the registry holds no name.

    Width, letter case, spaces and separating dots don't count. A character of a card that this
    machine can't name (private use, or replaced) agrees with any one.
    """
    if not registered:
        return True
    ours, theirs = _plain(registered), _plain(said)
    pairs = zip(ours, theirs, strict=False)
    return len(ours) == len(theirs) and all(a == b or _is_unnamed(b) for a, b in pairs)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).translate(_BETWEEN).upper()


def _is_unnamed(character: str) -> bool:
    return character == _UNNAMED or unicodedata.category(character) == "Co"
