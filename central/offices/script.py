"""How quick, how strict are the simulated offices? A TOML file; config/offices/ has the demo's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config.schema import load


@dataclass(frozen=True)
class OfficePace:
    """Office days from ready to begun, and from begun to its end."""

    begin_days: float
    work_days: float


@dataclass(frozen=True)
class Incident:
    """What happens to every `every`-th case, beginning with case number `first`."""

    service: str
    every: int
    first: int
    reason: str
    days: int = 0  # to bring what is asked for

    def holds(self, service: str, serial: int) -> bool:
        """Tell whether it happens to this one."""
        return (
            service == self.service
            and serial >= self.first
            and (serial - self.first) % self.every == 0
        )


@dataclass(frozen=True)
class Script:
    """`late` is said to who did not bring in time what was asked for."""

    pace: OfficePace
    late: str
    services: Mapping[str, OfficePace] = field(default_factory=dict)
    corrections: tuple[Incident, ...] = ()
    refusals: tuple[Incident, ...] = ()
    suspensions: tuple[Incident, ...] = ()  # for `days` office days
    endings: tuple[Incident, ...] = ()

    def pace_of(self, service: str) -> OfficePace:
        """Return how quick the office of a service is."""
        return self.services.get(service, self.pace)


def read_script(path: Path) -> Script:
    """Read the file. Raises kiosk.config.schema.ConfigError."""
    return load(Script, path)
