"""The failure and the cure for each verdict of a SAM_V reader (cards.md §1.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from drivers.protocols.samv import Status
from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.protocols.samv import SamvReply


class Cure(Enum):
    """What the driver does by itself before a failure is reported."""

    NONE = "none"
    RESEND = "resend"  # at most twice
    RESET = "reset"  # once
    FIND_AGAIN = "find again"  # at most twice: the card left the field, or left it for a moment


@dataclass(frozen=True)
class SamVerdict:
    """The failure that is reported when the cure did not help; None for a normal answer."""

    failure: Failure | None
    cure: Cure = Cure.NONE


VERDICTS: Mapping[Status, SamVerdict] = MappingProxyType(
    {
        Status.OK: SamVerdict(None),
        Status.CARD_FOUND: SamVerdict(None),
        Status.NO_CONTENT: SamVerdict(None),
        Status.NO_CARD: SamVerdict(None),
        Status.RX_CHECKSUM: SamVerdict(Failure.READER_FAULT, Cure.RESEND),
        Status.RX_LENGTH: SamVerdict(Failure.READER_FAULT, Cure.RESEND),
        Status.BAD_COMMAND: SamVerdict(Failure.READER_FAULT),
        Status.NO_PERMISSION: SamVerdict(Failure.READER_FAULT),
        Status.UNKNOWN_ERROR: SamVerdict(Failure.READER_FAULT, Cure.RESET),
        Status.CARD_REJECTS_SAM: SamVerdict(Failure.CARD_REFUSED, Cure.FIND_AGAIN),
        Status.SAM_REJECTS_CARD: SamVerdict(Failure.CARD_REFUSED),
        Status.INFO_VERIFY_FAILED: SamVerdict(Failure.CARD_DAMAGED),
        Status.WRONG_CARD_TYPE: SamVerdict(Failure.CARD_NOT_IDENTITY),
        Status.READ_FAILED: SamVerdict(Failure.CARD_MOVED, Cure.FIND_AGAIN),
        Status.RANDOM_FAILED: SamVerdict(Failure.CARD_MOVED, Cure.FIND_AGAIN),
        Status.WRITE_FAILED: SamVerdict(Failure.READER_FAULT),
        Status.SAM_SELFTEST_FAILED: SamVerdict(Failure.READER_FAULT, Cure.RESET),
        Status.SAM_NOT_AUTHORISED: SamVerdict(Failure.READER_NOT_LICENSED),
        Status.SELECT_FAILED: SamVerdict(Failure.CARD_MOVED, Cure.FIND_AGAIN),
        Status.UNKNOWN: SamVerdict(Failure.READER_FAULT),
    }
)
OF_THE_READER = frozenset(
    {
        Failure.READER_LOST,
        Failure.READER_BUSY,
        Failure.READER_FORBIDDEN,
        Failure.READER_SWAPPED,
        Failure.READER_FAULT,
        Failure.READER_NOT_LICENSED,
    }
)


def cured_by(answer: SamvReply, cure: Cure) -> bool:
    """Tell whether `cure` is the one for this reply."""
    return VERDICTS[answer.status].cure is cure


def failure(answer: SamvReply) -> Failure:
    """Return the failure of a reply; READER_FAULT for a good one that does not fit its command."""
    return VERDICTS[answer.status].failure or Failure.READER_FAULT
