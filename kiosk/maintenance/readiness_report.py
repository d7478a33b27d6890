"""Is this terminal ready? One sheet of lines: what was looked at, how it is, what cures it. Pure.

The lines are made in `looks`, the sheet is written down in `sheet_forms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.failures import Failure


class LineState(StrEnum):
    """How something is: in order, to be looked at, or it keeps the terminal from serving people."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


SEVERITY = (LineState.GREEN, LineState.AMBER, LineState.RED)


@dataclass(frozen=True)
class SheetLine:
    """`name` is for programs, `subject` for people; `cure` is "" exactly when it is green."""

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
        """Return how the worst line is; red when nothing was looked at."""
        if not self.lines:
            return LineState.RED
        return max((one.state for one in self.lines), key=SEVERITY.index)

    def of(self, state: LineState) -> tuple[SheetLine, ...]:
        """Return the lines that are so."""
        return tuple(one for one in self.lines if one.state is state)
