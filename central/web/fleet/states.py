"""The state of a terminal by its newest heartbeat, as a row of the control room's table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from central.fleet.health import failed_update, unusable_devices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from central.store.web.fleet_desk import TerminalBeat
    from central.web.fleet_policy import FleetPolicy

_SECONDS = 60


class TerminalState(StrEnum):
    """How a terminal is, the worst first."""

    DOWN = "down"
    LATE = "late"
    ILL = "ill"  # it is heard, and a device of it can't be used or something waits too long
    UP = "up"


ORDER = {state: place for place, state in enumerate(TerminalState)}


@dataclass(frozen=True)
class TerminalLine:
    """A terminal in the table; `ill` has the devices that can't be used, each with its state."""

    found: TerminalBeat
    state: TerminalState
    ill: Mapping[str, str]
    point_name: str
    division: str

    def said(self, name: str) -> object:
        """Return a member of the heartbeat, "" where it names none."""
        return self.found.beat.get(name, "")

    @property
    def version(self) -> str:
        """Return the version of the program, "" where none is known."""
        return str(self.found.beat.get("versions", {}).get("app", ""))

    @property
    def failed(self) -> tuple[str, str] | None:
        """Return the version that it should run and does not, with the reason; None for none."""
        return failed_update(self.found.beat)


def line_of(
    found: TerminalBeat,
    place: tuple[str, str],
    now: datetime,
    policy: FleetPolicy,
    watched: Mapping[str, int],
) -> TerminalLine:
    """Return the row of a terminal with its newest heartbeat, `found`.

    `place`: name and division of its point; `watched`: the devices whose trouble is an alarm.
    """
    ill = unusable_devices(found.beat, watched)
    if not found.at:
        return TerminalLine(found, TerminalState.DOWN, ill, *place)
    minutes = (now - datetime.fromisoformat(found.at)).total_seconds() / _SECONDS
    if minutes > policy.down_minutes:
        state = TerminalState.DOWN
    elif minutes > policy.late_minutes:
        state = TerminalState.LATE
    else:
        state = TerminalState.ILL if ill or found.alarms else TerminalState.UP
    return TerminalLine(found, state, ill, *place)


def by_urgency(lines: list[TerminalLine]) -> list[TerminalLine]:
    """Return the rows with the worst state first, then by code."""
    return sorted(lines, key=lambda one: (ORDER[one.state], one.found.terminal))
