"""The accounts to which the vault shows cases: people of the offices, and the task engine.

They stand in a file that only root writes. The list is the vault's own: what the rest of the
service says of an account does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kiosk.config.schema import load


@dataclass(frozen=True)
class VaultAccount:
    """An account: the services of its office, until when it counts, and questions an hour.

    `services` = ["*"] means all of them: only for the engine that hands tasks to the offices. The
    default of `an_hour` lets a clerk read ten cases of forty pages, each with its forms.
    """

    services: tuple[str, ...]
    until: date = date.max
    an_hour: int = 600
    id: str = ""

    def may(self, service: str) -> bool:
        """Tell whether the account's office has this service."""
        return service in self.services or "*" in self.services


@dataclass(frozen=True)
class VaultAccounts:
    """All accounts by their id."""

    accounts: Mapping[str, VaultAccount] = field(default_factory=dict)

    def find(self, name: str, today: date) -> VaultAccount | None:
        """Return the account `name`, None when there is none, or it does not count any more."""
        found = self.accounts.get(name)
        return found if found is not None and today <= found.until else None


def read_accounts(path: Path) -> VaultAccounts:
    """Return the accounts in the TOML file `path`, a table [accounts.ID] each.

    Raises kiosk.config.schema.ConfigError for a wrong file.
    """
    found = load(VaultAccounts, path).accounts
    return VaultAccounts({name: replace(one, id=name) for name, one in found.items()})
