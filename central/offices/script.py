"""The script of the simulated offices: their pace and incidents, read from a TOML file.

config/offices/ holds the demo's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config.schema import load


@dataclass(frozen=True)
class OfficePace:
    """Office days from ready to begun, and from begun to the end."""

    begin_days: float
    work_days: float


@dataclass(frozen=True)
class Incident:
    """A decision about every `every`-th case of a service, counted from case serial `first`."""

    service: str
    every: int
    first: int
    reason: str
    days: int = 0  # to bring what is asked for

    def holds(self, service: str, serial: int) -> bool:
        """Tell whether the incident happens to this case."""
        return (
            service == self.service
            and serial >= self.first
            and (serial - self.first) % self.every == 0
        )


@dataclass(frozen=True)
class Script:
    """Pace and incidents of all offices.

    `late` is the reason of refusal when a correction is late.
    """

    pace: OfficePace
    late: str
    services: Mapping[str, OfficePace] = field(default_factory=dict)
    corrections: tuple[Incident, ...] = ()
    refusals: tuple[Incident, ...] = ()
    suspensions: tuple[Incident, ...] = ()  # for `days` office days
    endings: tuple[Incident, ...] = ()

    def pace_of(self, service: str) -> OfficePace:
        """Return the pace of a service's office, by default that of all offices."""
        return self.services.get(service, self.pace)


def read_script(path: Path) -> Script:
    """Return the script in the TOML file `path`; raises kiosk.config.schema.ConfigError."""
    return load(Script, path)
