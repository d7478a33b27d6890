"""Which addresses of devices could be written into this machine's own settings? Values.

Found on a technician's request (`drivers.discovery`); nothing is written before it is confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.failures import Failure


@dataclass(frozen=True)
class Proposed:
    """One address: `key` of the settings, `device` as the supervisor calls it, and why this one."""

    key: str
    device: str
    before: str
    url: str
    evidence: str

    @property
    def changes(self) -> bool:
        """Tell whether it is not in the settings already."""
        return self.before != self.url


@dataclass(frozen=True)
class ProposalTrouble:
    """What keeps something that hangs there from being used; `cure` knows more than the failure."""

    failure: Failure
    evidence: str
    cure: str = ""


@dataclass(frozen=True)
class Proposal:
    """What was found."""

    items: tuple[Proposed, ...] = ()
    troubles: tuple[ProposalTrouble, ...] = ()

    @property
    def changes(self) -> dict[str, str]:
        """Return what would be written, by key."""
        return {one.key: one.url for one in self.items if one.changes}
