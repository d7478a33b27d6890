"""The readiness report: one line for everything examined, with its state and cure. Pure.

The lines are made in `report_lines`, the report is written in `report_formats`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.failures import Failure


class LineState(StrEnum):
    """The state of a line: in order, to be looked at, or keeping people from being served."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


SEVERITY = (LineState.GREEN, LineState.AMBER, LineState.RED)


@dataclass(frozen=True)
class SheetLine:
    """One line; `name` is for programs, `subject` for people; `cure` is "" only when green."""

    name: str
    subject: str
    state: LineState
    evidence: str
    cure: str = ""
    brief: str = ""  # what is wrong, in a few plain words
    failure: Failure | None = None  # what it is, where it is one of the known failures


@dataclass(frozen=True)
class Sheet:
    """The readiness report of one terminal at one moment; `at` with its zone."""

    terminal: str
    point: str
    profile: str
    version: str
    at: datetime
    lines: tuple[SheetLine, ...]

    @property
    def state(self) -> LineState:
        """Return the worst state of all lines; red when nothing was examined."""
        if not self.lines:
            return LineState.RED
        return max((one.state for one in self.lines), key=SEVERITY.index)

    def of(self, state: LineState) -> tuple[SheetLine, ...]:
        """Return the lines in this state."""
        return tuple(one for one in self.lines if one.state is state)
