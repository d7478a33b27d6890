"""Device addresses that could be written into this machine's own settings, as values.

Found on a technician's request (`drivers.discovery`); nothing is written before it is confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.failures import Failure


@dataclass(frozen=True)
class Proposed:
    """One proposed address.

    `key` is that of the settings, `device` the supervisor's name, `before` the present address and
    `evidence` why this one was found.
    """

    key: str
    device: str
    before: str
    url: str
    evidence: str

    @property
    def changes(self) -> bool:
        """Return whether the address differs from the present one."""
        return self.before != self.url


@dataclass(frozen=True)
class ProposalTrouble:
    """Why an attached device can't be used; `cure` is more exact than the failure's."""

    failure: Failure
    evidence: str
    cure: str = ""


@dataclass(frozen=True)
class Proposal:
    """The result of a search for devices."""

    items: tuple[Proposed, ...] = ()
    troubles: tuple[ProposalTrouble, ...] = ()

    @property
    def changes(self) -> dict[str, str]:
        """Return the addresses that would be written, by key."""
        return {one.key: one.url for one in self.items if one.changes}
