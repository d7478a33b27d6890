"""When a terminal is late or down, and how much the control room shows: config/fleet.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.config.schema import load

if TYPE_CHECKING:
    from pathlib import Path

FILE = "fleet.toml"


@dataclass(frozen=True)
class FleetPolicy:
    """Minutes without a heartbeat until a terminal is late, or down; how much the page shows.

    `mute_hours`: for how long alarms can be muted; 0 ends a mute. `request_hours`: how long a
    request waits for the terminal.
    """

    late_minutes: float
    down_minutes: float
    rows: int
    alarms: int
    mute_hours: tuple[int, ...]
    request_hours: int


def read_fleet_policy(config: Path) -> FleetPolicy:
    """Return the policy in the folder `config`; raises kiosk.config.schema.ConfigError."""
    return load(FleetPolicy, config / FILE)
