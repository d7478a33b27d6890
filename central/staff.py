"""Accounts of the staff by service point, in one TOML file for each point."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.config.schema import ConfigError, Problem, load
from kiosk.operator_texts import text_of
from kiosk.staff.roles import Role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kiosk.config.known_credentials import KnownCredentials


@dataclass(frozen=True)
class StaffAccount:
    """One member of the staff.

    `card_hash`: SHA-256 of the number on the card, in hex. `pin_hash`: scrypt$N$r$p$salt$hash, the
    last two in base64. `code_key`: base32 key of a technician's second factor, valid at this point.
    """

    id: str
    role: Role
    name: str
    card_hash: str = field(repr=False)
    pin_hash: str = field(repr=False)
    rights: tuple[str, ...]
    valid_until: date
    code_key: str = field(default="", repr=False)

    def is_of(self, known: KnownCredentials) -> bool:
        """Tell whether PIN, card or code key is a credential that stands in the repository."""
        return any(map(known.has, (self.pin_hash, self.card_hash, self.code_key)))

    def document(self) -> dict[str, Any]:
        """Return the account as openapi.yaml describes it."""
        dates = {"valid_until": self.valid_until.isoformat(), "rights": list(self.rights)}
        said = dataclasses.asdict(self) | dates | {"role": self.role.value}
        if not self.code_key:
            del said["code_key"]
        return said


@dataclass(frozen=True)
class PointStaff:
    """The staff of one service point."""

    accounts: tuple[StaffAccount, ...] = ()


def without_known(
    staff: Mapping[str, PointStaff], known: KnownCredentials
) -> tuple[Mapping[str, PointStaff], tuple[str, ...]]:
    """Return the staff without accounts of known credentials, and those as "POINT: ID"."""
    fresh, refused = {}, []
    for point, there in staff.items():
        kept = tuple(one for one in there.accounts if not one.is_of(known))
        refused += [f"{point}: {one.id}" for one in there.accounts if one not in kept]
        fresh[point] = PointStaff(kept)
    return fresh, tuple(refused)


def read_staff(folder: Path) -> Mapping[str, PointStaff]:
    """Return the staff by point from every POINT.toml in `folder`.

    Raises kiosk.config.schema.ConfigError when the folder is missing or a file is wrong.
    """
    if not folder.is_dir():
        what, words = text_of("central.folder"), text_of("central.no_staff_folder")
        raise ConfigError((Problem(str(folder), 0, what, words),))
    return {path.stem: load(PointStaff, path) for path in sorted(folder.glob("*.toml"))}
