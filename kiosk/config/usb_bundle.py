"""What is on a stick that a technician brings? A value; nothing is taken before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """Verified settings of the site: which ones, of how many layers; `in_force`: "" is none."""

    version: int
    id: str
    layers: int
    in_force: str = ""

    @property
    def is_new(self) -> bool:
        """Tell whether they are others than those in force."""
        return self.id != self.in_force
