"""What must a person at the central service look at?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlarmKind(StrEnum):
    """Every kind of alarm, once."""

    SEQUENCE_REUSED = "sequence-reused"  # one number of a terminal's came with two things
    BULK_LOOKUPS = "bulk-lookups"  # one terminal asked for too many people within an hour
    SAME_ACCOUNT = "same-account"  # several persons gave one bank account
    SAME_MOBILE = "same-mobile"  # too many persons gave one mobile number
    SEQUENCE_MISSING = "sequence-missing"  # a terminal believes to be here what is not
    AUDIT_REWOUND = "audit-rewound"  # a terminal's audit chain became shorter, or another
    SILENT = "silent"  # no heartbeat for too long
    OLDEST_PENDING = "oldest-pending"  # something waits too long, though the terminal is heard
    QUARANTINED = "quarantined"  # a terminal holds what was refused
    DISK_LOW = "disk-low"
    CLOCK_OFF = "clock-off"
    SETTINGS_RETURNED = "settings-returned"  # a terminal tried new settings and went back


@dataclass(frozen=True)
class Alarm:
    """One alarm; `detail` names numbers and ids, never a person."""

    at: str
    terminal: str
    kind: AlarmKind
    detail: str
