"""Kinds of alarm that the central service raises for its operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AlarmKind(StrEnum):
    """Every kind of alarm; the value is what the database stores and `central alarms` prints."""

    SEQUENCE_REUSED = "sequence-reused"  # one number of a terminal's came with two things
    READ_REUSED = "read-reused"  # one reading of a card was named for two people or terminals
    READ_LIMIT = "read-limit"  # too many people of one terminal, or readings of one person: refused
    READ_MISSING = "read-missing"  # a terminal names no readings of cards: an older program
    READER_CHANGED = "reader-changed"  # a terminal's card reader is another one
    CARD_DIFFERS = "card-differs"  # the chip of a person is not the one that was read before
    BULK_LOOKUPS = "bulk-lookups"  # one terminal asked for too many people within an hour
    SAME_ACCOUNT = "same-account"  # several persons gave one bank account
    SAME_MOBILE = "same-mobile"  # too many persons gave one mobile number
    SEQUENCE_MISSING = "sequence-missing"  # a terminal believes to be here what is not
    SEQUENCE_BEHIND = "sequence-behind"  # its database is older than what it sent: restored, cloned
    STORE_DISAGREED = "store-disagreed"  # its database and second copies were not the same
    AUDIT_REWOUND = "audit-rewound"  # a terminal's audit chain became shorter, or another
    AUDIT_REWRITTEN = "audit-rewritten"  # it does not follow from the heads that were seen before
    AUDIT_UNPROVED = "audit-unproved"  # a terminal that proved its chain before no longer does
    SILENT = "silent"  # no heartbeat for too long
    OLDEST_PENDING = "oldest-pending"  # something waits too long, though the terminal is heard
    QUARANTINED = "quarantined"  # a terminal holds what was refused
    DISK_LOW = "disk-low"
    CLOCK_OFF = "clock-off"
    FILING_REFUSED = "filing-refused"  # a person says that they let nobody file
    FILING_REPEATED = "filing-repeated"  # too many filings for others that nobody confirmed
    REPLY_ELSEWHERE = "reply-elsewhere"  # a confirming code came from another telephone
    MESSAGE_FAILED = "message-failed"  # a message could not be sent
    NAME_DIFFERS = "name-differs"  # a terminal names a person otherwise than the registry
    VOUCHED_ALONE = "vouched-alone"  # one of the staff, without a picture: an older terminal
    HELPER_LIMIT = "helper-limit"  # one of the staff vouches, or files for the absent, too much
    VOUCHED_WRONGLY = "vouched-wrongly"  # a reviewer saw another person in the picture
    PICTURE_UNREVIEWED = "picture-unreviewed"  # it was deleted before anybody looked
    SETTINGS_RETURNED = "settings-returned"  # a terminal tried new settings and went back
    UPDATE_FAILED = "update-failed"  # a terminal does not run the version that it should
    DEVICE_UNUSABLE = "device-unusable"  # reader, camera or printer, for several heartbeats
    OFFICE_UNREACHABLE = "office-unreachable"  # an office's system, several calls in a row
    DEADLINE_NEAR = "deadline-near"  # of a task, some working days before
    DEADLINE_TODAY = "deadline-today"
    DEADLINE_MISSED = "deadline-missed"
    RATING_UNANSWERED = "rating-unanswered"  # a bad rating, after the last day for its answer
    TASK_UNANSWERED = "task-unanswered"  # no usable answer about a task: a dead letter
    DECISION_FAILED = "decision-failed"  # of an office's people, not carried out: a dead letter
    SYSTEM_CERTIFICATE = "system-certificate"  # the last one of an office's system ends soon
    WEBHOOK_FAILED = "webhook-failed"  # an office's system takes no events, for days
    SENDING_FAILED = "sending-failed"  # alarms can't be sent on by e-mail or webhook


LASTING = frozenset(
    {
        AlarmKind.SILENT,
        AlarmKind.OLDEST_PENDING,
        AlarmKind.QUARANTINED,
        AlarmKind.DISK_LOW,
        AlarmKind.CLOCK_OFF,
        AlarmKind.SETTINGS_RETURNED,
        AlarmKind.UPDATE_FAILED,
        AlarmKind.DEVICE_UNUSABLE,
        AlarmKind.AUDIT_UNPROVED,
        AlarmKind.OFFICE_UNREACHABLE,
        AlarmKind.TASK_UNANSWERED,
        AlarmKind.DECISION_FAILED,
        AlarmKind.SYSTEM_CERTIFICATE,
        AlarmKind.WEBHOOK_FAILED,
        AlarmKind.SENDING_FAILED,
        AlarmKind.DEADLINE_NEAR,
        AlarmKind.DEADLINE_TODAY,
        AlarmKind.DEADLINE_MISSED,
        AlarmKind.RATING_UNANSWERED,
    }
)
"""Kinds whose cause lasts and ends; an alarm of any other kind is a single event."""


VOUCHING = frozenset(
    {
        AlarmKind.HELPER_LIMIT,
        AlarmKind.VOUCHED_ALONE,
        AlarmKind.VOUCHED_WRONGLY,
        AlarmKind.PICTURE_UNREVIEWED,
    }
)
"""Kinds about what the staff vouched for, or filed for absent people."""


CONTROL_ROOM = frozenset(
    {
        AlarmKind.SILENT,
        AlarmKind.OLDEST_PENDING,
        AlarmKind.QUARANTINED,
        AlarmKind.DISK_LOW,
        AlarmKind.CLOCK_OFF,
        AlarmKind.SETTINGS_RETURNED,
        AlarmKind.UPDATE_FAILED,
        AlarmKind.STORE_DISAGREED,
        AlarmKind.DEVICE_UNUSABLE,
        AlarmKind.READER_CHANGED,
        AlarmKind.AUDIT_UNPROVED,
        AlarmKind.AUDIT_REWOUND,
        AlarmKind.AUDIT_REWRITTEN,
        AlarmKind.SEQUENCE_REUSED,
        AlarmKind.SEQUENCE_BEHIND,
        AlarmKind.SENDING_FAILED,
    }
)
"""Kinds about the machine that a terminal is, whether there are two of it, and about telling of
them, for the technicians."""


@dataclass(frozen=True)
class Alarm:
    """One alarm. `detail` names numbers and ids, never a person.

    `ended_at` is "" while the cause of a lasting alarm (`LASTING`) lasts, and always for the
    others, which are single events.
    """

    at: str
    terminal: str
    kind: AlarmKind
    detail: str
    ended_at: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether the alarm is a lasting one whose cause has not ended."""
        return self.kind in LASTING and not self.ended_at
