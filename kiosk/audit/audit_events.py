"""The closed list of audit events, and the fields they may carry.

It is declared once; what each means stands in config/texts/operator/audit.toml, and
docs/handbook-audit.zh.md is made from both. No field can hold a name or a number of a person: each
has a pattern, and what does not fit is a bug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AuditEvent(StrEnum):
    """The events of the audit."""

    STARTED = "started"
    STOPPED = "stopped"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    SENT_AGAIN = "sent_again"
    REQUEUED = "requeued"
    WITHDRAWN = "withdrawn"
    SENDING_STOPPED = "sending_stopped"
    RATED = "rated"
    RATINGS_LOST = "ratings_lost"
    RECONCILED = "reconciled"
    STORE_DISAGREED = "store_disagreed"
    CLOCK_WRONG = "clock_wrong"
    KEY_RENEWED = "key_renewed"
    STAFF_IN = "staff_in"
    STAFF_OUT = "staff_out"
    STAFF_HANDED_OVER = "staff_handed_over"
    STAFF_TURNED_AWAY = "staff_turned_away"
    DEVICES_SET = "devices_set"
    DEVICES_KEPT = "devices_kept"
    DEVICES_RETURNED = "devices_returned"
    SETTINGS_TAKEN = "settings_taken"
    SETTINGS_KEPT = "settings_kept"
    SETTINGS_RETURNED = "settings_returned"
    SETTINGS_REFUSED = "settings_refused"
    REMOTE_AGREED = "remote_agreed"
    REMOTE_WATCHED = "remote_watched"
    REMOTE_ENDED = "remote_ended"


class Origin(StrEnum):
    """Whose act an event was (delivery.md §7, after VotingWorks and VVSG)."""

    PERSON = "person"
    PROGRAM = "program"
    CENTRAL = "central"
    TECHNICIAN = "technician"
    STAFF = "staff"


@dataclass(frozen=True)
class EventDeclaration:
    """Whose act an event is, and the fields that it may carry."""

    origin: Origin
    fields: tuple[str, ...] = ()


EVENTS: Mapping[AuditEvent, EventDeclaration] = {
    AuditEvent.STARTED: EventDeclaration(Origin.PROGRAM, ("version",)),
    AuditEvent.STOPPED: EventDeclaration(Origin.PROGRAM),
    AuditEvent.CONFIRMED: EventDeclaration(
        Origin.PERSON,
        ("digest", "services", "way", "staff", "checked_by"),
    ),
    AuditEvent.CORRECTED: EventDeclaration(Origin.STAFF, ("digest", "staff", "pages")),
    AuditEvent.DELIVERED: EventDeclaration(Origin.CENTRAL),
    AuditEvent.QUARANTINED: EventDeclaration(Origin.CENTRAL, ("trouble",)),
    AuditEvent.SENT_AGAIN: EventDeclaration(Origin.TECHNICIAN),
    AuditEvent.REQUEUED: EventDeclaration(Origin.PROGRAM),
    AuditEvent.WITHDRAWN: EventDeclaration(Origin.TECHNICIAN),
    AuditEvent.SENDING_STOPPED: EventDeclaration(Origin.PROGRAM, ("trouble",)),
    AuditEvent.RATED: EventDeclaration(Origin.PERSON, ("grade",)),
    AuditEvent.RATINGS_LOST: EventDeclaration(Origin.PROGRAM, ("ratings",)),
    AuditEvent.RECONCILED: EventDeclaration(
        Origin.CENTRAL,
        ("first", "last", "missing", "different", "unexpected", "again"),
    ),
    AuditEvent.STORE_DISAGREED: EventDeclaration(
        Origin.PROGRAM,
        ("restored", "remade", "lost", "skipped", "older"),
    ),
    AuditEvent.CLOCK_WRONG: EventDeclaration(Origin.PROGRAM, ("minutes",)),
    AuditEvent.KEY_RENEWED: EventDeclaration(Origin.PROGRAM),
    AuditEvent.STAFF_IN: EventDeclaration(Origin.STAFF, ("staff", "role")),
    AuditEvent.STAFF_OUT: EventDeclaration(Origin.STAFF, ("staff",)),
    AuditEvent.STAFF_HANDED_OVER: EventDeclaration(
        Origin.STAFF,
        ("staff", "relieved", "role"),
    ),
    AuditEvent.STAFF_TURNED_AWAY: EventDeclaration(Origin.STAFF, ("failure",)),
    AuditEvent.DEVICES_SET: EventDeclaration(Origin.TECHNICIAN, ("written",)),
    AuditEvent.DEVICES_KEPT: EventDeclaration(Origin.PROGRAM, ("settings",)),
    AuditEvent.DEVICES_RETURNED: EventDeclaration(
        Origin.PROGRAM,
        ("settings", "lacking"),
    ),
    AuditEvent.SETTINGS_TAKEN: EventDeclaration(Origin.TECHNICIAN, ("settings",)),
    AuditEvent.SETTINGS_KEPT: EventDeclaration(Origin.PROGRAM, ("settings",)),
    AuditEvent.SETTINGS_RETURNED: EventDeclaration(
        Origin.PROGRAM,
        ("settings", "lacking"),
    ),
    AuditEvent.SETTINGS_REFUSED: EventDeclaration(Origin.PROGRAM, ("failure",)),
    AuditEvent.REMOTE_AGREED: EventDeclaration(Origin.PERSON),
    AuditEvent.REMOTE_WATCHED: EventDeclaration(Origin.CENTRAL),
    AuditEvent.REMOTE_ENDED: EventDeclaration(Origin.PROGRAM),
}

_DIGEST = r"[0-9a-f]{64}"
_COUNTS = (
    "written",
    "services",
    "pages",
    "grade",
    "ratings",
    "first",
    "last",
    "missing",
    "different",
    "unexpected",
    "again",
    "restored",
    "remade",
    "lost",
    "skipped",
    "older",
)
# No pattern lets nine digits in a row through: a telephone, an identity number, an account.
PATTERNS: Mapping[str, str] = {
    "digest": _DIGEST,
    "trouble": r"((strange answer|unsigned refusal), )?status [0-9]{3}|[a-z][a-z ,._-]{0,60}",
    "version": r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}([.+-][a-z]{1,8}[0-9]{0,4})?",
    "minutes": r"-?[0-9]{1,8}",
    "staff": r"[A-Z]{1,4}-[0-9]{1,6}",
    "relieved": r"[A-Z]{1,4}-[0-9]{1,6}",
    "checked_by": r"[A-Z]{1,4}-[0-9]{1,6}",
    "role": r"[a-z]{1,12}",
    "way": r"[a-z_]{1,20}",
    "failure": r"[a-z_]{1,40}",
    "settings": r"[a-z]{12}",
    "lacking": r"[a-z_]{1,20}( [a-z_]{1,20}){0,12}",
    **dict.fromkeys(_COUNTS, r"[0-9]{1,8}"),
}
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SUBJECT = rf"{_UUID}|{_DIGEST}|(?!.*[0-9]{{9}})[0-9A-Za-z_-]{{1,40}}"


def refuse_unlisted(event: AuditEvent, subject: str, detail: Mapping[str, str]) -> None:
    """Raise ValueError for a subject or field that may not stand in this event.

    The message does not repeat the value.
    """
    if re.fullmatch(SUBJECT, subject) is None:
        raise ValueError(f"the subject of {event} is no id")
    for name, value in detail.items():
        if name not in EVENTS[event].fields:
            raise ValueError(f"{event} may not carry {name}")
        if re.fullmatch(PATTERNS[name], value) is None:
            raise ValueError(f"{name} of {event} is not what its pattern says")
