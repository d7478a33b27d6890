"""The offer on a technician's USB stick, as a value; nothing is taken before confirmation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OfferedBundle:
    """Verified settings of the site on a stick.

    `id` names the set, `layers` counts its files of settings, `in_force` is the active set (""
    none).
    """

    version: int
    id: str
    layers: int
    in_force: str = ""

    @property
    def is_new(self) -> bool:
        """Return whether they differ from the active ones."""
        return self.id != self.in_force
