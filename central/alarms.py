"""What must a person at the central service look at?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlarmKind(StrEnum):
    """Every kind of alarm, once."""

    SEQUENCE_REUSED = "sequence-reused"  # one number of a terminal's came with two things
    AUDIT_REWOUND = "audit-rewound"  # a terminal's audit chain became shorter, or another


@dataclass(frozen=True)
class Alarm:
    """One alarm; `detail` names numbers and ids, never a person."""

    at: str
    terminal: str
    kind: AlarmKind
    detail: str
